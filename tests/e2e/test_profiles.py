"""The five profiles against a real search engine: what stands where, and what must be asked elsewhere."""

import faultproxy
import pytest
import tpot_day
from driving import captures, move_clock, read_all
from harness import wait_until
from tpot_day import HOUR

JOIN = "_shards.failed,aggregations"  # of the search for what a page lacks, and of that for totals


@pytest.fixture
def behind(collecting, engine):
    """The collector behind a proxy that misbehaves on demand."""
    with faultproxy.FaultProxy(engine.url) as proxy:
        collecting.configure("collector", url=proxy.url)
        collecting.proxy = proxy
        yield collecting


@pytest.fixture
def maker(home):
    """Makes documents; writes none by itself."""
    return tpot_day.Day(0, files=0, noise=0, seed=21)


def write(engine, *documents):
    """(id, time, document) each; the day's index follows from the time."""
    engine.bulk([(tpot_day.index_of(at), name, document) for name, at, document in documents], refresh=True)


def joins(proxy):
    """The searches for a page's sources; those of the daily look at the profiles name no session."""
    return [r for r in proxy.sent("POST", JOIN) if b"sessions" in r.body]


def of(home, profile):
    return [c for c in captures(home) if c.profile == profile]


# ---- what stands where


def test_fields_of_every_profile(collecting, engine, maker):
    """Each honeypot's document has hash, action, URL, name, session, source and ports where it should."""
    at = collecting.clock() - 60
    sha, other, md5 = (tpot_day.sha256("a"), tpot_day.sha256("b"), tpot_day.md5("c"))
    opening, _, download = maker.adbhoney_download(at, sha)
    request, payload = maker.log4pot(at, other)
    trap = maker.honeytrap_download(at, md5, count=2)
    write(engine, ("1", at, opening), ("2", at, download), ("3", at, request), ("4", at, payload), ("5", at, trap))
    read_all(collecting, engine)

    found, = of(collecting, "adbhoney")
    assert (found.hash, found.action, found.honeypot) == (sha, "download", "Adbhoney")
    assert (found.url, found.file_name) == ("http://198.51.100.7/w.sh", "w.sh")
    assert (found.session, found.sensor) == (download["session"], download["t-pot_hostname"])
    assert (found.src_ip, found.src_port, found.dest_port) == (opening["src_ip"], 40022, 5555)
    assert found.src_country == opening["geoip"]["country_code2"]

    klass, script = sorted(of(collecting, "log4pot"), key=lambda c: c.hash != other)
    assert (klass.hash, klass.url, klass.file_name) == (other, "http://198.51.100.66:8888/", "Exploit")
    assert script.hash == payload["urls"][script.url] and script.file_name is None
    for found in klass, script:
        assert (found.action, found.session) == ("download", payload["correlation_id"])
        assert (found.src_ip, found.src_port, found.dest_port) == (request["src_ip"], 50505, 8080)
    assert payload["ldap_sha256"] not in {c.hash for c in captures(collecting)}

    found, = of(collecting, "honeytrap")
    assert (found.hash, found.action, found.session) == (md5, "download", None)
    assert (found.url, found.file_name) == ("ftp://198.51.100.66/n0.exe", "n0.exe")
    assert (found.src_ip, found.src_port, found.dest_port) == (trap["src_ip"], 51111, 8088)


def test_only_what_is_configured(collecting, engine):
    """Of a day with all honeypots only the profiles that are named are taken."""
    day = tpot_day.Day(collecting.clock(), files=20, noise=20, seed=22)
    engine.bulk(day.documents)
    collecting.configure("collector", profiles="adbhoney, honeytrap")
    read_all(collecting, engine)
    found = set(captures(collecting))
    assert {c.profile for c in found} == {"adbhoney", "honeytrap"}
    assert found <= day.captures
    collecting.configure("collector", profiles=None)
    collecting.sql("UPDATE cursor SET position = -1, start_until = -1 WHERE shard >= 0")
    engine.bulk(day.late)
    read_all(collecting, engine)
    assert set(captures(collecting)) == day.captures


