"""A day of T-Pot documents, made here, together with what a collector must make of them.

    day = Day(end=time.time(), seed=1)
    engine.bulk(day.documents, refresh=True)
    assert {s["event"] for s in sightings} == day.captures

Cowrie and H0neytr4p write in every shape they have: wget, tftp, redirection, standard input, SFTP, SCP,
protocol lines without a hash, empty bodies, events logged twice, bulk retries under another id, lists of
hashes, capitals, sensors of a hive, clocks that are wrong, attackers' texts of all kinds, and the noise of
honeypots that carry no file. Addresses are from the documentation ranges.
SPDX-License-Identifier: MIT
"""

import dataclasses
import datetime
import hashlib
import json
import random

EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
AUTHORIZED_KEYS = "a8460f446be540410004b1a8db4083773fa46f7fe76fa84219c93daa1669f8f2"
NOISE = (EMPTY_FILE, AUTHORIZED_KEYS)
HOUR = 3600
DAY = 24 * HOUR
SENSORS = (("hive-one", "203.0.113.10", "10.0.0.5"), ("sensor-two", "203.0.113.20", "10.0.1.7"))
PLACES = (("VN", "Hanoi", 64500, "EXAMPLE-NET VN"), ("BR", "", 64502, "Exemplo Telecom LTDA"),
          ("NL", "Amsterdam", 64501, "Example Hosting B.V."))
# What attackers put where a URL, a name or a session is expected.
HOSTILE = (
    "http://198.51.100.66/<script>alert(1)</script>",
    "http://198.51.100.66/a.sh?x=1&y=&#60;b&#62;[gallery]<!-- wp:html -->",
    "http://xn--e1afmkfd.example/\u202egpj.exe",
    "http://198.51.100.66/\x1b[31mred\x1b[0m\nline\t\"quoted\" 'single' `tick` $(id)",
    "http://198.51.100.66/" + "a" * 4500,
    "http://198.51.100.66/\U0001f408/кошка",
)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324


