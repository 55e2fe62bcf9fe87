"""Alerts of the publisher: what is sent, once, together, to whom, and what happens to a target that refuses.

How each target is spoken to is test_alert_targets.py. The site is never asked here: no file gets a post.
"""

import hashlib
import signal
import time

import pytest

import alert_targets
import harness
import vt_reports
from alert_targets import Fault
from harness import wait_until

GATHER_SECONDS = 600
URL = "http://198.51.100.7/<!channel>@all"
SENSOR_ADDRESS = "203.0.113.77"


class Alerted:
    """A publisher with targets, driven by --once and the test clock."""

    def __init__(self, home, targets):
        self.home, self.targets, self.files = home, targets, 0
        home.set_clock(harness.an_hour_ago(room=7 * 3600) - 24 * 3600)
        home.configure("publisher", url="http://127.0.0.1:9", user="x", password_file=home.secret("wp", "x" * 24),
                       sample_posts="none")
        home.once("publisher")

    def add(self, target, name=None, **keys):
        url = self.targets.url(target)
        if target == "webhook":
            keys |= {"url": url, "key_file": self.home.secret("key", alert_targets.KEY)}
        else:
            keys |= {"url_file": self.home.secret(target, url)}
        self.home.configure(f"alert {name or target}", type=target, timeout="5s", disk_free=0, **keys)
        self.home.run("publisher", "--once")

    def file(self, outcome="not_found", verdict="unknown", family=None, submitted=None, url=URL, name=None):
        """A captured file with an answer; returns its hash."""
        self.files += 1
        sha256, now = hashlib.sha256(f"file {self.files} {name}".encode()).hexdigest(), self.home.clock()
        self.home.sql("INSERT INTO sample (sha256, first_seen) VALUES (?, ?)", sha256, now)
        self.home.sql("""INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, url, event_at,
                         collected_at, seen_at) SELECT ?, id, 'main', 'cowrie', 'Cowrie', 'download', ?, ?, ?, ?
                         FROM sample WHERE sha256 = ?""", f"1-{sha256}", url, now, now, now, sha256)
        self.answer(sha256, outcome, verdict, family, submitted)
        return sha256

    def answer(self, sha256, outcome, verdict, family=None, submitted=None):
        self.home.sql("""INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, malicious, undetected,
                         family, first_submission_at)
                         SELECT l.id, s.id, ?, ?, ?, ?, ?, ?, ? FROM sample s JOIN lookup l ON l.sample_id = s.id
                         WHERE s.sha256 = ?""", self.home.clock(), outcome, verdict, 40 if outcome == "found" else 0,
                      20 if outcome == "found" else 0, family, submitted, sha256)

    def later(self, seconds, **how):
        """Runs the publisher when so much time has passed."""
        self.home.set_clock(self.home.clock() + seconds)
        return self.home.run("publisher", "--once", **how)

    def texts(self, target):
        return [shown.text for shown in self.targets.shown(target)]


@pytest.fixture
def alerted(home):
    with alert_targets.AlertTargets() as targets:
        yield Alerted(home, targets)


