"""What is done by hand: --ask, --import, and their progress."""

import calendar
import json
import os
import pathlib
import pty
import re
import signal
import time

import pytest
import vt_reports
from harness import PROGRAMS, subprocess, wait_until
from virustotal import Fault, Key

NOON = calendar.timegm((2025, 11, 29, 12, 0, 0))
DAY = 86400


@pytest.fixture
def ready(configured):
    configured.set_clock(NOON)
    configured.configure("general", log_level=None)
    configured.once("enricher")
    return configured


def by_hand(home, *options, timeout=60):
    """(exit status, stdout, stderr)."""
    done = subprocess.run([PROGRAMS / "potpress-enricher", "-c", home.config_path, *options], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=timeout, check=False, env=home.environment())
    return done.returncode, done.stdout, done.stderr


def state(home, value):
    return home.sql("SELECT state, rank, attempts FROM lookup WHERE value=?", value)[0]


# ---- --ask


def test_ask_prints_the_answers_and_asks_nobody_else(ready, vt):
    home = ready
    mirai = vt.add(vt_reports.report("mirai"))["data"]["attributes"]
    fresh = vt.add(vt_reports.report("fresh", kind="not_analysed"))["data"]["id"]
    unknown = "ab" * 32
    vt.forget(unknown)
    home.shell("INSERT INTO sample(sha256, first_seen) VALUES('" + "cd" * 32 + "', 1)")
    status, out, err = by_hand(home, "--ask", mirai["md5"].upper(), fresh, unknown)
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert status == 0 and err == "" and len(lines) == 3, (out, err)
    assert lines[mirai["md5"]] == (
        f"{mirai['md5']}  malicious  45/63 as of 2025-11-30  trojan.mirai/gafgyt  "
        f"https://www.virustotal.com/gui/file/{mirai['sha256']}")
    assert "not_analysed  https" in lines[fresh] and "0/0" not in out
    assert lines[unknown] == f"{unknown}  unknown to VirusTotal as of 2025-11-29"
    assert len(vt.lookups()) == 3, "what others wait for is not asked"
    assert state(home, "cd" * 32)["state"] == "pending"
    status, out, _err = by_hand(home, "--ask", mirai["sha256"])
    assert status == 0 and "45/63" in out and len(vt.lookups()) == 4, "asking again gets a new answer"


def test_ask_while_an_enricher_runs(ready, vt):
    """Whoever of the two gets the answer, it is printed, and each file is asked for once."""
    home = ready
    daemon = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM stage WHERE name='enricher'") == 1, what="the enricher")
    values = ["%064x" % n for n in range(1, 5)]
    status, out, err = by_hand(home, "--ask", *values)
    assert status == 0 and err == "", err
    assert sorted(line.split()[0] for line in out.splitlines()) == values and out.count("malicious  45/63") == 4
    assert len(vt.lookups()) == 4
    assert daemon.stop() == 0


def test_ask_for_what_cannot_be_asked(ready, vt):
    home = ready
    status, out, err = by_hand(home, "--ask", "ab" * 32, "nonsense", "ab" * 31)
    assert status == 64 and out == ""
    assert "'nonsense'" in err and f"'{'ab' * 31}'" in err and len(err.splitlines()) == 1
    assert by_hand(home, "--ask")[0] == 64
    assert home.one("SELECT count(*) FROM sample") == 0
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    status, out, _err = by_hand(home, "--ask", empty)
    assert status == 0 and out == f"{empty}  not asked: noise: empty file\n"
    assert not vt.lookups()


def test_ask_beyond_the_quota_waits_and_can_be_left(ready, vt):
    home = ready
    vt.keys[vt.key] = Key(per_minute=4, per_day=2, per_month=100)
    home.configure("enricher", per_day=2)
    values = ["%064x" % n for n in range(1, 5)]
    asking = subprocess.Popen([PROGRAMS / "potpress-enricher", "-c", home.config_path, "--ask", *values],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=home.environment())
    said = asking.stderr.readline()
    assert "the day's quota is spent" in said and "2025-11-30T00:01:00Z" in said
    asking.send_signal(signal.SIGINT)
    out, err = asking.communicate(timeout=30)
    assert asking.returncode == 0 and out.count("malicious") == 2
    assert "2 of 4 files still wait" in err
    waiting = home.sql("SELECT state, rank, attempts FROM lookup WHERE state<>'done'")
    assert waiting == [{"state": "pending", "rank": 0, "attempts": 0}] * 2
    assert len(vt.lookups()) == 2


