"""The three ways of running, side by side: each takes 0.1.0's database over, turns a day into posts, and survives what happens.

SPDX-License-Identifier: MIT
"""

import sqlite3
import subprocess
import time

import pytest
import tpot_day
import ways
from flow import first_look, published, sha256_of
from harness import PROGRAMS, ROOT, wait_until
from virustotal import VirusTotal
from ways import STAGES

DISK_MB = 64
WAYS = {"supervisord": ways.Supervisord, "systemd": ways.Systemd, "image": ways.Image}


def version_1(path):
    """A database that version 0.1.0 filled."""
    fixtures = ROOT / "tests" / "fixtures" / "version-1"
    db = sqlite3.connect(path)
    for name in ("schema.sql", "rows.sql"):
        db.executescript((fixtures / name).read_text())
    db.close()
    return path


def processes(way):
    """Each stage and its process; None: one does not run."""
    pids = {stage: way.pid(stage) for stage in STAGES}
    return pids if all(pids.values()) else None


def all_run(way):
    return wait_until(lambda: processes(way), 90, "three processes")


def comes_and_is_posted(way, parts, vt, day, name):
    """One more capture, on its way through all three."""
    at, shasum = time.time(), tpot_day.sha256(name)
    parts.engine.bulk([(tpot_day.index_of(at), None, day._cowrie(at, shasum, "wget"))], refresh=True)
    slug = f"malware-{sha256_of(vt, shasum)}"
    wait_until(lambda: slug in published(parts.site), 90, f"a post: {name}")


def killed_each(way):
    """kill -9 of each stage; all come back."""
    before = all_run(way)
    for stage in STAGES:
        way.kill(stage)
        wait_until(lambda stage=stage: way.pid(stage) not in (0, before[stage]), 90, f"a new {stage}", every=1)


def disk_fills_up(way, parts, late):
    """What comes meanwhile waits; nothing ends for good, and there is a word about it."""
    with sqlite3.connect(way.home.database_path, timeout=30) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    way.disk.fill()
    parts.engine.bulk(late, refresh=True)
    wait_until(lambda: "the disk is full; make room" in way.said("collector"), 150, "a word about the full disk")
    way.disk.make_room()
    wait_until(lambda: way.home.one("SELECT count(trouble) FROM stage") == 0, 150, "no trouble any more")


def a_newer_program_migrates(way):
    """The first program of a later version brings the database up to date while all three of this one run."""
    before = all_run(way)
    done = subprocess.run([PROGRAMS / "newer", way.home.database_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert way.home.one("PRAGMA user_version") == 3
    return before


@pytest.mark.full
@pytest.mark.parametrize("name", WAYS)
def test_a_day_through_all_that_happens(parts, tmp_path, name):
    parts.engine.delete_all()
    parts.site.delete_all()
    with VirusTotal() as vt, WAYS[name](tmp_path / "way", DISK_MB) as way:
        home = way.home
        way.bring(version_1(tmp_path / "old.db"))
        samples = home.one("SELECT count(*) FROM sample")
        day = tpot_day.Day(time.time(), files=12, noise=20, seed=7)
        parts.engine.bulk(day.documents, refresh=True)
        way.configure(parts.front, parts.site, vt)
        way.start()
        all_run(way)
        first_look(home)
        assert home.one("PRAGMA user_version") == 2
        assert [p.name for p in way.disk.place.glob("*.before-*")] == ["potpress.db.before-002"], "one of three migrated"
        assert home.one("SELECT count(*) FROM sample") >= samples

        killed_each(way)
        disk_fills_up(way, parts, day.late)
        want = {f"malware-{sha256_of(vt, value)}" for value in day.lookups}
        wait_until(lambda: want <= set(published(parts.site)), 150, "all posts")
        way.reboot()
        all_run(way)
        comes_and_is_posted(way, parts, vt, day, "after the reboot")

        before = a_newer_program_migrates(way)
        comes_and_is_posted(way, parts, vt, day, "after the migration")
        assert processes(way) == before, "whoever ran runs on"
        way.restart("publisher")
        wait_until(lambda: "upgrade this program" in way.said("publisher"), 60, "an older program does not start again")
        slugs = [post.slug for post in parts.site.posts()]
        assert len(slugs) == len(set(slugs))
        assert home.integrity() == "ok"
