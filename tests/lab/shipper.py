"""Ships Cowrie's events into a search engine as T-Pot's Logstash does.

    shipper = Shipper(cowrie_log, engine.url)
    shipper.ship()                       # what was written since the last call; the number of documents

Each event gets T-Pot's type, path, host and sensor, its own time as @timestamp, renamed ports, a place where
its source is a public address, and goes into the index of its day. `python3 shipper.py --source LOG
--target URL` does so until it is ended.
SPDX-License-Identifier: MIT
"""

import argparse
import datetime
import ipaddress
import json
import sys
import time

import lab
import tpot_day

PAUSE_SECONDS = 0.3
BATCH = 500
RENAMED = {"dst_ip": "dest_ip", "dst_port": "dest_port"}


def is_public(address):
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_link_local or any(
        parsed in ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
        if parsed.version == ipaddress.ip_network(net).version))


def place(address):
    """What a GeoIP database would say; invented, the same for the same address."""
    country, city, asn, organisation = tpot_day.PLACES[sum(address.encode()) % len(tpot_day.PLACES)]
    return {"ip": address, "country_code2": country, "city_name": city, "asn": asn, "as_org": organisation}


def document(event):
    """(index, document) of one of Cowrie's events."""
    at = datetime.datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00")).timestamp()
    hostname, outside, inside = tpot_day.SENSORS[0]
    made = {RENAMED.get(name, name): value for name, value in event.items()}
    made.update({
        "@timestamp": tpot_day.instant(at), "@version": "1", "type": "Cowrie",
        "path": "/data/cowrie/log/cowrie.json", "host": "5d2f0c9b7a11",
        "t-pot_hostname": hostname, "t-pot_ip_ext": outside, "t-pot_ip_int": inside,
    })
    if "src_ip" in made and is_public(made["src_ip"]):
        made["geoip"] = place(made["src_ip"])
    elif "src_ip" in made:
        made.update(geoip={}, tags=["_geoip_lookup_failure"])
    return tpot_day.index_of(at), made


class Shipper:
    def __init__(self, source, target):
        self.source = source
        self.target = target
        self.position = 0

    def _lines(self):
        """The whole lines that follow, at most a batch; moves nothing."""
        with open(self.source, "rb") as log:
            log.seek(self.position)
            lines = []
            for line in log:
                if not line.endswith(b"\n") or len(lines) == BATCH:
                    break
                lines.append(line)
        return lines

    def ship(self):
        """One batch. What cannot be delivered is delivered by a later call."""
        try:
            lines = self._lines()
        except FileNotFoundError:       # nothing has happened yet
            return 0
        if not lines:
            return 0
        body = []
        for index, made in map(document, map(json.loads, lines)):
            body += [json.dumps({"index": {"_index": index}}), json.dumps(made)]
        answer = lab.http("POST", self.target + "/_bulk", "\n".join(body) + "\n")
        if answer.status != 200:
            raise lab.LabError(f"{self.target}: {answer.status} {answer.body[:300]!r}")
        self.position += sum(map(len, lines))
        return len(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--source", required=True, help="Cowrie's cowrie.json")
    options.add_argument("--target", required=True, help="the engine's address")
    chosen = options.parse_args()
    shipper = Shipper(chosen.source, chosen.target)
    while True:
        try:
            shipped = shipper.ship()
        except (OSError, lab.LabError) as error:
            print(error, file=sys.stderr, flush=True)
            shipped = 0
        if not shipped:
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
