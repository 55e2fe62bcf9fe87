"""Complete: a cursor passes only what is visible, and what was missed all the same is found."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import time

import driving
import pytest
import tpot_day
import tpot_documents
from driving import SETTLE, captures, move_clock, pump, read_all
from faultproxy import Fault, FaultProxy
from harness import ROOT, wait_until
from test_bad_days import Writer, answer, engine_error
from test_stories import Attack

HOUR = 3600
OLD = "logstash-2026.10.05"
VERSION_1 = ROOT / "tests" / "fixtures" / "version-1" / "schema.sql"
REFRESH = 300  # seconds: an index that nobody refreshes while a test runs
UNTOLD = engine_error("api_not_available_exception", "not available when running in serverless mode", 410)


@contextlib.contextmanager
def standing_still(engine):
    """The engine's processes are stopped, as by a long garbage collection or a paused machine."""
    group = int(next(engine.home.glob("*/pid")).read_text().split()[0])
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def waiting(home):
    """How many cursors wait for documents that are not yet visible."""
    return home.one("SELECT count(*) FROM cursor WHERE shard >= 0 AND position < checkpoint")


def test_engine_stands_still(collecting_each, each_engine):
    """Right after a poll, in a stream of documents, for longer than any settling time."""
    home, engine = collecting_each, each_engine
    w = Writer(home, engine)
    w.write("before")
    read_all(home, engine)
    program = home.start("collector")
    for turn in range(3):
        for number in range(5):
            w.write(f"{number} before standstill {turn}")
        wait_until(lambda: move_clock(home, 1) or driving.unsettled(home), what="a noted checkpoint")
        with standing_still(engine):
            move_clock(home, SETTLE + 1)
            time.sleep(0.3)
        w.write(f"after standstill {turn}")
    pump(home, engine, w.all_there, "every document of the stream")
    assert len(captures(home)) == len(w.wanted)
    assert program.stop() == 0


def polls(proxy):
    return len(proxy.sent("GET", "_stats"))


@contextlib.contextmanager
def never_refreshed(home, engine, proxy):
    """A running collector, and a document of which it has noted the checkpoint, but which no search finds."""
    w = Writer(home, engine)
    engine.request("PUT", "/" + OLD, {"settings": {"refresh_interval": f"{REFRESH}s"}})
    w.write("visible", index=OLD)
    program = home.start("collector")
    pump(home, engine, w.all_there, "what is visible")
    w.write("not yet", index=OLD)
    yield w, program
    assert len(w.found()) == 1 and waiting(home) == 1, "a cursor passes only what is visible"
    pump(home, engine, w.all_there, "the document, once it is visible")
    assert len(captures(home)) == 2 and program.stop() == 0


def look_on(home, proxy, times, step=SETTLE):
    """So many further polls, a settling time apart."""
    for _ in range(times):
        seen = polls(proxy)
        wait_until(lambda: move_clock(home, step) or polls(proxy) > seen, what="another poll", every=0.2)  # noqa: B023


@pytest.mark.parametrize("way", ["there", "back"])
def test_question_that_is_late(behind, engine, proxy, way):
    """On its way there, or back: what settles in that time was told at its end."""
    with never_refreshed(behind, engine, proxy):
        seen = polls(proxy)
        if way == "back":
            proxy.add(Fault("delay", path="_stats", seconds=1))
        with standing_still(engine) if way == "there" else contextlib.nullcontext():
            wait_until(lambda: move_clock(behind, 1) or polls(proxy) > seen, what="a question on its way")
            move_clock(behind, SETTLE + 2)
            time.sleep(0.3)
        look_on(behind, proxy, 3)


def test_clock_that_steps(behind, engine, proxy):
    """Back and an hour ahead while a checkpoint settles; only the steady clock goes on as it should."""
    with never_refreshed(behind, engine, proxy):
        look_on(behind, proxy, 1, step=1)
        now = steady = behind.clock()
        for step in (-30, 3600, -3600, 86400, -86400 + 40):
            now, steady = now + step, steady + 2
            seen = polls(proxy)
            behind.set_clock(now, steady)
            time.sleep(0.2)
            wait_until(lambda: behind.set_clock(behind.clock() + 1, steady) or polls(proxy) > seen,  # noqa: B023
                       what="a poll", every=0.1)
        behind.set_clock(behind.clock(), behind.clock())


# How somebody's own cluster may have T-Pot's strings.
KEYWORD = {"type": "keyword"}
STRINGS = {
    "own-keyword": KEYWORD,
    "own-text": {"type": "text"},
    "own-raw": {"type": "text", "fields": {"raw": KEYWORD}},
}


def mapped(strings):
    """An index whose new strings are mapped so."""
    return {"mappings": {"properties": {"@timestamp": {"type": "date"}},
                         "dynamic_templates": [{"strings": {"match_mapping_type": "string", "mapping": strings}}]}}


