"""A month of T-Pot documents on the real engine and site: every number of every digest equals a recount.

Three sensors, all of T-Pot's types, late documents, a clock that is a day ahead, an engine that cannot be reached
for a day, a flood, another time zone, and a change of the clocks; the publisher is killed now and then.
"""

import collections
import datetime
import random
import zoneinfo

import pytest
import tpot_week
import vt_reports
from digest_page import DigestPage
from driving import read_all, speak_to
from harness import pass_midnight
from posts import LOOK_UP, later
from recount import Recount

HOUR, DAY = 3600, 24 * 3600
TOKYO, BERLIN = zoneinfo.ZoneInfo("Asia/Tokyo"), zoneinfo.ZoneInfo("Europe/Berlin")
FIRST, LAST = datetime.date(2025, 10, 1), datetime.date(2025, 10, 31)   # the clocks go back on the 26th
ZONE_CHANGE = datetime.date(2025, 10, 9)    # from Tokyo to Berlin; the day had begun, and ends in Tokyo
OUTAGE = datetime.date(2025, 10, 14)
FLOOD, FLOODED, LOOKED_UP = datetime.date(2025, 10, 17), 180, 50
AHEAD = {datetime.date(2025, 10, 6), datetime.date(2025, 10, 21)}
COUNTRIES = {"VN": "Vietnam", "BR": "Brazil", "NL": "Netherlands", "HK": "Hong Kong", "DE": "Germany"}
ADDRESSES_MIN = 5       # from fewer, a user name, password or command is not shown
AFTER = 8               # days until every digest has had its last look
DATES = [FIRST + datetime.timedelta(n) for n in range((LAST - FIRST).days + 1 + AFTER)]


def midnight(date, zone):
    return int(datetime.datetime(date.year, date.month, date.day, tzinfo=zone).timestamp())


def beginning(date):
    """Of the operator's day."""
    return midnight(date, TOKYO if date <= ZONE_CHANGE + datetime.timedelta(1) else BERLIN)


def ending(date):
    return beginning(date + datetime.timedelta(1))


def sha256_of(name):
    return vt_reports.hashes(f"month {name}")["sha256"]


