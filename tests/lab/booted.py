"""A real systemd as process 1 of a small Debian root, in namespaces of its own; needs root.

The root is made once by mmdebstrap and kept in the cache. Its network is loopback only, shared with whatever
is started within `network`, or else this machine's.
"""

import contextlib
import ctypes
import os
import pathlib
import shutil
import subprocess
import time

CACHE = pathlib.Path(os.environ.get("POTPRESS_CACHE") or
                     pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "potpress")
PACKAGES = ("systemd,systemd-sysv,dbus,sqlite3,ca-certificates,libcurl4,libcjson1,libuuid1,libdeflate0,libssl3,"
            "libsqlite3-0,libutf8proc2,procps,supervisor")
BOOT_SECONDS = 60
CLONE_NEWNET = 0x40000000

# Runs as the first process of the new namespaces: builds what systemd expects of a container, and becomes it.
INIT = r"""
set -e
root=$1
mount --make-rprivate /
mount --rbind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for d in run tmp dev; do mount -t tmpfs tmpfs "$root/$d"; done
for d in null zero full random urandom tty; do
    touch "$root/dev/$d"
    mount --bind "/dev/$d" "$root/dev/$d"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
mount --make-rshared /
ip link set lo up 2>/dev/null || true
export container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec /lib/systemd/systemd
"""


def root_archive(suite="bookworm", packages=PACKAGES):
    """The archive of a root with systemd; made at the first call."""
    archive = CACHE / f"root-{suite}.tar"
    wanted = CACHE / f"root-{suite}.packages"
    if not archive.exists() or not wanted.exists() or wanted.read_text() != packages:
        part = CACHE / f"root-{suite}.part.tar"
        subprocess.run(["mmdebstrap", "--quiet", "--format=tar", "--variant=minbase", f"--include={packages}",
                        suite, part], check=True)
        part.rename(archive)
        wanted.write_text(packages)
    return archive


def enter_network(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Booted:
    """Used as a context; `run` runs a command inside."""

    def __init__(self, path, archive, own_network=True):
        self.path = pathlib.Path(path)
        self.namespaces = ["--mount", "--pid", "--uts", "--ipc", "--cgroup", *["--net"] * own_network]
        self.root = self.path / "root"
        self.root.mkdir(parents=True)
        subprocess.run(["tar", "-xf", archive, "-C", self.root, "--exclude=./dev/*"], check=True)
        (self.root / "etc/machine-id").write_text("")
        (self.root / "etc/resolv.conf").write_text("")
        self.mounts = contextlib.ExitStack()    # what is mounted below the root from outside
        self.cgroups = self.path / "cgroup"
        self.group = None
        self.process = None
        self.pid = None

    def __enter__(self):
        self.cgroups.mkdir()
        subprocess.run(["mount", "-t", "cgroup2", "cgroup2", self.cgroups], check=True)
        self.group = self.cgroups / f"potpress-lab-{os.getpid()}-{time.monotonic_ns()}"
        self.group.mkdir()
        try:
            self.boot()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def boot(self):
        enter = f'echo $$ > "{self.group}/cgroup.procs" && exec "$@"'
        self.process = subprocess.Popen(
            ["sh", "-c", enter, "sh", "unshare", *self.namespaces, "--fork", "--kill-child", "sh", "-c", INIT, "init",
             self.root],
            stdin=subprocess.DEVNULL, stdout=(self.path / "boot.log").open("wb"), stderr=subprocess.STDOUT)
        end = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < end:
            self.pid = self.pid or self.first_process()
            if self.pid and self.run("systemctl", "is-system-running", check=False).stdout.strip() in (
                    "running", "degraded"):
                return
            assert self.process.poll() is None, (self.path / "boot.log").read_text()
            time.sleep(0.2)
        raise AssertionError("systemd did not come up:\n" + (self.path / "boot.log").read_text())

    def first_process(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"/lib/systemd/systemd"):
                    return int(child)
        return None

    def run(self, *command, check=True, input=None):
        done = subprocess.run(["nsenter", "-t", str(self.pid), "-m", "-p", "-u", "-i", "-n", "-C", "-r", "-w", *command],
                              capture_output=True, text=True, timeout=60, check=False, input=input)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    @contextlib.contextmanager
    def network(self):
        """This thread, and what it starts, is in the network of the booted root."""
        with open("/proc/self/ns/net") as ours, open(f"/proc/{self.pid}/ns/net") as theirs:
            enter_network(theirs)
            try:
                yield
            finally:
                enter_network(ours)

    def show(self, unit, what):
        return self.run("systemctl", "show", "--value", "-p", what, unit).stdout.strip()

    def journal(self, unit):
        return self.run("journalctl", "-q", "--no-pager", "-o", "cat", "-u", unit).stdout

    def reboot(self):
        """Off and on again: the disk stays, all else is new."""
        self.run("sync")
        self.halt()
        self.pid = self.process = None
        self.boot()

    def halt(self):
        if self.pid:
            subprocess.run(["nsenter", "-t", str(self.pid), "-m", "-p", "-u", "-i", "-n", "-C", "-r", "-w", "systemctl",
                            "--force", "--force", "poweroff"], capture_output=True, timeout=60, check=False)
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            self.process.kill()
            self.process.wait()
        for group in sorted(self.group.rglob("*"), reverse=True):
            if group.is_dir():
                group.rmdir()

    def __exit__(self, *_):
        self.halt()
        self.group.rmdir()
        subprocess.run(["umount", self.cgroups], check=True)
        self.mounts.close()
        shutil.rmtree(self.root)
