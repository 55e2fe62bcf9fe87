"""Answers of a real WordPress that get lost, and a publisher that dies: exactly one post per key, by count."""

import pytest
import vt_reports
from faultproxy import Fault
from harness import wait_until
from posts import (LOOK_UP, POSTS, answer_changes, answered, go_on, later, proxy_before, published, row, states)

FULL = pytest.mark.full
TIMES = [5, pytest.param(20, marks=FULL)]
# What the client sees after WordPress has stored the post.
LOST = [
    Fault("lose"),
    Fault("replace_after", status=504, body="<html><title>504 Gateway Time-out</title></html>"),
    Fault("cut", at=40),
    Fault("replace_after", status=200),
    pytest.param(Fault("reset"), marks=FULL),
    pytest.param(Fault("cut_headers", at=20), marks=FULL),
    pytest.param(Fault("wrong_length", at=5), marks=FULL),
    pytest.param(Fault("replace_after", status=200, body="<html><title>Just a moment...</title></html>"), marks=FULL),
    pytest.param(Fault("replace_after", status=403, body="<html><title>403 Forbidden</title></html>"), marks=FULL),
]
# What goes wrong inside of it.
BROKEN = ["kill-after", *(pytest.param(fault, marks=FULL)
                          for fault in ("fatal-after", "oom-after", "exit-after", "truncate=20", "504-after"))]


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


def assert_one_each(site, keys):
    assert sorted(p.slug for p in site.posts()) == sorted(f"malware-{key}" for key in keys)
    assert {p.status for p in site.posts()} == {"publish"}


def lose_all(home, sent, keys):
    """Runs until each of these rows has lost its answer; then nothing is sent again for a minute."""
    for _ in keys:
        home.run("publisher", "--once")
        if home.one("SELECT count(*) FROM post WHERE write_open = 1") == len(keys):
            break
    assert home.one("SELECT count(*) FROM post WHERE write_open = 1") == len(keys)
    assert home.one("SELECT count(*) FROM post WHERE state = 'pending'") == len(keys)
    count = sent()
    later(home, LOOK_UP - 2)
    home.run("publisher", "--once")
    assert sent() == count, "not again before a minute has passed"


def lose_and_go_on(home, site, sent, keys):
    """Every answer is lost once: each write was sent once, each key has one post and is done."""
    before = sent()
    lose_all(home, sent, keys)
    go_on(home)
    assert states(home) == {"done"} and sent() - before == len(keys)
    assert home.one("SELECT count(*) FROM post WHERE write_open = 1 OR last_error IS NOT NULL") == 0
    assert_one_each(site, [r["key"] for r in home.sql("SELECT key FROM post")])


def creates_and_edits(home, vt, site, proxy, times, begin_fault):
    def sent():
        return len(proxy.sent("POST", POSTS))

    keys = answered(home, vt, times)
    begin_fault()
    lose_and_go_on(home, site, sent, keys)
    first = {p.slug: (p.id, p.content) for p in site.posts()}
    answer_changes(home, vt, count=times)
    begin_fault()
    lose_and_go_on(home, site, sent, keys)
    for post in site.posts():
        if post.slug.removeprefix("malware-") in keys:
            assert post.id == first[post.slug][0] and "potpress-suspicious" in post.content


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("fault", LOST, ids=lambda f: f"{f.kind}-{f.status}-{len(f.body)}")
def test_answer_lost_on_the_way(publishing, vt, site, proxy, fault, times):
    """Creates and edits whose answers are lost."""
    creates_and_edits(publishing, vt, site, proxy, times, lambda: proxy.add(
        Fault(**{**vars(fault), "method": "POST", "path": POSTS, "times": times})))


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("fault", BROKEN)
def test_wordpress_breaks_after_storing(publishing, vt, site, proxy, fault, times):
    """PHP killed, at the end by a plugin's fault, or its answer cut: creates and edits."""
    def start_anew(**workers):
        if fault == "kill-after":
            site.stop()
            site.start(**workers)

    def begin_fault():
        start_anew(workers=times + 6)
        site.set_fault(f"writes-only, times={times}, {fault}")

    published(publishing, vt, name="tags exist now")
    creates_and_edits(publishing, vt, site, proxy, times, begin_fault)
    start_anew()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_answer_too_late(publishing, vt, site, proxy, moment):
    """WordPress goes on without us after we stopped waiting, before it stored the post or after."""
    published(publishing, vt, name="tags exist now")
    keys = answered(publishing, vt, 2)
    publishing.configure("publisher", timeout="1s")
    site.set_fault(f"writes-only, times=2, sleep-{moment}=2.5")
    lose_all(publishing, lambda: len(proxy.sent("POST", POSTS)), keys)
    wait_until(lambda: site.count() == 3, what="WordPress to store both")
    publishing.configure("publisher", timeout="5s")
    go_on(publishing)
    assert states(publishing) == {"done"} and site.count() == 3
    assert len(proxy.sent("POST", POSTS)) == 3


