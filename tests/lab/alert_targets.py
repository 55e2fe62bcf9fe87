"""Look-alikes of the places to which alerts are sent: their limits, errors and waits, and faults on demand.

    with AlertTargets() as targets:
        targets.url("slack")                            # the webhook's address, or the server's
        targets.faults.append(Fault("slack", status=429, headers={"Retry-After": "30"}, times=1))
        ... the publisher sends ...
        assert targets.shown("slack")[0].text == "..."  # what is shown there
        targets.received                                # every request, those refused too

They follow what the services document; none of them was reached. A mail server is mail_server.py.
SPDX-License-Identifier: MIT
"""

import dataclasses
import hashlib
import hmac
import html.parser
import http.server
import json
import re
import socketserver
import sys
import threading
import time
import urllib.parse

SECRET = "B0secret0of0the0webhook"
TOKEN = "tk_secret0token"
KEY = "secret0signature0key"
ROOM = "!pots:matrix.example"
TOPIC, CHAT = "pots", "-1001"


@dataclasses.dataclass
class Fault:
    """What goes wrong at a target, `times` times (None: until removed)."""

    target: str
    times: int = None
    status: int = None            # answered with this instead, the message not shown
    body: object = b""            # bytes, or what becomes JSON
    headers: dict = dataclasses.field(default_factory=dict)
    lost: str = None              # "before": nothing is shown, no answer; "after": shown, no answer
    delay: float = 0
    flood: int = 0                # taken, and answered with so many bytes, as far as anybody reads them
    flooded: int = 0              # bytes that were read


@dataclasses.dataclass
class Received:
    target: str
    method: str
    path: str
    headers: dict
    body: bytes
    status: int = 0               # 0: no answer

    @property
    def json(self):
        return json.loads(self.body)


@dataclasses.dataclass
class Shown:
    """What is shown, and what in it is a live link."""

    text: str
    mentions: list = dataclasses.field(default_factory=list)
    links: list = dataclasses.field(default_factory=list)
    previews: bool = False        # the service would fetch the links
    marks: list = dataclasses.field(default_factory=list)


class Refusal(Exception):
    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


BARE = re.compile(r"(?:https?://[^\s<>\"|)\]]+)|\b(?:[a-z0-9-]+\.)+(?:com|net|org|example|sh|ru|cn)\b(?:/\S*)?", re.I)


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


def parsed(request):
    try:
        body = json.loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or "json" not in request.headers.get("content-type", ""):
        raise Refusal(400, {"error": "no JSON"})
    return body


def _mrkdwn(text):
    """Slack's own markup: <...> is a mention or a link; entities are unescaped."""
    shown = Shown(re.sub(r"<([^>]*)>", lambda m: m[1].split("|")[0], text))
    for inner in re.findall(r"<([^>]*)>", text):
        (shown.mentions if inner[:1] in "!@#" else shown.links).append(inner.split("|")[0].replace("&amp;", "&"))
    return shown


def slack(request):
    try:
        body = parsed(request)
    except Refusal:
        raise Refusal(400, b"invalid_payload") from None
    if not isinstance(body.get("text"), str) or utf16(body["text"]) > 40000:
        raise Refusal(400, b"no_text")
    shown = Shown("", previews=body.get("unfurl_links", True) or body.get("unfurl_media", True))
    shown.mentions += _mrkdwn(body["text"]).mentions
    parts = []
    for block in body.get("blocks", []):
        limit = {"header": 150, "section": 3000}.get(block.get("type"))
        text = block.get("text", {})
        if limit is None or not text.get("text") or utf16(text["text"]) > limit:
            raise Refusal(400, b"invalid_blocks")
        if text["type"] == "plain_text":
            parts.append(text["text"])
            shown.links += BARE.findall(text["text"])
        else:
            part = _mrkdwn(text["text"])
            parts.append(part.text)
            shown.mentions += part.mentions
            shown.links += part.links
    shown.text = "\n".join(parts)
    return 200, b"ok", shown


def _fenced(text):
    """(inside of the first code block, all outside of code blocks)."""
    parts = text.split("```")
    return parts[1] if len(parts) > 2 else "", " ".join(parts[::2])


def discord(request):
    body = parsed(request)
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise Refusal(400, {"message": "Cannot send an empty message", "code": 50006})
    if utf16(content) > 2000:
        raise Refusal(400, {"content": ["Must be 2000 or fewer in length."]})
    inside, outside = _fenced(content)
    shown = Shown(inside.strip("\n") + "\n" + outside.strip(), previews=not body.get("flags", 0) & 4)
    if "allowed_mentions" not in body or body["allowed_mentions"].get("parse"):
        shown.mentions += re.findall(r"@everyone|@here|<@&?\d+>", content)
    shown.links += re.findall(r"https?://[^\s>]+", outside)
    shown.marks += re.findall(r"\[[^\]]*\]\([^)]*\)|<a?:\w+:\d+>", outside)
    if "wait=true" not in request.path:
        return 204, b"", shown
    return 200, {"id": "1", "content": content}, shown


