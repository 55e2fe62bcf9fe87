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
SMALL = {"pause", "provider", "said", "sqlite_schema", "service", "stage", "sensor_identity", "guarded",
         "silence", "sensor_clock", "alert_target"}
# Views, and a digest's table of flooded captures, that are read like a subquery: their own steps are listed
# beside it.
VIEWS = {"capture", "flooded"}
# Statements that may read all of something, and why.
ALLOWED = {
    "SELECT u.waiting, u.again": "once a day, and only in an overload",
    "SELECT id FROM post WHERE wanted = 'publish' AND state <> 'skipped' ORDER BY id":
        "the preview renders all posts",
    "SELECT count(*) FROM post WHERE state IN ('skipped', 'pending') AND wanted": "at the end of the preview",
    "UPDATE lookup SET state = 'pending', owner": "at start: as many rows as were in flight",
    "UPDATE post SET state = 'pending', owner": "at start: as many rows as were in flight",
    "SELECT (SELECT application_id FROM pragma_application_id)": "at start",
    "UPDATE message SET state = 'pending', owner": "at start: as many rows as were in flight",
    "DELETE FROM message WHERE": "at start: the messages of 90 days",
    "SELECT index_name, index_uuid, shard, position": "a row per index and shard, at each poll",
    "SELECT min(since), stage, service": "metrics: a row per service",
    "SELECT count(*), 'enricher', 'pending'": "metrics, once a minute: rows that wait, in an index of their own",
    "SELECT count(*), 'publisher', 'pending'": "metrics, once a minute: rows that wait, in an index of their own",
    "SELECT sum(used), provider FROM quota": "metrics, once a minute: a row per day and month",
    "SELECT sum(used_day), provider": "metrics, once a minute: a row per day and month",
    "SELECT sum(per_day), provider": "metrics, once a minute: a row per day and month",
    "INSERT INTO kept": "sorts a batch of 500 captures, or the kept ones of two samples",
    "UPDATE media SET sent_at = CASE": "at start, and after a step of the clock: a row per picture",
    "UPDATE session SET look_at = :now": "at start, and after a step of the clock: a row per index",
    "SELECT sensor, off FROM clocks": "once an hour: a row per sensor and day of two months",
    "SELECT 'clock ' || c.source": "a row per sensor and day of two months",
    "UPDATE post SET site = :site WHERE site = :from": "once after `url` was changed: the posts of the old one",
    "SELECT count(*) FROM asked": "once, before the past is read",
    "SELECT max(q.per_day) FROM quota_today": "once, before the past is read: a row per day",
    "SELECT s.id FROM sample s LEFT JOIN post p": "sorts two samples",
    "SELECT id FROM sample WHERE id <> :id AND sha256 =": "sorts the few samples that share a hash",
    "DELETE FROM lookup WHERE id IN": "sorts the lookups of two samples",
    "UPDATE analysis SET lookup_id = (": "sorts the lookups of two samples",
    "UPDATE post SET state = 'pending', token = token + 1, due_at = 0 WHERE state = 'skipped'": "at start",
    "SELECT count(DISTINCT src_ip), count(DISTINCT honeypot), count(DISTINCT sensor)": "the first day of one file",
    "UPDATE post SET reason = NULL WHERE state = 'pending'": "at start: posts that were never sent",
    "SELECT post_id, value FROM shown WHERE kind = 'tlsh'": "the newest 5,000 digests",
    "SELECT count(DISTINCT f.value) FROM (SELECT post_id FROM shown": "the newest 50 posts about files of a host",
    "SELECT kind, name FROM silence": "sorts the silences of two months",
    "SELECT id, sha256, slug, CASE WHEN site = :site": "sorts the few pictures of a post",
    "UPDATE lookup SET state = 'skipped', token = token + 1, due_at = 0, owner = NULL":
        "at start: once, when a provider is switched off",
    "UPDATE lookup SET state = 'pending', token = token + 1, last_error = NULL, rank":
        "at start: once, when a provider is switched on",
    "INSERT INTO lookup (provider, kind, value, sample_id, since) SELECT":
        "at start: once, when a provider is switched on",
    "DELETE FROM guarded": "a row per name of a sensor",
    "UPDATE post SET state = 'pending', token = token + 1, due_at = 0 WHERE state = 'done' AND wanted": "at start",
}
# The captures of one sample are grouped and sorted for its post.
ONE_SAMPLE = re.compile(r"FROM (sighting|kept) WHERE sample_id = (:sample_id|sample\.id)")
# So are the captures and the counts of one period for its digest.
ONE_PERIOD = re.compile(r"FROM capture WHERE seen_at >= :from_at( - 2678400)? AND seen_at < :to_at"
                        r"|day WHERE date >= :first AND date < :end"
                        r"|FROM clock_day WHERE date >= :first AND date < :end"
                        r"|FROM day d (LEFT )?JOIN day_count c ON c.day_id = d.id( AND c.dimension = 'sensor')?"
                        r" WHERE d.date >= :first AND d.date < :end")


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
            found[" ".join(text.split()).replace("( ", "(")] = source
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
        return not ONE_SAMPLE.search(text) and not ONE_PERIOD.search(text)
    scan = re.match(r"SCAN (\S+)", step)
    if not scan or "VIRTUAL TABLE" in step or scan.group(1).startswith(("(", "CONSTANT")):
        return False
    name = scan.group(1)
    aliased = re.search(rf"(\w+|\)) (?:AS )?{name}( |$)", text)
    # A subquery's own steps are listed beside it.
    table = aliased.group(1) if aliased and aliased.group(1) not in ("FROM", "JOIN", "UPDATE", "INTO") else name
    return table not in (")", *VIEWS) and not {table, name} & SMALL


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
    ("SELECT id, token, attempts, coalesce(tried_at, 0), tried_after, doubted, rank FROM lookup WHERE state",
     "lookup_pending (provider=? AND rank=? AND due_at<?)"),
    ("SELECT id, token, attempts, coalesce(tried_at, 0), tried_after, doubted, rank FROM post WHERE state",
     "post_pending (rank=? AND due_at<?)"),
    ("SELECT id FROM lookup WHERE state = 'leased'", "lookup_leased (lease_until<?)"),
    ("SELECT id FROM lookup WHERE state = 'done'", "lookup_wakes (due_at>? AND due_at<?)"),
    ("UPDATE lookup SET expired", "lookup_leased (lease_until<?)"),
    ("UPDATE lookup SET state = 'pending', rank", "lookup_wakes (due_at>? AND due_at<?)"),
    ("SELECT due_at FROM lookup WHERE state = 'pending'", "lookup_pending (provider=? AND rank=?)"),
    ("SELECT count(*) FROM request", "request_answered (provider=? AND account=? AND answered_at"),
    ("SELECT answered_at FROM request", "request_answered (provider=? AND account=? AND answered_at>?)"),
    ("DELETE FROM request", "request_answered (provider=? AND account=? AND answered_at<?)"),
    ("SELECT count(*), count(*) FILTER (WHERE at", "request_answered (provider=? AND account=? AND answered_at=?)"),
    ("SELECT id, expires_at FROM request", "request_answered (provider=? AND account=? AND answered_at=?)"),
    ("WITH files AS", "INDEX sighting_by_time (seen_at>? AND seen_at<?)"),
    ("SELECT c.value, min(c.label)", "day_by_date (date>? AND date<?)"),
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


