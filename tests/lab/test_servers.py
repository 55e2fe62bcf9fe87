"""The laboratory's own promises: what the end-to-end tests build on must hold before they mean anything.

SPDX-License-Identifier: MIT
"""

import base64
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import lab

DAY = "logstash-2026.11.20"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with lab.Engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory):
    with lab.WordPress(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def site(shared_site):
    shared_site.delete_all()
    yield shared_site
    shared_site.clear_fault()


def create(site, slug="malware-x", user="author"):
    return lab.http(
        "POST", site.url + "/wp-json/wp/v2/posts?_fields=id,slug",
        {"title": "t", "content": "c", "slug": slug, "status": "publish"}, site.users[user],
    )


# -- the engine


def test_engine_numbers_documents_by_arrival(engine):
    engine.delete_all()
    engine.bulk([(DAY, None, {"shasum": f"{n:064x}"}) for n in range(5)], refresh=True)
    stats = engine.request("GET", "/logstash-*/_stats/docs?level=shards&filter_path=indices.*.shards.*.seq_no")
    assert stats["indices"][DAY]["shards"]["0"][0]["seq_no"]["global_checkpoint"] == 4
    assert engine.count() == 5


def test_engine_follows_the_template_of_tpot(engine):
    engine.delete_all()
    engine.bulk([(DAY, "a", {"shasum": "ab", "url": "x" * 300, "src_port": 5, "geoip": {"ip": "192.0.2.1"}})])
    fields = engine.request("GET", f"/{DAY}/_mapping")[DAY]["mappings"]["properties"]
    assert fields["shasum"]["fields"]["keyword"] == {"type": "keyword", "ignore_above": 256}
    assert fields["geoip"]["properties"]["ip"]["type"] == "ip"
    settings = engine.request("GET", f"/{DAY}/_settings")[DAY]["settings"]["index"]
    assert (settings["refresh_interval"], settings["number_of_replicas"]) == ("5s", "0")


def test_engine_keeps_bytes_it_was_given_and_refuses_what_does_not_fit(engine):
    engine.delete_all()
    poison = b'{"shasum":"\\ud800","url":"a\\u0000b"}'
    refused = engine.bulk([(DAY, "a", poison), (DAY, "b", {"shasum": {"no": "text"}})], refresh=True, strict=False)
    assert [name for name, _ in refused] == ["b"]
    with pytest.raises(lab.LabError):
        engine.bulk([(DAY, "b", {"shasum": {"no": "text"}})])
    assert engine.count() == 1


def test_engine_comes_back_at_its_address_with_its_documents(engine):
    engine.delete_all()
    engine.bulk([(DAY, "a", {"shasum": "ab"})], refresh=True)
    url = engine.url
    engine.stop()
    with pytest.raises(OSError):
        lab.http("GET", url)
    assert engine.start() == url
    assert engine.count() == 1


def test_front_asks_for_password_and_modern_tls(engine, tmp_path):
    with lab.Front(tmp_path, engine.url) as front:
        trust = ssl.create_default_context(cafile=front.certificate)
        old = ssl.create_default_context(cafile=front.certificate)
        old.maximum_version = ssl.TLSVersion.TLSv1_2

        def ask(context, *headers):
            connection = http.client.HTTPSConnection("127.0.0.1", front.port, context=context, timeout=10)
            connection.request("GET", "/es/_cluster/health", headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()

        basic = base64.b64encode(":".join(front.user).encode()).decode()
        assert ask(trust)[0] == 401
        status, body = ask(trust, ("Authorization", "Basic " + basic))
        assert (status, json.loads(body)["cluster_name"]) == (200, "lab")
        with pytest.raises(ssl.SSLError):
            ask(old)
        assert front.pin.startswith("sha256//") and len(front.pin) == 52
    with pytest.raises(OSError):
        ask(trust)


# -- the site


def test_users_may_what_their_roles_may(site):
    assert create(site, user="author").status == 201
    assert create(site, user="contributor").status == 403
    assert create(site, user="subscriber").status == 403
    assert [c["slug"] for c in site.request("GET", "/wp/v2/categories?slug=malware", user=None)] == ["malware"]
    link = lab.http("HEAD", site.url + "/").headers["Link"]
    assert f'<{site.url}/wp-json/>; rel="https://api.w.org/"' in link


def test_posts_are_counted_with_copies_and_trash(site):
    for _ in range(2):
        create(site, "malware-x")
    create(site, "malware-xy")
    site.trash_post(site.posts("malware-x")[0].id)
    assert [(p.slug, p.status) for p in site.posts("malware-x")] == [
        ("malware-x__trashed", "trash"), ("malware-x-2", "publish")]
    assert site.count("malware-x", "publish") == 1
    assert site.count() == 3


def test_post_is_edited_as_by_a_person(site):
    create(site, "malware-x")
    site.edit_post(site.posts("malware-x")[0].id, content="by hand")
    assert site.posts("malware-x")[0].content == "by hand"


def test_php_runs_inside_the_site(site):
    assert site.php("echo get_bloginfo('version');") == site.version
    with pytest.raises(lab.LabError, match="no_such_function"):
        site.php("no_such_function();")


STORED, NOT_STORED = 1, 0


@pytest.mark.parametrize(("fault", "status", "begins", "stored"), [
    ("exit-after", 200, b"", STORED),
    ("fatal-after", 500, b'{"code":"internal_server_error"', STORED),
    ("oom-after", 500, b'{"code":"internal_server_error"', STORED),
    ("504-after", 504, b"<html>", STORED),
    ("truncate=9", 201, b'{"id":', STORED),
    ("bom", 201, b"\xef\xbb\xbf{", STORED),
    ("notice", 201, b"<br />", STORED),
    ("html200", 200, b"<!DOCTYPE", NOT_STORED),
    ("empty200", 200, b"", NOT_STORED),
    ("waf403", 403, b"<!DOCTYPE", NOT_STORED),
    ("challenge", 403, b"<!DOCTYPE", NOT_STORED),
    ("500", 500, b"<!DOCTYPE", NOT_STORED),
    ("fatal-before", 500, b'{"code":"internal_server_error"', NOT_STORED),
    ("noauth", 401, b'{"code":"rest_cannot_create"', NOT_STORED),
    ("no-app-pw", 401, b'{"code":"rest_cannot_create"', NOT_STORED),
])
def test_fault_does_what_it_says_once(site, fault, status, begins, stored):
    site.set_fault(f"writes-only, times=1, {fault}")
    assert lab.http("GET", site.url + "/wp-json/wp/v2/posts").status == 200
    answer = create(site)
    assert answer.status == status
    assert answer.body.startswith(begins) and (begins or answer.body == b"")
    assert site.count() == stored
    assert site.fault is None
    assert create(site).status == 201


@pytest.mark.parametrize("fault", ["503", "429"])
def test_fault_says_when_to_come_back(site, fault):
    site.set_fault(f"{fault}=7")
    answer = create(site)
    assert (answer.status, answer.headers["Retry-After"]) == (int(fault), "7")


def test_redirect_names_its_target(site):
    site.set_fault("301=https://blog.example")
    answer = create(site)
    assert (answer.status, answer.headers["Location"].split("?")[0]) == (
        301, "https://blog.example/wp-json/wp/v2/posts")


def test_killed_php_has_stored_and_the_site_lives_on(site):
    for n in range(1, 6):
        site.set_fault("writes-only, times=1, kill-after")
        with pytest.raises(http.client.RemoteDisconnected):
            create(site, f"malware-{n}")
        assert site.count() == n
    assert create(site).status == 201


def test_times_counts_down(site):
    site.set_fault("writes-only, times=3, waf403")
    assert [create(site).status for _ in range(5)] == [403, 403, 403, 201, 201]


def test_site_closed_to_strangers(site):
    site.set_fault("login-required")
    assert lab.http("GET", site.url + "/wp-json/wp/v2/posts").status == 401
    assert create(site).status == 201


def test_site_comes_back_at_its_address_with_its_posts(site):
    create(site)
    url = site.url
    site.stop()
    with pytest.raises(OSError):
        lab.http("GET", url)
    assert site.start() == url
    assert site.count() == 1


def test_site_speaks_japanese(tmp_path):
    with lab.WordPress(tmp_path, locale="ja") as site:
        assert site.request("GET", "/wp/v2/categories?slug=malware")[0]["name"] == "マルウェア"
        assert site.php("echo get_locale(), ' ', wp_timezone_string(), ' ', wp_date('l', 0);") == "ja Asia/Tokyo 木曜日"


def test_nothing_outlives_a_killed_test_run(tmp_path):
    code = (
        "import os, sys, lab; site = lab.WordPress(sys.argv[1]); site.start();"
        "print(site.url, flush=True); os.kill(os.getpid(), 9)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(lab.HERE)},
    )
    assert run.returncode == -signal.SIGKILL

    def gone():
        try:
            lab.http("GET", run.stdout.strip() + "/")
        except OSError:
            return True
        return False

    lab.wait_for(gone, "the site to end with its test run", 15)


# -- all of it


def test_one_script_starts_and_stops_everything(tmp_path):
    def script(verb):
        return subprocess.run(
            [lab.HERE / "lab", verb, "--home", tmp_path], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=120, check=False,
        )

    try:
        started = script("start")
        assert started.returncode == 0, started.stderr
        env = dict(line.split("=", 1) for line in started.stdout.splitlines())
        urls = [env[name] for name in ("ENGINE_URL", "ENGINE_PROXY_URL", "WP_URL", "WP_PROXY_URL", "VT_URL")]
        for url, path in zip(urls, ["/_cluster/health"] * 2 + ["/wp-json/?_fields=name"] * 2):
            assert lab.http("GET", url + path).status == 200
        assert lab.http("GET", env["VT_URL"] + "/api/v3/files/" + "0" * 32).status == 401
        trust = ssl.create_default_context(cafile=env["FRONT_CERTIFICATE"])
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(env["FRONT_URL"], context=trust)
        attacked = subprocess.run([lab.HERE / "cowrie", "attack", "cowrie", "--home", tmp_path, "1"],
                                  capture_output=True, text=True, timeout=120, check=True)
        left = {json.loads(line)["sha256"] for line in attacked.stdout.splitlines()}

        def arrived():
            answer = lab.http("POST", env["ENGINE_URL"] + "/logstash-*/_search?size=100", {
                "query": {"prefix": {"eventid.keyword": "cowrie.session.file_"}}})
            return {hit["_source"]["shasum"] for hit in answer.json["hits"]["hits"]} == left

        lab.wait_for(arrived, "what Cowrie caught to arrive in the engine")
        assert script("start").stdout == script("env").stdout == started.stdout
        status = script("status")
        assert (status.returncode, status.stdout.count(" up, ")) == (0, 8), status.stdout
    finally:
        stopped = script("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert script("status").returncode == 1
    place = (tmp_path / "cowrie" / "place").resolve()
    assert place.exists()
    assert script("wipe").returncode == 0
    assert not place.exists() and not tmp_path.exists()
    for url in urls:
        with pytest.raises(OSError):
            lab.http("GET", url)
