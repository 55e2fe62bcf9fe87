"""Numbers for Prometheus: what promtool and node_exporter say of the files, and that counters never fall.

SPDX-License-Identifier: MIT
"""

import http.server
import json
import re
import socket
import subprocess
import threading
import urllib.parse
import urllib.request

import pytest
import vt_reports
from driving import speak_to
from harness import ROOT, wait_until

DEPLOY = ROOT / "deploy" / "metrics"
STAGES = "collector", "enricher", "publisher"


def sample(line):
    """(Name and labels, these in the order of their names; value)."""
    key, _, value = line.rpartition(" ")
    name, _, labels = key.rstrip("}").partition("{")
    return (f"{name}{{{','.join(sorted(labels.split(',')))}}}" if labels else name), float(value)


def samples(text):
    return dict(sample(line) for line in text.splitlines() if line and not line.startswith("#"))


def written(home):
    return {stage: (home.path / "metrics" / f"potpress-{stage}.prom").read_text() for stage in STAGES}


def promtool(*arguments, stdin=None):
    done = subprocess.run(["promtool", *arguments], input=stdin, capture_output=True, text=True, check=False,
                          cwd=DEPLOY)
    assert done.returncode == 0 and not (stdin and done.stdout + done.stderr), done.stdout + done.stderr


@pytest.fixture
def measured(publishing, vt, engine):
    """A file was captured, looked up and published; each program has written its metrics."""
    home = publishing
    speak_to(home, engine)
    (home.path / "metrics").mkdir()
    home.configure("alert ops", type="command", command="/bin/true", disk_free=0)
    home.configure("general", metrics_dir=home.path / "metrics")
    report = vt_reports.report("mirai")
    vt.add(report)
    home.sql("INSERT INTO sample (sha256) VALUES (?)", report["data"]["id"])
    home.sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, event_at, collected_at, "
             "seen_at) SELECT 'key', id, 'main', 'cowrie', 'Cowrie', 'download', ?1, ?1, ?1 FROM sample", home.clock() - 60)
    for stage in ("enricher", "publisher", "collector"):
        home.once(stage)
    return home


def test_what_prometheus_reads(measured):
    """Clean, every metric explained in the same words wherever it stands, and no sample in two files."""
    files = written(measured)
    for text in files.values():
        promtool("check", "metrics", stdin=text)
    every = [key for text in files.values() for key in samples(text)]
    assert len(every) == len(set(every)) > 20
    helps = dict(line.split(" ", 3)[2:] for text in files.values() for line in text.splitlines() if "# HELP" in line)
    for text in files.values():
        assert all(f"# HELP {name} {words}\n" in text or f"# HELP {name} " not in text for name, words in helps.items())
    assert not list((measured.path / "metrics").glob("*.prom.*"))

    found = samples("".join(files.values()))
    assert found["potpress_samples_total"] == 1
    assert found['potpress_captures_total{honeypot="Cowrie"}'] == 1
    assert found['potpress_requests_total{provider="virustotal"}'] == 1
    assert found["potpress_posts_published_total"] == 1
    assert found['potpress_message_rows{state="waiting",target="ops"}'] == 0
    assert found['potpress_alert_target_stopped{target="ops"}'] == 0
    assert found['potpress_database_bytes{file="main"}'] >= 4096


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_node_exporter_reads_them(measured):
    url = f"127.0.0.1:{free_port()}"
    with subprocess.Popen(["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
                           f"--collector.textfile.directory={measured.path / 'metrics'}",
                           f"--web.listen-address={url}"], stderr=subprocess.DEVNULL) as exporter:
        try:
            def scraped():
                try:
                    return urllib.request.urlopen(f"http://{url}/metrics", timeout=5).read().decode()  # noqa: S310
                except OSError:
                    return None
            text = wait_until(scraped, what="the exporter")
        finally:
            exporter.terminate()
    told = samples(text)
    assert told["node_textfile_scrape_error"] == 0
    assert {key for text in written(measured).values() for key in samples(text)} <= set(told)


def test_counters_never_fall(measured):
    """Not after a manual DELETE, and not after retention; words that are not ours are not labels."""
    home = measured
    before = samples("".join(written(home).values()))
    home.sql("DELETE FROM sample")
    home.sql("INSERT INTO total (name, label, n) VALUES ('captures', 'x\"} 1 ' || char(10) || 'host', 5)")
    for stage in STAGES:
        home.once(stage)
    files = written(home)
    for text in files.values():
        promtool("check", "metrics", stdin=text)
    after = samples("".join(files.values()))
    assert all(after[key] >= value for key, value in before.items() if "_total" in key)
    assert after['potpress_captures_total{honeypot="other"}'] == 5


