"""The enricher against the VirusTotal look-alike, with the test clock: quota, faults, identity, restarts."""

import calendar
import hashlib
import re
import time

import pytest
from virustotal import Fault, Key
import vt_reports

from harness import wait_until

BOOKED_SECONDS = 5  # so long after its booking a request is sent, at the latest
NOON = calendar.timegm((2025, 11, 29, 12, 0, 0))


def utc(moment, form):
    return time.strftime(form, time.gmtime(moment))


def hash_of(n):
    return hashlib.sha256(b"potpress test %d" % n).hexdigest()


@pytest.fixture
def ready(configured):
    """A configured installation whose database exists, at noon."""
    configured.set_clock(NOON)
    configured.once("enricher")
    return configured


def add_samples(home, count, first=0):
    home.shell("BEGIN;" + "".join(
        f"INSERT INTO sample(sha256) VALUES('{hash_of(n)}');" for n in range(first, first + count)) + "COMMIT;")


def most_in(times, seconds):
    """The most requests in any window of so many seconds."""
    most, start = 0, 0
    for end, moment in enumerate(times):
        while moment - times[start] >= seconds:
            start += 1
        most = max(most, end - start + 1)
    return most


def most_per(times, form):
    counts = {}
    for moment in times:
        period = utc(moment, form)
        counts[period] = counts.get(period, 0) + 1
    return counts


def answered(home):
    return home.one("SELECT count(*) FROM lookup WHERE state='done' AND outcome IS NOT NULL")


class Clock:
    """Moves the clock as fast as the programs let it: on to the next thing that is due."""

    def __init__(self, home, vt):
        self.home, self.vt = home, vt

    def run(self, until, done, step=5, pause=0.03, at_each=None):
        while self.home.clock() < until and not done():
            time.sleep(pause)
            now = self.home.clock()
            self.home.set_clock(now + step)
            if at_each:
                at_each(now)


@pytest.mark.full
def test_quota_over_two_months(ready, vt):
    """1,200 samples at 4 a minute, 500 a day and 1,000 a month, over four days of two months, with restarts."""
    home = ready
    home.configure("enricher", per_minute=4, per_day=500, per_month=1000, known_again="never")
    vt.keys[vt.key] = Key(4, 500, 1000)
    add_samples(home, 1200)
    program = [home.start("enricher")]
    restarts = [0]

    def jump(now):
        waiting = [line for line in program[0].log.splitlines() if "quota is spent" in line]
        if waiting and home.one("SELECT count(*) FROM lookup WHERE state='leased'") == 0:
            until = calendar.timegm(time.strptime(waiting[-1].split("until=")[1][:20], "%Y-%m-%dT%H:%M:%SZ"))
            if until > now + 120:
                program[0].kill() if restarts[0] % 2 else program[0].stop()
                restarts[0] += 1
                home.set_clock(until - 60)
                program[0] = home.start("enricher")

    Clock(home, vt).run(NOON + 5 * 86400, lambda: answered(home) == 1200, step=20, at_each=jump)
    program[0].stop()
    times = [r.at for r in vt.lookups()]
    assert all(r.status == 200 for r in vt.lookups()), "the look-alike itself never had to refuse"
    assert most_in(times, 60) <= 4
    days = most_per(times, "%Y-%m-%d")
    months = most_per(times, "%Y-%m")
    assert max(days.values()) <= 500
    assert max(months.values()) <= 1000
    assert answered(home) == 1200
    assert restarts[0] >= 2
    # All that was allowed was used: the first two days' limits, and the month's.
    assert days["2025-11-29"] >= 495 and days["2025-11-30"] >= 495
    assert months["2025-11"] >= 990
    assert home.one("SELECT max(attempts) FROM lookup") == 0
    assert home.integrity() == "ok"


