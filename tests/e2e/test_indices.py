"""What operators do to indices and their mappings: nothing is lost by it, and nothing is counted twice."""

import dataclasses
import time

import pytest
import tpot_day
from driving import captures, move_clock, pump, read_all
from faultproxy import Fault
from test_bad_days import Writer
from test_stories import Attack

HOUR = 3600
OLD, MANY = "logstash-2026.10.05", "logstash-2026.10.06"
PAGE = 500  # the most documents that are asked for at once
ONE_SHARD = {"index.number_of_shards": 1}
# Each with the unit in which documents have their time; 0: as T-Pot writes it.
DATES = {
    "epoch_millis": ({"type": "date", "format": "epoch_millis"}, 1000),
    "epoch_second": ({"type": "date", "format": "epoch_second"}, 1),
    "date_nanos": ({"type": "date_nanos"}, 0),
    "keyword": ({"type": "keyword"}, 0),
}
KINDS = {
    "logsdb": {"index.mode": "logsdb"},
    "synthetic": {"index.mapping.source.mode": "synthetic"},
    "sorted": {"index.sort.field": "@timestamp", "index.sort.order": "desc"},
    "replicas without a node": {"number_of_shards": 5, "number_of_replicas": 2},
}


class Many(Writer):
    """Writes many documents at once."""

    def write_many(self, index, count, **change):
        at = self.home.clock() - 60
        hashes = [tpot_day.sha256(f"{index} {n}") for n in range(count)]
        self.engine.bulk([(index, None, {**self.maker.cowrie(at, shasum, "wget"), **change}) for shasum in hashes],
                         refresh=True)
        self.wanted |= set(hashes)


def make(engine, index, mappings=None, **settings):
    engine.request("PUT", f"/{index}", {"settings": settings, "mappings": mappings or {}})


def resize(engine, how, index, target, **settings):
    """Shrinks, splits or clones an index."""
    engine.request("PUT", f"/{index}/_settings", {"index.blocks.write": True})
    engine.request("PUT", f"/{index}/_{how}/{target}?wait_for_active_shards=1",
                   {"settings": {"index.blocks.write": None, **settings}})


def one_of_each_shard(engine, index, count):
    """A routing key for each shard."""
    keys = {}
    for key in range(100 * count):
        found = engine.request("GET", f"/{index}/_search_shards?routing={key}")
        keys.setdefault(found["shards"][0][0]["shard"], key)
        if len(keys) == count:
            break
    return list(keys.values())


def assert_agrees(home, engine):
    """A day later an audit finds what was read."""
    move_clock(home, 25 * HOUR)
    log = read_all(home, engine)
    assert "missed" not in log and "read again" not in log, log


def test_shrunk(collecting_each, each_engine):
    """Documents of several shards have the same numbers in one: none is lost between two pages."""
    home, engine = collecting_each, each_engine
    w = Many(home, engine)
    make(engine, MANY, number_of_shards=3)      # no divisor of a page
    w.write_many(MANY, 4 * PAGE + 80)
    resize(engine, "shrink", MANY, OLD, **ONE_SHARD)
    engine.delete_index(MANY)
    log = read_all(home, engine)
    assert w.found() == w.wanted, log
    for number in range(3):
        w.write(f"afterwards {number}", index=OLD)
        read_all(home, engine)
        assert_agrees(home, engine)
    assert w.found() == w.wanted and len(captures(home)) == len(w.wanted)


def test_large_documents_with_one_number(collecting, engine):
    """They are read one by one if they are too large for one answer; only one that alone is too large is rejected."""
    w = Many(collecting, engine)
    make(engine, MANY, number_of_shards=12)
    keys = one_of_each_shard(engine, MANY, 12)

    def write(key, name, size):
        shasum = tpot_day.sha256(name)
        document = {**w.maker.cowrie(w.home.clock() - 60, shasum, "wget"), "url": "http://198.51.100.7/" + "a " * size}
        engine.request("POST", f"/{MANY}/_doc?routing={key}", document)
        w.wanted.add(shasum)
        return shasum

    for key in keys:
        write(key, f"large {key}", 1_250_000)
        write(key, f"small {key}", 10)
    huge = write(keys[0], "huge", 5_000_000)
    for key in keys:
        write(key, f"behind {key}", 10)
    resize(engine, "shrink", MANY, OLD, **ONE_SHARD, **{"index.max_result_window": 40})
    engine.delete_index(MANY)
    log = read_all(collecting, engine)
    assert w.found() == w.wanted - {huge}, log
    refused, = collecting.sql("SELECT index_name, reason FROM rejected")
    assert refused["index_name"] == OLD and "too large" in refused["reason"]
    assert_agrees(collecting, engine)


