"""Posts on a real site: hostile text shows as text, nothing private leaves, nobody is contacted, blocks are valid."""

import base64
import hashlib
import html
import html.parser
import json
import pathlib
import re
import socket
import threading
import urllib.parse

import browser
import pytest
import tpot_day
import vt_reports
from harness import ROOT, wait_until
from lab import http
from posts import capture, proxy_before

HOSTILE = json.loads((ROOT / "tests" / "fixtures" / "hostile.json").read_text())
ADDRESS, ADDRESS6, NAME = "203.0.113.10", "2001:db8:5::10", "my-sensor"
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Page(html.parser.HTMLParser):
    """The elements of a piece of HTML in their order, and the text of each <code>."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.codes, self.inside = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        if tag == "code":
            self.inside += 1
            self.codes.append("")

    def handle_endtag(self, tag):
        self.inside -= tag == "code"

    def handle_data(self, data):
        if self.inside:
            self.codes[-1] += data


def shown(site, post):
    """What a visitor gets: the part of the post's page from its marker to the end of its content."""
    answer = http("GET", site.request("GET", f"/wp/v2/posts/{post.id}")["link"])
    assert answer.status == 200
    page = answer.body.decode()
    begin = page.index('<div id="potpress-')
    depth = 0
    for tag in re.finditer(r"<(/?)div\b", page[begin:]):
        depth += -1 if tag[1] else 1
        if depth < 0:                 # the element around the content ends
            # "Read more" is a place to jump to on the post's own page.
            return re.sub(r'<span id="more-\d+"></span>', "", page[begin:begin + tag.start()])
    raise AssertionError("the content does not end")


@pytest.fixture
def proxied(publishing, site):
    """The proxy that records everything between the publisher and the site."""
    with proxy_before(publishing, site) as proxy:
        yield proxy


def caught(home, name, **fields):
    """A capture of the made-up file of this name; texts may be bytes that are no UTF-8."""
    sha256 = vt_reports.hashes(name)["sha256"]
    capture(home, sha256, session=json.dumps({k: repr(v) for k, v in fields.items()}),
            **{k: v for k, v in fields.items() if isinstance(v, str)})
    for column, value in fields.items():
        if isinstance(value, bytes):
            home.sql(f"UPDATE sighting SET {column} = CAST(? AS TEXT) WHERE id = (SELECT max(id) FROM sighting)", value)
    return sha256


def publish(home):
    home.once("enricher")
    home.once("publisher")
    assert {row["state"] for row in home.sql("SELECT state FROM post")} == {"done"}, home.sql("SELECT * FROM held")


# ---- hostile text

def test_hostile_strings_show_as_text(publishing, vt, site, proxied):
    """Each string of the table, as file name and as URL, through the database to a visitor's page."""
    size = 5                          # names a post shows
    groups = [HOSTILE[at:at + size] for at in range(0, len(HOSTILE), size)]
    for number, group in enumerate(groups):
        # A report that is hostile everywhere; the last word makes the names differ.
        text = next(row["text"] for row in group if "text" in row)
        known = vt_reports.report(f"hostile {number}", magic=text, meaningful_name=text, tags=[text],
                                  type_description=text, popular_threat_classification={
                                      "suggested_threat_label": text,
                                      "popular_threat_category": [{"value": text, "count": 9}],
                                      "popular_threat_name": [{"value": text, "count": 9}]})
        for result in known["data"]["attributes"]["last_analysis_results"].values():
            result["result"] = text
        vt.files[vt_reports.hashes(f"hostile {number}")["sha256"]] = known
        for row in group:
            value = bytes.fromhex(row["bytes"]) if "bytes" in row else row["text"]
            caught(publishing, f"hostile {number}", url=value, file_name=value)
    publish(publishing)
    sent = [json.loads(request.body) for request in proxied.sent("POST", r"/wp/v2/posts\?")]
    assert len(sent) == len(groups) == site.count()
    for number, group in enumerate(groups):
        post, = site.posts(slug=f"malware-{vt_reports.hashes(f'hostile {number}')['sha256']}")
        assert post.content in [body["content"] for body in sent], "stored bytes are sent bytes"
        assert post.title in [body["title"] for body in sent] and not re.search("[&<>\"']", post.title)
        page, raw = Page(shown(site, post)), Page(post.content)
        assert page.elements == raw.elements, "no element came or went"
        assert not {"script", "img", "iframe", "audio", "embed", "h1"} & set(page.elements)
        lines = [line for code in page.codes for line in code.split("\n")]
        for row in group:
            text = row.get("shown", row.get("text"))
            assert html.unescape(re.sub(r"</?span>", "", row["stored"])) == text, "the table agrees with itself"
            # Folders are left out of a name; a host in what is left stands alone.
            folders = re.split(r"[/\\](?=.)", row.get("text", text), flags=re.S)
            name = text if len(folders) == 1 else folders[-1]
            assert name in page.codes or len(folders) > 1 and text != row.get("text"), ("as file name", text)
            assert lines.count(text) >= (2 if len(folders) == 1 else 1), ("and as URL", text)


