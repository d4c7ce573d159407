"""Ports: remembered while they are free, another one when they are taken."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from refunds_portal.launcher.ports import is_free, kept_port
from refunds_portal.launcher.progress import Progress
from refunds_portal.launcher.run import Running
from tests.launcher.launching import site_port


def test_a_port_is_remembered_until_somebody_else_has_it(folder: Path) -> None:
    first = kept_port(folder / "port")
    assert kept_port(folder / "port") == first
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        second = kept_port(folder / "port")
    assert second != first
    assert kept_port(folder / "port") == second


def test_a_port_kept_for_another_is_not_taken_even_while_it_is_free(folder: Path) -> None:
    first = kept_port(folder / "port")
    second = kept_port(folder / "port", spare=[first])
    assert second != first
    assert kept_port(folder / "port") == second


def test_a_site_and_its_servers_take_three_different_ports(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    port = site_port()
    files = [folder / "postgres.port", folder / "valkey.port"]
    for file in files:
        file.write_text(str(port))
    Running(folder, port=port, say=Progress())
    assert len({str(port), *(file.read_text() for file in files)}) == 3


def test_a_port_on_which_somebody_listens_everywhere_is_taken() -> None:
    with closing(socket.socket()) as other:
        other.bind(("0.0.0.0", 0))  # noqa: S104 - what this is about
        other.listen()
        assert not is_free(other.getsockname()[1])
