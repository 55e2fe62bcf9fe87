"""The laboratory for tests in Python: a real search engine and a real WordPress on loopback.

    engine = Engine(directory)
    engine.start()                       # ready, with T-Pot's index template
    engine.bulk([("logstash-2026.11.20", "id1", {"shasum": "..."})], refresh=True)
    site = WordPress(directory)
    site.start()
    site.set_fault("writes-only, times=1, kill-after")
    assert len(site.posts(slug="malware-...")) == 1

    front = Front(directory, engine.url) # T-Pot's web server before the engine: TLS, password, /es/
    front.start()

An instance lives below the directory it is given; give every test session its own. It ends with stop(),
or when this process ends, however it ends. Nothing is fetched here: `tests/lab/install lab` did that.
SPDX-License-Identifier: MIT
"""

import base64
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from guarded import Guarded

HERE = pathlib.Path(__file__).resolve().parent
COMMAND_SECONDS = 180
REQUEST_SECONDS = 60
START_SECONDS = 10
ALL_STATUSES = ("publish", "future", "draft", "pending", "private", "trash")


class LabError(Exception):
    """A part of the laboratory did not do what it is there for."""


def axe():
    """axe-core's script, which finds barriers in the page it runs in; from the cache."""
    cache = os.environ.get("POTPRESS_CACHE") or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "potpress"
    return pathlib.Path(cache) / "axe" / "axe.min.js"


