"""potpress-backup: a whole copy beside running programs, dated, checked, private, pruned by age."""

import os
import pathlib
import re
import signal
import sqlite3
import stat
import subprocess
import threading
import time

import pytest
from harness import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BACKUP = ROOT / "deploy" / "potpress-backup"
DAY_S = 86400


def run(*arguments):
    return subprocess.run([BACKUP, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def backup(*arguments):
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return pathlib.Path(done.stdout.strip())


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "potpress.db"
    with sqlite3.connect(path) as db:
        db.executescript((ROOT / "schema.sql").read_text())
        db.execute("PRAGMA journal_mode = WAL")
    return path


def write(database, numbers):
    with sqlite3.connect(database, timeout=30) as db:
        db.executemany("INSERT INTO sample (sha256) VALUES (?)", [(f"{n:064x}",) for n in numbers])
    db.close()


def test_a_copy_beside_a_writer_is_whole(database, tmp_path):
    stop = threading.Event()
    written = []

    def keep_writing():
        while not stop.is_set():
            write(database, [len(written) + 1])
            written.append(True)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        while len(written) < 20:
            time.sleep(0.01)
        before = len(written)
        copy = backup(database, tmp_path / "copies")
    finally:
        stop.set()
        writer.join()
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # What was still in the write-ahead log is there; each sample came with its lookup.
        samples, lookups = db.execute("SELECT (SELECT count(*) FROM sample), (SELECT count(*) FROM lookup)").fetchone()
    assert samples == lookups
    assert before <= samples <= len(written)
    assert re.fullmatch(r"potpress-\d{4}-\d\d-\d\dT\d{6}Z\.db", copy.name)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert [p.name for p in copy.parent.iterdir()] == [copy.name]


def test_old_copies_go_and_nothing_else(database, tmp_path):
    copies = tmp_path / "it's here"
    copies.mkdir()
    names = ["potpress-2020-01-01T000000Z.db", "potpress-2020-01-02T000000Z.db", "notes.txt"]
    for name, days in zip(names, (15, 13, 400), strict=True):
        (copies / name).touch()
        os.utime(copies / name, (time.time() - days * DAY_S,) * 2)
    newest = backup(database, copies)
    assert sorted(p.name for p in copies.iterdir()) == sorted([names[1], names[2], newest.name])


def test_keep_decides_how_old(database, tmp_path):
    old = tmp_path / "potpress-2020-01-01T000000Z.db"
    old.touch()
    os.utime(old, (time.time() - 400 * DAY_S,) * 2)
    backup("--keep", 0, database, tmp_path)
    assert old.exists()
    time.sleep(1)
    backup("--keep", 30, database, tmp_path)
    assert not old.exists()


@pytest.mark.parametrize(("arguments", "status", "words"), [
    ([], 64, "usage:"),
    (["--keep", "soon", "a", "b"], 64, "expected a number of days"),
    (["/nonexistent/potpress.db", "/tmp"], 75, "no database at /nonexistent/potpress.db"),
])
def test_wrong_words(arguments, status, words):
    done = run(*arguments)
    assert done.returncode == status
    assert words in done.stderr


def test_another_programs_database_is_refused(tmp_path):
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (a)").connection.close()
    done = run(other, tmp_path / "copies")
    assert done.returncode == 75
    assert "is not a potpress database" in done.stderr
    assert not (tmp_path / "copies").exists()


def test_a_damaged_database_leaves_no_copy(database, tmp_path):
    write(database, range(1, 3000))
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with database.open("r+b") as file:
        file.seek(40 * 4096)
        file.write(os.urandom(40 * 4096))
    old = tmp_path / "copies" / "potpress-2020-01-01T000000Z.db"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (time.time() - 400 * DAY_S,) * 2)
    done = run(database, old.parent)
    assert done.returncode == 75, done.stdout
    assert [p.name for p in old.parent.iterdir()] == [old.name], "the last good copy stays, no bad one comes"


def test_a_damaged_index_is_found(database, tmp_path):
    """A copy is built anew and would be whole; it is the database that has to be looked at."""
    write(database, range(1, 3000))
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'lookup_by_sample'").fetchone()
    db.close()
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\0" * 64)
    done = run(database, tmp_path / "copies")
    assert done.returncode == 75 and f"{database} is damaged" in done.stderr
    assert not list((tmp_path / "copies").glob("*"))


def test_a_disk_that_is_full_leaves_the_old_copies(database, tmp_path):
    write(database, range(1, 20000))
    copies = tmp_path / "copies"
    copies.mkdir()
    script = ('mount -t tmpfs -o size=512k tmpfs "$1" && touch "$1/potpress-2020-01-01T000000Z.db" && '
              '"$2" "$3" "$1"; status=$?; ls "$1"; exit $status')
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", copies, BACKUP, database], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 75
    assert f"the copy failed: is there room in {copies}?" in done.stderr
    assert done.stdout.split() == ["potpress-2020-01-01T000000Z.db"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_interrupted_it_leaves_no_copy_that_looks_whole(database, tmp_path, number):
    """What a kill leaves is removed by a run a day later."""
    write(database, range(1, 100000))
    copies = tmp_path / "copies"
    with subprocess.Popen([BACKUP, database, copies], start_new_session=True, stdout=subprocess.PIPE) as run_:
        end = time.monotonic() + 30
        while not list(copies.glob("*.part")) and time.monotonic() < end:
            time.sleep(0.001)
        os.killpg(run_.pid, number)
    assert not list(copies.glob("*.db"))
    left = list(copies.iterdir())
    assert not left or number == signal.SIGKILL
    for part in left:
        os.utime(part, (time.time() - 2 * DAY_S,) * 2)
    assert [backup(database, copies)] == list(copies.iterdir())


LITESTREAM = """CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
CREATE TABLE _litestream_lock (id INTEGER);
INSERT INTO _litestream_seq (id, seq) VALUES (1, 7);"""


def test_the_tables_of_litestream_are_left_alone(configured, vt):
    """Through the upgrade from 0.1.0, work, --check, a copy, and the copy put back."""
    home = configured
    home.configure("enricher", per_minute=6000, per_day=500000, per_month=5000000)
    fixtures = ROOT / "tests" / "fixtures" / "version-1"
    with sqlite3.connect(home.database_path) as db:
        for name in ("schema.sql", "rows.sql"):
            db.executescript((fixtures / name).read_text())
        db.executescript(LITESTREAM)
    db.close()
    home.once("enricher")
    assert home.one("PRAGMA user_version") == 2
    status, said = home.run("enricher", "--check")
    assert status == 0, said
    copy = backup(home.database_path, home.path / "copies")
    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{home.database_path}{suffix}").unlink(missing_ok=True)
    os.replace(copy, home.database_path)
    home.sql("INSERT INTO sample (sha256) VALUES (?)", "fe" * 32)
    home.once("enricher")
    assert home.one("SELECT outcome FROM lookup WHERE value = ?", "fe" * 32) == "found"
    assert home.one("SELECT seq FROM _litestream_seq") == 7
    assert home.one("SELECT count(*) FROM _litestream_lock") == 0
    assert home.integrity() == "ok"


def test_a_copy_put_over_a_running_system_is_noticed(configured, vt):
    """The programs stop and say what to do, and write no longer into a file that nobody finds."""
    home = configured
    home.set_clock(time.time() - 3600)
    running = home.start("enricher")
    wait_until(lambda: "event=started" in running.log, what="a start")
    copy = backup(home.database_path, home.path / "copies")
    os.replace(copy, home.database_path)
    home.set_clock(home.clock() + 70)
    wait_until(lambda: not running.running(), what="its end")
    assert running.process.returncode == 78
    assert "was moved or replaced while this program ran" in running.log
    assert "stop all programs" in running.log


def test_a_reader_that_is_forgotten_is_said(configured, vt):
    """Its transaction keeps the -wal from being used again; the log says so once, and again when it has doubled."""
    home = configured
    home.set_clock(time.time() - 3600)
    running = home.start("enricher")
    wait_until(lambda: "event=started" in running.log, what="a start")
    with sqlite3.connect(home.database_path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sample").fetchone()
        wal = f"{home.database_path}-wal"
        for mib, lines in ((300, 1), (400, 1), (700, 2)):
            os.truncate(wal, mib << 20)     # a hole: what lies behind the last commit is not read
            home.set_clock(home.clock() + 70)
            wait_until(lambda lines=lines: running.log.count("-wal file of the database is large") == lines, what="a line")
            time.sleep(0.5)
            assert running.log.count("-wal file of the database is large") == lines
        assert "wal_mib=700" in running.log and "end it" in running.log
    reader.close()
    assert running.stop() == 0
    assert home.integrity() == "ok"
