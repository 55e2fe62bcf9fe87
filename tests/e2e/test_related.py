"""Related posts on a real site: linked, stable, and never by what is private."""

import contextlib
import hashlib
import re

import pytest
import tpot_day
import vt_reports
from harness import wait_until
from posts import capture, later, row
from test_article import as_the_editor_writes, opinions

DAY = 86400
HOST = "dl.example.net"
SHOWN = "dl[.]example[.]net"


def file(home, vt, name, kind="undetected", host=HOST, **attributes):
    """A captured file from this host, answered; returns its key."""
    known = vt_reports.hashes(name)
    vt.files[known["sha256"]] = vt_reports.report(name, kind, **attributes)
    capture(home, known["sha256"], url=f"http://{host}/{name}")
    home.once("enricher")
    return known["sha256"]


def publish(home):
    later(home)
    return home.once("publisher")


def requeue(home, key):
    assert home.shell(f"UPDATE post SET state = 'pending' WHERE key = '{key}'").returncode == 0
    publish(home)


def post_of(site, key, **how):
    post, = site.posts(slug=f"malware-{key}", **how)
    return post


def links(site, key):
    """The related posts that a post shows: [(key, title, why)]."""
    content = post_of(site, key).content
    heading = "Related posts</h2>" if "Related posts" in content else "関連記事</h2>"
    if heading not in content:
        return []
    section = content[content.index(heading):].split("<!-- wp:buttons", 1)[0]
    found = re.findall(r'<li><a [^>]*href="[^"]*/malware-([0-9a-f]+)/?">(.*?)</a><br><span[^>]*>(.*?)</span></li>',
                       section)
    assert len(found) == section.count("<li>")
    return [(key, title, re.sub("</?code>", "", why)) for key, title, why in found]


def test_two_files_of_one_host(publishing, vt, site):
    """The second links to the first, and nothing changes when they are published again."""
    first = file(publishing, vt, "first")
    publish(publishing)
    assert links(site, first) == []
    second = file(publishing, vt, "second")
    publish(publishing)
    assert links(site, second) == [(first, post_of(site, first).title, f"same host {SHOWN}")]
    before = [post_of(site, key).content for key in (first, second)]
    for _ in range(2):
        requeue(publishing, second)
        requeue(publishing, first)
        assert [post_of(site, key).content for key in (first, second)] == before


def test_reasons_and_order(publishing, vt, site):
    near = vt_reports.tlsh(vt_reports.hashes("the digest"))
    near_too = near[:-1] + ("1" if near[-1] == "0" else "0")
    family = file(publishing, vt, "family", "mirai", "one.example.org")
    close = file(publishing, vt, "close", "undetected", "two.example.org", tlsh=near)
    host = file(publishing, vt, "host", "undetected")
    both = file(publishing, vt, "both", "mirai", f"user@{HOST.upper()}:8080")
    file(publishing, vt, "unrelated", "undetected", "three.example.org")
    publish(publishing)
    new = file(publishing, vt, "new", "mirai", tlsh=near_too)
    publishing.configure("publisher", language="en")
    publish(publishing)
    apart = re.search(r"distance (\d)\)", links(site, new)[2][2])[1]
    assert [(key, why) for key, _, why in links(site, new)] == [
        (both, f"same family, same host {SHOWN}"), (host, f"same host {SHOWN}"),
        (close, f"nearly the same file (TLSH distance {apart})")]
    publishing.configure("publisher", language="ja")
    requeue(publishing, new)
    assert [(key, why) for key, _, why in links(site, new)] == [
        (both, f"同じファミリー、同じホスト {SHOWN}"), (host, f"同じホスト {SHOWN}"),
        (close, f"ほぼ同じファイル (TLSH 距離 {apart})")]
    assert family not in post_of(site, new).content


@pytest.mark.parametrize("how", ["withdrawn", "trashed"])
def test_a_post_that_is_gone_is_not_linked(publishing, vt, site, how):
    first, second = file(publishing, vt, "first"), file(publishing, vt, "second")
    publish(publishing)
    assert [key for key, _, _ in links(site, second)] == [first]
    if how == "withdrawn":
        publishing.shell(f"UPDATE post SET wanted = 'withdraw' WHERE key = '{first}'")
        publish(publishing)
    else:
        site.request("DELETE", f"/wp/v2/posts/{post_of(site, first).id}")
        capture(publishing, first, at=publishing.clock(), src_ip="198.51.100.24")
        later(publishing, 2 * DAY)
        publishing.once("publisher")
        assert row(publishing, first)["state"] == "skipped"
    requeue(publishing, second)
    assert links(site, second) == [] and first not in post_of(site, second).content


