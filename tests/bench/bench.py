"""How fast: ratios measured in one run, each compared with the simplest implementation. Printed as a table.

    bench.py [--rows 10000000] [PART...]      parts: queue enricher publisher collector gate rest

Nothing is asserted: figures depend on the machine, ratios less so.
SPDX-License-Identifier: MIT
"""

import argparse
import asyncio
import hashlib
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "lab")]

import harness  # noqa: E402
import lab  # noqa: E402
import tpot_day  # noqa: E402
import vt_reports  # noqa: E402

BUILD = ROOT / "build"
QUEUE_ROUNDS = 9
QUEUE_CYCLES = 1000
LOOKUPS = 400
LOOKUP_RUNS = 5
POSTS = 100
DOCUMENTS = 20000
REST_SECONDS = 10


def row(what, ours, theirs, ratio):
    print(f"| {what} | {ours} | {theirs} | {ratio} |", flush=True)


def cpu(command, stdin=None, env=None):
    """Runs it; (seconds of the wall, seconds of the processor)."""
    began = time.monotonic()
    process = subprocess.Popen([str(c) for c in command], stdin=stdin or subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
    said = process.stderr.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]}: {said.decode()[-2000:]}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def per_lookup(seconds):
    return f"{seconds / LOOKUPS * 1000:.2f} ms"


class Home(harness.Home):
    """An installation with the programs that are installed."""

    def once_measured(self, stage):
        return cpu([BUILD / f"potpress-{stage}", "-c", self.config_path, "--once"], env=self.environment())


def queue(place, rows):
    sizes = [("10 thousand rows", 10000, 0), ("1 million rows", 1000000, 0),
             ("10 thousand due, 1 million in backoff", 10000, 1000000)]
    if rows:
        sizes.append((f"{rows:,} rows", rows, 0))
    program = BUILD / "bench" / "queue"
    for what, due, waiting in sizes:
        subprocess.run([program, place / what, str(due), str(waiting)], check=True)
    taken = {what: [] for what, _due, _waiting in sizes}
    for _ in range(QUEUE_ROUNDS):       # in turn, as what else the machine does comes and goes
        for what, runs in taken.items():
            out = subprocess.run([program, place / what, str(QUEUE_CYCLES)], check=True, capture_output=True, text=True)
            runs.append([float(number) for number in out.stdout.split()])
    first = None
    for what, runs in taken.items():
        ours, bare, claim, whole = (statistics.median(column) for column in zip(*runs))
        first = first or (claim, whole)
        row(f"queue, {what}", f"{ours:.0f} rows/s", f"{bare:.0f} bare commits/s", f"{ours / bare:.2f}")
        row(f"queue, {what}, processor per row", f"{claim:.0f} µs claimed; {whole:.0f} µs claimed and settled",
            f"{first[0]:.0f}; {first[1]:.0f} µs of 10 thousand", f"{claim / first[0]:.2f}; {whole / first[1]:.2f}")


def vt_py(url, key, concurrency, values):
    """The official client, in this process; run by itself so that its processor time is its own."""
    import vt

    async def ask():
        async with vt.Client(key, host=url.removesuffix("/api/v3")) as client:
            left = list(values)

            async def work():
                while left:
                    await client.get_object_async("/files/{}", left.pop())
            await asyncio.gather(*(work() for _ in range(concurrency)))
    asyncio.run(ask())


def lookups(place, concurrency):
    """Once each: (seconds of the wall, seconds of the processor) of libcurl, of it with SQLite, of vt-py and of ours, and
    of the last two with nothing to do."""
    key = "0123456789abcdef" * 4
    look_alike = subprocess.Popen(
        [sys.executable, HERE.parent / "lab" / "virustotal.py", "--log", os.devnull, "--key", f"{key}:99999:999999:9999999"],
        stderr=subprocess.PIPE, text=True)
    try:
        url = look_alike.stderr.readline().strip()
        home = Home(place)
        home.configure("enricher", url=url, api_key_file=home.secret("key", key), concurrency=concurrency,
                       per_minute=6000, per_day=500000, per_month=5000000)
        home.once_measured("enricher")
        values = [hashlib.sha256(b"%d %d" % (concurrency, n)).hexdigest() for n in range(LOOKUPS)]
        listed = place / "urls"
        listed.write_text("".join(f"{url}/files/{value}\n" for value in values))
        get = [BUILD / "bench" / "get", concurrency, key]
        official = [sys.executable, __file__, "--vt-py", url, key, concurrency]
        taken = {}
        for name in ("warm", "bare", "floor"):      # first, so that the look-alike knows each report by then
            with listed.open() as urls:
                taken[name] = cpu([*get, place / "kept.db"] if name == "floor" else get, stdin=urls)
        taken["official start"] = cpu(official)
        taken["official"] = cpu([*official, *values])
        taken["start"] = home.once_measured("enricher")
        home.sql("INSERT INTO sample (sha256) VALUES " + ",".join(f"('{value}')" for value in values))
        taken["ours"] = home.once_measured("enricher")
        return taken
    finally:
        look_alike.kill()
        look_alike.wait()


