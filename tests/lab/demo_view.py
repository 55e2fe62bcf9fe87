"""What the demo shows while documents flow: the database's own views, as a table that redraws, or as lines.

SPDX-License-Identifier: MIT
"""

import contextlib
import shutil
import sqlite3
import time

LINE_SECONDS = 5
COLUMNS = ("stage", "pending", "leased", "done", "held", "skipped", "alive_at", "why")
NEWEST = """SELECT time(p.revised_at, 'unixepoch') AS at, a.verdict, p.title
  FROM post p JOIN analysis a ON a.id = (SELECT max(id) FROM analysis WHERE sample_id = p.sample_id)
 WHERE p.link IS NOT NULL ORDER BY p.revised_at DESC, p.id DESC LIMIT 5"""

TURNED = """SELECT time(u.fetched_at, 'unixepoch') AS before, time(k.first_fetched_at, 'unixepoch') AS after, k.verdict,
       k.malicious, k.malicious + k.suspicious + k.undetected + k.harmless AS total,
       (SELECT link FROM post p WHERE p.sample_id = k.sample_id AND p.link IS NOT NULL) AS link
  FROM analysis u JOIN analysis k ON k.sample_id = u.sample_id AND k.id > u.id AND k.outcome = 'found'
 WHERE u.outcome = 'not_found' ORDER BY k.id LIMIT 1"""


def turned(database):
    """A sentence about a file that was unknown when it was first looked up; "" while there is none."""
    for row in database.rows(TURNED):
        return (f"One file was unknown to VirusTotal at {row['before']}; looked up again at {row['after']}, it was"
                f" {row['verdict']}: {row['malicious']} of {row['total']}\nengines detect it, and its post says so:"
                f" {row['link'] or 'not published yet'}")
    return ""


class Database:
    """The demo's database, read as an operator reads it."""

    def __init__(self, path):
        self.path = path

    def rows(self, query, *values):
        """Rows as dictionaries; none while there is no database yet."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=rw", uri=True, timeout=5)) as db:
                db.row_factory = sqlite3.Row
                return [dict(row) for row in db.execute(query, values)]
        except sqlite3.OperationalError:
            return []

    def run(self, command, *values):
        """Writes, as an operator writes."""
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=rw", uri=True, timeout=5)) as db, db:
            db.execute(command, values)

    def number(self, query):
        rows = self.rows(query)
        return next(iter(rows[0].values())) if rows else 0


def cell(value):
    return "" if value is None else str(value)


def table(rows, columns):
    """Lines of aligned text."""
    lines = [columns, *(tuple(cell(row[name]) for name in columns) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(columns))]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines]


class View:
    """Draws over itself on a terminal; elsewhere says a line every few seconds."""

    def __init__(self, database, out):
        self.database = database
        self.out = out
        self.drawn = 0
        self.said_at = 0
        self.turned = ""
        self.began = time.monotonic()

    def show(self, sent, total):
        if self.out.isatty():
            self._draw(self._page(sent, total))
        elif time.monotonic() >= self.said_at + LINE_SECONDS:
            self.said_at = time.monotonic()
            print(self._line(sent, total), file=self.out, flush=True)
            if turned(self.database) != self.turned:
                self.turned = turned(self.database)
                print(self.turned, file=self.out, flush=True)

    def end(self):
        """What is printed next stands below the table, or after the last line."""
        self.drawn = 0

    def _seconds(self):
        return int(time.monotonic() - self.began)

    def _counts(self):
        return {name: self.database.number(f"SELECT count(*) FROM {name}") for name in ("sighting", "sample")}

    def _page(self, sent, total):
        counts = self._counts()
        return [
            f"{self._seconds():3d} s   {sent} of {total} documents written, {counts['sighting']} captures"
            f" of {counts['sample']} files collected", "",
            *table(self.database.rows("SELECT * FROM status"), COLUMNS), "",
            "the newest posts", *table(self.database.rows(NEWEST), ("at", "verdict", "title")), "",
            *turned(self.database).splitlines(),
        ]

    def _draw(self, lines):
        up = f"\x1b[{self.drawn}F" if self.drawn else ""
        width = shutil.get_terminal_size().columns - 1      # a line that wraps would be two
        self.out.write(up + "\x1b[J" + "\n".join(line[:width] for line in lines) + "\n")
        self.out.flush()
        self.drawn = len(lines)

    def _line(self, sent, total):
        counts = self._counts()
        stages = [f"{row['stage']}: {row['pending'] + row['leased']} waiting, {row['done']} done"
                  for row in self.database.rows("SELECT * FROM status") if row["pending"] is not None]
        return "; ".join([f"{self._seconds():3d} s: {sent} of {total} documents written", f"{counts['sample']} files",
                          *stages])
