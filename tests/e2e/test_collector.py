"""The collector against a real search engine: a day of T-Pot documents, read once, twice, and in pieces."""

import contextlib
import random
import sqlite3
import time

import lab
import tpot_day
import tpot_documents
from driving import SETTLE, assert_same, captures, move_clock, pump, read_all, unsettled
from faultproxy import Fault, FaultProxy
from harness import wait_until

FRONT_KEEPS_S = 5   # an idle connection


def test_fields(collecting, engine):
    """What a document says stands in the sighting."""
    at = collecting.clock() - 60
    day = tpot_day.Day(at, files=0, noise=0)
    shasum = tpot_day.sha256("fields")
    engine.bulk([
        (tpot_day.index_of(at), "a", day._cowrie(at, shasum, "wget")),
        (tpot_day.index_of(at), "b", day._cowrie(at, shasum, "scp")),
        (tpot_day.index_of(at), "c", {**day._h0neytr4p(at, tpot_day.md5("fields")), "src_ip": "<b>198.51.100.9"}),
    ])
    read_all(collecting, engine)
    wget, scp, trap = collecting.sql("SELECT * FROM sighting ORDER BY url IS NULL, honeypot")
    assert wget["url"] == f"http://198.51.100.7/bins/{shasum[:6]}.arm7" and wget["file_name"] is None
    assert (wget["action"], wget["profile"], wget["source"]) == ("download", "cowrie", "main")
    assert wget["dest_port"] in (22, 23) and wget["src_country"] in ("VN", "BR", "NL")
    assert wget["src_asn"] in (64500, 64501, 64502) and wget["src_as_org"]
    assert (scp["action"], scp["file_name"], scp["url"]) == ("upload", "/tmp/sshd", None)
    assert (trap["honeypot"], trap["action"], trap["src_ip"], trap["dest_port"]) == ("H0neytr4p", "upload", None, 443)
    sample = collecting.sql("SELECT * FROM sample WHERE sha256 = ?", shasum)[0]
    assert sample["captures"] == 2 and sample["first_seen"] == sample["last_seen"] == int(at)


def test_start(collecting, engine):
    """What was there at the first poll is taken from `start` on; what comes after it always."""
    now = collecting.clock()
    day = tpot_day.Day(now, files=0, noise=0)
    day.documents.clear()

    def write(name, at, index=None):
        document = day._cowrie(at, tpot_day.sha256(name), "wget")
        engine.bulk([(index or tpot_day.index_of(at), name, document)])

    write("new", now - 3600)
    write("old", now - 40 * 3600)
    read_all(collecting, engine)
    found = lambda: {r["sha256"] for r in collecting.sql("SELECT sha256 FROM sample")}  # noqa: E731
    assert found() == {tpot_day.sha256("new")}
    write("late", now - 50 * 3600, tpot_day.index_of(now - 40 * 3600))
    write("older index", now - 90 * 3600)
    read_all(collecting, engine)
    assert found() == {tpot_day.sha256(n) for n in ("new", "late", "older index")}
    collecting.sql("DELETE FROM cursor")
    read_all(collecting, engine)
    assert tpot_day.sha256("old") not in found()


def test_first_look_killed(collecting, engine):
    """The limit of the first look stands, however long after its death the next one comes."""
    now = collecting.clock()
    maker = tpot_documents.Maker(random.Random(12))
    for name, ago in (("new", 20 * 3600), ("old", 40 * 3600)):
        document = maker.cowrie(now - ago, tpot_day.sha256(name), "wget")
        engine.bulk([(tpot_day.index_of(now - ago), None, document)])
    engine.refresh()
    program = collecting.start("collector", env={"POTPRESS_CRASH_AT": "before-page-commit"})
    wait_until(lambda: unsettled(collecting), what="a first look")
    move_clock(collecting, SETTLE)
    wait_until(lambda: not program.running(), what="its death")
    move_clock(collecting, 30 * 3600)
    read_all(collecting, engine)
    assert {r["sha256"] for r in collecting.sql("SELECT sha256 FROM sample")} == {tpot_day.sha256("new")}


def test_once_reads_what_came_after_a_killed_run(collecting, engine):
    """--once reads up to what is there when it starts, also where a run that died had noted less."""
    now = collecting.clock()
    maker = tpot_documents.Maker(random.Random(13))

    def write(name):
        engine.bulk([(tpot_day.index_of(now), None, maker.cowrie(now - 60, tpot_day.sha256(name), "wget"))])
        engine.refresh()

    write("before")
    killed = collecting.start("collector", "--once")
    wait_until(lambda: unsettled(collecting), what="a noted checkpoint")
    killed.kill()
    write("after")
    with FaultProxy(engine.url) as proxy:
        collecting.configure("collector", url=proxy.url)
        program = collecting.start("collector", "--once")
        wait_until(lambda: proxy.sent(path="_settings"), what="a look at what is there")
        pump(collecting, engine, lambda: not program.running(), "its end")
    assert {r["sha256"] for r in collecting.sql("SELECT sha256 FROM sample")} == {
        tpot_day.sha256("before"), tpot_day.sha256("after")}


