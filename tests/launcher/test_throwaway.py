"""Folders that go with the run that made them, even if it was killed."""

import signal
from pathlib import Path

from refunds_portal.launcher.throwaway import throwaway_folder
from tests.launcher.launching import Launch

HOLD_FOLDER = """
import time
from refunds_portal.launcher.throwaway import throwaway_folder
with throwaway_folder() as folder:
    print(folder, "up", flush=True)
    time.sleep(60)
"""


def test_a_folder_goes_with_its_run() -> None:
    with throwaway_folder() as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_the_next_run_removes_the_folder_of_a_killed_one_and_no_other(
    folder: Path, launch: Launch
) -> None:
    killed = launch.script(HOLD_FOLDER, folder=folder)
    killed.wait_for("up")
    left = Path(killed.output.split()[0])
    with throwaway_folder():
        assert left.exists()
    killed.send(signal.SIGKILL)
    assert left.exists()
    with throwaway_folder():
        assert not left.exists()
        assert folder.exists()
