"""People save our posts through the site's other doors; and the site's addresses change while the publisher runs."""

import json

import pytest
from harness import wait_until
from posts import answer_changes, answered, later, plugin, published, row, states
from wp_admin import Admin

CLASSIC = 'add_filter("use_block_editor_for_post", "__return_false");'


def assert_only_held(home, vt, site, held, keys):
    """The next answers come; these posts are held as edited by hand, and the others are brought up to date."""
    before = {p.slug: p for p in site.posts()}
    answer_changes(home, vt, count=len(keys))
    home.once("publisher")
    for key in keys:
        post, = site.posts(f"malware-{key}")
        if key in held:
            assert "edited by hand on the site" in (row(home, key)["last_error"] or ""), row(home, key)
            assert post == before[post.slug]
        else:
            assert (row(home, key)["state"], row(home, key)["last_error"]) == ("done", None)
            assert "potpress-suspicious" in post.content and post.id == before[post.slug].id


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("who", ["author", "editor"])
def test_classic_editor(publishing, vt, site, who, language):
    """Saved as text in the editor of WordPress 4: no edit, but for a changed word, and a word of the title."""
    publishing.configure("publisher", language=language)
    keys = published(publishing, vt, 3)
    same, word, title = (site.posts(f"malware-{key}")[0] for key in keys)
    with plugin(site, CLASSIC):
        admin = Admin(site, site.users[who][0])
        admin.classic_save(same.id)
        admin.classic_save(word.id, lambda name, text: text.replace("</strong>", "!</strong>", 1) if name == "content" else text)
        admin.classic_save(title.id, lambda name, text: f"{text}!" if name == "post_title" else text)
    saved, = site.posts(same.slug)
    assert "\r\n" in saved.content and saved.modified >= same.modified
    assert_only_held(publishing, vt, site, keys[1:], keys)


def test_quick_edit(publishing, vt, site):
    """Quick Edit without a change is none; a word of the title is one. Tags and categories that it sets stay."""
    keys = published(publishing, vt, 3)
    same, tagged, title = (site.posts(f"malware-{key}")[0] for key in keys)
    admin = Admin(site, site.users["editor"][0])
    admin.quick_edit(same.id)
    admin.quick_edit(tagged.id, **{"tax_input[post_tag]": "favourites", "comment_status": "open"})
    admin.quick_edit(title.id, post_title=title.title + "!")
    terms = [site.request("GET", f"/wp/v2/posts/{p.id}") for p in (same, tagged)]
    assert_only_held(publishing, vt, site, keys[2:], keys)
    for before in terms:
        now = site.request("GET", f"/wp/v2/posts/{before['id']}")
        assert set(now["tags"]) >= set(before["tags"]) and now["categories"] == before["categories"]
        assert now["comment_status"] == before["comment_status"] and now["date"] == before["date"]


# ---- the site's addresses

STRUCTURES = ["", "/%postname%/", "/archives/%post_id%", "/%year%/%monthnum%/%day%/%postname%/", "/%category%/%postname%/",
              "/index.php/%postname%/"]


def set_permalinks(site, structure):
    site.php(f"global $wp_rewrite; $wp_rewrite->set_permalink_structure({json.dumps(structure)}); flush_rewrite_rules();")


def addresses(site, ids):
    return json.loads(site.php(f"echo json_encode(array_map('get_permalink', {json.dumps(ids)}));"))


def test_permalinks_change(publishing, vt, site):
    """While it runs: new posts are published, and the links in the database follow, of old posts too."""
    published(publishing, vt, name="first")
    before = site.php("echo get_option('permalink_structure');")
    program = publishing.start("publisher")
    try:
        for number, structure in enumerate(STRUCTURES):
            set_permalinks(site, structure)
            answered(publishing, vt, name=f"structure {number}")

            def is_right():
                later(publishing, 5)
                rows = publishing.sql("SELECT wp_id, link FROM post")
                return states(publishing) == {"done"} and (  # noqa: B023
                    [r["link"] for r in rows] == addresses(site, [r["wp_id"] for r in rows]))

            wait_until(is_right, seconds=60, what=f"right links after {structure!r}: {publishing.sql('SELECT link FROM post')}",
                       every=0.5)
            assert publishing.one("SELECT count(*) FROM recent WHERE link IS NULL") == 0
        assert site.count() == 1 + len(STRUCTURES) and program.stop() == 0
    finally:
        set_permalinks(site, before)


def test_permalinks_changed_before_a_single_run(publishing, vt, site):
    """--once reads all addresses again and exits, though its clock stands still."""
    published(publishing, vt, 3, name="first")
    before = site.php("echo get_option('permalink_structure');")
    try:
        set_permalinks(site, "/archives/%post_id%")
        answered(publishing, vt, name="second")
        status, log = publishing.run("publisher", "--once", "-v", timeout=60)
        assert status == 0 and log.count("permalinks have changed") == 1 and states(publishing) == {"done"}
        rows = publishing.sql("SELECT wp_id, link FROM post")
        assert len(rows) == 4 and [r["link"] for r in rows] == addresses(site, [r["wp_id"] for r in rows])
    finally:
        set_permalinks(site, before)


def test_drafts_have_other_addresses(publishing, vt, site):
    """A new draft after one that somebody published does not mean that the permalinks have changed."""
    publishing.configure("publisher", status="draft")
    published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, status="publish")
    answer_changes(publishing, vt)
    publishing.once("publisher")
    first = publishing.one("SELECT link FROM post")
    answered(publishing, vt, name="second")
    status, log = publishing.run("publisher", "--once", "-v")
    assert status == 0 and "event=done" in log and "permalinks" not in log
    assert publishing.one("SELECT link FROM post WHERE wp_id = ?", post.id) == first == addresses(site, [post.id])[0]