def happens(alerted):
    """One event for each rule."""
    home, now = alerted.home, alerted.home.clock()
    alerted.file()
    alerted.file("found", "malicious", submitted=now + 500)
    alerted.file("found", "malicious", family="mirai", submitted=now - 10**7)
    alerted.answer(alerted.file("found", "undetected", submitted=now - 10**7), "found", "malicious", submitted=now - 10**7)
    home.sql("""INSERT INTO post (kind, key, slug, title, link, published_at, state) VALUES ('digest', 'day-2026-11-01',
                'digest-day-2026-11-01', 'Attacks of 1 November', 'https://blog.example/d', ?, 'done')""", now)
    home.sql("UPDATE lookup SET state = 'held', token = token + 1, settled_at = ?, last_error = 'http://evil.example/ said no' "
             "WHERE id = 1", now)
    home.sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES ('elasticsearch', 'main', 'down', "
             "?, ?, 'no route', 'collector')", now - 7200, now + 7200)
    home.sql("INSERT INTO service (service, account) VALUES ('virustotal', 'main')")
    home.sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES ('virustotal', 'main', "
             "strftime('%Y-%m-%d', ?, 'unixepoch'), 500, 500)", now)
    home.sql("INSERT INTO silence (source, kind, name, last_at, usual_gap, said_at) VALUES ('main', 'sensor', 'hidden-host', "
             "?, 0, ?)", now - 2 * 86400, now)
    for days in (0, 1):     # once, for all the days that it is wrong
        home.sql("INSERT INTO sensor_clock (source, date, sensor, documents, early, least, most, first_at, last_at, usual) "
                 "VALUES ('main', date(?1, 'unixepoch', ?2), 'hidden-host', 20, 20, -7200, -7100, ?1, ?1, 900)", now,
                 f"-{days} days")


def test_every_rule_is_told_once_and_nothing_of_the_past(alerted, tmp_path):
    alerted.file(name="before")
    (tmp_path / "backups").mkdir()
    alerted.add("webhook", families="mirai", backup_dir=tmp_path / "backups")
    alerted.home.configure("alert webhook", disk_free=1048576)
    happens(alerted)
    alerted.later(GATHER_SECONDS)
    kinds = {r["kind"] for r in alerted.home.sql("SELECT kind FROM message")}
    assert kinds == {"unknown", "first", "family", "changed", "digest", "held", "paused", "quota", "quiet", "clock", "disk",
                     "backup"}
    assert alerted.home.one("SELECT count(*) FROM message") == len(kinds), alerted.home.sql("SELECT key FROM message")
    told = "\n".join(alerted.texts("webhook"))
    for words in ("is unknown to VirusTotal; captured by Cowrie from hxxp://198[.]51[.]100[.]7/", "captured here before VirusTotal",
                  "is mirai", "changed from not detected to malicious; detections 40/60", "Attacks of 1 November",
                  "hxxp://evil[.]example/ said no", "elasticsearch has been paused since", "quota of virustotal",
                  "sensor *** has had no events since", "The clock of sensor *** is 2 h 0 min ahead; correct it"):
        assert words in told, told
    assert "hidden-host" not in told and "http://" not in told
    count = len(alerted.texts("webhook"))
    alerted.later(GATHER_SECONDS)
    assert len(alerted.texts("webhook")) == count, "nothing is sent twice"


def test_many_events_are_one_message_in_ten_minutes(alerted):
    alerted.add("webhook", events="unknown")
    for _ in range(47):
        alerted.file()
    alerted.later(10)
    assert len(alerted.texts("webhook")) == 1
    text = alerted.texts("webhook")[0]
    assert "47 alerts" in text and text.count("is unknown to VirusTotal") == 10 and "and 37 more" in text
    alerted.file()
    alerted.later(GATHER_SECONDS - 20)
    assert len(alerted.texts("webhook")) == 1, "not within ten minutes"
    alerted.later(40)
    assert len(alerted.texts("webhook")) == 2


@pytest.mark.parametrize("target, most", [("webhook", 1), ("mattermost", 2)])
@pytest.mark.parametrize("point", ["before-alert", "after-alert", "before-settle-commit"])
def test_a_kill_loses_nothing_and_doubles_at_most_once(alerted, target, most, point):
    alerted.add(target, events="unknown")
    alerted.file()
    status, log = alerted.later(10, env={"POTPRESS_CRASH_AT": point})
    assert status == -signal.SIGKILL, log
    for _ in range(3):
        alerted.later(GATHER_SECONDS)
    assert 1 <= len(alerted.texts(target)) <= most
    assert alerted.home.one("SELECT state FROM message") in ("done", "skipped")


