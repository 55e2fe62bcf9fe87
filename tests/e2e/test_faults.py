"""What can go wrong with HTTP, on all three sides: bounded time and memory, the right fault, nothing lost.

The programs are those that are installed (the release build), so they run by the real clock. Each is
started once and meets every fault in turn; what it owes meanwhile is done after the last.
SPDX-License-Identifier: MIT
"""

import email.utils
import re
import signal
import time
import zlib

import harness
import pytest
import tpot_day
import vt_reports
from faultproxy import Fault, FaultProxy
from harness import wait_until

MEMORY_KIB = 48 << 10
SECONDS = 20           # an answer that does not come is given up after `timeout`, 2 s here
GIB = 1 << 30
DAY = 86400
LISTS = ("silence", "body cut", "redirect", "10 GB", "10 GB in chunks", "gzip bomb", "wait, by date")
# A page over the limit is asked again in halves.
PAGES = ("slow", "reset", "head cut", "wrong length", "broken chunks", "page", "empty", "a million brackets",
         "wait, in seconds")
JSON = {"Content-Type": "application/json"}


def gzip_bomb():
    """A gibibyte of blanks, in a megabyte."""
    packer = zlib.compressobj(9, wbits=31)
    blanks = b" " * (1 << 20)
    return b"".join(packer.compress(blanks) for _ in range(1024)) + packer.flush()


def faults(elsewhere):
    """Name: (fault, what it means where the answer is about one row)."""
    def replace(status, body=b"", **headers):
        return Fault("replace", status=status, body=body, times=None,
                     headers={**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}})

    return {
        "slow": (Fault("slow", seconds=30, times=None), "down"),
        "silence": (Fault("delay", seconds=30, times=None), "down"),
        "reset": (Fault("reset", times=None), "down"),
        "closed": (Fault("lose", times=None), "down"),
        "head cut": (Fault("cut_headers", at=30, times=None), "down"),
        "body cut": (Fault("cut", at=-1, times=None), "down"),
        "wrong length": (Fault("wrong_length", at=100, times=None), "down"),
        "broken chunks": (replace(200, b"zz\r\nthis is no chunk\r\n", Transfer_Encoding="chunked"), "down"),
        "broken gzip": (replace(200, b"\x1f\x8bnothing of the kind", Content_Encoding="gzip"), "down"),
        "endless head": (replace(200, b"{}", **{f"X-{n}": "x" * 4000 for n in range(40)}), "down"),
        "redirect": (Fault("redirect", headers={"Location": elsewhere}, times=None), "down"),
        "500": (replace(500, b"<html>oops</html>", Content_Type="text/html"), "down"),
        "page": (replace(200, b"<html>please log in</html>", Content_Type="text/html"), "down"),
        "empty": (replace(200), "down"),
        "10 GB": (Fault("huge", at=10 * GIB, headers=JSON, times=None), "charged"),
        "10 GB in chunks": (Fault("huge", at=10 * GIB, headers={**JSON, "Transfer-Encoding": "chunked"}, times=None),
                            "charged"),
        "gzip bomb": (replace(200, gzip_bomb(), Content_Encoding="gzip"), "charged"),
        "a million brackets": (replace(200, b"[" * 1000000), "down"),
        "wait, in seconds": (replace(429, b"{}", Retry_After="1800"), "quota"),
        "wait, by date": (replace(429, b"{}", Retry_After="DATE"), "quota"),
    }


