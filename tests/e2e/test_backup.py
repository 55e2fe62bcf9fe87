"""potpress-backup: a whole copy beside running programs, dated, checked, private, pruned by age."""

import os
import pathlib
import re
import sqlite3
import stat
import subprocess
import threading
import time

import pytest

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
