"""The publisher's lost answers, and a database that is really down, on a WordPress with MariaDB."""

import lab
import pytest
from faultproxy import Fault
from posts import POSTS, answered, go_on, proxy_before, published, states
from test_publisher_lost import creates_and_edits

pytestmark = pytest.mark.full
TIMES = 5


@pytest.fixture(scope="module")
def shared_mariadb_site(tmp_path_factory):
    with lab.WordPress(tmp_path_factory.mktemp("maria"), database="mariadb") as site:
        yield site


@pytest.fixture
def site(shared_mariadb_site):
    """Stands in for the site of the other tests, and for that of `publishing`."""
    shared_mariadb_site.delete_all()
    yield shared_mariadb_site
    shared_mariadb_site.clear_fault()


@pytest.fixture
def proxy(publishing, site):
    with proxy_before(publishing, site) as proxy:
        yield proxy


@pytest.mark.parametrize("fault", [
    Fault("lose"), Fault("replace_after", status=504, body="<html></html>"), Fault("cut", at=40),
    Fault("replace_after", status=200),
], ids=lambda f: f"{f.kind}-{f.status}")
def test_answer_lost_on_the_way(publishing, vt, site, proxy, fault):
    creates_and_edits(publishing, vt, site, proxy, TIMES, lambda: proxy.add(
        Fault(**{**vars(fault), "method": "POST", "path": POSTS, "times": TIMES})))


@pytest.mark.parametrize("fault", ["kill-after", "fatal-after", "truncate=20"])
def test_wordpress_breaks_after_storing(publishing, vt, site, proxy, fault):
    def begin_fault():
        site.stop()
        site.start(workers=TIMES + 6)
        site.set_fault(f"writes-only, times={TIMES}, {fault}")

    published(publishing, vt, name="tags exist now")
    creates_and_edits(publishing, vt, site, proxy, TIMES, begin_fault)


def test_database_down(publishing, vt, site):
    """MariaDB ends under a WordPress that goes on: the site rests, no row is charged, and all is there in the end."""
    answered(publishing, vt, 3)
    site.stop_database()
    status, log = publishing.run("publisher", "--once")
    assert status == 75 and "HTTP 500" in log
    assert publishing.sql("SELECT DISTINCT state, attempts FROM post") == [{"state": "pending", "attempts": 0}]
    site.stop()
    site.start()
    go_on(publishing)
    assert states(publishing) == {"done"} and site.count() == 3