def test_hidden_by_the_field_limit(collecting, engine, maker):
    """A document whose selecting field fell past the index's field limit cannot be searched, and is found."""
    at = collecting.clock() - 60
    index = tpot_day.index_of(at)
    engine.request("PUT", f"/{index}", {"settings": {"index": {
        "refresh_interval": "5s", "mapping.total_fields": {"limit": 30, "ignore_dynamic_beyond_limit": True}}},
        "mappings": {"properties": {"@timestamp": {"type": "date"}}}})
    crowd = {f"field{n}": n for n in range(60)}
    engine.bulk([(index, "crowd", {"@timestamp": tpot_day.instant(at), **crowd})], refresh=True)
    shasum, digest = tpot_day.sha256("hidden"), tpot_day.md5("hidden")
    write(engine, ("a", at, maker.cowrie(at, shasum, "wget")), ("b", at, maker.h0neytr4p(at, digest)))
    assert engine.request("POST", f"/{index}/_search", {"query": {"exists": {"field": "payload_hash_md5"}}})[
        "hits"]["total"]["value"] == 0
    read_all(collecting, engine)
    assert {c.hash for c in captures(collecting)} == {shasum, digest}


def test_a_hash_that_an_answer_joined(collecting, engine, maker):
    """An MD5 of a file whose SHA-256 is known goes straight to its sample, and nobody is asked again."""
    at = collecting.clock() - 60
    write(engine, ("1", at, maker.cowrie(at, tpot_day.sha256("joined"), "wget")))
    read_all(collecting, engine)
    digest = tpot_day.md5("joined")
    collecting.sql("UPDATE sample SET md5 = ?", digest)
    write(engine, ("2", at, maker.h0neytr4p(at, digest)), ("3", at, maker.honeytrap_download(at, digest.upper())))
    read_all(collecting, engine)
    assert collecting.sql("SELECT sha256, md5, captures FROM sample") == [
        {"sha256": tpot_day.sha256("joined"), "md5": digest, "captures": 3}]
    assert collecting.one("SELECT count(*) FROM lookup") == 1


# ---- sources that stand elsewhere


def test_one_search_for_a_page(behind, engine, maker):
    """However many captures lack their source, a page costs one search more; without one that lacks it, none."""
    at = behind.clock() - HOUR
    write(engine, ("1", at, maker.cowrie(at, tpot_day.sha256("plain"), "wget")))
    read_all(behind, engine)
    assert joins(behind.proxy) == []
    documents, expected = [], {}
    for n in range(300):
        opening, _, download = maker.adbhoney_download(at, tpot_day.sha256(f"many {n}"))
        documents += [(f"o{n}", at, opening), (f"d{n}", at, download)]
        expected[download["session"]] = opening["src_ip"]
    write(engine, *documents)
    read_all(behind, engine)
    assert {c.session: c.src_ip for c in of(behind, "adbhoney")} == expected
    assert len(joins(behind.proxy)) == 1


def test_an_outage_of_the_search_for_sources(behind, engine, maker):
    """The page is read again once the engine answers, and nothing of it was kept without its source.

    The first time the engine is to blame, the second time only the index, which waits."""
    at = behind.clock() - HOUR
    read_all(behind, engine)
    opening, _, download = maker.adbhoney_download(at, tpot_day.sha256("outage"))
    write(engine, ("1", at, opening), ("2", at, download))
    for fault in (faultproxy.Fault("replace", path=JOIN, status=503), faultproxy.Fault("lose", path=JOIN)):
        behind.proxy.add(fault)
    program = behind.start("collector")
    for event in ("paused", "retry"):
        wait_until(lambda: move_clock(behind, 3) or f"event={event}" in program.log, what=event)  # noqa: B023
        assert captures(behind) == []
    wait_until(lambda: move_clock(behind, 30) or captures(behind), what="the capture")
    assert program.stop() == 0
    assert [c.src_ip for c in captures(behind)] == [opening["src_ip"]]
    assert len(joins(behind.proxy)) == 3


