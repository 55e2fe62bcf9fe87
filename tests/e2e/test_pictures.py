"""Pictures of digests on a real WordPress: each is uploaded once, whatever is lost on the way, and none is left over."""

import hashlib
import re
import time

import browser
import pytest
from faultproxy import Fault
from lab import http
from posts import go_on, later, plugin, proxy_before, row
from test_accessibility import wrong_with
from test_article import HOSTILE, opinions
from test_digest import fill
from test_publisher_late import as_the_editor_writes

DAY = 86400
MEDIA = r"/wp/v2/media\b"
HONEYPOTS = ("Cowrie", "Honeytrap", "Dionaea", "Sentrypeer", "Heralding", "Tanner", "Adbhoney")
TIMES = [3, pytest.param(20, marks=pytest.mark.full)]


@pytest.fixture
def digesting(publishing, site):
    """An installation with a counted day, whose digest is due; the site has no pictures."""
    site.php('foreach (get_posts(["post_type" => "attachment", "numberposts" => -1, "fields" => "ids"]) as $id)'
             ' wp_delete_attachment($id, true);')
    publishing.configure("publisher", digest="daily", digest_after="0s")
    publishing.day = int(publishing.clock() // DAY * DAY) - DAY
    publishing.key = time.strftime("day-%Y-%m-%d", time.gmtime(publishing.day))
    date = publishing.key.removeprefix("day-")
    publishing.sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at, counted_at, complete, events, sources)"
                   " VALUES ('main', ?, 'UTC', ?, ?, 0, ?, 1, 24000, 900)",
                   date, publishing.day, publishing.day + DAY, publishing.day + DAY)
    for number, honeypot in enumerate(HONEYPOTS):
        count(publishing, "honeypot", honeypot, 9000 // (number + 1), 100)
        for hour in range(24):
            count(publishing, "hour", f"{hour:02d} {honeypot}", 100 * (hour % 7 + number), None)
    for hour in range(24):
        count(publishing, "hour", f"{hour:02d}", sum(100 * (hour % 7 + n) for n in range(len(HONEYPOTS))), None)
    for number, country in enumerate(("US", "CN", "DE", "SG", "BR")):
        count(publishing, "country", country, 3000, 400 // (number + 1))
    publishing.sql("INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, checkpoint_at,"
                   " start_at, start_until) VALUES ('main', '', -1, '', -1, -1, ?, ?, -1)",
                   publishing.day - DAY, publishing.day - DAY)
    return publishing


def count(home, dimension, value, events, sources):
    home.sql("INSERT INTO day_count (day_id, dimension, value, events, sources) SELECT max(id), ?, ?, ?, ? FROM day"
             " WHERE true ON CONFLICT DO UPDATE SET events = excluded.events, sources = excluded.sources",
             dimension, value, events, sources)


def numbers_change(home, by):
    """So that both pictures look different from the last ones."""
    count(home, "country", "JP", 100, 5 * 10 ** (by % 3))
    count(home, "hour", "03", 5000 + 800 * by, None)
    home.sql("UPDATE post SET state = 'pending', token = token + 1, due_at = 0 WHERE key = ?", home.key)


def pictures(site):
    """{slug: (id, URL)} of all pictures on the site."""
    return {m["slug"]: (m["id"], m["source_url"]) for m in site.request("GET", "/wp/v2/media?per_page=100&context=edit")}


def digest(home, site):
    post, = [p for p in site.posts() if p.slug == f"digest-{home.key}"]
    return post


def assert_right(home, site, images=2):
    """The digest shows its pictures, they are what is described, and there is no other one on the site."""
    post, there = digest(home, site), pictures(site)
    shown = re.findall(r'<img src="([^"]+)" alt="([^"]{20,})" width="1200" height="\d+"', post.content)
    assert len(shown) == len(there) == images
    assert {url for url, _alt in shown} == {url for _id, url in there.values()}
    for slug, (_id, url) in there.items():
        answer = http("GET", url)
        assert answer.status == 200 and answer.body[:8] == b"\x89PNG\r\n\x1a\n" and len(answer.body) <= 60000
        assert slug.endswith(hashlib.sha256(answer.body).hexdigest()[:12])
    assert home.one("SELECT count(*) FROM media WHERE write_open = 1 OR url IS NULL") == 0
    assert row(home, home.key)["state"] == "done"
    return there


def uploads(proxy):
    return [r for r in proxy.sent("POST", MEDIA) if "_method" not in r.path]


def test_each_is_uploaded_once(digesting, site):
    """Two pictures, two uploads; a rerun and a requeue send none; new numbers send what changed and remove the old."""
    with proxy_before(digesting, site) as proxy:
        digesting.once("publisher")
        first = assert_right(digesting, site)
        assert len(uploads(proxy)) == 2
        digesting.once("publisher")
        digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
        digesting.once("publisher")
        assert len(uploads(proxy)) == 2 and assert_right(digesting, site) == first
        numbers_change(digesting, 1)
        digesting.once("publisher")
        second = assert_right(digesting, site)
        assert len(uploads(proxy)) == 4 and not set(first) & set(second)
        digesting.configure("publisher", language="ja")
        digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
        digesting.once("publisher")
        assert assert_right(digesting, site) == second and len(uploads(proxy)) == 4
    content = digest(digesting, site).content
    assert "棒グラフ" in content and site.request("GET", f"/wp/v2/posts/{digest(digesting, site).id}?context=edit")[
        "content"]["raw"] == content


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("fault", [Fault("lose"), Fault("replace_after", status=504, body="<html>504</html>"),
                                   pytest.param(Fault("cut", at=30), marks=pytest.mark.full)], ids=lambda f: f.kind)
def test_lost_answers(digesting, site, fault, times):
    """Answers to uploads are lost again and again: nothing is there twice, and nothing is sent again that is there."""
    with proxy_before(digesting, site) as proxy:
        for number in range(times):
            before = len(uploads(proxy))
            proxy.add(Fault(**{**vars(fault), "method": "POST", "path": MEDIA + r"(?!.*_method)", "times": 2}))
            digesting.run("publisher", "--once")
            go_on(digesting)
            assert_right(digesting, site)
            assert len(uploads(proxy)) == before + 2
            proxy.clear()
            numbers_change(digesting, number + 1)


def late_upload(site, slug, url):
    """The site stores an upload that its sender has given up, with the bytes of another picture."""
    return http("POST", f"{site.url}/index.php?rest_route=/wp/v2/media&slug={slug}", http("GET", url).body,
                user=site.users["author"], headers={"Content-Type": "image/png",
                                                    "Content-Disposition": f'attachment; filename="{slug}.png"'}).json


def test_stored_late(digesting, site):
    """An upload that never seemed to arrive is sent again, and its late copy is removed at a later look."""
    with proxy_before(digesting, site) as proxy:
        proxy.add(Fault("refuse", method="POST", path=MEDIA, times=1))
        digesting.run("publisher", "--once")
        go_on(digesting)
        there = assert_right(digesting, site)
    slug, (number, url) = next(iter(there.items()))
    late = late_upload(site, slug, url)
    assert late["slug"] == f"{slug}-2" and late["id"] != number
    for _look in range(6):
        later(digesting, 3600)
        digesting.once("publisher")
    assert assert_right(digesting, site) == there


def test_superseded_and_stored_late(digesting, site):
    """An upload that got lost while its numbers changed is removed when the site stores it after all."""
    with proxy_before(digesting, site) as proxy:
        proxy.add(Fault("refuse", method="POST", path=MEDIA, times=1))
        digesting.run("publisher", "--once")
        slug = digesting.one("SELECT slug FROM media")
        numbers_change(digesting, 1)
        go_on(digesting)
        there = pictures(site)
    assert len(there) == 2 and slug not in there
    late = late_upload(site, slug, next(iter(there.values()))[1])
    assert late["slug"] == slug
    for seconds in (3600, 6 * 3600, DAY):
        later(digesting, seconds)
        digesting.once("publisher")
    assert assert_right(digesting, site) == there


def test_many_lost_uploads(digesting, site):
    """However many uploads of earlier numbers are still waited for, the pictures shown are sent once."""
    digesting.once("publisher")
    there = assert_right(digesting, site)
    sent_at = int(digesting.clock())
    digesting.sql("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
                  " INSERT INTO media (post_id, role, sha256, slug, sent_at, write_open, lost_at)"
                  " SELECT (SELECT id FROM post WHERE key = ?), 'bars', printf('%064x', i), 'potpress-lost-' || i, ?, 0, ? FROM n",
                  digesting.key, sent_at, sent_at)
    digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
    with proxy_before(digesting, site) as proxy:
        digesting.once("publisher")
        assert not uploads(proxy) and pictures(site) == there


@pytest.mark.parametrize("point", ["before-upload", "after-upload", "after-write"])
def test_killed(digesting, site, point):
    for number in range(2):
        status, _log = digesting.run("publisher", "--once", env={"POTPRESS_CRASH_AT": point})
        assert status == -9
        go_on(digesting)
        assert_right(digesting, site)
        numbers_change(digesting, number + 1)


@pytest.mark.parametrize("answer", [
    Fault("replace", status=403, body="<html><title>403 Forbidden</title></html>"),
    Fault("replace", status=500, headers={"Content-Type": "application/json"},
          body='{"code":"rest_upload_sideload_error","message":"No space left.","data":{"status":500}}'),
    Fault("replace", status=413, body="<html>413 Request Entity Too Large</html>"),
], ids=["firewall", "disk-full", "too-large"])
def test_a_refusal_costs_the_picture_only(digesting, site, answer):
    """The digest appears without pictures and says so; they follow when the site takes them."""
    with proxy_before(digesting, site) as proxy:
        proxy.add(Fault(**{**vars(answer), "method": "POST", "path": MEDIA, "times": None}))
        status, log = digesting.run("publisher", "--once")
        assert status == 0 and len(re.findall("event=waiting .*without picture", log)) == 1, log
        saved, post = row(digesting, digesting.key), digest(digesting, site)
        assert saved["state"] == "done" and "without picture" in saved["last_error"]
        assert "<img" not in post.content and "Events in each hour" in post.content
        tried = len(uploads(proxy))
        later(digesting, 3600)
        numbers_change(digesting, 0)
        proxy.clear()
        later(digesting, DAY)
        digesting.run("publisher", "--once")
        go_on(digesting)
        assert tried == 2
    assert_right(digesting, site)


def test_no_right_to_upload(digesting, site):
    with plugin(site, 'add_filter("user_has_cap", function ($caps) { unset($caps["upload_files"]); return $caps; });'):
        digesting.once("publisher")
        assert "<img" not in digest(digesting, site).content
    digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
    digesting.once("publisher")
    assert_right(digesting, site)


def test_people(digesting, site):
    """A picture that somebody deleted comes back with a requeue; the pictures of a digest that somebody deleted go."""
    digesting.once("publisher")
    first = assert_right(digesting, site)
    number, _url = next(iter(first.values()))
    site.php(f"wp_delete_attachment({number}, true);")
    digesting.shell("UPDATE post SET state='pending' WHERE kind='digest'")
    digesting.once("publisher")
    assert set(assert_right(digesting, site)) == set(first)
    site.php(f"wp_delete_post({digest(digesting, site).id}, true);")
    numbers_change(digesting, 1)
    digesting.once("publisher")
    assert row(digesting, digesting.key)["state"] == "skipped" and pictures(site) == {}


RENAMES = """add_filter('wp_insert_attachment_data', function ($data) {
    if ($data['post_type'] === 'attachment') $data['post_name'] = 'img-' . md5($data['post_name']);
    return $data; });"""


def test_slug_made_by_a_plugin(digesting, site):
    """A requeue finds the pictures by their numbers; one that is gone is uploaded again, somebody else's is not taken."""
    with plugin(site, RENAMES):
        digesting.once("publisher")
        before = pictures(site)
        assert len(before) == 2 and all(slug.startswith("img-") for slug in before)
        for _ in range(2):
            digesting.shell("UPDATE post SET state = 'pending'")
            digesting.once("publisher")
            assert pictures(site) == before
        gone, stays = before.values()
        site.request("DELETE", f"/wp/v2/media/{gone[0]}?force=true", user="editor")
        digesting.sql("UPDATE media SET wp_id = ? WHERE wp_id = ?", stays[0], gone[0])
        digesting.shell("UPDATE post SET state = 'pending'")
        digesting.once("publisher")
        assert len(pictures(site)) == 2 and stays in pictures(site).values()
        assert digesting.one("SELECT count(DISTINCT wp_id) FROM media") == 2


def test_not_wanted(digesting, site):
    digesting.configure("publisher", charts="no", map="no")
    digesting.once("publisher")
    assert_right(digesting, site, images=0)


def test_withdrawn(digesting, site):
    """A digest that was turned into a draft leaves no picture on the site; published again, it has them again."""
    digesting.once("publisher")
    assert_right(digesting, site)
    digesting.sql("UPDATE post SET wanted = 'withdraw' WHERE key = ?", digesting.key)
    digesting.once("publisher")
    assert digest(digesting, site).status == "draft"
    assert pictures(site) == {} and digesting.one("SELECT count(*) FROM media") == 0
    digesting.sql("UPDATE post SET wanted = 'publish' WHERE key = ?", digesting.key)
    digesting.once("publisher")
    assert digest(digesting, site).status == "publish"
    assert_right(digesting, site)


def test_preview(digesting, tmp_path):
    """--preview writes the pictures beside the page, which shows them."""
    digesting.run("publisher", "--preview", str(tmp_path / "preview"))
    page = tmp_path / "preview" / f"{digesting.key}.html"
    for role in ("bars", "map"):
        assert f'src="{digesting.key}-{role}.png"' in page.read_text()
        assert (tmp_path / "preview" / f"{digesting.key}-{role}.png").read_bytes()[:4] == b"\x89PNG"
    seen = browser.document(page.as_uri())
    assert "potpress-digest" in seen


@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_barriers(digesting, site, language):
    digesting.configure("publisher", language=language)
    digesting.once("publisher")
    assert not wrong_with(site, [digest(digesting, site).id])


# ---- the site's own editor

def requested(home, key, begins, days):
    """The row of a digest requested by hand."""
    home.sql("INSERT OR IGNORE INTO post (kind, key, slug, from_at, to_at) VALUES ('digest', ?1, 'digest-' || lower(?1), ?2, ?3)",
             key, begins, begins + days * DAY)


@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.full)])
def test_in_the_editor(digesting, vt, site, language):
    """Digests of a day, a week and a month, with hostile text: stored as sent, valid, and no edit when saved there."""
    digesting.yesterday = digesting.day
    fill(digesting, vt)
    for row_ in HOSTILE:
        for dimension in ("user", "password", "command", "signature") if "text" in row_ else ():
            count(digesting, dimension, row_["text"], 90, 9)
    digesting.configure("publisher", language=language)
    date = time.gmtime(digesting.day)
    requested(digesting, time.strftime("week-%G-W%V", date), digesting.day - date.tm_wday * DAY, 7)
    requested(digesting, time.strftime("month-%Y-%m", date), digesting.day - (date.tm_mday - 1) * DAY, 31)
    digesting.once("publisher")
    posts = [post for post in site.posts() if post.slug.startswith("digest-")]
    assert {post.slug.split("-")[1] for post in posts} == {"day", "week", "month"}
    assert digesting.one("SELECT count(*) FROM post WHERE kind = 'digest' AND content_hash = sent_hash") == len(posts)
    for lines in opinions(site, [post.id for post in posts]).values():
        assert not [line for line in lines if line[0] not in ("valid", "read")]
        assert len(lines) > 8
    for post in posts:
        site.edit_post(post.id, content=as_the_editor_writes(site, post), comment_status="open")
    numbers_change(digesting, 1)
    digesting.sql("UPDATE post SET state = 'pending', token = token + 1, due_at = 0 WHERE kind = 'digest'")
    digesting.once("publisher")
    assert {r["state"] for r in digesting.sql("SELECT state FROM post WHERE kind = 'digest'")} == {"done"}
    for post in posts:
        now, = [p for p in site.posts() if p.id == post.id]
        assert now.content != post.content or post.slug.startswith("digest-day")
        assert now.title == post.title
        assert site.request("GET", f"/wp/v2/posts/{post.id}")["comment_status"] == "open"
