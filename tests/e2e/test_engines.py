"""What every search engine must agree on: the same documents make the same database."""

import json
import random
import string
import threading
import time

import driving
import lab
import pytest
import tpot_day
import tpot_documents
from driving import STEP, assert_same, captures, dump, move_clock, pump, read_all

WRITERS = 4
HOUR = 3600
# What a day writes in two types: shards that learn a field at the same moment would refuse the second one's document.
SETTLED = {"download_count": {"type": "long"}, **{
    name: {"type": "text", "fields": {"keyword": {"type": "keyword"}}} for name in ("session", "shasum", "url")}}


def test_a_day(collecting_each, each_engine):
    """Exactly the expected samples and sightings; late and skewed documents too; reading again adds nothing."""
    home, engine = collecting_each, each_engine
    day = tpot_day.Day(home.clock())
    engine.bulk(day.documents)
    read_all(home, engine)
    early = len(captures(home))
    engine.bulk(day.late)
    assert "event=done" in read_all(home, engine)
    assert len(captures(home)) > early
    assert_same(home, day)
    identities = {r["value"] for r in home.sql("SELECT value FROM sensor_identity")}
    assert identities == {value for sensor in tpot_day.SENSORS for value in sensor}
    wrong = home.sql("SELECT seen_at = collected_at AS fixed FROM sighting WHERE clock_wrong = 1")
    assert len(wrong) == 3 and all(row["fixed"] for row in wrong)
    before = dump(home)
    home.sql("UPDATE cursor SET position = -1, start_until = -1 WHERE shard >= 0")
    read_all(home, engine)
    assert dump(home) == before


def test_writers_at_work(collecting_each, each_engine):
    """Several writers fill the indices while it reads; some of it is ten minutes or ten hours late, or days ahead."""
    home, engine = collecting_each, each_engine
    read_all(home, engine)          # what comes from now on is new, whatever its time says
    home.start("collector")
    moments = (-60, -600, -10 * HOUR, 4 * 24 * HOUR)

    def write(writer):
        dice = random.Random(writer)
        maker = tpot_documents.Maker(dice)
        for part in range(12):
            documents = []
            for number in range(40):
                at = home.clock() + dice.choice(moments) - dice.randrange(50)
                shasum = tpot_day.sha256(f"{writer}-{part}-{number}")
                document = maker.cowrie(at, shasum, "wget") if number % 4 == 0 else maker.base(at, "Dionaea")
                documents.append((tpot_day.index_of(at), None, document))
            engine.bulk(documents)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    wanted = {tpot_day.sha256(f"{w}-{p}-{n}") for w in range(WRITERS) for p in range(12) for n in range(0, 40, 4)}
    found = lambda: {r["sha256"] for r in home.sql("SELECT sha256 FROM sample")}  # noqa: E731
    pump(home, engine, lambda: not any(t.is_alive() for t in threads) and found() >= wanted, "every document")
    assert found() == wanted
    assert home.one("SELECT count(*) FROM sighting") == len(wanted)


def kill_at_random(home, engine, times):
    """Three writers fill the indices with a day while the collector is killed so many times."""
    read_all(home, engine)          # the first look is over: all that comes is new
    day = tpot_day.Day(home.clock(), files=300, noise=900, seed=4)
    openings = len(day._openings)   # of sessions: written before what refers to them, as on a T-Pot
    engine.bulk(day.documents[:openings], refresh=True)
    rest = day.documents[openings:-1]
    turns = threading.Semaphore(0)
    size = len(rest) // (3 * times) + 1

    def write(writer):
        mine = rest[writer::3]
        for begin in range(0, len(mine), size):
            turns.acquire()
            engine.bulk(mine[begin:begin + size])

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    dice = random.Random(5)
    for _ in range(times):
        turns.release(3)
        point = dice.choice(["", "", "before-page-commit", "before-poll-commit"])
        program = home.start("collector", env={"POTPRESS_CRASH_AT": point} if point else None)
        for _ in range(dice.randrange(1, 5)):
            time.sleep(dice.uniform(0.02, 0.2))
            engine.refresh()
            move_clock(home, STEP)
        program.kill()
    for thread in threads:
        thread.join()
    engine.bulk(day.documents[-1:] + day.late)
    read_all(home, engine, times=2)
    assert_same(home, day)


def test_killed_at_random(collecting, engine):
    """Nothing is lost and nothing doubled."""
    kill_at_random(collecting, engine, 20)


@pytest.mark.full
def test_killed_at_random_on_each(collecting_each, each_engine):
    """The same, longer, on every engine."""
    kill_at_random(collecting_each, each_engine, 50)


def test_behind_tpots_front(home, each_engine, tmp_path):
    """Each engine behind T-Pot's web server, with as many names in `index` as fit."""
    days = ",".join(tpot_day.index_of(time.time() - n * 24 * HOUR) for n in range(10))
    with lab.Front(tmp_path / "front", each_engine.url, user=each_engine.user) as front:
        driving.speak_to(home, each_engine, url=front.url, user=front.user, ca_file=front.certificate,
                         index=f"{days},logstash-1*,logstash-2*"[:255])
        home.set_clock(time.time() - 600)
        day = tpot_day.Day(home.clock(), files=40, noise=40, seed=13)
        each_engine.bulk(day.documents)
        read_all(home, each_engine)
        each_engine.bulk(day.late)
        read_all(home, each_engine)
        assert_same(home, day)


