"""A site that refuses, is down, redirects, or lies; and what the publisher asks of it at all."""

import json
import signal

import pytest
from faultproxy import Fault, FaultProxy
from harness import wait_until
from posts import POSTS, answer_changes, answered, go_on, later, proxy_before, published, row, states

JSON = {"Content-Type": "application/json; charset=UTF-8"}
DATABASE_DOWN = json.dumps({
    "code": "wp_die", "message": "<h1>Error establishing a database connection</h1>", "data": {"status": 500},
    "additional_errors": []})


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


def pause(home):
    rows = home.sql("SELECT * FROM pause WHERE service = 'wordpress'")
    return rows[0] if rows else None


def assert_not_charged(home):
    assert home.sql("SELECT DISTINCT state, attempts, expired FROM post") == [
        {"state": "pending", "attempts": 0, "expired": 0}]


def seen(home):
    """The daemon has taken notice of the clock."""
    now = home.clock()
    wait_until(lambda: home.one("SELECT max(alive_at) FROM stage WHERE name = 'publisher'") >= now, what="a heartbeat")


# ---- refused, down, elsewhere

@pytest.mark.parametrize("fault", ["noauth", "401"])
def test_refused_credentials(publishing, vt, site, proxy, fault):
    """Every row is kept and none charged; asked again after an hour, at SIGHUP and at the start."""
    keys = answered(publishing, vt, 3)
    site.set_fault(fault)
    status, log = publishing.run("publisher", "--once")
    assert status == 75 and "application password" in log or "login" in log
    program = publishing.start("publisher")
    wait_until(lambda: "event=paused" in program.log, what="the probe at the start")
    stopped = pause(publishing)
    assert (stopped["kind"], stopped["until"]) == ("credentials", publishing.clock() + 3600)
    assert "wordpress: HTTP 401" in publishing.one("SELECT why FROM status WHERE stage = 'publisher'")
    asked = len(proxy.requests)
    later(publishing, 1800)
    seen(publishing)
    assert len(proxy.requests) == asked, "nothing for an hour"
    program.process.send_signal(signal.SIGHUP)
    wait_until(lambda: (pause(publishing) or stopped)["until"] == publishing.clock() + 3600, what="a probe at SIGHUP")
    assert len(proxy.requests) > asked
    assert_not_charged(publishing)
    later(publishing, 3600)
    wait_until(lambda: pause(publishing)["until"] == publishing.clock() + 3600, what="a probe after an hour")
    site.clear_fault()
    program.process.send_signal(signal.SIGHUP)
    wait_until(lambda: states(publishing) == {"done"}, what="all posts")
    assert program.stop() == 0 and pause(publishing) is None and "event=resumed" in program.log
    assert site.count() == len(keys)


def test_password_revoked_at_work(publishing, vt, site, proxy):
    """Between two requests of one row, too: no row is held or charged for it."""
    published(publishing, vt, name="tags exist now")
    publishing.sql("DELETE FROM sample")
    answered(publishing, vt, 2)
    site.set_fault("writes-only, noauth")
    assert publishing.run("publisher", "--once")[0] == 75
    assert pause(publishing)["kind"] == "credentials"
    assert_not_charged(publishing)
    site.clear_fault()
    go_on(publishing)
    assert states(publishing) == {"done"}


def test_may_not_publish(publishing, vt, site):
    login, password = site.users["contributor"]
    publishing.configure("publisher", user=login, password_file=publishing.secret("contributor", password))
    answered(publishing, vt)
    assert publishing.run("publisher", "--once")[0] == 75
    assert pause(publishing)["kind"] == "credentials" and site.count() == 0
    assert_not_charged(publishing)


def test_firewall_dislikes_one_post(publishing, vt, site, proxy):
    """403 with a page to one write: that row waits behind the others, which go on, and is tried again."""
    published(publishing, vt, name="tags exist now")
    # Whichever answer came first is published first.
    first, second = sorted(answered(publishing, vt, 2), key=lambda key: row(publishing, key)["id"])
    proxy.add(Fault("replace", method="POST", path=POSTS, status=403, body="<html><title>403 Forbidden</title></html>"))
    publishing.once("publisher")
    assert (row(publishing, first)["state"], row(publishing, first)["attempts"]) == ("pending", 0)
    assert "firewall" in row(publishing, first)["last_error"]
    assert row(publishing, second)["state"] == "done" and pause(publishing) is None
    go_on(publishing)
    assert site.count() == 3


