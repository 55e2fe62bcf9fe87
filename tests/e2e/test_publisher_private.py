"""An address of a sensor that is learned after posts were written does not stay public, whatever their rows say."""

import pytest
from posts import answer_changes, answered, go_on, later, published, row

DAY = 86400
ADDRESS = "198.51.100.7"            # in the URL of every capture
SHOWN = "198[.]51[.]100[.]7"


def learn(home, address=ADDRESS):
    home.sql("INSERT INTO sensor_identity VALUES (?, 'address', 'main', 0)", address)


def edited(publishing, vt, site, change):
    """A post that was edited by hand, and its row, which is held."""
    key, = published(publishing, vt)
    post, = site.posts()
    assert SHOWN in post.content
    site.edit_post(post.id, content=change(post.content))
    answer_changes(publishing, vt)
    publishing.once("publisher")
    assert row(publishing, key)["state"] == "held"
    return key


def test_a_post_edited_by_hand_becomes_a_draft(publishing, vt, site):
    """Its text stays as edited; that it is a draft now, and why, is reported once and in view held."""
    key = edited(publishing, vt, site, lambda content: content + "<p>my own words</p>")
    learn(publishing)
    log = publishing.once("publisher")
    post, = site.posts()
    assert post.status == "draft" and "my own words" in post.content
    saved = row(publishing, key)
    assert (saved["state"], saved["write_open"]) == ("held", 0)
    assert "contained a private address or name and is now a draft" in saved["last_error"]
    assert "edited by hand" in publishing.one("SELECT why FROM held")
    assert log.count("is now a draft") == 1 and ADDRESS not in log
    later(publishing, DAY)
    assert "is now a draft" not in publishing.once("publisher")
    publishing.shell("UPDATE post SET state = 'pending'")
    publishing.once("publisher")
    post, = site.posts()
    assert post.status == "publish" and SHOWN not in post.content and row(publishing, key)["state"] == "done"


def test_a_post_without_the_address_stays_public(publishing, vt, site):
    """It had been removed by hand already."""
    key = edited(publishing, vt, site, lambda content: content.replace(SHOWN, "here"))
    learn(publishing)
    before = row(publishing, key)["last_error"]
    publishing.once("publisher")
    post, = site.posts()
    assert post.status == "publish"
    assert (row(publishing, key)["state"], row(publishing, key)["last_error"]) == ("held", before)


def test_new_posts_do_not_wait_for_the_search(publishing, vt, site):
    """Many posts are searched for what was learned; meanwhile others are published."""
    published(publishing, vt)
    for n in range(250):
        publishing.sql("INSERT INTO post (key, slug, state) VALUES (?, ?, 'done')", f"{n:064x}", f"malware-{n:064x}")
    answered(publishing, vt, name="new")
    learn(publishing, "203.0.113.250")
    status, _log = publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": "after-write"})
    assert status == -9 and len(site.posts()) == 2
    searched = "SELECT count(*) FROM guarded WHERE value = '203.0.113.250'"
    assert publishing.one(searched) == 0
    go_on(publishing)
    assert publishing.one(searched) == 1 and len(site.posts()) == 2


@pytest.mark.parametrize("state", ["held", "skipped"])
def test_a_row_that_a_person_set_aside(publishing, vt, site, state):
    """The post is as we wrote it: it is written again."""
    key, = published(publishing, vt)
    publishing.shell(f"UPDATE post SET state = '{state}'")
    learn(publishing)
    publishing.once("publisher")
    post, = site.posts()
    assert post.status == "publish" and SHOWN not in post.content and row(publishing, key)["state"] == "done"
