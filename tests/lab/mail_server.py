"""A small mail server on loopback: logins, refusals at each command, answers that are lost.

    with MailServer() as server:
        server.faults.append(MailFault("RCPT", "450 4.2.0 later"))
        server.faults.append(MailFault("."))            # closes without an answer, the message kept
        ... the publisher sends to server.url ...
        server.messages[0].subject, .text, .to, .headers

It refuses what hardened servers refuse: a bare CR or LF in a message, lines over 998 bytes, bytes beyond ASCII.
SPDX-License-Identifier: MIT
"""

import base64
import dataclasses
import email
import email.header
import email.policy
import re
import socketserver
import ssl
import threading

USER, PASSWORD = "pot", "secret0password"


@dataclasses.dataclass
class MailFault:
    command: str                  # "CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "." (the message's end)
    answer: str = None            # None: the connection is closed instead
    times: int = 1


@dataclasses.dataclass
class Mail:
    helo: str
    sender: str
    to: list
    raw: bytes
    login: bool
    secret: bool                  # it came encrypted

    def __post_init__(self):
        self.headers = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.subject = str(self.headers["Subject"])
        self.text = self.headers.get_content().replace("\r\n", "\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class MailServer:
    def __init__(self, needs_login=False, certificate=None, tls=None):
        """certificate: (file, key file); tls: "starttls" or "implicit"."""
        self.needs_login, self.tls = needs_login, tls
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.faults, self.messages, self.commands = [], [], []
        self.lock = threading.Lock()
        look_alike = self

        class Handler(_Handler):
            server_of = look_alike

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"smtp{'s' if tls == 'implicit' else ''}://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_reason):
        self.server.shutdown()
        self.server.server_close()

    def fault_for(self, command):
        with self.lock:
            for fault in self.faults:
                if fault.command == command and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None


class _Closed(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    server_of = None

    def handle(self):
        self.helo, self.sender, self.to, self.login, self.secret = "", "", [], False, False
        try:
            if self.server_of.tls == "implicit":
                self.encrypt()
            self.say("CONNECT", "220 mail.example ESMTP")
            while line := self.rfile.readline(2000):
                self.command(line.rstrip(b"\r\n").decode("ascii", "replace"))
        except (_Closed, ConnectionError, ssl.SSLError):
            pass

    def encrypt(self):
        self.connection = self.server_of.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.secret = True

    def say(self, command, usual):
        """True when the usual answer was given."""
        fault = self.server_of.fault_for(command)
        if fault and fault.answer is None:
            raise _Closed
        self.wfile.write(((fault.answer if fault else usual) + "\r\n").encode())
        return fault is None

    def command(self, line):
        with self.server_of.lock:
            self.server_of.commands.append(line)
        word = line.split(" ")[0].upper()
        if word == "EHLO":
            self.helo = line[5:]
            more = "250-STARTTLS\r\n" if self.server_of.tls == "starttls" and not self.secret else ""
            self.say(word, f"250-mail.example\r\n{more}250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000")
        elif word == "STARTTLS" and self.server_of.tls == "starttls":
            if self.say(word, "220 go ahead"):
                self.encrypt()
        elif word == "AUTH":
            self.auth(line)
        elif word == "MAIL" and self.server_of.needs_login and not self.login:
            self.say(word, "530 5.7.0 Authentication required")
        elif word in ("MAIL", "RCPT"):
            self.envelope(word, line)
        elif word == "DATA":
            if self.say(word, "354 go ahead"):
                self.data()
        elif word == "QUIT":
            self.say(word, "221 bye")
            raise _Closed
        else:
            self.say(word, "500 5.5.1 unknown command")

    def auth(self, line):
        if not line.upper().startswith("AUTH PLAIN"):
            self.say("AUTH", "504 5.5.4 not here")
            return
        given = line.split(" ")[2] if line.count(" ") > 1 else None
        if given is None:
            if not self.say("AUTH", "334 "):
                return
            given = self.rfile.readline(2000).strip().decode()
        self.login = base64.b64decode(given) == f"\0{USER}\0{PASSWORD}".encode()
        self.say("LOGIN", "235 2.7.0 ok" if self.login else "535 5.7.8 Authentication credentials invalid")

    def envelope(self, word, line):
        found = re.fullmatch(r"(?:MAIL FROM|RCPT TO):<([^<>\s]+@[^<>\s]+)>(?: SIZE=\d+)?", line, re.I)
        if not found:
            self.say(word, "501 5.1.7 bad address")
        elif self.say(word, "250 ok"):
            if word == "MAIL":
                self.sender, self.to = found[1], []
            else:
                self.to.append(found[1])

    def data(self):
        lines = []
        while (line := self.rfile.readline(4000)) != b".\r\n":
            if not line:
                raise _Closed
            lines.append(line[1:] if line.startswith(b"..") else line)
        bad = [x for x in lines if not x.endswith(b"\r\n") or len(x) > 1000 or b"\r" in x[:-2] or not x.isascii()]
        if bad:
            self.say(".", "550 5.6.11 bare line feed, long line or 8 bit")
            return
        fault = self.server_of.fault_for(".")
        if fault is None or fault.answer is None:
            with self.server_of.lock:
                self.server_of.messages.append(
                    Mail(self.helo, self.sender, list(self.to), b"".join(lines), self.login, self.secret))
        if fault and fault.answer is None:
            raise _Closed
        self.wfile.write(((fault.answer if fault else "250 2.0.0 queued") + "\r\n").encode())
