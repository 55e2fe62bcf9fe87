"""A flood on the real engine: one session that brings 2,000 files, and one URL with another body each time.

SPDX-License-Identifier: MIT
"""

import re
import time

import driving
import tpot_day

DAY = 86400
SESSION_FILES, URL_FILES, OTHERS = 2000, 200, 5
FLOOD = 50              # the default of [collector] flood


def download(name, at, session, url):
    document = {"type": "Cowrie", "eventid": "cowrie.session.file_download", "shasum": tpot_day.sha256(name),
                "session": session, "url": url, "src_ip": "198.51.100.9", "t-pot_hostname": "sensor-a",
                "geoip": {"country_code2": "NL"},
                "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))}
    return tpot_day.index_of(at), name, document


def documents(begin):
    """All of one minute, the others among those of the session: a flood costs nobody else a place."""
    session = [download(f"session {n}", begin + n % 60, "f100df100df1", f"http://198.51.100.66/{n}") for n in range(SESSION_FILES)]
    url = [download(f"url {n}", begin + n % 60, f"{n:012x}", f"http://innocent.example/x?{n}") for n in range(URL_FILES)]
    others = [download(f"other {n}", begin + 10 * n, f"{n:012d}", f"http://203.0.113.5/{n}") for n in range(OTHERS)]
    return sorted(session + url + others, key=lambda document: document[2]["@timestamp"])


def words_of(post):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<!--.*?-->", "", post.content, flags=re.S)))


def test_a_flood_is_one_matter(publishing, engine, vt, site):
    """All its files are samples and captures, the first of them are looked up, and status, log and digest report it."""
    home = publishing
    driving.speak_to(home, engine, start="7d")
    home.configure("publisher", digest="daily", digest_after="0s", sample_posts="none")
    yesterday = int(home.clock() // DAY * DAY) - DAY
    engine.bulk(documents(yesterday + DAY - 120), refresh=True)
    driving.read_all(home, engine)

    everything = SESSION_FILES + URL_FILES + OTHERS
    assert home.one("SELECT count(*) FROM sample") == home.one("SELECT count(*) FROM sighting") == everything
    states = {row["state"]: row["n"] for row in home.sql("SELECT state, count(*) AS n FROM lookup GROUP BY state")}
    assert states == {"pending": 2 * FLOOD + OTHERS, "skipped": everything - 2 * FLOOD - OTHERS}
    floods = home.sql("SELECT kind, value, files, skipped FROM floods ORDER BY files")
    assert [tuple(row.values()) for row in floods] == [
        ("url", "http://innocent.example/x", URL_FILES, URL_FILES - FLOOD),
        ("session", "f100df100df1", SESSION_FILES, SESSION_FILES - FLOOD)]

    log = home.once("enricher")
    flooded = states["skipped"]
    assert len(vt.lookups()) == 2 * FLOOD + OTHERS, "the first of each, and the others"
    assert {tpot_day.sha256(f"other {n}") for n in range(OTHERS)} <= {r.path.rsplit("/", 1)[1] for r in vt.lookups()}
    assert re.search(rf"event=waiting files=\d+ again=0 shed=0 flooded={flooded} ", log), log[-2000:]
    assert f"{flooded} are part of floods" in home.one("SELECT why FROM status WHERE stage = 'enricher'")

    home.once("publisher")
    (post,) = site.posts(slug=time.strftime("digest-day-%Y-%m-%d", time.gmtime(yesterday)))
    told = words_of(post)
    assert f"{everything:,} new files" in told
    assert "2 URLs or sessions each brought a flood of files" in told
    assert "innocent.example" not in post.content and "198.51.100.66" not in post.content
