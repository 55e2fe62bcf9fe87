"""Driving a collector: its clock, what it waits for, and what it must have made of a day of documents."""

import contextlib
import subprocess
import time

import lab
import tpot_day

SETTLE = 11  # seconds until a checkpoint may be read up to
ONCE_SECONDS = 120
STEP = 6     # of the clock, so that a refresh lies between what was noted and its settling


def speak_to(home, engine, url=None, user=None, **keys):
    """Configures the collector for this engine, or for what stands before it at `url`."""
    login, password = user or engine.user or (None, None)
    secret = home.secret("elastic.password", password) if password else None
    home.configure("collector", **{"url": url or engine.url, "user": login, "password_file": secret,
                                   "interval": "1s", "start": "24h", **keys})


def move_clock(home, seconds):
    home.set_clock(home.clock() + seconds)


def pump(home, engine, done, what, seconds=40, refresh="logstash-*"):
    """Lets the clock run, and refreshes the indices before each of its steps, until the condition holds."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            logs = "\n".join(program.log[-3000:] for program in home.running)
            raise AssertionError(f"not within {seconds} s: {what}\n{logs}")
        with contextlib.suppress(OSError, lab.LabError):
            engine.refresh(refresh)
        move_clock(home, STEP)
        time.sleep(0.1)


def unsettled(home):
    """How many cursors wait for their checkpoint to settle."""
    if not home.has_tables():
        return 0
    return home.one("SELECT count(*) FROM cursor WHERE position < checkpoint AND settled_at > ?", home.clock())


def read_all(home, engine, times=1):
    """--once, with the clock moved over the settling time while it waits."""
    for _ in range(times):
        engine.refresh()
        program = home.start("collector", "--once")
        end = time.monotonic() + ONCE_SECONDS
        while program.running():
            assert time.monotonic() < end, program.log
            if unsettled(home):
                move_clock(home, SETTLE)
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.process.wait(0.05)
        assert program.process.returncode == 0, program.log
    return program.log


def captures(home):
    return [tpot_day.Capture(**row) for row in home.sql(tpot_day.Capture.SQL)]


def assert_same(home, day):
    found = captures(home)
    assert set(found) == day.captures
    assert len(found) == len(day.captures)
    assert {r["hash"] for r in home.sql("SELECT coalesce(sha256, md5) AS hash FROM sample")} == day.hashes
    assert {r["value"] for r in home.sql("SELECT value FROM lookup")} == day.lookups
    assert {r["document_id"] for r in home.sql("SELECT document_id FROM rejected")} == day.rejected
    assert home.integrity() == "ok"


def dump(home):
    """Everything but what tells the time of reading."""
    return [home.sql(f"SELECT * FROM {table} ORDER BY 1") for table in ("sample", "sighting", "lookup", "rejected")]