def test_last_number_of_many(collecting, engine):
    """Whichever of the documents with the last number was read last, an audit finds it among them."""
    w = Many(collecting, engine)
    make(engine, MANY, number_of_shards=16)
    for key in one_of_each_shard(engine, MANY, 16):
        shasum = tpot_day.sha256(f"file {key}")
        engine.request("POST", f"/{MANY}/_doc?routing={key}", w.maker.cowrie(collecting.clock() - 60, shasum, "wget"))
        w.wanted.add(shasum)
    resize(engine, "shrink", MANY, OLD, **ONE_SHARD)
    engine.delete_index(MANY)
    read_all(collecting, engine)
    assert w.found() == w.wanted
    found = engine.request("POST", f"/{OLD}/_search", {"size": 16, "sort": [{"_seq_no": "desc"}]})
    for hit in found["hits"]["hits"]:
        collecting.sql("UPDATE cursor SET last_id = ? WHERE index_name = ?", hit["_id"], OLD)
        assert_agrees(collecting, engine)
    collecting.sql("UPDATE cursor SET last_id = 'another' WHERE index_name = ?", OLD)
    move_clock(collecting, 25 * HOUR)
    assert "missed=1" in read_all(collecting, engine)


@pytest.mark.parametrize("how", ["shrink", "split", "clone"])
def test_resized_after_the_first_look(collecting_each, each_engine, how):
    """What was too old for the first look stays so in an index made from another; what comes later does not."""
    collecting, engine = collecting_each, each_engine
    w = Many(collecting, engine)
    make(engine, MANY, number_of_shards=2)
    old = {w.write(f"old {number}", index=MANY, ago=30 * HOUR) for number in range(8)}
    w.write("new", index=MANY, ago=HOUR)
    read_all(collecting, engine)
    assert w.found() == w.wanted - old
    w.write("old, but late", index=MANY, ago=30 * HOUR)
    read_all(collecting, engine)
    resize(engine, how, MANY, OLD, **{"shrink": ONE_SHARD, "split": {"index.number_of_shards": 4}}.get(how, {}))
    engine.delete_index(MANY)
    collecting.set_clock(time.time() + 5)       # the engine dates the index by the real clock
    read_all(collecting, engine)
    w.write("later", index=OLD, ago=30 * HOUR)
    read_all(collecting, engine)
    assert_agrees(collecting, engine)
    assert w.found() == w.wanted - old


@pytest.mark.parametrize("how", ["shrink", "split", "clone"])
def test_resized(collecting, engine, how):
    """An index made from another, beside it and then in its place, adds nothing; it is read to its end."""
    w = Many(collecting, engine)
    make(engine, MANY, number_of_shards=4)
    w.write_many(MANY, 40)
    read_all(collecting, engine)
    resize(engine, how, MANY, OLD, **{"shrink": ONE_SHARD, "split": {"index.number_of_shards": 8}}.get(how, {}))
    assert "known=40" in read_all(collecting, engine)
    engine.delete_index(MANY)
    w.write("afterwards", index=OLD)
    read_all(collecting, engine)
    assert_agrees(collecting, engine)
    assert w.found() == w.wanted and len(captures(collecting)) == len(w.wanted)


@pytest.mark.parametrize("dates", DATES)
def test_times_mapped_otherwise(collecting_each, each_engine, dates):
    """The first look takes what is new enough, whatever format the index has for times; each capture has its own."""
    home, engine = collecting_each, each_engine
    mapping, unit = DATES[dates]
    make(engine, OLD, {"properties": {"@timestamp": mapping}})
    w = Many(home, engine)

    def write(name, ago):
        at = int(home.clock()) - ago
        return w.write(name, index=OLD, ago=ago, **({"@timestamp": at * unit} if unit else {}))

    new, _old = write("new", HOUR), write("old", 30 * HOUR)
    log = read_all(home, engine)
    assert w.found() == {new}, log
    capture, = home.sql("SELECT event_at, seen_at, collected_at FROM sighting")
    assert capture["seen_at"] == capture["event_at"] and HOUR <= capture["collected_at"] - capture["event_at"] < HOUR + 60


def test_small_window(collecting, engine):
    """An index that gives fewer documents at once than are asked for is asked for fewer; nothing pauses."""
    w = Many(collecting, engine)
    make(engine, OLD, **{"index.max_result_window": 100})
    w.write_many(OLD, 320)
    log = read_all(collecting, engine)
    assert w.found() == w.wanted and "paused" not in log, log


def test_small_window_of_a_story(collecting, engine):
    """The documents of a session are asked for in as many as the smallest of its indices gives."""
    w = Many(collecting, engine)
    at = collecting.clock() - 60
    make(engine, tpot_day.index_of(at), **{"index.max_result_window": 100})
    make(engine, tpot_day.index_of(at - 24 * HOUR))
    attacks = [Attack(w.maker, at, f"file {number}") for number in range(30)]
    for attack in attacks:
        engine.bulk(attack.documents)
    log = read_all(collecting, engine)
    assert "rejected" not in log, log
    told = {row["session"]: row for row in collecting.sql("SELECT session, user_name, typed, closed FROM session")}
    assert all(told[attack.session] == {"session": attack.session, "user_name": "root", "typed": 2, "closed": 1}
               for attack in attacks)