@contextlib.contextmanager
def archived(site):
    """Other addresses."""
    def use(structure):
        site.php(f'update_option("permalink_structure", "{structure}");')

    use("/archive/%postname%/")
    try:
        yield
    finally:
        use("/%postname%/")


def test_addresses_follow_the_site(publishing, vt, site):
    """After the site's permalinks have changed, all posts link to the new addresses."""
    first, second = file(publishing, vt, "first"), file(publishing, vt, "second")
    publish(publishing)
    with archived(site):
        third = file(publishing, vt, "third")
        program = publishing.start("publisher")
        wait_until(lambda: row(publishing, third)["state"] == "done", what="the new post")
        later(publishing)
        wait_until(lambda: all("/archive/" in row(publishing, key)["link"] for key in (first, second)),
                   what="the new addresses")
        assert program.stop() == 0
        for key in (first, second, third):
            requeue(publishing, key)
            content = post_of(site, key).content
            assert key == first or f"{site.url}/archive/malware-" in content
            assert f"{site.url}/malware-" not in content


def test_a_private_host_relates_nothing(publishing, vt, site):
    """Whether it is known before or learned later; titles that are shown elsewhere follow."""
    publishing.sql("INSERT INTO sensor_identity VALUES ('my-sensor.example', 'name', 'main', 0)")
    for name in ("first", "second"):
        file(publishing, vt, name, host="my-sensor.example")
    publish(publishing)
    assert all("Related posts" not in post.content and "my-sensor" not in post.content for post in site.posts())
    assert publishing.one("SELECT count(*) FROM shown WHERE kind = 'host'") == 0
    third, fourth = (file(publishing, vt, name) for name in ("third", "fourth"))
    publish(publishing)
    assert SHOWN in links(site, fourth)[0][2]
    publishing.sql("INSERT INTO sensor_identity VALUES (?, 'name', 'main', 0)", HOST)
    publish(publishing)
    assert links(site, third) == links(site, fourth) == []
    assert not [post for post in site.posts() if "dl[.]example" in post.content or HOST in post.content]
    assert publishing.one("SELECT count(*) FROM shown WHERE kind IN ('host', 'title')") == 0


def test_a_file_that_is_nothing_but_an_address_of_ours(publishing, vt, site):
    """Its hash would tell the address: once that is known, posts that link to it are written again."""
    vt.unknown_are_found = False
    revealing = hashlib.sha256(b"198.51.100.77\n").hexdigest()
    capture(publishing, revealing, url=f"http://{HOST}/x")
    publishing.once("enricher")
    publish(publishing)
    second = file(publishing, vt, "second")
    publish(publishing)
    assert revealing in links(site, second)[0][0]
    publishing.sql("INSERT INTO sensor_identity VALUES ('198.51.100.77', 'address', 'main', 0)")
    publish(publishing)
    public = [post for post in site.posts() if post.status == "publish"]
    assert [post.slug for post in public] == [f"malware-{second}"]
    assert links(site, second) == [] and revealing[:12] not in public[0].content


def test_a_name_in_a_title_that_is_shown(publishing, vt, site):
    """By the time it is learned, the title is another one."""
    unknown = tpot_day.sha256("nobody knows it")
    vt.unknown_are_found = False
    capture(publishing, unknown, url=f"http://{HOST}/x", file_name="my-sensor-1")
    publishing.once("enricher")
    publish(publishing)
    second = file(publishing, vt, "second")
    publish(publishing)
    assert "my-sensor-1" in links(site, second)[0][1]
    publishing.sql("UPDATE sighting SET file_name = 'other' WHERE file_name = 'my-sensor-1'")
    requeue(publishing, unknown)
    assert "my-sensor-1" in post_of(site, second).content, "it has not been revised since"
    publishing.sql("INSERT INTO sensor_identity VALUES ('my-sensor-1', 'name', 'main', 0)")
    publish(publishing)
    assert not [post for post in site.posts() if "my-sensor-1" in post.content + post.title]
    assert [key for key, _, _ in links(site, second)] == [unknown]


def test_the_editor_leaves_it_alone(publishing, vt, site):
    keys = [file(publishing, vt, name, "mirai") for name in ("first", "second")]
    publish(publishing)
    for key in keys:
        requeue(publishing, key)
    posts = {post_of(site, key).id: post_of(site, key).content for key in keys[1:]}
    assert all("Related posts" in content for content in posts.values())
    for lines in opinions(site, list(posts)).values():
        assert {line[0] for line in lines} == {"valid", "read"}, lines
    assert as_the_editor_writes(site, list(posts)) == posts
