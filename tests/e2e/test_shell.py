"""What may be typed into the sqlite3 shell while the programs run: the contract of schema.sql."""

import hashlib
import re
import subprocess
import time

import pytest
from virustotal import Fault

import harness
from harness import wait_until

NOW = 1764000000
DIRTY = ("rank=1, due_at=999, attempts=3, expired=4, owner='somebody', lease_until=5, tried_at=6, "
         "settled_at=7, last_error='words'")


def hash_of(n):
    return hashlib.sha256(b"potpress shell %d" % n).hexdigest()


@pytest.fixture
def ready(configured):
    """An installation with a database, an enricher that may ask at will, and a clock that stands."""
    configured.set_clock(NOW)
    configured.configure("enricher", per_minute=6000, per_day=500000, per_month=5000000, concurrency=4)
    configured.once("enricher")
    return configured


def types(home, text):
    """Runs the shell and demands that it had nothing to complain about."""
    done = home.shell(text)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.strip()


def refused(home, text):
    done = home.shell(text)
    assert done.returncode != 0, text
    return done.stderr


def add(home, *numbers):
    types(home, "".join(f"INSERT INTO sample(sha256) VALUES('{hash_of(n)}');" for n in numbers))


def answered(home):
    return home.one("SELECT count(*) FROM lookup WHERE state='done' AND outcome IS NOT NULL")


def make_post(home, key="a"):
    home.sql("INSERT INTO post (key, slug) VALUES (?, ?)", key, "malware-" + key)


class Shell:
    """A shell that somebody left open in the middle of a transaction."""

    def __init__(self, home, *statements):
        self.process = subprocess.Popen(
            ["sqlite3", "-cmd", ".timeout 20000", home.database_path], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.type("BEGIN IMMEDIATE;", *statements, "SELECT 'typed';")
        assert self.process.stdout.readline() == "typed\n"

    def type(self, *statements):
        self.process.stdin.write("\n".join(statements) + "\n")
        self.process.stdin.flush()

    def end(self, *statements):
        self.type(*statements)
        output = self.process.communicate(timeout=30)[0]
        assert self.process.returncode == 0 and not output, output


# ---- requeueing

@pytest.mark.parametrize("queue", ["lookup", "post"])
def test_a_persons_word_moves_any_row_anywhere(ready, queue):
    home = ready
    if queue == "lookup":
        add(home, 1)
    else:
        make_post(home)
        home.sql("UPDATE post SET wp_id=12, site='s', sent_at=8, sent_hash='sent', title='t', link='l', "
                 "published_at=9, revised_at=10")
    for before in ("pending", "leased", "done", "held", "skipped"):
        for word in ("pending", "done", "held", "skipped"):
            home.sql(f"UPDATE {queue} SET state=?, token=token+1, {DIRTY}", before)
            if queue == "post":
                home.sql("UPDATE post SET content_hash='content', overwrite=0")
            token = home.one(f"SELECT token FROM {queue}")
            assert types(home, f"UPDATE {queue} SET state='{word}' WHERE id=1; SELECT changes()") == "1"
            row = home.sql(f"SELECT * FROM {queue}")[0]
            assert (row["state"], row["token"]) == (word, token + 1), (before, word)
            assert (row["due_at"], row["attempts"], row["expired"]) == (0, 0, 0)
            assert (row["owner"], row["lease_until"], row["last_error"]) == (None, None, None)
            if queue == "post":
                assert row["content_hash"] is None
                assert (row["sent_at"], row["sent_hash"], row["wp_id"]) == (8, "sent", 12)
                assert (row["title"], row["link"], row["published_at"]) == ("t", "l", 9)
    assert home.one(f"SELECT count(*) FROM held WHERE queue='{queue}'") == 0
    types(home, f"UPDATE {queue} SET state='held'")
    assert home.one("SELECT why FROM held") == "held by hand"


def test_requeued_rows_are_worked_on_again(ready, vt):
    """Pending in backoff, done, held and skipped rows: each is asked about once more, at once."""
    home = ready
    add(home, 1, 2, 3, 4)
    program = home.start("enricher")
    wait_until(lambda: answered(home) == 4, what="four answers")
    home.sql("UPDATE lookup SET state='pending', token=token+1, due_at=?, attempts=9 WHERE id=1", NOW + 99999)
    home.sql("UPDATE lookup SET state='held', token=token+1, last_error='x' WHERE id=2")
    home.sql("UPDATE lookup SET state='skipped', token=token+1 WHERE id=3")
    assert types(home, "UPDATE lookup SET state='pending'; SELECT changes()") == "4"
    wait_until(lambda: len(vt.lookups()) == 8 and answered(home) == 4, what="four more answers")
    program.stop()
    assert home.one("SELECT count(*) FROM analysis") == 4, "equal answers are not kept twice"
    assert home.one("SELECT count(*) FROM lookup WHERE attempts=0 AND last_error IS NULL") == 4
    assert home.one("SELECT count(*) FROM post WHERE state='pending'") == 4


def test_late_answer_for_a_requeued_row_changes_nothing(ready, vt):
    home = ready
    add(home, 1)
    vt.unknown_are_found = False
    vt.faults.append(Fault(delay=1.5, times=1))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 1, what="the request that is answered late")
    assert home.one("SELECT state FROM lookup") == "leased"
    vt.unknown_are_found = True
    assert types(home, "UPDATE lookup SET state='pending' WHERE state='leased'; SELECT changes()") == "1"
    wait_until(lambda: len(vt.lookups()) == 2 and answered(home) == 1, what="the second answer")
    first = home.sql("SELECT * FROM lookup") + home.sql("SELECT * FROM analysis")
    wait_until(lambda: "event=lease_lost" in program.log, what="the late answer")
    program.stop()
    assert home.sql("SELECT * FROM lookup") + home.sql("SELECT * FROM analysis") == first
    assert home.one("SELECT count(*) FROM analysis") == 1
    assert home.one("SELECT used FROM quota WHERE length(period)=10") == 2, "both requests were booked"


