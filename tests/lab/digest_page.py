"""The numbers of a digest, taken from its page as a reader sees them.

    page = DigestPage(post.content)
    page.tiles              # {"source addresses": 83, ...}
    page.table("Honeypot")  # {"Cowrie": [248, 53], ...}

SPDX-License-Identifier: MIT
"""

import html.parser
import re

RANK_BEFORE = re.compile(r"(week|month) before: (no\. [\d,]+|not listed)$")


def number(text):
    """1,234 as a number; None: it is none."""
    return int(text.replace(",", "")) if re.fullmatch(r"[\d,]+", text) else None


class DigestPage(html.parser.HTMLParser):
    def __init__(self, content):
        super().__init__()
        self.tables = []        # each a list of rows, the first of them the head
        self.text = ""
        self._cell = None
        self.feed(re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL))
        tiles = re.findall(r"<strong style=\"font-size:1\.\d+rem;line[^>]*>([^<]*)</strong><br>([^<]*)<", content)
        self.tiles = {label: number(text) for text, label in tiles}

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(re.sub(r"\s+", " ", self._cell).strip())
            self._cell = None

    def handle_data(self, data):
        self.text += data
        if self._cell is not None:
            self._cell += data

    def table(self, head):
        """The numbers of each row by its first cell, of the table whose head begins so; {} if there is none."""
        for first, *rows in self.tables:
            if first[0] == head:
                return {RANK_BEFORE.sub("", row[0]): [number(cell) for cell in row[1:]] for row in rows}
        return {}

    def numbers(self):
        """All numbers that stand alone in a cell or tile, in their order: the same in every language."""
        cells = [number(cell) for table in self.tables for row in table for cell in row[1:]]
        return [n for n in [*self.tiles.values(), *cells] if n is not None]
