"""Fixtures: one search engine and one site for the whole run, an installation and a VirusTotal per test."""

import pathlib
import sys
import time
import types

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lab")]

import driving  # noqa: E402
import faultproxy  # noqa: E402
import harness  # noqa: E402
import lab  # noqa: E402
import virustotal  # noqa: E402


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory):
    with lab.Engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def engine(shared_engine):
    """The real search engine, empty."""
    shared_engine.delete_all()
    return shared_engine


# One Elasticsearch and one OpenSearch each time; the others only in `make check-full`.
ENGINES = ["default", "os3", *(pytest.param(name, marks=pytest.mark.full)
                               for name in ("es8", "es7", "es78", "es8sec", "os2"))]


@pytest.fixture(scope="session", params=ENGINES)
def shared_each_engine(request, tmp_path_factory):
    if request.param == "default":
        yield request.getfixturevalue("shared_engine")
        return
    with lab.Engine(tmp_path_factory.mktemp("engine"), request.param) as engine:
        yield engine


@pytest.fixture
def each_engine(shared_each_engine):
    """One real search engine after the other, empty."""
    shared_each_engine.delete_all()
    return shared_each_engine


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory):
    with lab.WordPress(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(shared_site):
    """The real WordPress, without posts."""
    shared_site.delete_all()
    yield shared_site
    shared_site.clear_fault()


@pytest.fixture(scope="module")
def parts(shared_engine, shared_site, tmp_path_factory):
    """The engine behind T-Pot's front, and the site; both empty."""
    shared_engine.delete_all()
    shared_site.delete_all()
    with lab.Front(tmp_path_factory.mktemp("front"), shared_engine.url) as front:
        yield types.SimpleNamespace(engine=shared_engine, front=front, site=shared_site)


@pytest.fixture
def home(tmp_path):
    """An installation of potpress in a separate directory."""
    installation = harness.Home(tmp_path)
    yield installation
    installation.close()


@pytest.fixture
def collecting(home, engine):
    """An installation whose collector speaks to the engine; its clock stands still until it is moved."""
    driving.speak_to(home, engine)
    home.set_clock(time.time() - 600)
    return home


@pytest.fixture
def proxy(engine):
    """What stands before the engine, and misbehaves on demand."""
    with faultproxy.FaultProxy(engine.url) as between:
        yield between


@pytest.fixture
def behind(home, engine, proxy):
    """A collector that speaks to the engine through the fault proxy."""
    driving.speak_to(home, engine, url=proxy.url)
    home.set_clock(time.time() - 600)
    return home


@pytest.fixture
def collecting_each(home, each_engine):
    """The same, with one engine after the other."""
    driving.speak_to(home, each_engine)
    home.set_clock(time.time() - 600)
    return home


@pytest.fixture
def vt(home):
    """The VirusTotal look-alike, at the installation's clock."""
    harness.pass_midnight()
    with virustotal.VirusTotal(clock=home.path / "clock") as look_alike:
        yield look_alike


@pytest.fixture
def configured(home, vt, request):
    """An installation whose enricher speaks to the look-alike."""
    home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), allow_http="yes")
    return home


@pytest.fixture
def publishing(home, vt, site):
    """An installation with all but a collector: answers come from the look-alike, posts go to the site."""
    login, password = site.users["author"]
    home.set_clock(harness.an_hour_ago())
    home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), per_minute=6000,
                   per_day=500000, per_month=5000000, concurrency=8)
    home.configure("publisher", url=site.url, user=login,
                   password_file=home.secret("wordpress.password", password), timeout="5s")
    vt.keys[vt.key] = virustotal.Key(6000, 500000, 5000000)
    home.once("enricher")
    return home


@pytest.fixture
def released(monkeypatch):
    """The programs that are installed, not those of the test build."""
    monkeypatch.setattr(harness, "PROGRAMS", harness.RELEASED)


@pytest.fixture(scope="session")
def category(shared_site):
    """The categories of the posts, as the README has them made."""
    shared_site.php('wp_insert_term("malware", "category"); wp_insert_term("digest", "category");')


@pytest.fixture
def installed(released, home, vt, engine, site, category):
    """An installation without problems: one document, a key, an author's account."""
    engine.bulk([("logstash-2026.11.20", "1", {
        "type": "Cowrie", "shasum": "ab" * 31 + "cd", "eventid": "cowrie.session.file_download",
        "session": "0123456789ab", "src_ip": "198.51.100.7", "@timestamp": "2026-11-20T05:06:07.000Z",
    })], refresh=True)
    login, password = site.users["author"]
    home.configure("collector", url=engine.url, timeout="10s", start="365d")
    home.configure("enricher", url=vt.url, api_key_file=home.secret("vt.key", vt.key), timeout="10s")
    home.configure("publisher", url=site.url, user=login, timeout="10s",
                   password_file=home.secret("wordpress.password", password))
    return home