def others(home, first=10**9, n=30):
    """Files that wait, and are nobody's question."""
    home.sql("INSERT INTO sample (sha256) VALUES " + ",".join(f"('{k:064x}')" for k in range(first, first + n)))


def test_ask_by_several_hashes_of_one_file(ready, vt):
    home = ready
    others(home)
    mirai = vt.add(vt_reports.report("mirai"))["data"]["attributes"]
    home.sql("INSERT INTO sample (sha256, md5) VALUES (?, ?)", mirai["sha256"], mirai["md5"])
    asked = [mirai["sha256"], mirai["md5"], mirai["sha256"].upper(), mirai["md5"]]
    status, out, err = by_hand(home, "--ask", *asked)
    assert status == 0 and err == ""
    assert sorted(line.split()[0] for line in out.splitlines()) == sorted(value.lower() for value in asked)
    assert len(vt.lookups()) == 1, "and nothing that others wait for"


def test_ask_while_others_are_first_in_line(ready, vt):
    """Others asked by hand, too, with files of more weight."""
    home = ready
    others(home)
    home.shell("UPDATE lookup SET state='pending'")
    home.sql("UPDATE lookup SET weight=9")
    status, out, _err = by_hand(home, "--ask", "ab" * 32)
    assert status == 0 and out.startswith("ab" * 32)
    assert [r.path[-64:] for r in vt.lookups()] == ["ab" * 32]


def test_ask_for_what_a_killed_enricher_had_in_flight(ready, vt):
    home = ready
    others(home, n=3)
    vt.faults.append(Fault(delay=3, times=3))
    killed = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 3, what="requests in flight")
    killed.kill()
    others(home, first=2 * 10**9)
    (value,) = home.sql("SELECT value FROM lookup WHERE state='leased' LIMIT 1")[0].values()
    asking = subprocess.Popen([PROGRAMS / "potpress-enricher", "-c", home.config_path, "--ask", value],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=home.environment())

    def answered():
        home.set_clock(home.clock() + 20)
        return asking.poll() is not None
    wait_until(answered, what="the end of its lease, and an answer", every=0.2)
    assert asking.stdout.read().startswith(value) and asking.returncode == 0
    assert len(vt.lookups()) == 4 and vt.lookups()[3].path.endswith(value)


@pytest.mark.parametrize("set_aside", [
    "UPDATE lookup SET state='skipped', token=token+1, since=NULL, shed_at=5, last_error='shed: waited' WHERE id=31",
    "UPDATE lookup SET state='skipped', token=token+1, since=NULL, flood_id=1, last_error='flood: more' WHERE id=31",
    "UPDATE lookup SET state='held', token=token+1, last_error='attempt 10 of 10' WHERE id=31",
    "UPDATE lookup SET state='skipped' WHERE id=31", "UPDATE lookup SET state='done' WHERE id=31"])
def test_ask_for_what_was_put_aside(ready, vt, set_aside):
    home = ready
    others(home)
    home.sql("INSERT INTO sample (sha256) VALUES (?)", "ab" * 32)
    home.sql("INSERT INTO flood_count (source, date, kind, honeypot, value, files, skipped, first_at, last_at, read_at)"
             " VALUES ('main', '2025-11-28', 'session', 'Cowrie', 'f', 99, 9, 1, 1, 1)")
    home.sql(set_aside)
    status, out, err = by_hand(home, "--ask", "ab" * 32)
    assert status == 0 and err == "" and out.startswith("ab" * 32 + "  malicious")
    assert home.sql("SELECT state, shed_at, flood_id, last_error FROM lookup WHERE id=31") == [
        {"state": "done", "shed_at": None, "flood_id": None, "last_error": None}]
    assert len(vt.lookups()) == 1


# ---- --import


def old(name, days, kind="mirai", **attributes):
    return vt_reports.report(name, kind=kind, analysed=NOON - days * DAY, **attributes)


def rows(home):
    return (home.sql("SELECT * FROM sample ORDER BY id"), home.sql("SELECT * FROM analysis ORDER BY id"),
            home.sql("SELECT * FROM lookup ORDER BY id"), home.sql("SELECT * FROM post ORDER BY id"))