class Month:
    """The documents of a month by the time at which they become visible, and what they contain about files."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.week = tpot_week.Week(self.random)
        self.waiting = []       # (visible at, index, document)
        self.documents = []     # that are visible
        self.captures = []      # (seen at, name of the file)
        self.kinds = {}         # what VirusTotal says of the files, by name

    def capture(self, at, name, visible=None, session=None):
        document = self.week.maker.cowrie(at, sha256_of(name), "wget")
        hostname, outside, inside = self.random.choice(tpot_week.SENSORS)
        document.update({"t-pot_hostname": hostname, "t-pot_ip_ext": outside, "t-pot_ip_int": inside})
        if session:
            document["session"] = session
        self.waiting.append((visible or at, tpot_week.index_of(document), document))
        self.captures.append((int(visible or at), name))

    def write_day(self, date):
        """What happens on a day. A tenth of what brings no file arrives three days late."""
        begins, ends = beginning(date), ending(date)
        self.week.documents = []
        self.week.fill(begins, ends, visits=110)
        for index, _, document in self.week.documents:
            at = datetime.datetime.fromisoformat(document["@timestamp"].replace("Z", "+00:00")).timestamp()
            self.waiting.append((at + (3 * DAY if self.random.random() < 0.1 else 0), index, document))
        for number in range(self.random.randrange(2, 6)):
            name = f"{date} {number}"
            self.kinds[name] = self.random.choice(["mirai", "mirai", "few", "undetected", "unknown"])
            for _ in range(self.random.randrange(1, 4)):
                self.capture(begins + (ends - begins) * self.random.random(), name)
        if date in AHEAD:
            visible = begins + 8 * HOUR
            self.kinds[f"{date} ahead"] = "few"
            self.capture(visible + DAY + HOUR, f"{date} ahead", visible)
        for number in range(FLOODED if date == FLOOD else 0):
            self.kinds[f"flood {number}"] = "few"
            self.capture(begins + 3 * HOUR + number * 10, f"flood {number}", session="f100df100df1")

    def show(self, engine, now):
        """Writes what has become visible until then."""
        ready = [w for w in self.waiting if w[0] <= now]
        self.waiting = [w for w in self.waiting if w[0] > now]
        if ready:
            engine.bulk([(index, None, document) for _, index, document in ready], refresh=True)
        self.documents += [document for _, _, document in ready]


class Period:
    """What the documents of a digest's days add up to."""

    def __init__(self, month, row, own):
        self.days = {date: Recount(month.documents, beginning(date), ending(date), own) for date in DATES
                     if row["from_at"] <= beginning(date) and ending(date) <= row["to_at"]}
        first = {}
        for at, name in sorted(month.captures):
            first.setdefault(name, at)
        inside = [name for at, name in month.captures if row["from_at"] <= at < row["to_at"]]
        self.captures = collections.Counter(inside)
        self.new = {name for name in inside if first[name] >= row["from_at"]}
        self.new_on = collections.Counter(
            next(d for d in DATES if beginning(d) <= first[name] < ending(d)) for name in self.new)

    def events(self, dimension):
        total = collections.Counter()
        for day in self.days.values():
            total.update(day.values(dimension))
        return total

    def addresses(self, dimension):
        """Of one day; of several the average, rounded."""
        total = collections.Counter()
        for day in self.days.values():
            total.update(day.addresses(dimension))
        return {value: (2 * n + len(self.days)) // (2 * len(self.days)) for value, n in total.items()}

    def mean(self, total):
        return (2 * total + len(self.days)) // (2 * len(self.days))


def assert_list(shown, events, name=str, column=0):
    """The rows are right, and no value that is not shown has more."""
    assert shown and events, (shown, events)
    wanted = {name(value): n for value, n in events.items()}
    assert {value: row[column] for value, row in shown.items()} == {value: wanted[value] for value in shown}
    hidden = [n for value, n in wanted.items() if value not in shown]
    assert max(hidden, default=0) <= min(row[column] for row in shown.values())


def assert_guarded_list(shown, period, dimension):
    """The same of what attackers typed: only what came from several addresses on a day."""
    events = period.events(dimension)
    shown = {v.replace("hxxp", "http").replace("[.]", "."): row[0] for v, row in shown.items()}
    assert shown == {v: events[v] for v in shown}
    for value in events:
        often = any(day.addresses(dimension).get(value, 0) >= ADDRESSES_MIN for day in period.days.values())
        assert often or value not in shown, value


def assert_attacks(page, period, is_day):
    assert_list({v: r[:1] for v, r in page.table("Honeypot").items()}, period.events("honeypot"))
    ports = {row.split(" ")[0]: numbers for row, numbers in page.table("Port").items()}
    assert_list(ports, period.events("port"))
    assert_list(page.table("Country"), period.addresses("country"), COUNTRIES.get)
    if is_day:
        day, = period.days.values()
        assert {v: r[1] for v, r in page.table("Honeypot").items()} == {
            v: day.addresses("honeypot").get(v, 0) for v in page.table("Honeypot")}
    else:
        networks = {row.rsplit(" AS", 1)[1]: numbers for row, numbers in page.table("Network").items()}
        assert_list(networks, period.events("asn"))
    for head, dimension in (("User name", "user"), ("Password", "password"), ("Command", "command")):
        assert_guarded_list(page.table(head), period, dimension)
    assert_list(page.table("Vulnerability"), period.events("cve"))
    assert_list(page.table("Suricata signature"), period.events("signature"))


def assert_tiles(page, period, is_day):
    days = period.days.values()
    honeypots = f"events on {len(period.events('honeypot'))} honeypots"
    addresses = "source addresses" if is_day else "source addresses a day"
    captures = sum(period.captures.values())
    assert page.tiles == {honeypots: sum(d.events for d in days), addresses: period.mean(sum(d.sources for d in days)),
                          f"files in {captures} captures": len(period.captures)}


def assert_files(page, month, period):
    rows = page.table("Family or verdict")
    found = collections.Counter(rows and {head.split("malicious")[0]: n for head, (n, _) in rows.items()})
    assert sum(n for n, _ in rows.values()) == len(period.new)
    assert sum(n for _, n in rows.values()) == sum(period.captures[name] for name in period.new)
    if not any(name.startswith("flood") for name in period.new):
        kinds = collections.Counter(month.kinds[name] for name in period.new)
        assert found["mirai"] == kinds["mirai"]
        assert sum(n for head, n in found.items() if head.startswith("unknown to")) == kinds["unknown"]


def date_of(text):
    return datetime.datetime.strptime(text.replace("\xa0", " ") + f" {FIRST.year}", "%a %d %b %Y").date()


def assert_days(page, vt, period):
    """The weekly table: each day's events, new files and requests."""
    asked = collections.Counter(datetime.datetime.fromtimestamp(r.at, datetime.timezone.utc).date() for r in vt.lookups())
    for first, *rows in page.tables:
        if first[0] != "Day":
            continue
        assert len(rows) == 7
        for text, events, new, requests in rows:
            date = date_of(text)
            if date not in period.days:
                continue
            assert int(events.replace(",", "")) == period.days[date].events
            assert int(new) == period.new_on[date]
            assert int(requests.split(" ")[0].replace("–", "0")) == asked[date], date
        return
    raise AssertionError("no table of days")


def assert_weeks(page, period):
    """The monthly table adds up to the month."""
    rows = page.table("Week")
    assert sum(row[0] or 0 for row in rows.values()) == sum(d.events for d in period.days.values())
    assert sum(row[1] for row in rows.values()) == len(period.new)


def assert_page(page, month, vt, row, own):
    period = Period(month, row, own)
    is_day = row["key"].startswith("day")
    assert_tiles(page, period, is_day)
    assert_files(page, month, period)
    assert_attacks(page, period, is_day)
    if row["key"].startswith("week"):
        assert_days(page, vt, period)
    elif not is_day:
        assert_weeks(page, period)


@pytest.fixture
def running(home, vt, engine, site):
    speak_to(home, engine, interval="60s", start="1h", flood=LOOKED_UP)
    login, password = site.users["author"]
    home.configure("general", timezone="Asia/Tokyo")
    home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), concurrency=8, per_minute=1000,
                   unknown_again="30d", known_again="30d")
    home.configure("publisher", url=site.url, user=login, password_file=home.secret("wordpress.password", password),
                   digest="daily, weekly, monthly", sample_posts="none", charts="no", map="no")
    vt.keys[vt.key].per_minute = 1000
    vt.unknown_are_found = False
    return home


