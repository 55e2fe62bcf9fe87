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


@pytest.fixture
def flow(parts, home, vt):
    """200 documents to come, with the test build's clock twenty times as fast as ours."""
    with FastClock(home) as clock:
        yield Flow(parts, home, vt, clock, files=60, seed=12)


def test_killed_under_supervisord(flow):
    """kill -9 of each program several times while 200 documents flow."""
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
