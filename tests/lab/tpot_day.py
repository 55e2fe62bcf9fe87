"""A day of T-Pot documents, made here, together with what a collector must make of them.

    day = Day(end=time.time(), seed=1)
    engine.bulk(day.documents, refresh=True)
    assert {s["event"] for s in sightings} == day.captures

The honeypots that carry files (Cowrie, Adbhoney, H0neytr4p, Log4pot, Honeytrap) write in every shape they
have: see tpot_documents.py; to it come events logged twice, bulk retries under another id, lists of hashes,
capitals, literal dotted keys, sensors of a hive, clocks that are wrong, sessions that began the day before,
attackers' texts of all kinds, and the noise of honeypots that carry no file.
SPDX-License-Identifier: MIT
"""

import dataclasses
import datetime
import ipaddress
import json
import random

from tpot_documents import (  # noqa: F401
    COWRIE, PLACES, SENSORS, Document, Maker, Told, instant, md5, sha256, sha512,
)

EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EMPTY_FILE_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
AUTHORIZED_KEYS = "a8460f446be540410004b1a8db4083773fa46f7fe76fa84219c93daa1669f8f2"
NOISE = (EMPTY_FILE, EMPTY_FILE_MD5, AUTHORIZED_KEYS)
HOUR = 3600
DAY = 24 * HOUR
URL_MAX, NAME_MAX = 4096, 512  # bytes of text that are kept
# What attackers put where a URL, a name or a session is expected.
HOSTILE = (
    "http://198.51.100.66/<script>alert(1)</script>",
    "http://198.51.100.66/a.sh?x=1&y=&#60;b&#62;[gallery]<!-- wp:html -->",
    "http://xn--e1afmkfd.example/\u202egpj.exe",
    "http://198.51.100.66/\x1b[31mred\x1b[0m\nline\t\"quoted\" 'single' `tick` $(id)",
    "http://198.51.100.66/" + "a" * 4500,
    "http://198.51.100.66/" + "\u044f" * 3000,
    "http://198.51.100.66/\U0001f408/кошка",
    "http://198.51.100.66/a\x00b",
    "http://[2001:db8:53::99]:8080/v6.sh",
)


