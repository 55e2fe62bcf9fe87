"""Sixteen requests in flight, whose answers are settled together: kills, two enrichers, a clock that steps, a person."""

import random
import sqlite3
import time

import pytest
from test_enricher import NOON, Clock, add_samples, answered, most_in
from virustotal import Fault, Key

from harness import wait_until

MANY = 16
KILLS = 10


@pytest.fixture
def ready(configured):
    configured.set_clock(NOON)
    configured.once("enricher")
    return configured


def in_flight(home, vt, count, per_minute=1000):
    """So many files, and an enricher that may ask about all of them at once."""
    home.configure("enricher", concurrency=MANY, per_minute=per_minute, per_day=100000, per_month=1000000)
    add_samples(home, count)


def check_nothing_lost(home, vt, count):
    assert answered(home) == count
    assert home.one("SELECT count(DISTINCT lookup_id) FROM analysis") == count
    assert all(r.status in (0, 200) for r in vt.lookups()), "the look-alike never had to refuse"
    assert home.one("SELECT used FROM quota WHERE length(period)=10") >= len(vt.lookups())
    assert home.one("SELECT max(attempts) FROM lookup") == 0
    assert home.integrity() == "ok" and not home.sql("PRAGMA foreign_key_check")


def test_an_answer_does_not_wait_for_those_that_do_not_come(ready, vt):
    home = ready
    in_flight(home, vt, 5)
    values = [row["value"] for row in home.sql("SELECT value FROM lookup ORDER BY id")]
    vt.faults += [Fault(match=value, delay=20) for value in values[1:]]
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 5, what="five requests in flight")
    wait_until(lambda: answered(home) == 1, seconds=5, what="the one answer that came")
    assert home.one("SELECT count(*) FROM lookup WHERE state='leased'") == 4
    assert program.stop() == 0


def test_two_enrichers_killed_with_sixteen_in_flight(ready, vt):
    """A lost answer costs one request at most, and the quota holds."""
    home, dice, count = ready, random.Random(7), 300
    in_flight(home, vt, count, per_minute=150)
    vt.keys[vt.key] = Key(150, 100000, 1000000)
    vt.faults.append(Fault(delay=0.05))
    points = (None, "after-booking", "after-answer", "before-settle-commit")
    programs, kills = [None, None], 0

    def kill_one(_now):
        nonlocal kills
        for i, program in enumerate(programs):
            if program is None or not program.running():
                point = points[kills % len(points)] if kills < KILLS else None
                programs[i] = home.start("enricher", env={"POTPRESS_CRASH_AT": point} if point else None)
                kills += 1
            elif kills < KILLS and dice.random() < 0.1:
                program.kill()

    Clock(home, vt).run(NOON + 5 * 3600, lambda: answered(home) == count, step=3, pause=0.05, at_each=kill_one)
    for program in programs:
        program.stop()
    assert kills >= KILLS
    check_nothing_lost(home, vt, count)
    assert len(vt.lookups()) <= count + MANY * kills
    assert most_in([r.at for r in vt.lookups()], 60) <= 150


def settle_one_by_one(home, program, count, at_first):
    """The process stops at each row that it settles; at the first one something happens."""
    wait_until(program.is_stopped, what="the first answer")
    assert answered(home) == 0
    at_first()
    deadline = time.monotonic() + 60
    while answered(home) < count:
        assert time.monotonic() < deadline and program.running()
        if program.is_stopped():
            program.go_on()
        time.sleep(0.01)
    program.kill()


def step_while_settling(home, vt, seconds):
    in_flight(home, vt, MANY)
    vt.faults.append(Fault(delay=0.5))
    program = home.start("enricher", env={"POTPRESS_STOP_AT": "before-settle-commit"})
    settle_one_by_one(home, program, MANY, lambda: home.set_clock(NOON + seconds))
    check_nothing_lost(home, vt, MANY)
    assert len(vt.lookups()) <= 2 * MANY, "an answer is lost to a step of the clock once at most"


def test_the_clock_steps_ahead_while_answers_are_settled(ready, vt):
    step_while_settling(ready, vt, 3600)


def test_the_clock_steps_back_while_answers_are_settled(ready, vt):
    step_while_settling(ready, vt, -3600)


def test_a_person_changes_rows_whose_answers_wait_to_be_settled(ready, vt):
    """Their answers are given up, those of the other rows are stored, and nothing is asked twice but what the person wants."""
    home = ready
    in_flight(home, vt, MANY)
    vt.faults.append(Fault(delay=0.5))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == MANY, what="sixteen requests in flight")
    person = sqlite3.connect(home.database_path, isolation_level=None)
    person.execute("BEGIN IMMEDIATE")
    person.execute("UPDATE lookup SET state='pending' WHERE id IN (1, 2, 3)")
    person.execute("UPDATE lookup SET state='skipped' WHERE id = 4")
    wait_until(lambda: sum(r.status == 200 for r in vt.lookups()) == MANY, what="all answers")
    time.sleep(0.5)
    assert answered(home) == 0
    person.execute("COMMIT")
    person.close()
    wait_until(lambda: answered(home) == MANY - 1, what="the other answers, and three asked once more")
    assert program.stop() == 0
    assert program.log.count("event=lease_lost") == 4
    assert len(vt.lookups()) == MANY + 3
    assert home.one("SELECT state FROM lookup WHERE id=4") == "skipped"
    assert home.one("SELECT count(*) FROM analysis WHERE lookup_id=4") == 0
