"""Each target of alerts against a listener that behaves like it: accepted, within limits, refused, slow, lost, hostile.

One alert at a time is sent by the publisher's own code; when and what is sent is test_alerts.py.
"""

import json
import os
import subprocess
import sys
import time

import pytest

import alert_targets
import harness
import mail_server
from alert_targets import Fault
from mail_server import MailFault

WEBHOOKS = ("slack", "discord", "mattermost", "teams")
BY_HTTP = (*WEBHOOKS, "ntfy", "gotify", "telegram", "matrix", "webhook")
IDEMPOTENT = ("matrix", "webhook")
LINK = "https://blog.example/digest-2026-11-28"
SECONDS = 30

# What attackers write: mentions, markup, links and escapes of every target. Hosts are defanged by then.
HOSTILE = ("<!channel> <!here> <@U012AB3CD> <@&99> <@99> @everyone @all @here @channel @room @admin /start *b* _i_ ~s~ `c` "
           "``` [x](y) ![i](y) <a href=\"y\">z</a> </pre><script>1</script> <:e:12> ||s|| &lt; &amp; \\ # h {{DATE(x)}} "
           "%s \u65e5\u672c \U0001f41d")


class Sender:
    """Sections [alert TYPE] for all look-alikes, and the helper that sends to one of them."""

    def __init__(self, home, targets, mail):
        self.home, self.targets, self.mail = home, targets, mail
        home.configure("publisher", url="http://127.0.0.1:9", user="x", password_file=home.secret("wp", "x" * 24))
        for name in BY_HTTP:
            home.configure(f"alert {name}", type=name, timeout="5s", **self.keys(name))
        home.configure("alert email", type="email", url=mail.url, helo="pots.example", to="ops@example.org, you@example.org",
                       **{"from": "potpress@pots.example"}, timeout="5s", user=mail_server.USER,
                       password_file=home.secret("mail", mail_server.PASSWORD))

    def keys(self, name):
        home, url = self.home, self.targets.url(name)
        token = {"token_file": home.secret("token", alert_targets.TOKEN)}
        if name in WEBHOOKS:
            return {"url_file": home.secret(name, url)}
        return {"ntfy": {"url": url, "topic": alert_targets.TOPIC, **token}, "gotify": {"url": url, **token},
                "telegram": {"url": url, "chat": alert_targets.CHAT, **token},
                "matrix": {"url": url, "room": alert_targets.ROOM, **token},
                "webhook": {"url": url, "key_file": home.secret("key", alert_targets.KEY)}}[name]

    def send(self, name, title="New file", text="one\ntwo", key="0a1b", link=LINK):
        """(fault, gone, unknown, wait, why)"""
        ran = subprocess.run([harness.PROGRAMS / "alert", self.home.config_path, name, key, title, text, link],
                             capture_output=True, text=True, timeout=SECONDS, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        for secret in (alert_targets.SECRET, alert_targets.TOKEN, alert_targets.KEY, mail_server.PASSWORD):
            assert secret not in ran.stdout + ran.stderr
        words, why = ran.stdout.split("\n", 1)
        fault, gone, unknown, wait = words.split()
        return fault, gone == "1", unknown == "1", int(wait), why.strip()


@pytest.fixture
def targets():
    with alert_targets.AlertTargets() as running:
        yield running


@pytest.fixture
def mail():
    with mail_server.MailServer(needs_login=True) as running:
        yield running


@pytest.fixture
def sender(home, targets, mail):
    return Sender(home, targets, mail)


@pytest.mark.parametrize("name", BY_HTTP)
def test_an_alert_is_taken_and_shown_with_our_link_alone(sender, targets, name):
    assert sender.send(name)[:2] == ("done", False)
    (shown,) = targets.shown(name)
    assert "New file" in shown.text and "one\ntwo" in shown.text.replace("\n\n", "\n")
    assert [link.rstrip("&") for link in shown.links] == [LINK] and not shown.mentions and not shown.marks
    assert "potpress" in targets.received[0].headers["user-agent"]


@pytest.mark.parametrize("name", BY_HTTP)
def test_words_of_attackers_mention_nobody_and_become_no_link(sender, targets, name):
    assert sender.send(name, title=HOSTILE[:60], text=HOSTILE + "\n" + HOSTILE, link="")[0] == "done"
    (shown,) = targets.shown(name)
    assert not shown.mentions and not shown.links and not shown.marks
    assert not shown.previews or name == "mattermost"   # there it is the server's setting; nothing is alive to preview
    for word in ("channel", "everyone", "script", "\u65e5\u672c", "\U0001f41d", "&lt;"):
        assert word in shown.text


@pytest.mark.parametrize("name", BY_HTTP)
@pytest.mark.parametrize("character", ["a", "\u3042", "\U0001f41d", "&", "\""])
def test_the_longest_alert_is_within_the_limits(sender, targets, name, character):
    size = len(character.encode())
    assert sender.send(name, title=character * (200 // size), text=character * (4000 // size))[0] == "done"
    assert not targets.shown(name)[0].marks


@pytest.mark.parametrize(("name", "fault", "wait"), [
    ("slack", {"headers": {"Retry-After": "30"}}, 30),
    ("discord", {"body": {"message": "You are being rate limited.", "retry_after": 1.337, "global": False}}, 2),
    ("mattermost", {"headers": {"Retry-After": "3"}, "body": {"id": "x", "message": "limit", "status_code": 429}}, 3),
    ("teams", {"headers": {"Retry-After": "12"}}, 12),
    ("ntfy", {"body": {"code": 42901, "http": 429, "error": "limit reached: too many requests"}}, 0),
    ("gotify", {"headers": {"Retry-After": "2"}}, 2),
    ("telegram", {"body": {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 35",
                           "parameters": {"retry_after": 35}}}, 35),
    ("matrix", {"body": {"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": 2500}}, 3),
    ("webhook", {"headers": {"Retry-After": "Fri, 20 Nov 2037 05:06:37 GMT", "Date": "Fri, 20 Nov 2037 05:06:07 GMT"}}, 30),
])
def test_a_target_that_has_had_enough_is_given_the_time_it_asks_for(sender, targets, name, fault, wait):
    targets.faults.append(Fault(name, 1, status=429, **fault))
    assert sender.send(name)[:4] == ("wait", False, False, wait)
    assert not targets.shown(name) and sender.send(name)[0] == "done"


@pytest.mark.parametrize(("name", "change"), [
    *((name, "url_file") for name in WEBHOOKS), *((name, "token_file") for name in ("ntfy", "gotify", "telegram", "matrix")),
    ("webhook", "key_file"), ("telegram", "chat"), ("matrix", "room"), ("ntfy", "topic")])
def test_a_target_that_refuses_us_is_gone(sender, targets, home, name, change):
    wrong = {"url_file": lambda: home.secret("bad", targets.url(name).replace(alert_targets.SECRET, "gone")),
             "token_file": lambda: home.secret("bad", "wrong"), "key_file": lambda: home.secret("bad", "wrong"),
             "chat": lambda: "-5", "room": lambda: "!other:matrix.example", "topic": lambda: "other"}
    home.configure(f"alert {name}", **{change: wrong[change]()})
    fault, gone, _, _, why = sender.send(name)
    assert gone and fault == "outage" and why.startswith(name + ": HTTP 4") and "restart the publisher" in why
    assert not targets.shown(name)


@pytest.mark.parametrize("name", BY_HTTP)
def test_a_gateway_or_a_page_in_its_place_is_no_word_of_the_target(sender, targets, name):
    targets.faults += [Fault(name, 1, status=504, body=b"<html>Gateway timeout</html>"),
                       Fault(name, 1, status=502, body=b"<html>Bad gateway</html>"),
                       Fault(name, 1, status=503, headers={"Retry-After": "20"}, body=b"<html>Later</html>"),
                       Fault(name, 1, status=404, body=b"<html>nginx</html>")]
    assert sender.send(name)[:3] == ("outage", False, True)
    assert sender.send(name)[:3] == ("outage", False, False)
    assert sender.send(name)[:4] == ("outage", False, False, 20)
    fault, gone = sender.send(name)[:2]
    assert (fault, gone) == (("outage", True) if name == "webhook" else ("doubt", False))


@pytest.mark.parametrize("name", BY_HTTP)
def test_a_lost_answer_is_said_and_a_second_try_is_a_copy_only_where_it_must_be(sender, targets, name):
    targets.faults.append(Fault(name, 1, lost="after"))
    assert sender.send(name)[:3] == ("outage", False, True)
    assert sender.send(name)[0] == "done"
    assert len(targets.requests(name)) == 2
    assert len(targets.shown(name)) == (1 if name in IDEMPOTENT else 2)


def test_a_slow_target_takes_no_longer_than_its_timeout(sender, targets, home):
    home.configure("alert slack", timeout="1s")
    targets.faults.append(Fault("slack", 1, delay=3))
    before = time.monotonic()
    assert sender.send("slack")[:3] == ("outage", False, True)
    assert time.monotonic() - before < 3


@pytest.mark.parametrize("name", BY_HTTP)
def test_an_answer_of_a_gigabyte_is_not_read(sender, targets, name):
    fault = Fault(name, 1, flood=10**9)
    targets.faults.append(fault)
    assert sender.send(name)[:3] == ("retry", False, True)
    assert fault.flooded < 10**8


@pytest.mark.parametrize("asked", ["999999999", "99999999999999999999999", "-5", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_waited_for_longer_than_a_day(sender, targets, asked):
    targets.faults.append(Fault("webhook", 1, status=429, headers={"Retry-After": asked}))
    fault, gone, _, wait, _ = sender.send("webhook")
    assert (fault, gone) == ("wait", False) and 0 <= wait <= 24 * 3600


# -- e-mail


def test_a_mail_has_its_headers_and_japanese_in_whole_characters(sender, mail):
    subject, text = "\u65b0\u3057\u3044\u30d5\u30a1\u30a4\u30eb" * 9 + "\U0001f41d", "\u4e00\n.\n.\u4e8c\n" * 20
    assert sender.send("email", title=subject, text=text)[:3] == ("done", False, False)
    (got,) = mail.messages
    assert (got.helo, got.sender, got.to) == ("pots.example", "potpress@pots.example", ["ops@example.org", "you@example.org"])
    assert got.login and got.subject == subject and got.text.startswith(text) and LINK in got.text
    assert got.headers["Message-ID"] == "<0a1b.potpress@pots.example>"
    assert got.headers["Date"] == "Sun, 29 Nov 2026 10:25:06 +0000"
    assert got.headers["Auto-Submitted"] == "auto-generated" and "Bcc" not in got.headers
    assert max(map(len, got.raw.split(b"\r\n"))) <= 76


def test_nothing_in_a_mail_becomes_a_header_or_a_command(sender, mail):
    evil = "x\r\nBcc: victim@example.net\r\n\r\n.\r\nRCPT TO:<victim@example.net>\r\n"
    assert sender.send("email", title=evil + HOSTILE[:50], text=evil + HOSTILE)[0] == "done"
    (got,) = mail.messages
    assert got.to == ["ops@example.org", "you@example.org"] and "Bcc" not in got.headers
    assert not any("victim" in command for command in mail.commands)
    assert "victim@example.net" in got.text


@pytest.mark.parametrize(("command", "answer", "fault", "gone"), [
    ("LOGIN", "535 5.7.8 no", "outage", True), ("MAIL", "530 5.7.0 log in", "outage", True),
    ("CONNECT", "421 4.3.2 too busy", "outage", False), ("RCPT", "450 4.2.0 greylisted", "retry", False),
    ("RCPT", "550 5.1.1 no such user", "reject", False), ("DATA", "452 4.3.1 full", "retry", False),
    (".", "554 5.7.1 spam", "reject", False), (".", "421 4.4.2 closing", "outage", False)])
def test_what_a_mail_server_says_no_to(sender, mail, command, answer, fault, gone):
    mail.faults.append(MailFault(command, answer))
    got = sender.send("email")
    assert got[:3] == (fault, gone, False) and answer in got[4]
    assert not mail.messages and sender.send("email")[0] == "done"


def test_a_mail_whose_answer_is_lost_may_have_arrived_and_keeps_its_message_id(sender, mail):
    mail.faults.append(MailFault("DATA"))
    assert sender.send("email")[:3] == ("outage", False, False)
    mail.faults.append(MailFault("."))
    assert sender.send("email")[:3] == ("outage", False, True)
    assert sender.send("email")[0] == "done"
    assert len(mail.messages) == 2 and len({m.headers["Message-ID"] for m in mail.messages}) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate, key) of this machine's loopback address, signed by itself."""
    path = tmp_path_factory.mktemp("certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout",
                    path / "key", "-out", path / "crt"], check=True, capture_output=True)
    return path / "crt", path / "key"


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_mail_goes_encrypted_to_a_server_that_is_trusted_and_to_no_other(sender, home, certificate, tls):
    with mail_server.MailServer(True, certificate, tls) as server:
        home.configure("alert email", url=server.url, ca_file=certificate[0])
        assert sender.send("email")[0] == "done"
        assert server.messages[0].secret and server.messages[0].login
        server.commands.clear()
        home.configure("alert email", ca_file="/etc/ssl/certs/ca-certificates.crt")
        fault, _, unknown, _, why = sender.send("email")
        assert (fault, unknown) == ("outage", False) and "certificate is not trusted" in why
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_no_password_goes_to_another_machine_without_encryption(sender, mail, home):
    home.configure("alert email", ca_file="/etc/ssl/certs/ca-certificates.crt")
    fault, _, unknown, _, why = sender.send("email")
    assert (fault, unknown) == ("outage", False) and "STARTTLS" in why
    assert not any(command.startswith(("AUTH", "MAIL")) for command in mail.commands)


# -- a command


def test_a_command_gets_the_alert_as_json_and_nothing_of_it_elsewhere(sender, home, tmp_path):
    script = tmp_path / "pager.py"
    script.write_text("import json, os, sys\nalert = json.load(sys.stdin)\n"
                      f"open({str(tmp_path / 'seen')!r}, 'w').write(json.dumps([alert, sys.argv, dict(os.environ)]))\n")
    home.configure("alert command", type="command", command=f"{sys.executable}, {script}, --to, ops", timeout="20s")
    assert sender.send("command", title=HOSTILE, text=HOSTILE)[0] == "done"
    alert, arguments, environment = json.loads((tmp_path / "seen").read_text())
    assert alert == {"id": "0a1b", "rule": "unknown", "at": "2026-11-29T10:25:06Z", "title": HOSTILE, "text": HOSTILE,
                     "link": LINK, "trouble": False}
    assert arguments == [str(script), "--to", "ops"]
    assert set(environment) <= {"PATH", "LC_ALL", "LC_CTYPE", "POTPRESS_ALERT"}


def test_a_command_that_fails_hangs_or_is_missing_is_told_apart(sender, home):
    def outcome(command, timeout="20s"):
        home.configure("alert command", type="command", command=command, timeout=timeout)
        fault, gone, unknown, _, why = sender.send("command")
        return fault, gone, unknown, why
    assert outcome("/bin/true")[:3] == ("done", False, False)
    assert outcome("/bin/false")[:3] == ("retry", False, False)
    assert outcome("/bin/sh, -c, exit 75")[:3] == ("outage", False, False)
    assert outcome("/bin/sleep, 60", "1s")[:3] == ("retry", False, True)
    fault, _, _, why = outcome("/nonexistent/pager")
    assert fault == "outage" and "/nonexistent/pager" in why


def test_check_sends_to_all_eleven_at_once(sender, home, targets, mail, tmp_path):
    """All types in one file: each is named, reached, and shows the test message."""
    home.configure("alert command", type="command", command=f"/bin/sh, -c, cat >{tmp_path}/seen")
    status, said = home.run("publisher", "--check", "--send")
    for name in (*BY_HTTP, "email", "command"):
        assert f"alert {name} ({name}): the test message was accepted" in said, said
    assert all("potpress: test" in targets.shown(name)[0].text for name in BY_HTTP)
    assert mail.messages[0].subject == "potpress: test" and '"rule":"test"' in (tmp_path / "seen").read_text()
    assert status == 1 and "127.0.0.1" in said, "the site is not there, and that is said as well"


@pytest.mark.parametrize(("mode", "why"), [(None, "No such file"), (0o644, "Permission denied"), ("directory", "not a file")])
def test_check_says_that_a_command_cannot_be_run(sender, home, tmp_path, mode, why):
    pager = tmp_path / "pager"
    if mode == "directory":
        pager.mkdir()
    elif mode:
        pager.write_text("#!/bin/sh\n")
        pager.chmod(mode)
    home.configure("alert pager", type="command", command=f"{pager}, --now")
    _, said = home.run("publisher", "--check")
    assert f"(uid {os.geteuid()}) cannot run {pager}: " in said and why in said and "chmod" in said
