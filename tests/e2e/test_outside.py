"""How the programs behave on the outside: options, exit statuses, signals, the second starter, pauses, the log."""

import configparser
import contextlib
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess

import faultproxy
import harness
import lab
import pytest
import virustotal
from harness import wait_until

STAGES = ("collector", "enricher", "publisher")
EVENTS = {"started", "stopped", "waiting", "done", "retry", "held", "rejected", "paused", "resumed", "lease_lost",
          "heartbeat"}
LOG_LINE = re.compile(
    r'ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ level=(?:info|warning|error) stage=(\w+) event=(\w+)'
    r'(?: [a-z_]+=(?:[^\s"=\\]+|"(?:[^"\\\x00-\x1f\x7f]|\\.)*"))*')
SAMPLE = "INSERT INTO sample (sha256) VALUES (?)"


def command(stage, *options, env=None):
    """Runs a command; returns the finished process."""
    environment = {key: value for key, value in os.environ.items() if key != "POTPRESS_CONFIG"}
    return subprocess.run([harness.RELEASED / f"potpress-{stage}", *options], env={**environment, **(env or {})},
                          capture_output=True, text=True, timeout=60, check=False)


@contextlib.contextmanager
def silence():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def log_lines(program):
    """The log as (stage, event) pairs; every line must be logfmt with an event that is known."""
    pairs = []
    for line in program.log.splitlines():
        match = LOG_LINE.fullmatch(line)
        assert match, line
        assert match[2] in EVENTS, line
        pairs.append((match[1], match[2]))
    return pairs


# ---- options


def test_version_and_help():
    versions = set()
    for stage in STAGES:
        done = command(stage, "--version")
        assert done.returncode == 0 and not done.stderr
        name, version = done.stdout.split()
        assert name == f"potpress-{stage}" and re.fullmatch(r"\d+\.\d+\.\d+", version)
        versions.add(version)
        done = command(stage, "--help")
        assert done.returncode == 0 and not done.stderr
        for word in ("-c FILE", "--once", "--check", "--show-config", "SIGHUP", "78", "[database]", f"[{stage}]",
                     "timeout", "proxy", "default"):
            assert word in done.stdout, (stage, word)
        assert ("--preview DIR" in done.stdout) == (stage == "publisher")
    assert len(versions) == 1


@pytest.mark.parametrize("options", [
    ("--onec",), ("-x",), ("-c",), ("--once=3",), ("extra",), ("--", "extra"), ("-c", "x", "y"),
], ids=" ".join)
def test_bad_usage(options):
    for stage in STAGES:
        done = command(stage, *options)
        assert done.returncode == 64 and done.stdout == ""
        assert done.stderr.startswith(f"potpress-{stage}: ") and len(done.stderr.splitlines()) == 1


def test_which_configuration(tmp_path):
    """-c wins over POTPRESS_CONFIG, and that over the default."""
    for name in ("given", "named"):
        (tmp_path / name).write_text(f"[database]\npath = /{name}.db\n[enricher]\naccount = {name}\n")
    named = {"POTPRESS_CONFIG": str(tmp_path / "named")}
    given = command("enricher", "-c", tmp_path / "given", "--show-config", env=named)
    assert given.returncode == 78 and str(tmp_path / "given") in given.stderr
    assert str(tmp_path / "named") in command("enricher", "--show-config", env=named).stderr
    default = pathlib.Path("/etc/potpress/potpress.conf")
    done = command("enricher", "--show-config")
    assert default.exists() or (done.returncode == 78 and str(default) in done.stderr), done


@pytest.mark.parametrize("stage", STAGES)
def test_shown_configuration_can_be_fed_back(home, stage):
    """With every key given, lists of several lines included; secrets as the names of their files."""
    secret = home.secret("secret", "swordfish")
    home.configure("collector", url="https://10.0.0.5:64297/es", user="reader", password_file=secret, index="a-*,b-*",
                   connect_to="tpot.example:64297", profiles=["cowrie", "h0neytr4p"], proxy="socks5h://127.0.0.1:9050")
    home.configure("enricher", api_key_file=secret, account="second", per_minute=6000, once_limit="1d")
    home.configure("publisher", url="https://blog.example/sub", user="potpress", password_file=secret, language="ja",
                   private=["203.0.113.10, my-sensor", "other"], sensor_names=["host-a: Tokyo"], publish_after="90m")
    shown = command(stage, "-c", home.config_path, "--show-config")
    assert shown.returncode == 0 and not shown.stderr
    assert "swordfish" not in shown.stdout and str(secret) in shown.stdout
    again = home.path / "again.conf"
    again.write_text(shown.stdout)
    assert command(stage, "-c", again, "--show-config").stdout == shown.stdout
    parsed = configparser.ConfigParser(strict=False, inline_comment_prefixes=(";",))
    parsed.read_string(shown.stdout)
    assert parsed.sections() == ["general", "database", stage]
    home.configure("malwarebazaar", api_key_file=secret)
    shown = command(stage, "-c", home.config_path, "--show-config").stdout
    assert (f"[malwarebazaar]\nurl = https://mb-api.abuse.ch/api/v1\napi_key_file = {secret}" in shown) == (stage == "enricher")
    again.write_text(shown)
    assert command(stage, "-c", again, "--show-config").stdout == shown


