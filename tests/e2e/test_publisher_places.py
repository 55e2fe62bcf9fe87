"""WordPress elsewhere than at the root of a host of its own: in a folder, in a network, moved, copied, behind a cache."""

import copy
import json
import re
import shutil
import time

import harness
import lab
import pytest
from lab import http
from posts import answer_changes, answered, later, plugin, published, row, states
from test_pictures import assert_right, digesting, numbers_change  # noqa: F401 digesting is a fixture
from test_publisher_plugins import lose_the_answer

PERMALINKS = {"names": "/%postname%/", "dates": "/%year%/%monthnum%/%day%/%postname%/", "plain": "",
              "index": "/index.php/%postname%/"}
SET_PERMALINKS = "global $wp_rewrite; $wp_rewrite->set_permalink_structure({}); flush_rewrite_rules();"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory):
    """A WordPress that these tests may move."""
    with lab.WordPress(tmp_path_factory.mktemp("place")) as site:
        site.root = site.url
        yield site


def constants(site, **values):
    """Constants of wp-config.php."""
    (site.directory / "config.php").write_text("<?php\n" + "".join(
        f"define({json.dumps(name)}, {json.dumps(value)});\n" for name, value in values.items()))


@pytest.fixture
def site(own_site):
    """Stands in for the site of the other tests, and for that of `publishing`."""
    own_site.delete_all()
    yield own_site
    own_site.clear_fault()
    own_site.url = own_site.root
    (own_site.directory / "config.php").unlink(missing_ok=True)
    own_site.php(SET_PERMALINKS.format('"/%postname%/"'))


def put(site, address, core):
    """Shows the site at this path of its host, with WordPress's own files at the other."""
    site.url = site.root + address
    constants(site, WP_HOME=site.url, WP_SITEURL=site.root + core)


def answers(url):
    answer = http("GET", url)
    assert answer.status == 200, (url, answer.status, answer.headers.get("Location"))
    return answer.body


def assert_links(home, site):
    """The links in the database, and those in the pages, lead to where the site shows the posts."""
    for post in home.sql("SELECT key, link FROM post WHERE state = 'done' AND wanted = 'publish'"):
        assert post["link"].startswith(site.url + "/")
        assert f'{post["key"]}"'.encode() in answers(post["link"])
    links = {link for p in site.posts(status="publish") for link in re.findall(r'(?:href|src)="(http://[^"]+)"', p.content)}
    assert all(link.startswith(site.url + "/") for link in links)
    return {link: answers(link) for link in links}


def live(home, vt, site):
    """The life of two related posts and a digest with pictures."""
    keys = published(home, vt, 2)
    assert home.one("SELECT count(*) FROM post WHERE content_hash <> sent_hash") == 0, "the site changes nothing"
    assert_right(home, site)
    assert len(assert_links(home, site)) >= 3, "two pictures and a related post"
    numbers_change(home, 1)
    answer_changes(home, vt)
    home.once("publisher")
    assert_right(home, site)
    assert_links(home, site)
    edited, stays = (site.posts(f"malware-{key}")[0] for key in keys)
    assert "potpress-suspicious" in edited.content
    site.edit_post(edited.id, content=edited.content.replace("</p>", " by hand</p>", 1))
    answer_changes(home, vt, "dropper")
    home.once("publisher")
    assert "edited by hand" in row(home, keys[0])["last_error"]
    home.shell(f"UPDATE post SET state = 'pending' WHERE key = '{keys[0]}'")
    home.shell(f"UPDATE post SET wanted = 'withdraw', state = 'pending' WHERE key = '{keys[1]}'")
    home.once("publisher")
    assert states(home) == {"done"}
    assert [p.status for p in site.posts()].count("draft") == 1 and site.posts(stays.slug)[0].status == "draft"
    assert sorted(p.slug for p in site.posts()) == sorted(r["slug"] for r in home.sql("SELECT slug FROM post"))
    assert home.run("publisher", "--preview", home.path / "preview")[0] == 0
    home.set_clock(time.time() - 2)
    status, lines = home.run("publisher", "--check")
    assert status == 0, lines


# Where the site is shown, where its files are, and its permalinks. The others only in `make check-full`.
PLACES = [("/blog", "/blog", "names"), ("/blog", "/blog", "plain"), ("", "/wp", "index"), *(
    pytest.param(*place, marks=pytest.mark.full) for place in (
        ("/blog", "/blog", "dates"), ("/blog", "/blog", "index"), ("", "/wp", "names"), ("", "/wp", "dates"), ("", "/wp", "plain"),
        ("/blog", "/blog/wp", "names")))]


