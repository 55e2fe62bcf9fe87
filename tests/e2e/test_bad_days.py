"""The collector's bad days: each outage is reported with its reason and waited for, and nothing is lost."""

import json
import pathlib
import random
import re
import shutil
import time

import driving
import lab
import pytest
import tpot_day
import tpot_documents
from driving import SETTLE, captures, move_clock, pump, read_all
from faultproxy import Fault
from harness import wait_until

HOUR = 3600
JSON = {"Content-Type": "application/json"}
SEARCH, STATS = "/_search", "/_stats"


class Writer:
    """Writes captures, one file each, and knows what must be found."""

    def __init__(self, home, engine):
        self.home, self.engine = home, engine
        self.maker = tpot_documents.Maker(random.Random(1))
        self.wanted = set()

    def write(self, name, index=None, ago=60, identifier=None, **change):
        at = self.home.clock() - ago
        shasum = tpot_day.sha256(name)
        document = {**self.maker.cowrie(at, shasum, "wget"), **change}
        self.engine.bulk([(index or tpot_day.index_of(at), identifier, document)])
        self.wanted.add(shasum)
        return shasum

    def found(self):
        return {r["sha256"] for r in self.home.sql("SELECT sha256 FROM sample")} if self.home.has_tables() else set()

    def all_there(self):
        return self.found() >= self.wanted


@pytest.fixture
def writer(home):
    """Made with the engine by `writing`."""
    return lambda engine: Writer(home, engine)


def said(program, *words):
    """Each of the words stands in the log."""
    return all(word in program.log for word in words)


def answer(status, body, times=2, path=SEARCH, **how):
    how.setdefault("headers", JSON)
    return Fault("replace", path=path, times=times, status=status,
                 body=body if isinstance(body, (str, bytes)) else json.dumps(body), **how)


def engine_error(kind, reason, status):
    return {"error": {"root_cause": [], "type": kind, "reason": reason}, "status": status}


PASSING = {
    "circuit breaker": (answer(429, engine_error(
        "circuit_breaking_exception", "[parent] Data too large, data for [<http_request>]", 429)),
        "circuit_breaking_exception"),
    "queue full": (answer(429, engine_error(
        "es_rejected_execution_exception", "rejected execution of task", 429)), "es_rejected_execution_exception"),
    "shards missing": (answer(503, engine_error(
        "search_phase_execution_exception", "Search rejected due to missing shards", 503)), "missing shards"),
    "state not recovered": (answer(503, engine_error(
        "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized]", 503),
        path=STATS), "state not recovered"),
    "bad gateway, nothing in it": (answer(502, b"", headers={"Content-Type": "text/html"}), "HTTP 502"),
    "gateway's page": (answer(504, "<html><h1>504 Gateway Time-out</h1></html>", headers={}), "HTTP 504"),
    "gateway's page for a poll": (answer(502, "<html>502</html>", path=STATS, headers={}), "HTTP 502"),
    "timed out": (answer(200, {"timed_out": True, "_shards": {"total": 1, "failed": 0}}), "is incomplete"),
    "a shard failed": (answer(200, {"timed_out": False, "_shards": {"total": 1, "failed": 1}}), "is incomplete"),
    "no shard asked": (answer(200, {"timed_out": False, "_shards": {"total": 0, "failed": 0}}), "is incomplete"),
    "an empty object": (answer(200, {}), "is incomplete"),
    "nothing": (answer(200, b""), "is not from a search engine"),
    "a portal": (answer(200, "<html>Please log in</html>", headers={}), "is not from a search engine"),
    "no shard answers yet": (answer(200, {"_shards": {"total": 31, "successful": 0, "failed": 0}}, path=STATS),
                             "it is starting"),
    "shards failed to tell": (answer(200, {"_shards": {"total": 1, "successful": 0, "failed": 1}}, path=STATS),
                              "none of its 1 shards answers"),
    "not what _stats tells": (answer(200, {"took": 1}, path=STATS), "check `url`"),
    "cut": (Fault("cut", path=SEARCH, times=2, at=40), "truncated"),
    "lost": (Fault("lose", path=SEARCH, times=2), "connection"),
    "reset": (Fault("reset", path=STATS, times=2), "connection"),
}


