"""What a day of T-Pot's documents adds up to: counted here from the documents, without any search engine.

    wanted = Recount(documents, begins, ends, own={"203.0.113.10"}, monitors=["192.0.2.0/25"])
    wanted.events, wanted.sources, wanted.of["honeypot"]["Cowrie"]     # the last: (events, sources, label)

SPDX-License-Identifier: MIT
"""

import collections
import datetime
import ipaddress

ATTACKS = frozenset("""Adbhoney Beelzebub Ciscoasa CitrixHoneypot ConPot Cowrie Ddospot Dicompot Dionaea ElasticPot
    Endlessh Galah Glutton Go-pot H0neytr4p Hellpot Heralding Honeyaml Honeypots Honeytrap Ipphoney Log4pot Mailoney
    Medpot Miniprint RDPHoneypot Redishoneypot Sentrypeer Tanner Wordpot""".split())
VISITS = {("Cowrie", "eventid", "cowrie.session.connect"), ("Adbhoney", "eventid", "adbhoney.session.connect"),
          ("Dionaea", "connection.type", "accept"), ("Endlessh", "reason", "ACCEPT"), ("Go-pot", "phase", "start"),
          ("Hellpot", "reason", "NEW"), ("Honeypots", "action", "connection"),
          ("Redishoneypot", "action", "NewConnect")}
PATHS = {"Tanner": "path", "Honeyaml": "path", "Go-pot": "path", "H0neytr4p": "request_uri",
         "Beelzebub": "request_uri", "Galah": "request.requestURI", "Wordpot": "url", "Hellpot": "url",
         "ElasticPot": "http.url", "Ipphoney": "http.url"}
METHODS = {"Tanner": "method", "Honeyaml": "method", "Go-pot": "method", "H0neytr4p": "request_method",
           "Beelzebub": "request_method", "Galah": "request.method"}
SIZES = {"honeypot": 40, "sensor": 50, "country": 250, "asn": 20, "city": 20, "rep": 20, "port": 30, "session": 40,
         "event": 50, "hassh": 10, "client": 10, "user": 50, "password": 50, "command": 50, "signature": 30, "cve": 20}
KEYWORD_MAX = 256  # longer texts are in no list


def at(document, path):
    """The values of a field: nested or with a dotted name, one or a list of them; none that no index keeps."""
    node = document.get(path)
    if node is None:
        node = document
        for step in path.split("."):
            node = node.get(step) if isinstance(node, dict) else None
    values = node if isinstance(node, list) else [node]
    return [v for v in values if v is not None and v != "" and not (isinstance(v, str) and len(v) > KEYWORD_MAX)]


def seconds(document):
    return datetime.datetime.fromisoformat(document["@timestamp"].replace("Z", "+00:00")).timestamp()


class Recount:
    """The numbers of the documents with begins <= @timestamp < ends."""

    def __init__(self, documents, begins, ends, own=(), monitors=()):
        self.begins = begins
        ranges = [ipaddress.ip_network(text) for text in [*own, *monitors]]
        self.documents = [d for d in documents if begins <= seconds(d) < ends and not self._is_in(d, ranges)]
        self.types = {t for d in self.documents for t in at(d, "type")}
        attacks = [d for d in self.documents if self._is_attack(d)]
        self.events = len(attacks)
        self.sources = len({d["src_ip"] for d in attacks if "src_ip" in d})
        self.loudest = max(collections.Counter(d["src_ip"] for d in attacks if "src_ip" in d).values(), default=0)
        self.of = collections.defaultdict(dict)
        self._events = collections.defaultdict(collections.Counter)
        self._addresses = collections.defaultdict(lambda: collections.defaultdict(set))
        for document in attacks:
            self._count_attack(document)
        for document in self.documents:
            self._count_other(document)
        self.sessions = sum(self._events["session"].values())

    @staticmethod
    def _is_in(document, ranges):
        try:
            address = ipaddress.ip_address(document.get("src_ip", ""))
        except ValueError:
            return False
        return any(address in r for r in ranges)

    @staticmethod
    def _is_attack(document):
        kind = document.get("type")
        return kind in ATTACKS and not (kind == "Dionaea" and at(document, "connection.type")[:1] in (
            ["connect"], ["listen"]))

    def _add(self, document, dimension, path):
        for value in set(at(document, path)):
            self._events[dimension][str(value)] += 1
            if "src_ip" in document:
                self._addresses[dimension][str(value)].add(document["src_ip"])

    def _count_attack(self, d):
        for dimension, path in (("honeypot", "type"), ("sensor", "t-pot_hostname"), ("rep", "ip_rep"),
                                ("country", "geoip.country_code2"), ("asn", "geoip.asn"),
                                ("city", "geoip.city_name")):
            self._add(d, dimension, path)
        if 0 < d.get("dest_port", 0) < 65536 and (
                d["type"] != "Cowrie" or d.get("eventid") == "cowrie.session.connect"):
            self._add(d, "port", "dest_port")
        if at(d, "username"):
            self._add(d, "user", "username")
            self._add(d, "password", "password")
        hour = f"{int(seconds(d) - self.begins) // 3600:02d}"
        self._events["hour"][hour] += 1
        self._events["hour"][f"{hour} {d['type']}"] += 1

    def _count_other(self, d):
        kind = d.get("type")
        if any(kind == t and value in at(d, path) for t, path, value in VISITS):
            self._add(d, "session", "type")
        if kind == "Cowrie":
            for dimension, path in (("event", "eventid"), ("hassh", "hassh"), ("client", "version")):
                self._add(d, dimension, path)
        if d.get("eventid") in ("cowrie.command.input", "adbhoney.command.input"):
            self._add(d, "command", "input")
        if kind == "Suricata" and d.get("event_type") == "alert":
            self._add(d, "signature", "alert.signature")
            self._add(d, "cve", "alert.cve_id")
        if kind in PATHS:
            self._add(d, "path", PATHS[kind])
        if kind in METHODS:
            self._add(d, "method", METHODS[kind])

    def values(self, dimension):
        """The events of each value."""
        return dict(self._events[dimension])

    def addresses(self, dimension):
        """The number of source addresses of each value."""
        return {value: len(known) for value, known in self._addresses[dimension].items()}

    def assert_same(self, rows):
        """Every row of table day_count is right, and none that belongs there is missing."""
        found = collections.defaultdict(dict)
        for row in rows:
            found[row["dimension"]][row["value"]] = row
        for dimension in {*self._events, *found}:
            wanted = self._events[dimension]
            assert {v: r["events"] for v, r in found[dimension].items()} == {
                v: wanted[v] for v in found[dimension]}, dimension
            most = SIZES.get(dimension, len(wanted))
            assert len(found[dimension]) == min(most, len(wanted)), dimension
            least = min((r["events"] for r in found[dimension].values()), default=0)
            assert all(n <= least for v, n in wanted.items() if v not in found[dimension]), dimension
            for value, row in found[dimension].items():
                if row["sources"] is not None:
                    assert row["sources"] == len(self._addresses[dimension][value]), (dimension, value)