@pytest.mark.parametrize("address, files, permalinks", PLACES)
def test_folder(digesting, vt, site, address, files, permalinks):  # noqa: F811
    put(site, address, files)
    site.php(SET_PERMALINKS.format(json.dumps(PERMALINKS[permalinks])))
    digesting.configure("publisher", url=site.url + "/")
    live(digesting, vt, site)


def test_folder_of_the_files(publishing, vt, site):
    """`url` may name it too; a page of the site is no site, says --check."""
    put(site, "", "/wp")
    answered(publishing, vt)
    site.php('wp_insert_post(["post_type" => "page", "post_status" => "publish", "post_title" => "Intel"]);')
    try:
        for path, words in (("/wp", "no problems found"), ("/intel", f"published on the site {site.root}, which is not")):
            publishing.configure("publisher", url=site.root + path)
            publishing.set_clock(time.time() - 2)
            lines = publishing.run("publisher", "--check")[1]
            assert words in lines and len(lines.splitlines()) == 1, lines
    finally:
        site.php('wp_delete_post(get_page_by_path("intel")->ID, true);')


# ---- networks

NETWORK = """require_once ABSPATH . "wp-admin/includes/upgrade.php"; require_once ABSPATH . "wp-admin/includes/network.php";
    foreach ($wpdb->tables("ms_global") as $name => $table) $wpdb->$name = $table;
    install_network(); populate_network(1, %s, "admin@example.org", "Network", "/", false);"""
# WordPress drops the port from the domain of a further site.
FURTHER = """[$host, $url] = json_decode(%s);
    update_option("home", $url); update_option("siteurl", $url);
    $id = wp_insert_site(["domain" => $host, "path" => "/intel/", "network_id" => 1, "user_id" => 1, "title" => "Intel"]);
    $wpdb->update($wpdb->blogs, ["domain" => $host], ["blog_id" => $id]); wp_cache_flush(); switch_to_blog($id);
    update_option("home", "$url/intel"); update_option("siteurl", "$url/intel");
    $wp_rewrite->set_permalink_structure("/%%postname%%/"); flush_rewrite_rules();
    foreach (["malware", "digest"] as $name) wp_insert_term($name, "category");
    foreach (get_posts(["post_type" => "any", "post_status" => "any", "numberposts" => -1]) as $p) wp_delete_post($p->ID, true);
    foreach (["author", "editor"] as $role) add_user_to_blog($id, get_user_by("login", $role)->ID, $role);
    foreach (["author", "editor"] as $role) $passwords[$role] = WP_Application_Passwords::create_new_application_password(
        get_user_by("login", $role)->ID, ["name" => "network"])[0];
    echo json_encode($passwords);"""


def make_network(first):
    """Two sites of one WordPress: at the root, and at /intel/."""
    first.root = first.url
    host = first.url.removeprefix("http://")
    first.php(NETWORK % json.dumps(host))
    constants(first, MULTISITE=True, SUBDOMAIN_INSTALL=False, DOMAIN_CURRENT_SITE=host, PATH_CURRENT_SITE="/",
              SITE_ID_CURRENT_SITE=1, BLOG_ID_CURRENT_SITE=1)
    passwords = json.loads(first.php(FURTHER % repr(json.dumps([host, first.url]))))
    first.users |= {role: (role, password) for role, password in passwords.items()}
    second = copy.copy(first)
    second.url, second.tables = first.url + "/intel", "wp_2_"
    return first, second


def copy_of(home, path):
    """Another installation with a copy of the database."""
    path.mkdir()
    other = harness.Home(path)
    other.sections = {name: dict(keys) for name, keys in home.sections.items()}
    other.configure("database", path=other.database_path)
    other.key = home.key
    home.sql(f"VACUUM INTO '{other.database_path}'")
    other.set_clock(home.clock())
    return other


def test_network(digesting, vt, tmp_path):  # noqa: F811
    """The same user publishes to two sites of a network from two databases, with the same slugs."""
    others = copy_of(digesting, tmp_path / "others")
    with lab.WordPress(tmp_path / "network") as root:
        first, second = make_network(root)
        for home, site in ((digesting, second), (others, first)):
            before = first.posts(), second.posts()
            login, password = site.users["author"]
            home.configure("publisher", url=site.url, user=login, password_file=home.secret("network.password", password))
            live(home, vt, site)
            assert (first.posts(), second.posts())[site is first] == before[site is first]
        assert {p.slug for p in first.posts()} == {p.slug for p in second.posts()}