def work(home, engine, month, vt, date):
    """The three programs, once each; on the day of the outage the collector reaches nothing."""
    if date != OUTAGE:
        month.show(engine, home.clock())
    for name, kind in month.kinds.items():
        if kind != "unknown":
            vt.files.setdefault(sha256_of(name), vt_reports.report(f"month {name}", kind, analysed=beginning(FIRST)))
    if date == OUTAGE:
        home.configure("collector", url="http://127.0.0.1:1")
        assert home.run("collector", "--once")[0] == 75
        home.configure("collector", url=engine.url)
    else:
        read_all(home, engine)
    home.once("enricher")
    if date.day % 7 == 3 and home.run("publisher", "--once", env={"POTPRESS_CRASH_AT": "after-write"})[0] == -9:
        later(home, LOOK_UP)
    home.once("publisher")


def expected_keys():
    dates = [date for date in DATES if date <= LAST]
    weeks = {"week-{}-W{:02d}".format(*date.isocalendar()[:2]) for date in dates}
    return {f"day-{date}" for date in dates} | weeks | {"month-2025-10"}


@pytest.mark.full
def test_month(running, vt, engine, site):
    home, month = running, Month(41)
    home.set_clock(beginning(FIRST) + 60)
    pass_midnight()
    read_all(home, engine)
    for date in DATES:
        month.write_day(date)
        if date == ZONE_CHANGE:
            home.configure("general", timezone="Europe/Berlin")
        for hour in (18, 31):
            home.set_clock(max(home.clock(), midnight(date, TOKYO if date <= ZONE_CHANGE else BERLIN) + hour * HOUR))
            work(home, engine, month, vt, date)

    own = {r["value"] for r in home.sql("SELECT value FROM sensor_identity WHERE kind = 'address'")}
    rows = {r["key"]: r for r in home.sql("SELECT * FROM post WHERE kind = 'digest'") if r["key"] in expected_keys()}
    slugs = [p.slug for p in site.posts()]
    assert set(rows) == expected_keys() and {r["state"] for r in rows.values()} == {"done"}
    assert all(slugs.count(r["slug"]) == 1 for r in rows.values()) and len(slugs) == len(set(slugs))
    pages = {p.slug: DigestPage(p.content) for p in site.posts()}
    for row in rows.values():
        assert_page(pages[row["slug"]], month, vt, row, own)
    assert "(180 of the new ones)" in pages[rows[f"day-{FLOOD}"]["slug"]].text

    home.configure("publisher", language="ja")
    home.sql("UPDATE post SET state = 'pending' WHERE kind = 'digest'")
    asked = len(vt.lookups())
    home.once("publisher")
    assert len(vt.lookups()) == asked
    for post in site.posts():
        assert DigestPage(post.content).numbers() == pages[post.slug].numbers(), post.slug