def test_two_enrichers_share_the_quota(ready, vt):
    home = ready
    home.configure("enricher", per_minute=4, per_day=40, per_month=1000)
    vt.keys[vt.key] = Key(4, 40, 1000)
    add_samples(home, 60)
    both = [home.start("enricher"), home.start("enricher")]
    Clock(home, vt).run(NOON + 86000 - 12 * 3600, lambda: answered(home) >= 40, step=10)
    for program in both:
        program.stop()
    times = [r.at for r in vt.lookups()]
    assert all(r.status == 200 for r in vt.lookups())
    assert most_in(times, 60) <= 4
    assert len(times) == 40
    assert len({r.path for r in vt.lookups()}) == 40


@pytest.mark.parametrize("limits, once_limit, answers", [
    ({"per_minute": 2, "per_day": 5}, "1d", {5}),             # the day's quota ends it
    ({"per_minute": 2, "per_day": 500}, "1d", {8}),           # nothing is due any more
    ({"per_minute": 1, "per_day": 500}, "150s", {1, 2, 3}),   # its own limit of time ends it
])
def test_once_waits_for_the_minute_and_ends(ready, vt, limits, once_limit, answers):
    home = ready
    home.configure("enricher", once_limit=once_limit, **limits)
    add_samples(home, 8)
    program = home.start("enricher", "--once")
    Clock(home, vt).run(NOON + 3600, lambda: not program.running(), step=1, pause=0.02)
    assert program.process.wait(10) == 0, program.log
    assert answered(home) in answers
    assert most_in([r.at for r in vt.lookups()], 60) <= limits["per_minute"]


def test_once_ends_by_its_limit_while_no_slot_is_free(ready, vt):
    home = ready
    home.configure("enricher", once_limit="5s", per_minute=1, per_day=500)
    add_samples(home, 3)
    program = home.start("enricher", "--once")
    Clock(home, vt).run(NOON + 30, lambda: not program.running(), step=1, pause=0.05)
    assert program.process.wait(10) == 0, program.log
    assert answered(home) == 1


def test_a_step_of_the_clock_frees_no_slot(ready, vt):
    """The wall clock steps two minutes ahead while the steady one stands still."""
    home = ready
    home.configure("enricher", per_minute=4, per_day=500)
    add_samples(home, 12)
    home.set_clock(NOON, steady=1000)
    program = home.start("enricher")
    wait_until(lambda: answered(home) == 4, what="four answers")
    home.set_clock(NOON + 120, steady=1002)
    time.sleep(1)
    assert len(vt.lookups()) == 4
    home.set_clock(NOON + 180, steady=1062)
    wait_until(lambda: answered(home) == 8, what="four more")
    program.stop()
    assert len(vt.lookups()) == 8


@pytest.fixture
def told_the_time(ready, monkeypatch):
    """The same, whose programs believe that the Date of answers is of their time."""
    monkeypatch.setenv("POTPRESS_CLOCK_SHARED", "yes")
    return ready


class TrueTime:
    """VirusTotal's clock, which is right whatever ours says; `agree` when ours is right again."""

    def __init__(self, vt):
        self.vt = vt

    def set(self, moment):
        self.vt.now = lambda: moment

    def agree(self):
        del self.vt.now


@pytest.mark.parametrize("wrong", [-30 * 86400, -7200, 400 * 86400])
@pytest.mark.parametrize("restarted", [True, False])
def test_a_wrong_clock_breaks_no_day(told_the_time, vt, wrong, restarted):
    """A machine without a battery starts in the past, or ahead, and is set right later: the day stays the day."""
    home = told_the_time
    home.configure("enricher", per_minute=100, per_day=10)
    add_samples(home, 6)
    home.set_clock(NOON, steady=1000)
    true_time = TrueTime(vt)
    program = home.start("enricher")
    wait_until(lambda: answered(home) == 6, what="six answers")
    if restarted:
        program.stop()
    true_time.set(NOON + 300)
    home.set_clock(NOON + 300 + wrong, steady=1300)
    add_samples(home, 40, first=6)
    program = home.start("enricher") if restarted else program
    wait_until(lambda: len(vt.lookups()) == 10, what="the rest of the day's quota", seconds=10)
    if restarted:
        program.stop()
    true_time.set(NOON + 600)
    home.set_clock(NOON + 600, steady=1600)
    true_time.agree()
    program = home.start("enricher") if restarted else program
    Clock(home, vt).run(NOON + 42900, lambda: False, step=300, pause=0.02)
    assert len(vt.lookups()) == 10 and {r.status for r in vt.lookups()} == {200}
    Clock(home, vt).run(NOON + 86400, lambda: len(vt.lookups()) == 20, step=300, pause=0.02)
    program.stop()
    assert max(most_per([r.at for r in vt.lookups()], "%Y-%m-%d").values()) == 10


