"""--check of the three programs, as released: every problem with its fix, nothing changed, none hides another."""

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import faultproxy
import harness
import lab
import pytest

STAGES = ("collector", "enricher", "publisher")
NO_HOST = "https://" + "x" * 64 + ".example"  # longer than a name may be: no name server is asked


def picture(directory):
    """Names and contents, but those of -shm, where even readers leave their marks."""
    return {path.name: hashlib.sha256(b"" if path.name.endswith("-shm") else path.read_bytes()).hexdigest()
            for path in directory.iterdir() if path.is_file() and path.suffix != ".log"}


def check(home, stage, **how):
    """Runs --check, demands that it changed nothing; returns (status, what it said, line by line)."""
    before = picture(home.path)
    status, text = home.run(stage, "--check", timeout=30, **how)
    assert picture(home.path) == before
    assert "\x1b" not in text
    return status, text.splitlines()


def told(lines, *words):
    """The one line that holds all of these words."""
    found = [line for line in lines if all(word in line for word in words)]
    assert len(found) == 1, (words, lines)
    return found[0]


def test_all_is_well(installed, vt):
    for stage in STAGES:
        status, lines = check(installed, stage)
        assert (status, lines[-1]) == (0, f"{stage}: no problems found"), lines
    assert not installed.database_path.exists()
    running = installed.start("enricher")
    harness.wait_until(installed.has_tables, what="a database")
    for stage in STAGES:
        assert check(installed, stage)[0] == 0
    assert running.stop() == 0
    for stage in STAGES:
        assert check(installed, stage)[0] == 0
    assert not vt.lookups()
    assert installed.integrity() == "ok"


# ---- the way there