def test_passes(behind, engine, proxy, writer):
    """Whatever stands in for an answer is no answer: it pauses, says why, and reads all of it afterwards."""
    w = writer(engine)
    w.write("before")
    program = behind.start("collector")
    pump(behind, engine, w.all_there, "what was there before")
    for name, (fault, words) in PASSING.items():
        told = len(program.log)
        w.write(name)
        armed = proxy.add(fault)
        pump(behind, engine, lambda: armed.times == 0 and w.all_there(), f"what was written during: {name}")
        pump(behind, engine, lambda: "event=resumed" in program.log[told:], f"the end of: {name}")
        assert "event=paused" in program.log[told:], name
        assert words in program.log[told:], (name, program.log[told:][:600])
    assert program.stop() == 0
    assert len(captures(behind)) == len(w.wanted) == len(PASSING) + 1


def test_restart_of_the_engine(collecting, engine, writer):
    """T-Pot's nightly reboot, for real: many indices, a collector that polls all the while."""
    w = writer(engine)
    for number in range(8):
        w.write(f"day {number}", index=f"logstash-2026.10.{number + 1:02}")
    program = collecting.start("collector")
    pump(collecting, engine, w.all_there, "what was there before")
    cursors = collecting.sql("SELECT index_uuid, position FROM cursor ORDER BY 1")
    w.write("just before", index="logstash-2026.10.08")
    engine.stop()
    wait_until(lambda: move_clock(collecting, 2) or said(program, "event=paused"), what="a pause")
    engine.start()
    w.write("just after", index="logstash-2026.10.01")
    pump(collecting, engine, w.all_there, "what was written before and after the restart")
    assert program.stop() == 0
    assert len(captures(collecting)) == len(w.wanted)
    after = collecting.sql("SELECT index_uuid, position FROM cursor ORDER BY 1")
    assert [c["index_uuid"] for c in after] == [c["index_uuid"] for c in cursors]


class Disk:
    """Loses the files of an index, so that it turns red, and finds them again."""

    def __init__(self, engine, index):
        self.engine, self.index = engine, index
        uuid = engine.request("GET", f"/{index}/_settings")[index]["settings"]["index"]["uuid"]
        self.files = next(engine.home.glob(f"*/data/**/indices/{uuid}/0/index"))
        self.aside = self.files.with_name("aside")

    def lose(self):
        self.engine.request("POST", f"/{self.index}/_close")
        self.files.rename(self.aside)
        self.engine.request("POST", f"/{self.index}/_open?wait_for_active_shards=0")
        lab.wait_for(lambda: self.engine.request("GET", f"/_cluster/health/{self.index}")["status"] == "red", "red")

    def find(self):
        """The engine looks at its disk again only when it starts."""
        self.engine.stop()
        shutil.rmtree(self.files, ignore_errors=True)
        self.aside.rename(self.files)
        self.engine.start()


def test_red_at_the_first_look(collecting, engine, writer):
    """The first look waits until every index is there, so that nothing old is taken for new."""
    w = writer(engine)
    w.write("green")
    nowhere = "index.routing.allocation.require._name"
    engine.request("PUT", "/logstash-2026.10.05?wait_for_active_shards=0", {"settings": {nowhere: "nowhere"}})
    engine.refresh("logstash-2026.11.*")
    program = collecting.start("collector")
    wait_until(lambda: said(program, "event=paused", "logstash-2026.10.05", "red"), what="a reason")
    assert collecting.one("SELECT count(*) FROM cursor") == 0
    engine.request("PUT", "/logstash-2026.10.05/_settings", {nowhere: None})
    w.write("was red", ago=20 * HOUR, index="logstash-2026.10.05")
    pump(collecting, engine, w.all_there, "both")
    assert program.stop() == 0


