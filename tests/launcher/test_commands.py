"""The launcher's other commands: reset, manage and with-servers."""

from pathlib import Path

import pytest

from refunds_portal.launcher import commands
from refunds_portal.launcher.alone import alone_in
from refunds_portal.launcher.kept import kept
from refunds_portal.launcher.trouble import Trouble
from tests.launcher.launching import PATIENCE_SECONDS, Launch

# Some start servers of their own.
pytestmark = pytest.mark.timeout(400)


def test_reset_wipes_the_folder(folder: Path) -> None:
    data = folder / "local"
    secret = data / "secret-key"
    kept(secret)
    assert commands.reset(data) == 0
    assert not data.exists()


def test_reset_refuses_while_the_site_runs(folder: Path) -> None:
    data = folder / "local"
    kept(data / "secret-key")
    with alone_in(data, doing="The site runs."), pytest.raises(Trouble, match="The site runs"):
        commands.reset(data)
    assert (data / "secret-key").exists()


def test_manage_brings_the_servers_up_for_one_command(folder: Path, launch: Launch) -> None:
    program = "from django.db import connection; connection.ensure_connection(); print('reached')"
    managed = launch.command(
        "--data", str(folder / "local"), "manage", "shell", "-c", program, folder=folder
    )
    assert managed.process.wait(PATIENCE_SECONDS) == 0, managed.output
    assert "reached" in managed.output


def test_with_servers_hands_on_what_its_command_returns(folder: Path, launch: Launch) -> None:
    asked = 'echo "$DATABASE_URL $REDIS_URL $SECRET_KEY"; exit 7'
    launched = launch.command("with-servers", "--", "sh", "-c", asked, folder=folder)
    assert launched.process.wait(PATIENCE_SECONDS) == 7
    assert launched.output.startswith("postgres://")
    assert "redis://" in launched.output
    assert len(launched.output.split()) == 3


def test_what_is_kept_is_private_and_stays_the_same(folder: Path) -> None:
    first = kept(folder / "secret-key")
    assert len(first) > 40
    assert kept(folder / "secret-key") == first
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600