# ---- exit statuses


@pytest.mark.parametrize("stage", STAGES)
def test_a_person_must_act(installed, stage):
    """78: nothing that a restart would fix."""
    missing = {"collector": "url", "enricher": "api_key_file", "publisher": "user"}[stage]
    path = installed.database_path

    def ends(*words):
        for options in ((), ("--once",)):
            status, log = installed.run(stage, *options, timeout=20)
            assert status == 78 and all(word in log for word in words), log

    value = installed.sections[stage][missing]
    installed.configure(stage, **{missing: None})
    ends(f"{missing} is missing in [{stage}]")
    installed.configure(stage, **{missing: value})
    installed.configure("database", path=installed.path / "gone" / "potpress.db")
    ends("there is no directory")
    installed.configure("database", path=path)
    path.write_bytes(b"these are not the bytes you are looking for" * 100)
    ends("not an SQLite database")
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (a)")
    ends("another program")
    path.unlink()
    installed.once("enricher")
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    ends("newer potpress")


def test_a_full_disk_is_the_environment(installed):
    """75, for the supervisor; on a small disk in its own namespace."""
    place = installed.path / "disk"
    place.mkdir()
    installed.configure("database", path=place / "potpress.db")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=64k tmpfs "$0" && exec "$@"', place,
         harness.RELEASED / "potpress-enricher", "-c", installed.config_path, "--once"],
        capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 75 and "full" in done.stderr, done.stderr


@pytest.mark.parametrize("stage", STAGES)
def test_once_tells_of_a_service_that_is_down_or_refuses(installed, stage, vt):
    installed.once("enricher")
    installed.sql(SAMPLE, "12" * 31 + "00")
    if stage == "publisher":
        installed.once("enricher")
    url = installed.sections[stage]["url"]
    installed.configure(stage, url=f"http://127.0.0.1:{lab.free_port()}")
    status, log = installed.run(stage, "--once")
    assert status == 75 and "refused" in log, log
    installed.configure(stage, url=url)
    wrong = installed.secret("wrong", "abcdefgh")
    if stage == "collector":
        with lab.Front(installed.path / "front", url) as front:
            installed.configure(stage, url=front.url, ca_file=front.certificate, user="reader", password_file=wrong)
            status, log = installed.run(stage, "--once")
    else:
        installed.configure(stage, **{"api_key_file" if stage == "enricher" else "password_file": wrong})
        status, log = installed.run(stage, "--once")
    assert status == 75 and "401" in log, log
    assert installed.one("SELECT coalesce(sum(attempts), 0) FROM lookup") == 0
    assert "abcdefgh" not in log


@pytest.mark.parametrize("stage", STAGES)
def test_once_prints_nothing_when_nothing_is_wrong(installed, stage):
    """Cron mails whatever is printed."""
    installed.configure("general", log_level=None)
    assert installed.once(stage) == ""
    assert "event=started" in installed.run(stage, "--once", "-v")[1]
    installed.configure("general", log_level="error")
    assert "event=started" in installed.run(stage, "--once", "-v")[1], "-v wins"
    installed.configure("general", log_level="info")
    assert "event=started" in installed.once(stage)


# ---- signals