def free_port():
    """A port of loopback that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(condition, what, seconds=30.0, every=0.05):
    """Calls `condition` until it returns something true, and returns that.

    `what` says in words what is waited for; it becomes the message of the AssertionError."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for: {what} (last seen: {value!r})")
        time.sleep(every)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back for one request, whatever its status."""

    status: int
    headers: object
    body: bytes

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


class _KeepRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args, **_kwargs):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _KeepRedirect)


def http(method, url, body=None, user=None, headers=None, timeout=REQUEST_SECONDS):
    """One request; `body` is bytes, text, or anything JSON can say. Follows no redirect, raises for no status."""
    headers = dict(headers or {})
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
        body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        body = body.encode() if isinstance(body, str) else body
    if user is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with _opener.open(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, answer.headers, answer.read())


class _Instance:
    """A server that one of the scripts beside this file starts and stops, in a directory of its own."""

    script = None
    last_verb = "stop"

    def __init__(self, home, name):
        self.home = pathlib.Path(home)
        self.name = name
        self.url = None
        self._guard = None

    def _command(self, verb, *arguments):
        return [str(HERE / self.script), verb, self.name, *arguments, "--home", str(self.home)]

    def _run(self, verb, *arguments):
        done = subprocess.run(
            self._command(verb, *arguments), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=COMMAND_SECONDS, check=False,
        )
        if done.returncode != 0:
            raise LabError(f"{self.script} {verb} {self.name}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _watch(self):
        """A shell that reads from us and stops the server once there is nobody left to read from."""
        if self._guard is None:
            self._guard = subprocess.Popen(
                ["sh", "-c", 'cat >/dev/null; exec "$@"', "guard", *self._command(self.last_verb)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def stop(self):
        """Ends the server and keeps its data; start() brings it back at the same address."""
        self._run(self.last_verb)
        if self._guard is not None:
            self._guard.stdin.close()
            self._guard.wait(COMMAND_SECONDS)
            self._guard = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_reason):
        self.stop()


class Engine(_Instance):
    """A single node of Elasticsearch or OpenSearch: `default`, or a name `tests/lab/engine list` shows.

    `user` is who may do everything, None where nobody is asked. `reader` may only search, `watcher` also see
    how far an index has grown; both only on an engine that asks for passwords."""

    script = "engine"
    reader = ("reader", "lab-read")
    watcher = ("watcher", "lab-monitor")

    def __init__(self, home, name="default"):
        super().__init__(home, name)
        self.user = ("lab", "lab-admin") if name == "es8sec" else None

    def start(self, port=0, template=True):
        """Returns its URL. Indices named logstash-* follow T-Pot's template unless told otherwise."""
        self._watch()
        self.url = self._run("start", *(["--port", str(port)] if port else [])).strip()
        if template:
            self.request("PUT", "/_index_template/logstash", (HERE / "template.json").read_bytes())
        return self.url

    def wipe(self):
        """Ends it and deletes its data."""
        self.stop()
        self._run("wipe")

    def request(self, method, path, body=None, allow=()):
        """Returns the JSON of the answer; a status from 400 on that is not in `allow` is a LabError."""
        answer = http(method, self.url + path, body, self.user)
        if answer.status >= 400 and answer.status not in allow:
            raise LabError(f"{method} {path}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer.json

    def bulk(self, documents, refresh=False, strict=True):
        """Writes (index, id, document) triples in the way Logstash does.

        A document is something JSON can say, or bytes sent as they are; an id of None is chosen by the
        engine. Returns the refused ones as a list of (id, error); with `strict` there may be none."""
        lines, ids = [], []
        for index, identifier, document in documents:
            action = {"_index": index} if identifier is None else {"_index": index, "_id": identifier}
            lines.append(json.dumps({"index": action}).encode())
            lines.append(document if isinstance(document, bytes) else json.dumps(document).encode())
            ids.append(identifier)
        if not lines:
            return []
        answer = self.request("POST", "/_bulk", b"\n".join(lines) + b"\n")
        results = [item["index"] for item in answer["items"]]
        refused = [(i, r["error"]) for i, r in zip(ids, results) if "error" in r]
        if strict and refused:
            raise LabError(f"{len(refused)} documents refused, the first: {refused[0]}")
        if refresh:
            self.refresh()
        return refused

    def refresh(self, index="logstash-*"):
        """Makes visible to searches what was written before this call."""
        self.request("POST", f"/{index}/_refresh")

    def count(self, index="logstash-*"):
        """The number of visible documents."""
        return self.request("GET", f"/{index}/_count")["count"]

    def delete_index(self, index):
        """Deletes one index by name; that there is none is no error."""
        self.request("DELETE", f"/{urllib.parse.quote(index)}", allow=(404,))

    def delete_all(self):
        """Deletes every index of T-Pot's name, so that the next test begins with an empty engine."""
        for index in self.request("GET", "/_cat/indices/logstash-*?format=json&h=index"):
            self.delete_index(index["index"])


# T-Pot's own limits: TLS 1.3 alone, 1,280 bytes for the request line and for each header, 2 MiB of body,
# five seconds of idle connection, everything below /es/.
FRONT_CONFIGURATION = """
daemon off;
{user}
pid {directory}/nginx.pid;
error_log {directory}/error.log;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log {directory}/access.log;
    client_body_temp_path {directory}/temp;
    proxy_temp_path {directory}/temp;
    fastcgi_temp_path {directory}/temp;
    uwsgi_temp_path {directory}/temp;
    scgi_temp_path {directory}/temp;
    gzip on;
    gzip_proxied any;
    gzip_types application/json;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {directory}/certificate.pem;
        ssl_certificate_key {directory}/key.pem;
        ssl_protocols {protocols};
        ssl_ecdh_curve secp384r1;
        client_header_buffer_size 1k;
        large_client_header_buffers 2 1280;
        client_max_body_size 2m;
        keepalive_timeout 5 5;
        auth_basic "private";
        auth_basic_user_file {directory}/users;
        location /es/ {{
            proxy_pass {target}/;
            add_header Cache-Control "public, max-age=604800";
        }}
    }}
}}
"""


class Front(Guarded):
    """T-Pot's nginx before an engine. `url` ends with the prefix; `certificate` is the file to trust.

    The certificate is self-signed for 127.0.0.1 and for no name. `pin` is the public key's hash in the form
    that libcurl takes. The password holds a space, a colon and a letter outside ASCII on purpose."""

    user = ("reader", "a: b\u00e9 c")

    def __init__(self, home, target, protocols="TLSv1.3", port=0, user=None):
        self.directory = pathlib.Path(home).absolute() / "front"
        self.target = target
        self.protocols = protocols
        self.user = user or self.user
        self.port = port or free_port()
        self.url = f"https://127.0.0.1:{self.port}/es"
        self.certificate = self.directory / "certificate.pem"

    @property
    def pin(self):
        key = _openssl("x509", "-in", self.certificate, "-pubkey", "-noout")
        der = _openssl("pkey", "-pubin", "-outform", "DER", data=key)
        return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()

    def start(self):
        """Returns its URL."""
        if self._process is not None:
            return self.url
        (self.directory / "temp").mkdir(parents=True, exist_ok=True)
        if not self.certificate.exists():
            _openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
                "-subj", "/O=Internet Widgits Pty Ltd", "-addext", "subjectAltName=IP:127.0.0.1",
                "-keyout", self.directory / "key.pem", "-out", self.certificate,
            )
        hashed = _openssl("passwd", "-apr1", "-stdin", data=self.user[1].encode()).decode().strip()
        (self.directory / "users").write_text(f"{self.user[0]}:{hashed}\n")
        (self.directory / "nginx.conf").write_text(FRONT_CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "", directory=self.directory, port=self.port,
            protocols=self.protocols, target=self.target,
        ))
        place = self.directory
        self._run("nginx", "-p", place, "-e", place / "error.log", "-c", place / "nginx.conf",
                  env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
        wait_for(self._listens, f"nginx, see {self.directory}/error.log", START_SECONDS)
        return self.url

    def requests(self):
        """How many it has answered."""
        return len((self.directory / "access.log").read_text().splitlines())

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise LabError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


@dataclasses.dataclass(frozen=True)
class Post:
    """A post as the site's database holds it."""

    id: int
    slug: str
    status: str
    title: str
    content: str
    excerpt: str
    author: int
    modified: str


class WordPress(_Instance):
    """One site. `users` maps admin, editor, author, contributor and subscriber to (login, application password)."""

    script = "wordpress"

    def __init__(self, home, name="blog", locale="", database="sqlite", release=""):
        super().__init__(home, name)
        self.locale = locale
        self.database = database
        self.release = release
        self.users = {}
        self.version = None
        self.directory = None
        self.tables = "wp_"           # how the names of its tables begin; a further site of a network has others

    def start(self, port=0, workers=0):
        """Returns its URL. A fault that kills PHP needs more workers than it is to kill."""
        self._watch()
        arguments = ["--database", self.database]
        arguments += ["--locale", self.locale] if self.locale else []
        arguments += ["--port", str(port)] if port else []
        arguments += ["--release", self.release] if self.release else []
        arguments += ["--workers", str(workers)] if workers else []
        env = dict(line.split("=", 1) for line in self._run("start", *arguments).splitlines())
        self.url = env["WP_URL"]
        self.version = env["WP_VERSION"]
        self.directory = pathlib.Path(env["WP_DIR"])
        for name in ("admin", "editor", "author", "contributor", "subscriber"):
            self.users[name] = tuple(env["WP_" + name.upper()].split(":", 1))
        return self.url

    def remove(self):
        """Ends it and deletes it."""
        self.stop()
        self._run("rm")

    def stop_database(self):
        """Ends MariaDB and leaves the web server alone, until stop() and start()."""
        self._run("stop-database")

    def request(self, method, path, body=None, user="admin", allow=()):
        """One call of the REST API; `path` begins with /wp/v2. Returns the JSON of the answer."""
        # This address is right whatever the site's permalinks are.
        answer = http(method, f"{self.url}/?rest_route={path.replace('?', '&', 1)}", body, self.users[user] if user else None)
        if answer.status >= 400 and answer.status not in allow:
            raise LabError(f"{method} {path}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer.json

    def php(self, code):
        """Runs PHP inside the site as its administrator; returns what it printed."""
        return self._run("php", code)

    def posts(self, slug=None, status=ALL_STATUSES):
        """The posts in the site's own database, oldest first, the trash included.

        With `slug` also what WordPress makes of a slug that is taken or in the trash: slug-2, slug__trashed."""
        posts = [Post(int(row[0]), *row[1:6], int(row[6]), row[7]) for row in self._sql(
            "SELECT ID, post_name, post_status, post_title, post_content, post_excerpt, post_author,"
            f" post_modified_gmt FROM {self.tables}posts WHERE post_type = 'post' ORDER BY ID"
        )]
        statuses = (status,) if isinstance(status, str) else status
        return [p for p in posts if p.status in statuses and (slug is None or _is_slug(p.slug, slug))]

    def _sql(self, query):
        if self.database == "mariadb":
            return json.loads(self.php(f"echo json_encode($wpdb->get_results({json.dumps(query)}, ARRAY_N));"))
        database = urllib.parse.quote(str(self.directory / "database" / "wordpress.sqlite"))
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def count(self, slug=None, status=ALL_STATUSES):
        return len(self.posts(slug, status))

    def edit_post(self, post_id, **fields):
        """Changes a post as a user with an editor's rights does, e.g. content="...", slug="..."."""
        return self.request("POST", f"/wp/v2/posts/{post_id}?context=edit", fields, user="editor")

    def trash_post(self, post_id):
        self.request("DELETE", f"/wp/v2/posts/{post_id}", user="editor")

    def delete_all(self):
        """Deletes every post and tag permanently, so that the next test begins with an empty site."""
        self.clear_fault()
        if not self.posts() and not self._sql(
                f"SELECT 1 FROM {self.tables}term_taxonomy WHERE taxonomy = 'post_tag'"):
            return
        self.php(
            'foreach (get_posts(["post_type" => "post", "numberposts" => -1, "fields" => "ids",'
            ' "post_status" => array_keys(get_post_stati())]) as $id) wp_delete_post($id, true);'
            ' foreach (get_terms(["taxonomy" => "post_tag", "hide_empty" => false, "fields" => "ids"]) as $id)'
            ' wp_delete_term($id, "post_tag");'
        )

    def set_fault(self, words):
        """Makes the site misbehave until clear_fault(); the words are listed in wordpress-faults.php."""
        file = self.directory / "wp-content" / "lab-faults"
        aside = file.with_suffix(".new")
        aside.write_text(words)
        os.replace(aside, file)

    def clear_fault(self):
        (self.directory / "wp-content" / "lab-faults").unlink(missing_ok=True)

    @property
    def fault(self):
        """The words still in force, None when they were used up."""
        try:
            return (self.directory / "wp-content" / "lab-faults").read_text()
        except FileNotFoundError:
            return None


class Cowrie(_Instance):
    """The real honeypot. `log` is its cowrie.json, `downloads` its folder of catches; both go when it ends."""

    script = "cowrie"
    last_verb = "rm"

    def __init__(self, home, name="cowrie"):
        super().__init__(home, name)
        self.port = self.log = self.downloads = None

    def start(self):
        """Returns its port."""
        self._watch()
        env = dict(line.split("=", 1) for line in self._run("start").splitlines())
        self.port = int(env["COWRIE_PORT"])
        self.log = pathlib.Path(env["COWRIE_LOG"])
        self.downloads = pathlib.Path(env["COWRIE_DOWNLOADS"])
        return self.port

    def attack(self, seed):
        """Leaves harmless files in it; what was left, as dictionaries of way, name, sha256 and source."""
        return [json.loads(line) for line in self._run("attack", str(seed)).splitlines()]


def _is_slug(found, wanted):
    rest = found[len(wanted):].replace("__trashed", "")
    return found.startswith(wanted) and (rest == "" or (rest[0] == "-" and rest[1:].isdigit()))
