"""Plugins that give our posts another slug, author, status or text, that hide them or hold them back, and a site that was
restored from a backup: one post per key, nothing of anybody's is deleted, and what keeps a post back is said."""

import json

import pytest
from faultproxy import Fault
from posts import POSTS, answer_changes, answered, later, plugin, proxy_before, published, row, states

DAY = 86400
HOUR = 3600
ON_SAVE = "add_filter('wp_insert_post_data', function ($data, $asked) {{ {} return $data; }}, 10, 2);"
SLUGS = {
    "prefix": ON_SAVE.format("if (strpos($data['post_name'], '2026-') !== 0) $data['post_name'] = '2026-' . $data['post_name'];"),
    "short": ON_SAVE.format("$data['post_name'] = substr($data['post_name'], 0, 30);"),
    "number": "add_filter('wp_unique_post_slug', fn($slug, $id, $status, $type) => $type === 'post' ? \"post-$id\" : $slug, 10, 4);",
}
MARKS = {
    "id": ON_SAVE.format(r"""$data['post_content'] = preg_replace('/ id=\\\\"[^"]*"/', '',
        preg_replace('/<!--.*?-->/s', '', $data['post_content']));"""),
    "class": ON_SAVE.format(r"""$data['post_content'] = preg_replace('/ class=\\\\"[^"]*"/', '',
        preg_replace('/<!--.*?-->/s', '', $data['post_content']));"""),
    "raw texts": """add_filter('rest_prepare_post', function ($answer) {
        $data = $answer->get_data();
        unset($data['content']['raw'], $data['title']['raw']);
        $answer->set_data($data);
        return $answer; });""",
}
AUTHOR = ON_SAVE.format("if ($data['post_type'] === 'post') $data['post_author'] = 1;")
RIGHTS = "$role = get_role('author'); foreach (['edit', 'delete'] as $right) $role->{}_cap($right . '_published_posts'{});"
PITCH = "add_action('init', fn() => register_post_status('pitch', ['protected' => true]));" + ON_SAVE.format(
    "if ($data['post_status'] === 'publish') $data['post_status'] = 'pitch';")
SCHEDULE = ON_SAVE.format("""if ($data['post_status'] === 'publish' && empty($asked['ID'])) {
        $data['post_status'] = 'future';
        $data['post_date'] = $data['post_date_gmt'] = gmdate('Y-m-d H:i:s', time() + 86400); }""")
APPROVAL = ON_SAVE.format("""if (!empty($asked['ID']) && !current_user_can('edit_others_posts')) {
        $old = get_post($asked['ID']);
        $data['post_content'] = wp_slash($old->post_content);
        $data['post_title'] = wp_slash($old->post_title); }""")


def lose_the_answer(home):
    assert home.run("publisher", "--once", env={"POTPRESS_CRASH_AT": "after-write"})[0] == -9


def rounds(home, count=6, seconds=700):
    for _ in range(count):
        later(home, seconds)
        home.run("publisher", "--once")


# ---- slugs

@pytest.mark.parametrize("how", SLUGS)
def test_slug_made_by_a_plugin(publishing, vt, site, how):
    """Accepted, and edited in place; what a lost answer or a lost row left is found by its marker."""
    publishing.set_clock(publishing.clock() - DAY)
    with plugin(site, SLUGS[how]):
        keys = published(publishing, vt, 2)
        first = {p.id: p.slug for p in site.posts()}
        assert len(first) == 2 and not any(slug == f"malware-{key}" for slug in first.values() for key in keys)
        answer_changes(publishing, vt, count=2)
        publishing.once("publisher")
        assert {p.id for p in site.posts()} == set(first)
        assert all("potpress-suspicious" in p.content for p in site.posts())
        lost, = answered(publishing, vt, name="lost")
        lose_the_answer(publishing)
        rounds(publishing, 2)
        assert row(publishing, lost)["state"] == "done" and site.count() == 3
        publishing.shell(f"DELETE FROM sample WHERE sha256 = '{keys[0]}'")
        answered(publishing, vt, kind="dropper")
        rounds(publishing, 2)
        assert site.count() == 3 and row(publishing, keys[0])["wp_id"] in first and states(publishing) == {"done"}


# ---- posts that we may not edit

