"""A disk that is full: the enricher says so, spends nothing, and goes on when there is room again."""

import hashlib
import os
import signal
import subprocess

import pytest
from virustotal import Fault

import harness
from harness import wait_until

NOW = 1764000000
ROWS = 12


def hash_of(n):
    return hashlib.sha256(b"potpress disk %d" % n).hexdigest()


class SmallDisk:
    """A disk of 12 MB in a mount namespace of its own, which ends with its process."""

    def __init__(self, home):
        self.place = home.path / "disk"
        self.place.mkdir()
        self.database = self.place / "potpress.db"
        home.configure("database", path=self.database)
        self.keeper = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=12m tmpfs "$0" && echo mounted && exec sleep 600',
             self.place], stdout=subprocess.PIPE, text=True)
        assert self.keeper.stdout.readline() == "mounted\n", "a namespace of its own with a small disk"
        self.enter = ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(self.keeper.pid)]

    def run(self, *command):
        done = subprocess.run([*self.enter, *command], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def sql(self, text):
        status, output = self.run("sqlite3", "-cmd", ".timeout 5000", self.database, text)
        assert status == 0, output
        return output.strip()

    def fill(self):
        """Not one more page fits."""
        self.run("sh", "-c", 'cat /dev/zero > "$0"/filler', self.place)

    def make_room(self):
        self.run("rm", self.place / "filler")

    def close(self):
        self.keeper.kill()
        self.keeper.wait()


@pytest.fixture
def disk(configured):
    small = SmallDisk(configured)
    yield small
    small.close()


class Supervised:
    """The enricher, started again after status 75 as deploy/supervisord.conf does."""

    LOOP = 'while :; do "$0" -c "$1"; status=$?; [ $status = 75 ] || exit $status; done'

    def __init__(self, home, disk):
        self.log_path = home.path / "supervised.log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [*disk.enter, "sh", "-c", self.LOOP, harness.PROGRAMS / "potpress-enricher", home.config_path],
                stdout=log, stderr=log, env=home.environment(), start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_reason):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def said_full(self):
        return self.log_path.read_text().count("the disk is full; make room")


@pytest.fixture
def ready(configured, disk):
    """An installation on the small disk, with rows to ask about."""
    configured.configure("enricher", per_minute=6000, per_day=500000, per_month=5000000, concurrency=4)
    configured.set_clock(NOW)
    status, output = disk.run("env", f"POTPRESS_CLOCK_FILE={configured.clock_path}",
                              harness.PROGRAMS / "potpress-enricher", "-c", configured.config_path, "--once")
    assert status == 0, output
    disk.sql("".join(f"INSERT INTO sample(sha256) VALUES('{hash_of(n)}');" for n in range(ROWS)))
    return configured


def all_are_answered(disk):
    return disk.sql("SELECT count(*) FROM lookup WHERE state='done' AND outcome='found'") == str(ROWS)


def nothing_is_lost(disk, vt):
    assert disk.sql("SELECT max(attempts) FROM lookup") == "0"
    assert disk.sql("SELECT count(*) FROM analysis") == str(ROWS)
    assert disk.sql("SELECT used FROM quota WHERE length(period)=10") == str(len(vt.lookups()))
    assert disk.sql("PRAGMA integrity_check") == "ok"


def test_a_disk_that_is_full_at_the_start(ready, vt, disk):
    disk.fill()
    with Supervised(ready, disk) as program:
        wait_until(lambda: program.said_full() >= 2, what="a word about the full disk, at each start")
        assert program.process.poll() is None
        assert vt.lookups() == [], "where answers cannot be kept nobody is asked"
        disk.make_room()
        wait_until(lambda: all_are_answered(disk), what="all answers, once there is room")
    assert len(vt.lookups()) == ROWS
    nothing_is_lost(disk, vt)


def test_a_disk_that_fills_up_during_work(ready, vt, disk):
    """It waits in the process, says so once and where people look, and goes on by itself."""
    vt.faults.append(Fault(delay=1, times=4))
    with Supervised(ready, disk) as program:
        wait_until(lambda: len(vt.lookups()) == 4, what="requests in flight")
        disk.fill()
        wait_until(lambda: program.said_full() >= 1, what="a word about the full disk")
        wait_until(lambda: "disk" in disk.sql("SELECT why FROM status WHERE stage='enricher'"),
                   what="a word about it in the view status")
        ready.set_clock(NOW + 100)
        disk.make_room()
        ready.set_clock(NOW + 300)      # the leases of what could not be kept run out
        wait_until(lambda: all_are_answered(disk), what="all answers, once there is room")
        assert program.log_path.read_text().count("event=started") == 1, "it was never started again"
        assert program.said_full() == 1, "it says so once"
        assert disk.sql("SELECT count(why) FROM status") == "0", "nothing keeps it from working any more"
    nothing_is_lost(disk, vt)
