"""An attacker of an SSH honeypot on loopback who leaves harmless files in the three ways Cowrie knows.

    attack.py DOOR SEED

uploads the EICAR test text by SFTP, and texts made from SEED by SFTP, by a redirected echo in a shell, and
through the standard input of `cat`, each from another address of a documentation range: DOOR is the port of
the honeypot that takes the PROXY protocol. Prints a line of JSON for each file: how, the name, the SHA-256,
the source.
Runs in the environment that `tests/lab/cowrie install` makes, which has paramiko.
SPDX-License-Identifier: MIT
"""

import contextlib
import hashlib
import io
import json
import socket
import sys

import paramiko

# Two halves, so that no scanner takes this file for what it writes.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECONDS = 30


@contextlib.contextmanager
def login(door, source, password):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    with socket.create_connection(("127.0.0.1", door), SECONDS) as connection, client:
        connection.sendall(f"PROXY TCP4 {source} 10.0.0.5 40123 22\r\n".encode())
        client.connect("127.0.0.1", door, "root", password, sock=connection, allow_agent=False, look_for_keys=False,
                       banner_timeout=SECONDS, auth_timeout=SECONDS)
        yield client


def by_sftp(client, name, content):
    with client.open_sftp() as sftp:
        sftp.putfo(io.BytesIO(content), f"/tmp/{name}", confirm=False)


def by_echo(client, name, content):
    """A line typed into a shell; the honeypot adds the newline, as echo does."""
    shell = client.invoke_shell()
    shell.settimeout(SECONDS)
    shell.sendall(f"echo {content.decode().rstrip()} > /tmp/{name}\nexit\n".encode())
    read_to_the_end(shell)


def by_cat(client, name, content):
    channel = client.get_transport().open_session(timeout=SECONDS)
    channel.settimeout(SECONDS)
    channel.exec_command(f"cat > /tmp/{name}")
    channel.sendall(content)
    channel.shutdown_write()
    read_to_the_end(channel)


def read_to_the_end(channel):
    with contextlib.suppress(OSError):      # the honeypot may hang up without a word
        while channel.recv(4096):
            pass


def files(seed):
    """How, name and content of each file."""
    yield by_sftp, "eicar.com", EICAR
    for way, name in ((by_sftp, "update.sh"), (by_echo, "x"), (by_cat, "dropped.sh")):
        yield way, name, f"harmless-{name}-{seed}\n".encode()


def main():
    door, seed = int(sys.argv[1]), sys.argv[2]
    for number, (way, name, content) in enumerate(files(seed)):
        source = f"198.51.100.{1 + (sum(seed.encode()) * 4 + number) % 250}"
        with login(door, source, f"letmein{seed}") as client:
            way(client, name, content)
        left = {"way": way.__name__, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "source": source}
        print(json.dumps(left), flush=True)


if __name__ == "__main__":
    main()
