"""Months of the test clock with retention on: old captures go, and every number that was told stays.

SPDX-License-Identifier: MIT
"""

import pathlib
import random
import re
import shutil
import subprocess
import time

import pytest
from driving import speak_to
from harness import ROOT, wait_until
from posts import answered

DAY = 86400
A_DAY = 240          # captures
ADDRESSES = 300      # they come from
KEEP_SIGHTINGS = 10  # days
KEEP_ADDRESSES = 4
PAUSE = 2            # seconds of the clock between batches
SCANNED = 9000       # rows of a file that a post certainly looks at
PER_CAPTURE = 1500   # bytes of the file, with its indices


def write_day(home, samples, dice, start):
    """The captures of a day; their number by file."""
    rows = []
    for number in range(A_DAY):
        sample = samples[min(dice.randrange(len(samples)), dice.randrange(len(samples)))]
        address = dice.randrange(ADDRESSES)
        at = start + number * (DAY // A_DAY)
        rows.append(f"('{start}-{number}', {sample}, 'main', 'cowrie', 'Cowrie', "
                    f"'{'upload' if number % 3 else 'download'}', '198.51.{address // 250}.{address % 250 + 1}', "
                    f"'{('DE', 'JP', 'BR', 'NL')[address % 4]}', 'http://192.0.2.1/{address % 7}', {at}, {at}, {at})")
    home.sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, src_ip, src_country, url, "
             f"event_at, collected_at, seen_at) VALUES {', '.join(rows)}")


def numbers(home):
    """What posts and digests say about each file and day, except the addresses."""
    return (home.sql("SELECT id, captures, first_seen, last_seen FROM sample ORDER BY id"),
            home.sql("SELECT sample_id, sum(captures), count(DISTINCT url), count(DISTINCT src_country) FROM capture "
                     "GROUP BY 1 ORDER BY 1"),
            home.sql(f"SELECT seen_at / {DAY}, sample_id, sum(captures) FROM capture GROUP BY 1, 2 ORDER BY 1, 2"))


def settle(home, now):
    """The collector at work, until nothing that should be gone is left."""
    def done():
        home.set_clock(home.clock() + PAUSE)
        return not home.one("SELECT count(*) FROM sighting WHERE seen_at < ? OR (seen_at < ? AND src_cut IS NULL)",
                            now - KEEP_SIGHTINGS * DAY, now - KEEP_ADDRESSES * DAY)
    wait_until(done, 60, "old captures to become numbers", every=0.02)


def cards(site):
    """The big numbers at the head of each post, and the lines below."""
    return {post.slug: re.findall(r"<strong[^>]*>([\d,]+)</strong>", post.content) for post in site.posts()}


@pytest.mark.parametrize("days", [30, pytest.param(365, marks=pytest.mark.full)])
def test_months(publishing, vt, engine, site, days):
    """Sightings are bounded, the file too; counts of files and days stay, and posts say the same as before."""
    home = publishing
    began = int(time.time()) // DAY * DAY - (days + 40) * DAY
    home.configure("general", keep_sightings=KEEP_SIGHTINGS, keep_addresses=KEEP_ADDRESSES)
    speak_to(home, engine, interval="1d")
    answered(home, vt, count=5)
    home.sql("DELETE FROM sighting")
    samples = [row["id"] for row in home.sql("SELECT id FROM sample")]
    dice = random.Random(7)
    home.set_clock(began)
    collector = home.start("collector")
    sizes = []
    for day in range(days):
        now = began + (day + 1) * DAY
        write_day(home, samples, dice, now - DAY)
        before = numbers(home)
        home.set_clock(now)
        settle(home, now)
        assert numbers(home) == before
        sizes.append(home.database_path.stat().st_size)
    assert home.one("SELECT count(*) FROM sighting") <= (KEEP_SIGHTINGS + 1) * A_DAY
    assert home.one("SELECT count(*) FROM sighting WHERE src_ip LIKE '%/24'") > 0
    assert home.one("SELECT n FROM total WHERE name = 'captures'") >= days * A_DAY
    # Twice the time does not make twice the file.
    assert sizes[-1] - sizes[days // 2] < (days - days // 2) * A_DAY * PER_CAPTURE / 3

    home.once("publisher")
    told = cards(site)
    assert sum(len(found) for found in told.values()) >= 2 * len(told) == 2 * len(samples)
    home.set_clock(home.clock() + 20 * DAY)
    latest = home.one("SELECT max(seen_at) FROM sighting")
    settle(home, min(home.clock(), latest + 7 * DAY))
    home.sql("UPDATE post SET state = 'pending'")
    home.once("publisher")
    again = cards(site)
    assert {slug: (found[1], found[3]) for slug, found in again.items()} == {
        slug: (found[1], found[3]) for slug, found in told.items()}
    # Of a file captured very often, a post counts the addresses of the newest rows alone, and says so.
    if home.one("SELECT max(n) FROM (SELECT count(*) AS n FROM kept GROUP BY sample_id)") < SCANNED:
        assert again == told
    assert collector.running() and home.integrity() == "ok"


def test_a_copy_put_back_in_the_middle(publishing, vt, engine, site):
    """With retention on: the days since the copy count once, no post is doubled, none is taken for edited by hand."""
    home = publishing
    began = int(time.time()) // DAY * DAY - 60 * DAY
    home.configure("general", keep_sightings=KEEP_SIGHTINGS, keep_addresses=KEEP_ADDRESSES)
    speak_to(home, engine, interval="1d")
    answered(home, vt, count=3)
    home.sql("DELETE FROM sighting")
    samples = [row["id"] for row in home.sql("SELECT id FROM sample")]

    def live(first, last):
        collector = home.start("collector")
        for day in range(first, last):
            write_day(home, samples, random.Random(day), began + day * DAY)
            home.set_clock(began + (day + 1) * DAY)
            settle(home, home.clock())
        assert collector.stop() == 0
        home.sql("UPDATE post SET state = 'pending', token = token + 1, due_at = 0")
        home.once("publisher")

    home.set_clock(began)
    live(0, KEEP_SIGHTINGS + 2)
    copies = home.path / "copies"
    copy = subprocess.run([ROOT / "deploy" / "potpress-backup", home.database_path, copies], capture_output=True,
                          text=True, check=True).stdout.strip()
    live(KEEP_SIGHTINGS + 2, KEEP_SIGHTINGS + 5)
    want, told = numbers(home), cards(site)

    for suffix in ("-wal", "-shm"):
        pathlib.Path(f"{home.database_path}{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, home.database_path)
    live(KEEP_SIGHTINGS + 2, KEEP_SIGHTINGS + 5)
    assert numbers(home) == want
    assert cards(site) == told
    assert len(site.posts()) == len(samples)
    assert home.one("SELECT count(*) FROM post WHERE state <> 'done'") == 0, home.sql("SELECT * FROM held")
    assert home.integrity() == "ok"