def test_stopping_in_every_state(installed, site, engine):
    """SIGTERM and SIGINT end a program in time, with status 0 and every row given back, whatever it does."""
    home = installed
    home.once("enricher")
    home.sql(SAMPLE, "12" * 31 + "00")
    home.once("enricher")
    home.sql(SAMPLE, "34" * 31 + "00")
    urls = {stage: home.sections[stage]["url"] for stage in STAGES}
    with silence() as silent:
        for number, (what, change, ready_when) in enumerate([
            ("waiting for an answer", {"url": silent}, lambda p: True),
            ("in a pause", {"url": f"http://127.0.0.1:{lab.free_port()}"}, lambda p: "event=paused" in p.log),
        ]):
            for stage in STAGES:
                home.configure(stage, **change)
            programs = [home.start(stage) for stage in STAGES]
            for program in programs:
                wait_until(lambda p=program: "event=started" in p.log, what="the start")
                wait_until(lambda p=program: ready_when(p), what=what)
            if number == 0:
                wait_until(lambda: home.one("SELECT count(*) FROM lookup WHERE state = 'leased'"), what="a request")
                seconds = [home.start(stage) for stage in STAGES if stage != "enricher"]
                for second in seconds:
                    wait_until(lambda p=second: "event=waiting" in p.log, what="a second that waits")
                assert [second.stop(signal.SIGINT) for second in seconds] == [0, 0]
            for program in programs:
                program.process.send_signal((signal.SIGTERM, signal.SIGINT)[number])
            for program in programs:
                assert program.stop() == 0, what
                assert log_lines(program)[-1][1] == "stopped"
            assert home.one("SELECT count(*) FROM lookup WHERE state = 'leased'") == 0
            assert home.one("SELECT count(*) FROM post WHERE state = 'leased'") == 0
            assert home.one("SELECT count(*) FROM stage") == 0
    for stage in STAGES:
        home.configure(stage, url=urls[stage])


def test_stopping_while_the_database_is_locked(installed):
    home = installed
    home.once("enricher")
    idle = [home.start(stage) for stage in STAGES]
    for program in idle:
        wait_until(lambda p=program: "event=started" in p.log, what="the start")
    shell = sqlite3.connect(home.database_path, isolation_level=None)
    with contextlib.closing(shell):
        shell.execute("BEGIN IMMEDIATE")
        starting = home.start("enricher")
        wait_until(lambda: "the database has been locked" in starting.log, what="a word of the lock")
        for program in (*idle, starting):
            program.process.send_signal(signal.SIGTERM)
        for program in (*idle, starting):
            assert program.stop() == 0, program.log
            log_lines(program)
    assert home.integrity() == "ok"


@pytest.mark.full
@pytest.mark.parametrize("options", [(), ("--once",)], ids=["daemon", "once"])
def test_locked_for_long(installed, options):
    """It waits a minute for a forgotten shell, says so, and then leaves the rest to its supervisor."""
    home = installed
    home.once("enricher")
    with contextlib.closing(sqlite3.connect(home.database_path, isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        status, log = home.run("enricher", *options, timeout=200)
    assert status == 75 and log.count("the database has been locked by another program") >= 5
    assert "stop that program or end its transaction" in log
    home.once("enricher")


def test_stopping_during_the_start(installed):
    """At any moment of its first tenths of a second."""
    for delay in range(12):
        program = installed.start(STAGES[delay % 3])
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.process.wait(delay * 0.02)
        # Before a program can take the signal itself it ends by it.
        assert program.stop() in (0, -signal.SIGTERM), program.log
    installed.once("enricher")
    assert installed.one("SELECT count(*) FROM stage") == 0
    assert installed.integrity() == "ok"


def test_hangup_looks_for_work_now(installed, engine):
    """A poll comes once a day here, unless asked for."""
    home = installed
    with faultproxy.FaultProxy(target=engine.url) as proxy:
        home.configure("collector", url=proxy.url, interval="1d")
        program = home.start("collector")
        wait_until(lambda: home.has_tables() and home.one("SELECT count(*) FROM cursor WHERE shard >= 0"),
                   what="the first poll")
        polls = len(proxy.sent(path="/_stats/"))
        program.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(proxy.sent(path="/_stats/")) == polls + 1, what="the next poll")
        assert program.stop() == 0


@pytest.mark.parametrize("fault", [
    virustotal.Fault(status=503, code="TransientError"), virustotal.Fault(status=401, code="WrongCredentialsError"),
], ids=["outage", "credentials"])
def test_hangup_ends_a_pause_with_one_probe(installed, vt, fault):
    """A daemon does not end because its service is down; asked to, it tries again, once."""
    home = installed
    home.configure("enricher", per_minute=6000)
    vt.faults.append(virustotal.Fault(match="", status=fault.status, code=fault.code))
    program = home.start("enricher")
    wait_until(home.has_tables, what="a database")
    for i in range(8):
        home.sql(SAMPLE, f"{i:02x}" * 31 + "ff")
    wait_until(lambda: str(fault.status) in (home.one("SELECT why FROM status WHERE stage = 'enricher'") or ""),
               what="a pause")
    wait_until(lambda: not home.one("SELECT count(*) FROM lookup WHERE state = 'leased'"), what="no request in flight")
    home.sql("UPDATE pause SET until = until + 100000")
    before, pauses = len(vt.requests), program.log.count("event=paused")
    program.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(vt.requests) > before, what="a probe")
    wait_until(lambda: program.log.count("event=paused") > pauses, what="the pause going on")
    assert len(vt.requests) == before + 1 and program.running()
    home.sql("UPDATE pause SET until = until + 100000")
    vt.faults.clear()
    program.process.send_signal(signal.SIGHUP)
    wait_until(lambda: home.one("SELECT count(*) FROM lookup WHERE state = 'done'") == 8, what="answers")
    assert "event=resumed" in program.log
    assert home.one("SELECT sum(attempts) FROM lookup") == 0
    assert program.stop() == 0
    log_lines(program)


