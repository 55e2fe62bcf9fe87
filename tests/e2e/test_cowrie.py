"""A real honeypot, attacked over loopback: what it caught becomes posts, and nothing else does.

SPDX-License-Identifier: MIT
"""

import hashlib
import html
import json
import re

import lab
import pytest
from flow import configure, published, sha256_of
from harness import wait_until
from shipper import Shipper, place


@pytest.fixture
def cowrie(tmp_path):
    with lab.Cowrie(tmp_path) as honeypot:
        yield honeypot


def events_of(honeypot):
    return [json.loads(line) for line in honeypot.log.read_text().splitlines()] if honeypot.log.exists() else []


def is_over(honeypot, attacks):
    """So many have logged in, and every session has ended."""
    kinds = [event["eventid"] for event in events_of(honeypot)]
    return kinds.count("cowrie.login.success") == attacks and \
        kinds.count("cowrie.session.connect") == kinds.count("cowrie.session.closed")


def text_of(site, sha256):
    """A post as a reader sees it."""
    post, = site.posts(f"malware-{sha256}")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<!--.*?-->|<[^>]+>", "", post.content, flags=re.DOTALL)))


def assert_story(home, site, file):
    """The post of a file that a shell left tells who logged in and what was typed, and no password."""
    text = text_of(site, file["sha256"])
    assert "logged in over SSH as root on the first try" in text and "typed 2 commands" in text
    assert f"/tmp/{file['name']}" in text and "letmein" not in text
    story, = home.sql("SELECT * FROM session WHERE session IN (SELECT session FROM sighting WHERE src_ip = ?)",
                      file["source"])
    assert story["told_at"] and story["closed"]


def test_what_cowrie_caught_becomes_posts(home, vt, parts, cowrie):
    """Its download folder, the samples and the posts are the same files; each capture is counted once."""
    configure(home, parts.front, parts.site, vt)
    left = cowrie.attack("a") + cowrie.attack("b")
    wait_until(lambda: is_over(cowrie, len(left)), what="Cowrie to have written everything")
    caught = {path.name for path in cowrie.downloads.iterdir()}
    assert caught == {file["sha256"] for file in left} == {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in cowrie.downloads.iterdir()}
    assert len(caught) == len(left) - 1, "the EICAR text was left twice"

    shipper = Shipper(cowrie.log, parts.engine.url)
    while shipper.ship():
        pass
    parts.engine.refresh()
    events = events_of(cowrie)
    assert parts.engine.count() == len(events)

    for stage in ("collector", "enricher", "publisher"):
        home.once(stage)
    samples = home.sql("SELECT id, sha256, captures FROM sample")
    assert {sample["sha256"] for sample in samples} == caught
    assert sum(sample["captures"] for sample in samples) == len(left), "standard input is logged twice, and caught once"
    sightings = home.sql("SELECT sha256, action, src_ip, session, protocol, src_country FROM sighting"
                         " JOIN sample ON sample.id = sample_id")
    assert {(s["sha256"], s["action"], s["src_ip"]) for s in sightings} == {
        (f["sha256"], "upload" if f["way"] == "by_sftp" else "download", f["source"]) for f in left}
    assert {s["session"] for s in sightings} <= {e.get("session") for e in events}
    assert {(s["protocol"], s["src_country"]) for s in sightings} == {
        ("ssh", place(f["source"])["country_code2"]) for f in left}
    assert {r.path.rsplit("/", 1)[1] for r in vt.lookups()} == caught
    assert published(parts.site) == sorted(f"malware-{sha256_of(vt, value)}" for value in caught)
    typed = [e["shasum"] for e in events if e["eventid"] == "cowrie.log.closed"]
    assert typed and not caught & set(typed), "the hash of what was typed is no file's"

    for file in left:
        if file["way"] == "by_echo":
            assert_story(home, parts.site, file)
    assert "typed" not in text_of(parts.site, next(f["sha256"] for f in left if f["way"] == "by_sftp"))