def test_import_twice_makes_the_same_rows(ready, vt):
    """Any form; each report as of its date; a broken one is named and costs only itself."""
    home = ready
    young, former = old("young", 2, kind="few"), old("former", 400)
    changed = old("former", 100, kind="undetected")
    waiting = old("waiting", 50)
    home.shell(f"INSERT INTO sample(sha256) VALUES('{waiting['data']['id']}')")
    home.shell(f"INSERT INTO sample(md5) VALUES('{young['data']['attributes']['md5']}')")
    lines = home.path / "reports.ndjson"
    lines.write_text("\ufeff" + json.dumps(changed) + "\n\n" + json.dumps(former["data"]) + "\n{\"data\": {\"cut\n"
                     + json.dumps(young) + "\n[]\n" + json.dumps({"data": {"id": "x", "type": "file"}}) + "\n")
    pretty = home.path / "pretty.json"
    pretty.write_text(json.dumps(waiting, indent=4))
    status, out, err = by_hand(home, "--import", str(lines), str(pretty), "/nonexistent")
    assert out == ("reports: 4 added, 0 known, 0 older than the stored answer, 0 of noise, 4 not usable\n")
    assert status == 1
    assert err.splitlines() == [f"{lines}:4: an incomplete report", f"{lines}:6: not a JSON object",
                                "/nonexistent: No such file or directory", f"{lines}:7: not a file report of VirusTotal"]
    found = home.sql("SELECT s.sha256, a.verdict, a.fetched_at FROM analysis a JOIN sample s ON s.id=a.sample_id ORDER BY a.id")
    assert [(row["sha256"], row["fetched_at"]) for row in found] == [
        (former["data"]["id"], NOON - 400 * DAY), (changed["data"]["id"], NOON - 100 * DAY),
        (waiting["data"]["id"], NOON - 50 * DAY), (young["data"]["id"], NOON - 2 * DAY)], "in order of their dates"
    assert home.one("SELECT count(*) FROM sample") == 3 and home.one("SELECT count(*) FROM post") == 3
    due = {row["value"]: row["due_at"] for row in home.sql("SELECT value, due_at FROM lookup WHERE state='done'")}
    assert due == {former["data"]["id"]: 0, waiting["data"]["id"]: 0, young["data"]["id"]: NOON + 5 * DAY}
    before = rows(home)
    home.set_clock(NOON + 3600)
    status, out, _err = by_hand(home, "--import", str(lines), str(pretty))
    assert out == ("reports: 0 added, 3 known, 1 older than the stored answer, 0 of noise, 3 not usable\n")
    assert rows(home) == before and not vt.lookups()
    assert home.one("SELECT count(*) FROM request") == 0
    assert "read=4 changed=0 unreadable=0" in by_hand(home, "--reparse", "-v")[2], "they are stored like others"
    packed = home.shell("SELECT json_extract(sqlar_uncompress(raw, raw_size), '$.data.id') FROM analysis"
                        " WHERE length(raw) < raw_size ORDER BY id").stdout.split()
    assert packed == [row["sha256"] for row in found], "packed as sqlite3 unpacks it"


def test_import_does_not_replace_a_newer_answer(ready, vt):
    home = ready
    now = vt.add(vt_reports.report("file", analysed=NOON - DAY))
    home.shell(f"INSERT INTO sample(sha256) VALUES('{now['data']['id']}')")
    home.once("enricher")
    before = rows(home)
    path = home.path / "old.json"
    path.write_text(json.dumps(old("file", 30, kind="few")) + "\n" + json.dumps(now))
    status, out, err = by_hand(home, "--import", str(path))
    assert status == 0 and out.startswith("reports: 0 added, 1 known, 1 older"), err
    assert rows(home) == before