@pytest.mark.parametrize("target, state, shown", [("webhook", "done", 1), ("mattermost", "skipped", 2)])
def test_lost_answers_double_at_most_once(alerted, target, state, shown):
    alerted.add(target, events="unknown")
    alerted.targets.faults.append(Fault(target, lost="after", times=3))
    alerted.file()
    for _ in range(6):
        alerted.later(3600)
    assert len(alerted.texts(target)) == shown
    assert alerted.home.one("SELECT state FROM message") == state, alerted.home.sql("SELECT * FROM message")


def test_a_target_that_refuses_for_good_is_stopped_and_the_others_are_told(alerted):
    alerted.add("webhook", events="held")
    alerted.add("mattermost", events="unknown")
    alerted.targets.faults.append(Fault("mattermost", status=404, body=alert_targets.GONE["mattermost"]))
    alerted.file()
    alerted.later(10)
    for _ in range(3):
        alerted.file()
        alerted.later(GATHER_SECONDS)
    assert len(alerted.targets.requests("mattermost")) == 1
    assert "message" in alerted.texts("webhook")[0] and "mattermost" in alerted.texts("webhook")[0]
    held = alerted.home.sql("SELECT queue, why FROM held")
    assert [row["queue"] for row in held] == ["message"] and "until you requeue this row" in held[0]["why"]
    assert "no alerts to mattermost" in alerted.home.one("SELECT why FROM status WHERE stage = 'publisher'")
    alerted.targets.faults.clear()
    assert alerted.home.shell("UPDATE message SET state='pending' WHERE target='mattermost' AND state='held'").returncode == 0
    alerted.later(GATHER_SECONDS)
    assert len(alerted.texts("mattermost")) == 1


def test_a_target_is_asked_again_when_it_said(alerted):
    alerted.add("mattermost", events="unknown")
    alerted.targets.faults.append(Fault("mattermost", status=429, headers={"Retry-After": "300"}, times=1))
    alerted.file()
    alerted.later(10)
    assert alerted.home.one("SELECT kind FROM pause WHERE service = 'alert' AND account = 'mattermost'") == "quota"
    alerted.later(250)
    assert len(alerted.targets.requests("mattermost")) == 1
    alerted.later(60)
    assert len(alerted.texts("mattermost")) == 1


def test_what_is_private_is_cut_and_nothing_of_an_attacker_comes_alive(alerted):
    alerted.home.configure("publisher", private=SENSOR_ADDRESS)
    alerted.add("mattermost", events="unknown")
    alerted.file(url=f"http://evil.example/@channel/{SENSOR_ADDRESS}?<b>\n# x [l](http://evil.example) ![i](http://evil.example)")
    alerted.later(10)
    shown = alerted.targets.shown("mattermost")[0]
    assert SENSOR_ADDRESS not in shown.text and "***" in shown.text and "evil[.]example" in shown.text
    assert not shown.mentions and not shown.links and not shown.marks


def test_check_names_targets_and_sends_when_asked(alerted):
    alerted.add("webhook")
    status, said = alerted.home.run("publisher", "--check")
    assert status == 1 and not alerted.texts("webhook"), said
    status, said = alerted.home.run("publisher", "--check", "--send")
    assert "alert webhook (webhook): the test message was accepted" in said and len(alerted.texts("webhook")) == 1
    alerted.targets.faults.append(Fault("webhook", status=404))
    _, said = alerted.home.run("publisher", "--check", "--send")
    assert "alert webhook (webhook): " in said and "404" in said
    status, said = alerted.home.run("publisher", "--send")
    assert status == 64 and "--send requires --check" in said


HANG_SECONDS = 20