def test_post_given_to_another_author(publishing, vt, site):
    """A create whose answer was lost is not sent again and again while we cannot see it."""
    publishing.set_clock(publishing.clock() - DAY)
    with plugin(site, AUTHOR):
        key, = answered(publishing, vt)
        lose_the_answer(publishing)
        rounds(publishing)
        post, = site.posts()
        saved = row(publishing, key)
        assert (saved["state"], saved["attempts"]) == ("pending", 0)
        assert f"post {post.id} on the site has our slug" in saved["last_error"] and "author" in saved["last_error"]
    site.edit_post(post.id, author=site.request("GET", "/wp/v2/users/me", user="author")["id"])
    rounds(publishing, 1, HOUR)
    assert row(publishing, key)["state"] == "done" and [p.id for p in site.posts()] == [post.id]


def test_role_without_published_posts(publishing, vt, site):
    """The account may publish, but not edit what is public: nobody is held for it, and nothing is made twice."""
    publishing.set_clock(publishing.clock() - DAY)
    first, = published(publishing, vt)
    site.php(RIGHTS.format("remove", ""))
    try:
        answer_changes(publishing, vt)
        lost, = answered(publishing, vt, name="lost")
        publishing.sql("UPDATE post SET due_at = ? WHERE key = ?", publishing.clock() + HOUR, first)
        lose_the_answer(publishing)
        rounds(publishing)
        assert site.count() == 2
        rounds(publishing, 2, HOUR)
        assert site.count() == 2
        for key in (first, lost):
            assert (row(publishing, key)["state"], row(publishing, key)["attempts"]) == ("pending", 0)
        assert "may no longer edit its published posts" in row(publishing, first)["last_error"]
    finally:
        site.php(RIGHTS.format("add", ", true"))
    rounds(publishing, 3, HOUR)
    assert states(publishing) == {"done"} and site.count() == 2


# ---- statuses

def test_status_of_a_plugin(publishing, vt, site):
    """A create whose answer was lost is found in whatever status a plugin gave it."""
    publishing.set_clock(publishing.clock() - DAY)
    with plugin(site, PITCH):
        key, = answered(publishing, vt)
        lose_the_answer(publishing)
        rounds(publishing, 2)
        saved = row(publishing, key)
        assert (saved["state"], saved["moderated"], saved["link"]) == ("done", "pitch", None)
        assert "pitch, not publish" in saved["last_error"] and site.count(status="pitch") == 1
        site.php("foreach (get_posts(['post_status' => 'pitch']) as $post) wp_delete_post($post->ID, true);")


@pytest.mark.parametrize("lost", [False, True])
def test_scheduled_by_a_plugin(publishing, vt, site, lost):
    """Said, never asked to be published now, which would postpone it, and brought up to date once it is public."""
    publishing.set_clock(publishing.clock() - 5 * DAY)
    with plugin(site, SCHEDULE):
        key, = answered(publishing, vt)
        if lost:
            lose_the_answer(publishing)
            later(publishing)
        publishing.once("publisher")
        assert (row(publishing, key)["moderated"], row(publishing, key)["link"]) == ("future", None)
        answer_changes(publishing, vt)
        publishing.once("publisher")
        rounds(publishing, 3, 10 * HOUR)
        post, = site.posts()
        saved = row(publishing, key)
        assert post.status == "future" and "potpress-suspicious" in post.content
        assert (saved["state"], saved["moderated"], saved["link"]) == ("done", "future", None)
        assert "future, not publish" in saved["last_error"]
    site.edit_post(post.id, status="publish", date_gmt="2026-01-02T03:04:05")
    rounds(publishing, 1, 10 * HOUR)
    saved = row(publishing, key)
    assert (saved["state"], saved["moderated"], saved["last_error"]) == ("done", None, None) and saved["link"]


def test_edits_held_for_approval(publishing, vt, site):
    """The answer to an edit that shows the old page: said, not sent again for a day, and cleared once it is approved."""
    publishing.set_clock(publishing.clock() - 3 * DAY)
    keys = published(publishing, vt, 2)
    with plugin(site, APPROVAL):
        answer_changes(publishing, vt, count=2)
        log = publishing.once("publisher")
        assert log.count("level=warning") == 1 and "still shows an older version" in log
        sent = [row(publishing, key)["sent_at"] for key in keys]
        rounds(publishing, 3, 7 * HOUR)
        for key in keys:
            saved = row(publishing, key)
            assert saved["state"] == "done" and saved["link"] and "must approve edits" in saved["last_error"]
        assert [row(publishing, key)["sent_at"] for key in keys] == sent
    answer_changes(publishing, vt, "dropper", count=2)
    publishing.once("publisher")
    assert [row(publishing, key)["last_error"] for key in keys] == [None, None]
    assert all("potpress-suspicious" not in p.content for p in site.posts())


