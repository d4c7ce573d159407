"""A real, small mail server for tests: it keeps what it gets, and can misbehave."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, ClassVar


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts mail on a free port of this machine.

    `refused` are the addresses that it does not know. While `answers` is unset it has taken a
    mail in and says nothing. With `hangs_up` it ends the connection instead of taking one.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.connections = 0
        self.hangs_up = False
        self.answers = threading.Event()
        self.answers.set()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """As `EMAIL_URL` names it."""
        return f"smtp://127.0.0.1:{self.port}"

    def got(self, address: str) -> list[EmailMessage]:
        """What has come for somebody."""
        return [mail for mail in self.mails if mail["To"] == address]


class Conversation(socketserver.StreamRequestHandler):
    """What the server says to one client."""

    server: MailServer
    plain: ClassVar[dict[str, str]] = {"QUIT": "221 Bye", "RSET": "250 OK", "MAIL": "250 OK"}

    def handle(self) -> None:
        self.server.connections += 1
        self._say("220 tests ESMTP")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "MAIL" and self.server.hangs_up:
                return
            if verb == "DATA":
                self._take_in()
            elif verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                unknown = address in self.server.refused
                self._say("550 5.1.1 No such user here" if unknown else "250 OK")
            else:
                self._say(self.plain.get(verb, "250 tests"))
            if verb == "QUIT":
                return

    def _take_in(self) -> None:
        self._say("354 Go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail: Any = message_from_bytes(b"".join(lines), policy=default)
        self.server.mails.append(mail)
        self.server.answers.wait()
        self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One that runs for the block."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.answers.set()
            server.shutdown()
