"""Every SQL statement of the programs, taken from their preprocessed sources: it compiles against
schema.sql, and its plan neither scans nor sorts anything that grows, unless a reason stands here."""

import pathlib
import re
import sqlite3
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIRECTORIES = ("common", "collector", "enricher", "publisher")
VERB = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|ROLLBACK|VACUUM|PRAGMA)\b")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
MARKER = re.compile(r'^# \d+ "([^"]*)"')

# Tables that stay small: a few rows per service, process or sensor.
SMALL = {"pause", "provider", "sqlite_schema", "service", "stage", "sensor_identity", "guarded"}
# Statements that may read all of something, and why.
ALLOWED = {
    "SELECT id FROM post WHERE wanted = 'publish' AND state <> 'skipped' ORDER BY id":
        "the preview renders all posts",
    "UPDATE lookup SET state = 'pending', owner": "at start: as many rows as were in flight",
    "UPDATE post SET state = 'pending', owner": "at start: as many rows as were in flight",
    "SELECT (SELECT application_id FROM pragma_application_id)": "at start",
    "SELECT index_name, index_uuid, shard, position": "a row per index and shard, at each poll",
    "SELECT count(*) FROM temp.asked": "once, before the past is read",
    "SELECT max(q.per_day) FROM quota_today": "once, before the past is read: a row per day",
    "SELECT s.id FROM sample s LEFT JOIN post p": "sorts two samples",
    "DELETE FROM lookup WHERE id IN": "sorts the lookups of two samples",
    "UPDATE analysis SET lookup_id = (": "sorts the lookups of two samples",
    "SELECT value FROM sensor_identity": "a row per name of a sensor",
    "INSERT INTO guarded": "a row per name of a sensor",
    "DELETE FROM guarded": "a row per name of a sensor",
}
# The captures of one sample are grouped and sorted for its post.
ONE_SAMPLE = re.compile(r"FROM sighting WHERE sample_id = (:sample_id|sample\.id)")


def statements_in(source):
    """Adjacent string literals of one file, joined as the compiler does, where they start like SQL."""
    flags = subprocess.run(["pkg-config", "--cflags", "libcurl", "sqlite3", "libcjson", "uuid", "libutf8proc"],
                           capture_output=True, text=True, check=True).stdout.split()
    text = subprocess.run(
        ["cc", "-E", "-std=c17", "-D_GNU_SOURCE", "-I.", '-DPOTPRESS_VERSION="0"', *flags, source],
        capture_output=True, text=True, check=True, cwd=ROOT).stdout
    ours, lines = False, []
    for line in text.splitlines():
        marker = MARKER.match(line)
        if marker:
            ours = marker.group(1).startswith(DIRECTORIES)
        elif ours:
            lines.append(line)
    found, end, run = [], None, ""
    body = "\n".join(lines)
    for literal in LITERAL.finditer(body):
        if end is None or body[end:literal.start()].strip():
            found.append(run)
            run = ""
        run += literal.group(1).encode().decode("unicode_escape")
        end = literal.end()
    return [s for s in [*found, run] if VERB.match(s)]


class Nothing(dict):
    """Binds NULL to every name."""

    def __missing__(self, _name):
        return None


@pytest.fixture(scope="module")
def database():
    db = sqlite3.connect(":memory:")
    db.executescript((ROOT / "schema.sql").read_text())
    db.execute("CREATE TEMP TABLE asked (hash TEXT PRIMARY KEY) WITHOUT ROWID")     # the collector's --since
    yield db
    db.close()


@pytest.fixture(scope="module")
def statements():
    sources = sorted(str(p.relative_to(ROOT)) for d in DIRECTORIES for p in (ROOT / d).rglob("*.c"))
    found = {}
    for source in sources:
        for text in statements_in(source):
            found[" ".join(text.split())] = source
    assert len(found) > 80, "the sources hold more statements than that"
    return found


def test_the_schema_is_its_own_manual(database):
    """`.schema` shows what each table and column is for, and which question each index answers."""
    silent = []
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"):
        lines = sql.splitlines()
        if kind in ("table", "index") and not lines[1].startswith("  -- "):
            silent.append(f"{kind} {name}")
        if kind == "table":
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            silent += [f"{name}.{column}" for column in columns
                       if not any(re.match(rf"  {column} .*-- ", line) for line in lines)]
    assert not silent


