"""--since: older documents are read on request, beside a running collector, and counted once."""

import json
import random

import driving
import pytest
import tpot_day
import tpot_documents
from driving import captures, move_clock, pump, read_all
from faultproxy import Fault, FaultProxy
from harness import wait_until

DAY = 24 * 3600
DAYS = 10


@pytest.fixture
def days(collecting, engine):
    """Ten days of captures, one file each day and one on all days; the collector has read the last."""
    maker = tpot_documents.Maker(random.Random(1))
    documents = []
    for ago in range(DAYS):
        at = collecting.clock() // DAY * DAY - ago * DAY + 1
        for name in (f"day {ago}", "every day"):
            documents.append((tpot_day.index_of(at), None, maker.cowrie(at, tpot_day.sha256(name), "wget")))
        documents.append((tpot_day.index_of(at), None, maker.base(at, "Dionaea")))
    engine.bulk(documents)
    read_all(collecting, engine)
    assert len(captures(collecting)) == 2
    return collecting


def day(home, ago):
    return tpot_day.instant(home.clock() - ago * DAY)[:10]


def found(home):
    return {r["sha256"] for r in home.sql("SELECT sha256 FROM sample")}


def named(*days):
    return {tpot_day.sha256(f"day {ago}") for ago in days} | {tpot_day.sha256("every day")}


def cursors(home):
    return home.sql("SELECT * FROM cursor ORDER BY index_uuid, shard")


def test_a_range(days):
    """Both days of the range are whole; nothing else is read, no cursor moved, and again it adds nothing."""
    home = days
    before = cursors(home)
    status, log = home.run("collector", "--since", day(home, 7), "--until", day(home, 4))
    assert status == 0, log
    wanted = set(range(4, 8))
    assert found(home) == named(0, *wanted)
    assert len(captures(home)) == 2 + 2 * len(wanted)
    assert cursors(home) == before
    assert f"documents={2 * len(wanted)} lookups_to_queue={len(wanted)} quota_a_day=500" in log
    assert "what=reading" in log and f"new_samples={len(wanted)} new_captures={2 * len(wanted)} known=0" in log
    status, log = home.run("collector", "--since", day(home, 7), "--until", day(home, 4))
    assert status == 0 and "lookups_to_queue=0" in log
    assert len(captures(home)) == 2 + 2 * len(wanted)
    assert home.one("SELECT captures FROM sample WHERE sha256 = ?", tpot_day.sha256("every day")) == 1 + len(wanted)


def test_more_than_a_day_answers(days):
    """More lookups than a day's quota need a word of the operator's."""
    home = days
    home.sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES ('virustotal', 'main', ?, 1, 5)",
             day(home, 0))
    status, log = home.run("collector", "--since", day(home, 9))
    assert status == 78 and "queue 9 lookups" in log and "at 5 a day" in log and "--yes" in log
    assert len(found(home)) == 2
    status, log = home.run("collector", "--since", day(home, 9), "--yes")
    assert status == 0, log
    assert found(home) == named(*range(DAYS))


def test_beside_a_collector(days, engine):
    """A collector that runs neither waits for it nor is disturbed by it; an engine that restarts only delays it."""
    home = days
    program = home.start("collector")
    wait_until(lambda: "event=started" in program.log, what="a start")
    past = home.start("collector", "--since", day(home, 9))
    maker = tpot_documents.Maker(random.Random(2))
    engine.bulk([(tpot_day.index_of(home.clock()), None,
                  maker.cowrie(home.clock(), tpot_day.sha256("new"), "wget"))])
    pump(home, engine, lambda: not past.running() and tpot_day.sha256("new") in found(home), "the past and the present")
    assert past.process.returncode == 0, past.log
    assert found(home) == named(*range(DAYS)) | {tpot_day.sha256("new")}
    assert len(captures(home)) == 2 * DAYS + 1
    assert program.running() and home.one("SELECT count(*) FROM stage WHERE name = 'collector'") == 1
    assert program.stop() == 0


def test_interrupted(days, engine):
    """Killed in the middle and begun again, or stopped by an outage: each capture once."""
    home = days
    for point in ("before-page-commit", None):
        past = home.start("collector", "--since", day(home, 9), env={"POTPRESS_CRASH_AT": point} if point else None)
        wait_until(lambda: "what=counting" in past.log, what="a count")
        past.kill()
    engine.stop()
    past = home.start("collector", "--since", day(home, 9))
    wait_until(lambda: "event=paused" in past.log, what="a reason")
    engine.start()
    wait_until(lambda: move_clock(home, 5) or not past.running(), what="its end", seconds=60)
    assert past.process.returncode == 0, past.log
    assert found(home) == named(*range(DAYS)) and len(captures(home)) == 2 * DAYS
    assert home.integrity() == "ok"


@pytest.mark.parametrize("status", [504, 429])
def test_pages_that_are_too_much(days, engine, status):
    """They are asked for in smaller and smaller parts, as by the collector."""
    home, pages = days, r"_search.*_source&preference"
    with FaultProxy(engine.url) as proxy:
        driving.speak_to(home, engine, url=proxy.url)
        proxy.add(Fault("replace", path=pages, times=3, status=status, body="<html>too much</html>"))
        past = home.start("collector", "--since", day(home, 9))
        wait_until(lambda: move_clock(home, 5) or not past.running(), what="its end", seconds=60)
        assert past.process.returncode == 0, past.log
        assert [json.loads(r.body)["size"] for r in proxy.sent("POST", pages)][:4] == [500, 250, 125, 62]
    assert found(home) == named(*range(DAYS))


@pytest.mark.parametrize("options", [
    ("--since", "yesterday"), ("--since", "2026-02-30"), ("--until", "2026-02-01"), ("--yes",),
    ("--since", "2026-02-03", "--until", "2026-02-01")])
def test_bad_range(home, options):
    """A range that means nothing is bad usage, in a sentence."""
    driving.speak_to(home, type("Nobody", (), {"url": "http://127.0.0.1:9", "user": None}))
    status, text = home.run("collector", *options)
    assert status == 64 and text.count("\n") == 1 and "--help" in text
