"""The shipper makes of Cowrie's events what T-Pot's Logstash makes of them, and delivers each line.

SPDX-License-Identifier: MIT
"""

import json

import pytest
import shipper

EVENT = {"session": "641ebb093334", "protocol": "ssh", "src_ip": "198.51.100.23", "src_port": 37042,
         "dst_ip": "127.0.0.1", "dst_port": 2222, "filename": "a.sh", "shasum": "ab" * 32, "sensor": "9c1e5a40b7d2",
         "eventid": "cowrie.session.file_upload", "timestamp": "2026-11-24T23:59:59.999847Z"}


def test_an_event_becomes_a_document_of_its_day():
    index, made = shipper.document(EVENT)
    assert index == "logstash-2026.11.24"
    assert (made["@timestamp"], made["timestamp"]) == ("2026-11-24T23:59:59.999Z", EVENT["timestamp"])
    assert (made["type"], made["eventid"], made["shasum"]) == ("Cowrie", EVENT["eventid"], EVENT["shasum"])
    assert (made["dest_ip"], made["dest_port"]) == ("127.0.0.1", 2222)
    assert not {"dst_ip", "dst_port"} & set(made)
    assert {"t-pot_hostname", "t-pot_ip_ext", "t-pot_ip_int", "path", "host", "@version"} <= set(made)


@pytest.mark.parametrize(("address", "public"), [
    ("198.51.100.23", True), ("2001:db8::7", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.31.0.1", False),
    ("192.168.7.1", False), ("169.254.1.1", False), ("::1", False), ("fd00::1", False), ("not an address", False),
])
def test_only_a_public_address_has_a_place(address, public):
    made = shipper.document({**EVENT, "src_ip": address})[1]
    if public:
        assert made["geoip"]["ip"] == address and len(made["geoip"]["country_code2"]) == 2
        assert made == shipper.document({**EVENT, "src_ip": address})[1], "always the same place"
    else:
        assert (made["geoip"], made["tags"]) == ({}, ["_geoip_lookup_failure"])


def test_an_event_without_a_source_has_no_place():
    made = shipper.document({name: value for name, value in EVENT.items() if name != "src_ip"})[1]
    assert "geoip" not in made and "tags" not in made


def test_each_whole_line_is_delivered_though_the_engine_was_away(tmp_path, monkeypatch):
    log = tmp_path / "cowrie.json"
    ours = shipper.Shipper(log, "http://127.0.0.1:1")
    assert ours.ship() == 0, "there is no log yet"
    line = json.dumps(EVENT) + "\n"
    log.write_text(line * 3 + line[:40])
    with pytest.raises(OSError):
        ours.ship()
    delivered = []

    def take(_method, _url, body):
        delivered.extend(json.loads(text) for text in body.splitlines()[1::2])
        return shipper.lab.Answer(200, {}, b"")

    monkeypatch.setattr(shipper.lab, "http", take)
    assert ours.ship() == 3
    with log.open("a") as more:
        more.write(line[40:])
    assert (ours.ship(), ours.ship(), len(delivered)) == (1, 0, 4)