def test_wrong_site_of_a_network(publishing, vt, tmp_path):
    """Where the user has no role, and where there is no site: --check says so, and nothing is written anywhere."""
    answered(publishing, vt)
    with lab.WordPress(tmp_path / "network") as root:
        first, second = make_network(root)
        login, password = first.users["author"]
        publishing.configure("publisher", user=login, password_file=publishing.secret("network.password", password))
        first.php('remove_user_from_blog(get_user_by("login", "author")->ID, 1);')
        for path, words in (("", "the user has no role on this site"), ("/none", "there is no site at `url` (HTTP 404)")):
            publishing.configure("publisher", url=first.url + path)
            publishing.set_clock(time.time() - 2)
            status, lines = publishing.run("publisher", "--check")
            assert status == 1 and words in lines and len(lines.splitlines()) == 1, lines
            assert publishing.run("publisher", "--once")[0] == 75
        assert first.count() == second.count() == 0 and states(publishing) == {"pending"}


# ---- a site that moves

REPLACE = """[$old, $new] = json_decode(%s);
    foreach (["post_content", "guid"] as $field)
        $wpdb->query($wpdb->prepare("UPDATE $wpdb->posts SET $field = REPLACE($field, %%s, %%s)", $old, $new));"""


def move(site, to):
    """As people do it: the new address in the settings, and in place of the old one everywhere in the database."""
    constants(site, WP_HOME=to, WP_SITEURL=to)
    site.php(REPLACE % repr(json.dumps([site.url, to])))
    site.url = to


def by_name(site):
    return site.root.replace("127.0.0.1", "localhost")


def assert_moved(home, vt, site, key, before):
    """The next answer about one file finds the site at its new address; and so all other posts are looked up again."""
    answer_changes(home, vt)
    for _ in range(2):
        later(home, 5)
        home.once("publisher")
    assert {p.id: p.slug for p in site.posts()} == before
    assert home.sql("SELECT DISTINCT state, last_error, site FROM post") == [
        {"state": "done", "last_error": None, "site": site.url}]
    assert "potpress-suspicious" in site.posts(f"malware-{key}")[0].content
    assert_right(home, site)
    assert_links(home, site)


@pytest.mark.parametrize("to", ["name", "folder"])
def test_site_moves(digesting, vt, site, to):  # noqa: F811
    """Our posts are recognized although their links are others now; no post, picture or revision too much."""
    keys = published(digesting, vt, 3)
    before = {p.id: p.slug for p in site.posts()}
    revisions = len(site._sql("SELECT 1 FROM wp_posts WHERE post_type = 'revision'"))
    move(site, by_name(site) if to == "name" else site.root + "/blog")
    digesting.configure("publisher", url=site.url)
    assert_moved(digesting, vt, site, keys[0], before)
    made = len(site._sql("SELECT 1 FROM wp_posts WHERE post_type = 'revision'")) - revisions
    assert made <= len(before)


def test_site_gets_https(digesting, vt, site):  # noqa: F811
    """Only WordPress's own address changes, and in the posts: links and pictures follow, nobody edited anything."""
    keys = published(digesting, vt, 3)
    before = {p.id: p.slug for p in site.posts()}
    try:
        move(site, site.root.replace("http:", "https:"))
        secure, site.url = site.url, site.root
        answer_changes(digesting, vt, count=3)
        answered(digesting, vt, name="new")
        digesting.sql("UPDATE post SET due_at = 1 WHERE kind = 'digest'")
        for _ in range(2):
            later(digesting, 5)
            digesting.once("publisher")
        assert digesting.sql("SELECT DISTINCT state, last_error FROM post") == [{"state": "done", "last_error": None}]
        assert len(site.posts()) == len(before) + 1 and before.items() <= {p.id: p.slug for p in site.posts()}.items()
        assert all("potpress-suspicious" in site.posts(f"malware-{key}")[0].content for key in keys)
        answer_changes(digesting, vt, "dropper", count=3)
        digesting.once("publisher")
        for text in [p.content for p in site.posts()] + [r["link"] for r in digesting.sql("SELECT link FROM post")]:
            assert site.root not in text
        assert all(r["url"].startswith(secure) for r in digesting.sql("SELECT url FROM media"))
    finally:
        site.url = site.root