# ---- privacy

def spellings(text):
    """Ways in which attackers write a victim's address or name."""
    raw = text.encode()
    yield from (text, text.upper(), "".join(f"%{byte:02x}" for byte in raw))
    for pad in (b"", b"x", b"xy"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            token = encode(pad + b" " + raw + b" >?").decode()
            yield from (token, token.rstrip("="), urllib.parse.quote(token))


def address_spellings():
    parts = [int(part) for part in ADDRESS.split(".")]
    number = int.from_bytes(bytes(parts))
    yield from spellings(ADDRESS)
    yield from spellings(ADDRESS6)
    yield from (ADDRESS[::-1], ADDRESS6[::-1], "-".join(map(str, parts)), str(number), hex(number), f"0x{number:X}", f"0{number:o}",
                ".".join(hex(part) for part in parts), ".".join(f"0{part:o}" for part in parts),
                ".".join(map(str, parts[::-1])) + ".in-addr.arpa", f"::ffff:{ADDRESS}", f"::ffff:{number >> 16:x}:{number & 65535:x}",
                "2001:0DB8:0005:0:0:0:0:0010")


def everything(requests):
    """All that left, and what it says when it is decoded."""
    texts = []
    for request in requests:
        body = request.body.decode()
        texts += [request.path, urllib.parse.unquote(request.path), body, html.unescape(body)]
        if body.startswith("{"):
            texts += [str(value) for value in json.loads(body).values()]
    # As a reader would put it together again, defanged hosts included.
    return [re.sub(r"\[\.\]", ".", html.unescape(text)).lower() for text in texts]


def test_nothing_private_leaves(publishing, vt, site, proxied):
    """Sensors' addresses and names in URLs, file names and reports, in every spelling: in nothing that left."""
    publishing.configure("publisher", private=ADDRESS6)
    for value, kind in ((ADDRESS, "address"), (NAME, "name")):
        publishing.sql("INSERT INTO sensor_identity VALUES (?, ?, 'main', 0)", value, kind)
    planted = [*address_spellings(), *spellings(NAME)]
    for number, text in enumerate(planted):
        name = f"private {number // 5}"
        caught(publishing, name, url=f"http://198.51.100.7/?from={text}&n={number}", file_name=f"{text} {number}",
               sensor=NAME, src_ip=ADDRESS if number % 2 else "198.51.100.23")
        vt.files[vt_reports.hashes(name)["sha256"]] = vt_reports.report(
            name, meaningful_name=text, magic=f"to {text}", tags=[text], type_description=text,
            popular_threat_classification={"suggested_threat_label": f"trojan.{ADDRESS}/{NAME}",
                                           "popular_threat_name": [{"value": NAME, "count": 9}]})
    publish(publishing)
    assert site.count() == (len(planted) + 4) // 5
    left = everything(proxied.requests)
    assert any("198.51.100.7/?from=***&n=0" in text for text in left), "the rest of the URL is there"
    # A token without its own text around it, since that is what must have gone.
    for text in planted:
        assert not [part for part in left if text.lower() in part], text
    masked = re.compile(re.escape(ADDRESS.rpartition(".")[0]) + r"\.\d")
    assert not [part for part in left if masked.search(part) or NAME in part]
    out = publishing.path / "preview"
    status, log = publishing.run("publisher", "--preview", str(out))
    assert status == 0, log
    for file in pathlib.Path(out).iterdir():
        text = (file.name + html.unescape(file.read_text())).replace("[.]", ".").lower()
        assert not masked.search(text) and NAME not in text


def test_an_identity_learned_later(publishing, vt, site, proxied):
    """The posts that hold it, in whatever spelling, are rewritten; the others are left alone."""
    token = base64.b64encode(f"wget {ADDRESS}/x".encode()).decode()
    held = caught(publishing, "holds it", url=f"http://198.51.100.7/{token}")
    other = caught(publishing, "does not", url="http://198.51.100.7/x")
    third = caught(publishing, "by configuration", url="http://198.51.100.7/?id=Lab-7")
    publish(publishing)
    before = {post.slug: post for post in site.posts()}
    assert token in before[f"malware-{held}"].content
    writes = len(proxied.sent("POST", r"/wp/v2/posts"))

    publishing.sql("INSERT INTO sensor_identity VALUES (?, 'address', 'main', 0)", ADDRESS)
    publishing.once("publisher")
    after = {post.slug: post for post in site.posts()}
    assert token not in after[f"malware-{held}"].content and "***" in after[f"malware-{held}"].content
    assert after[f"malware-{held}"].id == before[f"malware-{held}"].id
    for key in (other, third):
        assert after[f"malware-{key}"].content == before[f"malware-{key}"].content
    assert len(proxied.sent("POST", r"/wp/v2/posts")) == writes + 1, "the other posts were not sent again"

    publishing.configure("publisher", private="lab-7")
    publishing.once("publisher")
    assert "Lab-7" not in site.posts(slug=f"malware-{third}")[0].content
    publishing.once("publisher")
    assert len(proxied.sent("POST", r"/wp/v2/posts")) == writes + 2, "and once is enough"
    assert publishing.one("SELECT count(*) FROM guarded") == 2


def test_a_file_that_is_an_identity(publishing, vt, site, proxied):
    """The hash of a file that contains only an address reveals it: neither VirusTotal nor a reader gets it."""
    answers = [hashlib.sha256(text.encode()).hexdigest() for text in (ADDRESS, f"{ADDRESS}\n", f'{{"ip":"{ADDRESS}"}}')]
    before, other = answers[0], caught(publishing, "another file")
    capture(publishing, before, session="early")
    vt.files[before] = vt_reports.report(hashes_={**vt_reports.hashes("early"), "sha256": before})
    publish(publishing)
    assert site.count() == 2, "nobody knew yet whose address it is"
    publishing.sql("INSERT INTO sensor_identity VALUES (?, 'address', 'main', 0)", ADDRESS)
    for number, sha256 in enumerate(answers):
        capture(publishing, sha256, session=f"late {number}")
    asked = len(vt.requests)
    publishing.once("enricher")
    publishing.once("publisher")
    assert len(vt.requests) == asked, "nothing was asked"
    assert {post.slug for post in site.posts(status=("publish",))} == {f"malware-{other}"}


# ---- nobody is contacted

class Listener:
    """Whatever connects to it is written down."""

    def __enter__(self):
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        return self

    def listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.heard.append(connection.recv(1000))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def __exit__(self, *_reason):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.socket.close()


@pytest.fixture
def listener(site):
    """A listener that this WordPress would be ready to contact: by itself it asks few ports of its own host."""
    with Listener() as ear:
        plugin = site.directory / "wp-content" / "mu-plugins" / "any-port.php"
        plugin.write_text(f"<?php add_filter('http_allowed_safe_ports', fn($p) => [...$p, {ear.port}]);")
        yield ear
        plugin.unlink()


def run_cron(site):
    """The site's own cron, until the pings of new posts are sent."""
    assert http("GET", f"{site.url}/wp-cron.php?doing_wp_cron").status == 200
    wait_until(lambda: site.php('echo wp_next_scheduled("do_pings") ? "waits" : "done";') == "done", what="pings")


def test_nobody_is_contacted(publishing, vt, site, listener):
    """URLs of a listener in documents: neither we nor WordPress with its cron run, nor a visitor's browser, ask it."""
    base = f"127.0.0.1:{listener.port}"
    for number, url in enumerate((f"http://{base}/x", f"http://user@{base}/a.mp3", f"HTTP://{base}/x\nhttp://{base}/y",
                                  f"//{base}/x", f"http://{base}/<img src=http://{base}/i.png>", f"{base}/x")):
        caught(publishing, "contact", url=url, file_name=f"{url} {number}")
    publish(publishing)
    post, = site.posts()
    page = shown(site, post)
    assert str(listener.port) in page
    assert 'id="potpress-' in browser.document(site.request("GET", f"/wp/v2/posts/{post.id}")["link"])
    run_cron(site)
    assert listener.heard == []
    # So that the listener's silence means something.
    site.request("POST", "/wp/v2/posts", {"title": "live", "status": "publish", "content": f"<p>http://{base}/live.mp3</p>"},
                 user="author")
    run_cron(site)
    wait_until(lambda: listener.heard, what="WordPress's request for a live URL")


# ---- the site's own editor

def opinions(site, ids):
    """What the site's block editor says of each post's blocks: {id: [(verdict, rest)]}."""
    page = browser.document(f"{site.url}/?lab-editor={','.join(map(str, ids))}")
    text = html.unescape(re.search(r'<pre id="opinion">(.*?)</pre>', page, re.S)[1])
    lines = [line.split(" ", 2) for line in text.splitlines()]
    assert all(line[0].isdigit() for line in lines), text
    assert {int(line[0]) for line in lines if line[1] == "read"} == set(ids), text
    return {post: [line[1:] for line in lines if int(line[0]) == post] for post in ids}


def test_blocks_are_valid_in_the_editor(publishing, vt, site):
    """Every verdict in both languages, and hostile text, as the site's own editor reads the blocks."""
    for kind in ("mirai", "few", "undetected", "inconclusive", "not_analysed", "pua", "dropper"):
        name = f"editor {kind}"
        vt.files[vt_reports.hashes(name)["sha256"]] = vt_reports.report(name, kind)
        caught(publishing, name)
    name = "editor known"
    vt.files[vt_reports.hashes(name)["sha256"]] = vt_reports.report(
        name, "undetected", known_distributors={"distributors": ["Example & Sons"]})
    caught(publishing, name)
    for row in HOSTILE:
        if "text" in row:
            caught(publishing, "editor mirai", url=row["text"], file_name=row["text"], src_ip="2001:db8:9::1")
    vt.unknown_are_found = False
    caught(publishing, "nobody knows it")
    publishing.sql("INSERT INTO sample (md5) VALUES (?)", tpot_day.sha256("by hand")[:32])
    publish(publishing)
    posts = site.posts()
    verdicts = {re.search(r"potpress-([a-z_]+)\b", post.content)[1] for post in posts}
    assert verdicts == {"malicious", "suspicious", "known_good", "undetected", "inconclusive", "not_analysed", "unknown"}
    broken = site.request("POST", "/wp/v2/posts", user="author", body={
        "title": "broken", "content": "<!-- wp:heading -->\n<h3>not a level that was announced</h3>\n<!-- /wp:heading -->"})
    entity = site.request("POST", "/wp/v2/posts", user="author", body={
        "title": "entity", "content": "<!-- wp:paragraph -->\n<p>&#091;gallery]</p>\n<!-- /wp:paragraph -->"})
    said = opinions(site, [post.id for post in posts] + [broken["id"], entity["id"]])
    assert "rewritten" in [line[0] for line in said.pop(entity["id"])], "... and what it would write anew"
    assert ["broken", "core/heading"] in said.pop(broken["id"]), "the editor tells what is broken"
    publishing.configure("publisher", language="ja")
    publishing.configure("general", timezone="Asia/Tokyo")
    publishing.shell("UPDATE post SET state = 'pending'")
    publish(publishing)
    japanese = site.posts(status="publish")
    assert all("自動作成しました" in post.content for post in japanese) and len(japanese) == len(posts)
    assert publishing.one("SELECT count(*) FROM post WHERE content_hash = sent_hash") == len(posts), "stored is sent"
    for opinion in (said, opinions(site, [post.id for post in japanese])):
        for lines in opinion.values():
            assert not [line for line in lines if line[0] not in ("valid", "read")]
            assert len(lines) > 8 and {line[0] for line in lines} == {"valid", "read"}, lines


def as_the_editor_writes(site, ids):
    """What the site's own block editor makes of the posts' content when it writes all blocks anew, by number."""
    page = browser.document(f"{site.url}/?lab-editor={','.join(map(str, ids))}")
    return {int(number): content for number, content in
            json.loads(html.unescape(re.search(r'<pre id="written">(.*?)</pre>', page, re.S)[1])).items()}


@pytest.mark.parametrize("who", ["author", "editor"])
def test_hostile_text_stays_text_after_a_save_in_the_editor(publishing, vt, site, listener, who):
    """Read as a visitor after the site's own editor wrote all blocks anew: no element more, nobody is contacted."""
    base = f"127.0.0.1:{listener.port}"
    alive = [f"[audio src=http://{base}/a.mp3]", f"[embed]http://{base}/b[/embed]", f"[video src='http://{base}/c.mp4']",
             f"http://{base}/d", f"<iframe src=//{base}/e></iframe>", f"&#091;audio src=http://{base}/f.mp3&#093;",
             f"&#91;audio src=http://{base}/g.mp3&#93;", f"[[audio src=http://{base}/h.mp3]]", f"//{base}/i.mp3",
             f"<!-- wp:embed {{\"url\":\"http://{base}/j\"}} /-->"]
    texts = alive + [row["text"] for row in HOSTILE if row["rule"] == 3 and "text" in row]
    for number, text in enumerate(texts):
        caught(publishing, f"saved {number // 5}", url=text, file_name=text)
    publish(publishing)
    before = {post.id: Page(shown(site, post)) for post in site.posts()}
    for number, content in as_the_editor_writes(site, list(before)).items():
        site.request("POST", f"/wp/v2/posts/{number}?context=edit", {"content": content}, user=who)
    for post in site.posts():
        page = Page(shown(site, post))
        assert page.elements == before[post.id].elements and page.codes == before[post.id].codes, post.slug
        assert not {"script", "img", "iframe", "audio", "video", "embed", "source"} & set(page.elements)
    first = min(before)
    assert 'id="potpress-' in browser.document(site.request("GET", f"/wp/v2/posts/{first}")["link"])
    run_cron(site)
    assert listener.heard == []