def test_a_row_skipped_in_the_middle_of_work_stays_skipped(ready, vt):
    home = ready
    add(home, 1)
    vt.faults.append(Fault(delay=1))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 1, what="a request in flight")
    types(home, "UPDATE lookup SET state='skipped'")
    wait_until(lambda: "event=lease_lost" in program.log, what="the late answer")
    program.stop()
    row = home.sql("SELECT * FROM lookup")[0]
    assert (row["state"], row["outcome"], row["last_error"]) == ("skipped", None, None)
    assert home.one("SELECT count(*) FROM analysis") == 0


def test_a_sample_deleted_in_the_middle_of_work(ready, vt):
    home = ready
    add(home, 1, 2)
    vt.faults.append(Fault(match=hash_of(1), delay=1))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups(hash_of(1))) == 1 and answered(home) == 1, what="one answer of two")
    types(home, f"DELETE FROM sample WHERE sha256='{hash_of(1)}'")
    wait_until(lambda: "event=lease_lost" in program.log, what="the late answer")
    add(home, 3)
    wait_until(lambda: answered(home) == 2, what="the next answer")
    program.stop()
    assert home.one("SELECT count(*) FROM sample") == 2
    assert home.sql("PRAGMA foreign_key_check") == []


# ---- words that are none

def test_wrong_words_are_refused_with_a_sentence(ready):
    home = ready
    add(home, 1)
    make_post(home)
    before = home.sql("SELECT * FROM lookup") + home.sql("SELECT * FROM post")
    for queue in ("lookup", "post"):
        for word in ("leased", "pendng", "", "PENDING", "error"):
            said = refused(home, f"UPDATE {queue} SET state='{word}'")
            assert "state must be pending, done, held or skipped; leased belongs to the programs" in said
        assert "NOT NULL" in refused(home, f"UPDATE {queue} SET state=NULL")
    assert "wanted must be publish or withdraw" in refused(home, "UPDATE post SET wanted='delete'")
    assert "cannot store TEXT value in INTEGER column" in refused(home, "UPDATE post SET due_at='tomorrow'")
    assert home.sql("SELECT * FROM lookup") + home.sql("SELECT * FROM post") == before


