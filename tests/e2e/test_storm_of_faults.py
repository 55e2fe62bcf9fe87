"""Hours in which engine, VirusTotal, site, clocks and programs misbehave at once; afterwards every promise holds.

SPDX-License-Identifier: MIT
"""

import collections
import contextlib
import dataclasses
import json
import os
import random
import signal
import sqlite3
import time
import urllib.parse

import driving
import faultproxy
import pytest
import tpot_day
import virustotal
from flow import Flow
from harness import FastClock
from posts import POSTS, proxy_before
from test_bad_days import answer, engine_error
from test_publisher_refused import WAYS
from tpot_documents import SENSORS, Told

STAGES = ("collector", "enricher", "publisher")
PER_MINUTE = 60
HOUR = 3600
ROUND = 900             # seconds of true time
SAVED, RESTORED = 4, 8  # rounds: when a backup is made, and when it is put back
STEPS = (0, 120, -30, HOUR, 0, -3 * HOUR, 7, -HOUR)     # of the programs' clock from true time
SECRET = "garden-shed"
ROOM = 30 * HOUR        # that the clock has before it reaches real time
PAGE = b"<html><head><title>Welcome to the hotel</title></head></html>"
# Ways to write what must never leave: the sensors' addresses and names, and the operator's word.
DISGUISES = ("http://203.0.113.10/x.sh", "http://3405803796/x.sh", "http://0xcb.0x00.0x71.0x0a/x.sh", "tftp://198.51.100.9/10.0.1.7/a",
             "http://198.51.100.9/?from=203%2E0%2E113%2E20", "http://hive-one.example/b", f"http://198.51.100.9/{SECRET}/c")
PLAIN = (SECRET, "3405803786", "3405803796", "0xcb.0x00.0x71.0x0a", *(word for sensor in SENSORS for word in sensor))


class Times(FastClock):
    """True time, by which VirusTotal counts, and the programs' clock, which steps away from it and back."""

    def __init__(self, home):
        super().__init__(home, hours=ROOM / HOUR)
        self.true = home.path / "true"
        self.ahead = 0

    def _show(self):
        fresh = self.true.with_suffix(".new")
        fresh.write_text(f"{self.value}\n")
        fresh.rename(self.true)
        self.home.set_clock(self.value + self.ahead, steady=self.value)


# ---- what goes wrong

REFUSED = engine_error("security_exception", "action [indices:monitor/stats] is unauthorized", 403)
FULL = engine_error("circuit_breaking_exception", "[parent] Data too large", 429)
ENGINE = (
    None,               # it stands still
    answer(403, REFUSED, path="/_stats|/_settings", times=None),
    faultproxy.Fault("delay", path="/_stats", seconds=1, times=None),
    answer(429, FULL, path="_source&preference", times=None),
    faultproxy.Fault("lose", path="/_search", times=4),
    answer(504, "<html>504</html>", path="2[0-9]/_search", times=None, headers={}),
    faultproxy.Fault("cut", path="/", times=6, at=40),
)
VIRUSTOTAL = (
    virustotal.Fault(match="/", status=200, body=PAGE, content_type="text/html"),
    virustotal.Fault(match="/", times=8, close=True),
    virustotal.Fault(match="/", times=8, status=503, code="TransientError"),
    virustotal.Fault(match="/", times=8, cut=30),
    virustotal.Fault(match="/", status=403, body=PAGE, content_type="text/html"),
    virustotal.Fault(match="/files/", times=1, wrong_hash=True),
    virustotal.Fault(match="/", times=40, delay=0.5),
)
LOST = (
    faultproxy.Fault("lose", method="POST", path=POSTS),
    faultproxy.Fault("replace_after", method="POST", path=POSTS, status=504, body=PAGE),
    faultproxy.Fault("cut", method="POST", path=POSTS, at=20),
)
AT_WORK = """SELECT (SELECT count(*) FROM lookup WHERE state = 'leased')
                  + (SELECT count(*) FROM post WHERE state = 'leased')"""
LATE_SECONDS = 6        # the publisher stops waiting before


