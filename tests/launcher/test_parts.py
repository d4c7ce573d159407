"""One part: how its death is told, what dies with it, what a sweep may touch."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from refunds_portal.launcher.lifeline import HAS_LIFELINE
from refunds_portal.launcher.places import CHECKOUT
from refunds_portal.launcher.processes import Part, sweep
from refunds_portal.launcher.proctable import started_at
from refunds_portal.launcher.trouble import PartDied
from tests.launcher.launching import eventually, is_alive


def part(folder: Path, *command: str) -> Part:
    return Part(
        name="parrot",
        command=[sys.executable, *command],
        folder=folder,
        env=dict(os.environ),
        cwd=CHECKOUT,
    )


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["/bin/sleep", "60"], process_group=0)
    yield process
    process.kill()
    process.wait()


def test_a_dead_part_is_named_with_the_end_of_its_log_and_where_it_is(folder: Path) -> None:
    dead = part(folder, "-c", "print('this parrot is no more'); raise SystemExit(3)")
    dead.start()
    assert eventually(lambda: not dead.is_running)
    with pytest.raises(PartDied) as caught:
        dead.check()
    told = str(caught.value)
    assert "parrot ended with status 3" in told
    assert "this parrot is no more" in told
    assert str(dead.log) in told


def test_a_killed_part_says_by_which_signal(folder: Path) -> None:
    killed = part(folder, "-c", "import time; time.sleep(60)")
    killed.start()
    assert killed.pid
    os.kill(killed.pid, signal.SIGKILL)
    assert eventually(lambda: not killed.is_running)
    with pytest.raises(PartDied, match="parrot was killed by signal 9"):
        killed.check()


def test_stopping_ends_a_part_that_does_not_listen_and_what_it_started(folder: Path) -> None:
    deaf = part(
        folder,
        "-c",
        "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(subprocess.Popen(['/bin/sleep', '60']).pid, flush=True); time.sleep(60)",
    )
    deaf.start()
    assert eventually(lambda: deaf.log.read_text().endswith("\n"))
    child = int(deaf.log.read_text())
    deaf.stop(grace=0.1)
    assert eventually(lambda: not is_alive(child), seconds=5)
    assert not deaf.record.exists()


@pytest.mark.skipif(not HAS_LIFELINE, reason="the system cannot tie a process to its parent")
def test_what_a_part_forks_dies_with_it(folder: Path) -> None:
    mark = str(folder / "mark")
    forking = part(folder, "-m", "refunds_portal.launcher.part", mark, "tests.launcher.forking")
    forking.start()
    assert forking.pid
    assert eventually(lambda: forking.log.read_text().endswith("forked\n"))
    child, grandchild = psutil.Process(forking.pid).children(recursive=True)
    os.kill(forking.pid, signal.SIGKILL)
    assert eventually(lambda: not (is_alive(child.pid) or is_alive(grandchild.pid)), seconds=5)
    forking.stop()


def test_a_sweep_ends_what_a_killed_launcher_left_behind(
    folder: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    record = write_record(folder, pid=sleeper.pid, started=started_at(sleeper.pid))
    sweep(folder, signs={"left": signal.SIGTERM})
    assert sleeper.wait(5) == -signal.SIGTERM
    assert not record.exists()


def test_a_sweep_leaves_a_stranger_alone_who_has_the_number_by_now(
    folder: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    record = write_record(folder, pid=sleeper.pid, started="long ago")
    sweep(folder, signs={})
    assert sleeper.poll() is None
    assert not record.exists()


def write_record(folder: Path, *, pid: int, started: str | None) -> Path:
    record = folder / "run" / "left.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"pid": pid, "started": started}))
    return record