def instant(seconds):
    """As T-Pot writes it, with milliseconds."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def index_of(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("logstash-%Y.%m.%d")


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


class Day:
    """`files` distinct files, caught some 2.5 times each in the 20 hours before `end`."""

    def __init__(self, end, files=120, seed=1, noise=400):
        self.random = random.Random(seed)
        self.end = int(end)
        self.documents = []         # (index, id, document): what Logstash writes
        self.late = []              # the same, to be written hours later
        self.captures = set()
        self.hashes = set()         # what becomes a sample
        self.rejected = set()       # ids of documents with a broken hash
        self.seed = seed
        self._write_files(files)
        self._write_odd_ones()
        self._write_noise(noise)
        self.random.shuffle(self.documents)
        self._write_wrong_types()

    @property
    def lookups(self):
        return self.hashes - set(NOISE)

    # -- what is written

    def _add(self, document, at, hashes=(), late=False, identifier=None):
        """Hashes: what a collector takes from this document, as it stands there."""
        where = self.late if late else self.documents
        identifier = identifier or f"{self.seed}-{len(self.documents)}-{len(self.late)}".ljust(20, "0")
        where.append((index_of(at), identifier, document))
        for found in hashes:
            self.hashes.add(found.lower())
            self.captures.add(Capture(
                found.lower(), document["type"], self._action(document), document.get("t-pot_hostname"),
                document.get("session"), document.get("src_ip"), int(at),
            ))
        return identifier

    @staticmethod
    def _action(document):
        return "download" if document.get("eventid") == "cowrie.session.file_download" else "upload"

    def _base(self, at, kind):
        hostname, outside, inside = self.random.choice(SENSORS)
        country, city, asn, organisation = self.random.choice(PLACES)
        address = f"198.51.100.{self.random.randrange(1, 250)}"
        return {
            "@timestamp": instant(at), "timestamp": instant(at), "@version": "1", "type": kind,
            "path": f"/data/{kind.lower()}/log", "host": "5d2f0c9b7a11", "src_ip": address,
            "t-pot_hostname": hostname, "t-pot_ip_ext": outside, "t-pot_ip_int": inside,
            "geoip": {"ip": address, "country_code2": country, "city_name": city, "asn": asn,
                      "as_org": organisation, "location": {"lat": 1.5, "lon": 2.5}},
        }

    def _cowrie(self, at, shasum, shape):
        session = f"{self.random.getrandbits(48):012x}"
        base = self._base(at, "Cowrie")
        base.update(eventid="cowrie.session.file_download", session=session, sensor="9c1e5a40b7d2",
                    uuid="unknown", protocol=self.random.choice(["ssh", "telnet"]), shasum=shasum,
                    outfile=f"dl/{shasum}", message=f"Downloaded to dl/{shasum}")
        base.update({
            "wget": {"url": f"http://198.51.100.7/bins/{shasum[:6]}.arm7"},
            "tftp": {"url": f"tftp://198.51.100.7/{shasum[:6]}", "destfile": f"{shasum[:6]}.mips"},
            "redirection": {"duplicate": False, "destfile": "/tmp/.x"},
            "stdin": {"duplicate": True, "destfile": ""},
            "sftp": {"eventid": "cowrie.session.file_upload", "filename": f"{shasum[:6]}.sh"},
            "scp": {"eventid": "cowrie.session.file_upload", "filename": "sshd", "destfile": "/tmp/sshd",
                    "url": "/tmp/sshd", "outfile": shasum, "duplicate": False},
        }[shape])
        return base

    def _h0neytr4p(self, at, digest):
        base = self._base(at, "H0neytr4p")
        base.update(dest_port=443, protocol="https", request_method="POST", trapped="true",
                    request_uri="/wp-content/plugins/x/upload.php", payload_hash_md5=digest,
                    payload_filename=f"/data/h0neytr4p/payloads/{digest}", hostname="203.0.113.10")
        return base

    def _write_files(self, files):
        shapes = ("wget", "tftp", "redirection", "stdin", "sftp", "scp")
        for number in range(files):
            for _ in range(self.random.choice([1, 1, 2, 5])):
                at = self.end - self.random.uniform(60, 20 * HOUR)
                if number % 6 == 5:
                    digest = md5(f"file-{self.seed}-{number}")
                    self._add(self._h0neytr4p(at, digest), at, [digest])
                else:
                    shasum = sha256(f"file-{self.seed}-{number}")
                    self._add(self._cowrie(at, shasum, self.random.choice(shapes)), at, [shasum])

    # -- what makes it hard

    def _write_odd_ones(self):
        at = self.end - 3 * HOUR
        self._write_repeats(at)
        self._write_hashless(at)
        self._write_broken(at)
        self._write_clocks(at)
        for number, text in enumerate(HOSTILE):
            shasum = sha256(f"hostile-{self.seed}-{number}")
            self._add({**self._cowrie(at, shasum, "sftp"), "url": text, "filename": text[:300]}, at, [shasum])
        for noise in NOISE:
            self._add(self._cowrie(at, noise, "redirection"), at, [noise])

    def _write_repeats(self, at):
        """The same capture logged twice within a second, and stored twice by a bulk retry."""
        shasum = sha256(f"twice-{self.seed}")
        first = self._cowrie(int(at), shasum, "wget")
        self._add(first, at, [shasum])
        self._add({**first, "timestamp": instant(int(at) + 0.4), "@timestamp": instant(int(at) + 0.4)}, at)
        self._add(dict(first), at)
        several = [sha256(f"list-{self.seed}-{n}") for n in range(2)]
        self._add({**first, "shasum": several, "session": "bothinone"}, int(at), several)
        capitals = sha256(f"capitals-{self.seed}").upper()
        self._add({**first, "shasum": capitals}, int(at), [capitals])
        literal = self._cowrie(int(at), sha256(f"literal-{self.seed}"), "wget")
        place = literal.pop("geoip")
        literal.update({f"geoip.{key}": place[key] for key in ("country_code2", "asn", "as_org")})
        self._add(literal, int(at), [literal["shasum"]])

    def _write_hashless(self, at):
        shasum = sha256(f"hashless-{self.seed}")
        for change in ({"shasum": ""}, {"shasum": None}, {"shasum": []},
                       {"eventid": "cowrie.session.file_download.failed"}, {"eventid": "cowrie.log.closed"}):
            self._add({**self._cowrie(at, shasum, "wget"), **change}, at)
        line = self._cowrie(at, shasum, "wget")
        del line["shasum"]
        self._add({**line, "realm": "scp", "input": "C0644 3 x"}, at)

    def _write_broken(self, at):
        shasum = sha256(f"broken-{self.seed}")
        for broken in (shasum[:63] + " ", shasum + "\x00junk", "../../etc/passwd", shasum[:40] + "z" * 24):
            self.rejected.add(self._add({**self._cowrie(at, shasum, "wget"), "shasum": broken}, at))
        good = sha256(f"beside-{self.seed}")
        document = {**self._cowrie(int(at), good, "wget"), "shasum": [good, "not a hash"]}
        self.rejected.add(self._add(document, int(at), [good]))
        surrogate = sha256(f"surrogate-{self.seed}")
        document = {**self._cowrie(int(at), surrogate, "wget"), "url": "http://198.51.100.66/@@x"}
        self._add(document, int(at), [surrogate])
        self.documents[-1] = (*self.documents[-1][:2], json.dumps(document).replace("@@", "\\ud800").encode())

    def _write_wrong_types(self):
        """Last of all: the first document of an index decides the type of a field."""
        at = self.end - 3 * HOUR
        document = self._cowrie(int(at), sha256(f"types-{self.seed}"), "wget")
        self.rejected.add(self._add({**document, "shasum": 12345, "url": 67.5, "session": True}, int(at)))

    def _write_clocks(self, at):
        """Wrong clocks; and documents that arrive long after they were written."""
        for number, moment in enumerate((self.end + 4 * DAY, 12345, self.end + 2 * HOUR)):
            shasum = sha256(f"clock-{self.seed}-{number}")
            self._add(self._cowrie(moment, shasum, "wget"), moment, [shasum], late=True)
        for number in range(10):
            shasum = sha256(f"late-{self.seed}-{number}")
            moment = self.end - self.random.uniform(2 * HOUR, 60 * HOUR)
            self._add(self._cowrie(moment, shasum, "tftp"), moment, [shasum], late=True)
        old = sha256(f"noaddress-{self.seed}")
        document = self._cowrie(int(at), old, "wget")
        for field in ("src_ip", "session", "geoip", "uuid", "protocol"):
            del document[field]
        self._add(document, int(at), [old])

    def _write_noise(self, count):
        """What the other honeypots write all day: no file in it."""
        for number in range(count):
            at = self.end - self.random.uniform(60, 20 * HOUR)
            document = self._base(at, self.random.choice(["Dionaea", "Honeytrap", "Suricata", "Cowrie"]))
            document.update(eventid="cowrie.command.input", input="uname -a", event_type="alert",
                            fileinfo={"md5": md5(str(number))}, session=f"n{number}")
            self._add(document, at)