@pytest.mark.parametrize("fault", [
    Fault("prefix", body="<br />\n<b>Notice</b>: something of a {plugin} [here]<br />\n"),
    Fault("prefix", body=b"\xef\xbb\xbf"),
    Fault("prefix", body="<style>" + ".a{color:red} .b[x]{margin:0}" * 50 + "</style>"),
])
def test_text_before_the_answer(publishing, vt, site, proxy, fault):
    """What a plugin prints before every answer, lists and errors included, changes nothing."""
    proxy.add(Fault(**{**vars(fault), "path": "/wp/v2/", "times": None}))
    keys = published(publishing, vt, 2)
    answer_changes(publishing, vt, count=2)
    publishing.once("publisher")
    assert_one_each(site, keys)
    assert all("potpress-suspicious" in p.content for p in site.posts())


@pytest.mark.parametrize("kind", ["refuse", "fatal-before"])
def test_a_write_that_never_arrived(publishing, vt, site, proxy, kind):
    """A create and an edit that were announced and not stored are sent again after a minute."""
    def fail():
        if kind == "refuse":
            proxy.add(Fault("refuse", method="POST", path=POSTS))
        else:
            site.set_fault("writes-only, times=1, fatal-before")

    published(publishing, vt, name="tags exist now")
    key, = answered(publishing, vt)
    fail()
    assert publishing.run("publisher", "--once")[0] == 75
    assert site.count(f"malware-{key}") == 0
    go_on(publishing)
    post, = site.posts(f"malware-{key}")
    answer_changes(publishing, vt)
    fail()
    assert publishing.run("publisher", "--once")[0] == 75
    assert site.posts(f"malware-{key}") == [post]
    go_on(publishing)
    edited, = site.posts(f"malware-{key}")
    assert edited.id == post.id and "potpress-suspicious" in edited.content


@pytest.mark.parametrize("point", ["before-write", "after-write", "before-settle-commit"])
def test_killed(publishing, vt, site, point):
    """Killed before, and between WordPress's store and its own commit: one post, done, not taken for edited."""
    def die():
        status, _log = publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": point})
        assert status == -9

    key, = answered(publishing, vt)
    die()
    assert site.count() == (0 if point == "before-write" else 1)
    go_on(publishing)
    post, = site.posts()
    answer_changes(publishing, vt)
    die()
    go_on(publishing)
    edited, = site.posts()
    assert (edited.id, edited.slug) == (post.id, f"malware-{key}") and "potpress-suspicious" in edited.content
    assert states(publishing) == {"done"} and publishing.integrity() == "ok"


def test_one_loss_after_the_other(publishing, vt, site):
    """What an unconfirmed write stored is not taken for an edit after another write was announced."""
    key, = published(publishing, vt)
    for kind, point in (("few", "after-write"), ("dropper", "before-write"), ("undetected", "after-write"),
                        ("pua", "before-settle-commit"), ("inconclusive", "before-write")):
        later(publishing)
        answer_changes(publishing, vt, kind)
        status, _log = publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": point})
        assert status == -9
    go_on(publishing)
    post, = site.posts()
    assert row(publishing, key)["state"] == "done"
    assert "potpress-inconclusive" in post.content


def test_every_request_is_received_once(publishing, vt, site, proxy):
    """A server that closes a reused connection without an answer: libcurl's own second try is refused."""
    published(publishing, vt, name="tags exist now")
    key, = answered(publishing, vt)
    before = len(proxy.sent("POST"))
    proxy.add(Fault("close_reused", method="POST"))
    assert publishing.run("publisher", "--once")[0] == 75
    assert [r.fault for r in proxy.sent("POST")[before:]] == ["close_reused"]
    go_on(publishing)
    assert len(proxy.sent("POST")) - before == 2 and site.count(f"malware-{key}") == 1
    before = len(proxy.sent("GET"))
    proxy.add(Fault("close_reused", method="GET", path=POSTS))
    answer_changes(publishing, vt)
    assert publishing.run("publisher", "--once")[0] == 75
    assert [r.fault for r in proxy.sent("GET")[before:]] == ["close_reused"]
    assert row(publishing, key)["attempts"] == 0
    go_on(publishing)
    assert site.count(f"malware-{key}") == 1


