"""What people do on the site and in the database, and what the publisher makes of it."""

import time

import pytest
import vt_reports
from faultproxy import Fault
from harness import wait_until
from posts import (POSTS, answer_changes, answered, capture, captures_shown, go_on, later, plugin, proxy_before,
                   published, row, states)

DAY = 86400


def requeue(home, where="1"):
    done = home.shell(f"UPDATE post SET state = 'pending' WHERE {where}; SELECT changes();")
    assert done.returncode == 0 and int(done.stdout) > 0, done.stderr


# ---- on the site

@pytest.mark.parametrize("change", [{"content": "<p>my own words</p>"}, {"title": "My own title"}])
def test_edited_by_hand(publishing, vt, site, change):
    """Held with a sentence and a date, not overwritten; a requeue overwrites it, by the same number and slug."""
    key, = published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, **change)
    edited, = site.posts()
    answer_changes(publishing, vt)
    log = publishing.once("publisher")
    saved = row(publishing, key)
    day = edited.modified[:10]
    assert saved["state"] == "held" and f"edited by hand on the site on {day}" in saved["last_error"]
    assert "event=held" in log and site.posts() == [edited]
    assert publishing.one("SELECT why FROM held WHERE queue = 'post'") == saved["last_error"]
    answer_changes(publishing, vt, "dropper")
    publishing.once("publisher")
    assert row(publishing, key)["state"] == "held" and site.posts() == [edited], "held until requeued by hand"
    requeue(publishing, f"key = '{key}'")
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug, now.status) == (post.id, post.slug, "publish")
    assert "my own words" not in now.content and "potpress-malicious" in now.content
    assert now.title != "My own title" and key[:12] in now.title
    assert row(publishing, key)["state"] == "done"


@pytest.mark.parametrize("change", ["edited", "trashed"])
def test_only_pending_asks_to_overwrite(publishing, vt, site, change):
    """A row set to done by hand is not requeued: the next answer respects edits on the site."""
    key, = published(publishing, vt)
    post, = site.posts()
    assert publishing.shell("UPDATE post SET state = 'done'").returncode == 0
    if change == "edited":
        site.edit_post(post.id, content="<p>my own words</p>")
    else:
        site.trash_post(post.id)
    left, = site.posts()
    answer_changes(publishing, vt)
    publishing.once("publisher")
    assert row(publishing, key)["state"] == {"edited": "held", "trashed": "skipped"}[change]
    assert site.posts() == [left]


def test_done_before_it_was_published(publishing, vt, site):
    """A row set to done by hand stays so whatever is learned about its file; the next requeue publishes it."""
    publishing.set_clock(time.time() - 20 * DAY)
    key, = answered(publishing, vt)
    publishing.shell("UPDATE post SET state = 'done'")
    capture(publishing, key, at=publishing.clock(), session="0123456789ab", src_country="BR")
    publishing.sql("INSERT INTO session (source, honeypot, session, index_name, look_at) "
                   "VALUES ('main', 'Cowrie', '0123456789ab', 'logstash-2026.11.20', 1)")
    publishing.sql("UPDATE session SET told_at = ?, user_name = 'root', tries = 3", publishing.clock())
    publishing.sql("INSERT INTO flood_count (source, date, kind, honeypot, value, files, first_at, last_at) "
                   "VALUES ('main', '2026-11-20', 'session', 'Cowrie', '0123456789ab', 51, 0, 0)")
    publishing.sql("UPDATE flood_count SET skipped = 1")
    answer_changes(publishing, vt)
    publishing.sql("UPDATE analysis SET family = 'older'")
    publishing.run("enricher", "--reparse")
    publishing.sql("INSERT INTO sensor_identity VALUES ('198.51.100.7', 'address', 'main', 0)")
    for _ in range(2):
        assert "event=done" not in publishing.once("publisher")
        later(publishing, 2 * DAY)
    assert (row(publishing, key)["state"], row(publishing, key)["due_at"], site.posts()) == ("done", 0, [])
    requeue(publishing)
    publishing.once("publisher")
    assert site.count(status="publish") == 1 and row(publishing, key)["state"] == "done"
    answer_changes(publishing, vt, "dropper")
    assert row(publishing, key)["state"] == "pending", "from then on it is kept up to date"


