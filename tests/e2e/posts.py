"""What the publisher's tests share: captures, answers, and the way of one post through lost answers."""

import contextlib
import json
import re

import faultproxy
import tpot_day
import vt_reports

LOOK_UP = 61  # seconds after which a lost write is looked up
POSTS = r"/wp/v2/posts\b"


def capture(home, shasum, at=None, kind="sha256", **fields):
    """One capture of a file, as the collector would write it."""
    at = int(at or home.clock() - 7200)
    row = {"source": "main", "profile": "cowrie", "honeypot": "Cowrie", "action": "download", "src_ip": "198.51.100.23",
           "src_country": "NL", "url": "http://198.51.100.7/bins/x.arm7", "file_name": "x.arm7", "event_at": at,
           "collected_at": at, "seen_at": at, **fields}
    if not home.one(f"SELECT id FROM sample WHERE {kind} = ?", shasum):
        home.sql(f"INSERT INTO sample ({kind}) VALUES (?)", shasum)
    row["sample_id"] = home.one(f"SELECT id FROM sample WHERE {kind} = ?", shasum)
    row["event_key"] = f"1-{tpot_day.sha256(json.dumps(row, sort_keys=True))}"
    home.sql(f"INSERT INTO sighting ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())


def answered(home, vt, count=1, kind="mirai", name="post"):
    """Captured and answered files; returns their keys."""
    keys = []
    for number in range(count):
        known = vt_reports.hashes(f"{name} {number}")
        vt.files[known["sha256"]] = vt_reports.report(f"{name} {number}", kind)
        capture(home, known["sha256"])
        keys.append(known["sha256"])
    home.once("enricher")
    # A publisher that runs may be at them already.
    assert all(home.one("SELECT id FROM post WHERE key = ?", key) for key in keys)
    return keys


def answer_changes(home, vt, kind="few", name="post", count=1):
    """VirusTotal says something else about the files of `answered`, and is asked: their posts are pending."""
    for number in range(count):
        known = vt_reports.hashes(f"{name} {number}")
        vt.files[known["sha256"]] = vt_reports.report(f"{name} {number}", kind)
        home.sql("UPDATE lookup SET state = 'pending' WHERE value = ?", known["sha256"])
    home.once("enricher")


def published(home, vt, count=1, **how):
    """Files whose posts are on the site; returns their keys."""
    keys = answered(home, vt, count, **how)
    home.once("publisher")
    assert states(home) == {"done"}
    return keys


def captures_shown(post):
    """The number of captures that a page in English prints."""
    found, = re.findall(r"<strong[^>]*>([\d,]+)</strong><br>captures?\b", post.content)
    return int(found.replace(",", ""))


def row(home, key):
    return home.sql("SELECT * FROM post WHERE key = ?", key)[0]


def states(home):
    return {r["state"] for r in home.sql("SELECT state FROM post")}


def later(home, seconds=LOOK_UP):
    home.set_clock(home.clock() + seconds)


def go_on(home, seconds=LOOK_UP, rounds=12):
    """Runs the publisher, with the clock moved on between, until nothing is pending."""
    for _ in range(rounds):
        later(home, seconds)
        status, log = home.run("publisher", "--once")
        assert status in (0, 75), log
        if not states(home) & {"pending", "leased"}:
            return
    raise AssertionError(f"still pending:\n{home.sql('SELECT key, due_at, last_error FROM post')}\n{log}")


@contextlib.contextmanager
def proxy_before(home, site):
    """A fault proxy between the publisher and the site; the site keeps its address."""
    with faultproxy.FaultProxy(target=site.url) as proxy:
        home.configure("publisher", connect_to=proxy.url.removeprefix("http://"))
        yield proxy
    home.configure("publisher", connect_to=None)


@contextlib.contextmanager
def plugin(site, code):
    """A plugin of somebody else's on the site."""
    path = site.directory / "wp-content/mu-plugins/test-somebody.php"
    path.write_text("<?php\n" + code)
    yield
    path.unlink()
