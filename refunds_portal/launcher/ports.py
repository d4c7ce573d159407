"""Finding a port and telling whether one is taken."""

import random
import socket
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from refunds_portal.launcher.places import private_file
from refunds_portal.launcher.trouble import Trouble

HOST = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: a client
# that keeps knocking at a stopped server there can end up connected to itself.
LOWEST, HIGHEST = 15_000, 29_999


def refuse_taken(port: int) -> None:
    """Trouble, in a sentence, unless a server can listen on the port."""
    if not is_free(port):
        raise Trouble(
            f"Port {port} cannot be had: another program listens there, or it is reserved. "
            f"Pick another: make run PORT={port + 1 if port >= 1024 else 8000}"
        )


def is_free(port: int) -> bool:
    # Asked too, because some systems let two listen on one port.
    with closing(socket.socket()) as caller:
        if caller.connect_ex((HOST, port)) == 0:
            return False
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def kept_port(file: Path, *, spare: Collection[int] = ()) -> int:
    """The port that `file` remembers, while it is free; else another, remembered there.

    Never one of `spare`: those are another's, who does not listen there yet.
    """
    before = _remembered(file)
    port = before
    while port is None or port in spare or not is_free(port):
        # Not a secret: any free one does.
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311
    if port != before:
        private_file(file, str(port))
    return port


def _remembered(file: Path) -> int | None:
    """None also where the file holds something else: any other port does as well."""
    text = file.read_text(errors="replace").strip() if file.exists() else ""
    number = int(text) if text.isdecimal() and len(text) <= 5 else 0
    return number if 0 < number < 65536 else None
