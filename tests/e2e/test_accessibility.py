"""Posts as somebody with a screen reader, a keyboard or weak eyes meets them: axe-core in a real browser."""

import html
import json
import re
import time

import browser
import lab
import pytest
import tpot_day
import vt_reports
from posts import capture, plugin, published, row, states
from test_publisher_late import as_the_editor_writes

KINDS = ("mirai", "few", "undetected", "inconclusive", "not_analysed", "pua", "dropper")
VALUES = {"honeypot": ("Cowrie", "Honeytrap", "Redishoneypot"), "port": ("22", "445", "27017"), "asn": ("4134", "45090"),
          "country": ("US", "CN", "BR"), "hour": ("00", "00 Cowrie", "12", "12 Honeytrap"), "user": ("root", "x" * 120),
          "password": ("123456",), "command": ("uname -a",), "cve": ("CVE-2021-44228",), "signature": ("ET SCAN " * 9,)}
WIDTHS = (1200, 360)
DAY = 86400


def wrong_with(site, ids):
    """{(post, width): [(rule, element, why)]} of each post in a wide and a narrow window, folds open."""
    code = (lab.HERE / "wordpress-axe.php").read_text().removeprefix("<?php")
    with plugin(site, f"const LAB_AXE = {json.dumps(str(lab.axe()))};\n{code}"):
        page = browser.document(f"{site.url}/?lab-axe={','.join(map(str, ids))}")
    lines = html.unescape(re.search(r'<pre id="axe">(.*?)</pre>', page, re.S)[1]).splitlines()
    said = {(int(post), int(width)): json.loads(wrong) for post, width, wrong in (line.split(" ", 2) for line in lines)}
    assert set(said) == {(post, width) for post in ids for width in WIDTHS}
    return {where: wrong for where, wrong in said.items() if wrong}


