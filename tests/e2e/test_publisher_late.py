"""Writes that a site stores long after it was asked, databases that are put back or made anew, and saves in the site's
editor: one post per key, our own content recognised, and other people's edits never taken for it."""

import html
import json
import re
import shutil
import time

import browser
import pytest
from harness import wait_until
from posts import (answer_changes, answered, capture, go_on, later, plugin, proxy_before, published, row, states)

DAY = 86400
SLOW = 4      # seconds that WordPress sleeps before it stores; we stop waiting after one
CHANGES = """add_filter('wp_insert_post_data', function ($data) {
    if (strpos($data['post_content'], 'by a plugin') === false) $data['post_content'] .= '<p>by a plugin</p>';
    return $data; });"""
DRAFTS = """add_filter('wp_insert_post_data', function ($data) {
    if ($data['post_status'] === 'publish') $data['post_status'] = '%s';
    return $data; });"""


@pytest.fixture
def impatient(publishing, vt, site):
    """A publisher whose next write is stored late; tags and category exist already."""
    published(publishing, vt, name="tags exist now")
    publishing.sql("DELETE FROM sample")
    for post in site.posts():
        site.request("DELETE", f"/wp/v2/posts/{post.id}?force=true")
    publishing.configure("publisher", timeout="1s")

    def lose_one():
        site.set_fault(f"writes-only, times=1, sleep-before={SLOW}")
        publishing.run("publisher", "--once")
        assert publishing.one("SELECT count(*) FROM post WHERE write_open = 1") == 1
        publishing.configure("publisher", timeout="20s")

    return lose_one


def watch(home):
    """A day passes, with a look of the publisher now and then."""
    for seconds in (310, 3600, 6 * 3600, DAY):
        later(home, seconds)
        home.once("publisher")


# ---- stored late

@pytest.mark.parametrize("status", ["publish", "draft"])
def test_create_stored_late(publishing, vt, site, impatient, status):
    """Not there after a minute, made again, and then stored as well: the second one goes, the first one stays."""
    publishing.set_clock(publishing.clock() - 2 * DAY)
    publishing.configure("publisher", status=status)
    key, = answered(publishing, vt)
    impatient()
    go_on(publishing)
    kept, = site.posts()
    assert row(publishing, key)["state"] == "done" and row(publishing, key)["lost_at"]
    wait_until(lambda: site.count() == 2, what="WordPress to store the first one")
    watch(publishing)
    assert [(p.id, p.slug, p.status) for p in site.posts()] == [(kept.id, f"malware-{key}", status)]
    saved = row(publishing, key)
    assert (saved["state"], saved["wp_id"], saved["last_error"], saved["lost_at"], saved["due_at"]) == (
        "done", kept.id, None, None, 0)


def test_copy_stored_late_that_cannot_be_deleted(publishing, vt, site, impatient):
    key, = answered(publishing, vt)
    impatient()
    go_on(publishing)
    kept, = site.posts()
    wait_until(lambda: site.count() == 2, what="WordPress to store the first one")
    with plugin(site, "add_filter('user_has_cap', fn($all) => ['delete_published_posts' => false] + $all);"):
        later(publishing, 310)
        publishing.once("publisher")
    copy = next(p for p in site.posts() if p.id != kept.id)
    assert (kept.status, copy.status) == ("publish", "draft")
    saved = row(publishing, key)
    assert saved["state"] == "done" and f"post {copy.id} on the site is a copy" in saved["last_error"]


def test_copy_stored_late_that_somebody_edited(publishing, vt, site, impatient):
    """It was edited by hand, and named."""
    key, = answered(publishing, vt)
    impatient()
    go_on(publishing)
    kept, = site.posts()
    wait_until(lambda: site.count() == 2, what="WordPress to store the first one")
    copy = next(p for p in site.posts() if p.id != kept.id)
    time.sleep(1.1)  # WordPress dates changes by the second
    site.edit_post(copy.id, content=copy.content + "<p>my own words</p>")
    later(publishing, 310)
    publishing.once("publisher")
    assert site.count() == 2 and f"post {copy.id}" in row(publishing, key)["last_error"]