def test_edited_in_other_ways(publishing, vt, site):
    """Tags, categories, comments and status set on the site stay; the text is updated."""
    key, = published(publishing, vt)
    post, = site.posts()
    tag = site.request("POST", "/wp/v2/tags", {"name": "favourites"})["id"]
    tags = site.request("GET", f"/wp/v2/posts/{post.id}")["tags"]
    site.edit_post(post.id, tags=[*tags, tag], categories=[1], comment_status="open", status="private")
    answer_changes(publishing, vt)
    publishing.once("publisher")
    now, = site.posts()
    full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit")
    assert "potpress-suspicious" in now.content and row(publishing, key)["state"] == "done"
    assert set(full["tags"]) >= {*tags, tag} and full["categories"] == [1]
    assert (full["status"], full["comment_status"]) == ("private", "open")
    requeue(publishing)
    publishing.once("publisher")
    full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit")
    assert full["status"] == "private", "a requeue does not publish what somebody hid"
    assert tag not in full["tags"] and full["categories"] != [1]


def test_an_excerpt_of_ones_own(publishing, vt, site):
    """It stays when the post is brought up to date, unless it tells a sensor's address; ours follows the numbers."""
    mine, ours = published(publishing, vt, 2)

    def excerpts():
        return {post.slug: post.excerpt for post in site.posts()}

    def edited():
        return next(post for post in site.posts() if mine in post.slug)

    first = excerpts()
    site.edit_post(edited().id, excerpt="Why this one matters & what to do")
    for kind, verdict in (("few", "potpress-suspicious"), ("dropper", "potpress-malicious")):
        answer_changes(publishing, vt, kind, count=2)
        publishing.once("publisher")
        assert verdict in edited().content and row(publishing, mine)["state"] == "done"
        assert "Why this one matters" in excerpts()[f"malware-{mine}"]
        assert excerpts()[f"malware-{ours}"] not in ("", first[f"malware-{ours}"])
    site.edit_post(edited().id, excerpt="Seen at 198.51.100.7")
    publishing.sql("INSERT INTO sensor_identity VALUES ('198.51.100.7', 'address', 'main', 0)")
    later(publishing, DAY)
    publishing.once("publisher")
    assert "198.51.100.7" not in excerpts()[f"malware-{mine}"] != ""
    site.edit_post(edited().id, excerpt="")
    answer_changes(publishing, vt, "few", count=2)
    publishing.once("publisher")
    assert excerpts()[f"malware-{mine}"] == "", "none is one's own, too"
    requeue(publishing)
    publishing.once("publisher")
    assert excerpts()[f"malware-{mine}"] != "", "a requeue writes ours"


TRIMS_EXCERPTS = """add_filter('wp_insert_post_data', function ($data) {
    if (!str_ends_with($data['post_excerpt'], '…')) $data['post_excerpt'] = substr($data['post_excerpt'], 0, 60) . ' …';
    return $data; });"""


@pytest.mark.parametrize("lost", [False, True])
def test_an_excerpt_that_the_site_changes(publishing, vt, site, lost):
    """It follows the numbers, as it is nobody's own; somebody's own stays there, too."""
    with plugin(site, TRIMS_EXCERPTS):
        mine, ours = answered(publishing, vt, 2)
        if lost:
            for _ in range(2):
                assert publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": "after-write"})[0] == -9
            later(publishing)
        publishing.once("publisher")
        first = {post.slug: post.excerpt for post in site.posts()}
        assert len(first) == 2 and all(text.endswith("…") for text in first.values())
        edited, = site.posts(f"malware-{mine}")
        site.edit_post(edited.id, excerpt="Why this one matters")
        for kind in ("few", "dropper", "undetected"):
            before = {post.slug: post.excerpt for post in site.posts()}
            answer_changes(publishing, vt, kind, count=2)
            publishing.once("publisher")
            now = {post.slug: post.excerpt for post in site.posts()}
            assert now[f"malware-{ours}"] != before[f"malware-{ours}"]
            assert now[f"malware-{mine}"] == before[f"malware-{mine}"]


@pytest.mark.parametrize("change", [
    {"password": "known to friends"}, {"status": "future", "date_gmt": "2040-01-02T03:04:05"}, {"status": "pending"}])
def test_kept_from_the_public(publishing, vt, site, change):
    """A password, a later date or a review that people gave the post stays, while its page is brought up to date."""
    key, = published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, **change)
    answer_changes(publishing, vt)
    publishing.once("publisher")
    full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit", user="editor")
    assert {name: full[name] for name in change} == change
    now, = site.posts()
    assert now.id == post.id and now.content != post.content
    assert row(publishing, key)["state"] == "done"