def test_taken_slug_after_a_lost_create(publishing, vt, site, proxy):
    """A lost create that was stored as SLUG-2 behind a post we may not see leaves nothing behind."""
    key, = answered(publishing, vt)
    theirs = site.request("POST", "/wp/v2/posts", {"title": "theirs", "content": "theirs", "slug": f"malware-{key}",
                                                   "status": "publish"}, user="editor")
    proxy.add(Fault("lose", method="POST", path=POSTS))
    publishing.run("publisher", "--once")
    assert {p.slug for p in site.posts()} == {f"malware-{key}", f"malware-{key}-2"}
    go_on(publishing)
    assert [p.id for p in site.posts()] == [theirs["id"]]
    saved = row(publishing, key)
    assert saved["state"] == "held" and f"post {theirs['id']}" in saved["last_error"]


def test_asked_to_stop(publishing, vt, site, proxy):
    """SIGTERM while the site does not answer a write: gone within five seconds, the row given back."""
    key, = answered(publishing, vt)
    publishing.configure("publisher", timeout="60s")
    proxy.add(Fault("delay", method="POST", path=POSTS, seconds=20))
    program = publishing.start("publisher")
    wait_until(lambda: proxy.sent("POST", POSTS), what="a write on its way")
    assert program.stop() == 0, "the harness gives it five seconds and one for itself"
    saved = row(publishing, key)
    assert (saved["state"], saved["attempts"], saved["expired"]) == ("pending", 0, 0)
    go_on(publishing)
    assert site.count() == 1 and len(proxy.sent("POST", POSTS)) == 1


def test_row_deleted_at_work(publishing, vt, site, proxy):
    """A sample that is deleted by hand while its post is being written: the others go on."""
    known = vt_reports.hashes("deleted 0")["sha256"]
    answered(publishing, vt, name="deleted")
    proxy.add(Fault("delay", method="POST", path=POSTS, seconds=1.5))
    program = publishing.start("publisher")
    wait_until(lambda: proxy.sent("POST", POSTS), what="a write on its way")
    publishing.shell(f"DELETE FROM sample WHERE sha256 = '{known}'")
    key, = answered(publishing, vt, name="other")
    wait_until(lambda: row(publishing, key)["state"] == "done", what="the other post")
    assert program.stop() == 0 and "lease_lost" in program.log


def test_requeued_at_work(publishing, vt, site, proxy):
    """A manual change while the post is being written: the late result is dropped, and there is one post."""
    key, = answered(publishing, vt)
    proxy.add(Fault("delay", method="POST", path=POSTS, seconds=1.5))
    program = publishing.start("publisher")
    wait_until(lambda: proxy.sent("POST", POSTS), what="a write on its way")
    publishing.shell("UPDATE post SET state = 'pending'")
    wait_until(lambda: "lease_lost" in program.log, what="the late result")
    saved = row(publishing, key)
    assert (saved["state"], saved["wp_id"], saved["write_open"], saved["overwrite"]) == ("pending", None, 1, 1)
    later(publishing)
    wait_until(lambda: row(publishing, key)["state"] == "done", what="the post")
    assert program.stop() == 0
    post, = site.posts()
    assert row(publishing, key)["wp_id"] == post.id and len(proxy.sent("POST", POSTS)) == 2


def test_lease_is_kept_while_the_site_is_slow(publishing, vt, site, proxy):
    """Requests that take longer together than a lease lasts: extended before each of them."""
    published(publishing, vt, name="tags exist now")
    key, = answered(publishing, vt)
    searches = proxy.add(Fault("delay", method="GET", path=POSTS, skip=1, seconds=1.5))
    tags = proxy.add(Fault("delay", method="GET", path="/tags", seconds=1.5))
    program = publishing.start("publisher")
    for fault in (searches, tags):
        wait_until(lambda fault=fault: fault.times == 0, what="a slow request")
        begun = row(publishing, key)
        assert begun["state"] == "leased" and begun["lease_until"] >= publishing.clock() + 60
        later(publishing, 100)
    wait_until(lambda: row(publishing, key)["state"] == "done", what="the post")
    assert row(publishing, key)["token"] == begun["token"] + 1, "one lease, one result"
    assert program.stop() == 0 and site.count() == 2