def test_a_wrong_clock_at_the_very_first_request(told_the_time, vt):
    """Nothing was booked before; the dates of the first answers count."""
    home = told_the_time
    home.configure("enricher", per_minute=100, per_day=10)
    true_time = TrueTime(vt)
    true_time.set(NOON)
    home.set_clock(NOON - 30 * 86400, steady=1000)
    add_samples(home, 40)
    program = home.start("enricher")
    wait_until(lambda: answered(home) == 10, what="the day's quota")
    true_time.set(NOON + 60)
    home.set_clock(NOON + 60, steady=1060)
    true_time.agree()
    Clock(home, vt).run(NOON + 42900, lambda: False, step=300, pause=0.02)
    program.stop()
    assert len(vt.lookups()) == 10 and {r.status for r in vt.lookups()} == {200}


@pytest.mark.parametrize("skew", [20, 60, -60])
def test_a_day_is_not_exceeded_though_clocks_differ(ready, vt, skew):
    """VirusTotal's clock is ahead of ours, or behind."""
    home = ready
    home.configure("enricher", per_minute=100, per_day=10)
    vt.skew = skew
    home.set_clock(NOON + 43200 - 15)
    add_samples(home, 40)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 43200 + 300, lambda: False, step=5, pause=0.05)
    Clock(home, vt).run(NOON + 2 * 86400, lambda: len(vt.lookups()) == 20, step=600, pause=0.05)
    program.stop()
    assert len(vt.lookups()) == 20
    assert max(most_per([r.at for r in vt.lookups()], "%Y-%m-%d").values()) <= 10


def test_work_that_comes_after_a_pause_is_done_at_once(ready, vt):
    """The one request that tries whether a pause is over is not spent on an empty queue."""
    home = ready
    add_samples(home, 1)
    vt.faults.append(Fault(status=503, times=1))
    program = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM pause") == 1, what="the pause")
    home.sql("UPDATE lookup SET state='skipped'")
    home.set_clock(home.clock() + 600)
    time.sleep(0.3)
    add_samples(home, 1, first=1)
    wait_until(lambda: answered(home) == 1, seconds=10, what="an answer, with the clock standing still")
    program.stop()


@pytest.mark.parametrize("fault, hours", [
    pytest.param(Fault(status=429, code="QuotaExceededError"), 24, marks=pytest.mark.full),
    (Fault(status=503, code="TransientError"), 1),
    (Fault(status=204), 2),
    (Fault(status=429, body=b"<html><title>429</title></html>", content_type="text/html",
           headers={"Retry-After": "120"}), 2),
])
def test_refusals_cost_no_row_an_attempt(ready, vt, fault, hours):
    home = ready
    add_samples(home, 30)
    vt.faults.append(fault)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + hours * 3600, lambda: False, step=60 if hours < 5 else 240, pause=0.02)
    asked = len(vt.lookups())
    assert asked >= 1
    assert home.one("SELECT count(*) FROM lookup WHERE state IN ('pending','leased') AND attempts=0") == 30
    assert home.one("SELECT count(*) FROM pause") == 1
    vt.faults.clear()
    Clock(home, vt).run(home.clock() + 2 * 86400, lambda: answered(home) == 30, step=60, pause=0.02)
    program.stop()
    assert answered(home) == 30
    assert home.one("SELECT max(attempts) FROM lookup") == 0
    assert asked < 60 + hours * 3600 / 60
    assert home.one("SELECT count(*) FROM pause") == 0