def test_trashed_and_deleted(publishing, vt, site):
    """Both are skipped and say so, until requeued: then one is restored under its slug, one is made anew."""
    keys = published(publishing, vt, 2)
    trashed, deleted = (site.posts(f"malware-{key}")[0] for key in keys)
    site.trash_post(trashed.id)
    site.request("DELETE", f"/wp/v2/posts/{deleted.id}?force=true", user="editor")
    answer_changes(publishing, vt, count=2)
    publishing.once("publisher")
    assert [row(publishing, key)["state"] for key in keys] == ["skipped", "skipped"]
    assert "trash" in row(publishing, keys[0])["last_error"]
    assert "deleted" in row(publishing, keys[1])["last_error"]
    assert [(p.id, p.status) for p in site.posts()] == [(trashed.id, "trash")]
    answer_changes(publishing, vt, "dropper", count=2)
    publishing.once("publisher")
    assert [(p.id, p.status) for p in site.posts()] == [(trashed.id, "trash")]
    requeue(publishing)
    publishing.once("publisher")
    restored, fresh = (site.posts(f"malware-{key}")[0] for key in keys)
    assert (restored.id, restored.slug, restored.status) == (trashed.id, trashed.slug, "publish")
    assert (fresh.slug, fresh.status) == (deleted.slug, "publish") and fresh.id != deleted.id
    assert site.count() == 2 and states(publishing) == {"done"}
    assert row(publishing, keys[1])["wp_id"] == fresh.id


def test_slug_changed(publishing, vt, site):
    """A post under another address is found by its number; its slug is never touched, not by a requeue either."""
    key, = published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, slug="a-better-address")
    answer_changes(publishing, vt)
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug) == (post.id, "a-better-address") and "potpress-suspicious" in now.content
    assert "a-better-address" in row(publishing, key)["link"]
    requeue(publishing)
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug) == (post.id, "a-better-address")


@pytest.mark.parametrize("status", ["publish", "draft"])
@pytest.mark.parametrize("owner", ["author", "editor"])
def test_slug_of_another_post(publishing, vt, site, owner, status):
    """A post of ours or another's under our slug is not touched: held, with nothing left behind; again and again."""
    key, = answered(publishing, vt)
    theirs = site.request("POST", "/wp/v2/posts", {"title": "theirs", "content": "<p>theirs</p>", "status": status,
                                                   "slug": f"malware-{key}"}, user=owner)
    before = site.posts()
    for _ in range(2):
        publishing.once("publisher")
        saved = row(publishing, key)
        assert saved["state"] == "held" and "slug" in saved["last_error"] and site.posts() == before
        if owner == "author" or status == "publish":
            assert f"post {theirs['id']}" in saved["last_error"]
        requeue(publishing)
    site.request("DELETE", f"/wp/v2/posts/{theirs['id']}?force=true", user="editor")
    go_on(publishing)
    post, = site.posts()
    assert post.slug == f"malware-{key}" and states(publishing) == {"done"}


def test_given_to_another_author(publishing, vt, site):
    """One post that is no longer ours to edit is held; the others go on, and the site is not paused."""
    keys = published(publishing, vt, 2)
    post, = site.posts(f"malware-{keys[0]}")
    admin = site.request("GET", "/wp/v2/users/me")["id"]
    site.edit_post(post.id, author=admin)
    answer_changes(publishing, vt, count=2)
    publishing.once("publisher")
    saved = row(publishing, keys[0])
    assert saved["state"] == "held" and f"post {post.id}" in saved["last_error"] and "user" in saved["last_error"]
    assert row(publishing, keys[1])["state"] == "done"
    assert site.count() == 2 and publishing.one("SELECT count(*) FROM pause") == 0


def test_number_of_another_post(publishing, vt, site):
    """A number counts only where the post under it is ours: after a site was set up anew it may be anybody's."""
    key, = published(publishing, vt)
    post, = site.posts()
    other = site.request("POST", "/wp/v2/posts", {"title": "other", "content": "<p>other</p>"}, user="author")
    other = next(p for p in site.posts() if p.id == other["id"])
    publishing.sql("UPDATE post SET wp_id = ?", other.id)
    answer_changes(publishing, vt)
    publishing.once("publisher")
    saved = row(publishing, key)
    assert saved["state"] == "held" and f"post {other.id}" in saved["last_error"] and " id " in saved["last_error"]
    assert site.posts() == [post, other]