@pytest.mark.parametrize("strings", STRINGS)
def test_stories_of_strings_mapped_otherwise(collecting, engine, strings):
    """What attackers did is found as well, whichever field of a string can be searched."""
    collecting.configure("collector", index="own-*")
    maker = tpot_documents.Maker(random.Random(42))
    engine.request("PUT", "/" + strings, mapped(STRINGS[strings]))
    try:
        at = collecting.clock() - 600
        attack, exploit = Attack(maker, at, "own"), maker.log4pot(at, tpot_day.sha256("exploit"))
        engine.bulk([(strings, None, document) for _, _, document in attack.documents])
        engine.bulk([(strings, None, document) for document in exploit], refresh=True)
        log = read_all(collecting, engine)
        told = {row["session"]: row for row in collecting.sql("SELECT * FROM session")}
        assert told[attack.session]["user_name"] == "root" and told[attack.session]["typed"] == 2, log
        assert any(row["request"] for row in told.values() if row["honeypot"] == "Log4pot"), log
    finally:
        engine.delete_index(strings)


def test_strings_mapped_otherwise(collecting_each, each_engine):
    """Whichever field of a string can be searched is searched, and the index is audited in the same way."""
    home, engine = collecting_each, each_engine
    home.configure("collector", index="own-*")
    w = Writer(home, engine)
    try:
        for index, mapping in STRINGS.items():
            engine.request("PUT", "/" + index, mapped(mapping))
            for number in range(2):
                w.write(f"{index} {number}", index=index)
        log = read_all(home, engine)
        assert w.found() == w.wanted, log
        move_clock(home, 25 * HOUR)
        log = read_all(home, engine)
        assert "missed" not in log and len(captures(home)) == len(w.wanted)
    finally:
        for index in STRINGS:
            engine.delete_index(index)


@pytest.mark.parametrize("longest", [8, 27])
def test_strings_left_out(collecting_each, each_engine, longest):
    """Too long for the index: found by the engine's mark, or the index waits, with the reason; once mended, it is read."""
    home, engine = collecting_each, each_engine
    home.configure("collector", index="own-*,logstash-*")
    w = Writer(home, engine)
    engine.request("PUT", "/own-short", mapped({"type": "keyword", "ignore_above": longest}))
    try:
        hidden = w.write("left out", index="own-short", identifier="1")
        w.write("found")
        engine.refresh("own-short")
        marks = engine.request("GET", "/own-short/_count?q=_ignored:eventid")["count"] == 1
        reasons = ("own-short", "maps field eventid with ", f": {longest}, which leaves", "_update_by_query")
        log = read_all(home, engine)
        assert marks == (engine.name not in ("os2", "os3", "es78")), log
        if marks:
            assert w.found() == w.wanted, log
            return
        assert w.found() == w.wanted - {hidden} and all(reason in log for reason in reasons), log
        assert home.one("SELECT position FROM cursor WHERE index_name = 'own-short'") == -1
        status, log = home.run("collector", "--check")
        assert status == 1 and all(reason in log for reason in reasons), log
        engine.request("PUT", "/own-short/_mapping", {"properties": {
            name: {"type": "keyword", "ignore_above": 256} for name in ("eventid", "type")}})
        w.write("left out", index="own-short", identifier="1")      # as _update_by_query does
        assert "ignore_above" not in read_all(home, engine)
        assert w.all_there() and len(captures(home)) == 2
    finally:
        engine.delete_index("own-short")


def test_audit_finds_what_was_passed(collecting, engine):
    """A build that believes each checkpoint at once passes what is not yet visible, and finds it later."""
    w = Writer(collecting, engine)
    collecting.set_clock(time.time() - 12 * HOUR)
    engine.request("PUT", "/" + OLD, {"settings": {"refresh_interval": f"{REFRESH}s"}})
    for number in range(3):
        w.write(f"invisible {number}", index=OLD)
    program = collecting.start("collector", env={"POTPRESS_NO_EVIDENCE": "1"})
    passed = "SELECT count(*) FROM cursor WHERE shard >= 0 AND position = 2"
    wait_until(lambda: move_clock(collecting, 30) or (collecting.has_tables() and collecting.one(passed)),
               what="three passed documents")
    assert not w.found()
    engine.refresh()
    wait_until(lambda: move_clock(collecting, HOUR / 4) or w.all_there(), what="what was passed")
    assert "missed=3" in program.log and OLD in program.log
    assert len(captures(collecting)) == 3
    assert program.stop() == 0