def test_create_stored_late_after_it_was_withdrawn(publishing, vt, site, impatient):
    """What nobody wants any more does not become public by itself."""
    key, = answered(publishing, vt)
    impatient()
    publishing.shell(f"UPDATE post SET wanted = 'withdraw' WHERE key = '{key}'")
    go_on(publishing)
    assert site.count() == 0 and states(publishing) == {"done"}
    wait_until(lambda: site.count() == 1, what="WordPress to store it")
    later(publishing, 310)
    publishing.once("publisher")
    assert [p.status for p in site.posts()] == ["draft"]


@pytest.mark.parametrize("code", ["", CHANGES], ids=["plain", "content is changed"])
def test_edit_stored_late(publishing, vt, site, impatient, code):
    """It comes back over a newer page: ours, no hand edit, and brought up to date."""
    with plugin(site, code):
        publishing.configure("publisher", timeout="20s")
        key, = published(publishing, vt)
        answer_changes(publishing, vt)
        publishing.configure("publisher", timeout="1s")
        impatient()
        answer_changes(publishing, vt, "dropper")
        go_on(publishing)
        newest, = site.posts()
        assert "potpress-suspicious" not in newest.content
        wait_until(lambda: "potpress-suspicious" in site.posts()[0].content, what="WordPress to store the old edit")
        later(publishing, 310)
        publishing.once("publisher")
        assert row(publishing, key)["state"] == "done" and site.posts()[0].content == newest.content


def test_answer_lost_on_a_site_that_changes_content(publishing, vt, site):
    """What a plugin made of an unanswered write is not taken for an edit."""
    with plugin(site, CHANGES):
        key, = published(publishing, vt)
        for kind in ("few", "dropper"):
            answer_changes(publishing, vt, kind)
            assert publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": "after-write"})[0] == -9
            go_on(publishing)
            assert row(publishing, key)["state"] == "done"
        answer_changes(publishing, vt)
        publishing.once("publisher")
        post, = site.posts()
        assert "potpress-suspicious" in post.content and "by a plugin" in post.content
        site.edit_post(post.id, content=post.content.replace("by a plugin", "by a plugin and by me"))
        answer_changes(publishing, vt, "dropper")
        publishing.once("publisher")
        assert row(publishing, key)["state"] == "held" and "edited by hand" in row(publishing, key)["last_error"]


@pytest.mark.parametrize("moment", ["before-write", "after-write"])
@pytest.mark.parametrize("code", ["", CHANGES], ids=["plain", "content is changed"])
def test_edited_by_hand_after_a_lost_create(publishing, vt, site, moment, code):
    """Somebody edits the post before the lost create is looked up, or while it is still watched: held."""
    with plugin(site, code):
        key, = answered(publishing, vt)
        assert publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": moment})[0] == -9
        if moment == "before-write":
            go_on(publishing)
            assert row(publishing, key)["state"] == "done" and row(publishing, key)["lost_at"]
        post, = site.posts()
        time.sleep(1.1)  # WordPress dates changes by the second
        site.edit_post(post.id, content=post.content + "<p>my own words</p>")
        answer_changes(publishing, vt)
        go_on(publishing)
        assert row(publishing, key)["state"] == "held" and "edited by hand" in row(publishing, key)["last_error"]
        assert "my own words" in site.posts()[0].content


# ---- databases

def put_aside(home):
    home.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return shutil.copy(home.database_path, home.path / "backup.db")


def put_back(home, backup):
    for end in ("-wal", "-shm"):
        home.database_path.with_name(home.database_path.name + end).unlink(missing_ok=True)
    shutil.copy(backup, home.database_path)


