"""The look-alikes of the targets of alerts must do what the services do, and see what people there would see.

SPDX-License-Identifier: MIT
"""

import hashlib
import hmac
import json
import smtplib
import socket

import pytest

import alert_targets
import lab
import mail_server
from alert_targets import Fault


@pytest.fixture
def targets():
    with alert_targets.AlertTargets() as running:
        yield running


@pytest.fixture
def mail():
    with mail_server.MailServer() as running:
        yield running


def post(targets, target, body, more="", **headers):
    return lab.http("POST", targets.url(target) + more, body, headers=headers)


def bearer():
    return {"Authorization": "Bearer " + alert_targets.TOKEN}


def test_slack_sees_mentions_links_and_limits(targets):
    answer = post(targets, "slack", {"text": "<!channel> <https://a.example|x> &lt;@U1&gt;", "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<@U1> <https://a.example|x>"}},
        {"type": "section", "text": {"type": "plain_text", "text": "<!here> evil.example/x"}}]})
    assert (answer.status, answer.body) == (200, b"ok")
    shown = targets.shown("slack")[0]
    assert shown.mentions == ["!channel", "@U1"] and shown.previews
    assert shown.links == ["https://a.example", "evil.example/x"]
    long = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}
    assert post(targets, "slack", {"text": "t", "blocks": [long]}).body == b"invalid_blocks"
    assert post(targets, "slack", b"no").body == b"invalid_payload"
    assert lab.http("POST", targets.url("slack").replace(alert_targets.SECRET, "x"), {"text": "t"}).status == 404


def test_discord_counts_characters_and_parses_mentions_unless_told(targets):
    assert post(targets, "discord", {"content": "\U0001f41d" * 1001}).status == 400
    assert post(targets, "discord", {"content": "@everyone `a` [x](https://e.example)"}).status == 204
    assert post(targets, "discord", {"content": "```\n@here\n```", "allowed_mentions": {"parse": []}, "flags": 4},
                "?wait=true").json["id"]
    loud, quiet = targets.shown("discord")
    assert loud.mentions and loud.marks and loud.previews
    assert not quiet.mentions and not quiet.marks and not quiet.previews


def test_mattermost_finds_names_in_code_too(targets):
    post(targets, "mattermost", {"text": "```\n@all\n```"})
    post(targets, "mattermost", {"text": "@\u200ball"})
    loud, quiet = targets.shown("mattermost")
    assert (loud.mentions, quiet.mentions) == (["@all"], [])
    assert post(targets, "mattermost", {"text": "x" * 16384}).json["message"]


def test_teams_reads_markdown_and_refuses_what_is_large(targets):
    def card(text):
        return {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive",
                "content": {"body": [{"type": "TextBlock", "text": text}]}}]}
    assert post(targets, "teams", card("[x](https://e.example)")).status == 202
    assert post(targets, "teams", card(r"\[x\]\(y\)")).status == 202
    loud, quiet = targets.shown("teams")
    assert loud.marks and not quiet.marks and quiet.text == "[x](y)"
    assert post(targets, "teams", card("x" * 29000)).status == 413


def test_ntfy_gotify_and_telegram_know_their_limits_and_tokens(targets):
    assert post(targets, "ntfy", {"topic": "pots", "message": "x"}).json["code"] == 40101
    assert post(targets, "ntfy", {"topic": "other", "message": "x"}, **bearer()).json["code"] == 40301
    assert post(targets, "ntfy", {"topic": "pots", "message": "x" * 4097}, **bearer()).status == 200
    assert targets.shown("ntfy")[0].marks == ["attachment"]
    gotify = {"X-Gotify-Key": alert_targets.TOKEN}
    assert post(targets, "gotify", {"message": "x"}, "/message").status == 401
    assert post(targets, "gotify", {"title": "x"}, "/message", **gotify).status == 400
    assert post(targets, "gotify", {"message": "x"}, "/message", **gotify).status == 200
    assert targets.shown("gotify")[0].marks == ["markdown"]