@pytest.mark.parametrize("stage", STAGES)
def test_the_way_to_the_service(installed, stage):
    installed.configure(stage, timeout="2s", url=NO_HOST)
    status, lines = check(installed, stage)
    assert status == 1
    told(lines, "the host name cannot be resolved", "DNS")
    installed.configure(stage, url=f"http://127.0.0.1:{lab.free_port()}")
    status, lines = check(installed, stage)
    assert status == 1
    told(lines, "the connection was refused", "check that it is running")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        installed.configure(stage, timeout="1s", url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        status, lines = check(installed, stage)
        assert status == 1
        told(lines, "timed out")
        installed.configure(stage, url=f"https://127.0.0.1:{silent.getsockname()[1]}")
        status, lines = check(installed, stage)
        assert status == 1
        told(lines, "timed out")


def test_trust(installed, shared_engine, tmp_path):
    with lab.Front(tmp_path / "front", shared_engine.url) as front:
        installed.configure("collector", url=front.url, user=front.user[0],
                        password_file=installed.secret("elastic.password", front.user[1]))
        status, lines = check(installed, "collector")
        assert status == 1
        line = told(lines, "not trusted", "ca_file", "IP Address:127.0.0.1")
        assert line.endswith("pinned_public_key = " + front.pin)
        assert "not the host" not in line
        installed.configure("collector", pinned_public_key=front.pin)
        assert check(installed, "collector")[0] == 0
        installed.configure("collector", pinned_public_key="sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        told(check(installed, "collector")[1], "does not match pinned_public_key", front.pin)
        installed.configure("collector", pinned_public_key=None, url=front.url.replace("127.0.0.1", "localhost"))
        told(check(installed, "collector")[1], "not trusted", "is not the host in `url`")
        installed.configure("collector", ca_file=front.certificate)
        told(check(installed, "collector")[1], "is for another host", "IP Address:127.0.0.1", "connect_to")
        installed.configure("collector", url="https://127.0.0.1:1/es", connect_to=f"localhost:{front.port}")
        assert check(installed, "collector")[0] == 0
        installed.configure("collector", url=front.url.replace("https", "http"), connect_to=None)
        assert check(installed, "collector")[0] == 1


AUTHORITY = """
[ca]
default_ca = here
[here]
database = {directory}/index
serial = {directory}/serial
new_certs_dir = {directory}
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL)


def test_an_expired_certificate(installed, tmp_path):
    """Trusted and for the right host, but of yesterday."""
    directory = tmp_path / "authority"
    directory.mkdir()
    (directory / "index").touch()
    (directory / "serial").write_text("01\n")
    (directory / "ca.conf").write_text(AUTHORITY.format(directory=directory))
    (directory / "names").write_text("subjectAltName = IP:127.0.0.1\n")
    key, request, certificate = (str(directory / name) for name in ("key", "request", "certificate"))
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=blog", "-keyout", key, "-out", request)
    openssl("ca", "-batch", "-selfsign", "-config", str(directory / "ca.conf"), "-keyfile", key, "-in", request,
            "-out", certificate, "-notext", "-extfile", str(directory / "names"),
            "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
    port = lab.free_port()
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", certificate,
                               "-key", key, "-quiet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        lab.wait_for(lambda: listens(port), "the server")
        installed.configure("publisher", url=f"https://127.0.0.1:{port}", ca_file=certificate)
        status, lines = check(installed, "publisher")
    finally:
        server.kill()
        server.wait()
    assert (status, len(lines)) == (1, 1), lines
    told(lines, "has expired", "renew it", "this machine's clock")


def test_it_ends_by_its_timeout(installed):
    """Whatever hangs, here a file: what was found by then has been told."""
    os.mkfifo(installed.path / "hangs")
    installed.configure("database", path=installed.path / "hangs")
    installed.configure("enricher", timeout="1s")
    installed.configure("publisher", colour="red")
    status, lines = check(installed, "enricher")
    assert status == 78
    told(lines, "potpress.conf:", "unknown key 'colour'")
    told(lines, "timeout reached; remaining checks skipped")
    program = installed.start("enricher", "--check", env={"POTPRESS_CONFIG": ""})
    harness.wait_until(lambda: "colour" in program.log, what="the first line")
    program.process.send_signal(signal.SIGINT)
    assert program.process.wait(10) in (-signal.SIGINT, 78)


# ---- configuration and database


def test_no_problem_hides_another(installed):
    """All of one file with file:line, a secret that others may read, the database, the service."""
    installed.database_path.write_bytes(b"no database at all" * 100)
    key = installed.secret("vt.key", "0123")
    key.chmod(0o644)
    installed.configure("enricher", per_minute="many", url=f"http://127.0.0.1:{lab.free_port()}", shiny="yes")
    installed.configure("nonsense", a="b")
    status, lines = check(installed, "enricher")
    assert status == 78
    for words in (("per_minute", "from 1 to 6000"), ("unknown key 'shiny'",), ("unknown section [nonsense]",),
                  ("vt.key is readable by others", "chmod 600")):
        assert told(lines, *words).startswith(f"{installed.config_path}:")
    told(lines, "is not an SQLite database")
    told(lines, "the connection was refused")
    assert not any("left today" in line for line in lines)  # nobody knows


def test_an_unreadable_secret_leaves_the_rest_to_be_checked(installed, vt, site, shared_engine, tmp_path):
    for name in ("vt.key", "wordpress.password"):
        (installed.path / name).chmod(0o640 | 0o004)
    status, lines = check(installed, "enricher")
    assert status == 78 and len(lines) == 2, lines
    told(lines, "requests left today")
    assert not vt.requests
    installed.configure("publisher", category="nowhere")
    status, lines = check(installed, "publisher")
    assert status == 78 and len(lines) == 2, lines
    told(lines, "no category", "nowhere")
    installed.configure("publisher", url=site.url.replace("http:", "https:"))
    told(check(installed, "publisher")[1], "TLS handshake failed")
    installed.configure("collector", user="reader", password_file=installed.path / "missing")
    status, lines = check(installed, "collector")
    assert status == 78 and len(lines) == 1, lines
    told(lines, "cannot read", "missing")


def test_no_configuration(released, home):
    for stage in STAGES:
        status, lines = check(home, stage)
        assert (status, len(lines)) == (78, 1)
        told(lines, "cannot be opened: No such file", "POTPRESS_CONFIG")


def database_problem(home, *words):
    status, lines = check(home, "enricher")
    assert status == 78, lines
    return told(lines, "database", *words)


def test_database_file(installed):
    installed.configure("database", path=installed.path / "gone" / "potpress.db")
    database_problem(installed, "there is no directory", "install -d")
    installed.configure("database", path=installed.database_path)
    with contextlib.closing(sqlite3.connect(installed.database_path)) as db:
        db.execute("CREATE TABLE theirs (a)")
    database_problem(installed, "another program")
    installed.database_path.unlink()
    installed.once("enricher")
    with contextlib.closing(sqlite3.connect(installed.database_path)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA user_version = 99")
        database_problem(installed, "newer potpress", "upgrade")
        db.execute(f"PRAGMA user_version = {version}")
    assert check(installed, "enricher")[0] == 0
    link = installed.path / "link.db"
    link.symlink_to(installed.database_path)
    installed.configure("database", path=link)
    database_problem(installed, "symbolic link")
    installed.configure("database", path=installed.database_path)
    whole = installed.database_path.read_bytes()
    installed.database_path.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
    database_problem(installed, "corrupt", ".recover")
    installed.database_path.write_bytes(b"\0" * 4096)
    database_problem(installed, "not an SQLite database")


def test_a_full_disk(installed):
    """A separate small disk; the mount ends with the process."""
    place = installed.path / "disk"
    place.mkdir()
    installed.configure("database", path=place / "potpress.db")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"', place,
         harness.RELEASED / "potpress-enricher", "-c", installed.config_path, "--check"],
        capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1, (done.stdout, done.stderr)
    told(done.stdout.splitlines(), "nearly full", "2 MiB left")
    assert check(installed, "enricher")[0] == 0


NETWORK_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/vfs.h>
int statfs(const char *path, struct statfs *out)
{
    int (*real)(const char *, struct statfs *) = (int (*)(const char *, struct statfs *))dlsym(RTLD_NEXT, "statfs");
    int result = real(path, out);
    out->f_type = 0x6969; /* NFS */
    return result;
}
"""


def test_a_network_disk(installed):
    """The kernel's answer for a directory on NFS, which cannot be had without a server's help."""
    source, shim = installed.path / "nfs.c", installed.path / "nfs.so"
    source.write_text(NETWORK_DISK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    status, lines = check(installed, "enricher", env={"LD_PRELOAD": str(shim)})
    assert status == 1
    told(lines, "network file system", "local disk")
    assert check(installed, "enricher")[0] == 0


# ---- Elasticsearch


def test_wrong_way_into_the_engine(installed, shared_engine, site, tmp_path):
    with lab.Front(tmp_path / "front", shared_engine.url) as front:
        installed.configure("collector", url=front.url, user=front.user[0], ca_file=front.certificate,
                        password_file=installed.secret("elastic.password", front.user[1]))
        assert check(installed, "collector")[0] == 0
        installed.configure("collector", password_file=installed.secret("wrong", "wrong"))
        status, lines = check(installed, "collector")
        assert (status, len(lines)) == (1, 1), lines
        told(lines, "401", "`user` or password_file")
        installed.configure("collector", password_file=installed.path / "elastic.password")
        for prefix in ("", "/elastic"):
            installed.configure("collector", url=front.url.replace("/es", prefix))
            status, lines = check(installed, "collector")
            assert (status, len(lines)) == (1, 1), lines
            told(lines, "check the path in `url`", "/es")
    installed.configure("collector", user=None, password_file=None, ca_file=None, url=shared_engine.url + "/es")
    status, lines = check(installed, "collector")
    assert (status, len(lines)) == (1, 1), lines
    told(lines, "no search engine at this path")
    installed.configure("collector", url=site.url)
    status, lines = check(installed, "collector")
    assert (status, len(lines)) == (1, 1), lines
    told(lines, "check the path in `url`")


def test_what_the_engine_holds(installed, shared_engine):
    installed.configure("collector", index="nothing-*")
    told(check(installed, "collector")[1], "no index matches nothing-*", "logstash-YYYY.MM.DD")
    installed.configure("collector", index="logstash-*")
    shared_engine.delete_all()
    shared_engine.request("PUT", "/logstash-2026.11.21", {})
    told(check(installed, "collector")[1], "no documents yet")
    shared_engine.bulk([("logstash-2026.11.21", "1", {"type": "Suricata", "src_ip": "192.0.2.1"})], refresh=True)
    told(check(installed, "collector")[1], "none has a field", "cowrie")


def test_an_engine_that_is_ill(installed, shared_engine):
    """A shard that finds no place, a disk at its flood stage: both are reported, and the documents counted."""
    shared_engine.request("PUT", "/logstash-2026.11.19?wait_for_active_shards=0&timeout=1s",
                          {"settings": {"index.routing.allocation.require.box": "none"}})
    shared_engine.request("PUT", "/logstash-2026.11.20/_settings", {"index.blocks.read_only_allow_delete": True})
    try:
        status, lines = check(installed, "collector")
    finally:
        shared_engine.request("PUT", "/logstash-*/_settings", {"index.blocks.read_only_allow_delete": None})
        shared_engine.delete_index("logstash-2026.11.19")
    assert status == 1
    told(lines, "the cluster is red")
    told(lines, "read-only", "logstash-2026.11.20", "flood stage")
    assert check(installed, "collector")[0] == 0


def test_an_account_that_may_only_search(installed, engine):
    """It is enough to collect, and no problem; one that may not search either is one problem."""
    refusal = '{"error":{"type":"security_exception","reason":"action is unauthorized for user [reader]"},"status":403}'
    with faultproxy.FaultProxy(target=engine.url) as proxy:
        installed.configure("collector", url=proxy.url)
        for path, expected in (("_cluster|_nodes|_settings|_stats", 0), ("", 1)):
            proxy.add(faultproxy.Fault("replace", path=path, status=403, body=refusal, times=None,
                                       headers={"Content-Type": "application/json"}))
            status, lines = check(installed, "collector")
            assert (status, len(lines)) == (expected, 1), lines
    told(lines, "403", "may not read")


def test_a_cluster_that_is_read_only(installed, shared_engine):
    block = "cluster.blocks.read_only_allow_delete"
    shared_engine.request("PUT", "/_cluster/settings", {"persistent": {block: True}})
    try:
        status, lines = check(installed, "collector")
    finally:
        shared_engine.request("PUT", "/_cluster/settings", {"persistent": {block: None}})
    assert status == 1
    told(lines, "the whole cluster is read-only", "lift cluster.blocks")


def test_clocks(installed, shared_engine, vt, monkeypatch, tmp_path):
    """With the test build, whose clock can be wrong; the servers tell theirs."""
    monkeypatch.setattr(harness, "PROGRAMS", harness.ROOT / "build" / "test")
    installed.set_clock(time.time() - 50)
    for stage in STAGES:
        assert check(installed, stage)[0] == 0
    vt.now = time.time
    for ahead in (-7200, 300):
        installed.set_clock(time.time() + ahead)
        for stage in STAGES:
            status, lines = check(installed, stage)
            assert status == 1
            told(lines, "its clock is", "ahead of" if ahead < 0 else "behind", "NTP")


# ---- VirusTotal


def test_key_and_quota(installed, vt):
    installed.configure("enricher", per_day=20, per_month=30)
    told(check(installed, "enricher")[1], "account main: 20 of 20 requests left today (UTC), 30 of 30")
    installed.once("enricher")
    for sha256 in ("11" * 32, "22" * 32):
        installed.sql("INSERT INTO sample (sha256) VALUES (?)", sha256[:-1] + "0")
    installed.once("enricher")
    status, lines = check(installed, "enricher")
    assert status == 0
    told(lines, "18 of 20", "28 of 30")
    installed.configure("enricher", per_day=2)
    status, lines = check(installed, "enricher")
    assert status == 1
    told(lines, "used up", "the next day", "honeypots")
    assert len(vt.lookups()) == 2
    installed.configure("enricher", per_day=20, api_key_file=installed.secret("wrong.key", "f" * 64))
    status, lines = check(installed, "enricher")
    assert status == 1
    told(lines, "WrongCredentialsError", "api_key_file")
    told(lines, "18 of 20")
    installed.configure("enricher", api_key_file=installed.path / "vt.key", url=vt.url.replace("/api/v3", ""))
    told(check(installed, "enricher")[1], "no API at this path; check `url`")
    assert len(vt.lookups()) == 2


@pytest.mark.parametrize("fault, words", [
    ({"status": 429, "code": "QuotaExceededError"}, ("429", "quota")),
    ({"status": 503, "code": "TransientError"}, ("503",)),
    ({"status": 200, "body": b"<html>log in here</html>", "content_type": "text/html"}, ("is not the API's",)),
    ({"status": 302, "headers": {"Location": "https://portal.example/login"}}, ("https://portal.example/login",)),
    ({"close": True}, ("closed without an answer",)),
], ids=lambda value: str(value.get("status", "close")) if isinstance(value, dict) else "")
def test_virustotal_misbehaves(installed, vt, fault, words):
    import virustotal
    vt.faults.append(virustotal.Fault(**fault))
    status, lines = check(installed, "enricher")
    assert status == 1
    told(lines, "virustotal", *words)


# ---- WordPress


def account(home, site, name):
    login, password = site.users[name]
    home.configure("publisher", user=login, password_file=home.secret(f"{name}.password", password))


def test_the_account(installed, site):
    installed.configure("publisher", category="not-there")
    for name, words in (("subscriber", "may not publish"), ("contributor", "may not publish")):
        account(installed, site, name)
        status, lines = check(installed, "publisher")
        assert status == 1
        told(lines, words, name, "Author")
        told(lines, "no category", "not-there", "Posts, Categories")
    for name in ("editor", "admin"):
        account(installed, site, name)
        status, lines = check(installed, "publisher")
        assert (status, len(lines)) == (1, 1), lines  # it may make the category
        told(lines, "more rights than needed", "Author")


def test_the_category_of_digests(installed):
    """Each kind of post that is wanted needs its category, and no other."""
    installed.configure("publisher", digest="daily", digest_category="no-digests", category="no-files")
    status, lines = check(installed, "publisher")
    assert (status, len(lines)) == (1, 2), lines
    told(lines, "no category", "no-digests", "Posts, Categories")
    told(lines, "no category", "no-files")
    installed.configure("publisher", sample_posts="none")
    status, lines = check(installed, "publisher")
    assert (status, len(lines)) == (1, 1), lines
    told(lines, "no category", "no-digests")
    installed.configure("publisher", digest="none")
    assert check(installed, "publisher")[0] == 0


def test_the_password(installed, site):
    installed.configure("publisher", password_file=installed.secret("wrong", "abcd efgh"), category="not-there")
    status, lines = check(installed, "publisher")
    assert (status, len(lines)) == (1, 2), lines
    told(lines, "wrong user name or application password", "CGIPassAuth")
    told(lines, "no category")
    site.set_fault("no-app-pw")
    status, lines = check(installed, "publisher")
    told(lines, "application passwords are disabled", "https")
    site.set_fault("login-required")
    told(check(installed, "publisher")[1], "is closed", "even with our login")
    installed.configure("publisher", password_file=installed.path / "wordpress.password", category="malware")
    assert check(installed, "publisher")[0] == 0
    site.set_fault("no-app-pw")
    told(check(installed, "publisher")[1], "application passwords are disabled")
    site.set_fault("noauth")
    told(check(installed, "publisher")[1], "drops the Authorization header")


def test_the_site(installed, site, vt):
    site.set_fault("301=https://www.blog.example")
    told(check(installed, "publisher")[1], "https://www.blog.example", "set `url`")
    for fault, words in (("waf403", "REST API"), ("html200", "REST API"), ("500", "500"), ("503=60", "503"),
                         ("404", "REST API"), ("empty200", "REST API")):
        site.set_fault(fault)
        status, lines = check(installed, "publisher")
        assert status == 1
        told(lines, "wordpress", words)
    site.clear_fault()
    installed.configure("publisher", url=vt.url)
    status, lines = check(installed, "publisher")
    assert (status, len(lines)) == (1, 1), lines
    told(lines, "wordpress", "401")


PLUGIN = "wp-content/mu-plugins/test-of-check.php"


@pytest.mark.parametrize("code, words", [
    ("add_filter('rest_authentication_errors', fn() => new WP_Error('rest_disabled', 'No.', ['status' => 403]));",
     ("REST API is closed (rest_disabled)",)),
    ("remove_action('template_redirect', 'rest_output_link_header', 11);"
     "add_filter('rest_authentication_errors', fn() => new WP_Error('rest_disabled', 'No.', ['status' => 403]));",
     ("is closed (rest_disabled)", "security plugin")),
], ids=["closed", "both"])
def test_a_security_plugin(installed, site, code, words):
    plugin = site.directory / PLUGIN
    plugin.parent.mkdir(exist_ok=True)
    plugin.write_text("<?php\n" + code)
    try:
        status, lines = check(installed, "publisher")
    finally:
        plugin.unlink()
    assert status == 1
    told(lines, "wordpress", *words)


def test_plain_permalinks_work(installed, site):
    site.php('update_option("permalink_structure", "");')
    try:
        status, lines = check(installed, "publisher")
    finally:
        site.php('update_option("permalink_structure", "/%postname%/");')
    assert status == 0, lines


CACHE = """
daemon off;
{user}
pid {directory}/nginx.pid;
error_log {directory}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {directory}/temp;
    proxy_temp_path {directory}/temp;
    fastcgi_temp_path {directory}/temp;
    uwsgi_temp_path {directory}/temp;
    scgi_temp_path {directory}/temp;
    proxy_cache_path {directory}/cache keys_zone=pages:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {target};
            proxy_hide_header Link;
            add_header Link '<http://127.0.0.1:{port}/wp-json/>; rel="https://api.w.org/"';
            proxy_cache pages;
            proxy_cache_key {key};
            proxy_cache_valid 200 1m;
            proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
            {extra}
        }}
    }}
}}
"""


@contextlib.contextmanager
def page_cache(directory, target, key, extra=""):
    """A real nginx that keeps pages, as hosters put it before WordPress."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "temp").mkdir(parents=True)
    port = lab.free_port()
    (directory / "nginx.conf").write_text(CACHE.format(
        directory=directory, port=port, target=target, key=key, extra=extra,
        user="user root;" if os.geteuid() == 0 else ""))
    nginx = subprocess.Popen(
        ["nginx", "-p", directory, "-e", directory / "error.log", "-c", directory / "nginx.conf"],
        env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
    try:
        lab.wait_for(lambda: not nginx.poll() and listens(port), "nginx")
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(10)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("key, extra, cached", [
    ("$uri", "add_header X-Cache-Status $upstream_cache_status;", True),
    ("$uri$is_args$args", "", True),
    ("$uri$is_args$args", "proxy_cache_bypass $http_authorization; proxy_no_cache $http_authorization;", False),
], ids=["by-path", "silent", "well-made"])
def test_a_page_cache(installed, site, tmp_path, key, extra, cached):
    with page_cache(tmp_path / "nginx", site.url, key, extra) as url:
        installed.configure("publisher", url=url)
        status, lines = check(installed, "publisher")
    assert status == (1 if cached else 0), lines
    if cached:
        told(lines, "page cache", "exempt /wp-json/")