@pytest.mark.parametrize("mapping", [{"type": "text"}, {"type": "long"}, {"type": "date", "index": False, "doc_values": False}],
                         ids=["text", "long", "off"])
def test_times_that_cannot_be_searched(collecting, engine, mapping):
    """What the first look is to take cannot be told by its time: the index waits, with the reason, and the others do not."""
    w = Many(collecting, engine)
    make(engine, OLD, {"properties": {"@timestamp": mapping}})
    at = int(collecting.clock()) - HOUR
    hidden = w.write("hidden", index=OLD, **({"@timestamp": at * 1000} if mapping["type"] == "long" else {}))
    w.write("found")
    log = read_all(collecting, engine)
    reasons = (OLD, "@timestamp")
    assert w.found() == w.wanted - {hidden} and all(reason in log for reason in reasons), log
    assert collecting.one("SELECT position FROM cursor WHERE index_name = ?", OLD) == -1
    status, log = collecting.run("collector", "--check")
    assert status == 1 and all(reason in log for reason in reasons), log
    make(engine, MANY, {"properties": {"@timestamp": mapping}})
    w.write("in an index made later", index=MANY, **({"@timestamp": at * 1000} if mapping["type"] == "long" else {}))
    collecting.set_clock(time.time() + 5)       # the engine dates the index by the real clock
    read_all(collecting, engine)
    assert w.found() == w.wanted - {hidden}


def test_answers_are_cut(behind, engine, proxy):
    """A web server in between lets only so much of an answer pass, and says that this is all of it: less is asked for."""
    w = Many(behind, engine)
    w.write_many(OLD, 120, url="http://198.51.100.7/" + "a" * 3000)
    proxy.add(Fault("trim", path="_search", at=100_000, times=None))
    program = behind.start("collector")
    pump(behind, engine, w.all_there, "every document", seconds=60)
    assert "is incomplete" in program.log
    assert program.stop() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(collecting, engine, kind):
    """Every file is found whatever kind of index it is, also where the engine rebuilds the documents."""
    day = tpot_day.Day(collecting.clock(), files=40, noise=60, seed=21)
    for index in {index for index, _, _ in day.documents + day.late}:
        make(engine, index, {"properties": {"@timestamp": {"type": "date"}}}, **KINDS[kind])
    engine.bulk(day.documents)
    read_all(collecting, engine)
    engine.bulk(day.late)
    log = read_all(collecting, engine)
    found = {(c.hash, c.honeypot, c.sensor, c.event_at) for c in captures(collecting)}
    assert found == {(c.hash, c.honeypot, c.sensor, c.event_at) for c in day.captures}, log
    refused = {row["document_id"] for row in collecting.sql("SELECT document_id FROM rejected")}
    assert refused == day.rejected


def test_values_in_lists_and_texts(collecting, engine):
    """Each value as a list of one, and numbers as texts, tell the same."""
    w = Many(collecting, engine)
    plain = dict(w.maker.cowrie(collecting.clock() - 60, tpot_day.sha256("plain"), "wget"), src_port=4711, dest_port=23)
    lists = {name: [value] for name, value in plain.items()}
    lists["geoip"] = {name: [value] for name, value in plain["geoip"].items()}
    texts = {**plain, "src_port": "4711", "dest_port": "23", "geoip": {**plain["geoip"], "asn": str(plain["geoip"]["asn"])}}
    engine.bulk([(OLD, None, plain), (OLD, None, lists), (OLD, None, texts)])
    assert "known=2" in read_all(collecting, engine)
    one, = captures(collecting)
    for number, document in enumerate((lists, texts)):
        engine.bulk([(OLD, None, {**document, "session": f"another {number}"})])
        read_all(collecting, engine)
        assert dataclasses.replace(captures(collecting)[-1], session=one.session) == one


def test_updates_and_deletes(collecting, engine):
    """A document that is written again is no second capture, and neither it nor a deleted one hides another."""
    w = Many(collecting, engine)
    for number in range(20):
        w.write(f"file {number}", index=OLD, identifier=str(number))
    read_all(collecting, engine)
    for number in range(0, 20, 3):
        engine.request("POST", f"/{OLD}/_update/{number}", {"doc": {"tags": ["seen"]}})
    engine.request("DELETE", f"/{OLD}/_doc/4")
    w.write("more", index=OLD)
    assert "known=7" in read_all(collecting, engine)
    move_clock(collecting, 25 * HOUR)
    assert "missed=" not in read_all(collecting, engine)
    assert w.found() == w.wanted and len(captures(collecting)) == len(w.wanted)
