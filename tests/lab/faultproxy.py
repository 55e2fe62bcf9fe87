"""A proxy on loopback that stands before a real server and misbehaves on demand.

    with FaultProxy(target=engine.url) as proxy:
        proxy.add(Fault("lose", method="POST", path="^/wp-json/"))
        ... client with proxy.url ...
        assert [r.upstream for r in proxy.sent("POST")] == [201]      # stored, and the client was not told

Without a fault every answer passes byte for byte: status, headers in their order, body as it is encoded.
Only what belongs to one connection alone is made anew, chunks become a Content-Length. Each request goes to
the target on a connection of its own, the client's connection is kept. A target that cannot be reached is
a 502, one that closes without an answer or in the middle of one does so to the client as well.
`python3 faultproxy.py --port N --target URL` runs it alone and writes each request as a line of JSON; with
`--faults FILE` it obeys a JSON list of faults, read anew whenever the file changes.
SPDX-License-Identifier: MIT
"""

import argparse
import contextlib
import dataclasses
import http
import json
import os
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse

HEAD_LIMIT = 1 << 20
PIECE = 1 << 16
UPSTREAM_SECONDS = 120
STOP_SECONDS = 5
TICK_SECONDS = 0.001
HOP_BY_HOP = ("connection", "keep-alive", "proxy-connection", "transfer-encoding")

UNANSWERED = ("refuse", "close_reused")             # not forwarded, the connection is closed
INVENTED = ("replace", "redirect", "huge")          # not forwarded, the fault is the answer
FORWARDED = ("lose", "reset", "cut", "trim", "cut_headers", "delay", "slow", "replace_after", "prefix", "wrong_length")


@dataclasses.dataclass
class Fault:
    """What goes wrong, for requests of this method whose path has a match of the expression.

    refuse         the request is read, not forwarded, the connection closed without an answer
    close_reused   the same, but only on a connection that has carried a request before
    lose, reset    forwarded and answered by the target; the client sees a close (a TCP reset) and no byte
    cut            forwarded; the whole head, `at` bytes of the body (-1: all but the last), a close
    trim           forwarded, to be answered uncompressed; `at` bytes of the body at the most, with the right length
    cut_headers    forwarded; `at` bytes of the head, a close
    delay          forwarded at once, answered after `seconds`
    slow           forwarded; the answer drips over `seconds`
    replace        not forwarded; `status`, `headers` and `body`, text/html unless the headers say otherwise
    replace_after  the same, but forwarded first
    prefix         forwarded; `body` before the real body, with the right length
    wrong_length   forwarded; a Content-Length that is too large by `at` (at least 1), a close
    redirect       not forwarded; 302, or `status` if that is 3xx, to the Location in `headers`
    huge           not forwarded; 200 and `at` zero bytes, in chunks if `headers` has Transfer-Encoding

    `seconds` delays the answer, or the close, of every other kind as well.
    """

    kind: str
    method: str = None
    path: str = None
    times: int = 1                # None: until removed
    skip: int = 0                 # so many requests that match are left alone first
    seconds: float = 0
    status: int = 503
    body: bytes = b""             # or text
    headers: dict = None
    at: int = 0

    def __post_init__(self):
        if self.kind not in UNANSWERED + INVENTED + FORWARDED:
            raise ValueError(f"there is no fault {self.kind!r}")
        if self.kind == "redirect" and "Location" not in (self.headers or {}):
            raise ValueError("a redirect needs headers={'Location': ...}")
        if isinstance(self.body, str):
            self.body = self.body.encode()
        re.compile(self.path or "")

    def take(self, request):
        """Counts a request; whether it is one that goes wrong."""
        if ((self.method and self.method != request.method) or not re.search(self.path or "", request.path)
                or (self.kind == "close_reused" and not request.reused) or self.times == 0):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def answer(self):
        headers = list((self.headers or {}).items())
        status, length = self.status, len(self.body)
        if self.kind == "redirect" and status // 100 != 3:
            status = 302
        if self.kind == "huge":
            status, length = 200, self.at
        if self.body and _value(headers, "content-type") is None:
            headers.append(("Content-Type", "text/html; charset=utf-8"))
        if not {"content-length", "transfer-encoding"} & {name.lower() for name, _ in headers}:
            if status not in (204, 304):
                headers.append(("Content-Length", str(length)))
        return _Answer(status, _reason(status), headers, self.body)