def test_import_leaves_what_a_person_put_aside(ready, vt):
    """The answers are stored; what the rules put aside is done with them."""
    home = ready
    reports = [old(f"file {n}", 300) for n in range(5)]
    ids = [report["data"]["id"] for report in reports]
    for value in ids:
        home.shell(f"INSERT INTO sample(sha256) VALUES('{value}')")
    for value, word in zip(ids, ["skipped", "held"], strict=False):
        home.shell(f"UPDATE lookup SET state='{word}' WHERE value='{value}'")
    home.sql("UPDATE lookup SET state='skipped', token=token+1, shed_at=1, last_error='shed: waited' WHERE value=?", ids[2])
    home.sql("UPDATE lookup SET state='held', token=token+1, last_error='attempt 10 of 10' WHERE value=?", ids[3])
    path = home.path / "reports.ndjson"
    path.write_text("".join(json.dumps(report) + "\n" for report in reports))
    status, out, err = by_hand(home, "--import", str(path))
    assert status == 0 and out.startswith("reports: 5 added"), err
    found = {row["value"]: row["state"] for row in home.sql("SELECT value, state FROM lookup")}
    assert [found[value] for value in ids] == ["skipped", "held", "done", "done", "done"]
    assert home.one("SELECT count(*) FROM lookup WHERE outcome='found'") == 5
    assert home.one("SELECT count(*) FROM unasked WHERE shed = 0") == 1


# ---- how far it is


def on_a_terminal(home, *options, **how):
    """Runs it with standard error on a terminal; returns what stood there."""
    terminal, end = pty.openpty()
    with subprocess.Popen([PROGRAMS / "potpress-enricher", "-c", home.config_path, *options], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=end, env=home.environment()) as program:
        os.close(end)
        said = b""
        while program.poll() is None or not said.endswith(b"\x1b[K"):
            try:
                said += os.read(terminal, 4096)
            except OSError:
                break
            if how.get("interrupt_at") and how["interrupt_at"] in said:
                program.send_signal(signal.SIGINT)
    os.close(terminal)
    assert program.returncode == 0
    return said


def test_progress_is_told_on_a_terminal(ready, vt):
    """A line that is rewritten, and gone at the end; the tests above show that nothing is written elsewhere."""
    home = ready
    path = home.path / "reports.ndjson"
    path.write_text("".join(json.dumps(old(f"file {n}", 300)) + "\n" for n in range(250)))
    said = on_a_terminal(home, "--import", path)
    assert b"\r\x1b[K100 of 250 saved reports" in said and said.endswith(b"\r\x1b[K")


def test_ask_tells_its_progress_and_ends_at_ctrl_c(ready, vt):
    """Four of six are answered in the first minute; the terminal shows how many, also after an interrupt."""
    home = ready
    said = on_a_terminal(home, "--ask", *["%064x" % n for n in range(1, 7)], interrupt_at=b"4 of 6 answered; the next request")
    assert b"\r\x1b[K0 of 6 answered" in said
    assert b"2 of 6 files still wait, first in line" in said
    assert home.sql("SELECT state, rank FROM lookup WHERE state <> 'done'") == [{"state": "pending", "rank": 0}] * 2


def most_memory_kib(program):
    """What it has used at most so far; 0: it has ended. What wait4 tells includes the memory of this process."""
    try:
        status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+)", status, re.M)
    return int(found[1]) if found else 0


@pytest.mark.full
def test_reparse_of_a_hundred_thousand_reports(ready, vt, capsys):
    """No change on the same version, in memory that does not grow with them."""
    home = ready
    path = home.path / "reports.ndjson"
    with path.open("w") as out:
        for n in range(1000):
            out.write(json.dumps(old(f"file {n}", 300)) + "\n")
    assert by_hand(home, "--import", str(path))[0] == 0
    home.shell("DROP TRIGGER analysis_new")
    columns = [row["name"] for row in home.sql("SELECT name FROM pragma_table_info('analysis')") if row["name"] != "id"]
    home.shell(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) INSERT INTO analysis"
               f" ({','.join(columns)}) SELECT {','.join('a.' + name for name in columns)} FROM n, analysis a")
    assert home.one("SELECT count(*) FROM analysis") == 100000
    before = home.one("SELECT total(malicious) FROM analysis")
    began = time.monotonic()
    program = home.start("enricher", "--reparse", "-v")
    most = 0
    while program.running():
        most = max(most, most_memory_kib(program))
        time.sleep(0.05)
    seconds = time.monotonic() - began
    assert program.process.returncode == 0 and "read=100000 changed=0 unreadable=0" in program.log, program.log
    assert 0 < most < 64 << 10, f"{most} KiB"
    assert before == home.one("SELECT total(malicious) FROM analysis")
    with capsys.disabled():
        print(f"\n100,000 reports read again in {seconds:.0f} s ({100000 / seconds:.0f} a second), {most >> 10} MiB")