def test_wanted_is_work_for_the_publisher(ready):
    home = ready
    make_post(home)
    for state in ("pending", "leased", "done", "held", "skipped"):
        home.sql(f"UPDATE post SET wanted='publish', state=?, token=token+1, content_hash='c', {DIRTY}", state)
        token = home.one("SELECT token FROM post")
        assert types(home, "UPDATE post SET wanted='withdraw' WHERE key='a'; SELECT changes()") == "1"
        row = home.sql("SELECT * FROM post")[0]
        assert (row["state"], row["wanted"], row["due_at"], row["attempts"]) == ("pending", "withdraw", 0, 0)
        assert row["token"] > token and row["owner"] is None
    # Where state is named too, that word stands; the order of the words does not matter.
    for state in ("done", "held", "skipped", "pending"):
        for recursive in ("OFF", "ON"):
            home.sql("UPDATE post SET wanted='publish', state=?, token=token+1", state)
            types(home, f"PRAGMA recursive_triggers={recursive}; UPDATE post SET wanted='withdraw', state='{state}'")
            assert home.sql("SELECT state, wanted FROM post") == [{"state": state, "wanted": "withdraw"}]
    # Nothing changes by itself: the same word is no work.
    home.sql("UPDATE post SET state='done', token=token+1")
    types(home, "UPDATE post SET wanted='withdraw'")
    assert home.one("SELECT state FROM post") == "done"


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_other_columns_beside_state(ready, recursive):
    """Several columns in one UPDATE, and settings of the shell, do not get in the way."""
    home = ready
    add(home, 1)
    home.sql(f"UPDATE lookup SET state='leased', token=7, {DIRTY}")
    types(home, f"PRAGMA recursive_triggers={recursive}; "
                "UPDATE lookup SET rank=0, state='pending', attempts=5 WHERE id=1")
    row = home.sql("SELECT * FROM lookup")[0]
    assert (row["state"], row["rank"], row["attempts"], row["token"]) == ("pending", 0, 0, 8)
    assert row["owner"] is None
    home.sql(f"UPDATE lookup SET state='leased', token=20, {DIRTY}")
    types(home, f"PRAGMA recursive_triggers={recursive}; UPDATE lookup SET rank=2")
    row = home.sql("SELECT * FROM lookup")[0]
    assert (row["state"], row["token"], row["owner"]) == ("leased", 20, "somebody"), "state was not named"


# ---- hashes by hand

def test_hashes_by_hand(ready, vt):
    """Any case of letters, known ones, and what is no hash; looked up while the enricher runs."""
    home = ready
    program = home.start("enricher")
    sha256, md5, sha1 = hash_of(1), hash_of(2)[:32], hash_of(3)[:40]
    types(home, f"INSERT INTO sample(sha256) VALUES('{sha256.upper()}'); INSERT INTO sample(md5) VALUES('{md5.upper()}');"
                f"INSERT INTO sample(sha1) VALUES('{sha1.upper()}')")
    wait_until(lambda: answered(home) == 3, seconds=10, what="answers for hashes that were typed")
    assert len(vt.lookups(sha256)) == 1
    before = home.one("SELECT count(*) FROM sample")
    for text in (sha256, sha256.upper(), sha256.title()):
        for verb in ("INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE", "INSERT OR ABORT"):
            types(home, f"{verb} INTO sample(sha256) VALUES('{text}')")
    types(home, f"INSERT INTO sample(md5) VALUES('{md5}'); INSERT INTO sample(sha1) VALUES('{sha1}')")
    assert home.one("SELECT count(*) FROM sample") == before, "a known hash is ignored, never doubled"
    assert home.one("SELECT count(*) FROM sample WHERE sha256 <> lower(sha256) COLLATE BINARY") == 0
    assert home.one("SELECT count(*) FROM lookup WHERE value <> lower(value)") == 0
    for column, wrong, sentence in [
            ("sha256", "g" + sha256[1:], "a SHA-256 is 64 hex digits"), ("sha256", sha256[1:], "a SHA-256 is 64"),
            ("sha256", " " + sha256, "a SHA-256 is 64"), ("sha256", "", "a SHA-256 is 64"),
            ("sha1", md5, "a SHA-1 is 40 hex digits"), ("md5", sha1, "an MD5 is 32 hex digits"),
            ("size", "7", "a sample has a hash")]:
        assert sentence in refused(home, f"INSERT INTO sample({column}) VALUES('{wrong}')"), wrong
    assert home.one("SELECT count(*) FROM sample") == before
    # A hash that is noise is a sample that nobody is asked about.
    types(home, "INSERT INTO sample(md5) VALUES('D41D8CD98F00B204E9800998ECF8427E')")
    assert home.one("SELECT count(*) FROM lookup WHERE value LIKE 'd41d8%'") == 0
    assert home.one("SELECT count(*) FROM sample") == before + 1
    types(home, "DELETE FROM noise WHERE hash='D41D8CD98F00B204E9800998ECF8427E'")
    assert home.one("SELECT count(*) FROM lookup WHERE value='d41d8cd98f00b204e9800998ecf8427e'") == 1
    # An MD5 that an answer joined to a file is that file.
    joined = home.one("SELECT md5 FROM sample WHERE sha256=?", sha256)
    assert joined
    types(home, f"INSERT INTO sample(md5) VALUES('{joined.upper()}')")
    assert home.one("SELECT count(*) FROM sample") == before + 1
    program.stop()


