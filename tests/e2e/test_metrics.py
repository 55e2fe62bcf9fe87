"""Numbers for Prometheus: what promtool and node_exporter say of the files, and that counters never fall.

SPDX-License-Identifier: MIT
"""

import json
import re
import socket
import subprocess
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

