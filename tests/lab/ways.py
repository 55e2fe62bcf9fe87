"""The three ways of running potpress behind one face: supervisord and systemd on a booted Debian, and the image.

    with Supervisord(directory, disk_mb=64) as way:
        way.configure(front, site, vt)
        way.start()
        way.kill("collector")
        way.reboot()

Each has the database on a small disk of its own, which outlives a reboot; way.home reads it from outside.
SPDX-License-Identifier: MIT
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess

import booted
import contained
from harness import ROOT, Home, wait_until
from virustotal import Key

STAGES = ("collector", "enricher", "publisher")
INSIDE = "/var/lib/potpress/potpress.db"


class SmallDisk:
    """Mounted at `place`; used as a context."""

    def __init__(self, place, megabytes):
        self.place, self.megabytes = pathlib.Path(place), megabytes

    def __enter__(self):
        kept = self.place.stat()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m,mode=0750", "tmpfs", self.place],
                       check=True)
        os.chown(self.place, kept.st_uid, kept.st_gid)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.place], check=True)

    def fill(self):
        with (self.place / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(1 << 20))

    def make_room(self):
        (self.place / "filler").unlink()


class Way:
    """What the three share; `place` is the database's directory as this machine sees it."""

    def __init__(self, path, disk_mb):
        self.path, self.disk_mb = pathlib.Path(path), disk_mb
        self.open = contextlib.ExitStack()
        self.home = Home(self.path)

    def take_disk(self, place, mounts):
        self.disk = mounts.enter_context(SmallDisk(place, self.disk_mb))
        self.home.database_path = place / "potpress.db"

    def __exit__(self, *_):
        self.open.close()

    def bring(self, database):
        """A database from elsewhere, put where the programs look for theirs."""
        shutil.copyfile(database, self.home.database_path)
        place = self.disk.place.stat()
        os.chown(self.home.database_path, place.st_uid, place.st_gid)

    def configure(self, front, site, vt):
        login, password = site.users["author"]
        self.home.configure("database", path=INSIDE)
        self.home.configure("collector", url=front.url, user=front.user[0], interval="1s")
        self.home.configure("enricher", url=vt.url, per_minute=6000, per_day=500000, per_month=5000000)
        self.home.configure("publisher", url=site.url, user=login)
        vt.keys[vt.key] = Key(6000, 500000, 5000000)
        self.place(pathlib.Path(front.certificate), {"collector": front.user[1], "enricher": vt.key, "publisher": password})


class _Machine(Way):
    """On a booted Debian, installed by `make install`."""

    SECRETS = {"collector": "elastic.password", "enricher": "virustotal.key", "publisher": "wordpress.password"}

    def __enter__(self):
        self.machine = booted.Booted(self.path, booted.root_archive(), own_network=False)
        root = self.machine.root
        subprocess.run(["make", "-s", "install", f"DESTDIR={root}"], cwd=ROOT, check=True, capture_output=True)
        for command in (["systemd-sysusers"],
                        ["install", "-d", "-o", "potpress", "-g", "potpress", "-m", "0750", "/var/lib/potpress"]):
            subprocess.run(["chroot", root, *command], check=True)
        self.take_disk(root / "var/lib/potpress", self.machine.mounts)
        self.open.enter_context(self.machine)
        return self

    def place(self, certificate, secrets):
        etc = self.machine.root / "etc/potpress"
        shutil.copy(certificate, etc / "tpot.crt")
        self.home.configure("collector", ca_file="/etc/potpress/tpot.crt")
        for stage, text in secrets.items():
            (etc / self.SECRETS[stage]).write_text(text + "\n")
            (etc / self.SECRETS[stage]).chmod(0o600)
        self.settle(etc)
        shutil.copy(self.home.config_path, etc / "potpress.conf")

    def settle(self, etc):
        """What this way needs besides."""

    def kill(self, stage):
        self.machine.run("kill", "-KILL", str(self.pid(stage)))

    def reboot(self):
        self.machine.reboot()


class Systemd(_Machine):
    def start(self):
        units = [f"potpress-{stage}.service" for stage in STAGES]
        self.machine.run("systemctl", "enable", "--now", "potpress.target", *units)

    def restart(self, stage):
        self.machine.run("systemctl", "restart", f"potpress-{stage}.service", check=False)

    def pid(self, stage):
        return int(self.machine.show(f"potpress-{stage}.service", "MainPID"))

    def said(self, stage):
        return self.machine.journal(f"potpress-{stage}.service")


class Supervisord(_Machine):
    """With deploy/supervisord.conf as it is installed."""

    def settle(self, etc):
        machine = self.machine
        self.home.configure("collector", password_file=f"/etc/potpress/{self.SECRETS['collector']}")
        self.home.configure("enricher", api_key_file=f"/etc/potpress/{self.SECRETS['enricher']}")
        self.home.configure("publisher", password_file=f"/etc/potpress/{self.SECRETS['publisher']}")
        for secret in self.SECRETS.values():
            machine.run("chown", "potpress", f"/etc/potpress/{secret}")
        machine.run("mkdir", "-p", "/var/log/potpress")

    def start(self):
        self.machine.run("cp", "/usr/local/share/potpress/supervisord.conf", "/etc/supervisor/conf.d/potpress.conf")
        self.machine.run("supervisorctl", "update")

    def restart(self, stage):
        self.machine.run("supervisorctl", "restart", f"potpress:{stage}", check=False)

    def pid(self, stage):
        status = self.machine.run("supervisorctl", "status", f"potpress:{stage}", check=False).stdout
        found = re.search(r"RUNNING\s+pid (\d+)", status)
        return int(found[1]) if found else 0

    def said(self, stage):
        log = self.machine.root / f"var/log/potpress/{stage}.log"
        return log.read_text(errors="replace") if log.exists() else ""


class Image(Way):
    """With deploy/container/compose.yaml."""

    def __enter__(self):
        self.image = self.open.enter_context(contained.Contained(self.path))
        self.home = Home(self.image.directory)
        try:
            self.image.podman("volume", "create", "data")
            os.chown(self.image.volume(), 997, 997)
            self.take_disk(self.image.volume(), self.open)
        except BaseException:
            self.open.close()
            raise
        return self

    def place(self, certificate, secrets):
        shutil.copy(certificate, self.image.directory / "secrets" / "tpot.crt")
        self.home.configure("collector", ca_file="/run/secrets/tpot.crt")
        keys = {"collector": "password", "enricher": "api_key", "publisher": "password"}
        for stage, text in secrets.items():
            self.image.secret(f"{stage}.{keys[stage]}", text)

    def start(self):
        for stage in STAGES:
            self.image.start(stage)

    def restart(self, stage):
        self.image.podman("restart", stage)

    def pid(self, stage):
        return self.image.pid(stage)

    def kill(self, stage):
        """Until its watcher has seen the end: whoever asks earlier takes the restart from it."""
        pid = self.pid(stage)
        watcher = contained.parent_of(pid)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not pathlib.Path(f"/proc/{watcher}").exists(), 90, "its watcher", every=0.5)

    def said(self, stage):
        return self.image.log(stage)

    def reboot(self):
        self.image.reboot()