def test_red_later(collecting, engine, writer):
    """One red index is named, and stops no other."""
    w = writer(engine)
    w.write("a", index="logstash-2026.10.05")
    w.write("b")
    read_all(collecting, engine)
    w.write("late in the old one", index="logstash-2026.10.05")
    w.write("after")
    engine.refresh()
    disk = Disk(engine, "logstash-2026.10.05")
    program = collecting.start("collector")
    wait_until(lambda: driving.unsettled(collecting) == 2, what="what grew is noted")
    disk.lose()                                 # between the poll and the page
    others = "logstash-*,-logstash-2026.10.05"  # a refresh would wait a minute for the lost one
    late = tpot_day.sha256("late in the old one")
    pump(collecting, engine, lambda: w.found() >= w.wanted - {late}, "the other index", refresh=others)
    assert late not in w.found()
    assert said(program, "event=paused", "index logstash-2026.10.05", "HTTP 503"), program.log
    pump(collecting, engine, lambda: said(program, "has shards that do not answer"), "a word", refresh=others)
    w.write("even later")
    pump(collecting, engine, lambda: tpot_day.sha256("even later") in w.found(), "what comes now", refresh=others)
    disk.find()
    pump(collecting, engine, w.all_there, "what the red one held")
    assert program.stop() == 0


def test_blocked_index(collecting, engine, writer):
    """A block on an index is a passing 403, not a matter of rights."""
    w = writer(engine)
    w.write("one", index="logstash-2026.10.05")
    w.write("two")
    engine.refresh()
    engine.request("PUT", "/logstash-2026.10.05/_settings", {"index.blocks.read": True})
    program = collecting.start("collector")
    pump(collecting, engine, lambda: tpot_day.sha256("two") in w.found() and said(program, "FORBIDDEN/7/index read"),
         "the other index, and the reason")
    assert collecting.one("SELECT kind FROM pause") in (None, "down")
    engine.request("PUT", "/logstash-2026.10.05/_settings", {"index.blocks.read": False})
    pump(collecting, engine, w.all_there, "both")
    engine.request("PUT", "/logstash-2026.10.05/_settings", {"index.blocks.metadata": True})
    w.write("three")
    pump(collecting, engine, lambda: said(program, "FORBIDDEN/9/index metadata"), "a refused look at the indices")
    engine.request("PUT", "/logstash-2026.10.05/_settings", {"index.blocks.metadata": False})
    pump(collecting, engine, w.all_there, "what came during the block")
    assert program.stop() == 0


def test_closed_and_listed(collecting, engine, writer):
    """`index` may be a list; one of it that is closed or missing keeps no other from being read."""
    w = writer(engine)
    w.write("open", index="logstash-2026.10.06")
    w.write("closed", index="logstash-2026.10.05")
    engine.request("POST", "/logstash-2026.10.05/_close")
    collecting.configure("collector", index="logstash-2026.10.05,logstash-2026.10.06,logstash-2026.10.07")
    read_all(collecting, engine)
    assert w.found() == {tpot_day.sha256("open")}
    engine.request("POST", "/logstash-2026.10.05/_open?wait_for_active_shards=1")
    read_all(collecting, engine)
    assert w.all_there()


def test_closed_at_the_first_look(collecting, engine, writer):
    """What is old in an index that was closed at the first look is not taken for new when it opens."""
    w = writer(engine)
    w.write("new")
    old = w.write("old", index="logstash-2026.09.01", ago=60 * 24 * HOUR)
    w.write("not so old", index="logstash-2026.09.01", ago=2 * HOUR)
    engine.request("POST", "/logstash-2026.09.01/_close")
    collecting.set_clock(time.time() + 5)       # the engine dates the index by the real clock
    read_all(collecting, engine)
    engine.request("POST", "/logstash-2026.09.01/_open?wait_for_active_shards=1")
    read_all(collecting, engine)
    assert w.found() == w.wanted - {old}