def test_a_backup_of_the_database_is_put_back(publishing, vt, site):
    """Posts made and revised since are recognised as ours; edits by hand are still noticed."""
    old, edited = published(publishing, vt, 2)
    made = "new"
    backup = put_aside(publishing)
    answer_changes(publishing, vt, count=2)
    new, = published(publishing, vt, name=made)
    before = {p.slug: p for p in site.posts()}
    site.edit_post(before[f"malware-{edited}"].id, content=before[f"malware-{edited}"].content + "<p>mine</p>")
    tag = site.request("POST", "/wp/v2/tags", {"name": f"given to {old[:6]}"})["id"]
    tags = site.request("GET", f"/wp/v2/posts/{before[f'malware-{old}'].id}")["tags"]
    site.edit_post(before[f"malware-{old}"].id, tags=[*tags, tag], comment_status="open")
    put_back(publishing, backup)
    answer_changes(publishing, vt, "dropper", count=2)
    answered(publishing, vt, name=made)
    publishing.once("publisher")
    now = {p.slug: p for p in site.posts()}
    assert {s: p.id for s, p in now.items()} == {s: p.id for s, p in before.items()}
    assert (row(publishing, old)["state"], row(publishing, new)["state"]) == ("done", "done")
    assert row(publishing, new)["wp_id"] == before[f"malware-{new}"].id
    assert row(publishing, edited)["state"] == "held" and "edited by hand" in row(publishing, edited)["last_error"]
    assert "potpress-suspicious" not in now[f"malware-{old}"].content and "mine" in now[f"malware-{edited}"].content
    full = site.request("GET", f"/wp/v2/posts/{now[f'malware-{old}'].id}?context=edit")
    assert set(full["tags"]) >= {*tags, tag} and full["comment_status"] == "open"


@pytest.mark.parametrize("known", [True, False])
def test_a_copy_that_the_database_knows_nothing_of(publishing, vt, site, known):
    """A lost create that was stored before a backup was put back is removed at the next contact; somebody's own
    copies stay."""
    key, = published(publishing, vt)
    post, = site.posts()
    for number, status in ((2, "publish"), (3, "draft")):
        site.request("POST", "/wp/v2/posts", {"title": post.title, "content": post.content, "status": status,
                                              "slug": f"malware-{key}-{number}"}, user="author")
    assert site.count() == 3
    if not known:
        publishing.sql("UPDATE post SET wp_id = NULL, site = NULL, link = NULL, published_at = NULL")
    answer_changes(publishing, vt)
    publishing.once("publisher")
    assert {(p.slug, p.status) for p in site.posts()} == {
        (post.slug, "publish"), (f"malware-{key}-3", "draft")}
    saved = row(publishing, key)
    assert (saved["state"], saved["wp_id"], saved["last_error"]) == ("done", post.id, None)


@pytest.mark.parametrize("how", ["new database", "forgotten file"])
def test_known_again_without_its_row(publishing, vt, site, how):
    """The post is found by its slug and updated in place, unattended."""
    key, = published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, categories=[1])
    if how == "new database":
        for file in publishing.path.glob("potpress.db*"):
            file.unlink()
        publishing.once("enricher")
    else:
        publishing.shell(f"DELETE FROM sample WHERE sha256 = '{key}'")
    answered(publishing, vt, kind="few")
    capture(publishing, key, at=publishing.clock(), src_country="BR")
    publishing.once("publisher")
    now, = site.posts()
    assert (now.id, now.slug, row(publishing, key)["state"]) == (post.id, post.slug, "done")
    assert "potpress-suspicious" in now.content
    assert site.request("GET", f"/wp/v2/posts/{post.id}")["categories"] == [1]


# ---- the site's own editor

def as_the_editor_writes(site, post):
    """What the site's own block editor makes of the content when somebody saves without changing a block."""
    page = browser.document(f"{site.url}/?lab-editor={post.id}")
    return json.loads(html.unescape(re.search(r'<pre id="written">(.*?)</pre>', page, re.S)[1]))[str(post.id)]