def test_shards_and_old_indices(collecting_each, each_engine):
    """An index of several shards is read shard by shard; what is written late into an old index is found."""
    home, engine = collecting_each, each_engine
    day = tpot_day.Day(home.clock(), files=30, noise=60, seed=8)
    indices = {index for index, _, _ in day.documents}
    for index in indices:
        engine.request("PUT", f"/{index}", {"settings": {"number_of_shards": 3}, "mappings": {"properties": SETTLED}})
    engine.bulk(day.documents)
    read_all(home, engine)
    assert len(captures(home)) > 50
    engine.bulk(day.late)
    read_all(home, engine)
    assert_same(home, day)
    shards = home.sql("SELECT index_name, count(*) AS n FROM cursor WHERE shard >= 0 GROUP BY 1")
    assert {r["n"] for r in shards if r["index_name"] in indices} == {3}


def test_made_again_and_closed(collecting_each, each_engine):
    """An index made again is read from its beginning; a closed one keeps its place, and the others go on."""
    home, engine = collecting_each, each_engine
    day = tpot_day.Day(home.clock(), files=10, noise=20, seed=9)
    engine.bulk(day.documents)
    read_all(home, engine)
    first, *others = sorted({index for index, _, _ in day.documents})
    engine.request("POST", f"/{first}/_close")
    for index in others:
        engine.delete_index(index)
    again = tpot_day.Day(home.clock(), files=5, noise=0, seed=10)
    late = [entry for entry in day.late if entry[0] != first]
    engine.bulk([entry for entry in again.documents if entry[0] != first] + late)
    place = home.one("SELECT position FROM cursor WHERE index_name = ?", first)
    read_all(home, engine)
    assert home.one("SELECT position FROM cursor WHERE index_name = ?", first) == place
    engine.request("POST", f"/{first}/_open?wait_for_active_shards=1")
    engine.bulk([entry for entry in again.documents + day.late + again.late if entry not in late])
    read_all(home, engine)
    # The beginning of a session, which has its source, may be gone with its index.
    told = lambda found: {(c.hash, c.sensor, c.session, c.url, c.event_at) for c in found}  # noqa: E731
    assert told(captures(home)) == told(day.captures | again.captures)
    names = home.sql("SELECT index_name, count(*) AS n FROM cursor WHERE shard >= 0 GROUP BY 1")
    assert all(row["n"] == 1 for row in names)
    assert home.one("SELECT count(*) FROM cursor WHERE shard >= 0 AND position < checkpoint") == 0


def test_names_of_indices(home, each_engine, tmp_path):
    """An index is read whatever the characters of its name, behind T-Pot's web server too; and counted for its day."""
    engine, maker = each_engine, tpot_documents.Maker(random.Random(12))
    wanted = set()
    with lab.Front(tmp_path / "front", engine.url, user=engine.user) as front:
        driving.speak_to(home, engine, url=front.url, user=front.user, ca_file=front.certificate)
        home.set_clock(time.time() - 600)
        for character in string.punctuation + "äß字":
            name = tpot_day.sha256(f"index {character}")
            document = maker.cowrie(home.clock() - 60, name, "wget")
            if not engine.bulk([(f"logstash-5{character}0-2026.10.05", None, document)], strict=False):
                wanted.add(name)
        log = read_all(home, engine)
    assert {r["sha256"] for r in home.sql("SELECT sha256 FROM sample")} == wanted, log
    assert home.one("SELECT count(*) FROM cursor WHERE index_name = 'logstash-5%0-2026.10.05'") == 1


def test_alias_and_data_stream(collecting_each, each_engine):
    """An alias is followed to the indices behind it; so is a data stream, to new ones too."""
    home, engine = collecting_each, each_engine
    maker = tpot_documents.Maker(random.Random(11))
    wanted = set()

    def write(where, name):
        document = maker.cowrie(home.clock() - 60, tpot_day.sha256(name), "wget")
        engine.request("POST", f"/{where}/_doc?refresh=true", document)
        wanted.add(tpot_day.sha256(name))

    def read():
        read_all(home, engine)
        return {r["sha256"] for r in home.sql("SELECT sha256 FROM sample")}

    home.configure("collector", index="tpot-*")
    write("logstash-2026.10.05", "aliased")
    engine.request("POST", "/_aliases", {"actions": [{"add": {"index": "logstash-2026.10.05", "alias": "tpot-all"}}]})
    assert read() == wanted
    if not engine.name.startswith("os"):
        return          # Elasticsearch has data streams in a module that no registry holds
    engine.request("PUT", "/_index_template/streams", {
        "index_patterns": ["tpot-stream"], "priority": 200, "data_stream": {},
        "template": json.loads((lab.HERE / "template.json").read_text())["template"]})
    try:
        write("tpot-stream", "streamed")
        assert read() == wanted
        engine.request("POST", "/tpot-stream/_rollover")
        write("tpot-stream", "rolled over")
        assert read() == wanted
        assert home.one("SELECT count(*) FROM cursor WHERE index_name LIKE '.ds-tpot-stream-%'") == 2
    finally:
        engine.request("DELETE", "/_data_stream/tpot-stream")
        engine.request("DELETE", "/_index_template/streams")


@pytest.mark.full
def test_rights(home, tmp_path):
    """With security on: a user who may only search is served as well; a wrong password is reported."""
    with lab.Engine(tmp_path / "engine", "es8sec") as engine:
        home.set_clock(time.time() - 600)
        day = tpot_day.Day(home.clock(), files=30, noise=60, seed=14)
        engine.bulk(day.documents)
        driving.speak_to(home, engine, user=engine.reader)
        assert "privilege `monitor`" in read_all(home, engine)
        engine.bulk(day.late)
        driving.speak_to(home, engine, user=engine.watcher)
        log = read_all(home, engine)
        assert "privilege" not in log and "known=0" in log      # its uuids are known now, and nothing is read twice
        assert_same(home, day)
        driving.speak_to(home, engine, user=("reader", "wrong"))
        status, log = home.run("collector", "--once")
        assert status == 75 and "HTTP 401" in log and "password_file" in log