# ---- what proves that a post is ours

@pytest.mark.parametrize("what", MARKS)
def test_marks_removed_by_a_plugin(publishing, vt, site, what):
    """A create whose answer was lost is taken as ours by what is left; somebody else's post under our slug is not."""
    with plugin(site, MARKS[what]):
        key, = answered(publishing, vt)
        lose_the_answer(publishing)
        rounds(publishing, 2, 61)
        post, = site.posts()
        assert (row(publishing, key)["state"], row(publishing, key)["wp_id"]) == ("done", post.id)
        other, = answered(publishing, vt, name="other")
        site.request("POST", "/wp/v2/posts", {"title": "theirs", "content": "theirs", "slug": f"malware-{other}",
                                              "status": "publish"}, user="author")
        theirs = site.posts(f"malware-{other}")
        publishing.once("publisher")
        assert row(publishing, other)["state"] == "held" and site.posts(f"malware-{other}") == theirs


def test_answer_of_an_earlier_create(publishing, vt, site):
    """A cache that answers a create with the answer to another one: that post is not taken for a copy and deleted."""
    with proxy_before(publishing, site) as proxy:
        earlier, = published(publishing, vt)
        key, = answered(publishing, vt, name="later")
        post, = site.posts()
        full = site.request("GET", f"/wp/v2/posts/{post.id}?context=edit", user="author")
        proxy.add(Fault("replace", method="POST", path=POSTS, status=201, body=json.dumps(full),
                        headers={"Content-Type": "application/json"}))
        publishing.run("publisher", "--once")
        assert site.posts() == [post] and row(publishing, key)["write_open"] == 1
        rounds(publishing, 2, 61)
    assert states(publishing) == {"done"} and site.count() == 2
    assert row(publishing, earlier)["wp_id"] == post.id != row(publishing, key)["wp_id"]


def test_number_given_to_another_post_of_ours(publishing, vt, site):
    """A restored site lost a post and gave its number to a later one: the lost one is skipped, and made again when it
    is requeued."""
    lost, later_one = published(publishing, vt, 2)
    gone, stays = (site.posts(f"malware-{key}")[0] for key in (lost, later_one))
    site.request("DELETE", f"/wp/v2/posts/{gone.id}?force=true", user="editor")
    publishing.sql("UPDATE post SET wp_id = ? WHERE key = ?", stays.id, lost)
    answer_changes(publishing, vt)
    publishing.once("publisher")
    assert row(publishing, lost)["state"] == "skipped" and "deleted" in row(publishing, lost)["last_error"]
    publishing.shell(f"UPDATE post SET state = 'pending' WHERE key = '{lost}'")
    publishing.once("publisher")
    fresh, = site.posts(gone.slug)
    assert site.count() == 2 and row(publishing, lost)["wp_id"] == fresh.id and site.posts(stays.slug) == [stays]


def test_number_given_to_somebody_elses_post(publishing, vt, site):
    """Held, and made again when it is requeued; the other post stays as it is."""
    key, = published(publishing, vt)
    gone, = site.posts()
    site.request("DELETE", f"/wp/v2/posts/{gone.id}?force=true", user="editor")
    site.request("POST", "/wp/v2/posts", {"title": "other", "content": "<p>other</p>"}, user="author")
    other, = site.posts()
    publishing.sql("UPDATE post SET wp_id = ?", other.id)
    answer_changes(publishing, vt)
    publishing.once("publisher")
    assert row(publishing, key)["state"] == "held" and "to publish ours again" in row(publishing, key)["last_error"]
    publishing.shell("UPDATE post SET state = 'pending'")
    publishing.once("publisher")
    assert states(publishing) == {"done"} and site.posts()[0] == other
    assert [p.slug for p in site.posts()[1:]] == [gone.slug]
