"""The Debian package on a booted systemd: upgraded from version 0.1.0's data, a day becomes posts, removed, purged.

SPDX-License-Identifier: MIT
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import time

import booted
import lab
import pytest
import tpot_day
from flow import first_look, published, sha256_of
from harness import ROOT, Home, wait_until
from virustotal import Key, VirusTotal

STAGES = ("collector", "enricher", "publisher")
UNITS = [f"potpress-{stage}.service" for stage in STAGES]
SECRETS = {"collector": "elastic.password", "enricher": "virustotal.key", "publisher": "wordpress.password"}
# Its unit tests have just run here; in `make check-full` they run in the clean root as well.
QUICK = {"DEB_BUILD_OPTIONS": f"nocheck parallel={os.cpu_count()}"}


def built(directory, suite, **env):
    """Builds the package in a clean root; the file."""
    done = subprocess.run([ROOT / "deploy" / "make-deb", suite, directory], env={**os.environ, **env},
                          capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "PASS" in done.stdout, "autopkgtest"
    package, = directory.glob("potpress_*.deb")
    return package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return built(tmp_path_factory.mktemp("deb"), "bookworm", **QUICK)


@pytest.fixture(scope="module")
def machine(tmp_path_factory, package):
    with booted.Booted(tmp_path_factory.mktemp("machine"), booted.root_archive()) as machine:
        shutil.copy(package, machine.root / "root/potpress.deb")
        yield machine


@pytest.mark.full
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_the_same_bytes_every_time(tmp_path, suite):
    """Tests included; lintian and autopkgtest are content on both."""
    first = built(tmp_path / "1", suite)
    again = built(tmp_path / "2", suite, TZ="Asia/Tokyo", **QUICK)
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()


def active(machine):
    return {machine.show(unit, "ActiveState") for unit in UNITS}


def test_installed_it_waits_to_be_configured(machine):
    done = machine.run("dpkg", "-i", "/root/potpress.deb")
    assert "potpress" in done.stdout
    for unit in UNITS:
        assert machine.run("systemctl", "is-enabled", unit, check=False).stdout.strip() == "disabled"
    assert active(machine) == {"inactive"}
    assert machine.run("stat", "-c", "%a %U %G", "/etc/potpress").stdout.split() == ["750", "root", "potpress"]
    assert machine.run("dpkg-query", "-W", "-f", "${Conffiles}", "potpress").stdout == ""


def version_1(machine):
    """A database that version 0.1.0 filled, where the package's programs look for theirs."""
    fixtures = ROOT / "tests" / "fixtures" / "version-1"
    path = machine.path / "potpress.db"
    db = sqlite3.connect(path)
    for name in ("schema.sql", "rows.sql"):
        db.executescript((fixtures / name).read_text())
    samples = db.execute("SELECT count(*) FROM sample").fetchone()[0]
    db.close()
    shutil.copy(path, machine.root / "var/lib/potpress/potpress.db")
    machine.run("chown", "potpress:potpress", "/var/lib/potpress/potpress.db")
    return samples


def configure(machine, front, site, vt):
    """potpress.conf inside, and each secret for its unit alone."""
    home = Home(machine.path)
    login, password = site.users["author"]
    home.configure("database", path="/var/lib/potpress/potpress.db")
    home.configure("collector", url=front.url, user=front.user[0], interval="1s", ca_file="/etc/potpress/tpot.crt")
    home.configure("enricher", url=vt.url, per_minute=6000, per_day=500000, per_month=5000000)
    home.configure("publisher", url=site.url, user=login)
    vt.keys[vt.key] = Key(6000, 500000, 5000000)
    etc = machine.root / "etc/potpress"
    shutil.copy(front.certificate, etc / "tpot.crt")
    shutil.copy(home.config_path, etc / "potpress.conf")
    for stage, secret in zip(STAGES, (front.user[1], vt.key, password), strict=True):
        (etc / SECRETS[stage]).write_text(secret + "\n")
        (etc / SECRETS[stage]).chmod(0o600)
    home.database_path = machine.root / "var/lib/potpress/potpress.db"
    return home


def test_a_day_becomes_posts_on_the_old_database(machine, tmp_path):
    """Enabled and started over 0.1.0's data; killed and upgraded on the way."""
    samples = version_1(machine)
    with (machine.network(), lab.Engine(tmp_path / "engine") as engine, lab.WordPress(tmp_path / "site") as site,
          lab.Front(tmp_path / "front", engine.url) as front, VirusTotal() as vt):
        home = configure(machine, front, site, vt)
        day = tpot_day.Day(time.time(), files=12, noise=20, seed=6)
        engine.bulk(day.documents, refresh=True)
        machine.run("systemctl", "enable", "--now", *UNITS)
        first_look(home)
        engine.bulk(day.late, refresh=True)
        assert home.one("PRAGMA user_version") == 2
        assert home.one("SELECT count(*) FROM sample") >= samples
        for unit in UNITS:
            machine.run("systemctl", "kill", "--signal=KILL", unit)
        before = {unit: machine.show(unit, "MainPID") for unit in UNITS}
        machine.run("dpkg", "-i", "/root/potpress.deb")
        assert all(machine.show(unit, "MainPID") not in ("0", before[unit]) for unit in UNITS), "upgraded: restarted"
        want = {f"malware-{sha256_of(vt, value)}" for value in day.lookups}
        wait_until(lambda: want <= set(published(site)), 120, "all posts")
        assert home.integrity() == "ok"


def test_removed_and_purged(machine):
    """What was enabled is stopped; the data stay, because nobody else has them any more."""
    assert active(machine) == {"active"}
    machine.run("dpkg", "--remove", "potpress")
    assert active(machine) == {"inactive"}
    machine.run("dpkg", "--purge", "potpress")
    assert (machine.root / "var/lib/potpress/potpress.db").exists()
    assert not (machine.root / "usr/sbin/potpress-collector").exists()
    assert machine.run("id", "-u", "potpress").returncode == 0


def test_the_firewall_of_the_page_is_understood():
    """The rules in deploy/keeping-apart.md, read by nft in a network of their own."""
    page = (ROOT / "deploy" / "keeping-apart.md").read_text()
    rules = page.split("```")[1]
    done = subprocess.run(["unshare", "--net", "nft", "--check", "--file", "-"], input=rules, capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