def test_wrong_key_is_probed_for_free(ready, vt):
    home = ready
    right = vt.keys.pop(vt.key)
    add_samples(home, 10)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 3 * 3600, lambda: False, step=60, pause=0.02)
    assert program.running()
    probes = [r for r in vt.requests if r.path.endswith("/upload_url")]
    assert 1 <= len(probes) <= 6
    assert len(vt.lookups()) <= 4, "no lookup is spent on a key that is refused"
    assert home.one("SELECT count(*) FROM lookup WHERE state='pending' AND attempts=0") == 10
    assert "key was rejected" in home.one("SELECT why FROM status WHERE stage='enricher'")
    vt.keys[vt.key] = right
    Clock(home, vt).run(home.clock() + 2 * 3600, lambda: answered(home) == 10, step=60, pause=0.02)
    program.stop()
    assert answered(home) == 10


def test_a_request_is_never_sent_twice_by_the_transport(ready, vt):
    home = ready
    home.configure("enricher", concurrency=1)
    add_samples(home, 6)
    vt.faults.append(Fault(close_reused=True))
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 3600, lambda: len(vt.lookups()) >= 4, step=10)
    program.kill()
    booked = home.one("SELECT count(*) FROM request")
    assert len(vt.lookups()) <= booked, "each request that was received had been booked"
    assert any(r.reused for r in vt.lookups())


def test_an_answer_about_the_row_is_charged_and_the_row_held(ready, vt):
    home = ready
    add_samples(home, 1)
    vt.faults.append(Fault(wrong_hash=True))
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 86400, lambda: home.one("SELECT count(*) FROM held") == 1, step=120, pause=0.05)
    vt.faults.clear()
    row = home.sql("SELECT * FROM lookup")[0]
    assert (row["state"], row["attempts"], row["outcome"]) == ("held", 10, None)
    assert "attempt 10 of 10" in row["last_error"]
    assert len(vt.lookups()) == 10
    assert home.one("SELECT count(*) FROM unreadable") == 1, "the body is kept"
    # A bad row does not stop the others, and a manual requeue restarts it.
    add_samples(home, 1, first=1)
    home.shell("UPDATE lookup SET state='pending' WHERE state='held'")
    Clock(home, vt).run(home.clock() + 3600, lambda: answered(home) == 2)
    program.stop()
    assert answered(home) == 2
    assert home.one("SELECT count(*) FROM unreadable") == 0


PAGE = b"<html>please log in</html>"


@pytest.mark.parametrize("fault", [
    {"status": 200, "body": b'{"data":'},
    {"status": 404, "body": PAGE, "content_type": "text/html"},
], ids=["cut", "404"])
def test_a_strange_answer_is_the_rows_own_where_others_are_answered(ready, vt, fault):
    home = ready
    home.configure("enricher", known_again="never")
    vt.faults.append(Fault(match=hash_of(0), **fault))
    add_samples(home, 1)
    program = home.start("enricher")
    for n in range(1, 40):
        add_samples(home, 1, first=n)
        Clock(home, vt).run(home.clock() + 86400, lambda n=n: answered(home) == n, step=60)
        if home.one("SELECT count(*) FROM held") == 1:
            break
        home.set_clock(home.clock() + 10800)
    program.stop()
    row = home.sql("SELECT * FROM lookup WHERE value=?", hash_of(0))[0]
    assert (row["state"], row["attempts"]) == ("held", 10)
    assert home.one("SELECT count(*) FROM lookup WHERE attempts > 0") == 1, "the others were answered at once"


@pytest.mark.parametrize("status", [200, 403, 451])
def test_a_portal_in_between_is_nobodys_fault(ready, vt, status):
    """For a day every request ends in a page: a few requests a pause, no row is charged, the words name it."""
    home = ready
    home.configure("enricher", per_minute=100, per_day=5000)
    vt.faults.append(Fault(status=status, body=PAGE, content_type="text/html"))
    add_samples(home, 100)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 86400, lambda: False, step=300)
    pauses = program.log.count("event=paused")
    assert home.one("SELECT count(*) FROM request") <= 8 * pauses and pauses > 5
    assert home.one("SELECT max(attempts) FROM lookup") == 0 and home.one("SELECT count(*) FROM held") == 0
    assert "a proxy, firewall or portal" in home.one("SELECT why FROM status WHERE stage='enricher'")
    vt.faults.clear()
    Clock(home, vt).run(NOON + 2 * 86400, lambda: answered(home) == 100, step=60)
    program.stop()
    assert answered(home) == 100