def test_never_refreshed(collecting, engine, writer):
    """An index whose new documents stay invisible is refused with words; the others are read."""
    w = writer(engine)
    engine.request("PUT", "/logstash-2026.10.05", {"settings": {"refresh_interval": "-1"}})
    hidden = w.write("hidden", index="logstash-2026.10.05")
    w.write("visible")
    engine.refresh(tpot_day.index_of(collecting.clock()))
    program = collecting.start("collector")
    wait_until(lambda: move_clock(collecting, SETTLE) or w.found() >= w.wanted - {hidden}, what="the other index")
    assert w.found() == w.wanted - {hidden}
    assert said(program, "logstash-2026.10.05 has refresh_interval -1", "set it to 1s or more")
    status, text = collecting.run("collector", "--check")
    assert status == 1 and "refresh_interval -1" in text
    for _ in range(5):
        move_clock(collecting, 5)
        time.sleep(0.1)
    assert program.log.count("refresh_interval -1") == 1
    engine.request("PUT", "/logstash-2026.10.05/_settings", {"index.refresh_interval": "1s"})
    pump(collecting, engine, w.all_there, "what was hidden")
    assert program.stop() == 0


def test_no_sequence_numbers(collecting, engine, writer):
    """Elasticsearch 9 can do without them; such an index cannot be read by arrival."""
    w = writer(engine)
    settings = {"settings": {"index.disable_sequence_numbers": True}}
    answered = lab.http("PUT", engine.url + "/logstash-2026.10.05", settings)
    if engine.request("GET", "/").get("version", {}).get("number", "").startswith("8."):
        assert answered.status == 400   # the setting is new in 9
        return
    assert answered.status == 200, answered.body
    left_out = w.write("left out", index="logstash-2026.10.05")
    w.write("read")
    log = read_all(collecting, engine)
    assert w.found() == w.wanted - {left_out}
    assert "logstash-2026.10.05 has index.disable_sequence_numbers" in log


def test_slow_refresh(collecting, engine, writer):
    """A checkpoint rests two refresh intervals, also over a restart."""
    w = writer(engine)
    engine.request("PUT", "/logstash-2026.10.05", {"settings": {"refresh_interval": "20s"}})
    w.write("slow", index="logstash-2026.10.05")
    w.write("quick")
    program = collecting.start("collector")
    wait_until(lambda: driving.unsettled(collecting) == 2, what="both are noted")
    engine.refresh()
    move_clock(collecting, SETTLE)
    wait_until(lambda: w.found() == {tpot_day.sha256("quick")}, what="the quick one")
    assert program.stop() == 0
    rests = {r["index_name"]: r["s"] for r in collecting.sql(
        "SELECT index_name, settled_at - checkpoint_at AS s FROM cursor WHERE shard >= 0")}
    assert rests["logstash-2026.10.05"] == 40 and set(rests.values()) == {10, 40}
    program = collecting.start("collector")
    wait_until(lambda: said(program, "event=started"), what="a start")
    move_clock(collecting, SETTLE)
    time.sleep(0.5)
    assert w.found() == {tpot_day.sha256("quick")}
    move_clock(collecting, 20)
    wait_until(lambda: move_clock(collecting, 1) or w.all_there(), what="the slow one")
    assert program.stop() == 0


def test_field_beyond_the_limit(collecting, engine, writer):
    """A document whose selecting field fell past the index's field limit is found all the same."""
    w = writer(engine)
    index = "logstash-2026.10.05"
    engine.request("PUT", f"/{index}", {"settings": {
        "index.mapping.total_fields.limit": 40, "index.mapping.total_fields.ignore_dynamic_beyond_limit": True}})
    filling = {f"filling_{number}": number for number in range(40)}
    engine.bulk([(index, None, {"@timestamp": "2026-10-05T00:00:00Z", **filling})])
    w.write("hidden", index=index)
    engine.refresh()
    seen = engine.request("POST", f"/{index}/_search", {"query": {"exists": {"field": "shasum"}}})
    assert seen["hits"]["total"]["value"] == 0
    read_all(collecting, engine)
    assert w.all_there()


