"""A potpress installation in a temporary directory: configuration, secrets, clock, programs, database."""

import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("POTPRESS_PROGRAMS", ROOT / "build" / "test"))
RELEASED = ROOT / "build"
STOP_SECONDS = 6
DAY_SECONDS = 24 * 3600
BEFORE_MIDNIGHT, AFTER_MIDNIGHT = 180, 65  # UTC: while a day ends and begins, the enricher asks nothing


def wait_until(condition, seconds=30, what="condition", every=0.05):
    """Polls until the condition holds and returns its value; fails by name after the time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)


def into_midnight(at):
    """Seconds since the end of the UTC day came near; negative: it is not near."""
    since = (at + BEFORE_MIDNIGHT) % DAY_SECONDS
    return since if since < BEFORE_MIDNIGHT + AFTER_MIDNIGHT else -1


def an_hour_ago(room=1800):
    """A time for a clock that stands still, an hour ago or a little more: no day ends within `room` seconds of it."""
    at = time.time() - 3600
    while any(into_midnight(at + step) >= 0 for step in range(0, room, AFTER_MIDNIGHT)):
        at -= AFTER_MIDNIGHT
    return at


def pass_midnight():
    """Waits, when programs run by the real clock, until no day is about to end or has just begun."""
    since = into_midnight(time.time())
    if since >= 0:
        time.sleep(BEFORE_MIDNIGHT + AFTER_MIDNIGHT - since)


class Program:
    """One running potpress program."""

    def __init__(self, home, stage, *options, env=None):
        self.stage = stage
        self.log_path = home.path / f"{stage}-{time.monotonic_ns()}.log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / f"potpress-{stage}", "-c", home.config_path, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=home.environment(env),
            )

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def is_stopped(self):
        """By SIGSTOP, as at POTPRESS_STOP_AT."""
        state = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T"

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, number=signal.SIGTERM):
        """Asks it to stop, demands that it does in time, and returns the exit status."""
        if self.running():
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.stage} did not stop in time:\n{self.log[-3000:]}") from None


class Home:
    """Configuration and database of one test."""

    def __init__(self, path):
        self.path = path
        self.config_path = path / "potpress.conf"
        self.database_path = path / "potpress.db"
        self.clock_path = None
        self.running = []
        self.sections = {"general": {"log_level": "info"}, "database": {"path": self.database_path}}

    # -- configuration

    def secret(self, name, text):
        path = self.path / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def configure(self, section, **keys):
        """Sets keys; None removes one. A publisher makes a post of every file, and no digests, unless a test asks
        for something else."""
        usual = {"digest": "none", "sample_posts": "all"} if section == "publisher" else {}
        self.sections.setdefault(section, usual).update(keys)
        lines = []
        for name, values in self.sections.items():
            lines.append(f"[{name}]")
            for key, value in values.items():
                for item in value if isinstance(value, list) else [value]:
                    if item is not None:
                        lines.append(f"{key} = {item}")
        self.config_path.write_text("\n".join(lines) + "\n")

    def environment(self, extra=None):
        env = dict(os.environ)
        env.pop("POTPRESS_CONFIG", None)
        if self.clock_path:
            env["POTPRESS_CLOCK_FILE"] = str(self.clock_path)
        env.update(extra or {})
        return env

    # -- the test clock

    def set_clock(self, seconds, steady=None):
        """Moves the programs' clock, and the steady one with it unless told; the file is replaced whole."""
        self.clock_path = self.clock_path or self.path / "clock"
        fresh = self.path / "clock.new"
        fresh.write_text(f"{int(seconds)}\n" if steady is None else f"{int(seconds)} {int(steady)}\n")
        fresh.rename(self.clock_path)

    def clock(self):
        return int(self.clock_path.read_text().split()[0])

    # -- programs

    def start(self, stage, *options, env=None):
        program = Program(self, stage, *options, env=env)
        self.running.append(program)
        return program

    def run(self, stage, *options, env=None, timeout=120):
        """Runs to the end; returns (exit status, output)."""
        program = self.start(stage, *options, env=env)
        try:
            status = program.process.wait(timeout)
        except subprocess.TimeoutExpired:
            program.kill()
            raise AssertionError(f"{stage} did not end in {timeout} s:\n{program.log[-3000:]}") from None
        return status, program.log

    def once(self, stage, **how):
        status, log = self.run(stage, "--once", **how)
        assert status == 0, log
        return log

    def close(self):
        for program in self.running:
            if program.running():
                program.kill()

    # -- database

    def sql(self, text, *values):
        """Runs one statement and returns its rows as dictionaries."""
        with sqlite3.connect(self.database_path, timeout=30) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute(text, values)]
        db.close()
        return rows

    def has_tables(self):
        """Whether the first program to start has made the database."""
        return self.database_path.exists() and bool(self.one("SELECT count(*) FROM sqlite_schema"))

    def one(self, text, *values):
        rows = self.sql(text, *values)
        return next(iter(rows[0].values())) if rows else None

    def shell(self, text, seconds=60):
        """What an operator types; returns the finished process of the sqlite3 program."""
        return subprocess.run(
            ["sqlite3", "-cmd", ".timeout 5000", self.database_path, text],
            capture_output=True, text=True, timeout=seconds, check=False,
        )

    def integrity(self):
        return self.one("PRAGMA integrity_check")


class FastClock:
    """Moves an installation's clock `speed` times as fast as ours, from hours ago so that it never passes real time."""

    def __init__(self, home, speed=20, hours=6):
        self.home = home
        self.speed = speed
        self.value = time.time() - hours * 3600
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._show()
        self._thread.start()
        return self

    def __exit__(self, *_reason):
        self._stopped.set()
        self._thread.join()

    def _run(self):
        last = time.monotonic()
        while not self._stopped.wait(0.05):
            with self._lock:
                now = time.monotonic()
                self.value += (now - last) * self.speed
                last = now
                self._show()

    def _show(self):
        assert self.value < time.time(), "the test took longer than its clock has room for"
        self.home.set_clock(self.value)

    def jump(self, seconds):
        """Passes so much time at once."""
        with self._lock:
            self.value += seconds
            self._show()

    @contextlib.contextmanager
    def held(self):
        """Stands still, for what must not take any of the programs' time."""
        with self._lock:
            before = time.monotonic()
            yield
            self.value -= (time.monotonic() - before) * self.speed


def abandoned(url):
    """Connections to a server of loopback whose client is gone, and which the server has not finished with."""
    port = f"0100007F:{urllib.parse.urlsplit(url).port:04X}"
    close_wait = "08"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return [line for line in table if line.split()[1] == port and line.split()[3] == close_wait]
