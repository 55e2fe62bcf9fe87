"""The clock steps while a post is on its way to the site: each is published once, and nothing waits for a false time."""

import dataclasses

import pytest
from faultproxy import Fault
from harness import wait_until
from posts import POSTS, answer_changes, answered, proxy_before, published
from test_pictures import MEDIA, assert_right, digesting  # noqa: F401 digesting is a fixture

YEAR, DAY, HOUR = 365 * 86400, 86400, 3600
# How the clock steps: while the post is looked up, while it is sent, and before its end is stored.
STEPS = {
    "ahead during the look-up": (YEAR, -YEAR, 0),
    "ahead during the write": (0, YEAR, -YEAR),
    "ahead during both": (YEAR, 0, -YEAR),
    "ahead for good": (0, YEAR, 0),
    "two minutes ahead": (0, 120, 0),
    "an hour back at the look-up": (-HOUR, 0, 0),
    "an hour back at the write": (0, -HOUR, 0),
    "an hour back at the end": (0, 0, -HOUR),
    "two minutes back": (0, -120, 0),
}
# What becomes of the answer.
LOST = {"answered": lambda path: [], "lost": lambda path: [Fault("lose", method="POST", path=path)]}
EACH = pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())


@dataclasses.dataclass
class Step(Fault):
    """No fault: when such a request comes, the clock steps, once."""

    home: object = None
    by: int = 0

    def take(self, request):
        if super().take(request):
            step(self.home, self.by)
        return False


def step(home, seconds):
    home.set_clock(home.clock() + seconds)


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


def all_done(home):
    return home.one("SELECT count(*) FROM post WHERE state <> 'done'") == 0


def through_the_steps(home, proxy, steps, *faults):
    """A publisher that has met the steps on its way with a post, and goes on."""
    proxy.add(Step("delay", home=home, by=steps[0], method="GET", path=POSTS))
    proxy.add(Step("delay", home=home, by=steps[1], method="POST", path=POSTS))
    for fault in faults:
        proxy.add(fault)
    program = home.start("publisher", env={"POTPRESS_STOP_AT": "before-settle-commit"})
    wait_until(program.is_stopped, what="the end of the post's first try")
    step(home, steps[2])
    until_done(home, program)
    return program


def until_done(home, program, seconds=HOUR):
    """Within an hour, though a busy machine is slower than the clock, everything is done, and nothing waits for longer than a day."""
    end = home.clock() + seconds
    while not all_done(home):
        assert home.clock() < end, (
            f"{home.sql('SELECT key, state, due_at, sent_at, last_error FROM post')} at {home.clock()}\n{program.log}")
        if program.is_stopped():
            program.go_on()
        step(home, 5)
        wait_until(lambda: program.is_stopped() or all_done(home) or seen(home), what="the clock to be seen")
    wait_until(lambda: seen(home), what="a heartbeat of the right time")
    assert_no_false_times(home)


def seen(home):
    """The program has looked at the clock lately; it beats once a minute."""
    return abs(home.one("SELECT max(alive_at) FROM stage WHERE name = 'publisher'") - home.clock()) <= 65


def assert_no_false_times(home):
    """A day may have ended by a clock that was set back since: its digest is looked at a day after its end."""
    ends = home.sql("SELECT to_at FROM post WHERE to_at IS NOT NULL")
    latest = max([home.clock(), *(row["to_at"] for row in ends)]) + DAY + 60
    for table, column in (("post", "due_at"), ("post", "lease_until"), ("media", "sent_at"), ("media", "lost_at"),
                          ("pause", "until"), ("stage", "alive_at")):
        late = home.sql(f"SELECT {column} FROM {table} WHERE {column} > ?", latest)
        assert not late, f"{table}.{column} {late} at {home.clock()}"


def assert_watched(home, site, count):
    """A day later nothing is left to wait for, and there are as many posts as before."""
    for _ in range(10):
        step(home, 6 * HOUR)
        home.run("publisher", "--once")
    assert home.one("SELECT count(*) FROM post WHERE due_at > 0 OR lost_at IS NOT NULL OR write_open = 1") == 0
    assert site.count() == count


