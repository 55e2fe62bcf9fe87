"""Programs with nothing to do: little memory, hardly a wakeup, and another program's work still seen at once.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import time

import pytest
from flow import all_is_done
from harness import wait_until

STAGES = "collector", "enricher", "publisher"
SETTLED_SECONDS = 64    # memory is given back once a minute
MEASURED_SECONDS = 10
MEMORY_KB = 10 * 1024


def usage(program):
    """(Resident memory in kB, number of wakeups so far)."""
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text(encoding="ascii")
    return tuple(int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1]) for name in ("VmRSS", "voluntary_ctxt_switches"))


def fill(home, samples):
    """So many files that were looked up and published long ago."""
    home.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
             "INSERT INTO sample (sha256) SELECT printf('%064x', i) FROM n", samples)
    home.sql("UPDATE lookup SET state = 'done', token = token + 1, settled_at = 1")
    home.sql("INSERT INTO post (kind, key, sample_id, slug, state, wp_id, sent_seal, published_at) "
             "SELECT 'sample', sha256, id, 'malware-' || sha256, 'done', id + 1000, 'sealed', 1 FROM sample")


def configure_alerts(home):
    home.configure("alert pager", type="command", command="/bin/true", disk_free=0)
    home.configure("alert ops", type="webhook", url="http://127.0.0.1:9", disk_free=0)


@pytest.mark.full
@pytest.mark.parametrize("samples", [3000, 1000000])
def test_at_rest(installed, vt, samples):
    """At most 10 MiB and a wakeup a second each; what another one commits is begun within a second."""
    home = installed
    configure_alerts(home)
    home.once("enricher")
    fill(home, samples)
    running = [home.start(stage) for stage in STAGES]
    wait_until(lambda: home.one("SELECT count(*) FROM cursor") and all_is_done(home), what="nothing to do")
    time.sleep(SETTLED_SECONDS)  # the last writes are looked at a few times
    before = [usage(program)[1] for program in running]
    began = time.monotonic()
    time.sleep(MEASURED_SECONDS)
    for program, count in zip(running, before, strict=True):
        memory, wakeups = usage(program)
        assert memory <= MEMORY_KB, program.stage
        assert wakeups - count <= time.monotonic() - began, program.stage

    asked = len(vt.lookups())
    home.sql("INSERT INTO sample (sha256) VALUES (?)", "fe" * 32)
    wait_until(lambda: len(vt.lookups()) > asked, 1, "the enricher to see it", every=0.02)
