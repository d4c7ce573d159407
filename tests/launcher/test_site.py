"""The whole site: started, stopped, killed, and started again on the same data."""

import http.client
import signal
import socket
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest

from tests.launcher.launching import (
    Launch,
    Launched,
    die_with_their_launcher,
    eventually,
    is_alive,
    site_port,
)

# Each starts the whole site, some of them twice.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def port() -> int:
    return site_port()


def status_of(port: int, path: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def database_of(site: Launched) -> str:
    """The DATABASE_URL that the site's web server sees."""
    for pid in site.descendants():
        environment = psutil.Process(pid).environ()
        if "DATABASE_URL" in environment:
            return environment["DATABASE_URL"]
    raise AssertionError("no part knows a database")


def users(url: str) -> int:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_user")
        return int(cursor.fetchone()[0])


def test_ctrl_c_stops_all_of_it_and_is_no_failure(
    site_folder: Path, launch: Launch, port: int
) -> None:
    site = launch.site(site_folder, port=port)
    site.wait_for(f"ready on http://127.0.0.1:{port}")
    for account in ("buyer", "vendor", "operator"):
        assert f"{account}@example.com" in site.output
    assert status_of(port, "/accounts/login/") == http.HTTPStatus.OK
    below = site.descendants()
    assert site.send(signal.SIGINT) == 0
    assert not any(map(is_alive, below))


def test_a_killed_launcher_leaves_nothing_running_and_the_next_one_finds_the_data(
    site_folder: Path, launch: Launch, port: int
) -> None:
    killed = launch.site(site_folder, port=port)
    killed.wait_for("Ctrl-C")
    before, below = users(database_of(killed)), killed.descendants()
    assert before > 0
    assert killed.send(signal.SIGKILL) == -signal.SIGKILL
    assert die_with_their_launcher(below)

    again = launch.site(site_folder, port=port)
    again.wait_for("Ctrl-C")
    assert users(database_of(again)) >= before
    assert again.send(signal.SIGTERM) == 0


@pytest.mark.parametrize("name", ["worker", "web"])
def test_a_part_that_dies_is_named_and_ends_the_rest(
    site_folder: Path, launch: Launch, port: int, name: str
) -> None:
    site = launch.site(site_folder, port=port)
    site.wait_for("Ctrl-C")
    below = site.descendants()
    part = next(
        child
        for child in psutil.Process(site.process.pid).children()
        if any(word.endswith(f"{name}.ready") for word in child.cmdline())
    )
    part.kill()
    assert site.process.wait(30) == 1
    assert f"{name} was killed by signal 9" in site.output
    assert str(site_folder / "logs" / f"{name}.log") in site.output
    assert eventually(lambda: not any(map(is_alive, below)), seconds=5)


def test_a_taken_port_is_refused_in_a_sentence_before_anything_starts(
    folder: Path, launch: Launch
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = launch.site(folder / "local", port=port)
        assert site.process.wait(30) == 1
    assert f"Port {port} cannot be had" in site.output
    assert len(site.output.splitlines()) == 1
    assert not (folder / "local" / "logs").exists()


def test_a_second_start_in_the_same_folder_is_refused(
    folder: Path, launch: Launch, port: int
) -> None:
    first = launch.site(folder / "local", port=port)
    first.wait_for("data:")
    second = launch.site(folder / "local", port=site_port())
    assert second.process.wait(30) == 1
    assert f"already runs, on http://127.0.0.1:{port}" in second.output