# ---- several at once


@pytest.mark.parametrize("stage", ["collector", "publisher"])
def test_a_second_starter(installed, stage):
    home = installed
    first = home.start(stage)
    wait_until(lambda: home.has_tables() and home.one("SELECT count(*) FROM stage"), what="the first")
    owner = home.one("SELECT owner FROM stage")
    log = home.once(stage)
    assert "event=waiting" in log and owner in log
    second = home.start(stage)
    wait_until(lambda: owner in second.log, what="the name of the holder")
    assert second.running() and home.one("SELECT count(*) FROM stage") == 1
    first.kill()
    wait_until(lambda: home.one("SELECT owner FROM stage") not in (None, owner), seconds=10, what="the next holder")
    assert second.stop() == 0
    assert log_lines(second)[:2] == [(stage, "started"), (stage, "waiting")]


def test_work_of_another_stage_is_seen_at_once(installed, vt, site):
    """Nobody wakes by himself within a minute: what is seen sooner was seen because it was written."""
    home = installed
    programs = [home.start(stage) for stage in ("enricher", "publisher")]
    wait_until(lambda: home.has_tables() and home.one("SELECT count(*) FROM stage") == 2, what="both")
    home.sql(SAMPLE, "12" * 31 + "00")
    wait_until(lambda: home.one("SELECT count(*) FROM post WHERE state = 'done'"), seconds=20, what="a post")
    assert site.count(status="publish") == 1
    assert [program.stop() for program in programs] == [0, 0]


# ---- what is logged, and what is not


def test_nothing_secret_anywhere(installed, engine, vt, site):
    """Passwords and keys, right and wrong, with servers that repeat what they were sent."""
    home = installed
    with lab.Front(home.path / "front", engine.url) as front:
        login, password = site.users["author"]
        secrets = [front.user[1], vt.key, password, password.replace(" ", "")]
        home.configure("collector", url=front.url, ca_file=front.certificate, user=front.user[0],
                       password_file=home.secret("elastic.password", front.user[1]))
        programs = [home.start(stage) for stage in STAGES]
        arguments = b"".join(pathlib.Path(f"/proc/{p.process.pid}/cmdline").read_bytes() for p in programs)
        wait_until(home.has_tables, what="a database")
        home.sql(SAMPLE, "12" * 31 + "00")
        wait_until(lambda: site.count(status="publish") == 1, seconds=60, what="a post")
        assert [program.stop() for program in programs] == [0, 0, 0]
        said = "".join(program.log for program in programs)
        echo = f'{{"error":{{"code":"{vt.key}"}},"code":"{password}","reason":"{front.user[1]}"}}'.encode()
        vt.faults.append(virustotal.Fault(status=401, body=echo, match=""))
        home.sql(SAMPLE, "34" * 31 + "00")
        for stage in STAGES:
            said += home.run(stage, "--once")[1] + home.run(stage, "--check")[1]
            said += command(stage, "-c", home.config_path, "--show-config").stdout
    kept = b"".join(path.read_bytes() for path in home.path.glob("potpress.db*"))
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept + arguments
    assert {path.stat().st_mode & 0o777 for path in home.path.glob("potpress.db*")} == {0o640}


def test_hostile_words_in_the_log(installed, engine):
    """A server's own words are shown as text, on one line."""
    home = installed
    nasty = 'x\\u001b[31m\\nts=2026-01-01T00:00:00Z level=error\\u202e \\"quoted\\" \\\\ '
    body = f'{{"error":{{"type":"{nasty}","reason":"{nasty}"}},"status":400}}'
    with faultproxy.FaultProxy(target=engine.url) as proxy:
        proxy.add(faultproxy.Fault("replace", status=500, body=body, times=None,
                                   headers={"Content-Type": "application/json"}))
        home.configure("collector", url=proxy.url)
        program = home.start("collector")
        wait_until(lambda: "event=paused" in program.log, what="a pause")
        status, text = home.run("collector", "--check")
        assert status == 1 and "\x1b" not in text and "\u202e" not in text
        assert not any(line.startswith("ts=") for line in text.splitlines())
        assert program.stop() == 0
    assert "\x1b" not in program.log and "\u202e" not in program.log
    assert [event for _, event in log_lines(program)] == ["started", "paused", "stopped"]