def enricher(place, _rows):
    """The median of several measurements of each."""
    for concurrency in (1, 4, 16):
        runs = [lookups(pathlib.Path(tempfile.mkdtemp(dir=place)), concurrency) for _ in range(LOOKUP_RUNS)]
        wall, used = ({name: statistics.median(run[name][i] for run in runs) for name in runs[0]} for i in (0, 1))
        row(f"enricher, {concurrency} at a time, lookups", f"{LOOKUPS / wall['ours']:.0f}/s",
            f"{LOOKUPS / wall['bare']:.0f}/s libcurl; {LOOKUPS / wall['floor']:.0f}/s libcurl and SQLite; "
            f"{LOOKUPS / wall['official']:.0f}/s vt-py",
            "; ".join(f"{wall[name] / wall['ours']:.2f}" for name in ("bare", "floor", "official")))
        row(f"enricher, {concurrency} at a time, processor per lookup", per_lookup(used["ours"]),
            f"{per_lookup(used['bare'])} libcurl; {per_lookup(used['floor'])} libcurl and SQLite; "
            f"{per_lookup(used['official'])} vt-py",
            "; ".join(f"{used['ours'] / used[name]:.2f}" for name in ("bare", "floor", "official")))
        ours, official = used["ours"] - used["start"], used["official"] - used["official start"]
        row(f"enricher, {concurrency} at a time, the same without the start of each program", per_lookup(ours),
            f"{per_lookup(official)} vt-py", f"{ours / official:.2f}")


def sent(site, posts):
    """What the publisher sends of a new post, by the post's number: the same fields, so that the site has as much to do."""
    terms = {row["id"]: row for page in (1, 2) for row in
             site.request("GET", f"/wp/v2/posts?per_page={POSTS // 2}&page={page}&_fields=id,tags,categories")}
    return {post.id: {"title": post.title, "content": post.content, "excerpt": post.excerpt, "tags": terms[post.id]["tags"],
                      "categories": terms[post.id]["categories"]} for post in posts}


def bare_posts(site, bodies):
    """As many writes over one kept connection, with nothing around them: (number or None, body) each."""
    address = urllib.parse.urlsplit(site.url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    user = "Basic " + lab.base64.b64encode(":".join(site.users["author"]).encode()).decode()
    began = time.monotonic()
    for number, body in bodies:
        connection.request("POST", f"/index.php?rest_route=/wp/v2/posts{f'/{number}' if number else ''}&_fields=id",
                           json.dumps(body), {"Content-Type": "application/json", "Authorization": user})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"the site: {answer.status} {said[:300]}")
    return time.monotonic() - began


def publisher(place, _rows):
    import virustotal
    with lab.WordPress(place / "site") as site, virustotal.VirusTotal() as vt:
        home = Home(pathlib.Path(tempfile.mkdtemp(dir=place)))
        login, password = site.users["author"]
        home.configure("enricher", url=vt.url, api_key_file=home.secret("key", vt.key), per_minute=6000)
        home.configure("publisher", url=site.url, user=login, password_file=home.secret("password", password))
        home.once_measured("enricher")
        values = [vt_reports.hashes(f"bench {n}")["sha256"] for n in range(POSTS)]
        home.sql("INSERT INTO sample (sha256) VALUES " + ",".join(f"('{value}')" for value in values))
        home.once_measured("enricher")
        ours, used = home.once_measured("publisher")
        posts = [post for post in site.posts() if post.slug.startswith("malware-")]
        bodies = sent(site, posts)
        bare = bare_posts(site, [(None, bodies[post.id] | {"slug": f"bare-{post.slug}", "status": "publish",
                                                           "comment_status": "closed", "ping_status": "closed"})
                                 for post in posts])
        row("publisher, new posts", f"{POSTS / ours:.1f}/s", f"{POSTS / bare:.1f}/s bare POSTs", f"{bare / ours:.2f}")
        row("publisher, processor per post", f"{used / POSTS * 1000:.1f} ms", "", "")

        home.configure("publisher", language="ja")
        home.sql("UPDATE post SET state = 'pending'")
        ours, _used = home.once_measured("publisher")
        # Each content is another one than is there, so that the site has as much to do.
        bare = bare_posts(site, [(post.id, {"title": f"{post.title}.", "excerpt": f"{post.excerpt}.",
                                            "content": post.content.replace("potpress-seal", "potpress-bare")})
                                 for post in site.posts() if post.id in bodies])
        row("publisher, all posts in another language", f"{POSTS / ours:.1f}/s", f"{POSTS / bare:.1f}/s bare POSTs",
            f"{bare / ours:.2f}")


