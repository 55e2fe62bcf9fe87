"""A disk that is full: each program says so, spends nothing, and goes on when there is room again."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import time

import driving
import faultproxy
import harness
import pytest
import tpot_documents
import vt_reports
from harness import wait_until
from posts import LOOK_UP, POSTS, proxy_before
from virustotal import Fault

NOW = 1764000000
ROWS = 12
RESERVE_BYTES = 1 << 20      # common/db/reserve.c


def hash_of(n):
    return hashlib.sha256(b"potpress disk %d" % n).hexdigest()


class SmallDisk:
    """A disk of 24 MB in a separate mount namespace, which ends with its process."""

    def __init__(self, home):
        self.place = home.path / "disk"
        self.place.mkdir()
        self.database = self.place / "potpress.db"
        home.configure("database", path=self.database)
        self.keeper = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=24m tmpfs "$0" && echo mounted && exec sleep 600',
             self.place], stdout=subprocess.PIPE, text=True)
        assert self.keeper.stdout.readline() == "mounted\n", "a namespace of its own with a small disk"
        self.enter = ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(self.keeper.pid)]

    def run(self, *command):
        done = subprocess.run([*self.enter, *command], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def sql(self, text, *options):
        status, output = self.run("sqlite3", *options, "-cmd", ".timeout 5000", self.database, text)
        assert status == 0, output
        return output.strip()

    def fill(self):
        """Not one more byte fits."""
        for _ in range(5):
            self.run("sh", "-c", 'cat /dev/zero >> "$0"/filler', self.place)
            if self.run("sh", "-c", 'echo > "$0"/filler.more', self.place)[0] != 0:
                return
        raise AssertionError("the disk stays full")

    def reserve_bytes(self):
        return 512 * int(self.run("stat", "-c", "%b", f"{self.database}-reserve")[1])

    def make_room(self):
        self.run("rm", self.place / "filler", self.place / "filler.more")

    @contextlib.contextmanager
    def reader(self):
        """A shell with an open transaction, which keeps the -wal from being used again."""
        shell = subprocess.Popen([*self.enter, "sqlite3", self.database], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        shell.stdin.write("BEGIN; SELECT 'reading' FROM lookup LIMIT 1;\n")
        shell.stdin.flush()
        assert shell.stdout.readline() == "reading\n"
        yield
        shell.communicate(timeout=10)

    def close(self):
        self.keeper.kill()
        self.keeper.wait()


@pytest.fixture
def disk(home):
    small = SmallDisk(home)
    yield small
    small.close()


class Supervised:
    """A program, started again after status 75 as deploy/supervisord.conf does."""

    LOOP = 'while :; do "$0" -c "$1"; status=$?; [ $status = 75 ] || exit $status; done'

    def __init__(self, home, disk, stage="enricher"):
        self.log_path = home.path / "supervised.log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [*disk.enter, "sh", "-c", self.LOOP, harness.PROGRAMS / f"potpress-{stage}", home.config_path],
                stdout=log, stderr=log, env=home.environment(), start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_reason):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def log(self):
        return self.log_path.read_text()

    def said_full(self):
        return self.log.count("the disk is full; make room")

    def waits_for_room(self, disk, stage):
        """Until it has said so, in its log and in the view status."""
        wait_until(self.said_full, what="a word about the full disk")
        wait_until(lambda: "disk" in disk.sql(f"SELECT why FROM status WHERE stage='{stage}'", "-readonly"),
                   what="a word about it in the view status")

    def assert_waited(self, disk):
        assert self.log.count("event=started") == 1, "it was never started again"
        assert self.said_full() == 1, "it says so once"
        assert disk.sql("SELECT count(why) FROM status") == "0", "nothing keeps it from working any more"
        assert disk.reserve_bytes() == RESERVE_BYTES, "room for the next time"


def once(disk, home, stage):
    status, output = disk.run("env", f"POTPRESS_CLOCK_FILE={home.clock_path}",
                              harness.PROGRAMS / f"potpress-{stage}", "-c", home.config_path, "--once")
    assert status == 0, output


@pytest.fixture
def ready(configured, disk):
    """An installation on the small disk, with rows to ask about."""
    configured.configure("enricher", per_minute=6000, per_day=500000, per_month=5000000, concurrency=4)
    configured.set_clock(NOW)
    once(disk, configured, "enricher")
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
        program.waits_for_room(disk, "enricher")
        ready.set_clock(NOW + 100)
        disk.make_room()
        ready.set_clock(NOW + 300)      # the leases of what could not be kept run out
        wait_until(lambda: all_are_answered(disk), what="all answers, once there is room")
        program.assert_waited(disk)
    nothing_is_lost(disk, vt)


def test_a_disk_that_fills_up_again(ready, vt, disk):
    """Each time the reason is in the view status, also where the -wal has no room left."""
    with Supervised(ready, disk) as program:
        wait_until(lambda: all_are_answered(disk), what="all answers")
        for time_no in range(1, 4):
            vt.faults.append(Fault(delay=1, times=4))
            asked = len(vt.lookups())
            with disk.reader():
                disk.sql("".join(f"INSERT INTO sample(sha256) VALUES('{hash_of(100 * time_no + n)}');" for n in range(4)))
                wait_until(lambda before=asked: len(vt.lookups()) == before + 4, what="requests in flight")
                disk.fill()
                wait_until(lambda count=time_no: program.said_full() == count, what="a word about the full disk")
                program.waits_for_room(disk, "enricher")
                assert disk.reserve_bytes() < RESERVE_BYTES
            disk.make_room()
            wait_until(lambda: disk.sql("SELECT count(why) FROM status") == "0", what="the word's end")
            assert disk.reserve_bytes() == RESERVE_BYTES, "room for the next time"


# ---- the collector and the publisher

@pytest.mark.parametrize("stage", ["collector", "publisher"])
def test_the_others_at_the_start(ready, disk, stage):
    """They end with the status that has them started again, and say why."""
    ready.configure(stage, url="http://127.0.0.1:9", user="nobody", password_file=ready.secret("password", "secret"))
    disk.fill()
    status, output = disk.run("env", f"POTPRESS_CLOCK_FILE={ready.clock_path}",
                              harness.PROGRAMS / f"potpress-{stage}", "-c", ready.config_path)
    assert status == 75 and "the disk is full; make room" in output and "event=started" not in output
    disk.make_room()
    assert disk.sql("SELECT count(*) FROM lookup") == str(ROWS)


def test_the_collector_waits_for_room(home, engine, disk):
    """Documents that come while the disk is full are read once there is room, each once."""
    driving.speak_to(home, engine)
    home.set_clock(time.time() - 6 * 3600)
    maker = tpot_documents.Maker(random.Random(5))
    files = [tpot_documents.sha256(f"disk {number}") for number in range(40)]
    at = home.clock() - 60

    def write(some):
        engine.bulk([("logstash-2026.11.20", None, maker.cowrie(at, sha256, "wget")) for sha256 in some], refresh=True)

    def taken(count):
        """Whether so many are, with the clock moved on."""
        engine.refresh()
        driving.move_clock(home, driving.STEP)
        return disk.sql("SELECT count(*) FROM sample") == str(count)

    once(disk, home, "collector")
    write(files[:1])
    with Supervised(home, disk, "collector") as program:
        wait_until(lambda: taken(1), what="the first document", every=0.2)
        disk.fill()
        write(files[1:])
        wait_until(lambda: taken(1) and program.said_full(), what="a word about the full disk", every=0.2)
        program.waits_for_room(disk, "collector")
        disk.make_room()
        wait_until(lambda: taken(len(files)), what="all documents", every=0.2)
        program.assert_waited(disk)
    assert disk.sql("SELECT count(*) FROM sighting") == disk.sql("SELECT count(*) FROM lookup") == str(len(files))
    assert disk.sql("PRAGMA integrity_check") == "ok"


def test_the_publisher_waits_for_room(configured, vt, site, disk):
    """Writes whose answers come while the disk is full are looked up: one post each."""
    login, password = site.users["author"]
    configured.configure("publisher", url=site.url, user=login, timeout="10s",
                         password_file=configured.secret("wordpress.password", password))
    configured.configure("enricher", per_minute=6000, per_day=500000, per_month=5000000)
    configured.set_clock(harness.an_hour_ago())
    once(disk, configured, "enricher")
    known = [vt_reports.hashes(f"disk {number}")["sha256"] for number in range(4)]
    disk.sql("".join(f"INSERT INTO sample(sha256) VALUES('{sha256}');" for sha256 in known))
    once(disk, configured, "enricher")
    with proxy_before(configured, site) as proxy:
        proxy.add(faultproxy.Fault("delay", method="POST", path=POSTS, seconds=3, times=None))
        with Supervised(configured, disk, "publisher") as program:
            wait_until(lambda: proxy.sent("POST", POSTS), what="a write on its way")
            disk.fill()
            program.waits_for_room(disk, "publisher")
            proxy.faults.clear()
            disk.make_room()

            def all_are_done():
                configured.set_clock(configured.clock() + LOOK_UP)
                return disk.sql("SELECT count(*) FROM post WHERE state = 'done'") == str(len(known))

            wait_until(all_are_done, what="all posts, once there is room", every=0.5)
            program.assert_waited(disk)
    assert sorted(post.slug for post in site.posts()) == sorted(f"malware-{sha256}" for sha256 in known)
    assert disk.sql("SELECT max(attempts) FROM post") == "0" and disk.sql("PRAGMA integrity_check") == "ok"
