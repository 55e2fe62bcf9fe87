"""A site that refuses every write for a day, in fourteen different ways: nobody is charged, and all is published after it."""

import json

import pytest
from faultproxy import Fault
from posts import POSTS, answered, later, plugin, proxy_before, published, row, states

JSON = {"Content-Type": "application/json; charset=UTF-8"}
DAY = 86400
HOUR = 3600
KEYS = 4
LOOKS = 30      # of the publisher, in a day


def own(code, status, http=None):
    """An error of WordPress, or of a plugin, in its own form."""
    body = json.dumps({"code": code, "message": "No.", "data": {"status": status}})
    return Fault("replace", method="POST", path=POSTS, status=http or status, body=body, headers=JSON, times=None)


def page(title, status):
    """A page of what stands before WordPress."""
    return Fault("replace", method="POST", path=POSTS, status=status, times=None,
                 body=f"<html><head><title>{title}</title></head><body>{title}</body></html>")


WAYS = {
    "a plugin, 400": own("acme_publishing_is_off", 400),
    "a plugin, 403": own("acme_not_allowed", 403),
    "a token plugin": own("jwt_auth_bad_auth_header", 403),
    "texts lost on the way": own("empty_content", 400),
    "a plugin, with 200": own("acme_not_allowed", 403, http=200),
    "a field that a plugin wants": own("rest_missing_callback_param", 400),
    "a field that is not taken": own("rest_invalid_param", 400),
    "rights that were lost": own("rest_cannot_edit", 403),
    "a full database": own("db_insert_error", 500),
    "a firewall": page("Forbidden", 403),
    "a captcha": page("Please verify that you are a human", 200),
    "a limit of size": page("Request Entity Too Large", 413),
    "a portal": page("Welcome to the hotel", 405),
    "not found": page("Not Found", 404),
}


EACH_TIME = ("a plugin, 400", "a field that a plugin wants", "texts lost on the way", "a firewall")


@pytest.mark.parametrize("way", [
    pytest.param(way, marks=[] if way in EACH_TIME else pytest.mark.full) for way in WAYS])
def test_every_write_refused_for_a_day(publishing, vt, site, way):
    """The site rests with the reason in words, and is asked now and then; the posts go out when it is well again."""
    publishing.set_clock(publishing.clock() - 3 * DAY)
    published(publishing, vt, name="tags exist now")
    with proxy_before(publishing, site) as proxy:
        keys = answered(publishing, vt, KEYS)
        fault = proxy.add(Fault(**vars(WAYS[way])))
        for _ in range(LOOKS):
            publishing.run("publisher", "--once")
            later(publishing, DAY // LOOKS)
        for key in keys:
            saved = row(publishing, key)
            assert (saved["state"], saved["attempts"]) == ("pending", 0), saved["last_error"]
        why = publishing.one("SELECT why FROM status WHERE stage = 'publisher'")
        assert "wordpress: " in why and (json.loads(fault.body)["code"] in why if fault.headers else "HTTP" in why)
        assert len(proxy.sent("POST", POSTS)) <= 4 * LOOKS, "a handful for each look"
        fault.times = 0
        for _ in range(LOOKS):
            publishing.run("publisher", "--once")
            later(publishing, HOUR)
            if states(publishing) == {"done"}:
                break
        assert states(publishing) == {"done"} and site.count() == KEYS + 1
        assert {p.status for p in site.posts()} == {"publish"}


REFUSES_ONE = """add_filter('rest_pre_insert_post', fn($post) => strpos($post->post_content ?? '', '%s') === false
    ? $post : new WP_Error('acme_forbidden_word', 'No.', ['status' => 400]));"""


def test_one_post_refused_among_others(publishing, vt, site):
    """The others go out at once; it is held in the end with the plugin's own word."""
    publishing.set_clock(publishing.clock() - 3 * DAY)
    *good, bad = answered(publishing, vt, KEYS)     # the newest goes first
    with plugin(site, REFUSES_ONE % bad):
        for _ in range(LOOKS):
            publishing.run("publisher", "--once")
            assert len(good) == site.count(), "in the first run already"
            later(publishing, DAY // 12)
            if row(publishing, bad)["state"] == "held":
                break
    saved = row(publishing, bad)
    assert saved["state"] == "held" and "acme_forbidden_word" in saved["last_error"]
    assert {row(publishing, key)["state"] for key in good} == {"done"} and publishing.one("SELECT count(*) FROM pause") == 0