@dataclasses.dataclass
class Request:
    """One request as it arrived, recorded before anything is done about it."""

    time: float                   # unix seconds, when its last byte was read
    connection: int               # counted from 1
    reused: bool                  # not the first of its connection
    method: str
    path: str
    headers: list                 # pairs of name and value
    body: bytes                   # without the frames of chunks
    fault: str = None             # the kind of what went wrong
    upstream: int = 0             # the target's status; 0: not forwarded, or no answer
    status: int = 0               # the status the client was sent; 0: none

    def header(self, name):
        return _value(self.headers, name)

    def line(self):
        words = dataclasses.asdict(self)
        del words["headers"]      # passwords
        return json.dumps({**words, "body": len(self.body)})


@dataclasses.dataclass
class _Answer:
    status: int
    reason: str
    headers: list
    body: bytes
    missing: int = 0              # bytes of the body that are promised and do not come

    def set_length(self):
        length = str(len(self.body) + self.missing)
        if _value(self.headers, "content-length") is None:
            self.headers.append(("Content-Length", length))
        self.headers = [(k, length if k.lower() == "content-length" else v) for k, v in self.headers]

    def head(self):
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(": ".join(pair) for pair in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1")


def _reason(status):
    with contextlib.suppress(ValueError):
        return http.HTTPStatus(status).phrase
    return "Unknown"


def _value(headers, name):
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def _without(headers, *names):
    return [pair for pair in headers if pair[0].lower() not in names]


class _Wire:
    """A connection, with the bytes that came before they were asked for."""

    def __init__(self, connection):
        self.connection = connection
        self.early = bytearray()

    def more(self):
        piece = self.connection.recv(PIECE)
        self.early += piece
        return bool(piece)

    def take(self, count):
        """So many bytes; fewer only where the other side has closed."""
        while len(self.early) < count and self.more():
            pass
        taken = bytes(self.early[:count])
        del self.early[:count]
        return taken

    def until(self, mark):
        """Everything before the mark, which is consumed; an EOFError where the other side has closed."""
        seen = 0
        while (found := self.early.find(mark, max(0, seen - len(mark)))) < 0:
            seen = len(self.early)
            if seen > HEAD_LIMIT:
                raise ValueError("a head or line that does not end")
            if not self.more():
                raise EOFError
        return self.take(found + len(mark))[: -len(mark)].decode("latin-1")

    def head(self):
        """The first line, and the headers as pairs."""
        first, *lines = self.until(b"\r\n\r\n").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        return first, [(name, value.strip(" \t")) for name, _, value in pairs]

    def body(self, headers, to_the_end=False):
        """(bytes, how many are missing); `to_the_end`: of the connection, where no header says how many."""
        length = _value(headers, "content-length")
        if "chunked" in (_value(headers, "transfer-encoding") or "").lower():
            return self.chunks()
        if length is None:
            return (self.take(sys.maxsize) if to_the_end else b""), 0
        body = self.take(int(length))
        return body, int(length) - len(body)

    def chunks(self):
        body = bytearray()
        try:
            while size := int(self.until(b"\r\n").partition(";")[0], 16):
                chunk = self.take(size)
                body += chunk
                if len(chunk) < size or self.until(b"\r\n"):
                    return bytes(body), max(1, size - len(chunk))
            while self.until(b"\r\n"):
                pass                # trailers
        except EOFError:
            return bytes(body), 1
        return bytes(body), 0


class FaultProxy:
    def __init__(self, target, port=0, keep_host=True, log=None, faults=None):
        """`keep_host`: the target sees the Host the client sent, else its own. `faults`: path of a JSON list."""
        parts = urllib.parse.urlsplit(target)
        if parts.scheme != "http" or parts.path not in ("", "/") or not parts.hostname:
            raise ValueError(f"the target must be http://HOST:PORT, not {target!r}")
        self.target = (parts.hostname, parts.port or 80)
        self.host = None if keep_host else parts.netloc
        self.log = log
        self.faults = []
        self.requests = []
        self.connections = 0
        self.faults_path = faults
        self._faults_seen = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open = {}           # connection -> its thread
        self._read_faults()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self):
        self._server = threading.Thread(target=self.serve, daemon=True)
        self._server.start()
        return self

    def __exit__(self, *_reason):
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)   # wakes accept()
        self._server.join(STOP_SECONDS)
        self._listener.close()
        with self._lock:
            left = list(self._open.items())
        for client, _ in left:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join(STOP_SECONDS)

    def add(self, fault):
        """From now on; returns the copy that counts its `times` down."""
        with self._lock:
            self.faults.append(dataclasses.replace(fault))
            return self.faults[-1]

    def clear(self):
        """No faults from now on; the requests stay."""
        with self._lock:
            self.faults.clear()

    def sent(self, method=None, path=""):
        """The requests of this method whose path has a match of the expression."""
        with self._lock:
            return [r for r in self.requests if method in (None, r.method) and re.search(path, r.path)]

    def serve(self):
        """Accepts connections until the end."""
        while not self._stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            thread = threading.Thread(target=self._converse, args=(client, self.connections), daemon=True)
            with self._lock:
                self._open[client] = thread
            thread.start()

    def _converse(self, client, number):
        wire, reused = _Wire(client), False
        try:
            while not self._stopped.is_set() and self._exchange(wire, number, reused):
                reused = True
        except (EOFError, OSError):
            pass                    # the client has closed, or was killed
        except ValueError as error:
            with contextlib.suppress(OSError):
                client.sendall(f"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{error}\n".encode())
        finally:
            with self._lock:
                del self._open[client]
            client.close()

    def _exchange(self, wire, number, reused):
        """One request and what becomes of it; False when the connection is to be closed."""
        request = self._receive(wire, number, reused)
        with self._lock:
            self._read_faults()
            fault = next((fault for fault in self.faults if fault.take(request)), None)
            request.fault = fault and fault.kind
            self.requests.append(request)
        answer = self._outcome(request, fault)
        if fault and fault.kind != "slow":
            self._stopped.wait(fault.seconds)
        request.status = answer.status if answer else 0
        if self.log:
            with self._lock:
                print(request.line(), file=self.log, flush=True)
        if answer:
            return self._send(wire.connection, request, answer, fault)
        if request.fault == "reset":
            wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _receive(self, wire, number, reused):
        first, headers = wire.head()
        method, path, _version = first.split(" ")
        if (_value(headers, "expect") or "").lower() == "100-continue":
            wire.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body, missing = wire.body(headers)
        if missing:
            raise EOFError
        return Request(time.time(), number, reused, method, path, headers, body)

    def _outcome(self, request, fault):
        """What to answer; None: nothing."""
        if request.fault in UNANSWERED:
            return None
        if request.fault in INVENTED:
            return fault.answer()
        if request.fault == "trim":
            request.headers = _without(request.headers, "accept-encoding")
        answer = self._forward(request)
        if answer is None or request.fault in ("lose", "reset"):
            return None
        if request.fault == "replace_after":
            return fault.answer()
        if request.fault == "prefix":
            answer.body = fault.body + answer.body
        if request.fault == "trim":
            answer.body = answer.body[: fault.at]
        if request.fault == "wrong_length":
            answer.missing += max(1, fault.at)
        if request.method != "HEAD" and answer.status not in (204, 304):
            answer.set_length()
        return answer

    def _forward(self, request):
        headers = _without(request.headers, *HOP_BY_HOP, "expect", "content-length")
        if self.host:
            headers = [("Host", self.host), *_without(headers, "host")]
        if request.body or request.header("content-length"):
            headers.append(("Content-Length", str(len(request.body))))
        lines = [f"{request.method} {request.path} HTTP/1.1", *(": ".join(pair) for pair in headers)]
        raw = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + request.body
        try:
            server = socket.create_connection(self.target, UPSTREAM_SECONDS)
        except OSError as error:
            return _Answer(502, _reason(502), [("Content-Type", "text/plain")], f"no target: {error}\n".encode())
        with server:
            with contextlib.suppress(ConnectionError):
                server.sendall(raw)     # it may answer and close before it has read everything
            with contextlib.suppress(EOFError, OSError, ValueError):
                answer = self._read_answer(_Wire(server), request.method)
                request.upstream = answer.status
                return answer
        return None

    @staticmethod
    def _read_answer(wire, method):
        status = 100
        while status // 100 == 1:
            first, headers = wire.head()
            _version, status, reason = (first + " ").split(" ", 2)
            status = int(status)
        body, missing = b"", 0
        if method != "HEAD" and status not in (204, 304):
            body, missing = wire.body(headers, to_the_end=True)
        return _Answer(status, reason.strip(), _without(headers, *HOP_BY_HOP), body, missing)

    def _send(self, client, request, answer, fault):
        """False when the connection is to be closed."""
        head, body = answer.head(), answer.body
        if request.method == "HEAD" or answer.status in (204, 304):
            body = b""
        if request.fault == "cut":
            body = body[: fault.at]
        if request.fault == "cut_headers":
            head, body = head[: fault.at], b""
        if request.fault == "slow":
            self._drip(client, head + body, fault.seconds)
        else:
            client.sendall(head + body)
        if request.fault == "huge" and request.method != "HEAD":
            self._stream(client, fault.at, _value(answer.headers, "transfer-encoding"))
        closes = [(_value(headers, "connection") or "").lower() for headers in (request.headers, answer.headers)]
        return "close" not in closes and not answer.missing and request.fault not in ("cut", "cut_headers")

    def _drip(self, client, data, seconds):
        """Byte by byte; faster than one in a millisecond, in the smallest pieces that keep up."""
        begin, done = time.monotonic(), 0
        pause = max(TICK_SECONDS, seconds / len(data))
        while done < len(data) and not self._stopped.wait(pause):
            due = len(data) * (time.monotonic() - begin) / max(seconds, TICK_SECONDS)
            piece = data[done:max(done + 1, int(due))]
            client.sendall(piece)
            done += len(piece)

    def _stream(self, client, count, chunked):
        zeros = bytes(PIECE)
        while count > 0 and not self._stopped.is_set():
            piece = zeros[:count]
            client.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            count -= len(piece)
        if chunked:
            client.sendall(b"0\r\n\r\n")

    def _read_faults(self):
        """Obeys the file anew if it has changed; one that cannot be read changes nothing, and says so."""
        if self.faults_path is None:
            return
        try:
            about = os.stat(self.faults_path)
            seen = (about.st_mtime_ns, about.st_size, about.st_ino)
            if seen == self._faults_seen:
                return
            with open(self.faults_path, encoding="utf-8") as file:
                self.faults = [Fault(**entry) for entry in json.load(file)]
            self._faults_seen = seen
        except FileNotFoundError:
            self.faults, self._faults_seen = [], None
        except (OSError, ValueError, TypeError, AttributeError, re.error) as error:
            print(f"{self.faults_path}: {error}", file=sys.stderr, flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--target", required=True, help="http://HOST:PORT of the real server")
    options.add_argument("--log", type=argparse.FileType("a"), default=sys.stdout)
    options.add_argument("--faults", help='file with a JSON list: [{"kind": "lose", "method": "POST"}]')
    chosen = options.parse_args()
    proxy = FaultProxy(chosen.target, chosen.port, log=chosen.log, faults=chosen.faults)
    print(proxy.url, file=sys.stderr, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        proxy.serve()


if __name__ == "__main__":
    main()