# ---- deleting

def capture(home, n):
    home.sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, event_at, collected_at, "
             "seen_at) SELECT ?, id, 'main', 'cowrie', 'Cowrie', 'download', ?, ?, ? FROM sample WHERE sha256=?",
             f"key {n} {time.monotonic_ns()}", NOW + n, NOW + n, NOW + n, hash_of(n))


def test_deletes_leave_no_orphans(ready, vt):
    home = ready
    add(home, 1, 2)
    for n in (1, 1, 2, 2):
        capture(home, n)
    home.once("enricher")
    home.sql("INSERT INTO unreadable SELECT id, 1, x'00', 1 FROM lookup")
    home.sql("INSERT INTO post (key, slug, sample_id, replaced_by) SELECT 'old', 'malware-old', sample_id, id "
             "FROM post LIMIT 1")
    counts = "SELECT (SELECT count(*) FROM sighting) || ' ' || (SELECT count(*) FROM lookup) || ' ' || " \
             "(SELECT count(*) FROM analysis) || ' ' || (SELECT count(*) FROM post) || ' ' || " \
             "(SELECT count(*) FROM unreadable)"
    assert home.one(counts) == "4 2 2 3 2"
    assert types(home, "PRAGMA foreign_keys") == "0", "the shell does not check by itself"
    assert types(home, f"DELETE FROM sample WHERE sha256='{hash_of(1)}'; SELECT changes()") == "1"
    assert home.one(counts) == "2 1 1 1 1"
    assert home.sql("PRAGMA foreign_key_check") == []
    types(home, "DELETE FROM sighting WHERE id=(SELECT max(id) FROM sighting)")
    assert home.one("SELECT captures FROM sample") == 1, "a capture that is deleted is not counted"
    types(home, "DELETE FROM lookup")
    assert home.one(counts) == "1 0 0 1 0"
    home.sql("INSERT INTO post (key, slug, replaced_by) SELECT 'other', 'malware-other', id FROM post")
    types(home, "DELETE FROM post WHERE sample_id IS NOT NULL")
    assert home.one("SELECT count(*) FROM post WHERE replaced_by IS NULL") == 1
    types(home, "DELETE FROM sample")
    assert home.one("SELECT (SELECT count(*) FROM sample) || " + counts[7:]) == "00 0 0 1 0"
    assert home.sql("PRAGMA foreign_key_check") == []
    add(home, 1)
    home.once("enricher")
    assert answered(home) == 1, "what was forgotten can be learned again"


# ---- what the manuals say

def test_every_documented_command_works(ready, vt):
    """The commands of README.md and of the top of schema.sql, as they stand there."""
    home = ready
    readme = re.findall(r'`pp "([^"]*)"`', (harness.ROOT / "README.md").read_text())
    schema = re.findall(r"^--   ((?:SELECT|INSERT|UPDATE|DELETE) [^;\n]*);", (harness.ROOT / "schema.sql").read_text(), re.MULTILINE)
    assert len(readme) >= 10 and len(schema) >= 8
    for command in [*readme, *schema]:
        add(home, 1)
        home.once("enricher")
        types(home, command.replace("'...'", f"'{hash_of(1)}'").replace("=...", "=1"))
    assert home.sql("PRAGMA foreign_key_check") == []


