"""Counting what all honeypots recorded each day: every number equals a recount from the documents."""

import contextlib
import datetime
import random
import time
import zoneinfo

import pytest
import tpot_week
from driving import move_clock, pump, speak_to
from faultproxy import Fault, FaultProxy
from harness import wait_until
from recount import Recount

HOUR, DAY = 3600, 24 * 3600
QUESTION = "request_cache=false.*aggregations"
MONITORS = ["192.0.2.4", "192.0.2.128/25", "10.20.0.0/14", "2001:db8:5::/48"]
OURS = [("192.0.2.4", tpot_week.PLACES[0]), ("192.0.2.200", tpot_week.PLACES[1]), ("10.21.3.4", tpot_week.PLACES[2]),
        ("2001:db8:5::7", tpot_week.PLACES[0])]
NOT_OURS = [("192.0.2.5", tpot_week.PLACES[0]), ("192.0.2.127", tpot_week.PLACES[1]), ("10.24.3.4", tpot_week.PLACES[2]),
            ("2001:db8:6::7", tpot_week.PLACES[0])]


def midnight(text, zone):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone)).timestamp())


def days(home):
    return {d["date"]: d for d in home.sql("SELECT * FROM day")} if home.has_tables() else {}


def counted(home, date, looks=1):
    day = days(home).get(date)
    return day and day["looks"] >= looks


def rows(home, day):
    return home.sql("SELECT * FROM day_count WHERE day_id = ?", day["id"])


def assert_counted(home, date, documents):
    """The row of this day is what a recount of the documents says."""
    day = days(home)[date]
    own = {r["value"] for r in home.sql("SELECT value FROM sensor_identity WHERE kind = 'address'")}
    wanted = Recount([d for _, _, d in documents], day["from_at"], day["to_at"], own, MONITORS)
    assert (day["events"], day["sources"], day["sessions"], day["loudest"]) == (
        wanted.events, wanted.sources, wanted.sessions, wanted.loudest)
    wanted.assert_same(rows(home, day))
    return day


def until_counted(home, engine, date, looks=1, seconds=60):
    """Moves the clock from one look at the day to the next, until there were so many."""
    wait_until(lambda: date in days(home), what=f"the row of {date}")
    while not counted(home, date, looks):
        done = days(home)[date]["looks"]
        home.set_clock(max(home.clock(), days(home)[date]["look_at"]))
        pump(home, engine, lambda done=done: counted(home, date, done + 1), f"look {done} at {date}", seconds)


@pytest.fixture
def counting(home, engine):
    """A collector's installation at noon of 30 October 2025, New York: two days before the clocks go back."""
    speak_to(home, engine, interval="60s", start="1h")
    home.configure("general", timezone="America/New_York", monitors=", ".join(MONITORS))
    home.set_clock(midnight("2025-10-31T12:00", "America/New_York"))
    return home


def test_numbers(counting, engine):
    """Days around a change of the clocks: 24, 24 and 25 hours, three sensors, all types, late documents."""
    zone = "America/New_York"
    week = tpot_week.Week(random.Random(31))
    starts = [midnight(f"2025-{d}T00:00", zone) for d in ("10-31", "11-01", "11-02", "11-03")]
    assert starts[3] - starts[2] == 25 * HOUR
    for begins, ends in zip(starts, starts[1:]):
        week.fill(begins, ends, visits=350)
        week.fill(begins, begins + 2, visits=4)      # the first second of a day ...
        week.fill(ends - 2, ends, visits=4)          # ... and the last
    for address in [*OURS, *NOT_OURS]:
        week.write(starts[1] + 7 * HOUR, "Tanner", address, dest_port=80)
    week.write(starts[1] + 5 * HOUR, "Cowrie", ("203.0.113.10", tpot_week.PLACES[0]))   # a sensor
    week.write(starts[1] + 5 * HOUR, "Dionaea", connection={"type": "listen"})
    for port in (-1, 0, 1, 65535, 65536, 99999):     # H0neytr4p takes it from what the attacker sends
        week.write(starts[1] + 5 * HOUR, "H0neytr4p", dest_port=port)
    week.write(starts[1] + 5 * HOUR, "Newpot")
    week.write(starts[1] + 5 * HOUR, "Cowrie", geoip={}, ip_rep=None)
    week.write(starts[0] + 365 * DAY, "Cowrie")      # a clock that is wrong
    late = [week.documents.pop(week.random.randrange(len(week.documents))) for _ in range(20)]
    engine.bulk(week.documents, refresh=True)
    program = counting.start("collector")
    for date in ("2025-10-31", "2025-11-01", "2025-11-02"):
        until_counted(counting, engine, date)
        day = assert_counted(counting, date, week.documents)
        assert day["from_at"] == midnight(f"{date}T00:00", zone)
        assert day["complete"] == 1 and day["why"] is None and day["events"] > 500
    assert program.log.count("does not know") == 1 and "types=Newpot" in program.log

    # Later looks cost nothing while nothing has arrived; late documents are added.
    before = days(counting)
    until_counted(counting, engine, "2025-11-01", looks=2)
    assert days(counting)["2025-11-01"]["counted_at"] == before["2025-11-01"]["counted_at"]
    engine.bulk(late, refresh=True)
    week.documents += late
    for date in ("2025-10-31", "2025-11-01", "2025-11-02"):
        until_counted(counting, engine, date, looks=5)
        assert days(counting)[date]["look_at"] == 0
        assert_counted(counting, date, week.documents)
    assert any(days(counting)[d]["counted_at"] > before[d]["counted_at"] for d in before)
    assert program.stop() == 0