def scroll(front):
    """Everything, as a plain script reads it."""
    while True:
        query = {"size": 1000, "sort": ["_doc"]}
        answer = front_call(front, "/logstash-*/_search?scroll=1m", query)
        while answer["hits"]["hits"]:
            answer = front_call(front, "/_search/scroll", {"scroll": "1m", "scroll_id": answer["_scroll_id"]})
        return


def front_call(front, path, body):
    out = subprocess.run(["curl", "-sS", "--compressed", "--cacert", front.certificate, "-u", ":".join(front.user),
                          "-H", "Content-Type: application/json", "--data-binary", json.dumps(body), front.url + path],
                         check=True, capture_output=True).stdout
    return json.loads(out)


def traffic(front, since):
    """(requests, bytes) by the web server's log from this line on."""
    lines = (front.directory / "access.log").read_text().splitlines()[since:]
    sizes = [int(re.search(r'" \d{3} (\d+) ', line)[1]) for line in lines]
    return len(sizes), sum(sizes), since + len(lines)


def collector(place, _rows):
    with lab.Engine(place / "engine") as engine, lab.Front(place / "front", engine.url) as front:
        now = time.time() - 300
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now))
        day = tpot_day.Day(now, files=0, noise=0)
        for first in range(0, DOCUMENTS, 2000):
            engine.bulk([(tpot_day.index_of(now), None,
                          day._cowrie(now, tpot_day.sha256(f"bench {n}"), "wget") if n % 50 == 0 else
                          {"type": "Cowrie", "eventid": "cowrie.command.input", "input": f"echo {n}", "session": f"{n:x}",
                           "src_ip": "198.51.100.9", "@timestamp": at})
                         for n in range(first, first + 2000)])
        engine.refresh()
        home = Home(pathlib.Path(tempfile.mkdtemp(dir=place)))
        home.configure("collector", url=front.url, user=front.user[0], ca_file=front.certificate,
                       password_file=home.secret("password", front.user[1]), start="365d")
        _wall, used = home.once_measured("collector")
        if home.one("SELECT count(*) FROM sample") != DOCUMENTS // 50:
            raise SystemExit("the collector has not read everything")
        requests, size, line = traffic(front, 0)
        scroll(front)
        their_requests, their_size, _line = traffic(front, line)
        million = 1000000 / DOCUMENTS
        row("collector, bytes per million documents (1 in 50 brings a file)", f"{size * million / 1e6:.0f} MB",
            f"{their_size * million / 1e6:.0f} MB by scroll", f"{size / their_size:.3f}")
        row("collector, requests per million documents", f"{requests * million:.0f}", f"{their_requests * million:.0f} by scroll",
            f"{requests / their_requests:.2f}")
        row("collector, processor per million documents", f"{used * million:.1f} s", "", "")


def rest(place, _rows):
    """Each stage with nothing to do; its service need not be there."""
    import virustotal
    with virustotal.VirusTotal() as vt, lab.Engine(place / "rest-engine") as engine:
        home = Home(pathlib.Path(tempfile.mkdtemp(dir=place)))
        home.configure("collector", url=engine.url)
        home.configure("enricher", url=vt.url, api_key_file=home.secret("key", vt.key))
        home.configure("publisher", url=vt.url, user="x", password_file=home.secret("password", "y"))
        harness.PROGRAMS = BUILD
        programs = [home.start(stage) for stage in ("collector", "enricher", "publisher")]
        time.sleep(3)
        before = [switches(p) for p in programs]
        time.sleep(REST_SECONDS)
        for program, (_rss, count) in zip(programs, before, strict=True):
            rss, now = switches(program)
            row(f"{program.stage} at rest", f"{rss / 1024:.1f} MiB", f"{(now - count) / REST_SECONDS:.1f} wakeups/s", "")
        for program in programs:
            program.stop()


def switches(program):
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return [int(re.search(rf"^{word}:\s+(\d+)", status, re.M)[1]) for word in ("VmRSS", "voluntary_ctxt_switches")]


def gate(_place, _rows):
    out = subprocess.run([BUILD / "bench" / "gate"], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        kind, mean, most = line.split()[:3]
        row(f"gate, 4 KiB of {kind}", f"{float(mean):.1f} ms", f"{float(most):.1f} ms the slowest of 20", "")


PARTS = {"queue": queue, "enricher": enricher, "publisher": publisher, "collector": collector,
         "gate": gate, "rest": rest}


def main():
    if sys.argv[1:2] == ["--vt-py"]:
        url, key, concurrency, *values = sys.argv[2:]
        vt_py(url, key, int(concurrency), values)
        return
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=0, help="a queue of so many rows as well")
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    chosen = options.parse_args()
    print("| what | potpress | against | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="potpress-bench-") as place:
        for name in chosen.parts or PARTS:
            PARTS[name](pathlib.Path(place), chosen.rows)


if __name__ == "__main__":
    main()
