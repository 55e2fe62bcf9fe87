"""`make demo`, away from a terminal: a small day becomes posts, what it prints works, and nothing is left of it.

SPDX-License-Identifier: MIT
"""

import os
import pathlib
import re
import subprocess

import lab
import pytest
from harness import ROOT, wait_until

DOCUMENTS = 60
SECONDS = 240


@pytest.fixture
def env(tmp_path):
    return {**os.environ, "POTPRESS_DEMO": str(tmp_path / "demo"), "POTPRESS_DEMO_DOCUMENTS": str(DOCUMENTS)}


def make(target, env):
    return subprocess.run(["make", "-C", ROOT, target], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS, check=False, env=env)


def processes_of(directory):
    """Command lines that name the directory."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(directory) in words:
            found.append(words)
    return found


def test_demo(env, tmp_path):
    directory = tmp_path / "demo"
    output = tmp_path / "output"
    with output.open("wb") as out:
        demo = subprocess.Popen(["make", "-C", ROOT, "demo"], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env)
    try:
        wait_until(lambda: "Everything runs until" in output.read_text() or demo.poll() is not None, SECONDS, "the day to arrive")
        said = output.read_text()
        assert demo.poll() is None, said
        files, posts, digests = map(int, re.search(r"(\d+) files, (\d+) posts, of which (\d+) is its digest", said).groups())
        assert files > posts > 1 and posts <= 6 and digests == 1
        site = re.search(r"The front page, as a reader sees it +(http://\S+)/\n", said)[1]
        assert lab.http("GET", f"{site}/wp-json/wp/v2/posts?per_page=1").headers["X-WP-Total"] == str(posts)
        for link in re.findall(rf"{site}/malware-\S+", said):
            assert lab.http("GET", link).status == 200
        check_digest(said, site, files)
        assert f"{DOCUMENTS} of {DOCUMENTS} documents written" in said
        check_turned(said)
        check_commands(said)

        second = make("demo", env)
        assert second.returncode != 0 and "already running" in second.stderr
        honeypot = (directory / "lab" / "cowrie" / "place").resolve()
    finally:
        stopped = make("demo-stop", env)
    assert stopped.returncode == 0, stopped.stderr
    assert demo.wait(SECONDS) == 0, output.read_text()
    assert not directory.exists() and not honeypot.exists()
    assert processes_of(directory) == [] == processes_of(honeypot)
    with pytest.raises(OSError):
        lab.http("GET", site)


def check_digest(said, site, files):
    """The day's digest is first on the front page; its files, the honeypot's among them, and its events are counted."""
    link = re.search(r"The digest of the day +(\S+)", said)[1]
    front = lab.http("GET", f"{site}/").body.decode()
    assert front.index(link) < min(front.index(other) for other in re.findall(rf"{site}/malware-[^/\s]+/", said))
    page = lab.http("GET", link).body.decode()
    told = int(re.search(r">(\d+)</strong><br>files in", page)[1])
    assert 0 < told <= files and ">events on " in page
    assert int(re.search(r"(\d+) of the files were left at the real honeypot", said)[1]) > 2
    assert "closed early, in this demo alone" in said


def check_turned(said):
    """One file becomes malicious while somebody looks, and its post is edited."""
    sentence = re.search(r"One file was unknown to VirusTotal at (\S+); looked up again at (\S+), it was malicious: \d+ of \d+\n"
                         r"engines detect it, and its post says so: (http\S+)", said[said.index("The day has been read"):])
    assert sentence and sentence[1] != sentence[2], said
    assert "potpress-malicious" in lab.http("GET", sentence[3]).body.decode()


def check_commands(said):
    """The printed commands, as if pasted into a shell."""
    alias = re.search(r"^  alias pp=.*$", said, re.M)[0]
    commands = re.findall(r"^  (pp .*)$", said, re.M)
    assert len(commands) == 8
    done = subprocess.run(["bash"], input="\n".join(["set -e", "shopt -s expand_aliases", alias, *commands]) + "\n",
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^enricher +0 +0 +\d+", done.stdout, re.M), "the status view"
    assert "http://" in done.stdout, "links in the view of recent answers"


def test_words_when_it_cannot_start(env, tmp_path):
    """A port that is taken, a number that is none, no network, nothing to stop: a sentence each, nothing left."""
    with lab.socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy = make("demo", {**env, "POTPRESS_DEMO_PORT": port})
    assert busy.returncode != 0 and f"port {port} is taken" in busy.stderr, busy.stderr
    assert not (tmp_path / "demo").exists() and processes_of(tmp_path) == []
    wrong = make("demo", {**env, "POTPRESS_DEMO_DOCUMENTS": "many"})
    assert wrong.returncode != 0 and "POTPRESS_DEMO_DOCUMENTS must be a number" in wrong.stderr
    alone = make("demo", {**env, "POTPRESS_CACHE": str(tmp_path / "cache"), "PIP_INDEX_URL": "http://127.0.0.1:1/"})
    assert alone.returncode != 0 and "could not install" in alone.stderr and "is the network there?" in alone.stderr
    nothing = make("demo-stop", env)
    assert nothing.returncode == 0 and "no demo is running" in nothing.stdout
