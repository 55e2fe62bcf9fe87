"""Many posts at once: they are found together, each is still judged by itself, and progress is shown."""

import json
import os
import pathlib
import re

import pytest
from faultproxy import Fault
from harness import wait_until
from posts import POSTS, answer_changes, answered, captures_shown, go_on, later, proxy_before, published, row, states

MANY = 52  # more than one look-up finds


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


def test_found_together(publishing, vt, site, proxy):
    """New posts, and then all of them in another language: one write each, and a few look-ups for all."""
    answered(publishing, vt, MANY)
    status, log = publishing.run("publisher", "--once", "-v")
    assert status == 0, log
    assert site.count() == MANY and states(publishing) == {"done"}
    assert len(proxy.sent("POST", POSTS)) == MANY
    look_ups = [r for r in proxy.sent("GET", POSTS) if "slug=" in r.path]
    assert len(look_ups) <= 6 and all(len(r.path) < 8000 for r in look_ups)
    assert f"what=publishing to_go={MANY}" in log

    before = {p.slug: p.id for p in site.posts()}
    proxy.requests.clear()
    publishing.configure("publisher", language="ja")
    publishing.sql("UPDATE post SET state = 'pending'")
    publishing.once("publisher")
    assert {p.slug: p.id for p in site.posts()} == before
    assert all("検出" in p.content for p in site.posts())
    assert len(proxy.sent("POST", POSTS)) == MANY
    assert len([r for r in proxy.sent("GET", POSTS) if "slug=" in r.path]) <= 6


FILES = 4
CPU_SECONDS = 3             # for each post, on a slow machine
MEMORY_KB = 32 << 10
# Without the triggers that count for each capture, which is not what takes time here.
CAPTURED = """
BEGIN;
DROP TRIGGER sighting_new; DROP TRIGGER sighting_weighs; DROP TRIGGER sighting_total;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, sensor, session, action, src_ip, src_country,
                      url, file_name, event_at, collected_at, seen_at)
SELECT '1-many-' || i, (SELECT min(id) FROM sample) + i % 4, 'main', 'cowrie', 'Cowrie', 's' || i % 3, 'x' || i,
       'download',
       '198.' || (18 + i / 4 / 65536) || '.' || i / 4 / 256 % 256 || '.' || i / 4 % 256,
       'VN', 'http://198.51.100.7/' || i % 9000, 'f' || i,
       {at} + i % 80000, {at} + i % 80000, {at} + i % 80000 FROM n;
UPDATE sample SET captures = (SELECT count(*) FROM sighting WHERE sample_id = sample.id);
COMMIT;
"""


def cpu_seconds(program):
    fields = pathlib.Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_kb(program):
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])


@pytest.mark.parametrize("captures", [30_000, pytest.param(500_000, marks=pytest.mark.full)])
def test_captured_very_often(publishing, vt, site, captures):
    """Four files with very many captures from as many addresses each: a stop is obeyed at once, a post costs little."""
    answered(publishing, vt, FILES)
    done = publishing.shell(CAPTURED.format(count=FILES * captures, at=publishing.clock() - 90000), seconds=300)
    assert done.returncode == 0, done.stderr
    program = publishing.start("publisher")
    wait_until(lambda: "event=started" in program.log, what="a start")
    assert program.stop() == 0, "in time, though four posts wait"
    program = publishing.start("publisher")
    wait_until(lambda: states(publishing) == {"done"}, seconds=300, what="all four")
    seconds, memory = cpu_seconds(program), peak_kb(program)
    print(f"{captures} captures: {seconds / FILES:.2f} s of the processor for each post, {memory} kB")
    assert seconds < FILES * CPU_SECONDS and memory < MEMORY_KB
    assert program.stop() == 0
    assert {captures_shown(p) for p in site.posts(status="publish")} == {captures + 1}


def test_each_is_judged(publishing, vt, site):
    """Among others: edited by hand, in the trash, deleted, with another slug, and a stranger's with our slug."""
    keys = published(publishing, vt, 8)
    edited, trashed, deleted, moved, drafted, *rest = keys
    ids = {p.slug.removeprefix("malware-"): p.id for p in site.posts()}
    content = {p.id: p.content for p in site.posts()}
    site.php(f"""
        wp_update_post(["ID" => {ids[edited]}, "post_content" => wp_slash({json.dumps(content[ids[edited]] + "<p>mine</p>")})]);
        wp_trash_post({ids[trashed]});
        wp_delete_post({ids[deleted]}, true);
        wp_update_post(["ID" => {ids[moved]}, "post_name" => "elsewhere"]);
        wp_update_post(["ID" => {ids[drafted]}, "post_status" => "draft"]);
    """)
    later(publishing)
    answer_changes(publishing, vt, count=8)
    publishing.once("publisher")
    assert row(publishing, edited)["state"] == "held" and "edited by hand" in row(publishing, edited)["last_error"]
    assert row(publishing, trashed)["state"] == "skipped" and "trash" in row(publishing, trashed)["last_error"]
    assert row(publishing, deleted)["state"] == "skipped" and "deleted" in row(publishing, deleted)["last_error"]
    assert row(publishing, moved)["state"] == "held" or row(publishing, moved)["wp_id"] == ids[moved]
    assert {row(publishing, key)["state"] for key in [drafted, *rest]} == {"done"}
    by_id = {p.id: p for p in site.posts()}
    assert "mine" in by_id[ids[edited]].content
    assert all("potpress-suspicious" in by_id[ids[key]].content for key in [drafted, *rest])
    assert by_id[ids[drafted]].status == "draft"


def test_look_up_fails(publishing, vt, site, proxy):
    """A server that refuses long addresses: each post is found by itself."""
    proxy.add(Fault("replace", method="GET", path=r"slug=[^&]{1000}", status=414, times=None,
                    body="<html><title>414 Request-URI Too Large</title></html>"))
    keys = answered(publishing, vt, 5)
    publishing.once("publisher")
    assert sorted(p.slug for p in site.posts()) == sorted(f"malware-{key}" for key in keys)
    assert states(publishing) == {"done"}


def test_killed_in_the_middle(publishing, vt, site):
    """Killed again and again while many are published: one post each."""
    keys = answered(publishing, vt, 12)
    for point in ("after-write", "before-write", "before-settle-commit"):
        status, _log = publishing.run("publisher", "--once", env={"POTPRESS_CRASH_AT": point})
        assert status == -9
    go_on(publishing)
    assert sorted(p.slug for p in site.posts()) == sorted(f"malware-{key}" for key in keys)
