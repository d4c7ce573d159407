"""Finding a port and telling whether one is taken."""

import random
import socket
from contextlib import closing
from pathlib import Path

HOST = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections: a client
# that keeps knocking at a stopped server there can end up connected to itself.
LOWEST, HIGHEST = 15_000, 29_999


def is_free(port: int, *, host: str = HOST) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(*, remembered: int | None = None) -> int:
    """`remembered` when it is free, else one that is."""
    if remembered is not None and is_free(remembered):
        return remembered
    while True:
        # Not a secret: any free one does.
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311
        if is_free(port):
            return port


def kept_port(file: Path) -> int:
    """The port that `file` remembers, while it is free; else another, remembered there."""
    before = int(file.read_text()) if file.exists() else None
    port = free_port(remembered=before)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(port))
    return port