def respelled(content):
    """The same content as other versions of the editor spell it: no byte of it changes what is shown."""
    def block(match):
        settings = json.loads(match[2])
        return match[1] + json.dumps(dict(reversed(settings.items()))) + " "

    def style(match):
        return 'style="' + ";".join(reversed(match[1].split(";"))) + '"'

    content = re.sub(r"(<!-- wp:[a-z/-]+ )(\{.*?\}) (?=/?-->)", block, content)
    content = re.sub(r'style="([^"]*)"', style, content)
    return content.replace("&nbsp;", "\u00a0").replace("<br>", "<br/>")


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.full), "ja"])
def test_saved_in_the_editor(publishing, vt, site, language):
    """A save that changes no block is no edit; a changed word, a moved block and an added sentence are."""
    publishing.configure("publisher", language=language)
    keys = published(publishing, vt, 5)
    before = {p.slug: p for p in site.posts()}
    for number, key in enumerate(keys):
        post = before[f"malware-{key}"]
        content = as_the_editor_writes(site, post)
        if number == 1:
            content = respelled(content)
            assert content != post.content
        elif number == 2:
            content = content.replace("<strong>", "<strong>+", 1)
        elif number == 3:
            first, rest = content.split("<!-- /wp:group -->", 1)
            content = rest.lstrip() + first + "<!-- /wp:group -->"
        elif number == 4:
            content += "\n\n<!-- wp:paragraph -->\n<p>See also here.</p>\n<!-- /wp:paragraph -->"
        site.edit_post(post.id, content=content, comment_status="open")
    answer_changes(publishing, vt, count=5)
    publishing.once("publisher")
    assert [row(publishing, key)["state"] for key in keys] == ["done", "done", "held", "held", "held"]
    for key in keys[:2]:
        assert "potpress-suspicious" in site.posts(f"malware-{key}")[0].content


def test_updated_by_a_click(publishing, vt, site):
    """Somebody opens a post in the site's own editor, allows comments, and presses the button: no edit of ours."""
    key, = published(publishing, vt)
    post, = site.posts()
    page = browser.document(f"{site.url}/?lab-click={post.id}&as=author")
    assert re.search(r'<pre id="clicked">(.*?)</pre>', page, re.S)[1] == "saved"
    assert site.request("GET", f"/wp/v2/posts/{post.id}")["comment_status"] == "open"
    answer_changes(publishing, vt)
    publishing.once("publisher")
    now, = site.posts()
    assert (row(publishing, key)["state"], now.id) == ("done", post.id) and "potpress-suspicious" in now.content
    assert site.request("GET", f"/wp/v2/posts/{post.id}")["comment_status"] == "open"


# ---- moderation

@pytest.mark.parametrize("status", ["pending", "draft"])
def test_site_that_keeps_posts_back(publishing, vt, site, status):
    """Said in the row and once in the log, followed when somebody publishes, and asked again when it ends."""
    publishing.set_clock(publishing.clock() - 3 * DAY)
    with plugin(site, DRAFTS % status):
        approved, waiting = answered(publishing, vt, 2)
        log = publishing.once("publisher")
        assert log.count("level=warning") == 1 and "made post" in log and status in log
        for key in (approved, waiting):
            saved = row(publishing, key)
            assert (saved["state"], saved["link"], saved["moderated"]) == ("done", None, status)
            assert f"{status}, not publish" in saved["last_error"]
        with proxy_before(publishing, site) as proxy:
            later(publishing, 6 * 3600)
            publishing.once("publisher")
            assert not proxy.sent("POST"), "looked at, and left alone for a day"
    post, = site.posts(f"malware-{approved}")
    site.edit_post(post.id, status="publish")
    later(publishing, 6 * 3600)
    publishing.once("publisher")
    saved = row(publishing, approved)
    assert (saved["last_error"], saved["moderated"]) == (None, None) and saved["link"].endswith(f"malware-{approved}/")
    assert row(publishing, waiting)["moderated"] == status
    later(publishing, DAY)
    publishing.once("publisher")
    assert {p.status for p in site.posts()} == {"publish"} and row(publishing, waiting)["last_error"] is None


def test_site_that_keeps_edits_back(publishing, vt, site):
    """A published post that each edit makes pending again is reported as well."""
    key, = published(publishing, vt)
    with plugin(site, DRAFTS % "pending"):
        answer_changes(publishing, vt)
        publishing.once("publisher")
        assert "pending, not publish" in row(publishing, key)["last_error"]
    later(publishing, DAY)
    publishing.once("publisher")
    assert [p.status for p in site.posts()] == ["publish"] and row(publishing, key)["last_error"] is None