def mattermost(request):
    text = parsed(request).get("text")
    if not isinstance(text, str) or not text or utf16(text) > 16383:
        raise Refusal(400, {"id": "web.incoming_webhook.text.app_error", "message": "bad text", "status_code": 400})
    inside, outside = _fenced(text)
    shown = Shown(inside.strip("\n") + "\n" + outside.strip(), previews=True)
    shown.mentions += re.findall(r"(?<!\w)@[a-z][\w.-]*", text, re.I)
    shown.links += BARE.findall(outside)
    shown.marks += re.findall(r"!?\[[^\]]*\]\([^)]*\)", outside)
    return 200, b"ok", shown


def teams(request):
    body = parsed(request)
    if len(request.body) > 28 * 1024:
        raise Refusal(413, b"")
    card = body["attachments"][0]
    if card["contentType"] != "application/vnd.microsoft.card.adaptive":
        raise Refusal(400, {"error": {"code": "BadRequest", "message": "no card"}})
    shown, texts = Shown(""), []
    for block in card["content"]["body"]:
        bare = re.sub(r"\\(.)", "", block["text"])
        shown.marks += re.findall(r"\[.*?\]\(.*?\)|\*\w|_\w+_|^#", bare, re.M)
        texts.append(re.sub(r"\\([\\\[\]()*_#])", r"\1", block["text"]))
        shown.links += BARE.findall(texts[-1])
    shown.mentions += card["content"].get("msteams", {}).get("entities", [])
    shown.links += [a["url"] for a in card["content"].get("actions", [])]
    shown.text = "\n".join(texts)
    return 202, b"", shown


def ntfy(request):
    if request.headers.get("authorization") != "Bearer " + TOKEN:
        raise Refusal(401, {"code": 40101, "http": 401, "error": "unauthorized"})
    body = parsed(request)
    if body.get("topic") != TOPIC:
        raise Refusal(403, {"code": 40301, "http": 403, "error": "forbidden"})
    shown = Shown(f"{body.get('title', '')}\n{body.get('message', '')}", links=[body["click"]] if "click" in body else [])
    if len(body.get("message", "").encode()) > 4096:
        shown.marks.append("attachment")
    shown.marks += [key for key in ("markdown", "attach", "icon", "actions") if key in body]
    return 200, {"id": "x1", "event": "message", "topic": TOPIC}, shown


def gotify(request):
    if request.headers.get("x-gotify-key") != TOKEN:
        raise Refusal(401, {"error": "Unauthorized", "errorCode": 401, "errorDescription": "you need to provide a valid token"})
    body = parsed(request)
    if not body.get("message"):
        raise Refusal(400, {"error": "Bad Request", "errorCode": 400, "errorDescription": "Field 'message' is required"})
    shown = Shown(f"{body.get('title', '')}\n{body['message']}", links=BARE.findall(body["message"]))
    if body.get("extras", {}).get("client::display", {}).get("contentType") != "text/plain":
        shown.marks.append("markdown")
    return 200, {"id": 1, "message": body["message"]}, shown


class _Telegram(html.parser.HTMLParser):
    """The tags that Telegram takes; everything else "can't be parsed"."""

    TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "strong", "em"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.outside, self.bad = [], "", "", False

    def handle_starttag(self, tag, _attrs):
        self.bad |= tag not in self.TAGS
        self.open.append(tag)

    def handle_endtag(self, tag):
        self.bad |= not self.open or self.open.pop() != tag

    def handle_data(self, data):
        self.text += data
        if not {"pre", "code"} & set(self.open):
            self.outside += data


