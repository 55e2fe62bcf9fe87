"""The whole line: a real supervisord with the shipped file runs the three programs on real parts.

Documents of a T-Pot day go into a real search engine behind T-Pot's web server; posts come out of a real
WordPress. Only VirusTotal is a look-alike. These are the released programs in real time; test_storm.py kills them.
SPDX-License-Identifier: MIT
"""

import functools
import time
import types

import pytest
import tpot_day
import vt_reports
from flow import all_is_done, configure, first_look, published, sha256_of
from harness import ROOT, Home, pass_midnight, wait_until
from supervised import STAGES, Supervised
from virustotal import Fault, VirusTotal

RELEASE = ROOT / "build"
PAIR = vt_reports.hashes("one file, two honeypots")


@pytest.fixture(scope="module")
def line(parts, tmp_path_factory):
    """The released programs under supervisord, fed with most of a day before their first look."""
    home = Home(tmp_path_factory.mktemp("line"))
    with VirusTotal() as vt:
        configure(home, parts.front, parts.site, vt)
        vt.add(vt_reports.report("one file, two honeypots"))
        day = tpot_day.Day(time.time(), files=40, noise=150, seed=11)
        parts.engine.bulk(day.documents + pair(day))
        with Supervised(home.path / "supervisor", RELEASE, home.config_path) as supervised:
            yield types.SimpleNamespace(home=home, vt=vt, day=day, supervised=supervised, **vars(parts))


@pytest.fixture(autouse=True)
def away_from_midnight():
    """The released programs run by the real clock."""
    pass_midnight()


def pair(day):
    """The same file caught by two honeypots that log different hashes of it."""
    at = int(day.end - 7200)
    documents = []
    for name, document, digest in (("pair-1", day._cowrie(at, PAIR["sha256"], "wget"), PAIR["sha256"]),
                                   ("pair-2", day._h0neytr4p(at, PAIR["md5"]), PAIR["md5"])):
        documents.append((tpot_day.index_of(at), name, document))
        day.hashes.add(digest)
    return documents


def test_a_day_becomes_posts(line):
    """The right posts, exactly one each; two hashes of one file end as one post; noise asks nobody."""
    home, day, vt, site = line.home, line.day, line.vt, line.site
    first_look(home)
    line.engine.bulk(day.late)
    want = {f"malware-{sha256_of(vt, value)}" for value in day.lookups}
    wait_until(lambda: len(site.posts(status="publish")) >= len(want) and all_is_done(home), 120, "all posts")

    assert published(site) == sorted(want)
    drafts = [p for p in site.posts() if p.status != "publish"]
    assert len(drafts) <= 1 and all(p.slug == f"malware-{PAIR['md5']}" for p in drafts)
    assert home.one("SELECT count(*) FROM sample WHERE sha256 = ? AND md5 = ?", PAIR["sha256"], PAIR["md5"]) == 1
    assert home.one("SELECT captures FROM sample WHERE sha256 = ?", PAIR["sha256"]) == 2

    assert {f"malware-{r['value']}" for r in home.sql("SELECT value FROM lookup")} == want
    asked = [r.path.rsplit("/", 1)[1] for r in vt.lookups()]
    assert len(asked) == len(set(asked)), "no hash was asked about twice"
    one_answer = day.lookups - {PAIR["sha256"]}, day.lookups - {PAIR["md5"]}  # it told the other hash before its turn
    assert set(asked) in (day.lookups, *one_answer), "each was asked about, noise never"
    for noise in tpot_day.NOISE:
        assert home.one("SELECT captures FROM sample WHERE coalesce(sha256, md5) = ?", noise) >= 1
    assert {r["document_id"] for r in home.sql("SELECT document_id FROM rejected")} == day.rejected
    assert home.integrity() == "ok"


def capture(line, name):
    """A new document in the engine; its hash."""
    at = time.time()
    shasum = tpot_day.sha256(name)
    line.engine.bulk([(tpot_day.index_of(at), None, line.day._cowrie(at, shasum, "wget"))])
    return shasum


def by_hand(home, name):
    shasum = tpot_day.sha256(name)
    home.shell(f"INSERT INTO sample(sha256) VALUES ('{shasum}')")
    return shasum


def is_published(line, shasum):
    return line.home.one("SELECT state FROM post WHERE key = ?", shasum) == "done" and \
        line.site.count(f"malware-{shasum}", "publish") == 1


