"""The units on a systemd that is really booted: start, crash, watchdog, bad configuration, credentials, stop."""

import pathlib
import re
import subprocess
import time

import booted
import pytest

from harness import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
STAGES = ("collector", "enricher", "publisher")

# Nobody listens at port 1: each service pauses, and says so.
CONFIG = """
[database]
path = /var/lib/potpress/potpress.db
[collector]
url = http://127.0.0.1:1
user = reader
[enricher]
url = http://127.0.0.1:1
[publisher]
url = http://127.0.0.1:1
user = potpress
"""
SECRETS = {"elastic.password": "elastic-secret", "virustotal.key": "ab" * 32, "wordpress.password": "word-press-secret"}


@pytest.mark.parametrize("unit", sorted(p.name for p in UNITS.glob("*.service")))
def test_exposure_is_low(unit):
    """At most 1.5 of 10, by systemd's own check list."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=15", UNITS / unit],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    archive = booted.root_archive()
    path = tmp_path_factory.mktemp("machine")
    with booted.Booted(path, archive) as machine:
        subprocess.run(["make", "-s", "install", f"DESTDIR={machine.root}"], cwd=ROOT, check=True, capture_output=True)
        # pivot_root left us outside: what is installed below the root is seen inside.
        machine.run("systemd-sysusers")
        machine.run("systemd-tmpfiles", "--create")
        machine.run("systemctl", "daemon-reload")
        for name, text in SECRETS.items():
            machine.run("sh", "-c", f"umask 077 && cat > /etc/potpress/{name}", input=text + "\n")
        yield machine


@pytest.fixture
def running(machine):
    """All three stages up, on an empty database."""
    configure(machine, CONFIG)
    machine.run("sh", "-c", "rm -f /var/lib/potpress/potpress.db*")
    machine.run("systemctl", "reset-failed")
    for stage in STAGES:
        started = machine.run("systemctl", "start", unit_of(stage), check=False)
        assert started.returncode == 0, machine.journal(unit_of(stage))
    yield machine
    machine.run("systemctl", "stop", "potpress.target", *map(unit_of, STAGES))
    machine.run("sh", "-c", "rm -rf /run/systemd/system/potpress-*.service.d")
    machine.run("systemctl", "daemon-reload")


def unit_of(stage):
    return f"potpress-{stage}.service"


def configure(machine, text):
    machine.run("sh", "-c", "cat > /etc/potpress/potpress.conf", input=text)


def drop_in(machine, stage, text):
    machine.run("sh", "-c", f"mkdir -p /run/systemd/system/{unit_of(stage)}.d && "
                f"cat > /run/systemd/system/{unit_of(stage)}.d/test.conf", input="[Service]\n" + text)
    machine.run("systemctl", "daemon-reload")


def sql(machine, text):
    return machine.run("runuser", "-u", "potpress", "--", "sqlite3", "-cmd", ".timeout 5000",
                       "/var/lib/potpress/potpress.db", text).stdout.strip()


def main_pid(machine, stage):
    return int(machine.show(unit_of(stage), "MainPID"))


def test_units_are_understood(machine):
    done = machine.run("systemd-analyze", "verify", "--man=no", *map(unit_of, STAGES), "potpress.target",
                       "potpress-backup.timer", check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_nothing_starts_before_it_is_configured(machine):
    machine.run("rm", "-f", "/etc/potpress/potpress.conf")
    machine.run("systemctl", "start", unit_of("collector"))
    assert machine.show(unit_of("collector"), "ActiveState") == "inactive"
    assert machine.show(unit_of("collector"), "ConditionResult") == "no"


def test_ready_and_says_why_it_is_paused(running):
    for stage in STAGES:
        assert running.show(unit_of(stage), "ActiveState") == "active"
    status = wait_until(lambda: re.search("connection was refused", running.show(unit_of("collector"), "StatusText")),
                        what="a status that names the trouble")
    assert status
    lines = running.run("journalctl", "-q", "-o", "json", "-u", unit_of("collector")).stdout
    assert '"PRIORITY":"4"' in lines, "a pause is a warning to the journal"
    assert "level=warning" in lines
    modes = running.run("sh", "-c", "stat -c '%a %U' /var/lib/potpress /var/lib/potpress/*").stdout.splitlines()
    assert modes[0] == "750 potpress"
    assert set(modes[1:]) == {"640 potpress"}


def test_a_secret_is_seen_by_its_own_unit_alone(running):
    for stage, secret in zip(STAGES, SECRETS.values(), strict=True):
        pid = main_pid(running, stage)
        seen = running.run("sh", "-c", f"cat /proc/{pid}/root/run/credentials/{unit_of(stage)}/*").stdout
        assert seen.strip() == secret
        assert secret not in running.journal(unit_of(stage))


def test_a_crash_is_restarted(running):
    """Each of the three; the database is whole."""
    first = {stage: main_pid(running, stage) for stage in STAGES}
    for stage in STAGES:
        drop_in(running, stage, "RestartSec=100ms\n")
        running.run("kill", "-KILL", str(first[stage]))
    for stage in STAGES:
        wait_until(lambda stage=stage: main_pid(running, stage) not in (0, first[stage]), what="a new process")
        wait_until(lambda stage=stage: running.show(unit_of(stage), "ActiveState") == "active", what="ready again")
    assert sql(running, "PRAGMA integrity_check") == "ok"


def test_a_disk_that_fills_up(running):
    """The stages wait, say it where people look, and go on by themselves once there is room."""
    running.run("systemctl", "stop", *map(unit_of, STAGES))
    running.run("mount", "-t", "tmpfs", "-o", "size=12m,mode=0750", "tmpfs", "/var/lib/potpress")
    try:
        running.run("chown", "potpress:potpress", "/var/lib/potpress")
        running.run("systemctl", "start", *map(unit_of, STAGES))
        wait_until(lambda: sql(running, "SELECT count(DISTINCT name) FROM stage") == "3", 60,
                   "all at work: one that still starts would end, and be started again")
        running.run("sh", "-c", "cat /dev/zero > /var/lib/potpress/filler", check=False)
        running.run("systemctl", "reload", unit_of("collector"))
        wait_until(lambda: "the disk is full" in running.journal(unit_of("collector")), 90, "a word about the full disk")
        running.run("rm", "/var/lib/potpress/filler")
        for stage in STAGES:
            wait_until(lambda stage=stage: running.show(unit_of(stage), "ActiveState") == "active", 60, "it runs")
        running.run("systemctl", "reload", unit_of("collector"))
        wait_until(lambda: not sql(running, "SELECT count(trouble) FROM stage").strip("0"), 90, "no trouble any more")
        assert sql(running, "PRAGMA integrity_check") == "ok"
    finally:
        running.run("systemctl", "stop", *map(unit_of, STAGES))
        running.run("umount", "/var/lib/potpress")


def test_a_reboot_brings_all_back(running):
    """What is enabled runs again, with its secrets, on the same database."""
    running.run("systemctl", "enable", "potpress.target", *map(unit_of, STAGES))
    sql(running, f"INSERT INTO sample (sha256) VALUES ('{'ab' * 32}')")
    running.reboot()
    for stage in STAGES:
        wait_until(lambda stage=stage: running.show(unit_of(stage), "ActiveState") == "active", 60, "it runs again")
    assert sql(running, "SELECT count(*) FROM sample") == "1"
    assert sql(running, "PRAGMA integrity_check") == "ok"
    running.run("systemctl", "disable", "potpress.target", *map(unit_of, STAGES))


def test_a_program_that_hangs_is_restarted(running):
    drop_in(running, "enricher", "RestartSec=100ms\nWatchdogSec=2s\n")
    running.run("systemctl", "restart", unit_of("enricher"))
    first = main_pid(running, "enricher")
    time.sleep(5)
    assert main_pid(running, "enricher") == first, "a healthy program gives its signs of life"
    running.run("kill", "-STOP", str(first))
    wait_until(lambda: main_pid(running, "enricher") not in (0, first), what="a new process")
    assert "watchdog" in running.journal(unit_of("enricher")).lower()


def test_a_bad_configuration_stays_down(running):
    configure(running, CONFIG + "no_such_key = 1\n")
    running.run("systemctl", "restart", unit_of("publisher"), check=False)
    wait_until(lambda: running.show(unit_of("publisher"), "ActiveState") == "failed", what="it stays down")
    assert running.show(unit_of("publisher"), "ExecMainStatus") == "78"
    assert "no_such_key" in running.journal(unit_of("publisher"))
    assert main_pid(running, "publisher") == 0
    configure(running, CONFIG)


def test_a_missing_secret_names_both_ways(running):
    drop_in(running, "enricher", "LoadCredential=\n")
    running.run("systemctl", "restart", unit_of("enricher"), check=False)
    assert running.show(unit_of("enricher"), "ExecMainStatus") == "78"
    said = running.journal(unit_of("enricher"))
    assert "api_key_file" in said
    assert "enricher.api_key" in said


def test_a_reload_looks_for_work_at_once(running):
    wait_until(lambda: "paused" in running.journal(unit_of("collector")), what="a pause")
    before = running.journal(unit_of("collector")).count("event=paused")
    running.run("systemctl", "reload", unit_of("collector"))
    wait_until(lambda: running.journal(unit_of("collector")).count("event=paused") > before, what="a probe")


def test_stopped_in_time_and_clean(running):
    for stage in STAGES:
        began = time.monotonic()
        running.run("systemctl", "stop", unit_of(stage))
        assert time.monotonic() - began < 6
        assert running.show(unit_of(stage), "Result") == "success"
        assert running.show(unit_of(stage), "ExecMainStatus") == "0"


def test_backup_by_its_unit(running):
    running.run("systemctl", "start", "potpress-backup.service")
    copies = running.run("sh", "-c", "stat -c '%a %U %n' /var/lib/potpress/backup/*").stdout.splitlines()
    assert len(copies) == 1
    assert re.fullmatch(r"600 potpress .*/potpress-.*Z\.db", copies[0])


def test_a_new_program_takes_over(running):
    """An upgrade beside the running programs: files replaced, units restarted, the database goes on."""
    before = {stage: main_pid(running, stage) for stage in STAGES}
    subprocess.run(["make", "-s", "install", f"DESTDIR={running.root}"], cwd=ROOT, check=True, capture_output=True)
    running.run("systemctl", "daemon-reload")
    running.run("systemctl", "enable", *map(unit_of, STAGES))
    running.run("systemctl", "restart", "potpress.target", *map(unit_of, STAGES))
    for stage in STAGES:
        assert main_pid(running, stage) not in (0, before[stage])
        assert running.show(unit_of(stage), "ActiveState") == "active"
