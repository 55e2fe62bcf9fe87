"""A look-alike of VirusTotal's API v3 on loopback: quotas enforced, real schema, faults on demand.

    with VirusTotal(clock=path) as vt:
        vt.add(report("name", kind="mirai"))            # a file it knows by all three hashes
        vt.faults.append(Fault(status=503, times=2))
        ... client with vt.url and vt.key ...
        assert len(vt.lookups()) == 1

It counts at its own door, by the clock file where there is one, like the programs of the test build.
`python3 virustotal.py --port N` runs it alone and writes each request as a line of JSON.
SPDX-License-Identifier: MIT
"""

import argparse
import collections
import dataclasses
import gzip
import http.server
import json
import pathlib
import re
import socket
import socketserver
import sys
import threading
import time

import vt_mixture
import vt_reports

USER = re.compile(r"^/api/v3/users/([^/]+)/overall_quotas$")
HASH = re.compile(r"^/api/v3/files/([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$")


@dataclasses.dataclass
class Fault:
    """What goes wrong, for requests whose path matches, `times` times (None: until removed)."""

    match: str = "/files/"
    times: int = None
    status: int = None
    code: str = ""
    body: bytes = None
    headers: dict = dataclasses.field(default_factory=dict)
    content_type: str = "application/json"
    delay: float = 0
    close: bool = False           # the request is read, the connection closed without an answer
    close_reused: bool = False    # the same, but only on a connection that has carried an answer
    cut: int = None               # the answer is cut after so many bytes
    wrong_hash: bool = False      # the report of another file


@dataclasses.dataclass
class Request:
    at: float                     # by the clock of the quota
    method: str
    path: str
    key: str
    connection: int
    status: int = 0
    reused: bool = False