def test_a_wrong_path_makes_no_file_unknown(ready, vt):
    """What VirusTotal does not find there is the address: one request, and the reason names the key."""
    home = ready
    add_samples(home, 3)
    home.configure("enricher", url=vt.url.replace("/api/v3", "/api"), concurrency=1)
    status, log = home.run("enricher", "--once")
    assert status == 75 and "check `url`" in log
    assert home.sql("SELECT DISTINCT state, outcome, attempts FROM lookup") == [
        {"state": "pending", "outcome": None, "attempts": 0}]
    assert home.one("SELECT count(*) FROM request") == 1 and home.one("SELECT count(*) FROM post") == 0


@pytest.mark.parametrize("rank", [1, 2])
def test_a_row_that_looks_like_an_outage_does_not_stop_the_others(ready, vt, rank):
    """Whoever is asked next, it is another row: then the service is known to be well, and the fault the row's."""
    home = ready
    add_samples(home, 1)
    vt.faults.append(Fault(match=hash_of(0), status=503, code="TransientError"))
    program = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM pause") == 1, what="a pause")
    add_samples(home, 2, first=1)
    home.sql("UPDATE lookup SET rank=?, token=token+1 WHERE value<>?", rank, hash_of(0))
    Clock(home, vt).run(NOON + 3600, lambda: answered(home) == 2, step=30)
    assert answered(home) == 2

    def charged():
        return home.one("SELECT attempts FROM lookup WHERE value=?", hash_of(0))

    for n in range(3, 13):
        add_samples(home, 1, first=n)
        Clock(home, vt).run(home.clock() + 86400, lambda n=n: answered(home) == n and charged() >= n - 2, step=300)
    program.stop()
    row = home.sql("SELECT * FROM lookup WHERE value=?", hash_of(0))[0]
    assert (row["state"], row["attempts"]) == ("held", 10) and "503" in row["last_error"]


def test_a_row_that_alone_is_refused_does_not_stop_the_others(ready, vt):
    """The key is good, as the probe shows: then another row is asked, and the refused one keeps its place behind."""
    home = ready
    add_samples(home, 1)
    vt.faults.append(Fault(match=hash_of(0), status=403, code="ForbiddenError"))
    program = home.start("enricher")
    wait_until(lambda: home.one("SELECT count(*) FROM pause") == 1, what="a pause")
    add_samples(home, 3, first=1)
    Clock(home, vt).run(NOON + 86400, lambda: answered(home) == 3, step=300)
    program.stop()
    assert answered(home) == 3
    row = home.sql("SELECT * FROM lookup WHERE value=?", hash_of(0))[0]
    assert (row["state"], row["attempts"]) == ("pending", 0)


def test_not_found_is_an_answer_and_asked_again(ready, vt):
    """By default after an hour and after 1, 3, 7 and 30 days; equal answers are one."""
    home = ready
    add_samples(home, 1)
    vt.forget(hash_of(0))
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 600, lambda: answered(home) == 1)
    row = home.sql("SELECT * FROM lookup")[0]
    assert row["outcome"] == "not_found" and abs(row["due_at"] - row["first_at"] - 3600) <= 10
    assert home.sql("SELECT outcome, verdict FROM analysis") == [{"outcome": "not_found", "verdict": "unknown"}]
    assert home.one("SELECT state FROM post") == "pending"
    planned = []
    while due := home.one("SELECT due_at FROM lookup WHERE state='done'"):
        planned.append(due - row["first_at"])
        asked = len(vt.lookups())
        home.set_clock(due)
        wait_until(lambda asked=asked: len(vt.lookups()) > asked and answered(home) == 1, what="the next answer")
    program.stop()
    for wait, at in zip([3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400], planned, strict=True):
        assert abs(at - wait) <= 10, planned
    assert home.one("SELECT count(*) FROM analysis") == 1
    assert home.one("SELECT due_at FROM lookup") == 0