def statements_of(trigger):
    """Those of its body that can stand alone, with parameters in place of the row."""
    body = trigger[re.search(r"\bBEGIN\b", trigger).end():trigger.rindex("END")]
    body = re.sub(r"--[^\n]*", "", body)
    return [re.sub(r"\b(?:NEW|OLD)\.(\w+)", r":\1", " ".join(text.split()))
            for text in re.findall(r"(?:'[^']*'|[^;'])+", body) if text.strip() and "RAISE" not in text]


def test_no_trigger_scans_or_sorts_what_grows(database):
    wrong = {}
    for name, trigger in database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"):
        for text in statements_of(trigger):
            bad = [step for step in plan(database, text) if grows(step, text)]
            if bad:
                wrong[f"{name}: {text}"] = bad
    assert not wrong, "\n".join(f"{text}: {why}" for text, why in wrong.items())


def test_the_captures_of_a_flood_are_found_by_index(database):
    (trigger,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'flood_begins'").fetchone()
    steps = [step for text in statements_of(trigger) for step in plan(database, text) if "sighting" in step]
    assert [step.split("INDEX ")[1] for step in steps] == [
        "sighting_by_session (session=?)", "sighting_by_address (src_ip=?)", "sighting_by_url (<expr>=? AND seen_at>?)"]


# ---- the subset of SQL that a second engine understands too (common/db/db.h names it)

CLAUSE = re.compile(r"\b(FROM|WHERE|GROUP|ORDER|LIMIT|SET|VALUES|ON|RETURNING|HAVING|UNION)\b")


def without_texts(text):
    return re.sub(r"'[^']*'", "''", text)


def groups(text):
    """The insides of all parentheses of a text, and the text itself, each with what it holds in parentheses cut out."""
    found, stack = [], [""]
    for letter in without_texts(text):
        if letter == "(":
            stack[-1] += "()"
            stack.append("")
        elif letter == ")":
            found.append(stack.pop())
        else:
            stack[-1] += letter
    return [*found, *stack]


def calls(text, name):
    """What stands in the parentheses of each call of a function."""
    for match in re.finditer(rf"\b{name}\(", text):
        depth = 1
        for end in range(match.end(), len(text)):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                yield text[match.end():end]
                break


def selects(text):
    """Each SELECT with its own clauses, those of others cut out."""
    return [part for group in groups(text) for part in re.split(r"\bUNION(?: ALL)?\b", group) if "SELECT" in part]


def two_arguments(text):
    return any("," in groups(inside)[-1] for name in ("min", "max") for inside in calls(without_texts(text), name))


def limit_without_order(text):
    return any(re.search(r"\bLIMIT\b", part) and "ORDER BY" not in part for part in groups(text))


def bare_subquery(text):
    return re.search(r"\bFROM \(\)(?! (?!WHERE|GROUP|ORDER|LIMIT|UNION|HAVING|ON)\w)", "\n".join(groups(text)))


def unrepeated_condition(text):
    """UPDATE by a subselect with a LIMIT: the second of two that run at once must see that the row has moved."""
    inner = re.match(r"UPDATE (\w+) .* WHERE id IN \(SELECT id FROM \1 .* LIMIT \S+?\)(.*)", text)
    return inner and not inner.group(2).lstrip().startswith("AND ")


def untyped(text):
    """A parameter used only where nothing gives its type."""
    telling = re.sub(r":\w+ IS (NOT )?NULL", "", re.sub(r"(\bSELECT|,) :\w+(?= |,|$)", r"\1", text.split("VALUES")[0]))
    return set(re.findall(r":\w+", text.split("VALUES")[0])) - set(re.findall(r":\w+", telling)) \
        if not text.startswith("INSERT") or "SELECT" in text else set()


def own_column_beside_excluded(text, columns):
    """In ON CONFLICT ... DO UPDATE a bare column is the row that is there, or ambiguous, by engine."""
    if "DO UPDATE" not in text:
        return set()
    table = re.match(r"INSERT INTO (\w+)", text).group(1)
    update = without_texts(text.split("DO UPDATE", 1)[1])
    read = re.sub(r"(\bSET|,) \w+ =", r"\1", update)
    return {c for c in columns[table] if re.search(rf"(?<![.:\w]){c}\b(?! *[.(])", read)}


def null_first_or_last(text, nullable):
    """Engines differ in where NULL sorts."""
    wrong = set()
    for part in selects(text):
        order = re.search(r"ORDER BY (.*?)(?: LIMIT|$)", part)
        for term in order.group(1).split(",") if order else []:
            column = re.match(r"(?:\w+\.)?(\w+)(?: DESC)?$", term.strip())
            table = re.search(r"FROM (\w+)", part)
            if column and table and column.group(1) in nullable.get(table.group(1), ()) \
                    and not re.search(rf"\b{column.group(1)} (IS NULL,|IS NOT NULL|>|<)", part):
                wrong.add(column.group(1))
    return wrong


RULES = [
    ("parameters have names", lambda t: re.search(r"\?|\$\d", t)),
    ("DO UPDATE names the key", lambda t: re.search(r"ON CONFLICT DO UPDATE", t)),
    ("min and max take one argument; two are a CASE", two_arguments),
    # IS for any value is SQLite's alone; IS [NOT] DISTINCT FROM is everybody's, but SQLite's from 3.39 on only.
    ("IS stands before NULL alone", lambda t: re.search(r"\bIS (NOT )?(?!NULL|NOT NULL)", t)),
    ("RETURNING id", lambda t: "last_insert_rowid" in t),
    ("booleans are counted by FILTER", lambda t: any(re.search("[<>=]", i) for i in calls(t, "sum"))),
    ("a parameter is no condition", lambda t: re.search(r"\b(WHEN|WHERE|AND|OR|NOT) :\w+(\)| THEN| AND| OR|$)", t)),
    ("not SQLite's own", lambda t: re.search(r"\bjson_|\bGLOB\b|\bINSERT OR\b|\bREPLACE INTO\b|\btemp\.|\bdatetime\(|\browid\b", t)),
    ("a subquery has a name", bare_subquery),
    ("LIMIT goes with ORDER BY", limit_without_order),
    ("UPDATE by a subselect repeats its condition", unrepeated_condition),
    ("CAST tells the type", untyped),
]


def columns_of(db, only_nullable):
    return {table: {c[1] for c in db.execute(f"PRAGMA table_info({table})") if not only_nullable or not (c[3] or c[5])}
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def broken_rules(text, database):
    bare = without_texts(text)
    broken = [rule for rule, breaks in RULES if breaks(bare)]
    if own_column_beside_excluded(text, columns_of(database, False)):
        broken.append("the own column is qualified beside excluded")
    if null_first_or_last(text, columns_of(database, True)):
        broken.append("ORDER BY says where NULL goes")
    return broken


def is_portable_by_duty(source, text):
    """Opening, checking and copying a file is each engine's own business."""
    return text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) and \
        source not in ("common/db/migrate.c", "common/db/look.c", "common/db/open.c")


def test_statements_keep_to_the_common_subset(database, statements):
    wrong = {text: broken for text, source in statements.items() if is_portable_by_duty(source, text)
             for broken in [broken_rules(text, database)] if broken}
    assert not wrong, "\n".join(f"{statements[text]}: {text}: {broken}" for text, broken in wrong.items())


@pytest.mark.parametrize("text, rule", [
    ("UPDATE stage SET what = ? WHERE owner = :owner", "parameters have names"),
    ("INSERT INTO said (topic, at) VALUES (:topic, :at) ON CONFLICT DO UPDATE SET at = excluded.at",
     "DO UPDATE names the key"),
    ("UPDATE lookup SET rank = max(rank, 2) WHERE id = :id", "min and max take one argument; two are a CASE"),
    ("SELECT id FROM analysis WHERE label IS :label", "IS stands before NULL alone"),
    ("SELECT id FROM analysis WHERE label IS NOT DISTINCT FROM :label", "IS stands before NULL alone"),
    ("SELECT sum(at < :day) FROM request", "booleans are counted by FILTER"),
    ("DELETE FROM pause WHERE service = :service AND (kind <> 'quota' OR :probed)", "a parameter is no condition"),
    ("SELECT json_group_array(value) FROM guarded", "not SQLite's own"),
    ("SELECT count(*) FROM (SELECT at FROM request ORDER BY at LIMIT :most)", "a subquery has a name"),
    ("SELECT id FROM lookup WHERE state = 'leased' LIMIT 1", "LIMIT goes with ORDER BY"),
    ("UPDATE lookup SET state = 'pending' WHERE id IN (SELECT id FROM lookup WHERE due_at > 0 "
     "ORDER BY due_at LIMIT :batch)", "UPDATE by a subselect repeats its condition"),
    ("INSERT INTO guarded (value) SELECT :value WHERE NOT EXISTS (SELECT 1 FROM noise)", "CAST tells the type"),
    ("INSERT INTO quota (provider, account, period, used, allowed) VALUES (:a, :b, :c, 1, 1) "
     "ON CONFLICT (provider, account, period) DO UPDATE SET used = used + excluded.used",
     "the own column is qualified beside excluded"),
    ("SELECT id FROM post WHERE kind = :kind ORDER BY published_at", "ORDER BY says where NULL goes"),
])
def test_the_check_of_the_subset_sees(database, text, rule):
    assert broken_rules(text, database) == [rule]
