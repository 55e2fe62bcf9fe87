"""The commands in README.md and the man pages work as printed."""

import re
import shlex
import subprocess

import harness
import pytest
from harness import wait_until

README = (harness.ROOT / "README.md").read_text()
STAGES = ("collector", "enricher", "publisher")
HASH = "ab" * 31 + "cd"


def test_its_length_and_its_files():
    assert len(README.splitlines()) <= 175
    for path in re.findall(r"\b(?:deploy|tests|common|collector|enricher|publisher)/[\w./-]*[\w/]|schema\.sql", README):
        assert (harness.ROOT / path).exists(), path
    assert "potpress never downloads a payload; VirusTotal is asked instead." in README
    makefile = "".join(f.read_text() for f in (harness.ROOT / "Makefile", *harness.ROOT.glob("deploy/*.mk")))
    goals = [goal for block in re.findall(r"^```\n(.*?)^```", README, re.M | re.S)
             for goal in re.findall(r"\bmake ([a-z-]+)", block)]
    assert {"demo", "check", "install"} <= set(goals)
    for goal in goals:
        assert re.search(rf"^{goal}:", makefile, re.M), goal


def test_its_line_for_apt_names_every_library():
    listed = re.search(r"^LIBRARIES := (.*?[^\\\n])$", (harness.ROOT / "Makefile").read_text(), re.M | re.S)[1]
    libraries = {entry.split(":")[2] for entry in listed.replace("\\\n", " ").split()}
    line = re.search(r"^sudo apt install (.*?[^\\\n])$", README, re.M | re.S)[1]
    assert set(line.replace("\\\n", " ").split()) == libraries | {"gcc", "make", "pkg-config", "sqlite3"}


def shell_commands():
    """The commands behind the alias pp, one per row of the table, and the alias as a command line."""
    alias = shlex.split(re.search(r'^alias pp="(.*)"$', README, re.M)[1])
    assert alias[:3] == ["sudo", "-u", "potpress"] and alias[-1] == "/var/lib/potpress/potpress.db"
    return alias[3:-1], re.findall(r'`pp "(.*?)"`', README)


def test_the_table_of_commands(installed, vt, site):
    """Each of them, in the order of the page, while the programs run, with what it promises."""
    home = installed
    command, statements = shell_commands()
    assert len(statements) == 14
    programs = [home.start(stage) for stage in ("enricher", "publisher")]
    wait_until(home.has_tables, what="a database")

    def type_in(statement):
        text = statement.replace("'...'", f"'{HASH}'").replace("id=...", "id=1")
        done = subprocess.run([*command, home.database_path, text], capture_output=True, text=True, timeout=60,
                              check=False)
        assert (done.returncode, done.stderr) == (0, ""), (text, done.stderr)
        return done.stdout

    def settled():
        return home.one("SELECT count(*) FROM post WHERE state = 'done'") == 1 and not home.one(
            "SELECT count(*) FROM lookup WHERE state <> 'done'")

    for statement in statements:
        if statement.startswith("INSERT"):
            type_in(statement)
            wait_until(lambda: site.count(status="publish") == 1, what="its post")
    shown = {}
    for statement in statements:
        wait_until(lambda: settled() or home.one("SELECT count(*) FROM sample") == 0, what="rest")
        lookups = len(vt.lookups())
        revised = home.one("SELECT token FROM post")
        shown[statement] = type_in(statement)
        if "UPDATE lookup" in statement:
            wait_until(lambda n=lookups: len(vt.lookups()) == n + 1, what="it is asked again")
        if "UPDATE post SET state" in statement:
            wait_until(lambda t=revised: settled() and home.one("SELECT token FROM post") > t, what="it is sent again")
            assert len(vt.lookups()) == lookups
        if "withdraw" in statement:
            wait_until(lambda: site.count(status="draft") == 1, what="a draft")
    assert "enricher" in shown["SELECT * FROM status"] and "500" in shown["SELECT * FROM quota_today"]
    assert HASH in shown["SELECT * FROM recent LIMIT 20"]
    assert home.one("SELECT count(*) FROM sample") == home.one("SELECT count(*) FROM lookup") == 0
    assert [program.stop() for program in programs] == [0, 0]


def test_a_raw_report(installed):
    home = installed
    home.once("enricher")
    home.sql("INSERT INTO sample (sha256) VALUES (?)", HASH)
    home.once("enricher")
    command, statements = shell_commands()
    statement = next(s for s in statements if "sqlar_uncompress" in s).replace("...", "1")
    shown = subprocess.run([*command, home.database_path, statement], capture_output=True, text=True, check=True).stdout
    assert '"last_analysis_stats"' in shown and HASH in shown


@pytest.mark.parametrize("stage", STAGES)
def test_the_man_page_tells_all_options(stage):
    page = harness.RELEASED / f"potpress-{stage}.8"
    shown = subprocess.run(["mandoc", "-T", "utf8", page], capture_output=True, text=True, check=True).stdout
    shown = re.sub(r".\x08", "", shown)
    helped = subprocess.run([harness.RELEASED / f"potpress-{stage}", "--help"], capture_output=True, text=True,
                            check=True).stdout
    for option in re.findall(r"^  (-{1,2}[a-z][a-z-]*)", helped, re.M):
        assert option in shown, option
    for status in ("0", "1", "64", "75", "78"):
        assert re.search(rf"^ +{status}\s", shown, re.M), status


def test_the_page_of_the_configuration_has_every_key():
    page = harness.RELEASED / "potpress.conf.5"
    shown = re.sub(r".\x08", "", subprocess.run(["mandoc", "-T", "utf8", page], capture_output=True, text=True,
                                                check=True).stdout)
    for stage in STAGES:
        helped = subprocess.run([harness.RELEASED / f"potpress-{stage}", "--help"], capture_output=True, text=True,
                                check=True).stdout
        keys = re.findall(r"^  ([a-z][a-z0-9_]+) ", helped[helped.index("[database]"):], re.M)
        assert len(keys) > 8
        for key in keys:
            assert re.search(rf"^ +{key}\b", shown, re.M), key


def test_every_event_of_the_log_is_explained():
    """potpress(7) has each one that the programs log, and no other."""
    sources = [path.read_text() for stage in ("collector", "enricher", "publisher", "common")
               for path in (harness.ROOT / stage).rglob("*.c")]
    logged = {event for text in sources for event in re.findall(r'log_line\([^";]*LOG_\w+,\s*"(\w+)"', text)}
    page = (harness.ROOT / "deploy/potpress.7").read_text()
    explained = set(re.findall(r"^\.It (\w+)$", page.partition(".Sh LOG")[2].partition(".Sh ")[0], re.M))
    assert logged <= explained and len(logged) > 5
    assert all(any(f'"{event}"' in text for text in sources) for event in explained)
