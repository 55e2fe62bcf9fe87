"""A simulated quarter on a free key: new files every day, bursts, a flood, files whose verdict changes, restarts.

The real enrichers and the VirusTotal look-alike go by the test clock; captures are written as the collector
writes them. SPDX-License-Identifier: MIT
"""

import bisect
import calendar
import collections
import hashlib
import pathlib
import random
import sqlite3
import time

import pytest
from virustotal import Key
import vt_reports

DAY, HOUR = 86400, 3600
START = calendar.timegm((2025, 9, 1, 0, 5, 0))
PER_DAY = 500
NEW_PER_DAY = 300
STEP = 660              # four requests of an even pace
LAST_STEP = 120         # in the last hour of a day, so that nothing is left over by the width of a step
REST_SECONDS = 30       # of ours
FLOOD, FLOOD_CAP = 2000, 50
BACKLOG = 3 * DAY


def sha256(name):
    return hashlib.sha256(f"quarter {name}".encode()).hexdigest()


def report(value, malicious, of=60, category=None, first=None):
    """A small report: the numbers without the engines."""
    known = {kind: hashlib.new(kind, value.encode()).hexdigest() for kind in ("sha1", "md5")}
    first = first or START - 400 * DAY
    threat = {"popular_threat_category": [{"value": category, "count": 12}],
              "suggested_threat_label": f"{category}.thing"} if category else {}
    return vt_reports.report(
        hashes_={"sha256": value, **known}, last_analysis_results={}, first_submission_date=first,
        last_analysis_date=first + malicious, popular_threat_classification=threat,
        last_analysis_stats={"malicious": malicious, "suspicious": 0, "undetected": of - malicious, "harmless": 0,
                             "timeout": 0, "confirmed-timeout": 0, "failure": 0, "type-unsupported": 6})