def test_a_verdict_is_followed_while_it_may_change(ready, vt):
    """Unknown, then new, gone in between: each different answer is a row; old and high is settled."""
    home = ready
    add_samples(home, 1)
    vt.forget(hash_of(0))
    program = home.start("enricher")
    clock = Clock(home, vt)
    clock.run(NOON + 600, lambda: answered(home) == 1)
    for malicious, first_submission in [(3, NOON - 86400), (41, NOON - 86400), (None, 0), (50, NOON - 90 * 86400)]:
        if malicious is None:
            vt.forget(hash_of(0))
        else:
            report = vt_reports.derived(hash_of(0))
            report["data"]["attributes"].update(first_submission_date=first_submission, last_analysis_stats={
                "malicious": malicious, "suspicious": 0, "undetected": 70 - malicious, "harmless": 0})
            vt.add(report)
        asked = len(vt.lookups())
        home.shell("UPDATE lookup SET due_at = 1 WHERE state = 'done'")
        clock.run(home.clock() + 86400, lambda asked=asked: len(vt.lookups()) > asked, step=60)
        wait_until(lambda asked=asked: home.one("SELECT count(*) FROM lookup WHERE state = 'done'") == 1, what="the answer")
    program.stop()
    rows = home.sql("SELECT outcome, malicious, first_fetched_at FROM analysis ORDER BY id")
    assert [(row["outcome"], row["malicious"]) for row in rows] == [
        ("not_found", 0), ("found", 3), ("found", 41), ("not_found", 0), ("found", 50)]
    assert [row["first_fetched_at"] for row in rows] == sorted({row["first_fetched_at"] for row in rows})
    assert home.one("SELECT due_at FROM lookup") == 0, "old, and many engines detect it"


def test_md5_and_sha256_turn_out_to_be_one_file(ready, vt):
    home = ready
    report = vt.add(vt_reports.report("one file"))
    known = vt_reports.hashes("one file")
    home.shell(f"INSERT INTO sample(md5) VALUES('{known['md5']}');"
               f"INSERT INTO sample(sha256) VALUES('{known['sha256']}');")
    home.once("enricher")
    assert home.one("SELECT count(*) FROM sample") == 1
    assert home.one("SELECT sha256 || md5 || sha1 FROM sample") == known["sha256"] + known["md5"] + known["sha1"]
    assert home.one("SELECT count(*) FROM post WHERE replaced_by IS NULL") == 1
    analysis = home.sql("SELECT * FROM analysis ORDER BY id DESC LIMIT 1")[0]
    stats = report["data"]["attributes"]["last_analysis_stats"]
    assert (analysis["malicious"], analysis["undetected"]) == (stats["malicious"], stats["undetected"])
    assert (analysis["verdict"], analysis["family"], analysis["family_source"]) == ("malicious", "mirai", "virustotal")
    raw = home.shell("SELECT sqlar_uncompress(raw, raw_size) FROM analysis LIMIT 1").stdout
    assert known["sha256"] in raw


def test_sigterm_gives_rows_back(ready, vt):
    home = ready
    home.configure("enricher", concurrency=4)
    add_samples(home, 8)
    vt.faults.append(Fault(delay=20))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 4, what="four requests in flight")
    started = time.monotonic()
    assert program.stop() == 0
    assert time.monotonic() - started < 5
    assert home.one("SELECT count(*) FROM lookup WHERE state='pending' AND attempts=0 AND expired=0") == 8


