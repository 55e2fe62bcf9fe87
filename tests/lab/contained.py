"""The image, and its three services as deploy/container/compose.yaml has them; needs root, buildah and podman.

Storage and configuration of both are the test's own. The services' network is this machine's, so that they reach
the laboratory's servers on loopback; all else is taken from the file, and what it says is understood or refused.
SPDX-License-Identifier: MIT
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "deploy" / "container" / "compose.yaml"
STORAGE = '[storage]\ndriver = "vfs"\ngraphroot = "{path}/graph"\nrunroot = "{run}"\n'
# crun and the usual limits are refused where this runs in a container itself.
ENGINE = ('[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\ntmp_dir = "{run}/engine"\n'
          'lock_type = "file"\n'
          '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n')


def parent_of(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


class Contained:
    """Used as a context; `directory` holds compose.yaml's neighbours: potpress.conf and secrets/."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.directory = self.path / "compose"
        (self.directory / "secrets").mkdir(parents=True)
        # A long path is too long for its sockets, and nothing is restarted.
        self.run = pathlib.Path(tempfile.mkdtemp(prefix="potpress-"))
        (self.path / "storage.conf").write_text(STORAGE.format(path=self.path, run=self.run))
        (self.path / "containers.conf").write_text(ENGINE.format(run=self.run))
        self.env = {**os.environ, "CONTAINERS_STORAGE_CONF": str(self.path / "storage.conf"),
                    "CONTAINERS_CONF": str(self.path / "containers.conf"), "BUILDAH_ISOLATION": "chroot"}
        self.described = yaml.safe_load(COMPOSE.read_text())
        self.services = self.described["services"]

    def __enter__(self):
        try:
            self.tool("make", "-s", "-C", ROOT, "image", "IMAGE_TOOL=buildah")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.podman("rm", "--all", "--force", "--time", "5", check=False)
        self.podman("volume", "prune", "--force", check=False)
        self.unmount()
        shutil.rmtree(self.run)

    def tool(self, *command, check=True):
        done = subprocess.run(list(map(str, command)), env=self.env, capture_output=True, text=True, timeout=300,
                              check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def podman(self, *command, check=True):
        return self.tool("podman", *command, check=check)

    def secret(self, name, text):
        path = self.directory / "secrets" / name
        path.write_text(text + "\n")
        path.chmod(0o400)
        os.chown(path, 997, 997)

    def options(self, service):
        """compose.yaml's words as podman's."""
        words = dict(self.services[service])
        options = ["--hostname", words.pop("hostname"), "--user", words.pop("user"), "--memory", words.pop("mem_limit"),
                   "--pids-limit", words.pop("pids_limit"), "--restart", words.pop("restart"), "--stop-timeout",
                   words.pop("stop_grace_period").removesuffix("s"), "--network", "host"]
        options += ["--read-only"] * words.pop("read_only")
        for drop in words.pop("cap_drop"):
            options += ["--cap-drop", drop.lower()]
        for option in words.pop("security_opt"):
            options += ["--security-opt", option]
        for volume in words.pop("volumes"):
            options += ["--volume", volume.replace("./", f"{self.directory}/", 1)]
        image, command = words.pop("image"), words.pop("command")
        assert not words, f"compose.yaml has words that this does not know: {words}"
        return [*options, image, *command]

    def start(self, service):
        self.podman("run", "--detach", "--name", service, *self.options(service))

    def log(self, service):
        done = self.podman("logs", service)
        return done.stdout + done.stderr

    def pid(self, service):
        return int(self.podman("inspect", "--format", "{{.State.Pid}}", service).stdout)

    def reboot(self):
        """As when the machine is switched off and on: all processes gone at once, and all that is not on the disk."""
        for line in self.podman("ps", "--no-trunc", "--format", "{{.ID}} {{.Pid}}").stdout.splitlines():
            name, pid = line.split()
            with contextlib.suppress(ProcessLookupError):
                os.kill(parent_of(int(pid)), signal.SIGKILL)
                os.kill(int(pid), signal.SIGKILL)
            self.tool("runc", "delete", "--force", name)
        self.unmount()
        shutil.rmtree(self.run)
        # What podman-restart.service does.
        self.podman("start", "--all", "--filter", "restart-policy=unless-stopped")

    def unmount(self):
        """What the engine has mounted below its own directories."""
        mounted = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for place in reversed([m for m in mounted if m.startswith((f"{self.run}/", f"{self.path}/graph/overlay"))]):
            subprocess.run(["umount", "--lazy", place], check=True)

    def volume(self):
        return pathlib.Path(self.podman("volume", "inspect", "--format", "{{.Mountpoint}}", "data").stdout.strip())