@pytest.mark.parametrize("words, seconds", [("503=600", 600), ("429=300", 300), ("503=999999", 3600)])
def test_asked_to_wait(publishing, vt, site, proxy, words, seconds):
    """Maintenance, and a plugin that wants fewer requests: the site rests as long as it asks, an hour at most."""
    published(publishing, vt, name="tags exist now")
    publishing.sql("DELETE FROM sample")
    answered(publishing, vt, 2)
    for only in ("", "writes-only, "):
        site.set_fault(only + words)
        assert publishing.run("publisher", "--once")[0] == 75
        assert (pause(publishing)["kind"], pause(publishing)["until"]) == ("down", publishing.clock() + seconds)
        assert_not_charged(publishing)
        later(publishing, seconds)
    site.clear_fault()
    publishing.once("publisher")
    assert states(publishing) == {"done"} and site.count() == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_database_down(publishing, vt, site, proxy, method):
    """WordPress without its database, at whatever step: a pause, and no row is charged."""
    answered(publishing, vt, 2)
    proxy.add(Fault("replace", method=method, status=500, body=DATABASE_DOWN, headers=JSON, times=None))
    assert publishing.run("publisher", "--once")[0] == 75
    assert pause(publishing)["kind"] == "down"
    assert_not_charged(publishing)
    proxy.clear()
    go_on(publishing)
    assert states(publishing) == {"done"} and site.count() == 2


@pytest.mark.parametrize("only", ["", "writes-only, "])
def test_redirected(publishing, vt, site, only):
    """No redirect is followed: nobody else hears of us, and the site's real address is named."""
    answered(publishing, vt)
    with FaultProxy(target=site.url) as elsewhere:
        site.set_fault(f"{only}301={elsewhere.url}")
        status, log = publishing.run("publisher", "--once")
        assert status == 75 and f"redirects to {elsewhere.url}" in log
        assert elsewhere.url in pause(publishing)["why"]
        assert elsewhere.connections == 0 and site.count() == 0
    assert_not_charged(publishing)
    site.clear_fault()
    go_on(publishing)
    assert site.count() == 1


# ---- answers that are not what they seem

@pytest.mark.parametrize("status, body", [
    (200, '[{"id": 1, "slug": "x"}]'),
    (201, '{"slug": "x"}'),
    (201, '{"id": 0}'),
    (201, '{"id": "7"}'),
    (200, "<html>front page</html>"),
    (200, '{"code": "rest_invalid_param", "message": "x", "data": {"status": 400, "params": {}}}'),
    (413, "<html><title>413 Request Entity Too Large</title></html>"),
])
def test_answer_to_a_create_that_is_no_post(publishing, vt, site, proxy, status, body):
    """Told by the body: never success; looked up, then made, and one post in the end."""
    published(publishing, vt, name="tags exist now")
    key, = answered(publishing, vt)
    proxy.add(Fault("replace", method="POST", path=POSTS, status=status, body=body, headers=JSON))
    publishing.run("publisher", "--once")
    assert row(publishing, key)["state"] == "pending" and site.count(f"malware-{key}") == 0
    assert row(publishing, key)["last_error"] and row(publishing, key)["wp_id"] is None
    go_on(publishing)
    assert site.count(f"malware-{key}") == 1 and states(publishing) == {"done"}


@pytest.mark.parametrize("body", ["[1, 2]", '{"a": 1}', "<html>x</html>[3]", ""])
def test_answer_to_a_search_that_is_no_list_of_posts(publishing, vt, site, proxy, body):
    """Never taken for "there is none": nothing is written, and nobody is charged before others were asked."""
    key, = published(publishing, vt)
    publishing.sql("UPDATE post SET wp_id = NULL")
    answer_changes(publishing, vt)
    before = len(proxy.sent("POST", POSTS))
    proxy.add(Fault("replace", method="GET", path=POSTS, skip=1, status=200, body=body, headers=JSON))
    publishing.once("publisher")
    assert (row(publishing, key)["state"], row(publishing, key)["attempts"]) == ("pending", 0)
    assert len(proxy.sent("POST", POSTS)) == before
    go_on(publishing)
    assert site.count() == 1 and states(publishing) == {"done"}


# ---- what is asked