def test_site_moves_with_edited_posts(digesting, vt, site):  # noqa: F811
    """What people changed or deleted before or after the move stays theirs."""
    keys = published(digesting, vt, 4)
    earlier, after, gone = (site.posts(f"malware-{key}")[0] for key in keys[1:])
    site.request("DELETE", f"/wp/v2/posts/{gone.id}?force=true", user="editor")
    site.edit_post(earlier.id, content=earlier.content.replace("</p>", " by hand</p>", 1))
    move(site, by_name(site))
    site.edit_post(after.id, content=site.posts(after.slug)[0].content.replace("</p>", " by hand</p>", 1))
    theirs = [site.posts(p.slug)[0] for p in (earlier, after)]
    digesting.configure("publisher", url=site.url)
    answer_changes(digesting, vt)
    for _ in range(2):
        later(digesting, 5)
        digesting.once("publisher")
    assert row(digesting, keys[0])["state"] == "done"
    for key in keys[1:3]:
        assert (row(digesting, key)["state"], "edited by hand" in row(digesting, key)["last_error"]) == ("held", True)
    assert [site.posts(p.slug)[0] for p in (earlier, after)] == theirs
    assert (row(digesting, keys[3])["state"], site.posts(gone.slug)) == ("skipped", [])


def test_copy_on_a_site_that_moves(publishing, vt, site):
    """What a lost create left before the move is removed after it, although its links are others now."""
    keys = published(publishing, vt, 3)
    key = next(key for key in keys if site.url in site.posts(f"malware-{key}")[0].content)
    post, = site.posts(f"malware-{key}")
    site.request("POST", "/wp/v2/posts", {"title": post.title, "content": post.content, "status": "publish",
                                          "slug": f"malware-{key}-2"}, user="author")
    move(site, by_name(site))
    publishing.configure("publisher", url=site.url)
    answer_changes(publishing, vt, count=3)
    for _ in range(2):
        later(publishing, 5)
        publishing.once("publisher")
    assert {p.slug for p in site.posts()} == {f"malware-{key}" for key in keys}
    assert publishing.sql("SELECT DISTINCT state, last_error FROM post") == [{"state": "done", "last_error": None}]


def test_copied_site(digesting, vt, site, tmp_path):  # noqa: F811
    """A copy of the site at another address, and of the database: neither installation touches the other's site."""
    keys = published(digesting, vt, 2)
    copied = tmp_path / "copy" / "blog"
    for part in ("database", "wp-content/uploads"):
        shutil.copytree(site.directory / part, copied / part)
    shutil.copy(site.directory / "users", copied / "users")
    other = copy_of(digesting, tmp_path / "other")
    with lab.WordPress(tmp_path / "copy") as staging:
        other.configure("publisher", url=staging.url)
        before = {p.id: p.slug for p in site.posts()}
        for home, here, there in ((other, staging, site), (digesting, site, staging)):
            untouched = there.posts()
            numbers_change(home, 1)
            answer_changes(home, vt)
            for _ in range(2):
                later(home, 5)
                home.once("publisher")
            assert states(home) == {"done"} and there.posts() == untouched
            assert_right(home, here)
            assert "potpress-suspicious" in here.posts(f"malware-{keys[0]}")[0].content
            assert {r["link"].startswith(here.url) for r in home.sql("SELECT link FROM post")} == {True}
            assert {p.id: p.slug for p in here.posts()} == before


def test_plugin_makes_links_relative(publishing, vt, site):
    """A post edited meanwhile is held, the others are not."""
    edited, other = published(publishing, vt, 2)
    post, = site.posts(f"malware-{edited}")
    site.edit_post(post.id, content=post.content.replace("</p>", " by hand</p>", 1))
    with plugin(site, "add_filter('post_link', 'wp_make_link_relative');"):
        answer_changes(publishing, vt, count=2)
        publishing.once("publisher")
    assert "edited by hand" in row(publishing, edited)["last_error"]
    assert row(publishing, other)["state"] == "done"


def test_url_by_name(digesting, vt, site):  # noqa: F811
    """The same site by another name in `url`, while WordPress keeps its address: refused; with api_url nothing changes."""
    published(digesting, vt, 2)
    before = site.posts()
    digesting.configure("publisher", url=by_name(site))
    digesting.sql("UPDATE post SET due_at = 1")
    status, log = digesting.run("publisher", "--once")
    assert status == 75 and "set `url` to the address the site itself uses" in log
    digesting.configure("publisher", api_url=by_name(site) + "/wp-json/")
    for _ in range(2):
        later(digesting, 61)
        digesting.once("publisher")
    assert_right(digesting, site)
    assert site.posts() == before and states(digesting) == {"done"}
    assert {r["site"] for r in digesting.sql("SELECT site FROM post")} == {by_name(site)}


