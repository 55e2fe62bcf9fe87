"""The build on the outside: what is missing is named, what is installed is whole and goes away again."""

import os
import pathlib
import re
import shutil
import subprocess

import harness
import pytest

PACKAGES = {"libcurl": "libcurl4-openssl-dev", "sqlite3": "libsqlite3-dev", "libcjson": "libcjson-dev",
            "uuid": "uuid-dev", "libutf8proc": "libutf8proc-dev", "libdeflate": "libdeflate-dev",
            "libcrypto": "libssl-dev"}
MANUALS = ["man5/potpress.conf.5", "man7/potpress.7",
           *(f"man8/potpress-{stage}.8" for stage in ("collector", "enricher", "publisher"))]


def make(*arguments, env=None, cwd=harness.ROOT):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=cwd, env={**environment, **(env or {})},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)


def one_sentence(done):
    assert done.returncode == 2 and done.stdout == "", done
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_missing_library_is_named(tmp_path):
    """As on a machine that has all the libraries but one."""
    places = subprocess.run(["pkg-config", "--variable", "pc_path", "pkg-config"], capture_output=True, text=True,
                            check=True).stdout.strip().split(":")
    for missing, package in PACKAGES.items():
        there = tmp_path / missing
        there.mkdir()
        for place in map(pathlib.Path, places):
            for module in place.glob("*.pc"):
                if module.stem != missing and not (there / module.name).exists():
                    (there / module.name).symlink_to(module)
        # What needs a library needs it for the others' sake, too: libcurl may need libcrypto.
        sentence = one_sentence(make("-n", env={"PKG_CONFIG_LIBDIR": str(there), "PKG_CONFIG_PATH": ""}))
        assert package in sentence and "tests/lab/install build" in sentence


@pytest.mark.parametrize("goal", ["all", "install", "test", "unit-programs", "test-programs", "build/potpress-enricher"])
def test_every_goal_says_what_is_missing(goal):
    sentence = one_sentence(make("-n", goal, env={"PKG_CONFIG_LIBDIR": "/nowhere", "PKG_CONFIG_PATH": ""}))
    assert all(package in sentence for package in PACKAGES.values())


def test_installed_and_gone_again(tmp_path):
    where = [f"DESTDIR={tmp_path}", "prefix=/opt/potpress"]
    done = make("install", *where)
    assert done.returncode == 0, done.stderr
    prefix = tmp_path / "opt/potpress"
    for stage in ("collector", "enricher", "publisher"):
        program = prefix / "sbin" / f"potpress-{stage}"
        assert program.stat().st_mode & 0o777 == 0o755
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        assert re.fullmatch(rf"potpress-{stage} \d+\.\d+\.\d+\n", version)
    for manual in MANUALS:
        lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", prefix / "share/man" / manual],
                              capture_output=True, text=True, check=False)
        assert lint.returncode == 0, lint.stdout
    shared = prefix / "share/potpress"
    supervisor = (shared / "supervisord.conf").read_text()
    assert supervisor.count("command = /opt/potpress/sbin/potpress-") == 3 and "/usr/local" not in supervisor
    example = shared / "potpress.conf.example"
    for stage in ("collector", "enricher", "publisher"):
        problems = subprocess.run([prefix / "sbin" / f"potpress-{stage}", "-c", example, "--show-config"],
                                  capture_output=True, text=True, check=False).stderr.splitlines()
        # The secrets of an operator are all that the example lacks.
        assert all("cannot read /etc/potpress/" in line for line in problems), problems
    assert make("uninstall", *where).returncode == 0
    assert not [path for path in tmp_path.rglob("*") if not path.is_dir()]
    assert (harness.RELEASED / "potpress-enricher").exists()


def hardening(program):
    """What the loader and the code of a program promise."""
    def read(*options):
        return subprocess.run(["readelf", "-W", *options, program], capture_output=True, text=True, check=True).stdout

    dynamic, segments, symbols = read("-d"), read("-lh"), read("--dyn-syms")
    return {"pie": "DYN" in segments, "relro": "GNU_RELRO" in segments, "now": "BIND_NOW" in dynamic or "NOW" in dynamic,
            "stack": bool(re.search(r"GNU_STACK.*RW ", segments)), "canary": "__stack_chk_fail" in symbols,
            "fortify": "_chk" in symbols.replace("__stack_chk_fail", "")}


def test_hardened():
    for stage in ("collector", "enricher", "publisher"):
        found = hardening(harness.RELEASED / f"potpress-{stage}")
        assert all(found.values()), found


@pytest.mark.full
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_from_nothing_in_parallel(tmp_path, compiler):
    """A clean copy, many jobs at once, no warning; clean leaves the sources alone."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=harness.ROOT, capture_output=True, check=True).stdout
    for name in files.decode().split("\0")[:-1]:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(harness.ROOT / name, target)
    before = sorted(path for path in tmp_path.rglob("*"))
    done = make("-j16", "all", "test-programs", f"CC={compiler}", cwd=tmp_path)
    assert done.returncode == 0 and "warning" not in done.stdout + done.stderr, done.stderr
    assert make("clean", cwd=tmp_path).returncode == 0
    assert sorted(path for path in tmp_path.rglob("*")) == before