def test_cursor_deleted_while_reading(collecting, engine):
    """A cursor that is deleted by hand while a page is on its way stays deleted: all is read again."""
    now = collecting.clock()
    maker = tpot_documents.Maker(random.Random(14))
    engine.bulk([(tpot_day.index_of(now), None, maker.cowrie(now - 60, tpot_day.sha256("file"), "wget"))])
    engine.refresh()
    with FaultProxy(engine.url) as proxy:
        proxy.add(Fault("delay", path="_search.*_source&preference", seconds=3))
        collecting.configure("collector", url=proxy.url, interval="24h")
        program = collecting.start("collector")
        wait_until(lambda: unsettled(collecting), what="a noted checkpoint")
        move_clock(collecting, SETTLE)
        wait_until(lambda: proxy.sent(path="_search.*_source&preference"), what="a page on its way")
        collecting.sql("DELETE FROM cursor")
        wait_until(lambda: captures(collecting), what="the page")
        assert program.stop() == 0
    assert collecting.sql("SELECT * FROM cursor") == []


def test_two_patterns(collecting, engine):
    """A blank behind a comma of `index` is no part of a name."""
    now = collecting.clock()
    maker = tpot_documents.Maker(random.Random(15))
    for index in ("logstash-one", "logstash-two"):
        engine.bulk([(index, None, maker.cowrie(now - 60, tpot_day.sha256(index), "wget"))])
    collecting.configure("collector", index="logstash-one, logstash-t*")
    read_all(collecting, engine)
    assert len(captures(collecting)) == 2


def test_idle_poll_writes_nothing(collecting, engine):
    """With nothing new a poll makes no commit."""
    engine.bulk([("logstash-2026.01.01", None, {"@timestamp": "2026-01-01T00:00:00Z", "type": "Dionaea"})])
    read_all(collecting, engine)
    program = collecting.start("collector")
    wait_until(lambda: "event=started" in program.log, what="a start")
    move_clock(collecting, 2)
    time.sleep(0.5)
    with contextlib.closing(sqlite3.connect(collecting.database_path)) as watcher:
        version = "PRAGMA data_version"
        before = watcher.execute(version).fetchone()
        for _ in range(20):
            move_clock(collecting, 2)
            time.sleep(0.06)
        assert watcher.execute(version).fetchone() == before
        move_clock(collecting, 60)
        wait_until(lambda: watcher.execute(version).fetchone() != before, what="a heartbeat")
    assert program.stop() == 0


def test_behind_tpots_front(home, engine, tmp_path):
    """Through nginx as T-Pot has it: TLS, a private certificate, a password, a path prefix."""
    with lab.Front(tmp_path / "front", engine.url) as front:
        password = home.secret("elastic.password", front.user[1])
        home.configure("collector", url=front.url, user=front.user[0], password_file=password,
                       ca_file=front.certificate, interval="1s")
        home.set_clock(time.time() - 600)
        day = tpot_day.Day(home.clock(), files=10, noise=10, seed=6)
        engine.bulk(day.documents)
        read_all(home, engine)
        assert len(captures(home)) > 10
        engine.bulk(day.late)
        program = home.start("collector")
        pump(home, engine, lambda: len(captures(home)) == len(day.captures), "what came late")
        time.sleep(FRONT_KEEPS_S + 0.5)         # its connection is closed meanwhile: that is no outage
        requests = front.requests()
        move_clock(home, 2)
        wait_until(lambda: front.requests() > requests, what="another poll")
        assert program.stop() == 0 and "event=paused" not in program.log
        assert_same(home, day)
        home.configure("collector", ca_file=None)
        home.clock_path = None  # now by the real clock, which nginx tells as well
        status, text = home.run("collector", "--check")
        assert status == 1 and "pinned_public_key = sha256//" in text
        pin = text.split("pinned_public_key = ")[1].split()[0]
        home.configure("collector", pinned_public_key=pin)
        status, text = home.run("collector", "--check")
        assert status == 0, text
        home.configure("collector", password_file=home.secret("wrong", "wrong"))
        status, text = home.run("collector", "--check")
        assert status == 1 and "401" in text