def every_kind(home, vt):
    """A post of each kind: captured, answered and published."""
    for kind in KINDS:
        known = vt_reports.hashes(f"axe {kind}")
        vt.files[known["sha256"]] = vt_reports.report(f"axe {kind}", kind)
        capture(home, known["sha256"], src_ip="2001:db8:9::1", file_name=f"{kind}.sh")
    vt.unknown_are_found = False
    capture(home, tpot_day.sha256("nobody knows it"))
    home.once("enricher")
    home.once("publisher")
    assert states(home) == {"done"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_of_post(publishing, vt, site, language):
    publishing.configure("publisher", language=language)
    every_kind(publishing, vt)
    assert not wrong_with(site, [post.id for post in site.posts()])


UNBROKEN = "W" * 70  # more than a phone has room for in any font


def long_words(vt, shasum, kind):
    """A report in which whatever a page may show is one long word."""
    word, small = UNBROKEN, UNBROKEN.lower()
    report = vt_reports.report(
        f"long {kind}", kind, meaningful_name=f"{word}.arm7", names=[f"{word}.arm7", f"{word}.sh"], tags=[small],
        type_description=word, magic=word, known_distributors={"distributors": [word]},
        popular_threat_classification={
            "suggested_threat_label": f"{small}.{small}", "popular_threat_category": [{"value": small, "count": 12}],
            "popular_threat_name": [{"value": small, "count": 20}]},
        sandbox_verdicts={word: {"category": "malicious", "sandbox_name": word, "malware_classification": ["MALWARE"],
                                 "malware_names": [word]}},
        crowdsourced_yara_results=[{"rule_name": word, "ruleset_name": word, "author": word,
                                    "source": f"https://example.org/{word}"}],
        crowdsourced_ids_results=[{"alert_severity": "high", "rule_msg": word, "rule_category": word,
                                   "rule_source": word}],
        sigma_analysis_results=[{"rule_level": "high", "rule_title": word, "rule_author": word, "rule_source": word}])
    for result in report["data"]["attributes"]["last_analysis_results"].values():
        if result["result"] is not None:
            result["result"] = UNBROKEN
            result["engine_name"] = (result["engine_name"] + UNBROKEN)[:70]
    vt.files[shasum] = report


def test_unbroken_words(publishing, vt, site):
    """No word of a stranger's is wider than a phone, wherever it stands."""
    home = publishing
    kinds = ("mirai", "few", "undetected", "pua")
    for kind in kinds:
        key = vt_reports.hashes(f"long {kind}")["sha256"]
        long_words(vt, key, kind)
        for number in range(2):
            capture(home, key, session=f"{kind} {number}", src_ip=f"2001:db8:1111:2222:3333:4444:5555:{number + 1}",
                    src_as_org=UNBROKEN, src_asn=4294967295, protocol=UNBROKEN, file_name=f"{UNBROKEN}.arm7",
                    url=f"http://{UNBROKEN[:60].lower()}.{UNBROKEN[:60].lower()}.example/{UNBROKEN}?{UNBROKEN}")
        home.sql("INSERT INTO session (source, honeypot, session, index_name, look_at, told_at, closed, login, user_name, "
                 "tries, client, hassh, commands, typed) VALUES ('main', 'Cowrie', ?, 'i', 0, 1, 1, 'password', ?, 3, ?, ?, ?, 2)",
                 f"{kind} 0", UNBROKEN, f"SSH-2.0-{UNBROKEN}", "ab" * 16,
                 json.dumps([f"{UNBROKEN} {UNBROKEN}", UNBROKEN * 5]))
    vt.unknown_are_found = False
    capture(home, tpot_day.sha256("long and unknown"), file_name=f"{UNBROKEN}.arm7", url=f"http://198.51.100.7/{UNBROKEN}")
    home.once("enricher")
    home.once("publisher")
    assert states(home) == {"done"}
    assert not wrong_with(site, [post.id for post in site.posts()])
    for post in site.posts():
        divided = [text.count('<span class="wp-block-column">') for text in (post.content, as_the_editor_writes(site, post))]
        assert divided[0] == divided[1], "what divides them survives a save in the site's editor"


def count_long_words(home, start):
    """A counted day whose rankings hold one long word each."""
    home.sql("INSERT INTO day (source, date, zone, from_at, to_at, look_at, counted_at, complete, events, sources) "
             "VALUES ('main', ?, 'UTC', ?, ?, 0, ?, 1, 24000, 900)",
             time.strftime("%Y-%m-%d", time.gmtime(start)), start, start + DAY, start + DAY)
    for dimension in ("honeypot", "country", "asn", "city", "port", "rep", "user", "password", "command", "path", "method",
                      "signature", "cve", "client"):
        for number in range(3):
            home.sql("INSERT INTO day_count (day_id, dimension, value, label, events, sources) "
                     "SELECT max(id), ?, ?, ?, 3000, 300 FROM day", dimension, f"{UNBROKEN}{number}", f"{UNBROKEN}{number}")
    home.sql("INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, checkpoint_at, start_at, "
             "start_until) VALUES ('main', '', -1, '', -1, -1, ?, ?, -1)", start - DAY, start - DAY)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_unbroken_words_of_a_digest(publishing, vt, site, language):
    home = publishing
    home.configure("publisher", digest="daily", digest_after="0s", sample_posts="none", language=language)
    start = int(home.clock() // DAY * DAY) - DAY
    count_long_words(home, start)
    for number, kind in enumerate(("mirai", "few", "undetected", "pua")):
        key = vt_reports.hashes(f"long {kind}")["sha256"]
        long_words(vt, key, kind)
        capture(home, key, start + 3600 * number, session=str(number), file_name=f"{UNBROKEN}.arm7",
                url=f"http://{UNBROKEN[:60].lower()}.{UNBROKEN[:60].lower()}.example/{UNBROKEN}?{UNBROKEN}")
    home.once("enricher")
    home.once("publisher")
    posts = site.posts()
    assert any(UNBROKEN in post.content for post in posts)
    assert not wrong_with(site, [post.id for post in posts])


def count_days(home, first, days):
    """Busy days of a T-Pot, six digits in a week and seven in a month; one a week could not be counted."""
    home.sql("WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ?)"
             " INSERT INTO day (source, date, zone, from_at, to_at, look_at, counted_at, complete, events, sources)"
             " SELECT 'main', date(at, 'unixepoch'), 'UTC', at, at + 86400, 0, iif(n % 7 = 2, NULL, at + 86400), n % 7 <> 2,"
             " iif(n % 7 = 2, NULL, 74500), 4900 FROM (SELECT n, ? + n * 86400 AS at FROM n)", days - 1, first)
    home.sql("INSERT INTO quota (provider, account, period, used, allowed) SELECT 'virustotal', 'main', date, 450, 500 FROM day"
             " WHERE true ON CONFLICT DO NOTHING")
    for dimension, values in VALUES.items():
        home.sql("INSERT INTO day_count (day_id, dimension, value, label, events, sources)"
                 " SELECT d.id, ?, v.value, 'Shenzhen Tencent Computer Systems Company Limited',"
                 " 40000 / (v.key + 1) + v.key * d.id * d.id * 4, 2000 / (v.key + 1) FROM day d, json_each(?) v"
                 " WHERE d.complete = 1", dimension, json.dumps(values))


def every_digest(home):
    """The digests of the last day, week and month that are over."""
    today = int(home.clock()) // DAY * DAY
    home.sql("INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, checkpoint_at, start_at,"
             " start_until) VALUES ('main', '', -1, '', -1, -1, ?, ?, -1)", today - 200 * DAY, today - 200 * DAY)
    count_days(home, today - 95 * DAY, 95)
    home.configure("publisher", digest="daily", digest_after="0s", digest_catch_up=1)
    home.once("publisher")
    home.configure("publisher", digest="weekly, monthly", digest_catch_up=32)
    home.once("publisher")
    keys = [home.one("SELECT max(key) FROM post WHERE kind = 'digest' AND key LIKE ?", f"{span}-%")
            for span in ("day", "week", "month")]
    assert None not in keys
    return [row(home, key)["wp_id"] for key in keys]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_of_digest(publishing, vt, site, language):
    publishing.configure("publisher", language=language)
    every_kind(publishing, vt)
    assert not wrong_with(site, every_digest(publishing))


def test_it_is_noticed(publishing, vt, site):
    """A picture without a text, pale words, a wide table and a torn number are found, so that silence means something."""
    published(publishing, vt)
    post, = site.posts()
    site.edit_post(post.id, content=post.content + '<!-- wp:html --><p style="color:#cccccc;background-color:#ffffff">'
                   'pale</p><img src="/nothing.png"><div style="width:100px"><table><tr><td>DDDDDDDDDDDDDDDDDDDDD</td></tr>'
                   '</table></div><div class="wp-block-column" style="width:20px"><strong>1,234,567</strong></div>'
                   '<!-- /wp:html -->')
    rules = {rule for wrong in wrong_with(site, [post.id]).values() for rule, _element, _why in wrong}
    assert {"color-contrast", "image-alt", "wider than its box", "reaches into the margin", "broken in two"} <= rules