# What VirusTotal says about a file from so long after its capture on: (seconds, detections, category); None: unknown.
HISTORIES = {
    "unknown for an hour": [(0, None, None), (HOUR, 30, "trojan")],
    "unknown for two days": [(0, None, None), (2 * DAY, 30, "trojan")],
    "unknown for twenty days": [(0, None, None), (20 * DAY, 30, "trojan")],
    "3 to 41 engines": [(0, 3, None), (DAY // 2, 41, "trojan")],
    "the record goes": [(0, 4, None), (DAY // 2, None, None)],
    "unwanted, then malicious": [(0, 8, "pua"), (5 * DAY, 12, "trojan")],
    "never changes": [(0, 2, None)],
}


def waits(program):
    """In the poll at the end of a round: neither at work nor at the disk, nor waiting for the other's lock."""
    return "poll" in pathlib.Path(f"/proc/{program.process.pid}/wchan").read_text()


class World:
    """What VirusTotal knows, by its clock: scripted files, and all others by their hash."""

    def __init__(self, vt):
        self.vt, self.scripts = vt, {}

    def script(self, value, history, since):
        self.scripts[value] = [(since + after, *what) for after, *what in history]

    def stage(self, value, moment):
        """The scripted answer at this time, or None."""
        script = self.scripts[value]
        return script[bisect.bisect([at for at, *_ in script], moment) - 1]

    def report(self, value):
        if value in self.scripts:
            _at, malicious, category = self.stage(value, self.vt.now())
            return None if malicious is None else report(value, malicious, category=category)
        kind = int(value[:2], 16)
        return None if kind < 40 else report(value, 2 if kind < 100 else 40)


class Quarter:
    """Files that are captured over some days, and the clock that goes on through them."""

    def __init__(self, home, vt, days, bursts):
        self.home, self.vt, self.days = home, vt, days
        self.world = World(vt)
        vt.invent = self.world.report
        vt.keys[vt.key] = Key(4, PER_DAY, 15500)
        home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), pace="even")
        home.set_clock(START)
        home.once("enricher")
        self.db = sqlite3.connect(home.database_path, timeout=30, isolation_level=None)
        self.dice = random.Random(20250901)
        self.captures = sorted(self.plan(bursts))
        self.captured_at = {}
        self.programs = []
        self.edits = collections.Counter()
        self.waiting_at_midnight = {}

    def plan(self, bursts):
        """(time, name, number of sources): 300 a day, one in five by two sources; bursts by one source each."""
        for day in range(self.days):
            for n in range(NEW_PER_DAY):
                yield START + day * DAY + self.dice.randrange(DAY), f"{day} {n}", 1 + (n % 5 == 0)
        for day, size in bursts:
            for n in range(size):
                yield START + day * DAY + 10 * HOUR + self.dice.randrange(HOUR), f"burst {day} {n}", 1
        for n, history in enumerate(HISTORIES):
            self.world.script(sha256(history), HISTORIES[history], START + n * HOUR)
            yield START + n * HOUR, history, 2

    # -- captures, as the collector writes them

    def capture(self, name, sources, session=None):
        now = self.home.clock()
        (sample,) = self.db.execute("INSERT INTO sample (sha256, first_seen) VALUES (?, ?) RETURNING id",
                                    (sha256(name), now)).fetchone()
        for n in range(sources):
            self.db.execute(
                "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, sensor, session, action, src_ip,"
                " event_at, collected_at, seen_at) VALUES (?, ?, 'main', 'cowrie', 'Cowrie', 'sensor', ?, 'download',"
                " ?, ?, ?, ?)", (f"{name} {n}", sample, session, f"192.0.2.{n + 1}", now, now, now))
        return sample

    def flood(self):
        """One session brings many files; those over the cap are skipped in the same transaction."""
        now = self.home.clock()
        self.db.execute("BEGIN IMMEDIATE")
        (flood,) = self.db.execute(
            "INSERT INTO flood_count (source, date, kind, honeypot, value, files, skipped, first_at, last_at, read_at)"
            " VALUES ('main', '2025-09-02', 'session', 'Cowrie', 'f', ?, ?, ?, ?, ?) RETURNING id",
            (FLOOD, FLOOD - FLOOD_CAP, now, now, now)).fetchone()
        for n in range(FLOOD):
            sample = self.capture(f"flood {n}", 1, session="f")
            if n >= FLOOD_CAP:
                self.db.execute("UPDATE lookup SET state = 'skipped', token = token + 1, since = NULL, flood_id = ?,"
                                " last_error = 'flood: more' WHERE sample_id = ?", (flood, sample))
        self.db.execute("COMMIT")

    def take_captures(self):
        now, due = self.home.clock(), []
        while self.captures and self.captures[0][0] <= now:
            due.append(self.captures.pop(0))
        if due:
            self.db.execute("BEGIN IMMEDIATE")
            for _at, name, sources in due:
                self.capture(name, sources)
                self.captured_at[sha256(name)] = (now, sources)
            self.db.execute("COMMIT")

    # -- time

    def in_flight(self):
        """Requests of programs that live: what one had claimed that was killed does not count."""
        return self.db.execute("SELECT count(*) FROM lookup WHERE state = 'leased' AND owner IN"
                               " (SELECT owner FROM stage WHERE alive_at >= ?)", (self.home.clock(),)).fetchone()[0]

    def at_rest(self):
        """Both enrichers have seen the time and wait, and no request is in flight."""
        (awake,) = self.db.execute("SELECT count(*) FROM stage WHERE alive_at >= ?", (self.home.clock(),)).fetchone()
        return awake == 2 and self.in_flight() == 0 and all(waits(program) for program in self.programs)

    def let_them_work(self):
        """Until they have done what is due; the leases of one that was killed end by the clock."""
        rests, end = 0, time.monotonic() + REST_SECONDS
        while rests < 3:
            assert time.monotonic() < end, "the enrichers do not come to rest"
            rests = rests + 1 if self.at_rest() else 0
            time.sleep(0.005)

    def publish(self):
        """Takes the posts of the scripted files, as the publisher would, and counts them."""
        rows = self.db.execute("SELECT id, key FROM post WHERE state = 'pending' ORDER BY id").fetchall()
        for number, key in rows:
            self.edits[key] += 1
            self.db.execute("UPDATE post SET state = 'done', token = token + 1, published_at = 1, revised_at = 1"
                            " WHERE id = ?", (number,))

    def tick(self):
        now = self.home.clock()
        step = LAST_STEP if now % DAY > 23 * HOUR else STEP
        if (now + step) // DAY > now // DAY:
            waiting = self.db.execute("SELECT count(*) FROM lookup WHERE state = 'pending'").fetchone()[0]
            self.waiting_at_midnight[now // DAY] = waiting
            self.publish()
        self.move_clock(now + step)

    def move_clock(self, to):
        """Nothing may be booked meanwhile: a request is not in flight for minutes. One that seems to rest may still be
        about to look at what was written last."""
        for _ in range(100):
            self.db.execute("BEGIN IMMEDIATE")
            quiet = self.in_flight() == 0
            if quiet:
                self.home.set_clock(to)
            self.db.execute("ROLLBACK")
            if quiet:
                return
            self.let_them_work()
        raise AssertionError("the enrichers do not come to rest")

    def check_refusals(self):
        refused = [r for r in self.vt.lookups() if r.status == 429]
        assert not refused, (len(refused), refused[0])

    def run(self):
        self.programs = programs = [self.home.start("enricher"), self.home.start("enricher")]
        ticks = 0
        while self.home.clock() < START + self.days * DAY:
            self.take_captures()
            if ticks == 200:
                self.flood()
            self.let_them_work()
            if ticks % 50 == 49:
                victim = ticks // 50 % 2
                programs[victim].kill() if ticks % 150 == 149 else programs[victim].stop()
                programs[victim] = self.home.start("enricher")
            self.tick()
            ticks += 1
        for program in programs:
            program.stop()
        self.publish()

    # -- what must be true

    def check_quota(self):
        self.check_refusals()
        used = dict(self.db.execute("SELECT period, used FROM quota WHERE length(period) = 10"))
        for day, waiting in self.waiting_at_midnight.items():
            text = time.strftime("%Y-%m-%d", time.gmtime(day * DAY))
            assert waiting == 0 or used[text] >= PER_DAY * 0.99, (text, used[text], waiting)

    def check_prompt(self):
        """Files of two or more sources, day by day."""
        first = dict(self.db.execute("SELECT l.value, l.first_at FROM lookup l WHERE l.first_at IS NOT NULL"))
        late, all_of = collections.Counter(), collections.Counter()
        for value, (at, sources) in self.captured_at.items():
            if sources >= 2 and at < START + self.days * DAY - HOUR:
                all_of[at // DAY] += 1
                late[at // DAY] += value not in first or first[value] - at > HOUR
        assert sum(late.values()) <= sum(all_of.values()) * 0.01, late

    def check_explained(self):
        end = self.home.clock()
        unexplained = self.db.execute(
            "SELECT value, state, rank, due_at, expired, since, last_error FROM lookup WHERE outcome IS NULL"
            " AND NOT (state = 'pending' AND since > ?)"
            " AND NOT (state = 'skipped' AND (last_error LIKE 'shed: waited 3 days, quota 500 a day%'"
            "                                 OR last_error LIKE 'flood: %')) LIMIT 5",
            (end - BACKLOG - DAY,)).fetchall()
        assert not unexplained
        assert self.db.execute("SELECT max(attempts) FROM lookup").fetchone() == (0,)
        assert self.db.execute("SELECT flooded FROM unasked").fetchone() == (FLOOD - FLOOD_CAP,)

    def check_history(self, name):
        """Each look gave what VirusTotal knew then: one row of analysis and one edit for each change, no other."""
        value = sha256(name)
        looks = [self.world.stage(value, r.at) for r in self.vt.lookups(value)]
        seen = [look for n, look in enumerate(looks) if n == 0 or look != looks[n - 1]]
        rows = self.db.execute("SELECT a.outcome, a.malicious FROM analysis a JOIN lookup l ON l.id = a.lookup_id"
                               " WHERE l.value = ? ORDER BY a.id", (value,)).fetchall()
        assert rows == [("not_found", 0) if malicious is None else ("found", malicious)
                        for _at, malicious, _category in seen], name
        assert self.edits[value] <= len(seen), name
        return len(seen)

    def check(self):
        self.check_quota()
        self.check_prompt()
        self.check_explained()
        stages = {name: self.check_history(name) for name in HISTORIES}
        ripe = {name for name, history in HISTORIES.items() if history[-1][0] < (self.days - 4) * DAY}
        assert {name for name in ripe if stages[name] < len(HISTORIES[name])} == set(), "each change was seen"
        assert self.home.integrity() == "ok"


def test_five_days(home, vt):
    quarter = Quarter(home, vt, days=5, bursts=[(1, 2500)])
    quarter.run()
    quarter.check()


@pytest.mark.full
def test_a_quarter(home, vt):
    quarter = Quarter(home, vt, days=91, bursts=[(10, 5000), (50, 5000)])
    quarter.run()
    quarter.check()
