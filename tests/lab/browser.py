"""A real browser without a window: what a page becomes in it, and what it looks like.

It reaches loopback and nothing else.  SPDX-License-Identifier: MIT
"""

import os
import subprocess
import tempfile

SECONDS = 90                      # a loaded machine; the browser ends by itself long before
SCRIPT_MILLISECONDS = 20000       # of the page's own clock, which runs as fast as its scripts do

OPTIONS = (
    "--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    f"--virtual-time-budget={SCRIPT_MILLISECONDS}",
)


def _run(*arguments):
    with tempfile.TemporaryDirectory(prefix="potpress-browser-", ignore_cleanup_errors=True) as profile:
        command = ["chromium", *OPTIONS, f"--user-data-dir={profile}", *arguments]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False,
                              env={**os.environ, "HOME": profile})
    if done.returncode != 0:
        raise RuntimeError(f"chromium: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout.decode(errors="replace")


def document(url):
    """The page's document as it stands after its scripts have run, as HTML."""
    return _run("--dump-dom", url)


def picture(url, path, width=1280, height=2000):
    """A PNG of the top of the page. Windows narrower than 500 are not to be had: put a frame around the page."""
    _run(f"--screenshot={path}", f"--window-size={width},{height}", url)