# ---- locks, holders, newer programs

def test_a_file_made_from_schema_sql_by_hand(configured, vt):
    home = configured
    made = subprocess.run(["sqlite3", home.database_path, f".read {harness.ROOT / 'schema.sql'}"],
                          capture_output=True, text=True, check=False)
    assert made.returncode == 0 and not made.stderr
    add(home, 1)
    home.once("enricher")
    assert answered(home) == 1


def test_a_forgotten_transaction_is_waited_for_and_said(ready, vt):
    home = ready
    running = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM stage") == 1, what="the enricher at work")
    shell = Shell(home, f"INSERT INTO sample(sha256) VALUES('{hash_of(1)}');")
    home.set_clock(NOW + 100)       # its heartbeat is due
    starting = home.start("enricher")
    stopping = home.start("enricher")
    for program in (running, starting, stopping):
        wait_until(lambda p=program: "event=waiting" in p.log, what="a word about the lock")
        assert "the database has been locked by another program" in program.log
        assert program.running()
    assert stopping.stop() == 0, "a program that waits for a lock can be stopped"
    shell.end("COMMIT;")
    wait_until(lambda: answered(home) == 1, what="the answer, as soon as the transaction ends")
    assert running.stop() == 0 and starting.stop() == 0
    assert home.one("SELECT max(attempts) + max(expired) FROM lookup") == 0


def test_the_second_holder_is_told_who_has_it(ready):
    home = ready
    home.configure("publisher", url="http://127.0.0.1:9", user="u",
                   password_file=home.secret("wordpress.password", "p"))
    first = home.start("publisher")
    owner = wait_until(lambda: home.one("SELECT owner FROM stage WHERE name='publisher'"), what="the holder")
    status, log = home.run("publisher", "--once")
    assert status == 0 and "event=waiting" in log and owner in log
    second = home.start("publisher")
    wait_until(lambda: owner in second.log, what="the second, which waits")
    make_post(home)
    home.set_clock(NOW + 86400)
    wait_until(lambda: home.one("SELECT alive_at FROM stage WHERE name='publisher'") == NOW + 86400, what="a day later")
    home.sql("UPDATE post SET state='leased', token=token+1, owner='the first', lease_until=?", NOW + 86500)
    first.kill()
    wait_until(lambda: home.one("SELECT owner FROM stage WHERE name='publisher'") not in (None, owner),
               what="the second to take over from the dead")
    assert home.sql("SELECT state, expired, attempts FROM post") == [{"state": "pending", "expired": 0, "attempts": 0}]
    assert second.stop() == 0
    assert "ahead" not in second.log, "times of the day in which it waited are none of the future"


@pytest.mark.parametrize("meanwhile", ["nobody", "another"])
def test_a_removed_lock_file_is_noticed(ready, meanwhile):
    """Its holder takes it again a minute later at most; where another process was faster, the first one ends."""
    home = ready
    home.configure("publisher", url="http://127.0.0.1:9", user="u",
                   password_file=home.secret("wordpress.password", "p"))
    first = home.start("publisher")
    owner = wait_until(lambda: home.one("SELECT owner FROM stage WHERE name='publisher'"), what="the holder")
    lock = home.path / "potpress.db.publisher.lock"
    assert owner in lock.read_text()
    lock.unlink()
    if meanwhile == "another":
        second = home.start("publisher")
        wait_until(lambda: lock.exists() and owner not in lock.read_text(), what="another holder")
    home.set_clock(NOW + 61)
    if meanwhile == "nobody":
        wait_until(lambda: lock.exists() and owner in lock.read_text(), what="the lock taken again")
        second = home.start("publisher")
        wait_until(lambda: owner in second.log, what="the second, which waits")
        assert "the lock file was removed and has been created again" in first.log and first.stop() == 0
    else:
        assert first.process.wait(10) == 75 and "do not remove lock files" in first.log
        assert second.running()
    assert second.stop() == 0