def test_telegram_refuses_other_tags_and_counts_what_is_left(targets):
    def send(text, chat=alert_targets.CHAT, token=alert_targets.TOKEN):
        return post(targets, "telegram", {"chat_id": chat, "text": text, "parse_mode": "HTML"}, f"/bot{token}/sendMessage")
    assert send("<script>x</script>").json["description"].endswith("entities")
    assert send("<pre>x").status == 400
    assert send("x", chat="7").json["description"].endswith("chat not found")
    assert send("x", token="y").status == 404
    assert send("<pre>" + "&lt;" * 4097 + "</pre>").json["description"].endswith("too long")
    assert send("<pre>" + "&lt;" * 4000 + "</pre> @user /start evil.example").json["ok"]
    shown = targets.shown("telegram")[0]
    assert shown.mentions == ["@user", "/start"] and shown.links == ["evil.example"]


def test_matrix_and_webhook_show_a_second_copy_once(targets):
    path = f"/_matrix/client/v3/rooms/{alert_targets.ROOM.replace('!', '%21')}/send/m.room.message/t1"
    for _ in range(2):
        assert lab.http("PUT", targets.url("matrix") + path, {"msgtype": "m.notice", "body": "@room"},
                        headers=bearer()).json["event_id"] == "$t1"
    assert [s.mentions for s in targets.shown("matrix")] == [["@room"]]
    body = json.dumps({"title": "t", "text": "x"})
    signature = hmac.new(alert_targets.KEY.encode(), body.encode(), hashlib.sha256).hexdigest()
    for _ in range(2):
        assert post(targets, "webhook", body, **{"X-Potpress-Signature": "sha256=" + signature,
                                                 "Idempotency-Key": "1"}).status == 204
    assert len(targets.shown("webhook")) == 1 and len(targets.requests("webhook")) == 2
    assert post(targets, "webhook", body + " ", **{"X-Potpress-Signature": "sha256=" + signature}).status == 401


def test_faults_come_as_often_as_asked_for(targets):
    targets.faults += [Fault("slack", 1, status=429, headers={"Retry-After": "7"}), Fault("slack", 1, lost="before"),
                       Fault("slack", 1, lost="after")]
    assert post(targets, "slack", {"text": "1"}).headers["Retry-After"] == "7"
    for text in "2", "3":
        with pytest.raises(OSError):
            post(targets, "slack", {"text": text})
    assert post(targets, "slack", {"text": "4"}).status == 200
    assert len(targets.shown("slack")) == 2 and [r.status for r in targets.requests("slack")] == [429, 0, 0, 200]


def send_mail(mail, text="Subject: =?UTF-8?B?5pel5pys?=\r\n\r\nx\r\n"):
    host, port = mail.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), "me.example", timeout=10) as client:
        client.sendmail("a@b.example", ["c@d.example", "e@f.example"], text)


def test_mail_server_takes_a_message_and_refuses_at_each_command(mail):
    send_mail(mail)
    assert (mail.messages[0].to, mail.messages[0].subject, mail.messages[0].helo) == (
        ["c@d.example", "e@f.example"], "日本", "me.example")
    for command, kind in (("MAIL", smtplib.SMTPSenderRefused), ("RCPT", smtplib.SMTPException),
                          (".", smtplib.SMTPDataError)):
        mail.faults.append(mail_server.MailFault(command, "451 later", times=2 if command == "RCPT" else 1))
        with pytest.raises(kind):
            send_mail(mail)
    assert len(mail.messages) == 1
    mail.faults.append(mail_server.MailFault("."))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_mail(mail)
    assert len(mail.messages) == 2


def test_mail_server_refuses_bare_line_feeds_and_foreign_commands(mail):
    host, port = mail.url.removeprefix("smtp://").split(":")
    with socket.create_connection((host, int(port)), 10) as raw:
        raw.sendall(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: x\n\r\n.\r\nRCPT TO:<a@b> x>\r\nQUIT\r\n")
        seen = raw.makefile("rb").read().decode()
    assert "550 5.6.11" in seen and "501 5.1.7" in seen and not mail.messages