@EACH
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("first", [True, pytest.param(False, marks=pytest.mark.full)], ids=["create", "edit"])
def test_a_post(publishing, vt, site, proxy, steps, lost, first):
    """Its answer comes, or is lost."""
    published(publishing, vt, name="tags exist now")
    answered(publishing, vt)
    if not first:
        publishing.once("publisher")
        answer_changes(publishing, vt)
    program = through_the_steps(publishing, proxy, steps, *LOST[lost](POSTS))
    assert site.count() == 2 and program.log.count("event=started") == 1
    program.kill()
    assert_watched(publishing, site, 2)


@EACH
def test_a_pause(publishing, vt, site, proxy, steps):
    """The site is down at the write; the pause ends in time."""
    published(publishing, vt, name="tags exist now")
    answered(publishing, vt)
    program = through_the_steps(publishing, proxy, steps, Fault("replace", status=503, method="POST", path=POSTS, times=3))
    assert publishing.one("SELECT count(*) FROM pause") == 0 and site.count() == 2
    program.kill()


# Between a lost upload and the next one there is a minute, in which a clock a year ahead asks for other digests.
@pytest.mark.parametrize("steps, lost", [((YEAR, -YEAR), "answered"), *(
    pytest.param(steps, lost, marks=[pytest.mark.full] if lost == "lost" else [])
    for steps in ((120, 0), (-HOUR, 0), (0, -HOUR), (-120, 0)) for lost in LOST)])
def test_pictures(digesting, site, proxy, steps, lost):  # noqa: F811
    """The clock steps at the first and at the second upload: each picture is there once, and the digest shows it."""
    for number, by in enumerate(steps):
        proxy.add(Step("delay", home=digesting, by=by, method="POST", path=MEDIA, skip=number))
    for fault in LOST[lost](MEDIA):
        proxy.add(fault)
    program = digesting.start("publisher")
    wait_until(lambda: step(digesting, 5) or len(proxy.sent("POST", MEDIA)) > 1, what="two uploads", every=0.2)
    until_done(digesting, program)
    program.kill()
    assert_right(digesting, site)
    step(digesting, DAY + 600)
    digesting.run("publisher", "--once")
    assert_right(digesting, site)


def test_no_digest_of_days_to_come(digesting, site):  # noqa: F811
    """A clock that is a year ahead of the site's, for longer: said, and nothing is planned until it is right."""
    program = digesting.start("publisher", env={"POTPRESS_CLOCK_SHARED": "1"})
    wait_until(lambda: site.count() and all_done(digesting), what="the first digests")
    before = digesting.sql("SELECT key FROM post ORDER BY id")
    right = digesting.clock()
    for number in range(3):
        digesting.set_clock(right + YEAR + number * HOUR, steady=right + 60 * number)
        wait_until(lambda: seen(digesting), what="a heartbeat of the wrong time")
    digesting.set_clock(right + 300)
    until_done(digesting, program)
    assert digesting.sql("SELECT key FROM post ORDER BY id") == before
    assert program.log.count("ahead of the site's") == 1 and program.stop() == 0


def digests(home):
    return {row["key"] for row in home.sql("SELECT key FROM post WHERE kind = 'digest'")}


def test_digests_after_a_machine_stood_still(digesting, site):  # noqa: F811
    """A guest that is halted loses its steady clock's time: the site is asked again, and digests are made."""
    right = digesting.clock()
    digesting.set_clock(right, steady=right)
    program = digesting.start("publisher", env={"POTPRESS_CLOCK_SHARED": "1"})
    wait_until(lambda: site.count() and all_done(digesting), what="the first digests")
    before = digests(digesting)
    digesting.sql("DELETE FROM post WHERE kind = 'digest'")
    digesting.set_clock(right + HOUR, steady=right - 3 * HOUR)       # an hour later plans are made again
    wait_until(lambda: before <= digests(digesting), what="the digests")
    assert "ahead of the site's" not in program.log and program.stop() == 0