def test_moved_cursor(collecting, engine):
    """Whoever moved the cursor: an hour later the index is read again, and nothing is counted twice."""
    w = Writer(collecting, engine)
    w.write("read", index=OLD)
    read_all(collecting, engine)
    w.write("passed", index=OLD)
    collecting.sql("UPDATE cursor SET position = position + 1, checkpoint = checkpoint + 1 WHERE shard >= 0")
    read_all(collecting, engine)
    assert not w.all_there()
    move_clock(collecting, HOUR + 60)
    log = read_all(collecting, engine)
    assert w.all_there() and len(captures(collecting)) == 2
    assert "missed=1" in log and OLD in log
    move_clock(collecting, 25 * HOUR)
    assert "missed" not in read_all(collecting, engine)


class Disk:
    """What is on the disk of one index, put back later as from a snapshot of the machine."""

    def __init__(self, engine, index):
        self.engine = engine
        uuid = engine.request("GET", f"/{index}/_settings")[index]["settings"]["index"]["uuid"]
        self.files = next(engine.home.glob(f"*/data/**/indices/{uuid}"))
        self.copy = engine.home / f"{uuid}.copy"

    def keep(self):
        self.engine.request("POST", "/_flush")
        shutil.copytree(self.files, self.copy)

    def restore(self):
        self.engine.stop()
        shutil.rmtree(self.files)
        self.copy.rename(self.files)
        self.engine.start()


def test_restored_in_place(collecting, engine):
    """The engine is set back and gives its numbers to other documents: some stand below the cursor."""
    w = Writer(collecting, engine)
    w.write("kept", index=OLD)
    disk = Disk(engine, OLD)
    disk.keep()
    for name in ("lost one", "lost two"):
        w.write(name, index=OLD)
    read_all(collecting, engine)
    assert w.all_there()
    disk.restore()
    for number in range(4):
        w.write(f"in their place {number}", index=OLD)
    log = read_all(collecting, engine)
    assert w.all_there() and len(captures(collecting)) == 7
    assert "missed=2" in log and OLD in log


def put_back_to_version_1(home):
    """The database as version 0.1.0 would have left it: it counts nothing of what it reads."""
    newer = home.database_path.rename(home.path / "newer.db")
    with contextlib.closing(sqlite3.connect(home.database_path)) as db:
        db.executescript(VERSION_1.read_text())
        db.execute("ATTACH ? AS newer", (str(newer),))
        for table in ("sample", "sighting", "cursor"):
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})"))
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM newer.{table}")
        db.commit()


def test_what_version_1_missed(collecting, engine):
    """After the upgrade all is read once more: what was passed is found, and nothing is counted twice."""
    w = Writer(collecting, engine)
    w.write("read", index=OLD)
    w.write("read as well")
    read_all(collecting, engine)
    w.write("passed", index=OLD)
    collecting.sql("UPDATE cursor SET position = 1, checkpoint = 1 WHERE index_name = ?", OLD)
    put_back_to_version_1(collecting)
    w.write("new", index=OLD)
    log = read_all(collecting, engine)
    assert w.all_there() and len(captures(collecting)) == 4
    assert "missed=1" in log
    assert collecting.one("SELECT seen FROM cursor WHERE index_name = ?", OLD) == 3
    assert "missed=" not in read_all(collecting, engine)


def test_killed_before_a_refresh(behind, engine, proxy):
    """A collector that never lives as long as a refresh takes goes on with what those before it had noted."""
    w = Writer(behind, engine)

    def wait_for_a_poll():
        polls = len(proxy.sent("GET", "_stats"))
        move_clock(behind, 2)
        wait_until(lambda: len(proxy.sent("GET", "_stats")) > polls, what="a poll")

    for number in range(12):
        w.write(f"file {number}", index=OLD)
        engine.refresh()
        program = behind.start("collector")
        wait_until(lambda: "event=started" in program.log, what="a start")  # noqa: B023
        wait_for_a_poll()
        wait_for_a_poll()
        program.kill()
    assert len(w.found()) >= 4


def test_deleted_cursor(collecting, engine):
    """Its index is read from the start, and nothing is counted twice."""
    w = Writer(collecting, engine)
    w.write("read", index=OLD)
    read_all(collecting, engine)
    w.write("after", index=OLD)
    collecting.sql("DELETE FROM cursor WHERE shard >= 0")
    assert "known=1" in read_all(collecting, engine)
    assert w.all_there() and len(captures(collecting)) == 2


@pytest.fixture
def untold(home, engine):
    """A collector whose engine reports neither checkpoints nor uuids."""
    with FaultProxy(engine.url) as proxy:
        proxy.add(answer(410, UNTOLD, path="/_stats|/_settings", times=None))
        driving.speak_to(home, engine, url=proxy.url)
        home.set_clock(time.time() - 600)
        yield home


def test_engine_without_stats(untold, engine):
    """The highest visible number takes the checkpoint's place, also where the engine has no such path at all."""
    w = Writer(untold, engine)
    w.write("one")
    read_all(untold, engine)
    w.write("two")
    read_all(untold, engine)
    assert w.found() == w.wanted


