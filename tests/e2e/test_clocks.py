"""Sensors with a wrong clock are named with their offset: on the real engine, in the view, the status and the log."""

import time

import tpot_day
from driving import move_clock, read_all

HOUR = 3600
OFF = {"right": 0, "ahead": 2 * HOUR + 300, "behind": -3 * HOUR, "late": 0}
VIEW = [("behind", "3 h 0 min behind"), ("ahead", "2 h 5 min ahead")]


def minutes_late(sensor, hour):
    """One sensor's documents are kept for a while before they are shipped, never for as long as the last time."""
    return 60 + hour * 17 if sensor == "late" else 0


def test_a_wrong_clock_is_named_with_its_offset(collecting, engine):
    collecting.set_clock(time.time() - 12 * HOUR)
    day = tpot_day.Day(collecting.clock(), files=0, noise=0)
    read_all(collecting, engine)
    said = ""
    for hour in range(8):
        for sensor, off in OFF.items():
            for n in range(2):
                at = collecting.clock() + off - 60 * (minutes_late(sensor, hour) + n)
                document = {**day._cowrie(at, tpot_day.sha256(f"{sensor} {hour} {n}"), "wget"), "t-pot_hostname": sensor}
                engine.bulk([(tpot_day.index_of(at), None, document)])
        said += read_all(collecting, engine)
        move_clock(collecting, HOUR)
    assert [(r["sensor"], r["off"]) for r in collecting.sql("SELECT * FROM clocks")] == VIEW
    assert "2 sensors have a wrong clock: view clocks" in collecting.one("SELECT why FROM status WHERE stage = 'collector'")
    lines = [line for line in said.splitlines() if "clocks=" in line]
    assert len(lines) == 1 and "ahead (2 h 5 min ahead)" in lines[0], "once a day"
    assert collecting.one("SELECT count(*) FROM sighting") == 2 * 8 * len(OFF), "each capture counts, whatever the clock"