def test_large_pages(collecting, engine, writer):
    """A page over the limit is asked again in halves; a document that alone passes it is rejected."""
    w = writer(engine)
    index = tpot_day.index_of(collecting.clock())
    for number in range(12):
        w.write(f"large {number}", url="http://198.51.100.7/" + "a " * 500_000)
    huge = w.write("huge", url="http://198.51.100.7/" + "a " * 5_000_000)
    for number in range(3):
        w.write(f"behind {number}")
    read_all(collecting, engine)
    assert w.found() == w.wanted - {huge}
    row = collecting.sql("SELECT index_name, reason FROM rejected")
    assert [r["index_name"] for r in row] == [index] and "too large" in row[0]["reason"]


def test_search_only(behind, engine, proxy, writer):
    """A user who may not see how far an index has grown is served by the highest visible number."""
    w = writer(engine)
    refusal = engine_error("security_exception", "action [indices:monitor/stats] is unauthorized for user [reader]", 403)
    proxy.add(answer(403, refusal, path="/_stats|/_settings", times=None))
    engine.request("PUT", "/logstash-2026.10.05", {"settings": {"number_of_shards": 3}})
    for number in range(10):
        w.write(f"sharded {number}", index="logstash-2026.10.05", identifier=f"id-{number}")
    w.write("one")
    log = read_all(behind, engine)
    assert w.found() == w.wanted and "privilege `monitor`" in log
    w.write("two")
    w.write("late", index="logstash-2026.10.05", ago=90 * HOUR)
    read_all(behind, engine)
    assert w.found() == w.wanted
    assert behind.one("SELECT position FROM cursor WHERE index_name = 'logstash-2026.10.05' AND shard = 0") > 0
    engine.delete_index("logstash-2026.10.05")  # seen by its numbers, which go back
    w.write("made again", index="logstash-2026.10.05")
    read_all(behind, engine)
    assert w.found() == w.wanted
    proxy.clear()                               # the right is given: nothing is read twice
    for number in range(4):
        w.write(f"with rights {number}")
    log = read_all(behind, engine)
    assert w.found() == w.wanted and "known=0" in log
    assert behind.one("SELECT count(*) FROM cursor WHERE index_uuid LIKE 'name:%'") == 0


def test_nothing_new_costs_one_request(behind, engine, proxy, writer):
    """A poll that finds nothing is one small request."""
    w = writer(engine)
    engine.request("PUT", "/logstash-2026.10.01", {"settings": {"number_of_replicas": 1}})  # no node for it
    for number in range(9):
        w.write(f"day {number}", index=f"logstash-2026.10.{number + 1:02}")
    read_all(behind, engine)
    assert w.all_there()
    behind.once("collector")
    before = len(proxy.requests)
    program = behind.start("collector")
    wait_until(lambda: len(proxy.requests) > before, what="a poll")
    for _ in range(5):
        polls = len(proxy.requests)
        move_clock(behind, 2)
        wait_until(lambda: len(proxy.requests) > polls, what="another poll")
    assert program.stop() == 0
    first, *asked = proxy.requests[before:]
    assert STATS in first.path
    while "/_settings" in asked[0].path or "/_search" in asked[0].path:
        del asked[0]                            # at its start it makes sure once that only the copy is missing
    assert {r.path.split("?")[0] for r in asked} == {"/logstash-*/_stats/docs,refresh"}
    assert all(r.method == "GET" and not r.body and "gzip" in r.header("accept-encoding") for r in asked)
    assert max(len(r.path) for r in proxy.requests) < 300


def test_once_ends_while_it_grows(collecting, engine, writer):
    """--once reads up to one fresh checkpoint, however fast the next documents come."""
    w = writer(engine)
    w.write("zeroth")
    read_all(collecting, engine)
    w.write("first")
    program = collecting.start("collector", "--once")
    deadline = time.monotonic() + 30
    number = 0
    while program.running():
        assert time.monotonic() < deadline, program.log
        number += 1
        w.write(f"more {number}", index=f"logstash-2026.10.{number % 28 + 1:02}")
        engine.refresh()
        move_clock(collecting, 3)
        time.sleep(0.05)
    assert program.process.returncode == 0, program.log
    assert tpot_day.sha256("first") in w.found()