def test_number_of_another_site(publishing, vt, site):
    """A number that another site gave is no proof: the post is found by its slug, or made."""
    found, made = published(publishing, vt, 2)
    post, gone = (site.posts(f"malware-{key}")[0] for key in (found, made))
    other = site.request("POST", "/wp/v2/posts", {"title": "other", "content": "<p>other</p>"}, user="author")
    other = next(p for p in site.posts() if p.id == other["id"])
    site.request("DELETE", f"/wp/v2/posts/{gone.id}?force=true")
    publishing.sql("UPDATE post SET wp_id = ?, site = 'https://blog.example'", other.id)
    answer_changes(publishing, vt, count=2)
    publishing.once("publisher")
    assert states(publishing) == {"done"} and {r["site"] for r in publishing.sql("SELECT site FROM post")} == {site.url}
    now = {p.slug: p for p in site.posts()}
    assert len(now) == 3 and now[other.slug] == other
    assert now[post.slug].id == post.id == row(publishing, found)["wp_id"]
    assert now[gone.slug].id == row(publishing, made)["wp_id"] and now[gone.slug].status == "publish"


def test_site_under_a_new_address(publishing, vt, site):
    """The same site by another name: a post whose slug was changed is recognised by our marker, not created again."""
    key, = published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, slug="a-better-address")
    publishing.sql("UPDATE post SET site = 'http://blog.example'")
    answer_changes(publishing, vt)
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug) == (post.id, "a-better-address") and "potpress-suspicious" in now.content
    assert row(publishing, key)["site"] == site.url


# ---- in the configuration and the database

def test_drafts(publishing, vt, site):
    """status = draft: somebody publishes, which stays so. A requeue under status = publish publishes."""
    publishing.configure("publisher", status="draft")
    keys = published(publishing, vt, 2)
    assert [p.status for p in site.posts()] == ["draft", "draft"]
    first, second = (site.posts(f"malware-{key}")[0] for key in keys)
    site.edit_post(first.id, status="publish")
    answer_changes(publishing, vt, count=2)
    publishing.once("publisher")
    requeue(publishing)
    publishing.once("publisher")
    assert {p.id: (p.slug, p.status) for p in site.posts()} == {
        first.id: (first.slug, "publish"), second.id: (second.slug, "draft")}
    publishing.configure("publisher", status="publish")
    requeue(publishing)
    publishing.once("publisher")
    assert {(p.id, p.slug, p.status) for p in site.posts()} == {
        (first.id, first.slug, "publish"), (second.id, second.slug, "publish")}


def test_withdrawn_and_wanted_again(publishing, vt, site):
    key, = published(publishing, vt)
    post, = site.posts()
    publishing.shell(f"UPDATE post SET wanted = 'withdraw' WHERE key = '{key}'")
    publishing.once("publisher")
    requeue(publishing)
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.status, now.content) == (post.id, "draft", post.content)
    assert row(publishing, key)["state"] == "done"
    publishing.shell(f"UPDATE post SET wanted = 'publish' WHERE key = '{key}'")
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug, now.status) == (post.id, post.slug, "publish")


def test_held_back(publishing, vt, site):
    """publish_after counts from the first capture; a manual requeue ends the wait."""
    publishing.configure("publisher", publish_after="1d")
    keys = answered(publishing, vt, 2)
    publishing.once("publisher")
    assert site.count() == 0 and states(publishing) == {"pending"}
    requeue(publishing, f"key = '{keys[0]}'")
    publishing.once("publisher")
    assert [p.slug for p in site.posts()] == [f"malware-{keys[0]}"]
    later(publishing, DAY - 7200)
    publishing.once("publisher")
    assert site.count() == 2


def test_new_captures(publishing, vt, site):
    """A day after its last revision a post is brought up to date, in place; without news nothing is sent."""
    publishing.set_clock(time.time() - 20 * DAY)
    key, = published(publishing, vt)
    post, = site.posts()
    later(publishing, 600)
    capture(publishing, key, at=publishing.clock(), src_country="BR")
    capture(publishing, key, at=publishing.clock(), src_country="VN")
    revised = row(publishing, key)["revised_at"]
    assert row(publishing, key)["due_at"] == revised + DAY
    later(publishing, DAY - 700)
    publishing.once("publisher")
    assert site.posts() == [post]
    later(publishing, 200)
    publishing.once("publisher")
    now, = site.posts()
    saved = row(publishing, key)
    assert now.id == post.id and now.content != post.content and (saved["state"], saved["due_at"]) == ("done", 0)
    assert (captures_shown(post), captures_shown(now)) == (1, 3)
    with proxy_before(publishing, site) as proxy:
        publishing.sql("UPDATE post SET due_at = 1")
        publishing.once("publisher")
        assert row(publishing, key)["state"] == "done" and row(publishing, key)["due_at"] == 0
        assert proxy.sent("GET", POSTS) and not proxy.sent("POST"), "looked at, and not sent"


