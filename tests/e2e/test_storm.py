"""All three programs killed again and again while documents flow. The test build, with a clock faster than ours.

SPDX-License-Identifier: MIT
"""

import os
import random
import signal
import time

import pytest
from flow import Flow
from harness import PROGRAMS, FastClock, wait_until
from supervised import STAGES, Supervised
from virustotal import Fault, Key


@pytest.fixture
def flowing(parts, home, vt):
    """Makes a flow of documents, with the test build's clock twenty times as fast as ours."""
    parts.engine.delete_all()
    parts.site.delete_all()
    with FastClock(home) as clock:
        yield lambda **how: Flow(parts, home, vt, clock, **how)


@pytest.mark.full
def test_killed_under_supervisord(flowing):
    """kill -9 of each program several times while 200 documents flow."""
    flow = flowing(files=60, seed=12)
    dice = random.Random(13)
    kills = list(STAGES) * 4
    dice.shuffle(kills)
    env = {"POTPRESS_CLOCK_FILE": str(flow.home.clock_path)}
    with Supervised(flow.home.path / "supervisor", PROGRAMS, flow.home.config_path, env) as supervised:
        flow.begin(lambda: all(pid for _, pid in supervised.states().values()))
        for stage, part in zip(kills, flow.slices(len(kills))):
            flow.write(part)
            time.sleep(dice.uniform(0.2, 1.2))
            pid = wait_until(lambda: supervised.pid(stage), what=f"{stage} up again")  # noqa: B023
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: supervised.pid(stage) not in (None, pid), what=f"{stage} restarted")  # noqa: B023
            if stage == "publisher":
                flow.let_site_finish()
        flow.check()


# ---- by our own hand, as often as it takes

PER_MINUTE = 90
LEASE_SECONDS = 120
BURST = 10


class Storm:
    """The three programs, killed and started again by us."""

    def __init__(self, flow):
        self.flow = flow
        self.home = flow.home
        self.running = {}

    def start(self, stage):
        self.running[stage] = self.home.start(stage)

    def kill(self, stage):
        self.running[stage].kill()
        if stage == "publisher":
            self.flow.let_site_finish()
        self.start(stage)

    def no_lease_outlives_itself(self):
        """While the clock stands still: nobody has a longer lease than a lease, and one that ran out is taken back."""
        with self.flow.clock.held():
            now = self.home.clock()
            for queue in ("lookup", "post"):
                leased = f"FROM {queue} WHERE state = 'leased' AND lease_until"
                assert self.home.one(f"SELECT count(*) {leased} > ?", now + LEASE_SECONDS) == 0
                wait_until(lambda: self.home.one(f"SELECT count(*) {leased} < ?", now) == 0,  # noqa: B023
                           what="leases that ran out to be taken back")


def storm(flow, kills, seed):
    """Kills at random while the documents flow, in bursts so that there is work to die at; then all must have arrived."""
    dice = random.Random(seed)
    flow.home.configure("enricher", per_minute=PER_MINUTE, concurrency=2)
    flow.vt.keys[flow.vt.key] = Key(PER_MINUTE, 500000, 5000000)
    flow.vt.faults.append(Fault(delay=0.4))
    run = Storm(flow)
    for stage in STAGES:
        run.start(stage)
    flow.begin(lambda: True)
    for burst in flow.slices(kills // BURST):
        flow.write(burst)
        wait_until(lambda: run.home.one("SELECT count(*) FROM lookup WHERE state <> 'done'"), what="work to die at")
        for _ in range(BURST):
            time.sleep(dice.expovariate(4))
            run.kill(dice.choice(STAGES))
        run.no_lease_outlives_itself()
    flow.check()
    run.no_lease_outlives_itself()
    assert {r.status for r in flow.vt.lookups()} == {200}, "the look-alike never had to refuse"
    again = len(flow.vt.lookups()) - len(flow.day.lookups)
    freed = sum("leases of a process that no longer runs" in program.log for program in flow.home.running)
    print(f"{kills} kills, {len(flow.day.lookups)} files; in the middle of work: {again} requests, {freed} posts")
    assert again and freed, "nothing was killed in the middle of its work"
    assert all(program.stop() == 0 for program in run.running.values())


def test_storm(flowing):
    """30 kills while 100 documents flow."""
    storm(flowing(files=25, seed=21), kills=30, seed=22)


@pytest.mark.full
def test_long_storm(flowing):
    """300 kills while 500 documents flow."""
    storm(flowing(files=190, seed=23), kills=300, seed=24)
