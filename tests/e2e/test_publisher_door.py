"""Whatever door the site has: where its REST API is found, how little it must offer, and what cannot be deleted."""

import json
import time

import pytest
from faultproxy import Fault
from posts import POSTS, answer_changes, answered, go_on, plugin, proxy_before, published, row, states

JSON = {"Content-Type": "application/json; charset=UTF-8"}
FRONT = r"^/$"
NO_HEADER = "remove_action('template_redirect', 'rest_output_link_header', 11);"
NO_LINKS = NO_HEADER + "remove_action('wp_head', 'rest_output_link_wp_head');"
LOG_IN = "add_action('template_redirect', function () { wp_redirect(site_url('/login')); exit; }, 5);"
COMING_SOON = "add_action('template_redirect', function () { status_header(503); exit('Coming soon'); }, 5);"
USERS_CLOSED = """add_filter('rest_endpoints', function ($all) {
    foreach (array_keys($all) as $route) if (strpos($route, '/wp/v2/users') === 0) unset($all[$route]);
    return $all; });"""
USERS_REFUSED = """add_filter('rest_pre_dispatch', fn ($so_far, $server, $request) =>
    strpos($request->get_route(), '/wp/v2/users') === 0 && !current_user_can('list_users')
    ? new WP_Error('rest_user_cannot_view', 'No.', ['status' => 403]) : $so_far, 10, 3);"""
MANY = 40


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


def check(home):
    """--check at the site's own time."""
    home.set_clock(time.time() - 2)
    return home.run("publisher", "--check")


def both_work(home, site):
    """A post goes out, and --check finds nothing."""
    home.once("publisher")
    assert states(home) == {"done"} and {p.status for p in site.posts()} == {"publish"}
    status, lines = check(home)
    assert status == 0, lines


@pytest.fixture
def answer(publishing, vt, category):
    """One post to publish, on a site that has the category."""
    key, = answered(publishing, vt)
    return key


# ---- discovery

@pytest.mark.parametrize("code", [NO_HEADER, NO_LINKS, LOG_IN, COMING_SOON],
                         ids=["no header", "not named", "private", "coming soon"])
def test_front_page_that_does_not_tell(publishing, vt, site, answer, code):
    with plugin(site, code):
        both_work(publishing, site)


def test_plain_permalinks_that_nobody_names(publishing, vt, site, answer):
    site.php('update_option("permalink_structure", "");')
    try:
        with plugin(site, NO_LINKS):
            both_work(publishing, site)
    finally:
        site.php('update_option("permalink_structure", "/%postname%/");')


@pytest.mark.parametrize("status", [403, 405, 412, 500])
def test_head_refused(publishing, vt, site, proxy, answer, status):
    proxy.add(Fault("replace", method="HEAD", status=status, times=None))
    both_work(publishing, site)


@pytest.mark.parametrize("kind", ["refuse", "reset"])
def test_head_not_answered(publishing, vt, site, proxy, answer, kind):
    proxy.add(Fault(kind, method="HEAD", times=None))
    both_work(publishing, site)


def test_site_that_thinks_it_is_reached_otherwise(publishing, vt, site, answer):
    """The same host by another scheme: published, and --check says what is wrong."""
    code = ("remove_action('template_redirect', 'rest_output_link_header', 11); header('Link: <' . "
            "str_replace('http://', 'https://', home_url('/wp-json/')) . '>; rel=\"https://api.w.org/\"');")
    with plugin(site, code):
        publishing.once("publisher")
        status, lines = check(publishing)
    assert states(publishing) == {"done"} and site.count() == 1
    assert status == 1 and "differ in http and https" in lines and len(lines.splitlines()) == 1


@pytest.mark.parametrize("link", ["/api/", "//' . $_SERVER['HTTP_HOST'] . '/api/"], ids=["no host", "no scheme"])
@pytest.mark.parametrize("where", ["header", "page"])
def test_link_that_is_not_complete(publishing, vt, site, answer, link, where):
    """Plugins leave out the scheme, or the host too; and they move the REST API to another path."""
    put = {"header": f"header('Link: <{link}>; rel=\"https://api.w.org/\"');",
           "page": "add_action('wp_head', function () { echo '<link rel=\"https://api.w.org/\" href=\"" + link + "\" />'; });"}
    with plugin(site, NO_LINKS + put[where] + "add_filter('rest_url_prefix', fn () => 'api');"):
        site.php("flush_rewrite_rules();")
        both_work(publishing, site)
    site.php("flush_rewrite_rules();")