def test_a_directory_that_cannot_be_written(measured):
    """Is said, and stops nothing; what a killed program left is removed."""
    home = measured
    stale = home.path / "metrics" / "potpress-enricher.prom.999999999"
    stale.write_text("cut")
    home.once("enricher")
    assert not stale.exists()
    home.configure("general", metrics_dir=home.path / "nowhere")
    log = home.once("enricher")
    assert log.count("metrics_dir: ") == 1 and "No such file or directory" in log


def test_rules_and_dashboard(tmp_path):
    """The alerts do what their tests say; dashboard and alerts name only metrics that exist."""
    promtool("check", "rules", "potpress-alerts.yml")
    promtool("test", "rules", "potpress-alerts-test.yml")
    board = json.loads((DEPLOY / "potpress-dashboard.json").read_text())
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in panels)
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = "\n".join(f"  - {{record: 'x:{n}', expr: '{text}'}}" for n, text in enumerate(expressions))
    (tmp_path / "expressions.yml").write_text(f"groups:\n- name: x\n  rules:\n{rules}\n")
    promtool("check", "rules", tmp_path / "expressions.yml")
    names = set(re.findall(r'"(potpress_\w+)", "(?:gauge|counter)"', (ROOT / "common/stage/metrics.c").read_text()))
    used = set(re.findall(r"\b(potpress_\w+)", " ".join(expressions) + (DEPLOY / "potpress-alerts.yml").read_text()))
    assert used <= names and names



def test_messages_are_counted(measured):
    """Sent, waiting and held, by target; a target that refuses for good."""
    home = measured
    home.sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES ('elasticsearch', 'main', 'down', "
             "?, ?, 'no route', 'collector')", home.clock() - 7200, home.clock() + 7200)
    home.sql("UPDATE alert_target SET since = 0")
    home.once("publisher")
    home.sql("INSERT INTO message (kind, key, target, at, body, state, settled_at) VALUES ('held', 'k', 'ops', 1, 'x', 'held', 1)")
    home.sql("INSERT INTO message (kind, key, target, at, body, due_at) VALUES ('held', 'l', 'ops', 1, 'x', 1)")
    home.sql("UPDATE alert_target SET stopped_at = 1, sent_at = ?", home.clock())
    home.once("publisher")
    found = samples(written(home)["publisher"])
    assert found['potpress_messages_sent_total{target="ops"}'] == 1
    assert found['potpress_message_rows{state="held",target="ops"}'] == 1
    assert found['potpress_message_rows{state="waiting",target="ops"}'] == 1
    assert found['potpress_alert_target_stopped{target="ops"}'] == 1


class Scraped:
    """A real Prometheus that reads the files every second."""

    def __init__(self, home):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write("".join(written(home).values()).encode())

            def log_message(self, *_args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{free_port()}"
        config = home.path / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: x\n  static_configs:\n"
                          f"  - targets: ['127.0.0.1:{self.server.server_address[1]}']\n")
        self.command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={home.path / 'tsdb'}",
                        f"--web.listen-address={self.address}"]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.process = subprocess.Popen(self.command, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_reason):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()

    def ask(self, expression):
        url = f"http://{self.address}/api/v1/query?query={urllib.parse.quote(expression)}"
        try:
            answer = json.load(urllib.request.urlopen(url, timeout=10))  # noqa: S310
        except OSError:
            return []
        assert answer["status"] == "success", answer
        return answer["data"]["result"]


def test_every_panel_shows_something(measured):
    """Each expression of the dashboard, asked of a real Prometheus that read our files."""
    home = measured
    home.sql("INSERT INTO total (name, label, n) VALUES ('messages', 'ops', 3), ('revised', '', 1)")
    home.once("publisher")
    panels = json.loads((DEPLOY / "potpress-dashboard.json").read_text())["panels"]
    with Scraped(home) as prometheus:
        wait_until(lambda: prometheus.ask("increase(potpress_samples_total[1h])"), 60, "two scrapes")
        empty = [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]
                 if not prometheus.ask(target["expr"])]
    assert not empty
