"""Documents on their way through all three programs, and what must be true when they have arrived.

SPDX-License-Identifier: MIT
"""

import tpot_day
from harness import abandoned, wait_until
from virustotal import Key


def configure(home, front, site, vt):
    home.configure("collector", url=front.url, user=front.user[0], ca_file=front.certificate, interval="1s",
                   password_file=home.secret("elastic.password", front.user[1]))
    home.configure("enricher", url=vt.url, api_key_file=home.secret("virustotal.key", vt.key), concurrency=8,
                   per_minute=6000, per_day=500000, per_month=5000000)
    login, password = site.users["author"]
    home.configure("publisher", url=site.url, user=login,
                   password_file=home.secret("wordpress.password", password))
    vt.keys[vt.key] = Key(6000, 500000, 5000000)


def sha256_of(vt, value):
    return vt.report(value)["data"]["attributes"]["sha256"]


def published(site):
    return sorted(p.slug for p in site.posts(status="publish"))


def all_is_done(home):
    """No row of either queue is owed anything."""
    return home.one("SELECT count(*) FROM cursor WHERE shard >= 0 AND position < checkpoint") == 0 and home.one(
        "SELECT (SELECT count(*) FROM lookup WHERE state <> 'done') + (SELECT count(*) FROM post WHERE state <> 'done')"
    ) == 0


def first_look(home):
    """Waits for it: what is written later is taken whatever its date."""
    wait_until(lambda: home.has_tables() and home.one(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'cursor'"), what="a database")
    wait_until(lambda: home.one("SELECT count(*) FROM cursor"), what="the first look at the engine")


class Flow:
    """Documents of a day on their way through the line, a slice at a time."""

    def __init__(self, parts, home, vt, clock, files, seed):
        configure(home, parts.front, parts.site, vt)
        self.parts, self.home, self.vt, self.clock = parts, home, vt, clock
        self.day = tpot_day.Day(home.clock(), files=files, noise=files // 2, seed=seed)

    def write(self, documents):
        """Visible before the programs' clock goes on: a checkpoint settles in half a second of ours."""
        with self.clock.held():
            self.parts.engine.bulk(documents, refresh=True)

    def begin(self, running):
        """Until the first look, which takes only what is not older than `start`."""
        self.write(self.day.documents[:1])
        wait_until(running, what="the programs")
        first_look(self.home)

    def slices(self, count):
        """The rest of the day in so many pieces, the late documents among them."""
        rest = self.day.documents[1:] + self.day.late
        return [rest[n::count] for n in range(count)]

    def let_site_finish(self):
        """WordPress ends what a killed publisher began before the clock goes on: a minute of it is 3 s of ours."""
        with self.clock.held():
            wait_until(lambda: not abandoned(self.parts.site.url), what="the site to be done with the dead")

    def is_done(self):
        return self.home.one("SELECT count(*) FROM lookup") == len(self.day.lookups) and all_is_done(self.home)

    def check_rows(self):
        """Every sample one lookup, every answer one post, one post each on the site."""
        home, day, vt = self.home, self.day, self.vt
        assert {r["value"] for r in home.sql("SELECT coalesce(sha256, md5) AS value FROM sample")} == {
            sha256_of(vt, value) if value in day.lookups else value for value in day.hashes}
        assert home.one("SELECT count(*) FROM sample") - len(tpot_day.NOISE) == home.one(
            "SELECT count(*) FROM lookup WHERE state = 'done' AND outcome = 'found'") == home.one(
            "SELECT count(DISTINCT lookup_id) FROM analysis") == home.one("SELECT count(*) FROM post")
        want = sorted(f"malware-{sha256_of(vt, value)}" for value in day.lookups)
        assert published(self.parts.site) == want == sorted(p.slug for p in self.parts.site.posts())
        assert {r.path.rsplit("/", 1)[1] for r in vt.lookups()} == day.lookups
        assert home.integrity() == "ok"

    def check(self):
        """The same once all is done; nothing was charged, quota kept."""
        home, vt = self.home, self.vt
        wait_until(self.is_done, 120, "everything to be done")
        self.check_rows()
        assert home.one("SELECT sum(used) FROM quota WHERE length(period) = 10") >= len(vt.lookups())
        assert home.one("SELECT max(attempts) FROM (SELECT attempts FROM lookup UNION ALL SELECT attempts FROM post)") == 0