class Storm:
    """The three programs, and everything around them."""

    def __init__(self, flow, engine_proxy, site_proxy, seed):
        self.flow, self.home, self.clock, self.vt = flow, flow.home, flow.clock, flow.vt
        self.engine_proxy, self.site_proxy = engine_proxy, site_proxy
        self.dice = random.Random(seed)
        self.running = {}
        self.refuses = False
        self.copy = self.home.path / "copy.db"

    # -- programs

    def start(self, *stages):
        for stage in stages or STAGES:
            self.running[stage] = self.home.start(stage)

    def kill(self, *stages):
        for stage in stages or STAGES:
            self.running[stage].kill()

    def kill_one(self):
        stage = self.dice.choice(STAGES)
        self.kill(stage)
        self.start(stage)

    # -- the database

    def save(self):
        with contextlib.closing(sqlite3.connect(self.home.database_path)) as db, \
                contextlib.closing(sqlite3.connect(self.copy)) as copy:
            db.backup(copy)

    def restore(self):
        self.kill()
        for suffix in ("-wal", "-shm"):
            self.home.database_path.with_name(self.home.database_path.name + suffix).unlink(missing_ok=True)
        self.copy.replace(self.home.database_path)
        self.clock.jump(120)
        self.start()

    # -- faults

    @contextlib.contextmanager
    def engine_fails(self, number):
        fault = ENGINE[number % len(ENGINE)]
        if fault is not None:
            self.engine_proxy.add(fault)
            yield
            self.engine_proxy.clear()
            return
        group = int(next(self.flow.parts.engine.home.glob("*/pid")).read_text().split()[0])
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    @contextlib.contextmanager
    def virustotal_fails(self, number):
        self.vt.faults.append(dataclasses.replace(VIRUSTOTAL[number % len(VIRUSTOTAL)]))
        yield
        self.vt.faults.clear()

    @contextlib.contextmanager
    def site_fails(self, number):
        """In turn every write is refused, in one of ten ways, and an answer is lost or a store comes late."""
        self.refuses = not self.refuses
        if self.refuses:
            self.site_proxy.add(list(WAYS.values())[number % len(WAYS)])
        elif number % 4 == 3:
            self.flow.parts.site.set_fault(f"writes-only, times=1, sleep-before={LATE_SECONDS}")
        else:
            self.site_proxy.add(LOST[number % len(LOST)])
        yield
        self.site_proxy.clear()

    def round(self, number, documents):
        self.clock.ahead = STEPS[number % len(STEPS)]
        self.flow.write(documents)
        if number == SAVED:
            self.save()
        faults = self.engine_fails, self.virustotal_fails, self.site_fails
        for well in self.dice.sample(faults, len(faults)):
            with contextlib.ExitStack() as failing:
                for fault in faults:
                    if fault is not well:
                        failing.enter_context(fault(number))
                self.some_time()
        if number == RESTORED:
            self.restore()
        self.some_time()

    def some_time(self):
        """A quarter of a round, with a kill in the middle."""
        time.sleep(self.dice.uniform(0.2, 0.6))
        self.kill_one()
        time.sleep(self.dice.uniform(0.2, 0.6))
        self.clock.jump(ROUND / 4)

    # -- afterwards

    def calm(self, seconds):
        """Everything is well again, and time passes until everything has arrived."""
        self.clock.ahead = 0
        self.flow.parts.site.clear_fault()
        end = time.monotonic() + seconds
        while not (self.flow.is_done() and self.flow.parts.site.count() == len(self.flow.day.lookups)):
            if time.monotonic() > end:
                raise AssertionError(self.what_is_left())
            with self.clock.held():
                self.flow.parts.engine.refresh()
            time.sleep(0.5)
            if not self.home.one(AT_WORK):
                self.clock.jump(ROUND / 3)

    def what_is_left(self):
        rows = [self.home.sql(query) for query in (
            "SELECT * FROM status", "SELECT * FROM held", "SELECT * FROM cursor WHERE position < checkpoint",
            "SELECT id, state, due_at, attempts, last_error FROM lookup WHERE state <> 'done' LIMIT 5",
            "SELECT id, key, state, due_at, attempts, last_error FROM post WHERE state <> 'done' LIMIT 5")]
        slugs = sorted(p.slug for p in self.flow.parts.site.posts())
        return f"{json.dumps(rows, indent=1)}\n{len(slugs)} of {len(self.flow.day.lookups)} posts\n{slugs}"