@pytest.mark.parametrize("fault", [
    faultproxy.Fault("replace", path=JOIN, status=400, times=None, body='{"error":{"type":"x","reason":"y"}}'),
    faultproxy.Fault("replace", path=JOIN, status=413, times=None),
    faultproxy.Fault("huge", path=JOIN, times=None, at=64 << 20),
    faultproxy.Fault("replace", path=JOIN, status=200, times=None, body="{" * 1000),
    faultproxy.Fault("replace", path=JOIN, status=200, times=None, body='{"aggregations":[[[]],7]}'),
], ids=["refused", "too large a question", "too large an answer", "broken", "strange"])
def test_a_search_for_sources_that_never_succeeds(behind, engine, maker, fault):
    """Reading goes on, and the source stays unknown."""
    at = behind.clock() - HOUR
    opening, _, download = maker.adbhoney_download(at, tpot_day.sha256("never"))
    write(engine, ("1", at, opening), ("2", at, download))
    behind.proxy.add(fault)
    read_all(behind, engine)
    assert [(c.hash, c.src_ip, c.src_country) for c in captures(behind)] == [
        (tpot_day.sha256("never"), None, None)]


def test_yesterday_closed_or_gone(collecting, engine, maker):
    """A session that began in an index that is closed or deleted meanwhile costs its source, and no more."""
    at = collecting.clock() // tpot_day.DAY * tpot_day.DAY + 5
    documents = []
    for name, began in (("before", 600), ("after", 3)):
        opening, _, download = maker.adbhoney_download(at, tpot_day.sha256(name), began)
        documents += [(f"o {name}", at - began, opening), (f"d {name}", at, download)]
    read_all(collecting, engine)
    write(engine, *documents)
    engine.request("POST", f"/{tpot_day.index_of(at - 600)}/_close")
    read_all(collecting, engine)
    found = {c.hash: c.src_ip for c in captures(collecting)}
    assert found == {tpot_day.sha256("before"): None, tpot_day.sha256("after"): documents[2][2]["src_ip"]}


def test_the_source_counts_in_no_key(collecting, engine, maker):
    """A capture whose source is found only at the second reading is the same capture."""
    at = collecting.clock() - HOUR
    opening, _, download = maker.adbhoney_download(at, tpot_day.sha256("key"))
    write(engine, ("2", at, download))
    read_all(collecting, engine)
    assert [c.src_ip for c in captures(collecting)] == [None]
    write(engine, ("1", at, opening))
    collecting.sql("UPDATE cursor SET position = -1, start_until = -1 WHERE shard >= 0")
    read_all(collecting, engine)
    assert len(captures(collecting)) == 1
    assert collecting.one("SELECT captures FROM sample") == 1


# ---- profiles that find nothing


def test_a_profile_that_finds_nothing(behind, engine, maker):
    """Said once a day where the honeypot writes, over restarts too; not where it is quiet by nature."""
    at = behind.clock() - HOUR
    renamed = maker.cowrie(at, tpot_day.sha256("renamed"), "wget")
    renamed["event.action"] = renamed.pop("eventid")
    write(engine, ("1", at, renamed), ("2", at, maker.honeytrap(at)), ("3", at, maker.h0neytr4p(at, tpot_day.md5("x"))),
          ("4", at, maker.base(at, "Dionaea")))
    log = read_all(behind, engine)
    lines = [line for line in log.splitlines() if "profile=" in line]
    assert len(lines) == 1 and "level=warning" in lines[0] and "profile=cowrie" in lines[0]
    assert "1 documents of Cowrie" in lines[0] and "eventid" in lines[0]
    _, text = behind.run("collector", "--check")
    assert "profile cowrie" in text and "profile honeytrap" not in text, text

    move_clock(behind, 23 * HOUR)
    assert "profile=" not in read_all(behind, engine)
    move_clock(behind, HOUR)
    behind.proxy.add(faultproxy.Fault("replace", path=JOIN, status=503))
    program = behind.start("collector")
    wait_until(lambda: behind.proxy.sent("POST", JOIN)[-1].status == 503, what="a look that is not answered")
    assert "event=paused" not in program.log
    move_clock(behind, 24 * HOUR)
    wait_until(lambda: "profile=cowrie" in program.log, what="the next day's warning")
    for _ in range(5):
        move_clock(behind, 2)
        wait_until(lambda: behind.one("SELECT count(*) FROM said") == 1, what="a row")
    assert program.log.count("profile=cowrie") == 1
    assert program.stop() == 0