def test_one_stage_stopped_leaves_the_others_at_work(line):
    """Each stage in turn is stopped and started by supervisorctl; what it missed is made good."""
    home, supervised = line.home, line.supervised

    supervised.ctl("stop", "potpress:enricher")
    assert supervised.state("enricher") == "STOPPED"
    first = capture(line, "while the enricher is stopped")
    again = home.one("SELECT key FROM post WHERE state = 'done' LIMIT 1")
    home.shell(f"UPDATE post SET state = 'pending' WHERE key = '{again}'")
    wait_until(lambda: is_published(line, again), what="the publisher at work without the enricher")
    wait_until(lambda: home.one("SELECT state FROM lookup WHERE value = ?", first) == "pending",
               what="the collector at work without the enricher")
    supervised.ctl("start", "potpress:enricher")

    supervised.ctl("stop", "potpress:collector")
    other = by_hand(home, "while the collector is stopped")
    wait_until(lambda: is_published(line, other), what="the others at work without the collector")
    missed = capture(line, "nobody reads it yet")
    supervised.ctl("start", "potpress:collector")

    supervised.ctl("stop", "potpress:publisher")
    second = by_hand(home, "while the publisher is stopped")
    wait_until(lambda: home.one("SELECT outcome FROM lookup WHERE value = ?", second) == "found",
               what="the enricher at work without the publisher")
    wait_until(lambda: home.one("SELECT count(*) FROM lookup WHERE value = ?", missed),
               what="the collector at work without the publisher")
    assert home.one("SELECT count(*) FROM post WHERE key = ? AND state = 'pending'", second) == 1
    supervised.ctl("start", "potpress:publisher")
    for shasum in (first, missed, second):
        wait_until(functools.partial(is_published, line, shasum), what="what was missed is made good")


def seconds_of(call):
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_the_group_stops_in_time(line):
    """Within 5 seconds, with a request in flight that hangs, and without force."""
    line.vt.faults.append(Fault(delay=30))
    by_hand(line.home, "in flight at the end")
    asked = len(line.vt.lookups())
    wait_until(lambda: len(line.vt.lookups()) > asked - 1 and line.home.one(
        "SELECT count(*) FROM lookup WHERE state = 'leased'"), what="a request in flight")
    asking = seconds_of(line.supervised.states)         # what supervisorctl takes itself
    took = seconds_of(lambda: line.supervised.ctl("stop", "potpress:*"))
    line.vt.faults.clear()
    assert took - asking < 5
    assert {state for state, _ in line.supervised.states().values()} == {"STOPPED"}
    assert "SIGKILL" not in (line.supervised.directory / "supervisord.log").read_text()
    assert line.home.one("SELECT count(*) FROM lookup WHERE state = 'leased'") == 0


def test_bad_configuration_is_final_and_a_bad_environment_is_not(line):
    """Exit 78 is not restarted; 75 is, until the cause is gone; the other stage does not care."""
    home, supervised = line.home, line.supervised
    supervised.ctl("stop", "potpress:*")
    good = home.config_path.read_text()
    home.config_path.write_text(good + "[publisher]\nlanguege = ja\n")
    supervised.ctl("start", "potpress:*")
    wait_until(lambda: {state for state, _ in supervised.states().values()} == {"EXITED"}, what="three exits")
    for stage in STAGES:
        assert "language" in supervised.log(stage).splitlines()[-1], "the nearest name is shown"
    exits = (supervised.directory / "supervisord.log").read_text().count("exit status 78; expected")
    assert exits == len(STAGES)

    home.config_path.write_text(good)
    blocked = {stage: home.path / f"potpress.db.{stage}.lock" for stage in ("collector", "publisher")}
    for lock in blocked.values():
        lock.unlink()
        lock.mkdir()
    supervised.ctl("start", "potpress:*")

    def failures(stage):
        log = (supervised.directory / "supervisord.log").read_text()
        return log.count(f"exited: {stage} (exit status 75; not expected)")

    wait_until(lambda: all(failures(stage) >= 2 for stage in blocked), what="two failures of each")
    asked = by_hand(home, "while the others fail")
    wait_until(lambda: home.one("SELECT outcome FROM lookup WHERE value = ?", asked) == "found",
               what="the enricher at work")
    for lock in blocked.values():
        lock.rmdir()
    wait_until(lambda: is_published(line, asked), what="the publisher at work again")
