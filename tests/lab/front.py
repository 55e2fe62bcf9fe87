"""T-Pot's web server before an engine, on its own: front.py --port N --target URL --home DIR

Its files are in DIR/front; `password` there is the one of user `reader`.
SPDX-License-Identifier: MIT
"""

import argparse
import signal

import lab


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--target", required=True, help="the engine's address")
    options.add_argument("--home", required=True)
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: exit(0))
    with lab.Front(chosen.home, chosen.target, port=chosen.port) as front:
        password = front.directory / "password"
        password.touch(0o600)
        password.write_text(front.user[1] + "\n")
        front.wait()


if __name__ == "__main__":
    main()