def test_oldest_first(collecting, engine, writer):
    """A backlog is read in the order of the days."""
    w = writer(engine)
    collecting.configure("collector", start="30d")
    days = [w.write(f"{ago} days ago", ago=ago * 24 * HOUR) for ago in (2, 5, 1, 4, 3)]
    read_all(collecting, engine)
    found = [r["sha256"] for r in collecting.sql("SELECT sha256 FROM sample ORDER BY id")]
    assert found == [days[n] for n in (1, 3, 4, 0, 2)]


PAGES = "/_search.*_source&preference"
ALWAYS = {
    "every search": (504, "<html><h1>504 Gateway Time-out</h1></html>", {}, "/_search"),
    "pages": (429, engine_error("circuit_breaking_exception", "[parent] Data too large", 429), JSON, PAGES),
    "pages, at a web server": (504, "<html><h1>504 Gateway Time-out</h1></html>", {}, PAGES),
    "pages, at another one": (502, "<html>Proxy Error: error reading from remote server</html>", {}, PAGES),
    "pages that are too much": (413, "<html>Response Entity Too Large</html>", {}, PAGES),
}


@pytest.mark.parametrize("what", ALWAYS)
def test_one_index_always_fails(behind, engine, proxy, writer, what):
    """It goes behind the others and is asked for less and less, until it is read as well."""
    w, bad = writer(engine), "logstash-2026.10.01"      # the oldest, so the first in line
    status, body, headers, path = ALWAYS[what]
    proxy.add(answer(status, body, times=None, path=f"/{bad}{path}", headers=headers))
    refused = w.write("refused", index=bad)
    w.write("healthy", index="logstash-2026.10.02")
    program = behind.start("collector")
    for turn in range(3):
        w.write(f"healthy {turn}", index=f"logstash-2026.10.0{turn + 3}")
        before = behind.clock()
        pump(behind, engine, lambda: w.found() >= w.wanted - {refused}, "the healthy indices")
        assert behind.clock() - before < 300
    pages = f"/{bad}{PAGES}"
    if what != "every search":
        pump(behind, engine, lambda: len(proxy.sent("POST", pages)) >= 4, "smaller and smaller pages")
        assert [json.loads(r.body)["size"] for r in proxy.sent("POST", pages)][:4] == [500, 250, 125, 62]
    assert said(program, f"index {bad}", f"HTTP {status}", "event=retry")
    proxy.clear()
    pump(behind, engine, w.all_there, "the one that failed", seconds=60)
    assert program.stop() == 0


@pytest.mark.parametrize("what", ["every search", "pages"])
def test_one_index_always_fails_for_cron(behind, engine, proxy, writer, what):
    """Each run reads the others, and smaller pages of this one, before it ends with the reason."""
    w, bad = writer(engine), "logstash-2026.10.01"
    status, body, headers, path = ALWAYS[what]
    proxy.add(answer(status, body, times=None, path=f"/{bad}{path}", headers=headers))
    refused = w.write("refused", index=bad)
    for turn in range(3):
        w.write(f"healthy {turn}", index=f"logstash-2026.10.0{turn + 2}")
        engine.refresh()
        program = behind.start("collector", "--once")
        wait_until(lambda: move_clock(behind, SETTLE) or not program.running(), what="the end")  # noqa: B023
        assert program.process.returncode == 75 and f"index {bad}" in program.log, program.log
        assert w.found() == w.wanted - {refused}, program.log
    proxy.clear()
    read_all(behind, engine)
    assert w.all_there()


def test_every_index_fails_for_cron(behind, engine, proxy, writer):
    """The engine answers polls alone: a run does not try all of them."""
    w = writer(engine)
    proxy.add(answer(504, "<html>504</html>", times=None, path="/_search", headers={}))
    for number in range(9):
        w.write(f"file {number}", index=f"logstash-2026.10.0{number + 1}")
    engine.refresh()
    program = behind.start("collector", "--once")
    wait_until(lambda: move_clock(behind, SETTLE) or not program.running(), what="the end")
    assert program.process.returncode == 75 and "HTTP 504" in program.log
    assert len(proxy.sent("POST", r"/logstash-2026[^/]*/_search")) == 4
    proxy.clear()
    read_all(behind, engine)
    assert w.all_there()