def test_a_killed_programs_rows_are_taken_over_when_their_lease_ends(ready, vt):
    home = ready
    add(home, 1)
    vt.faults.append(Fault(delay=30, times=1))
    dead = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 1, what="a request in flight")
    dead.kill()
    alive = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM stage") == 2, what="the second enricher")
    status = home.sql("SELECT * FROM status WHERE stage='enricher'")[0]
    assert (status["pending"], status["leased"], status["done"]) == (0, 1, 0)
    assert status["alive_at"] == "2025-11-24 16:00:00"
    home.set_clock(NOW + 120)
    time.sleep(0.3)
    assert home.one("SELECT state FROM lookup") == "leased", "not before"
    home.set_clock(NOW + 121)
    wait_until(lambda: answered(home) == 1, seconds=15, what="the answer, with the clock standing still")
    alive.stop()
    assert home.one("SELECT count(*) FROM analysis") == 1


def test_a_newer_program_migrates_while_this_one_runs(ready, vt):
    home = ready
    add(home, *range(20))
    program = home.start("enricher")
    wait_until(lambda: answered(home) == 20, what="a filled database")
    newer = subprocess.run([harness.PROGRAMS / "newer", home.database_path], capture_output=True, text=True,
                           timeout=60, check=False)
    assert newer.returncode == 0, newer.stderr
    assert home.one("PRAGMA user_version") == 3
    assert home.one("SELECT count(*) FROM remark") == 20
    add(home, 100, 101)
    types(home, "UPDATE lookup SET state='pending' WHERE id <= 3")
    wait_until(lambda: answered(home) == 22 and len(vt.lookups()) == 25, what="more answers from the older program")
    assert program.stop() == 0, "the older program goes on"
    copy = home.path / "potpress.db.before-003"
    assert copy.stat().st_mode & 0o777 == 0o640
    kept = subprocess.run(["sqlite3", copy, "PRAGMA user_version; SELECT count(*) FROM sample; PRAGMA integrity_check"],
                          capture_output=True, text=True, check=True).stdout.split()
    assert kept == ["2", "20", "ok"]
    status, log = home.run("enricher", "--once")
    assert status == 78 and "newer potpress" in log and "upgrade this program" in log
    assert home.integrity() == "ok"


# ---- backup and restore

def test_a_restored_copy_goes_on(ready, vt):
    """As the README says: what was answered since the copy is asked again, all else goes on where it was."""
    home, database = ready, ready.database_path
    program = home.start("enricher")
    add(home, *range(5))
    wait_until(lambda: answered(home) == 5, what="five answers")
    copy = subprocess.run([harness.ROOT / "deploy" / "potpress-backup", database, home.path / "backup"],
                          capture_output=True, text=True, check=True).stdout.strip()
    add(home, 5, 6)
    wait_until(lambda: answered(home) == 7, what="two more answers")
    program.kill()
    for suffix in ("", "-wal", "-shm"):
        lost = home.path / f"potpress.db{suffix}"
        lost.rename(home.path / f"lost.db{suffix}")
    subprocess.run(["install", "-m", "0640", copy, database], check=True)
    program = home.start("enricher")
    add(home, 5, 6, 7)
    wait_until(lambda: answered(home) == 8, what="the answers since the copy, and a new one")
    assert program.stop() == 0
    assert sorted(r.path.rsplit("/", 1)[1] for r in vt.lookups()) == \
        sorted(map(hash_of, [0, 1, 2, 3, 4, 5, 5, 6, 6, 7]))
    assert "-wal" not in program.log and home.integrity() == "ok"
    assert home.one("SELECT used_day FROM quota_today") == 8, "the ledger knows what it was told since"


def test_a_plain_copy_without_its_wal_is_reported(ready):
    home, copy = ready, ready.path / "copy.db"
    shell = Shell(home, "INSERT INTO said VALUES ('words', 1);")
    shell.type("COMMIT;", "SELECT 'kept';")
    assert shell.process.stdout.readline() == "kept\n"
    subprocess.run(["cp", f"{home.database_path}-shm", f"{copy}-shm"], check=True)
    subprocess.run(["cp", home.database_path, copy], check=True)
    shell.end()
    home.configure("database", path=copy)
    checked = home.run("enricher", "--check")
    assert checked[0] == 1 and "its -wal file is missing" in checked[1]
    status, log = home.run("enricher", "--once")
    assert status == 0 and "its -wal file is missing" in log and "restore a backup" in log