# ---- what must be true

def without_hash(captures):
    """An answer may join the hash of a document with a better one."""
    return collections.Counter(dataclasses.replace(c, hash=None) for c in captures)


def most_within(requests, seconds):
    """The largest number that came within so many seconds."""
    times = sorted(r.at for r in requests)
    return max(sum(1 for other in times[n:] if other < at + seconds) for n, at in enumerate(times))


def texts(value):
    """All texts of a JSON value."""
    if isinstance(value, dict):
        return [text for item in value.items() for text in texts(list(item))]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [str(value)]


def leaks(proxy, vt):
    """What left that must not, in any request to the site or to VirusTotal."""
    sent = [form(r.path) for r in (*vt.requests, *proxy.requests) for form in (str, urllib.parse.unquote)]
    for request in proxy.requests:
        if request.body.startswith(b"{"):
            sent += texts(json.loads(request.body))
        else:
            sent.append(request.body.decode(errors="replace"))
    return {(word, text[max(0, text.find(word) - 60):][:150]) for text in sent for word in PLAIN if word in text.lower()}


def plant(day):
    """Captures whose URLs and names hold the sensors' addresses and names."""
    for number, text in enumerate(DISGUISES):
        at = day.end - 2 * HOUR
        shasum = tpot_day.sha256(f"planted {number}")
        document = {**day.cowrie(at, shasum, "sftp"), "url": text, "filename": text}
        day._add(document, at, [Told(shasum, "upload", text, text)], late=True)


@pytest.fixture
def storm(parts, home):
    """Makes a storm, with documents still to be written."""
    parts.engine.delete_all()
    parts.site.delete_all()
    with Times(home) as clock, virustotal.VirusTotal(clock=clock.true) as vt, \
            faultproxy.FaultProxy(parts.engine.url) as engine_proxy, proxy_before(home, parts.site) as site_proxy:
        def make(files, seed):
            flow = Flow(parts, home, vt, clock, files=files, seed=seed)
            plant(flow.day)
            driving.speak_to(home, parts.engine, url=engine_proxy.url, timeout="5s", ca_file=None)
            home.configure("enricher", per_minute=PER_MINUTE, concurrency=4, timeout="5s")
            home.configure("publisher", timeout="5s", private=SECRET, sample_posts="all")
            vt.keys[vt.key] = virustotal.Key(PER_MINUTE, 500000, 5000000)
            return Storm(flow, engine_proxy, site_proxy, seed)
        yield make


def in_order(day, count):
    """All but the first document in so many pieces: a session's beginning comes before its file."""
    rest = day.documents[1:] + day.late
    return [rest[len(rest) * n // count:len(rest) * (n + 1) // count] for n in range(count)]


def pass_through(storm, rounds, calm_seconds):
    flow = storm.flow
    storm.start()
    flow.begin(lambda: True)
    began = storm.clock.value
    for number, documents in enumerate(in_order(flow.day, rounds)):
        storm.round(number, documents)
    passed = storm.clock.value - began
    storm.calm(calm_seconds)
    flow.check_rows()
    assert without_hash(driving.captures(storm.home)) == without_hash(flow.day.captures)
    assert storm.home.sql("SELECT * FROM held") == []
    assert 429 not in {r.status for r in storm.vt.lookups()}, "VirusTotal had to refuse"
    assert most_within(storm.vt.lookups(), 60) <= PER_MINUTE
    assert not leaks(storm.site_proxy, storm.vt)
    assert all(program.stop() == 0 for program in storm.running.values())
    again = len(storm.vt.lookups()) - len(flow.day.lookups)
    print(f"{passed / HOUR:.1f} hours, {len(flow.day.captures)} captures, {len(flow.day.lookups)} files, {again} more requests")
    assert passed >= rounds * ROUND


def test_storm_of_faults(storm):
    """Three hours."""
    pass_through(storm(files=10, seed=31), rounds=12, calm_seconds=240)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(32, 36))
def test_long_storm_of_faults(storm, seed):
    """Ten hours, each with other dice."""
    pass_through(storm(files=200, seed=seed), rounds=40, calm_seconds=600)
