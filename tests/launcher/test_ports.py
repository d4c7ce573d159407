"""Ports: remembered while they are free, another one when they are taken."""

import socket
from contextlib import closing
from pathlib import Path

from refunds_portal.launcher.ports import is_free, kept_port


def test_a_port_is_remembered_until_somebody_else_has_it(folder: Path) -> None:
    first = kept_port(folder / "port")
    assert kept_port(folder / "port") == first
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        second = kept_port(folder / "port")
    assert second != first
    assert kept_port(folder / "port") == second


def test_a_port_on_which_somebody_listens_everywhere_is_taken() -> None:
    with closing(socket.socket()) as other:
        other.bind(("0.0.0.0", 0))  # noqa: S104 - what this is about
        other.listen()
        assert not is_free(other.getsockname()[1])