class Side:
    """One program before one proxy."""

    def __init__(self, home, proxy, stage, monkeypatch):
        monkeypatch.setattr(harness, "PROGRAMS", harness.ROOT / "build")
        self.home, self.proxy, self.stage = home, proxy, stage

    def start(self):
        self.program = self.home.start(self.stage)

    def memory(self):
        """The most it ever had in memory, KiB."""
        status = (self.program_path / "status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])

    @property
    def program_path(self):
        return harness.pathlib.Path(f"/proc/{self.program.process.pid}")

    def look(self):
        """Forgets pauses and waits, and looks for work at once."""
        self.home.sql("DELETE FROM pause")
        self.program.process.send_signal(signal.SIGHUP)

    def meet(self, name, fault):
        """Lets the program meet the fault; returns the pause that comes of it, or the row that is charged."""
        if fault.headers and fault.headers.get("Retry-After") == "DATE":
            fault.headers["Retry-After"] = email.utils.formatdate(time.time() + 1800, usegmt=True)
        before = len(self.proxy.requests)
        self.proxy.faults[:] = [fault]                       # there is never a moment without one
        self.look()
        wait_until(lambda: any(r.fault for r in self.proxy.requests[before:]), SECONDS, f"{name}: a request")
        outcome = wait_until(self.outcome, SECONDS, name)
        assert self.program.running(), self.program.log[-2000:]
        assert self.memory() < MEMORY_KIB, name
        return outcome

    def pause(self):
        return next(iter(self.home.sql("SELECT kind, until, why FROM pause")), None)


class Reader(Side):
    """A side that puts off what cannot be read, or pauses."""

    def look(self):
        self.told = len(self.program.log)
        super().look()

    def outcome(self):
        put_off = "event=retry" in self.program.log[self.told:]
        return self.pause() or ({"kind": "put off"} if put_off else None)


class Rows(Side):
    """A side whose faults may be about one row."""

    def __init__(self, home, proxy, stage, table, monkeypatch):
        super().__init__(home, proxy, stage, monkeypatch)
        self.table = table

    def look(self):
        wait_until(lambda: self.home.one(f"SELECT count(*) FROM {self.table} WHERE state = 'leased'") == 0,
                   what="the end of all that was on its way")
        self.home.shell(f"UPDATE {self.table} SET state = 'pending' WHERE state <> 'done'")
        super().look()

    def outcome(self):
        charged = self.home.sql(f"SELECT last_error, attempts FROM {self.table} WHERE attempts = 1")
        return self.pause() or next(iter(charged), None)


@pytest.fixture
def elsewhere():
    """A server that no request may ever reach."""
    with FaultProxy("http://127.0.0.1:9") as server:
        yield server


def check_wait(name, pause, latest=float("inf")):
    if "wait" in name:
        assert abs(pause["until"] - min(time.time() + 1800, latest)) < 120, name


def quota_is_new():
    """Ten minutes after midnight at the latest, whatever the answer asks for."""
    return (time.time() // DAY + 1) * DAY + 600


def test_the_enricher(home, vt, elsewhere, monkeypatch):
    with FaultProxy(vt.url.removesuffix("/api/v3")) as proxy:
        home.configure("enricher", url=proxy.url + "/api/v3", api_key_file=home.secret("vt.key", vt.key), timeout="2s",
                       per_minute=6000, per_day=500000, per_month=5000000)
        side = Rows(home, proxy, "enricher", "lookup", monkeypatch)
        home.once("enricher")
        wanted = [vt_reports.hashes(f"fault {n}")["sha256"] for n in range(4)]
        home.sql(f"INSERT INTO sample(sha256) VALUES {', '.join(f'({value!r})' for value in wanted)}")
        proxy.add(Fault("refuse", times=None))
        side.start()
        wait_until(side.pause, what="a pause")
        for name, (fault, means) in faults(elsewhere.url).items():
            outcome = side.meet(name, fault)
            assert outcome.get("kind", "charged") == means, (name, outcome)
            check_wait(name, outcome, quota_is_new())
        proxy.clear()
        side.look()
        wait_until(lambda: home.one("SELECT count(*) FROM lookup WHERE state = 'done' AND outcome = 'found'") == 4,
                   what="an answer for every file")
        assert side.program.stop() == 0
        assert home.one("SELECT count(*) FROM request") >= len(proxy.sent(path="/files/[0-9a-f]"))
    assert home.one("SELECT count(*) FROM analysis") == 4, "nothing else was taken for an answer"
    assert not elsewhere.requests


def test_the_publisher(home, vt, site, elsewhere, monkeypatch):
    """Reading from the site goes wrong in every way; then it is well, and there is one post per file."""
    login, password = site.users["author"]
    with FaultProxy(site.url) as proxy:
        home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), per_minute=6000)
        # The site knows itself by its own address only.
        home.configure("publisher", url=site.url, connect_to=proxy.url.removeprefix("http://"), user=login,
                       password_file=home.secret("password", password), timeout="2s")
        side = Rows(home, proxy, "publisher", "post", monkeypatch)
        home.once("enricher")
        wanted = [vt_reports.hashes(f"fault {n}")["sha256"] for n in range(2)]
        home.sql(f"INSERT INTO sample(sha256) VALUES {', '.join(f'({value!r})' for value in wanted)}")
        home.once("enricher")
        proxy.add(Fault("refuse", times=None))
        side.start()
        wait_until(side.pause, what="a pause")
        for where, about_a_row in (("", "down"), ("slug=malware-", "charged")):
            for name, (fault, means) in faults(elsewhere.url).items():
                fault.path, fault.method = where, "GET" if where else None
                outcome = side.meet(f"{where}: {name}", fault)
                assert outcome.get("kind", "charged") == (about_a_row if means == "charged" else "down"), (name, outcome)
                check_wait(name, outcome)
        assert not proxy.sent("POST", "/posts"), "nothing was written to a site that cannot be read"
        proxy.clear()
        side.look()
        wait_until(lambda: home.one("SELECT count(*) FROM post WHERE state = 'done'") == 2, what="posts")
        assert side.program.stop() == 0
        authorized = [r for r in proxy.requests if r.header("authorization")]
        assert authorized
    assert sorted(post.slug for post in site.posts()) == sorted(f"malware-{value}" for value in wanted)
    assert not elsewhere.requests


def test_the_collector(home, engine, elsewhere, monkeypatch):
    """Pages of documents go wrong in every way; then they are good again, and every document is there once."""
    day = tpot_day.Day(time.time() - 600)
    engine.bulk(day.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        home.configure("collector", url=proxy.url, interval="1s", start="24h", timeout="2s")
        side = Reader(home, proxy, "collector", monkeypatch)
        side.start()
        wait_until(lambda: home.has_tables() and home.one("SELECT count(*) FROM cursor WHERE checkpoint > position"),
                   what="something to read")
        engine.bulk(day.late, refresh=True)
        for where, kinds in (("_stats", LISTS), ("_search", PAGES)):
            for name, (fault, _means) in faults(elsewhere.url).items():
                if name not in kinds:
                    continue
                fault.path = where
                outcome = side.meet(f"{where}: {name}", fault)
                assert outcome["kind"] in ("down", "put off" if where == "_search" else "down"), (where, name, outcome)
                check_wait(name, outcome)
        proxy.clear()
        large = proxy.add(Fault("huge", at=10 * GIB, headers=JSON, path="_search", times=2))
        side.look()
        wait_until(lambda: {r["hash"] for r in home.sql("SELECT coalesce(sha256, md5) AS hash FROM sample")} == day.hashes, 60,
                   "every file")
        wait_until(lambda: home.one("SELECT count(*) FROM cursor WHERE position < checkpoint") == 0, what="the end")
        assert large.times == 0 and side.memory() < MEMORY_KIB
        assert side.program.stop() == 0
    found = [tpot_day.Capture(**row) for row in home.sql(tpot_day.Capture.SQL)]
    assert len(found) == len(day.captures) and set(found) == day.captures
    assert not elsewhere.requests