def test_what_a_person_changes_while_an_answer_is_on_its_way(ready, vt):
    """The last word is the person's; the answers about other rows are stored, and the program goes on."""
    home = ready
    add_samples(home, 9)
    home.configure("enricher", concurrency=9, per_minute=100)
    vt.faults.append(Fault(delay=2))
    program = home.start("enricher")
    wait_until(lambda: len(vt.lookups()) == 9, what="nine requests in flight")
    vt.faults.clear()
    values = [row["value"] for row in home.sql("SELECT value FROM lookup ORDER BY id")]
    for text in ("DELETE FROM sample WHERE id=1", "DELETE FROM lookup WHERE id=2",
                 "DELETE FROM sample WHERE id=3; INSERT INTO sample (sha256) VALUES ('" + values[2] + "')",
                 "UPDATE lookup SET state='pending' WHERE id=4", "UPDATE lookup SET state='skipped' WHERE id=5",
                 "UPDATE lookup SET state='done' WHERE id=6", f"INSERT INTO noise (hash, reason) VALUES ('{values[6]}', 'mine')",
                 "UPDATE sample SET sha256=NULL, sha1='" + "ab" * 20 + "' WHERE id=8"):
        done = home.shell(text)
        assert done.returncode == 0, (text, done.stderr)
    assert [r.status for r in vt.lookups()] == [0] * 9, "they are still on their way"
    wait_until(lambda: len(vt.lookups()) == 11 and answered(home) == 4, what="the other answers, and two asked once more")
    assert program.stop() == 0
    assert program.log.count("event=lease_lost") == 7
    states = {row["value"]: row["state"] for row in home.sql("SELECT value, state FROM lookup")}
    assert states == {values[2]: "done", values[3]: "done", values[4]: "skipped", values[5]: "done", values[6]: "skipped",
                      values[7]: "done", values[8]: "done"}
    assert home.one("SELECT count(*) FROM analysis") == 4
    assert not home.sql("PRAGMA foreign_key_check") and home.integrity() == "ok"


def test_killed_between_booking_and_answer(ready, vt):
    home = ready
    add_samples(home, 3)
    for n, point in enumerate(("after-booking", "after-answer", "before-settle-commit")):
        home.set_clock(NOON + 600 * n)
        status, _log = home.run("enricher", "--once", env={"POTPRESS_CRASH_AT": point})
        assert status == -9, point
    home.set_clock(NOON + 3600)
    home.once("enricher")
    assert answered(home) == 3
    assert home.one("SELECT count(*) FROM analysis") == 3
    assert home.one("SELECT used FROM quota WHERE length(period)=10") >= len(vt.lookups())
    assert home.integrity() == "ok"


def test_stopped_between_booking_and_sending(ready, vt):
    """The process stands still, or the machine sleeps, for longer than a booking holds: it is not sent, but spent."""
    home = ready
    add_samples(home, 1)
    program = home.start("enricher", env={"POTPRESS_STOP_AT": "after-booking"})
    wait_until(program.is_stopped, what="a booking")
    assert home.one("SELECT count(*) FROM request") == 1
    time.sleep(BOOKED_SECONDS + 1)
    program.go_on()
    wait_until(lambda: home.one("SELECT count(*) FROM request") == 2 and program.is_stopped(), what="another booking")
    assert vt.lookups() == [] and home.one("SELECT attempts FROM lookup") == 0
    program.go_on()
    wait_until(lambda: answered(home) == 1, what="an answer")
    assert len(vt.lookups()) == 1 and home.one("SELECT used FROM quota WHERE length(period) = 10") == 2
    assert program.stop() == 0


