"""The fault proxy's promises: what passes is untouched, and each fault is exactly the one it is named after.

SPDX-License-Identifier: MIT
"""

import gzip
import http.client
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

import lab
from faultproxy import Fault, FaultProxy

JSON = b'{"url":"http://127.0.0.1/","text":"\\u3042"}'
PACKED = gzip.compress(JSON * 50, mtime=0)
LINK = ("<http://127.0.0.1/wp-json/>; rel=first", "<http://127.0.0.1/?p=1>; rel=second")


class Handler(http.server.BaseHTTPRequestHandler):
    """A target that answers by the path it is asked for."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, body, self.headers))
        getattr(self, "on_" + self.path.strip("/"), self.on_json)()

    do_POST = do_HEAD = do_PUT = do_DELETE = do_GET

    def head(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def on_json(self):
        self.head(201 if self.command == "POST" else 200, ("Content-Length", len(JSON)),
                  ("Link", LINK[0]), ("Link", LINK[1]))
        if self.command != "HEAD":
            self.wfile.write(JSON)

    def on_gzip(self):
        self.head(200, ("Content-Encoding", "gzip"), ("Content-Length", len(PACKED)))
        self.wfile.write(PACKED)

    def on_chunks(self):
        self.head(200, ("Transfer-Encoding", "chunked"))
        self.wfile.write(b"4;name=value\r\n\0\r\n\n\r\n" + b"a\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n")

    def on_broken_chunk(self):
        self.head(200, ("Transfer-Encoding", "chunked"))
        self.wfile.write(b"a\r\n0123")
        self.close_connection = True

    def on_missing_chunk(self):
        self.head(200, ("Transfer-Encoding", "chunked"))
        self.wfile.write(b"4\r\n0123\r\n")
        self.close_connection = True

    def on_until_close(self):
        self.head(200, ("Connection", "close"))
        self.wfile.write(b"until the end")
        self.close_connection = True

    def on_short(self):
        self.head(200, ("Content-Length", 100))
        self.wfile.write(b"short")
        self.close_connection = True

    def on_silent(self):
        self.close_connection = True

    def on_moved(self):
        self.head(301, ("Location", "http://127.0.0.1:1/elsewhere"), ("Content-Length", 0))

    def on_nothing(self):
        self.head(204)

    def on_hints(self):
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        self.on_json()


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.seen = []
        running.url = f"http://127.0.0.1:{running.server_address[1]}"
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def target(server):
    server.seen.clear()
    return server


@pytest.fixture
def proxy(target):
    with FaultProxy(target=target.url) as running:
        yield running


def port(url):
    return int(url.rsplit(":", 1)[1])


def raw(url, method="GET", path="/json", body=b"", seconds=5):
    """Every byte that comes back for one request until the other side closes, which it is asked to do."""
    with socket.create_connection(("127.0.0.1", port(url)), seconds) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        pieces = []
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
        return b"".join(pieces)


class Client:
    """Requests on one connection that is kept until the test ends."""

    kept = []

    def __init__(self, url):
        self.kept.append(self)
        self.connection = http.client.HTTPConnection("127.0.0.1", port(url), timeout=5)
        self.connection.connect()
        self.socket = self.connection.sock

    def __call__(self, method="GET", path="/json", body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def close(self):
        self.connection.close()
        self.socket.close()

    def is_same(self):
        return self.connection.sock is self.socket


@pytest.fixture(autouse=True)
def closed_clients():
    yield
    while Client.kept:
        Client.kept.pop().close()


# -- without a fault


def test_answers_pass_untouched(proxy, target):
    for path in ("/json", "/gzip", "/moved", "/until_close", "/nothing", "/chunks"):
        direct, passed = lab.http("GET", target.url + path), lab.http("GET", proxy.url + path)
        assert (passed.status, passed.body) == (direct.status, direct.body), path
        changes = {"Date", "Connection", "Transfer-Encoding", "Content-Length"}
        assert [h for h in passed.headers.items() if h[0] not in changes] == [
            h for h in direct.headers.items() if h[0] not in changes], path
    assert lab.http("GET", proxy.url + "/json").headers.get_all("Link") == list(LINK)
    assert lab.http("HEAD", proxy.url + "/json").headers["Content-Length"] == str(len(JSON))
    assert lab.http("GET", proxy.url + "/gzip").body == PACKED
    assert lab.http("GET", proxy.url + "/chunks").body == b"\0\r\n\n0123456789"
    assert lab.http("GET", proxy.url + "/moved").headers["Location"] == "http://127.0.0.1:1/elsewhere"


def test_connection_is_kept_over_every_kind_of_answer(proxy, target):
    client = Client(proxy.url)
    for path in ("/json", "/gzip", "/chunks", "/until_close", "/nothing", "/moved", "/hints"):
        status = {"/nothing": 204, "/moved": 301}.get(path, 200)
        assert client("GET", path)[0] == status, path
    assert client("HEAD") == (200, b"")
    assert client("POST", "/json", b"x" * 300000) == (201, JSON)
    assert client.is_same()
    assert [(r.connection, r.reused) for r in proxy.requests] == [(1, False)] + [(1, True)] * 8
    assert Client(proxy.url)() == (200, JSON)
    assert (proxy.requests[-1].connection, proxy.requests[-1].reused) == (2, False)
    assert len(target.seen) == 10


def test_requests_pass_and_are_recorded(proxy, target):
    before = time.time()
    client = Client(proxy.url)
    client("POST", "/a?b=%20c", b"\0\xff\r\n\r\n", {"Authorization": "Basic eDp5"})
    client("PUT", "/chunks", iter([b"one", b"two"]))       # in chunks
    client("DELETE", "/json", None, {"Connection": "keep-alive"})
    host = f"127.0.0.1:{port(proxy.url)}"
    assert [(m, p, b) for m, p, b, _ in target.seen] == [
        ("POST", "/a?b=%20c", b"\0\xff\r\n\r\n"), ("PUT", "/chunks", b"onetwo"), ("DELETE", "/json", b"")]
    assert [(r.method, r.path, r.body) for r in proxy.requests] == [(m, p, b) for m, p, b, _ in target.seen]
    assert [h["Host"] for *_, h in target.seen] == [host] * 3
    assert target.seen[0][3]["Authorization"] == proxy.requests[0].header("authorization") == "Basic eDp5"
    assert target.seen[2][3].get_all("Connection") == ["close"]
    assert target.seen[2][3]["Content-Length"] is None
    assert [(r.status, r.upstream, r.fault) for r in proxy.requests] == [
        (201, 201, None), (200, 200, None), (200, 200, None)]
    assert before <= proxy.requests[0].time <= proxy.requests[2].time <= time.time()
    assert proxy.sent("PUT") == proxy.sent(path="^/chu") == proxy.requests[1:2]


def test_target_may_see_its_own_host(target):
    with FaultProxy(target=target.url, keep_host=False) as proxy:
        Client(proxy.url)()
    assert target.seen[0][3].get_all("Host") == [f"127.0.0.1:{port(target.url)}"]


def test_body_is_asked_for_when_the_client_waits(proxy):
    with socket.create_connection(("127.0.0.1", port(proxy.url)), 5) as connection:
        connection.sendall(b"POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")
    assert proxy.requests[0].body == b"abc"


def test_faults_of_the_target_pass(proxy, target):
    assert raw(proxy.url, path="/silent") == b""
    short = raw(proxy.url, path="/short")
    assert b"Content-Length: 100\r\n" in short and short.endswith(b"\r\n\r\nshort")
    for path, length in (("/broken_chunk", 10), ("/missing_chunk", 5)):
        broken = raw(proxy.url, path=path)
        assert f"Content-Length: {length}\r\n".encode() in broken and broken.endswith(b"\r\n\r\n0123")
    assert [r.upstream for r in proxy.requests] == [0, 200, 200, 200]
    assert len(target.seen) == 4


def test_target_that_is_not_there_is_a_bad_gateway():
    with FaultProxy(target=f"http://127.0.0.1:{lab.free_port()}") as proxy:
        assert Client(proxy.url)()[0] == 502
        assert (proxy.requests[0].status, proxy.requests[0].upstream) == (502, 0)


def test_half_a_request_is_not_passed_on(proxy, target):
    with socket.create_connection(("127.0.0.1", port(proxy.url)), 5) as connection:
        connection.sendall(b"POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert (proxy.requests, target.seen) == ([], [])


def test_it_ends_with_what_it_has_open(target):
    with FaultProxy(target=target.url) as proxy:
        idle = Client(proxy.url)
        assert idle()[0] == 200
        proxy.add(Fault("delay", seconds=60))
        waiting = Client(proxy.url)
        waiting.connection.request("GET", "/json")
        lab.wait_for(lambda: proxy.sent()[1:], "the second request", 5)
        begin = time.monotonic()
    assert time.monotonic() - begin < 3
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port(proxy.url)), 5)
    with FaultProxy(target=target.url, port=port(proxy.url)) as again:
        assert again.url == proxy.url
        assert Client(again.url)() == (200, JSON)


# -- faults


@pytest.mark.parametrize(("kind", "upstream"), [("refuse", 0), ("lose", 201)])
def test_closed_without_an_answer(proxy, target, kind, upstream):
    proxy.add(Fault(kind))
    assert raw(proxy.url, "POST", body=b"x") == b""
    request, = proxy.requests
    assert (request.fault, request.upstream, request.status, request.body) == (kind, upstream, 0, b"x")
    assert len(target.seen) == (1 if upstream else 0)
    assert raw(proxy.url).startswith(b"HTTP/1.1 200 ")


def test_reset_is_a_reset(proxy, target):
    proxy.add(Fault("reset"))
    with pytest.raises(ConnectionResetError):
        raw(proxy.url, "POST")
    assert (proxy.requests[0].upstream, proxy.requests[0].status, len(target.seen)) == (201, 0, 1)


@pytest.mark.parametrize(("at", "left"), [(0, b""), (7, JSON[:7]), (-1, JSON[:-1])])
def test_cut_leaves_the_head_and_so_many_bytes(proxy, at, left):
    proxy.add(Fault("cut", at=at))
    client = Client(proxy.url)
    with pytest.raises(http.client.IncompleteRead) as cut:
        client()
    assert cut.value.partial == left
    assert cut.value.expected == len(JSON) - len(left)


def test_cut_headers_leaves_so_many_bytes(proxy, target):
    proxy.add(Fault("cut_headers", at=20))
    assert raw(proxy.url) == b"HTTP/1.1 200 OK\r\nSer"
    assert len(target.seen) == 1


def test_delay_forwards_at_once_and_answers_late(proxy, target):
    proxy.add(Fault("delay", seconds=0.6))
    client = Client(proxy.url)
    begin = time.monotonic()
    client.connection.request("GET", "/json")
    lab.wait_for(lambda: target.seen, "the target to be asked", 0.5, 0.01)
    assert client.connection.getresponse().read() == JSON
    assert 0.6 <= time.monotonic() - begin < 3
    assert client.is_same() and client() == (200, JSON)


def test_slow_drips_from_the_first_byte_to_the_last(proxy):
    proxy.add(Fault("slow", seconds=0.5))
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", port(proxy.url)), 5) as connection:
        connection.sendall(b"GET /json HTTP/1.1\r\nHost: a\r\n\r\n")
        pieces, times = [], []
        while not b"".join(pieces).endswith(JSON):
            pieces.append(connection.recv(1 << 16))
            times.append(time.monotonic() - begin)
            assert pieces[-1], "closed before the end"
    assert len(pieces) >= 20 and max(map(len, pieces)) < 100
    assert times[0] < times[-1] / 2 and 0.4 <= times[-1] < 3


def test_slow_keeps_up_with_a_large_answer(proxy):
    proxy.add(Fault("slow", path="gzip", seconds=0.2, times=None))
    begin = time.monotonic()
    assert Client(proxy.url)("GET", "/gzip") == (200, PACKED)
    assert 0.15 <= time.monotonic() - begin < 2


@pytest.mark.parametrize(("kind", "upstream"), [("replace", 0), ("replace_after", 201)])
def test_replace_answers_in_place_of_the_target(proxy, target, kind, upstream):
    proxy.add(Fault(kind, status=504, body=b"<html>504", headers={"Retry-After": "7"}))
    answer = lab.http("POST", proxy.url + "/json", b"x")
    assert (answer.status, answer.body) == (504, b"<html>504")
    assert {"Retry-After": "7", "Content-Type": "text/html; charset=utf-8"}.items() <= dict(answer.headers).items()
    assert (proxy.requests[0].status, proxy.requests[0].upstream) == (504, upstream)
    assert len(target.seen) == (1 if upstream else 0)


def test_replace_says_what_it_is_told(proxy):
    proxy.add(Fault("replace", status=299, body=b"{}", headers={"content-type": "x/y"}))
    proxy.add(Fault("replace", status=204))
    proxy.add(Fault("replace"))
    proxy.add(Fault("replace", status=200, body=b"long", headers={"Content-Length": "9", "Connection": "close"}))
    client = Client(proxy.url)
    client.connection.request("GET", "/json")
    answer = client.connection.getresponse()
    assert (answer.status, answer.read(), answer.headers.get_all("Content-Type")) == (299, b"{}", ["x/y"])
    assert client() == (204, b"")
    assert client() == (503, b"")
    assert client.is_same()
    with pytest.raises(http.client.IncompleteRead):
        client()


def test_prefix_comes_before_the_real_body(proxy):
    proxy.add(Fault("prefix", body=b"<br />\nNotice: x"))
    client = Client(proxy.url)
    assert client("POST") == (201, b"<br />\nNotice: x" + JSON)
    assert client() == (200, JSON) and client.is_same()


def test_trim_says_that_a_part_is_all(proxy, target):
    proxy.add(Fault("trim", at=1))
    client = Client(proxy.url)
    assert client(headers={"Accept-Encoding": "gzip"}) == (200, JSON[:1])
    assert "Accept-Encoding" not in target.seen[0][3]
    assert client() == (200, JSON) and client.is_same()


def test_close_reused_takes_only_a_second_request(proxy, target):
    proxy.add(Fault("close_reused"))
    client = Client(proxy.url)
    assert client("POST", "/json", b"1") == (201, JSON)
    with pytest.raises(http.client.RemoteDisconnected):
        client("POST", "/json", b"2")
    assert Client(proxy.url)("POST", "/json", b"3") == (201, JSON)
    assert [(r.connection, r.body, r.fault, r.upstream) for r in proxy.requests] == [
        (1, b"1", None, 201), (1, b"2", "close_reused", 0), (2, b"3", None, 201)]
    assert [body for _, _, body, _ in target.seen] == [b"1", b"3"]


@pytest.mark.parametrize(("at", "more"), [(0, 1), (50, 50)])
def test_wrong_length_promises_more_than_comes(proxy, at, more):
    proxy.add(Fault("wrong_length", at=at))
    with pytest.raises(http.client.IncompleteRead) as cut:
        Client(proxy.url)()
    assert (cut.value.partial, cut.value.expected) == (JSON, more)


def test_redirect_points_elsewhere(proxy, target):
    for status, expected in ((503, 302), (307, 307)):
        proxy.add(Fault("redirect", status=status, headers={"Location": "http://192.0.2.1/x"}))
        answer = lab.http("POST", proxy.url + "/json", b"x")
        assert (answer.status, answer.headers["Location"], answer.body) == (expected, "http://192.0.2.1/x", b"")
    assert target.seen == []


@pytest.mark.parametrize("headers", [None, {"Transfer-Encoding": "chunked"}])
def test_huge_is_as_large_as_told_and_outlives_a_client_that_leaves(proxy, target, headers):
    proxy.add(Fault("huge", at=3000001, headers=headers))
    client = Client(proxy.url)
    assert client() == (200, bytes(3000001))
    assert client() == (200, JSON) and client.is_same()
    proxy.add(Fault("huge", at=1 << 40, headers=headers))
    with socket.create_connection(("127.0.0.1", port(proxy.url)), 5) as leaving:
        leaving.sendall(b"GET /json HTTP/1.1\r\nHost: a\r\n\r\n")
        assert leaving.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    assert client() == (200, JSON)
    assert len(target.seen) == 2


def test_seconds_delay_other_faults_too(proxy):
    proxy.add(Fault("lose", seconds=0.2))
    begin = time.monotonic()
    assert raw(proxy.url) == b""
    assert 0.2 <= time.monotonic() - begin < 3


# -- which fault


def statuses(proxy, *requests):
    client = Client(proxy.url)
    return [client(*request)[0] for request in requests]


def test_fault_matches_method_and_path(proxy):
    proxy.add(Fault("replace", method="POST", path=r"^/wp/\d+$"))
    assert statuses(proxy, ("GET", "/wp/1"), ("POST", "/x/wp/1"), ("POST", "/wp/a"), ("POST", "/wp/12"),
                    ("POST", "/wp/12")) == [200, 201, 201, 503, 201]


def test_fault_skips_and_counts(proxy):
    given = Fault("replace", path="json", skip=1, times=2)
    added = proxy.add(given)
    assert statuses(proxy, *[("GET", "/other"), ("GET", "/json")] * 4) == [200, 200, 200, 503, 200, 503, 200, 200]
    assert (added.times, given.times) == (0, 2)


def test_first_fault_with_times_left_wins(proxy):
    for status, times in ((500, 1), (501, 1), (502, None)):
        proxy.add(Fault("replace", status=status, times=times))
    assert statuses(proxy, *[("GET", "/json")] * 4) == [500, 501, 502, 502]
    proxy.clear()
    assert statuses(proxy, ("GET", "/json")) == [200]
    assert len(proxy.requests) == 5


def test_nonsense_is_refused(proxy):
    with pytest.raises(ValueError, match="no fault 'explode'"):
        Fault("explode")
    with pytest.raises(ValueError, match="Location"):
        Fault("redirect")
    for target in ("https://127.0.0.1:1", "http://127.0.0.1:1/path", "127.0.0.1:1"):
        with pytest.raises(ValueError, match="http://HOST:PORT"):
            FaultProxy(target=target)
    with socket.create_connection(("127.0.0.1", port(proxy.url)), 5) as connection:
        connection.sendall(b"what\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


# -- alone


def test_alone_it_obeys_a_file_and_writes_a_log(target, tmp_path):
    url = f"http://127.0.0.1:{lab.free_port()}"
    log, faults = tmp_path / "log", tmp_path / "faults"

    def write(text):
        (tmp_path / "new").write_text(text)
        os.replace(tmp_path / "new", faults)

    def listens():
        try:
            return lab.http("GET", url + "/json").status
        except OSError:
            return None

    program = pathlib.Path(lab.HERE) / "faultproxy.py"
    process = subprocess.Popen(
        [sys.executable, program, "--port", str(port(url)), "--log", log, "--target", target.url,
         "--faults", faults],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    try:
        assert lab.wait_for(listens, "the proxy to listen", 10) == 200
        write('[{"kind": "replace", "status": 500, "body": "\\u3042"}, {"kind": "lose", "times": 1}]')
        assert lab.http("POST", url + "/json", b"1").body == "あ".encode()
        assert raw(url) == b""
        assert lab.http("GET", url + "/json").status == 200
        write('[{"kind": "explode"}]')
        assert lab.http("GET", url + "/json").status == 200
        write('[{"kind": "replace", "times": null}]')
        assert [lab.http("GET", url + "/json").status for _ in range(2)] == [503, 503]
        faults.unlink()
        assert lab.http("GET", url + "/json", user=("name", "secret")).status == 200
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=10)
    assert process.returncode == -signal.SIGTERM
    assert errors.splitlines() == [url, f"{faults}: there is no fault 'explode'"]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(x["method"], x["path"], x["status"], x["fault"]) for x in lines] == [
        ("GET", "/json", 200, None), ("POST", "/json", 500, "replace"), ("GET", "/json", 0, "lose"),
        ("GET", "/json", 200, None), ("GET", "/json", 200, None), ("GET", "/json", 503, "replace"),
        ("GET", "/json", 503, "replace"), ("GET", "/json", 200, None)]
    assert abs(lines[0]["time"] - time.time()) < 60
    assert "secret" not in log.read_text() and "Basic" not in log.read_text()
