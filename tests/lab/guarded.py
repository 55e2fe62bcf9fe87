"""A server that runs in the foreground and must not outlive us.  SPDX-License-Identifier: MIT"""

import subprocess

STOP_SECONDS = 30
# Ends the server, by SIGTERM, as soon as there is nobody to read from: we have closed the pipe, or have died.
GUARD = '"$@" & pid=$!; cat >/dev/null; kill "$pid"; wait "$pid"'


class Guarded:
    """What has start(), and there calls _run() with the server's command. It ends with stop(), or with us."""

    _process = None

    def _run(self, *command, env=None):
        self._process = subprocess.Popen(
            ["sh", "-c", GUARD, type(self).__name__, *map(str, command)], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=env,
        )

    def wait(self):
        """Until it ends by itself."""
        self._process.wait()

    def stop(self):
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(STOP_SECONDS)
            self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_reason):
        self.stop()