ORIGINS = "_search.ignore_unavailable=true&allow_partial_search_results=true"
NEVER = {
    "captures without a source": (504, "<html><h1>504 Gateway Time-out</h1></html>", ORIGINS),
    "pages that are not whole": (200, '{"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"hits":[{"_id":', PAGES),
    "pages without numbers": (200, {"timed_out": False, "_shards": {"total": 1, "failed": 0},
                                    "hits": {"hits": [{"_id": "1"}] * 500}}, PAGES),
}


@pytest.mark.parametrize("what", NEVER)
def test_one_index_never_makes_a_page(behind, engine, proxy, writer, what):
    """Its pages come, but nothing can be made of them: it goes behind the others as well."""
    w, bad = writer(engine), "logstash-2026.10.01"
    status, body, path = NEVER[what]
    proxy.add(answer(status, body, times=None, path=f"/{bad}.*/{path.lstrip('/')}"))
    refused = tpot_day.sha256("refused")
    engine.bulk([(bad, None, document) for document in w.maker.adbhoney_download(behind.clock() - 60, refused)])
    w.write("healthy", index="logstash-2026.10.02")
    program = behind.start("collector")
    for turn in range(3):
        w.write(f"healthy {turn}", index=f"logstash-2026.10.0{turn + 3}")
        before = behind.clock()
        pump(behind, engine, w.all_there, "the healthy indices")
        assert behind.clock() - before < 300
    assert refused not in w.found()
    proxy.clear()
    pump(behind, engine, lambda: refused in w.found(), "the one that failed", seconds=60)
    assert program.stop() == 0


# indices, shards of each, copies of each shard
MANY = {"daily ones of thirteen years": (5000, 1, 1), "five shards and a replica": (960, 5, 2),
        "ten thousand and a replica": (10000, 1, 2)}


@pytest.mark.parametrize("what", MANY)
def test_many_indices(behind, proxy, what):
    """Lists of far more values than fit into one tree are read; empty indices cost little memory."""
    count, shards, copies = MANY[what]
    names = [f"logstash-{2013 + n // 365}.{n % 365:03}" for n in range(count)]
    numbers = {"seq_no": {"max_seq_no": -1, "local_checkpoint": -1, "global_checkpoint": -1}}
    shard = [{"routing": {"node": f"node-{n}"}, **numbers, "refresh": {"external_total": 3 + n}} for n in range(copies)]
    total = count * shards * copies
    stats = {"_shards": {"total": total, "successful": total, "failed": 0}, "indices": {
        name: {"uuid": f"{number:022}", "shards": {str(n): shard for n in range(shards)}}
        for number, name in enumerate(names)}}
    settings = {name: {"settings": {"index.number_of_shards": str(shards), "index.refresh_interval": "5s"}}
                for name in names}
    proxy.add(answer(200, stats, times=None, path=STATS))
    proxy.add(answer(200, settings, times=None, path="/_settings"))
    program = behind.start("collector")
    wait_until(lambda: behind.has_tables() and behind.one("SELECT count(*) FROM cursor") == count * shards + 1,
               what="all of them")
    polls = len(proxy.sent("GET", STATS))
    move_clock(behind, 2)
    wait_until(lambda: len(proxy.sent("GET", STATS)) > polls, what="another poll")
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    most = int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1))
    assert program.stop() == 0 and "event=paused" not in program.log
    assert most < 48 * 1024


def test_no_such_index(collecting, engine):
    """A pattern that matches nothing is reported, once."""
    del engine
    collecting.configure("collector", index="logstsh-*")
    program = collecting.start("collector")
    wait_until(lambda: said(program, "does not exist"), what="a word")
    for _ in range(3):
        move_clock(collecting, 5)
        time.sleep(0.1)
    assert program.log.count("does not exist") == 1
    assert program.stop() == 0