# ---- caches, settings

# A cache that ignores the parameter by which we tell our requests apart, and keeps answers until the file is gone.
CACHE = """const CACHED = WP_CONTENT_DIR . '/uploads/cached.json';
function cached_as($request) {
    $asked = $request->get_query_params();
    unset($asked['_'], $asked['rest_route']);
    return $request->get_method() === 'GET' && strpos($request->get_route(), '/wp/v2/posts') === 0
        ? $request->get_route() . json_encode($asked) : null; }
function cached() { return is_file(CACHED) ? json_decode(file_get_contents(CACHED), true) : []; }
add_filter('rest_pre_dispatch', function ($none, $server, $request) {
    $key = cached_as($request);
    return $key !== null && isset(cached()[$key]) ? new WP_REST_Response(cached()[$key]) : $none; }, 10, 3);
add_filter('rest_post_dispatch', function ($answer, $server, $request) {
    $key = cached_as($request);
    if ($key !== null && $answer->get_status() === 200)
        file_put_contents(CACHED, json_encode([$key => $answer->get_data()] + cached()));
    return $answer; }, 99, 3);"""


def purge(site):
    (site.directory / "wp-content/uploads/cached.json").unlink(missing_ok=True)


def test_stale_answers(publishing, vt, site):
    """Old answers for minutes: one post per key, nobody is told that he edited it, and the end is right."""
    publishing.set_clock(publishing.clock() - 86400)
    with plugin(site, CACHE):
        keys = published(publishing, vt, 2)
        answer_changes(publishing, vt, count=2)
        publishing.once("publisher")
        assert states(publishing) == {"done"}
        lost, = answered(publishing, vt, name="lost")
        lose_the_answer(publishing)
        for kind in ("dropper", "few"):
            later(publishing)
            answer_changes(publishing, vt, kind, count=2)
            publishing.run("publisher", "--once")
            assert sorted(p.slug for p in site.posts()) == sorted(f"malware-{key}" for key in [*keys, lost])
            assert publishing.sql("SELECT * FROM held") == []
        purge(site)
    for _ in range(3):
        later(publishing, 3600)
        publishing.once("publisher")
    assert states(publishing) == {"done"} and site.count() == 3
    assert all("potpress-suspicious" in site.posts(f"malware-{key}")[0].content for key in keys)


SETTINGS = """update_option("timezone_string", "Asia/Kolkata");
    update_option("show_on_front", "page");
    update_option("page_for_posts", wp_insert_post(["post_type" => "page", "post_status" => "publish", "post_title" => "News"]));
    update_option("category_base", "/themes"); update_option("default_comment_status", "closed");
    update_option("blog_public", "0"); update_option("uploads_use_yearmonth_folders", "0");
    update_option("upload_path", WP_CONTENT_DIR . "/files"); update_option("upload_url_path", home_url("/wp-content/files"));
    wp_update_term(get_option("default_category"), "category", ["name" => "Other", "slug" => "other"]);
    wp_update_term(get_term_by("slug", "malware", "category")->term_id, "category", ["name" => "Renamed"]);
    $wp_rewrite->set_permalink_structure("/%year%/%monthnum%/%postname%/"); flush_rewrite_rules();"""
LIMITS = """add_filter("xmlrpc_enabled", "__return_false");
    add_filter("intermediate_image_sizes_advanced", "__return_empty_array");
    add_filter("big_image_size_threshold", "__return_false");
    add_filter("rest_authentication_errors", fn($so_far) => $so_far ?? (is_user_logged_in() ? null :
        new WP_Error("rest_not_logged_in", "Only for members.", ["status" => 401])));"""


def test_settings_of_people(digesting, vt, tmp_path):  # noqa: F811
    """A Japanese site with another front page, time zone, folder of pictures, closed API and renamed categories."""
    with lab.WordPress(tmp_path / "site", locale="ja") as site, plugin(site, LIMITS):
        site.root = site.url
        site.php(SETTINGS)
        login, password = site.users["author"]
        digesting.configure("publisher", url=site.url, user=login, language="ja",
                            password_file=digesting.secret("japanese", password))
        live(digesting, vt, site)
        assert {t["slug"] for p in site.posts() for t in site.request("GET", f"/wp/v2/categories?post={p.id}")} == {
            "malware", "digest"}