def index_of(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("logstash-%Y.%m.%d")


def kept(text, most):
    """A text as the database holds it: no NUL, no lone surrogate, cut between two characters; None for nothing."""
    if not isinstance(text, str) or not text:
        return None
    clean = "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
    return clean.encode()[:most].decode(errors="ignore")


def address(text):
    """The canonical form of an address, None where it is none."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@dataclasses.dataclass(frozen=True)
class Capture:
    """One capture as table sighting must tell it."""

    hash: str
    honeypot: str
    action: str
    sensor: str
    session: str
    src_ip: str
    event_at: int
    profile: str
    src_port: int
    src_country: str
    src_city: str
    src_asn: int
    src_as_org: str
    protocol: str
    dest_port: int
    url: str
    file_name: str

    SQL = """SELECT coalesce(sha256, sha1, md5) AS hash, honeypot, action, sensor, session, src_ip, event_at,
                    profile, src_port, src_country, src_city, src_asn, src_as_org, protocol, dest_port, url, file_name
               FROM sighting JOIN sample ON sample.id = sample_id"""


class Day(Maker):
    """`files` distinct files, caught some 2.5 times each in the 20 hours before `end`."""

    def __init__(self, end, files=120, seed=1, noise=400):
        super().__init__(random.Random(seed))
        self.end = int(end)
        self.documents = []         # (index, id, document): what Logstash writes, in this order
        self.late = []              # the same, to be written hours later
        self.captures = set()
        self.hashes = set()         # what becomes a sample
        self.rejected = set()       # ids of documents with a broken hash
        self.seed = seed
        self._openings = []         # of sessions whose captures do not name their source
        self._write_files(files)
        self._write_odd_ones()
        self._write_noise(noise)
        self.random.shuffle(self.documents)
        self.documents[:0] = self._openings
        self._write_wrong_types()

    @property
    def lookups(self):
        return self.hashes - set(NOISE)

    # -- what is written

    def _add(self, document, at, tells=None, late=False, where=None, source=None, **fields):
        """Writes a document and expects what it tells, unless told otherwise; `source` is the document that
        names the source in its place, `fields` is what else is to be expected."""
        where = where if where is not None else self.late if late else self.documents
        identifier = f"{self.seed}-{len(self.documents)}-{len(self.late)}-{len(self._openings)}".ljust(20, "0")
        where.append((index_of(at), identifier, document))
        for told in getattr(document, "tells", ()) if tells is None else tells:
            capture = self._capture(document, source or document, at, told, fields)
            self.hashes.add(capture.hash)
            self.captures.add(capture)
        return identifier

    @staticmethod
    def _capture(document, source, at, told, fields):
        place = source.get("geoip", {})
        port = {"ssh": 22, "telnet": 23}.get(document.get("protocol")) if "eventid" in document else None
        expected = {
            "hash": told.hash.lower(), "action": told.action, "honeypot": document.get("type"),
            "profile": document.get("type", "").lower(), "sensor": document.get("t-pot_hostname"),
            "session": kept(document.get("session", document.get("correlation_id")), NAME_MAX),
            "event_at": int(at // 1), "protocol": document.get("protocol"),
            "src_ip": address(source.get("src_ip")), "src_port": source.get("src_port"),
            "dest_port": source.get("dest_port", port), "src_country": place.get("country_code2"),
            "src_city": place.get("city_name") or None, "src_asn": place.get("asn"),
            "src_as_org": place.get("as_org"), "url": kept(told.url, URL_MAX),
            "file_name": kept(told.file_name, NAME_MAX),
        }
        return Capture(**{**expected, **fields})

    def _write_files(self, files):
        for number in range(files):
            for _ in range(self.random.choice([1, 1, 2, 5])):
                self._write_file(number, self.end - self.random.uniform(60, 20 * HOUR))

    def _write_file(self, number, at):
        name = f"file-{self.seed}-{number}"
        kind = number % 10
        if kind == 5:
            self._add(self._h0neytr4p(at, md5(name)), at)
        elif kind == 6:
            self._add(self.adbhoney_upload(at, sha256(name)), at)
        elif kind == 7:
            self._add_session(at, *self.adbhoney_download(at, sha256(name)))
        elif kind == 8:
            self._add_session(at, *self.log4pot(at, sha256(name)))
        elif kind == 9:
            self._add(self.honeytrap_download(at, md5(name), self.random.choice([1, 1, 2])), at)
        else:
            self._add(self._cowrie(at, sha256(name), self.random.choice(list(COWRIE))), at)

    def _add_session(self, at, *documents, late=False):
        """The opening is written before the capture, which is the last of them."""
        *before, capture = documents
        where = self.late if late else self._openings
        for document in before:
            self._add(document, _time_of(document), where=where)
        self._add(capture, at, source=before[0], late=late)

    def _cowrie(self, at, shasum, shape):
        return self.cowrie(at, shasum, shape)

    def _h0neytr4p(self, at, digest):
        return self.h0neytr4p(at, digest)

    # -- what makes it hard

    def _write_odd_ones(self):
        at = self.end - 3 * HOUR
        self._write_repeats(at)
        self._write_hashless(at)
        self._write_broken(at)
        self._write_clocks(at)
        self._write_sources(at)
        self._write_spellings(at)
        for number, text in enumerate(HOSTILE):
            shasum = sha256(f"hostile-{self.seed}-{number}")
            document = {**self._cowrie(at, shasum, "sftp"), "url": text, "filename": text[:300]}
            self._add(document, at, [Told(shasum, "upload", text, text[:300])])
        for noise in (EMPTY_FILE, AUTHORIZED_KEYS):
            self._add(self._cowrie(at, noise, "redirection"), at)
        self._add(self._h0neytr4p(at, EMPTY_FILE_MD5), at)

    def _write_repeats(self, at):
        """The same capture logged twice within a second, and stored twice by a bulk retry."""
        shasum = sha256(f"twice-{self.seed}")
        first = self._cowrie(int(at), shasum, "wget")
        self._add(first, at)
        self._add({**first, "timestamp": instant(int(at) + 0.4), "@timestamp": instant(int(at) + 0.4)}, at)
        self._add(dict(first), at)
        url = first["url"]
        several = [sha256(f"list-{self.seed}-{n}") for n in range(2)]
        self._add({**first, "shasum": several, "session": "bothinone"}, int(at),
                  [Told(one, "download", url) for one in several])
        capitals = sha256(f"capitals-{self.seed}").upper()
        self._add({**first, "shasum": capitals}, int(at), [Told(capitals, "download", url)])

    def _write_spellings(self, at):
        """Keys that stand there literally, lists of one, numbers written as texts, types that were overwritten."""
        literal = self._cowrie(int(at), sha256(f"literal-{self.seed}"), "wget")
        place = literal.pop("geoip")
        written = {f"geoip.{key}": place[key] for key in ("country_code2", "city_name", "asn", "as_org")}
        self._add({**literal, **written}, int(at), literal.tells, source={**literal, "geoip": place})
        trap = self.honeytrap_download(int(at), md5(f"literal-{self.seed}"))
        flat = {f"downloads.{key}": value for key, value in trap["downloads"].items() if key != "payload_0"}
        flat["downloads.payload_0.md5_hash"] = trap["downloads"]["payload_0"]["md5_hash"]
        rest = {key: value for key, value in trap.items() if key != "downloads"}
        self._add({**rest, **flat, "src_port": "51111", "download_count": "1"}, int(at), trap.tells, src_port=51111)
        listed = self._cowrie(int(at), sha256(f"listed-{self.seed}"), "sftp")
        self._add({**listed, **{key: [listed[key]] for key in ("eventid", "shasum", "src_ip", "filename")}},
                  int(at), listed.tells, source=listed)
        typed = self._cowrie(int(at), sha256(f"typed-{self.seed}"), "wget")
        self._add({**typed, "type": "ssh-rsa"}, int(at), typed.tells, honeypot="Cowrie", profile="cowrie")
        hive = self._cowrie(int(at), sha256(f"hive-{self.seed}"), "wget")
        hive.update(host="172.18.0.7", headers={"http_user_agent": "Manticore 0.9.1", "http_accept": None})
        self._add(hive, int(at))
        old = self._cowrie(int(at), sha256(f"old-{self.seed}"), "wget")
        for field in ("uuid", "protocol"):
            del old[field]
        self._add(old, int(at))

    def _write_hashless(self, at):
        shasum = sha256(f"hashless-{self.seed}")
        for change in ({"shasum": ""}, {"shasum": None}, {"shasum": []}):
            self._add({**self._cowrie(at, shasum, "wget"), **change}, at)
        line = self._cowrie(at, shasum, "wget")
        del line["shasum"]
        self._add({**line, "realm": "scp", "input": "C0644 3 x"}, at)
        self._add({**self._h0neytr4p(at, ""), "payload": "a=b"}, at, [])
        error = self.log4pot_generic(at, shasum)
        del error["generic_sha256"]
        self._add({**error, "error": "(7, 'Failed to connect')"}, at)

    def _write_broken(self, at):
        shasum = sha256(f"broken-{self.seed}")
        for broken in (shasum[:63] + " ", shasum + "\x00junk", "../../etc/passwd", shasum[:40] + "z" * 24, "0" * 64,
                       sha512("too long"), "<b>\x1b[31m" + shasum):
            self.rejected.add(self._add({**self._cowrie(at, shasum, "wget"), "shasum": broken}, at))
        self.rejected.add(self._add({**self._h0neytr4p(at, ""), "payload_hash_md5": "nothing"}, at))
        good = sha256(f"beside-{self.seed}")
        document = self._cowrie(int(at), good, "wget")
        self.rejected.add(self._add({**document, "shasum": [good, "not a hash"]}, int(at), document.tells))
        *before, payload = self.log4pot(int(at), sha256(f"urls-{self.seed}"))
        payload["urls"] = {**payload["urls"], "http://198.51.100.66/broken": "tree"}
        self._add(before[0], _time_of(before[0]), where=self._openings)
        self.rejected.add(self._add(payload, int(at), source=before[0]))
        self._write_surrogate(at)

    def _write_surrogate(self, at):
        shasum = sha256(f"surrogate-{self.seed}")
        document = self._cowrie(int(at), shasum, "wget")
        document["url"] = "http://198.51.100.66/@@x"
        self._add(document, int(at), [Told(shasum, "download", "http://198.51.100.66/\ud800x")])
        self.documents[-1] = (*self.documents[-1][:2], json.dumps(document).replace("@@", "\\ud800").encode())

    def _write_sources(self, at):
        """Sources that are none, that stand elsewhere, and that nobody knows."""
        lost = self._cowrie(int(at), sha256(f"noaddress-{self.seed}"), "wget")
        for field in ("src_ip", "session", "geoip", "uuid", "protocol"):
            del lost[field]
        self._add(lost, int(at))
        lan = self._cowrie(int(at), sha256(f"lan-{self.seed}"), "wget")
        self._add(lan.__class__(lan, src_ip="192.168.1.50", geoip={}).tell(*lan.tells), int(at))
        six = self._cowrie(int(at), sha256(f"six-{self.seed}"), "wget")
        six["src_ip"] = "2001:0DB8:53:0::17"
        self._add(six, int(at))
        for n, header in enumerate(("127.0.0.1, <script>1</script>", "198.51.100.9, 10.0.0.1", "unknown", "")):
            trap = self._h0neytr4p(int(at), md5(f"header-{self.seed}-{n}"))
            trap.update(src_ip=header, dest_port=99999)
            self._add(trap, int(at), dest_port=None)
        self._add(self.log4pot_generic(int(at), sha256(f"generic-{self.seed}")), int(at))
        self._add(self.adbhoney_download(int(at), sha256(f"alone-{self.seed}"))[-1], int(at))
        # A session that began yesterday, in another index, and one that began before that.
        midnight = int(at) // DAY * DAY
        for name, began, found in (("yesterday", 600, True), ("long ago", DAY + 600, False)):
            *before, capture = self.adbhoney_download(midnight + 5, sha256(f"{name}-{self.seed}"), began)
            self._add(before[0], midnight + 5 - began, where=self._openings)
            self._add(capture, midnight + 5, source=before[0] if found else None, late=True)

    def _write_wrong_types(self):
        """Last of all: the first document of an index decides the type of a field."""
        at = self.end - 3 * HOUR
        document = self._cowrie(int(at), sha256(f"types-{self.seed}"), "wget")
        self.rejected.add(self._add({**document, "shasum": 12345, "url": 67.5, "session": True}, int(at)))

    def _write_clocks(self, at):
        """Wrong clocks; and documents that arrive long after they were written."""
        for number, moment in enumerate((self.end + 4 * DAY, 12345, self.end + 2 * HOUR)):
            shasum = sha256(f"clock-{self.seed}-{number}")
            self._add(self._cowrie(moment, shasum, "wget"), moment, late=True)
        for number in range(10):
            moment = self.end - self.random.uniform(2 * HOUR, 60 * HOUR)
            self._add(self._cowrie(moment, sha256(f"late-{self.seed}-{number}"), "tftp"), moment, late=True)
        moment = self.end - 30 * HOUR
        self._add_session(moment, *self.adbhoney_download(moment, sha256(f"late-session-{self.seed}")), late=True)

    def _write_noise(self, count):
        """What the other honeypots write all day: no file in it."""
        for number in range(count):
            at = self.end - self.random.uniform(60, 20 * HOUR)
            self._add(self.background(at, number), at)


def _time_of(document):
    return datetime.datetime.fromisoformat(document["@timestamp"].replace("Z", "+00:00")).timestamp()