def test_zone_changes(counting, engine):
    """The running day ends in its old zone, and the next one begins where it ended."""
    week = tpot_week.Week(random.Random(32))
    begins = midnight("2025-10-31T00:00", "America/New_York")
    week.fill(begins, begins + 3 * DAY, visits=300)
    engine.bulk(week.documents, refresh=True)
    program = counting.start("collector")
    wait_until(lambda: days(counting), what="a day")
    assert program.stop() == 0
    counting.configure("general", timezone="Asia/Tokyo")
    program = counting.start("collector")
    for date in ("2025-10-31", "2025-11-01", "2025-11-02"):
        until_counted(counting, engine, date)
        assert_counted(counting, date, week.documents)
    first, second, third = (days(counting)[d] for d in ("2025-10-31", "2025-11-01", "2025-11-02"))
    assert (first["zone"], second["zone"]) == ("America/New_York", "Asia/Tokyo")
    assert second["from_at"] == first["to_at"] and third["from_at"] == second["to_at"]
    assert second["to_at"] == midnight("2025-11-02T00:00", "Asia/Tokyo")
    assert second["to_at"] - second["from_at"] == 11 * HOUR
    assert program.stop() == 0


def test_outage(counting, engine):
    """While T-Pot does not answer about a day, captures are read; it is asked again, and then counted."""
    zone = "America/New_York"
    week = tpot_week.Week(random.Random(33))
    begins, ends = midnight("2025-10-31T00:00", zone), midnight("2025-11-01T00:00", zone)
    week.fill(begins, ends, visits=200)
    week.documents.append((tpot_week.index_of({"@timestamp": "2025-10-31T17:00:00Z"}), None, week.maker.cowrie(
        midnight("2025-10-31T13:00", zone), "ab" * 32, "wget")))
    engine.bulk(week.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        proxy.add(Fault("replace", path=QUESTION, status=504, times=2))
        counting.configure("collector", url=proxy.url)
        program = counting.start("collector")
        wait_until(lambda: days(counting), what="a day")
        counting.set_clock(ends + 900)
        pump(counting, engine, lambda: days(counting)["2025-10-31"]["why"], "a failed request")
        assert days(counting)["2025-10-31"]["counted_at"] is None
        assert counting.one("SELECT count(*) FROM pause") == 0
        assert counting.one("SELECT count(*) FROM sighting") == 1
        counting.set_clock(days(counting)["2025-10-31"]["look_at"])
        pump(counting, engine, lambda: "again_in_s=1800" in program.log, "a second failure")
        until_counted(counting, engine, "2025-10-31", seconds=90)
        assert assert_counted(counting, "2025-10-31", week.documents)["why"] is None
    assert program.stop() == 0


def test_slow_answer_holds_nothing_back(counting, engine):
    """Captures that arrive while the answer about a day is on its way are stored meanwhile."""
    zone = "America/New_York"
    ends = midnight("2025-11-01T00:00", zone)
    week = tpot_week.Week(random.Random(34))
    week.fill(ends - DAY, ends + HOUR, visits=50)
    engine.bulk(week.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        proxy.add(Fault("delay", path=QUESTION, seconds=9, times=1))
        counting.configure("collector", url=proxy.url, interval="1s")
        program = counting.start("collector")
        wait_until(lambda: days(counting), what="a day")
        counting.set_clock(ends + 900)
        pump(counting, engine, lambda: proxy.sent(path=QUESTION), "the question")
        engine.bulk([("logstash-2025.11.01", None, week.maker.cowrie(ends, "cd" * 32, "wget"))], refresh=True)
        pump(counting, engine, lambda: counting.one("SELECT count(*) FROM sighting"), "the capture", 7)
        assert days(counting)["2025-10-31"]["counted_at"] is None
        pump(counting, engine, lambda: counted(counting, "2025-10-31"), "the day")
    assert program.stop() == 0


def test_no_index(counting, engine):
    """A day without an index is not counted, one with a part of it is counted as incomplete; neither is nothing."""
    week = tpot_week.Week(random.Random(35))
    zone = "America/New_York"
    last = midnight("2025-11-03T00:00", zone)
    week.fill(last - 2 * HOUR, last, visits=50)      # UTC 3 November
    engine.bulk(week.documents, refresh=True)
    program = counting.start("collector")
    until_counted(counting, engine, "2025-10-31")
    until_counted(counting, engine, "2025-11-01")
    day = days(counting)["2025-11-01"]
    assert (day["counted_at"], day["events"], day["why"]) == (None, None, "T-Pot has no index of this day")
    until_counted(counting, engine, "2025-11-02")
    day = assert_counted(counting, "2025-11-02", week.documents)
    assert (day["complete"], day["why"]) == (0, "T-Pot has no index for a part of this day")
    # A day that was counted is not lost with its index, and one that was not stays so.
    engine.delete_index("logstash-2025.11.03")
    until_counted(counting, engine, "2025-11-02", looks=5)
    assert_counted(counting, "2025-11-02", week.documents)
    until_counted(counting, engine, "2025-11-01", looks=5)
    day = days(counting)["2025-11-01"]
    assert (day["look_at"], day["counted_at"]) == (0, None)
    assert program.stop() == 0


def test_off(counting, engine):
    """With count_attacks = no nothing is asked, and no day gets a row."""
    counting.configure("collector", count_attacks="no")
    week = tpot_week.Week(random.Random(36))
    week.fill(counting.clock() - 2 * HOUR, counting.clock(), visits=20)
    engine.bulk(week.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        counting.configure("collector", url=proxy.url)
        program = counting.start("collector")
        wait_until(lambda: counting.has_tables() and counting.one("SELECT count(*) FROM cursor"), what="a poll")
        move_clock(counting, 3 * DAY)
        pump(counting, engine, lambda: counting.one("SELECT min(position) FROM cursor WHERE shard >= 0") >= 0, "all is read")
        assert not proxy.sent(path=QUESTION) and not days(counting)
    assert program.stop() == 0


def test_each_engine(home, each_engine):
    """The request is understood, and answered alike, by every engine; --once counts what is due."""
    speak_to(home, each_engine, interval="60s", start="1h")
    home.configure("general", timezone="Asia/Kolkata", monitors=", ".join(MONITORS))
    begins = midnight("2025-10-31T00:00", "Asia/Kolkata")
    home.set_clock(begins + 12 * HOUR)
    week = tpot_week.Week(random.Random(37))
    week.fill(begins, begins + DAY, visits=150)
    each_engine.bulk(week.documents, refresh=True)
    program = home.start("collector")
    until_counted(home, each_engine, "2025-10-31")
    assert program.stop() == 0
    assert assert_counted(home, "2025-10-31", week.documents)["complete"] == 1
    with contextlib.suppress(KeyError):
        assert days(home)["2025-11-01"]["counted_at"] is None


def test_monitors_are_not_stored(counting, engine):
    """A capture made by the operator's own monitoring is no sighting; a source that is only claimed is no proof."""
    at = counting.clock() - 600
    week = tpot_week.Week(random.Random(38))
    for n, (address, _place) in enumerate([*OURS, *NOT_OURS]):
        document = week.maker.cowrie(at, f"{n:064x}".replace("0", "e"), "wget")
        engine.bulk([(tpot_week.index_of(document), None, {**document, "src_ip": address})])
    claimed = week.maker.h0neytr4p(at, "ab" * 16)
    engine.bulk([(tpot_week.index_of(claimed), None, {**claimed, "src_ip": "192.0.2.4"})], refresh=True)
    program = counting.start("collector")
    pump(counting, engine, lambda: counting.has_tables() and counting.one(
        "SELECT count(*) FROM cursor WHERE position >= 8"), "all is read")
    found = {r["src_ip"] for r in counting.sql("SELECT src_ip FROM sighting WHERE honeypot = 'Cowrie'")}
    assert found == {address for address, _ in NOT_OURS}
    assert counting.one("SELECT count(*) FROM sighting WHERE honeypot = 'H0neytr4p'") == 1
    assert program.stop() == 0
    assert time.time() > counting.clock()
