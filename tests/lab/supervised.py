"""supervisord with deploy/supervisord.conf, as an operator installs it.

    with Supervised(directory, programs, config) as line:
        line.ctl("stop", "potpress:enricher")
        assert line.state("enricher") == "STOPPED"

The file is taken as shipped. What an operator edits is edited here, and nothing else: where the programs, the
configuration and the logs are, and the user they run as.
SPDX-License-Identifier: MIT
"""

import os
import pathlib
import pwd
import re
import subprocess
import time

from guarded import Guarded

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "supervisord.conf"
STAGES = ("collector", "enricher", "publisher")
START_SECONDS = 20
COMMAND_SECONDS = 60

MAIN = """[unix_http_server]
file = {directory}/supervisor.sock
[supervisord]
nodaemon = true
directory = {directory}
logfile = {directory}/supervisord.log
pidfile = {directory}/supervisord.pid
childlogdir = {directory}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl = unix://{directory}/supervisor.sock
[include]
files = {directory}/potpress.conf
"""


class Supervised(Guarded):
    """The three programs under a supervisord of their own, which lives in `directory`."""

    def __init__(self, directory, programs, config, env=None):
        self.directory = pathlib.Path(directory).absolute()
        self.programs = pathlib.Path(programs).absolute()
        self.config = pathlib.Path(config).absolute()
        self.main = self.directory / "supervisord.conf"
        self.env = {**os.environ, **(env or {})}

    def _edited(self):
        """deploy/supervisord.conf with this installation's paths and user."""
        edits = {
            "/usr/local/sbin/": f"{self.programs}/",
            "/etc/potpress/potpress.conf": str(self.config),
            "/var/log/potpress/": f"{self.directory}/",
            "user = potpress\n": f"user = {pwd.getpwuid(os.geteuid()).pw_name}\n",
        }
        text = SHIPPED.read_text()
        head, rest = text[:text.index("[group:")], text[text.index("[group:"):]
        for shipped, ours in edits.items():
            assert rest.count(shipped) == len(STAGES), f"{SHIPPED} does not say {shipped!r} once for each program"
            rest = rest.replace(shipped, ours)
        return head + rest

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "potpress.conf").write_text(self._edited())
        self.main.write_text(MAIN.format(directory=self.directory))
        self._run("supervisord", "-c", self.main, env=self.env)
        end = time.monotonic() + START_SECONDS
        while not self.states():
            if time.monotonic() > end:
                raise AssertionError(f"supervisord does not answer; see {self.directory}/supervisord.log")
            time.sleep(0.1)

    def ctl(self, *words):
        """What supervisorctl prints."""
        done = subprocess.run(
            ["supervisorctl", "-c", str(self.main), *words], capture_output=True, text=True,
            timeout=COMMAND_SECONDS, check=False,
        )
        return done.stdout

    def states(self):
        """Stage -> (state, process id or None), as supervisorctl reports."""
        found = re.findall(r"^potpress:(\w+)\s+([A-Z]+)(?:\s+pid (\d+))?", self.ctl("status"), re.M)
        return {stage: (state, int(pid) if pid else None) for stage, state, pid in found}

    def state(self, stage):
        return self.states()[stage][0]

    def pid(self, stage):
        """The process id, None while it does not run."""
        return self.states()[stage][1]

    def log(self, stage):
        return (self.directory / f"{stage}.log").read_text(errors="replace")
