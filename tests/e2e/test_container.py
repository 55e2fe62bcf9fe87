"""The image, run as its compose file says: a day becomes posts, nothing but the volume is written, health, stop.

SPDX-License-Identifier: MIT
"""

import os
import shutil
import signal
import time

import contained
import pytest
import tpot_day
from flow import all_is_done, first_look, published, sha256_of
from harness import Home, wait_until
from virustotal import Key, VirusTotal

STAGES = ("collector", "enricher", "publisher")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    with contained.Contained(tmp_path_factory.mktemp("image")) as image:
        yield image


def configure(image, parts, vt):
    """The configuration of a container: paths inside it, secrets by their names."""
    home = Home(image.directory)
    shutil.copy(parts.front.certificate, image.directory / "secrets" / "tpot.crt")
    login, password = parts.site.users["author"]
    home.configure("database", path="/var/lib/potpress/potpress.db")
    home.configure("collector", url=parts.front.url, user=parts.front.user[0], interval="1s",
                   ca_file="/run/secrets/tpot.crt")
    home.configure("enricher", url=vt.url, per_minute=6000, per_day=500000, per_month=5000000)
    home.configure("publisher", url=parts.site.url, user=login)
    image.secret("collector.password", parts.front.user[1])
    image.secret("enricher.api_key", vt.key)
    image.secret("publisher.password", password)
    vt.keys[vt.key] = Key(6000, 500000, 5000000)
    return home


def test_it_is_small(image):
    size = int(image.podman("image", "inspect", "--format", "{{.Size}}", "potpress:0.2.0").stdout)
    assert size <= 30_000_000


def test_a_day_becomes_posts(image, parts):
    with VirusTotal() as vt:
        home = configure(image, parts, vt)
        day = tpot_day.Day(time.time(), files=12, noise=20, seed=5)
        parts.engine.bulk(day.documents, refresh=True)
        for stage in STAGES:
            image.start(stage)
        home.database_path = image.volume() / "potpress.db"
        want = sorted(f"malware-{sha256_of(vt, value)}" for value in day.lookups)
        first_look(home)
        parts.engine.bulk(day.late, refresh=True)
        first = image.pid("enricher")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: image.pid("enricher") not in (0, first), 60, "restart: unless-stopped")
        wait_until(lambda: published(parts.site) == want and all_is_done(home), 90, "all posts")
        for stage in STAGES:
            assert image.podman("healthcheck", "run", stage).returncode == 0
        modes = {p.name: p.stat() for p in image.volume().iterdir()}
        assert {(s.st_mode & 0o777, s.st_uid) for s in modes.values()} == {(0o640, 997)}
        refused = image.podman("exec", "publisher", "sh", "-c", "echo x > /x", check=False)
        assert refused.returncode != 0
        assert "Read-only" in refused.stderr
        copied = image.podman("exec", "publisher", "potpress-backup", "/var/lib/potpress/potpress.db",
                              "/var/lib/potpress/backup")
        assert copied.stdout.startswith("/var/lib/potpress/backup/potpress-")
        for stage in STAGES:
            began = time.monotonic()
            image.podman("stop", stage)
            assert time.monotonic() - began < 10
            assert image.podman("inspect", "--format", "{{.State.ExitCode}}", stage).stdout.strip() == "0"
            assert "event=stopped" in image.log(stage)


def test_a_stage_that_hangs_is_not_healthy(image):
    """Its last sign of life is too old for the health check, which asks no service."""
    image.podman("start", "collector")
    wait_until(lambda: image.podman("healthcheck", "run", "collector", check=False).returncode == 0, what="healthy")
    home = Home(image.directory)
    home.database_path = image.volume() / "potpress.db"
    image.podman("kill", "--signal", "STOP", "collector")
    home.sql("UPDATE stage SET alive_at = alive_at - 600 WHERE name = 'collector'")
    done = image.podman("healthcheck", "run", "collector", check=False)
    assert done.returncode != 0