def test_left_by_an_older_publisher(publishing, vt, site):
    """A post without a seal is looked at when the publisher starts, once; what is right is not sent again."""
    key, = published(publishing, vt)
    seal = row(publishing, key)["sent_seal"]
    publishing.sql("UPDATE post SET sent_seal = NULL")
    with proxy_before(publishing, site) as proxy:
        publishing.once("publisher")
        assert proxy.sent("GET", POSTS) and not proxy.sent("POST")
    assert (row(publishing, key)["state"], row(publishing, key)["sent_seal"]) == ("done", seal)
    with proxy_before(publishing, site) as proxy:
        publishing.once("publisher")
        assert not proxy.sent("GET", POSTS)


def test_captured_while_it_was_written(publishing, vt, site):
    """A capture that comes between the page's counting and its confirmation is brought in a day later."""
    known = vt_reports.hashes("post 0")["sha256"]
    answered(publishing, vt)
    with proxy_before(publishing, site) as proxy:
        proxy.add(Fault("delay", method="POST", path=POSTS, seconds=1.5))
        program = publishing.start("publisher")
        wait_until(lambda: proxy.sent("POST", POSTS), what="a write on its way")
        capture(publishing, known, at=publishing.clock(), src_country="BR")
        wait_until(lambda: row(publishing, known)["state"] == "done", what="the post")
        assert program.stop() == 0
    saved = row(publishing, known)
    assert saved["due_at"] == saved["revised_at"] + DAY


@pytest.mark.parametrize("first", ["md5", "sha256"])
def test_merge_of_two_published_posts(publishing, vt, site, first):
    """Two posts turn out to be about one file: the older stays, counts all, the other stays a draft."""
    known = vt_reports.hashes("one file")
    order = ["md5", "sha256"] if first == "md5" else ["sha256", "md5"]
    vt.unknown_are_found = False
    for kind in order:
        later(publishing, 60)
        capture(publishing, known[kind], kind=kind, src_country="NL")
        capture(publishing, known[kind], kind=kind, at=publishing.clock() - 100, src_country="BR",
                src_ip="198.51.100.77")
        publishing.once("enricher")
        publishing.once("publisher")
    older, newer = (site.posts(f"malware-{known[kind]}")[0] for kind in order)
    assert {older.status, newer.status} == {"publish"}
    vt.add(vt_reports.report("one file"))
    later(publishing, 60)
    publishing.shell(f"UPDATE lookup SET state = 'pending' WHERE value = '{known['md5']}'")
    publishing.once("enricher")
    sample, = publishing.sql("SELECT * FROM sample")
    assert (sample["sha256"], sample["md5"]) == (known["sha256"], known["md5"])
    assert sample["captures"] == publishing.one("SELECT count(*) FROM sighting") == 4
    publishing.once("publisher")

    def check():
        stays, other = site.posts(older.slug)[0], site.posts(newer.slug)[0]
        assert (stays.id, stays.status) == (older.id, "publish") and (other.id, other.status) == (newer.id, "draft")
        assert site.count() == 2
        assert known["sha256"] in stays.content and "potpress-malicious" in stays.content
        assert states(publishing) == {"done"}
        return stays

    stays = check()
    assert captures_shown(older) == captures_shown(newer) == 2 and captures_shown(stays) == 4, "nothing twice"
    assert row(publishing, known[order[1]])["replaced_by"] == row(publishing, known[order[0]])["id"]
    assert publishing.one("SELECT count(*) FROM lookup") == 1
    requeue(publishing)
    publishing.once("publisher")
    check()
    answer = vt_reports.report("one file", "few")
    vt.add(answer)
    publishing.shell("UPDATE lookup SET state = 'pending'")
    publishing.once("enricher")
    publishing.once("publisher")
    assert "potpress-suspicious" in site.posts(older.slug)[0].content
    assert site.posts(newer.slug)[0].status == "draft"