def test_reparse_reads_what_an_older_version_left_out(ready, vt):
    """Nobody is asked; only what differs is written, and only its posts are renewed."""
    home = ready
    home.configure("enricher", known_again="never")
    add_samples(home, 3)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 600, lambda: answered(home) == 3)
    program.stop()
    home.sql("UPDATE post SET state='done', token=token+1")
    asked = len(vt.lookups())
    columns = "id, verdict, malicious, family, family_count, tags, engines, detections, test_file, tlsh, first_fetched_at"
    before = home.sql(f"SELECT {columns} FROM analysis ORDER BY id")
    home.shell(f"UPDATE analysis SET raw = sqlar_compress(sqlar_uncompress(raw, raw_size)) WHERE id={before[0]['id']}")
    assert "read=3 changed=0 unreadable=0" in home.run("enricher", "--reparse", "-v")[1], "also what zlib has packed"
    assert all(row["tlsh"].startswith("T1") for row in before)
    assert home.sql(f"SELECT {columns} FROM analysis ORDER BY id") == before
    assert home.one("SELECT count(*) FROM post WHERE state='pending'") == 0, "the same version finds nothing new"
    home.sql("UPDATE analysis SET family='wrong', detections=NULL, tlsh=NULL WHERE id=?", before[1]["id"])
    home.sql("UPDATE analysis SET raw=x'00' WHERE id=?", before[2]["id"])
    assert "read=2 changed=1 unreadable=1" in home.run("enricher", "--reparse", "-v")[1]
    assert home.sql(f"SELECT {columns} FROM analysis ORDER BY id") == before
    assert home.one("SELECT count(*) FROM post WHERE state='pending'") == 1
    assert len(vt.lookups()) == asked


def counts_asked(vt):
    return [r for r in vt.requests if r.path.endswith("/overall_quotas")]


def test_reparse_lets_a_file_without_its_own_post_be_judged_again(ready, vt):
    """What the rules left out may be noteworthy now; what a person skipped stays skipped."""
    for name in ("by rule", "by hand"):
        vt.add(vt_reports.report(name))
        ready.shell(f"INSERT INTO sample(sha256) VALUES('{vt_reports.hashes(name)['sha256']}')")
    ready.once("enricher")
    by_rule, by_hand = (vt_reports.hashes(name)["sha256"] for name in ("by rule", "by hand"))
    ready.sql("UPDATE post SET state = 'skipped', token = token + 1, "
              "last_error = 'by rule: sample_posts = noteworthy; the digest of its day counts it' WHERE key = ?", by_rule)
    ready.sql("UPDATE post SET state = 'skipped' WHERE key = ?", by_hand)
    ready.sql("UPDATE analysis SET family = NULL")
    assert "changed=2" in ready.run("enricher", "--reparse", "-v")[1]
    assert ready.one("SELECT state FROM post WHERE key = ?", by_rule) == "pending"
    assert ready.one("SELECT state FROM post WHERE key = ?", by_hand) == "skipped"


def test_another_program_on_the_same_key_is_noticed(ready, vt):
    """VirusTotal's own count is asked for once an hour, by the user's name; the larger number counts."""
    home = ready
    vt.keys[vt.key] = Key(4, 500, 15500)
    for moment in range(460):
        vt.keys[vt.key].take(NOON - 10000 + 20 * moment)
    home.configure("enricher", user_id="jdoe")
    add_samples(home, 100)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 7200, lambda: answered(home) == 40)
    Clock(home, vt).run(home.clock() + 600, lambda: False)
    program.stop()
    foreign = re.search(r"(\d+) more than this database: another program uses the key", program.log)
    assert foreign and 450 <= int(foreign[1]) <= 460, program.log
    assert home.one("SELECT used FROM quota WHERE period='2025-11-29'") == 500
    assert answered(home) == 40 and all(r.status == 200 for r in vt.lookups()), "VirusTotal never had to refuse"
    assert 1 <= len(counts_asked(vt)) <= 3
    assert all(r.path == "/api/v3/users/jdoe/overall_quotas" for r in counts_asked(vt))


def test_a_key_that_may_not_ask_for_the_count_changes_nothing(ready, vt):
    home = ready
    home.configure("enricher", user_id="someone else", per_minute=60)
    add_samples(home, 30)
    program = home.start("enricher")
    Clock(home, vt).run(NOON + 6000, lambda: answered(home) == 30)
    Clock(home, vt).run(home.clock() + 5000, lambda: False, step=60)
    program.stop()
    assert answered(home) == 30 and [r.status for r in counts_asked(vt)] == [403]
    assert counts_asked(vt)[0].path == "/api/v3/users/someone%20else/overall_quotas"
    assert "level=warning" not in program.log and home.one("SELECT count(*) FROM pause") == 0
