"""The addresses of our own installation: found by name, when they change, and as the only content of a file."""

import hashlib
import random
import subprocess

import harness
import pytest
import tpot_documents
import vt_reports
from driving import captures, pump, read_all
from harness import wait_until

HOST = "tpot.lab.example"
FIRST, SECOND = "198.51.100.9", "198.51.100.10"
HOUR = 3600


class Names:
    """A mount namespace with its own table of host names, which ends with its process."""

    def __init__(self, home):
        self.table = home.path / "hosts"
        self.say(FIRST)
        self.keeper = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", 'mount --bind "$0" /etc/hosts && echo mounted && exec sleep 600', self.table],
            stdout=subprocess.PIPE, text=True)
        assert self.keeper.stdout.readline() == "mounted\n", "a namespace of its own with a table of names"

    def say(self, address):
        self.table.write_text(f"127.0.0.1 localhost\n{address} {HOST}\n")

    def command(self, home, stage, *options):
        return ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(self.keeper.pid),
                harness.PROGRAMS / f"potpress-{stage}", "-c", home.config_path, *options]

    def close(self):
        self.keeper.kill()
        self.keeper.wait()


@pytest.fixture
def names(collecting, engine):
    """T-Pot is reached by a name; the way there is the engine's."""
    port = engine.url.rsplit(":", 1)[1]
    collecting.configure("collector", url=f"http://{HOST}:{port}", connect_to=f"127.0.0.1:{port}", allow_http="yes")
    table = Names(collecting)
    yield table
    table.close()


def write(home, engine, sha256, **fields):
    """One capture, as logged by Cowrie."""
    document = tpot_documents.Maker(random.Random(sha256)).cowrie(home.clock() - 60, sha256, "wget")
    engine.bulk([("logstash-2026.11.20", None, {**document, **fields})], refresh=True)


def ours(home):
    return {row["value"] for row in home.sql("SELECT value FROM sensor_identity WHERE source = 'configuration'")}


def test_a_name_that_resolves_to_another_address_than_t_pot_reports(collecting, engine, names):
    """The name and its address are private, another address is learned while the collector runs, --check reports it."""
    write(collecting, engine, tpot_documents.sha256("any"), **{"t-pot_ip_ext": "203.0.113.10"})
    log = collecting.path / "collector.log"
    with log.open("wb") as out:
        running = subprocess.Popen(names.command(collecting, "collector"), stdout=out, stderr=out,
                                   env=collecting.environment())
    try:
        pump(collecting, engine, lambda: collecting.has_tables() and captures(collecting), "the first document")
        assert ours(collecting) == {HOST, FIRST}
        checked = subprocess.run(names.command(collecting, "collector", "--check"), capture_output=True, text=True,
                                 env=collecting.environment(), timeout=60, check=False)
        assert (f"T-Pot reports 203.0.113.10 as its external address, but `url` resolves to {FIRST}; "
                "neither is published") in checked.stdout
        names.say(SECOND)
        collecting.set_clock(collecting.clock() + HOUR + 1)
        wait_until(lambda: ours(collecting) == {HOST, FIRST, SECOND}, what="the other address")
        assert running.poll() is None
    finally:
        running.terminate()
        assert running.wait(harness.STOP_SECONDS) == 0, log.read_text()


# ---- files that are an address

def test_files_that_tell_an_address_are_held_back(collecting, engine, vt):
    """By any of their hashes, or by where they came from: VirusTotal is never asked, and no post is made."""
    collecting.configure("enricher", url=vt.url, api_key_file=collecting.secret("vt.key", vt.key))
    maker, at = tpot_documents.Maker(random.Random(7)), collecting.clock() - 60
    address = maker.cowrie(at, "0" * 64, "wget")["t-pot_ip_ext"]
    plain = hashlib.sha256(f"{address}\n".encode()).hexdigest()
    wrapped = hashlib.sha256(f'{{"ip":"{address}"}}'.encode()).hexdigest()
    digest = hashlib.md5(address.encode()).hexdigest()  # noqa: S324
    fetched, metadata = tpot_documents.sha256("any answer"), tpot_documents.sha256("any token")
    other = vt_reports.hashes("malware")["sha256"]
    for sha256, url in ((plain, None), (wrapped, None), (fetched, "http://ifconfig.me/"),
                        (metadata, "http://169.254.169.254/latest/meta-data/public-ipv4"), (other, None)):
        write(collecting, engine, sha256, **({"url": url} if url else {}), **{"t-pot_ip_ext": address})
    engine.bulk([("logstash-2026.11.20", None, {**maker.h0neytr4p(at, digest), "t-pot_ip_ext": address})], refresh=True)
    read_all(collecting, engine)
    assert collecting.one("SELECT count(*) FROM sample") == 6
    why = {row["value"]: row["last_error"] for row in collecting.sql("SELECT * FROM lookup WHERE state = 'skipped'")}
    for sha256 in (plain, wrapped, digest):
        assert why.get(sha256, "no lookup") in ("no lookup", "by rule: nothing but an address or name of ours")
    for sha256 in (fetched, metadata):
        assert why[sha256] == "by rule: from a service that reveals its visitor's address"
    collecting.shell("UPDATE lookup SET state = 'pending'")
    collecting.once("enricher")
    assert {request.path.rsplit("/", 1)[1] for request in vt.lookups()} == {other}
    assert [row["key"] for row in collecting.sql("SELECT key FROM post")] == [other]