def test_international_host(publishing, vt, site, answer):
    """Whether `url` and the site's own address have it in its own letters or in the xn-- form."""
    (site.directory / "config.php").write_text('<?php define("WP_HOME", "http://bücher.example"); '
                                               'define("WP_SITEURL", "http://bücher.example");')
    try:
        for url in ("http://bücher.example", "http://xn--bcher-kva.example"):
            publishing.configure("publisher", url=url, connect_to=site.url.removeprefix("http://"), allow_http="yes")
            both_work(publishing, site)
            answer_changes(publishing, vt)
            publishing.once("publisher")
            assert states(publishing) == {"done"} and site.count() == 1
    finally:
        (site.directory / "config.php").unlink()


def test_no_wordpress_at_all(publishing, vt, site, proxy, answer):
    """Every place was tried, the row is not charged, and the password went nowhere but to the site itself."""
    proxy.add(Fault("replace", status=200, body="<html>a shop</html>", times=None))
    status, log = publishing.run("publisher", "--once")
    assert status == 75 and "no REST API found" in log
    assert [r.method for r in proxy.requests] == ["HEAD", "GET", "GET", "GET"]
    assert not any(r.header("authorization") for r in proxy.sent(path=FRONT))
    assert row(publishing, answer)["attempts"] == 0
    proxy.clear()
    go_on(publishing, 600)
    assert states(publishing) == {"done"} and site.count() == 1


# ---- what it must offer

@pytest.mark.parametrize("code", [USERS_CLOSED, USERS_REFUSED], ids=["not there", "refused"])
def test_users_are_closed(publishing, vt, site, answer, code):
    """Nothing that is published needs the users' endpoints."""
    with plugin(site, code):
        both_work(publishing, site)
        answer_changes(publishing, vt)
        publishing.once("publisher")
        site.set_fault("noauth")
        status, lines = check(publishing)
        assert status == 1 and "Authorization header" in lines
    post, = site.posts()
    assert "potpress-suspicious" in post.content


# ---- what people gave a post

def test_all_tags_stay(publishing, vt, site):
    """However many people gave: those stay, and ours come to them."""
    published(publishing, vt)
    post, = site.posts()
    made = json.loads(site.php(
        f"echo json_encode(array_map(fn($n) => wp_insert_term(\"given $n\", 'post_tag')['term_id'], range(1, {MANY})));"))
    ours = site.request("GET", f"/wp/v2/posts/{post.id}")["tags"]
    site.edit_post(post.id, tags=made)
    answer_changes(publishing, vt)
    publishing.once("publisher")
    now, = site.posts()
    tags = set(site.request("GET", f"/wp/v2/posts/{post.id}")["tags"])
    assert "potpress-suspicious" in now.content and tags >= set(made) and len(tags & set(ours)) > 0
    assert states(publishing) == {"done"}


# ---- what is deleted

def taken(site, key):
    return site.request("POST", "/wp/v2/posts", {"title": "theirs", "content": "theirs", "slug": f"malware-{key}",
                                                 "status": "publish"}, user="editor")


def test_deletion_needs_no_header(publishing, vt, site, proxy, answer):
    """A copy under another slug is deleted by a plain POST, as firewalls let it through."""
    theirs = taken(site, answer)
    publishing.once("publisher")
    assert [p.id for p in site.posts()] == [theirs["id"]]
    assert "was deleted" in row(publishing, answer)["last_error"]
    assert {r.method for r in proxy.requests} <= {"HEAD", "GET", "POST"}
    assert not any("override" in name.lower() for r in proxy.requests for name, _ in r.headers)


@pytest.mark.parametrize("kind", ["lose", "cut"])
def test_answer_to_a_deletion_lost(publishing, vt, site, proxy, answer, kind):
    """The copy is gone: the row is held with the right reason at once."""
    theirs = taken(site, answer)
    proxy.add(Fault(kind, method="POST", path="_method=DELETE"))
    publishing.once("publisher")
    assert [p.id for p in site.posts()] == [theirs["id"]]
    saved = row(publishing, answer)
    assert saved["state"] == "held" and "was deleted" in saved["last_error"] and "user's post" in saved["last_error"]


@pytest.mark.parametrize("how", ["refused", "ignored"])
def test_copy_that_cannot_be_deleted(publishing, vt, site, proxy, answer, how):
    """It becomes a draft, and the row names its number."""
    theirs = taken(site, answer)
    fault = Fault("replace", method="POST", path="_method=DELETE", times=None, status=403, body="<html>Forbidden</html>")
    if how == "ignored":
        fault = Fault("replace", method="POST", path="_method=DELETE", times=None, status=200, body="{}", headers=JSON)
    proxy.add(fault)
    publishing.once("publisher")
    first, copy = site.posts()
    saved = row(publishing, answer)
    assert (first.id, copy.status) == (theirs["id"], "draft")
    assert saved["state"] == "held" and f"post {copy.id}, is now a draft" in saved["last_error"]
    assert f"another user's post {theirs['id']}" in saved["last_error"]
    assert len(proxy.sent("POST", POSTS)) == 3, "made, not deleted, made a draft"