def test_what_is_asked(publishing, vt, site, proxy):
    """One connection; three small requests find many posts, one writes a post once its tags are known."""
    keys = answered(publishing, vt, 12, kind="undetected")
    publishing.sql("UPDATE sighting SET url = NULL")        # so that no post is related to another
    publishing.once("publisher")
    assert proxy.connections == 1
    for request in proxy.requests[1:]:
        assert "_fields=" in request.path and request.header("accept") == "application/json"
        assert request.header("user-agent").startswith("potpress/") and request.header("authorization")
    assert proxy.requests[0].method == "HEAD" and not proxy.requests[0].header("authorization")
    posts = proxy.sent(path=POSTS)
    assert len(posts) == 1 + 3 + len(keys), "the login is tried once"
    assert len(proxy.requests) - len(posts) <= 2 + 3 * 2, "discovery, category, and two tags made once"
    assert all(len(r.body) < 64 << 10 for r in proxy.requests)
    before, connections = len(proxy.requests), proxy.connections
    answer_changes(publishing, vt)
    publishing.sql("UPDATE post SET due_at = 1 WHERE state = 'done'")
    publishing.once("publisher")
    assert proxy.connections == connections + 1
    asked = [(r.method, r.path.partition("?")[0]) for r in proxy.requests[before:]]
    assert len([a for a in asked if "/posts" in a[1]]) == 1 + 3 + 1
    assert len({r.path for r in proxy.requests if r.method == "GET"}) == len(proxy.sent("GET")), "nothing from a cache"


def test_plain_permalinks(publishing, vt, site, proxy):
    """The REST base is what the Link header says: ?rest_route=, joined with &."""
    site.php('update_option("permalink_structure", "");')
    try:
        key, = published(publishing, vt)
        answer_changes(publishing, vt)
        publishing.once("publisher")
        assert all("?rest_route=/wp/v2/" in r.path for r in proxy.requests if r.method != "HEAD")
        assert "potpress-suspicious" in site.posts(f"malware-{key}")[0].content
    finally:
        site.php('update_option("permalink_structure", "/%postname%/");')


def test_terms_deleted_on_the_site(publishing, vt, site):
    """A category and a tag that go away while the publisher runs are noticed and made again."""
    login, password = site.users["editor"]
    publishing.configure("publisher", user=login, password_file=publishing.secret("editor", password))
    program = publishing.start("publisher")
    try:
        answered(publishing, vt)
        wait_until(lambda: states(publishing) == {"done"}, what="the first post")
        for taxonomy, slug in (("categories", "malware"), ("tags", "cowrie")):
            term, = site.request("GET", f"/wp/v2/{taxonomy}?slug={slug}")
            site.request("DELETE", f"/wp/v2/{taxonomy}/{term['id']}?force=true")
        key, = answered(publishing, vt, name="later")
        wait_until(lambda: states(publishing) == {"done"}, what="the second post")
        post, = site.posts(f"malware-{key}")
        for taxonomy, slugs in (("categories", {"malware"}), ("tags", {"mirai", "cowrie"})):
            assert {t["slug"] for t in site.request("GET", f"/wp/v2/{taxonomy}?post={post.id}")} == slugs
        assert program.stop() == 0
    finally:
        site.php('if (!get_term_by("slug", "malware", "category"))'
                 ' wp_insert_term("Malware", "category", ["slug" => "malware"]);')


@pytest.mark.parametrize("status, body", [
    (403, "<html><title>403 Forbidden</title></html>"), (200, "<html><title>Just a moment...</title></html>"),
    (500, json.dumps({"code": "internal_server_error", "message": "No.", "data": {"status": 500}})), (500, "")])
@pytest.mark.parametrize("kind", ["replace", "replace_after"])
def test_answers_to_new_terms_that_are_none(publishing, vt, site, proxy, status, body, kind):
    """A firewall or a plugin that breaks the making of tags alone: posts go out, with tags that were made nevertheless."""
    proxy.add(Fault(kind, method="POST", path="/wp/v2/tags", status=status, body=body, times=None,
                    headers=JSON if body.startswith("{") else None))
    published(publishing, vt, 3)
    assert site.count() == 3 and publishing.one("SELECT count(*) FROM pause") == 0
    tags = site.request("GET", f"/wp/v2/tags?post={site.posts()[0].id}")
    assert len(tags) == (2 if kind == "replace_after" else 0)
    assert len(proxy.sent("POST", "/wp/v2/tags")) == 2


def test_terms_that_cannot_be_made(publishing, vt, site, proxy):
    """A tag the site will not have, and a category this account may not make, keep no post back; each is tried once."""
    publishing.configure("publisher", category="not-there")
    refusal = json.dumps({"code": "db_insert_error", "message": "Could not insert term.", "data": "x"})
    proxy.add(Fault("replace", method="POST", path="/wp/v2/tags", status=500, body=refusal, headers=JSON, times=None))
    published(publishing, vt, 3)
    assert len(proxy.sent("POST", "/wp/v2/tags")) == 2 and len(proxy.sent("POST", "/wp/v2/categories")) == 1
    assert site.count() == 3