def hanging(home, targets, kind, marks):
    """A target of this type that takes its time; what tells that it was asked."""
    if kind == "command":
        home.configure("alert slow", type="command", timeout="60s", disk_free=0,
                       command=f"/bin/sh, -c, touch {marks}/begun && sleep {HANG_SECONDS} && touch {marks}/ended")
        return (marks / "begun").exists
    targets.faults.append(Fault("webhook", delay=HANG_SECONDS))
    home.configure("alert slow", type="webhook", timeout="60s", disk_free=0, url=targets.url("webhook"),
                   key_file=home.secret("key", alert_targets.KEY))
    return lambda: targets.requests("webhook")


@pytest.mark.parametrize("kind", ["webhook", pytest.param("command", marks=pytest.mark.full)])
def test_a_target_that_hangs_delays_no_post(publishing, site, tmp_path, kind):
    """Posts are published while a message waits for its answer, which is settled when it comes."""
    home = publishing
    shasum = vt_reports.hashes("while a target hangs")["sha256"]
    with alert_targets.AlertTargets() as targets:
        asked = hanging(home, targets, kind, tmp_path)
        publisher = home.start("publisher")
        wait_until(lambda: home.one("SELECT count(*) FROM alert_target"), what="the target to be known")
        home.sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES ('elasticsearch', 'main', "
                 "'down', ?, ?, 'no route', 'collector')", home.clock() - 7200, home.clock() + 10**6)
        home.set_clock(home.clock() + 60)
        wait_until(asked, what="a message on its way")
        began = time.monotonic()
        home.sql("INSERT INTO sample (sha256) VALUES (?)", shasum)
        home.once("enricher")
        wait_until(lambda: site.count(f"malware-{shasum}", "publish"), HANG_SECONDS, "a post meanwhile")
        assert time.monotonic() - began < HANG_SECONDS / 2
        assert home.one("SELECT state FROM message") == "leased", "the message is still on its way"
        wait_until(lambda: home.one("SELECT state FROM message") == "done", HANG_SECONDS + 10, "its answer")
        assert publisher.stop() == 0


@pytest.mark.parametrize("kind", ["webhook", "command"])
def test_a_target_that_hangs_does_not_keep_the_publisher_from_stopping(publishing, tmp_path, kind):
    home = publishing
    with alert_targets.AlertTargets() as targets:
        asked = hanging(home, targets, kind, tmp_path)
        publisher = home.start("publisher")
        wait_until(lambda: home.one("SELECT count(*) FROM alert_target"), what="the target to be known")
        home.sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES ('elasticsearch', 'main', "
                 "'down', ?, ?, 'no route', 'collector')", home.clock() - 7200, home.clock() + 10**6)
        home.set_clock(home.clock() + 60)
        wait_until(asked, what="a message on its way")
        assert publisher.stop() == 0
        assert home.one("SELECT state FROM message") == "pending" and home.one("SELECT lost FROM message") == 1
        assert not (tmp_path / "ended").exists()


@pytest.mark.parametrize("steps", [(130,), (-200, 10)], ids=["ahead", "back"])
def test_a_message_is_sent_once_if_the_clock_steps_meanwhile(publishing, tmp_path, steps):
    """The lease of a message in flight seems to have run out, but its answer still comes."""
    home, begun = publishing, tmp_path / "begun"
    home.configure("alert slow", type="command", timeout="60s", disk_free=0, command=f"/bin/sh, -c, echo >>{begun} && sleep 5")
    publisher = home.start("publisher")
    wait_until(lambda: home.one("SELECT count(*) FROM alert_target"), what="the target to be known")
    home.sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES ('elasticsearch', 'main', "
             "'down', ?, ?, 'no route', 'collector')", home.clock() - 7200, home.clock() + 10**6)
    home.set_clock(home.clock() + 60)
    wait_until(begun.exists, what="a message on its way")
    for seconds in steps:
        home.set_clock(home.clock() + seconds)
        time.sleep(1)
    wait_until(lambda: home.one("SELECT state FROM message") == "done", 15, "its answer")
    assert publisher.stop() == 0
    assert begun.read_text() == "\n", publisher.log