@pytest.mark.parametrize("status, words", [(403, "security_exception"), (404, ""), (405, "method_not_allowed")])
def test_settings_that_are_not_told(behind, engine, proxy, status, words):
    """Only the settings of indices are refused, by the engine or by a proxy that lets few paths through: they are not needed."""
    how = {} if words else {"headers": {}}
    body = engine_error(words, "not for this user", status) if words else "<html>not here</html>"
    proxy.add(answer(status, body, path="/_settings", times=None, **how))
    w = Writer(behind, engine)
    w.write("first")
    log = read_all(behind, engine)
    w.write("second", index=OLD)
    log += read_all(behind, engine)
    assert w.found() == w.wanted and "paused" not in log, log
    if status == 403:
        assert "privilege" not in behind.run("collector", "--check")[1]
    assert behind.run("collector", "--since", "2026-01-01", "--yes")[0] == 0


def test_made_again_and_grown(untold, engine):
    """An index that was made again and grew past its old end between two polls, and whose uuid is not reported."""
    w = Writer(untold, engine)
    w.write("first", index=OLD)
    w.write("second", index=OLD)
    read_all(untold, engine)
    engine.delete_index(OLD)
    for number in range(4):
        w.write(f"again {number}", index=OLD)
    log = read_all(untold, engine)
    assert w.found() == w.wanted and "missed" in log


@pytest.mark.parametrize("shared_each_engine", ["os3"], indirect=True)
def test_refreshed_rarely_by_default(collecting_each, each_engine):
    """OpenSearch's default for indices without an interval of their own stands in no index's settings."""
    home, engine = collecting_each, each_engine
    default = "cluster.default.index.refresh_interval"
    w = Writer(home, engine)
    engine.request("PUT", "/_cluster/settings", {"persistent": {default: "60s"}})
    try:
        engine.request("PUT", "/" + OLD)
        engine.request("PUT", f"/{OLD}/_settings", {"index.refresh_interval": None})
        w.write("invisible", index=OLD)
        program = home.start("collector")
        wait_until(lambda: home.has_tables() and waiting(home), what="a noted checkpoint")
        for _ in range(15):
            move_clock(home, SETTLE)
            time.sleep(0.1)
        assert waiting(home) == 1 and not w.found()
        pump(home, engine, w.all_there, "the document, once it is visible")
        assert program.stop() == 0
    finally:
        engine.request("PUT", "/_cluster/settings", {"persistent": {default: None}})


def test_fields_no_search_finds(collecting, engine):
    """An index that keeps documents without mapping their fields waits, with the reason; once mended, it is read."""
    w = Writer(collecting, engine)
    engine.request("PUT", "/" + OLD, {"mappings": {"dynamic": False, "properties": {"@timestamp": {"type": "date"}}}})
    hidden = w.write("hidden", index=OLD, identifier="1")
    w.write("found")
    reasons = (OLD, "holds field eventid in its documents, but does not map it", "_update_by_query")
    log = read_all(collecting, engine)
    assert w.found() == w.wanted - {hidden}
    assert all(reason in log for reason in reasons), log
    assert "holds field" not in read_all(collecting, engine)        # once a day is enough
    assert collecting.one("SELECT position FROM cursor WHERE index_name = ?", OLD) == -1
    status, log = collecting.run("collector", "--check")
    assert status == 1 and all(reason in log for reason in reasons), log
    move_clock(collecting, 25 * HOUR)
    log = read_all(collecting, engine)
    assert all(reason in log for reason in reasons), log
    engine.request("PUT", f"/{OLD}/_mapping", {"properties": {
        name: {"type": "keyword"} for name in ("eventid", "type", "reason", "payload_hash_md5", "download_count")}})
    w.write("hidden", index=OLD, identifier="1")                    # as _update_by_query does
    assert "holds field" not in read_all(collecting, engine)
    assert w.all_there() and len(captures(collecting)) == 2


@pytest.mark.parametrize("source", [{"includes": ["geoip.*"]}, {"excludes": ["eventid"]}, {"enabled": False}],
                         ids=["little", "most", "nothing"])
def test_documents_that_are_not_kept(collecting_each, each_engine, source):
    """An index that finds documents but keeps only a part of them, or nothing: each is recorded with the reason, none is passed
    silently."""
    home, engine = collecting_each, each_engine
    w = Writer(home, engine)
    engine.request("PUT", "/" + OLD, {"mappings": {"_source": source}})
    lost = w.write("not kept", index=OLD, identifier="1")
    w.write("kept")
    log = read_all(home, engine)
    assert w.found() == w.wanted - {lost} and "event=rejected" in log, log
    refused, = home.sql("SELECT index_name, document_id, reason FROM rejected")
    assert (refused["index_name"], refused["document_id"]) == (OLD, "1") and "_source" in refused["reason"]