def plan(db, text):
    return [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + text, Nothing())]


def grows(step, text):
    """Does this step of a plan read or sort something that grows?"""
    if step.startswith("USE TEMP B-TREE"):
        return not ONE_SAMPLE.search(text)
    scan = re.match(r"SCAN (\S+)", step)
    if not scan or "VIRTUAL TABLE" in step or scan.group(1).startswith(("(", "CONSTANT")):
        return False
    name = scan.group(1)
    aliased = re.search(rf"(\w+|\)) (?:AS )?{name}( |$)", text)
    # A subquery's own steps are listed beside it.
    table = aliased.group(1) if aliased and aliased.group(1) not in ("FROM", "JOIN", "UPDATE", "INTO") else name
    return table != ")" and table not in SMALL


def is_complete(text):
    """Pieces of a sentence that start like SQL, and pragmas built at run time, are no statements."""
    return not text.startswith("PRAGMA") and not text.startswith("VACUUM")


def test_every_statement_compiles(database, statements):
    wrong = {}
    for text, source in statements.items():
        try:
            if is_complete(text):
                database.execute("EXPLAIN " + text, Nothing())
        except sqlite3.Error as error:
            wrong[f"{source}: {text}"] = str(error)
    assert not wrong, "\n".join(f"{text}: {why}" for text, why in wrong.items())


def test_no_statement_scans_or_sorts_what_grows(database, statements):
    wrong = {}
    for text, source in statements.items():
        if not is_complete(text) or text.startswith(tuple(ALLOWED)):
            continue
        bad = [step for step in plan(database, text) if grows(step, text)]
        if bad:
            wrong[f"{source}: {text}"] = bad
    assert not wrong, "\n".join(f"{text}: {why}" for text, why in wrong.items())


def test_allowances_are_still_needed(statements):
    unused = [start for start in ALLOWED if not any(text.startswith(start) for text in statements)]
    assert not unused


@pytest.mark.parametrize("start, index", [
    ("SELECT id, token, attempts, coalesce(tried_at, 0) FROM lookup", "lookup_pending (provider=? AND rank=? AND due_at<?)"),
    ("SELECT id, token, attempts, coalesce(tried_at, 0) FROM post", "post_pending (rank=? AND due_at<?)"),
    ("SELECT id FROM lookup WHERE state = 'leased'", "lookup_leased (lease_until<?)"),
    ("SELECT id FROM lookup WHERE state = 'done'", "lookup_wakes (due_at>? AND due_at<?)"),
    ("UPDATE lookup SET expired", "lookup_leased (lease_until<?)"),
    ("UPDATE lookup SET state = 'pending', rank", "lookup_wakes (due_at>? AND due_at<?)"),
    ("SELECT due_at FROM lookup WHERE state = 'pending'", "lookup_pending (provider=? AND rank=?)"),
    ("SELECT count(*), min(answered_at), max(answered_at)", "request_answered (provider=? AND account=? AND answered_at>?)"),
    ("SELECT count(*), count(*) FILTER (WHERE at", "request_answered (provider=? AND account=? AND answered_at=?)"),
    ("SELECT id, expires_at FROM request", "request_answered (provider=? AND account=? AND answered_at=?)"),
    ("SELECT id FROM sample WHERE md5", "sample_by_md5 (md5=?)"),
    ("SELECT id FROM sample WHERE sha1", "sample_by_sha1 (sha1=?)"),
    ("SELECT id FROM sample WHERE sha256", "(sha256=?)"),
    ("SELECT id FROM analysis WHERE id =", "analysis_by_lookup (lookup_id=?)"),
])
def test_hot_statements_use_their_index(database, statements, start, index):
    texts = [text for text in statements if text.startswith(start)]
    assert texts, "the statement is there"
    for text in texts:
        assert any(index in step for step in plan(database, text)), plan(database, text)


def test_triggers_use_indexes(database):
    """Plans of triggers are not shown; the tables they search by a column have an index that starts with it."""
    for table, column in [("lookup", "sample_id"), ("post", "sample_id"), ("analysis", "sample_id"),
                          ("analysis", "lookup_id"), ("sighting", "sample_id"), ("post", "replaced_by")]:
        steps = plan(database, f"DELETE FROM {table} WHERE {column} = :id")
        assert any(s.startswith(f"SEARCH {table} USING") for s in steps), (table, column, steps)
