"""Digests on a real WordPress: one post a period, whatever is lost on the way, with numbers that add up."""

import collections
import hashlib
import re
import time

import pytest
import tpot_day
import vt_reports
from faultproxy import Fault
from posts import POSTS, capture, go_on, later, proxy_before, row, states

DAY = 86400
HOUR = 3600


@pytest.fixture
def digesting(publishing):
    """An installation that publishes the digest of a day as soon as it is over; and yesterday's midnight."""
    publishing.configure("publisher", digest="daily", digest_after="0s")
    publishing.yesterday = int(publishing.clock() // DAY * DAY) - DAY
    return publishing


def key_of(home):
    return time.strftime("day-%Y-%m-%d", time.gmtime(home.yesterday))


def digest(home, site):
    """Yesterday's digest on the site."""
    post, = [p for p in site.posts() if p.slug == f"digest-{key_of(home)}"]
    return post


def look_again(home):
    """Moves the clock to the digest's next look, and runs the publisher."""
    home.set_clock(max(home.clock(), row(home, key_of(home))["due_at"]) + 1)
    home.once("publisher")


def text_of(post):
    """What a reader reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<!--.*?-->", "", post.content, flags=re.S)))


def fill(home, vt, kinds=("mirai", "mirai", "few", "undetected")):
    """Files of yesterday, the first captured once, the second twice ..., and one that nobody knows; all answered."""
    for number, kind in enumerate(kinds):
        known = vt_reports.hashes(f"digest {number}")
        vt.files[known["sha256"]] = vt_reports.report(f"digest {number}", kind)
        for n in range(number + 1):
            capture(home, known["sha256"], at=home.yesterday + number * HOUR + n)
    vt.unknown_are_found = False
    capture(home, tpot_day.sha256("nobody knows it"), at=home.yesterday + DAY - 1)
    home.once("enricher")


def recount(home):
    """Files, captures and verdicts of yesterday, counted from the rows without any SQL of ours."""
    samples = {r["id"]: r for r in home.sql("SELECT * FROM sample")}
    inside = [r for r in home.sql("SELECT * FROM sighting") if home.yesterday <= r["seen_at"] < home.yesterday + DAY]
    newest = {r["sample_id"]: r["verdict"] for r in home.sql("SELECT * FROM analysis ORDER BY id")}
    files = {r["sample_id"] for r in inside}
    new = {i for i in files if samples[i]["first_seen"] >= home.yesterday}
    return len(files), len(inside), len(new), collections.Counter(newest.get(i, "waiting") for i in new)


def assert_adds_up(home, site):
    files, captures, new, verdicts = recount(home)
    read = text_of(digest(home, site))
    assert re.search(rf"\b{files} files? in {captures} captures?\b", read), read[:600]
    assert f"{new} new files" in read
    assert f"{verdicts['malicious']} of them malicious" in read
    assert f"{verdicts['unknown']} unknown to VirusTotal" in read


def categories(post, site):
    return [t["slug"] for t in site.request("GET", f"/wp/v2/categories?post={post.id}")]


def test_a_day_is_one_post(digesting, vt, site, category):
    """The digest of a finished day is published once, in its category, with numbers that add up; a rerun sends nothing."""
    fill(digesting, vt)
    with proxy_before(digesting, site) as proxy:
        digesting.once("publisher")
        post = digest(digesting, site)
        sent = len(proxy.sent("POST", POSTS))
        digesting.once("publisher")
        assert len(proxy.sent("POST", POSTS)) == sent
    key = key_of(digesting)
    assert (post.slug, post.status) == (f"digest-{key}", "publish")
    assert f'id="potpress-digest-{key}"' in post.content and "potpress-digest " in post.content
    assert post.title.startswith("Honeypot digest: ") and post.excerpt
    full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit")
    assert categories(post, site) == ["digest"]
    assert full["content"]["raw"] == post.content
    saved = row(digesting, key)
    assert (saved["kind"], saved["state"], saved["wp_id"]) == ("digest", "done", post.id)
    assert saved["content_hash"] == saved["sent_hash"], "stored bytes are sent bytes"
    assert (saved["from_at"], saved["to_at"]) == (digesting.yesterday, digesting.yesterday + DAY)
    assert_adds_up(digesting, site)


def test_without_its_category(digesting, vt, site, category):
    """A digest whose category is missing, which an author may not make, goes out without it; the log says so."""
    digesting.configure("publisher", digest_category="no-such-category")
    fill(digesting, vt)
    log = digesting.once("publisher")
    line, = [line for line in log.splitlines() if "category=no-such-category" in line]
    assert "posts are published without it" in line
    post = digest(digesting, site)
    assert (post.status, categories(post, site)) == ("publish", ["uncategorized"])
    assert row(digesting, key_of(digesting))["state"] == "done"


def test_posts_are_linked(digesting, vt, site):
    """At the next look the digest links to the posts about its files that have appeared since."""
    fill(digesting, vt)
    digesting.once("publisher")
    look_again(digesting)
    content = digest(digesting, site).content
    for r in digesting.sql("SELECT link FROM post WHERE kind = 'sample'"):
        assert f'href="{r["link"]}"' in content


def test_a_name_in_the_title_of_a_post_it_shows(digesting, vt, site):
    """By the time the name is learned, that post has another title, and the digest is looked at no more."""
    fill(digesting, vt)
    digesting.once("publisher")
    digesting.sql("UPDATE post SET sent_title = 'File my-sensor-1' WHERE id = (SELECT min(id) FROM post WHERE kind = 'sample')")
    look_again(digesting)
    assert "my-sensor-1" in digest(digesting, site).content
    digesting.sql("UPDATE post SET sent_title = 'File' WHERE sent_title = 'File my-sensor-1'")
    digesting.sql("UPDATE post SET due_at = 0 WHERE kind = 'digest'")
    digesting.sql("INSERT INTO sensor_identity VALUES ('my-sensor-1', 'name', 'main', 0)")
    digesting.once("publisher")
    assert "my-sensor-1" not in digest(digesting, site).content


def test_late_captures_are_one_edit(digesting, vt, site):
    """Fifty captures that arrive late make one edit at the next update, and a number marked as late."""
    fill(digesting, vt)
    digesting.once("publisher")
    look_again(digesting)
    first = digest(digesting, site)
    sha256 = vt_reports.hashes("digest 0")["sha256"]
    for number in range(50):
        capture(digesting, sha256, at=digesting.yesterday + 5 * HOUR + number, collected_at=int(digesting.clock()))
    with proxy_before(digesting, site) as proxy:
        digesting.once("publisher")
        assert not proxy.sent("POST", POSTS), "not before the next look"
        look_again(digesting)
        edits = [r for r in proxy.sent("POST", POSTS) if f"/posts/{first.id}" in r.path]
        later(digesting, 1)
        digesting.once("publisher")
        assert len(edits) == 1 and len([r for r in proxy.sent("POST", POSTS) if f"/posts/{first.id}" in r.path]) == 1
    assert digest(digesting, site).id == first.id and digest(digesting, site).title == first.title
    assert "50 captures arrived after publication" in text_of(digest(digesting, site))
    assert_adds_up(digesting, site)


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.full)])
def test_lost_answers_leave_one(digesting, vt, site, times):
    """Answers are lost again and again, to the first write and to edits: there is one digest."""
    fill(digesting, vt, kinds=("mirai",))
    digesting.sql("UPDATE post SET state = 'skipped'")
    with proxy_before(digesting, site) as proxy:
        for number in range(times):
            proxy.add(Fault("lose", method="POST", path=POSTS, times=1))
            digesting.run("publisher", "--once")
            go_on(digesting)
            assert site.count() == 1, number
            capture(digesting, vt_reports.hashes("digest 0")["sha256"], at=digesting.yesterday + HOUR + number)
            digesting.shell("UPDATE post SET state = 'pending' WHERE kind = 'digest'")
    assert digest(digesting, site).status == "publish"


@pytest.mark.parametrize("point", ["before-write", "after-write", "before-settle-commit"])
def test_a_kill_leaves_one(digesting, vt, site, point):
    """The publisher dies while it publishes a digest, and there is one."""
    fill(digesting, vt, kinds=("mirai",))
    digesting.sql("UPDATE post SET state = 'skipped'")
    status, _log = digesting.run("publisher", "--once", env={"POTPRESS_CRASH_AT": point})
    assert status == -9
    go_on(digesting)
    assert digest(digesting, site).status == "publish" and site.count() == 1


def test_people_and_digests(digesting, vt, site):
    """A digest edited by hand is held, a trashed one skipped, a requeued one written again without VirusTotal."""
    fill(digesting, vt)
    digesting.once("publisher")
    key, post = key_of(digesting), digest(digesting, site)
    asked = len(vt.requests)
    site.edit_post(post.id, content=post.content + "<!-- wp:paragraph --><p>Mine.</p><!-- /wp:paragraph -->")
    capture(digesting, vt_reports.hashes("digest 0")["sha256"], at=digesting.yesterday + 9 * HOUR)
    look_again(digesting)
    assert row(digesting, key)["state"] == "held" and "edited by hand" in row(digesting, key)["last_error"]
    digesting.configure("publisher", language="ja")
    digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
    digesting.once("publisher")
    assert "観測日報" in digest(digesting, site).title and "Mine." not in digest(digesting, site).content
    site.trash_post(post.id)
    look_again(digesting)
    assert row(digesting, key)["state"] == "skipped" and "trash" in row(digesting, key)["last_error"]
    assert len(vt.requests) == asked


def test_frozen_after_a_week(digesting, vt, site):
    """After a week no late capture changes a digest; a manual requeue does."""
    fill(digesting, vt)
    digesting.once("publisher")
    home, key = digesting, key_of(digesting)
    assert row(home, key)["due_at"] <= home.yesterday + 3 * DAY
    home.configure("publisher", digest_catch_up=1)
    home.set_clock(home.yesterday + 8 * DAY)
    home.once("publisher")
    assert row(home, key)["due_at"] == 0
    before = digest(home, site)
    capture(home, vt_reports.hashes("digest 0")["sha256"], at=home.yesterday + 9 * HOUR)
    later(home, DAY)
    home.once("publisher")
    assert digest(home, site).content == before.content
    home.shell(f"UPDATE post SET state='pending' WHERE key='{key}'")
    home.once("publisher")
    assert digest(home, site).content != before.content


def test_preview_shows_digests(digesting, vt, tmp_path):
    """--preview writes the digests that are due, too."""
    fill(digesting, vt)
    digesting.run("publisher", "--preview", str(tmp_path / "preview"))
    page = (tmp_path / "preview" / f"{key_of(digesting)}.html").read_text()
    assert "DAILY DIGEST" in page
    assert "Honeypot digest" in (tmp_path / "preview" / "index.html").read_text()


def test_preview_spares_a_site(installed, tmp_path):
    """--preview replaces its own index, not that of a site."""
    for _ in range(2):
        assert installed.run("publisher", "--preview", str(tmp_path / "preview"))[0] == 0
    index = tmp_path / "index.html"
    index.write_text("theirs")
    status, log = installed.run("publisher", "--preview", str(tmp_path))
    assert status != 0 and "name an empty directory" in log
    assert index.read_text() == "theirs"


# ---- posts about noteworthy files

def test_a_busy_day(digesting, vt, site):
    """Five hundred captures in a day: one digest and at most five posts; a rerun sends nothing."""
    digesting.configure("publisher", sample_posts="noteworthy")
    kinds = ("mirai", "dropper", "pua", "few", "undetected", "mirai", "mirai", "mirai", "few", "dropper")
    for number, kind in enumerate(kinds * 5):
        known = vt_reports.hashes(f"busy {number}")
        vt.files[known["sha256"]] = vt_reports.report(f"busy {number}", kind)
        digesting.sql("INSERT OR IGNORE INTO sample (sha256) VALUES (?)", known["sha256"])
        sample = digesting.one("SELECT id FROM sample WHERE sha256 = ?", known["sha256"])
        digesting.sql(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) "
            "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, src_ip, event_at, "
            "collected_at, seen_at) SELECT ? || i, ?, 'main', 'cowrie', 'Cowrie', 'upload', '198.51.100.' || i, "
            "?, ?, ? FROM n", f"busy-{number}-", sample, *[digesting.yesterday + number * 60] * 3)
    digesting.once("enricher")
    with proxy_before(digesting, site) as proxy:
        digesting.once("publisher")
        sent = len(proxy.sent("POST", POSTS))
        digesting.once("publisher")
        assert len(proxy.sent("POST", POSTS)) == sent
    slugs = [p.slug for p in site.posts()]
    assert sum(s.startswith("digest-") for s in slugs) == 1 and sum(s.startswith("malware-") for s in slugs) == 5
    assert "50 files in 500 captures" in text_of(digest(digesting, site))
    made = digesting.sql("SELECT reason FROM post WHERE kind = 'sample' AND state = 'done'")
    reasons = {r["reason"].partition(":")[0] for r in made}
    assert reasons and reasons <= {"unknown", "first", "family", "hardly", "wide", "grave"}
    for post in site.posts():
        if post.slug.startswith("malware-"):
            assert "Why this file has its own page:" in text_of(post)
    assert digesting.one("SELECT count(*) FROM post WHERE state = 'skipped' "
                         "AND last_error LIKE 'by rule: sample_posts = noteworthy%'") == 45


def test_another_setting(publishing, vt, site):
    """all, noteworthy, none and all again on a filled site: posts stay, what was skipped comes, VirusTotal is not asked."""
    home = publishing

    def run_with(setting):
        home.configure("publisher", sample_posts=setting)
        home.once("publisher")
        return sorted(p.slug for p in site.posts())

    def more(name, count=3):
        keys = []
        for number in range(count):
            known = vt_reports.hashes(f"{name} {number}")
            vt.files[known["sha256"]] = vt_reports.report(f"{name} {number}", "mirai")
            capture(home, known["sha256"])
            keys.append(known["sha256"])
        home.once("enricher")
        return keys

    more("setting a")
    first = run_with("all")
    assert len(first) == 3
    more("setting b")
    asked = len(vt.requests)
    assert run_with("noteworthy") == first, "variants of a known family get none, what is there stays"
    assert len(vt.requests) == asked
    more("setting c")
    asked = len(vt.requests)
    assert run_with("none") == first
    assert home.one("SELECT count(*) FROM post WHERE last_error = 'by rule: sample_posts = none'") == 3
    assert len(run_with("all")) == 9 and states(home) == {"done"}
    assert len(vt.requests) == asked


def test_a_file_that_is_nothing_but_an_address_of_ours(digesting, vt, site):
    """Once that is known, no digest links to its post any more, however old it is: the hash tells the address."""
    vt.unknown_are_found = False
    revealing = hashlib.sha256(b"198.51.100.77\n").hexdigest()
    capture(digesting, revealing, at=digesting.yesterday + HOUR)
    digesting.once("enricher")
    later(digesting)
    digesting.once("publisher")
    while row(digesting, key_of(digesting))["due_at"] > 0:
        look_again(digesting)
    assert revealing in digest(digesting, site).content
    digesting.sql("INSERT INTO sensor_identity VALUES ('198.51.100.77', 'address', 'main', 0)")
    later(digesting)
    digesting.once("publisher")
    assert revealing[:12] not in digest(digesting, site).content