def telegram(request):
    if f"/bot{TOKEN}/sendMessage" != request.path.split("/telegram", 1)[1]:
        raise Refusal(404, {"ok": False, "error_code": 404, "description": "Not Found"})
    body = parsed(request)
    if str(body.get("chat_id")) != CHAT:
        raise Refusal(400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"})
    reader = _Telegram()
    reader.feed(body.get("text", ""))
    reader.close()
    if body.get("parse_mode") != "HTML" or reader.bad or reader.open or not reader.text.strip():
        raise Refusal(400, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"})
    if utf16(reader.text) > 4096:
        raise Refusal(400, {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"})
    shown = Shown(reader.text, previews=not body.get("link_preview_options", {}).get("is_disabled"))
    shown.mentions += re.findall(r"(?<!\w)[@/][a-z]\w*", re.sub(r"https?://\S+", "", reader.outside), re.I)
    shown.links += BARE.findall(reader.outside)
    return 200, {"ok": True, "result": {"message_id": 1}}, shown


def matrix(request):
    if request.headers.get("authorization") != "Bearer " + TOKEN:
        raise Refusal(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token"})
    found = re.search(r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([^/?]+)$", request.path)
    if request.method != "PUT" or not found:
        raise Refusal(404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})
    if urllib.parse.unquote(found[1]) != ROOM:
        raise Refusal(403, {"errcode": "M_FORBIDDEN", "error": "You are not in that room"})
    body = parsed(request)
    if len(request.body) > 65536:
        raise Refusal(413, {"errcode": "M_TOO_LARGE", "error": "event too large"})
    shown = Shown(body["body"], links=re.findall(r"https?://\S+", body["body"]))
    if "m.mentions" not in body:
        shown.mentions += re.findall(r"@room", body["body"])
    shown.marks += ["html"] if "formatted_body" in body else []
    return 200, {"event_id": "$" + found[2]}, shown


def webhook(request):
    signature = "sha256=" + hmac.new(KEY.encode(), request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("x-potpress-signature", "")):
        raise Refusal(401, b"bad signature")
    body = parsed(request)
    return 204, b"", Shown(f"{body['title']}\n{body['text']}", links=[body["link"]] if "link" in body else [])


PLACES = {"slack": f"/slack/services/T1/{SECRET}", "discord": f"/discord/api/webhooks/1/{SECRET}",
          "mattermost": f"/mattermost/hooks/{SECRET}", "teams": f"/teams/workflows/1/triggers?sig={SECRET}",
          "ntfy": "/ntfy", "gotify": "/gotify", "telegram": "/telegram", "matrix": "/matrix", "webhook": "/webhook"}
GONE = {"slack": b"no_service", "discord": {"message": "Unknown Webhook", "code": 10015},
        "mattermost": {"id": "web.incoming_webhook.invalid.app_error", "message": "Invalid webhook.", "status_code": 404},
        "teams": {"error": {"code": "WorkflowNotFound", "message": "not found"}}}
READERS = {"slack": slack, "discord": discord, "mattermost": mattermost, "teams": teams, "ntfy": ntfy, "gotify": gotify,
           "telegram": telegram, "matrix": matrix, "webhook": webhook}


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class AlertTargets:
    def __init__(self):
        self.faults, self.received = [], []
        self.lock = threading.Lock()
        self._shown, self._known = {name: [] for name in READERS}, {}
        look_alike = self

        class Handler(_Handler):
            targets = look_alike

        self.server = _Server(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_reason):
        self.server.shutdown()
        self.server.server_close()

    def url(self, target):
        """What the configuration says: of a webhook the whole address, else the server's."""
        return f"http://127.0.0.1:{self.server.server_address[1]}{PLACES[target]}"

    def shown(self, target):
        with self.lock:
            return list(self._shown[target])

    def requests(self, target):
        with self.lock:
            return [r for r in self.received if r.target == target]

    def fault_for(self, target):
        for fault in self.faults:
            if fault.target != target or fault.times == 0:
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def take(self, request):
        """(status, body) of a request that nothing goes wrong with; what is new is shown."""
        target = request.target
        if target in GONE and SECRET not in request.path:
            return 404, GONE[target]
        try:
            status, body, shown = READERS[target](request)
        except Refusal as no:
            return no.status, no.body
        except (KeyError, TypeError, IndexError, AttributeError):
            return 400, {"error": "unexpected"}
        same = request.path if target == "matrix" else request.headers.get("idempotency-key")
        if same and (target, same) in self._known:
            return self._known[target, same]
        if same:
            self._known[target, same] = status, body
        self._shown[target].append(shown)
        return status, body


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    targets = None

    def log_message(self, *_args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = re.match(r"/(\w+)", self.path)
        request = Received(name[1] if name else "", self.command, self.path,
                           {k.lower(): v for k, v in self.headers.items()}, body)
        if request.target not in READERS:
            self.answer(404, b"")
            return
        with self.targets.lock:
            self.targets.received.append(request)
            fault = self.targets.fault_for(request.target)
            if fault and (fault.status or fault.lost == "before"):
                status, reply = fault.status, fault.body
            else:
                status, reply = self.targets.take(request)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and fault.lost:
            self.close_connection = True
            return
        request.status = status
        if fault and fault.flood:
            self.pour(fault)
            return
        self.answer(status, reply, fault.headers if fault else {})

    do_PUT = do_GET = do_POST

    def pour(self, fault):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(fault.flood))
        self.end_headers()
        while fault.flooded < fault.flood:
            self.wfile.write(b" " * 65536)
            fault.flooded += 65536

    def answer(self, status, body, headers=()):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, bytes) else "application/json")
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if status != 204:
            self.wfile.write(raw)