@dataclasses.dataclass
class Key:
    per_minute: int = 4
    per_day: int = 500
    per_month: int = 15500
    recent: collections.deque = dataclasses.field(default_factory=collections.deque)
    days: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    months: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def take(self, now):
        """Counts one request; False when a quota is spent."""
        day, month = time.strftime("%Y-%m-%d", time.gmtime(now)), time.strftime("%Y-%m", time.gmtime(now))
        while self.recent and self.recent[0] <= now - 60:
            self.recent.popleft()
        if (len(self.recent) >= self.per_minute or self.days[day] >= self.per_day
                or self.months[month] >= self.per_month):
            return False
        self.recent.append(now)
        self.days[day] += 1
        self.months[month] += 1
        return True


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that was killed is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class VirusTotal:
    def __init__(self, port=0, clock=None, log=None):
        self.clock_path = pathlib.Path(clock) if clock else None
        self.skew = 0                       # seconds by which its clock is ahead of the programs'
        self.log = log
        self.key = "0123456789abcdef" * 4
        self.keys = {self.key: Key(per_minute=6000, per_day=500000, per_month=5000000)}
        self.user = "jdoe"                  # who may ask for the counters of the keys
        self.files = {}
        self.unknown_are_found = True
        self.invent = vt_reports.derived    # the report of a file nobody declared
        self.faults = []
        self.requests = []
        self.lock = threading.Lock()
        self.connections = 0
        look_alike = self

        class Handler(_Handler):
            vt = look_alike

        self.server = _Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api/v3"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_reason):
        self.server.shutdown()
        self.server.server_close()

    def now(self):
        if self.clock_path:
            try:
                return float(self.clock_path.read_text().split()[0]) + self.skew
            except (FileNotFoundError, IndexError, ValueError):
                pass
        return time.time() + self.skew

    def add(self, report):
        """Knows this file from now on, by each of its hashes."""
        attributes = report["data"]["attributes"]
        for kind in ("sha256", "sha1", "md5"):
            self.files[attributes[kind]] = report
        return report

    def forget(self, *hashes):
        """Does not know these hashes."""
        for value in hashes:
            self.files[value] = None

    def lookups(self, value=None):
        """The report requests that were received, those refused by quota included."""
        return [r for r in self.requests
                if HASH.match(r.path) and (value is None or r.path.endswith("/" + value))]

    def fault_for(self, path, reused):
        for fault in list(self.faults):
            if not re.search(fault.match, path) or (fault.close_reused and not reused):
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
            return fault
        return None

    def report(self, value):
        value = value.lower()
        if value in self.files:
            return self.files[value]
        return self.invent(value) if self.unknown_are_found else None

    def usage(self, user, key):
        """What a user may know of the requests of his own key."""
        if user != self.user:
            return 403, vt_reports.error("ForbiddenError", "You are not authorized to perform the requested operation")
        now = time.gmtime(self.now())
        counted = {"hourly": (key.per_minute * 60, 0), "daily": (key.per_day, key.days[time.strftime("%Y-%m-%d", now)]),
                   "monthly": (key.per_month, key.months[time.strftime("%Y-%m", now)])}
        return 200, {"data": {f"api_requests_{span}": {"user": {"allowed": allowed, "used": used}}
                              for span, (allowed, used) in counted.items()}}

    def answer(self, path, key):
        """(status, body) of a request that nothing goes wrong with."""
        if not key:
            return 401, vt_reports.error("AuthenticationRequiredError", "X-Apikey header is missing")
        if key not in self.keys:
            return 401, vt_reports.error("WrongCredentialsError", "Wrong API key")
        if path == "/api/v3/files/upload_url":
            return 200, {"data": "https://www.virustotal.com/_ah/upload/example"}
        if USER.match(path):
            return self.usage(USER.match(path)[1], self.keys[key])
        found = HASH.match(path)
        if not found:
            return 404, vt_reports.error("NotFoundError", f'URL "{path}" not found')
        with self.lock:
            if not self.keys[key].take(self.now()):
                return 429, vt_reports.error("QuotaExceededError", "Quota exceeded")
        report = self.report(found[1])
        if report is None:
            return 404, vt_reports.error("NotFoundError", f'File "{found[1]}" not found')
        return 200, report


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Google Frontend"
    sys_version = ""
    vt = None

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answered = 0
        with self.vt.lock:
            self.vt.connections += 1
            self.number = self.vt.connections

    def log_message(self, *_args):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(self.vt.now() if timestamp is None else timestamp)

    def do_GET(self):
        key = self.headers.get("x-apikey", "")
        request = Request(self.vt.now(), self.command, self.path, key, self.number, reused=self.answered > 0)
        with self.vt.lock:
            self.vt.requests.append(request)
            fault = self.vt.fault_for(self.path, request.reused)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and (fault.close or fault.close_reused):
            self.close_connection = True
            return
        status, body = self.outcome(key, fault)
        request.status = status
        if self.vt.log:
            print(json.dumps(dataclasses.asdict(request)), file=self.vt.log, flush=True)
        self.send(status, body, fault)

    do_POST = do_HEAD = do_GET

    def outcome(self, key, fault):
        if fault and fault.wrong_hash:
            return 200, vt_reports.derived("f" * 63 + "0")
        if fault and fault.status:
            if fault.body is not None:
                return fault.status, fault.body
            return fault.status, vt_reports.error(fault.code, "a fault of the lab") if fault.code else b""
        return self.vt.answer(self.path, key)

    def send(self, status, body, fault):
        raw = body if isinstance(body, bytes) else vt_reports.text(body)
        self.send_response(status)
        self.send_header("Content-Type", fault.content_type if fault else "application/json")
        if "gzip" in self.headers.get("User-Agent", "") and len(raw) > 200 and not (fault and fault.cut):
            raw = gzip.compress(raw, 1)
            self.send_header("Content-Encoding", "gzip")
        for name, value in (fault.headers if fault else {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if fault and fault.cut is not None:
            raw = raw[: fault.cut]
            self.close_connection = True
        try:
            if status != 204 and self.command != "HEAD":
                self.wfile.write(raw)
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True    # the client was killed
        self.answered += 1


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--clock", help="file that holds unix seconds; default real time")
    options.add_argument("--log", type=argparse.FileType("a"), default=sys.stdout)
    options.add_argument("--key", action="append", default=[], help="KEY:PER_MINUTE:PER_DAY:PER_MONTH")
    options.add_argument("--mixed", action="store_true", help="files of all kinds, the first unknown at first")
    chosen = options.parse_args()
    vt = VirusTotal(chosen.port, chosen.clock, chosen.log)
    if chosen.mixed:
        vt.invent = vt_mixture.Turning().report
    for text in chosen.key:
        key, minute, day, month = text.rsplit(":", 3)
        vt.keys[key] = Key(int(minute), int(day), int(month))
    print(vt.url, file=sys.stderr, flush=True)
    vt.server.serve_forever()


if __name__ == "__main__":
    main()
