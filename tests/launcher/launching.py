"""Starts launchers as processes, as make does, and looks at what runs under them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from refunds_portal.launcher.lifeline import HAS_LIFELINE
from refunds_portal.launcher.places import CHECKOUT
from refunds_portal.launcher.ports import LOWEST, is_free
from refunds_portal.launcher.processes import POLL_SECONDS

# A first start fills in the demo, which takes a busy machine a minute; only a test that fails
# waits so long.
PATIENCE_SECONDS = 150
# Of the ports below those that servers choose for themselves, each process has its own.
PORTS_EACH = 500


def own_environment() -> dict[str, str]:
    """The tests' environment without their servers, so that a launcher starts its own."""
    theirs = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    return {key: value for key, value in os.environ.items() if key not in theirs}


def site_port() -> int:
    """A free port that no other process of the tests, and no server, takes in the meantime."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = range(LOWEST - (process + 1) * PORTS_EACH, LOWEST - process * PORTS_EACH)
    return next(port for port in random.sample(own, len(own)) if is_free(port))


def eventually(holds: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_alive(pid: int) -> bool:
    """A process that has ended counts as dead even if nobody has asked how it ended."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def die_with_their_launcher(pids: list[int]) -> bool:
    """Where the system cannot tie them to it, the next start sweeps them instead."""
    return not HAS_LIFELINE or eventually(lambda: not any(map(is_alive, pids)), seconds=5)


class Launched:
    """A running launcher and its output so far."""

    def __init__(self, arguments: list[str], *, output: Path) -> None:
        self._output = output
        with output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=CHECKOUT,
                env=own_environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str) -> None:
        """Fail with the whole output when it ends, or takes too long, without saying it."""
        eventually(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output

    def descendants(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def send(self, sign: signal.Signals) -> int:
        """Send the signal and return the exit status."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE_SECONDS)

    def kill_all(self) -> None:
        below = self.descendants()
        self.send(signal.SIGKILL)
        for pid in filter(is_alive, below):
            os.kill(pid, signal.SIGKILL)


class Launch:
    """Starts launchers; `end` kills those that a test left running."""

    def __init__(self) -> None:
        self._all: list[Launched] = []

    def site(self, folder: Path, *, port: int) -> Launched:
        return self.command("--data", str(folder), "run", "--port", str(port), folder=folder.parent)

    def command(self, *arguments: str, folder: Path) -> Launched:
        return self._launch(["-m", "refunds_portal.launcher", *arguments], folder / "launcher.out")

    def script(self, source: str, *arguments: str, folder: Path) -> Launched:
        return self._launch(["-c", source, *arguments], folder / "script.out")

    def _launch(self, arguments: list[str], output: Path) -> Launched:
        launched = Launched(arguments, output=output)
        self._all.append(launched)
        return launched

    def end(self) -> None:
        for launched in self._all:
            if launched.process.poll() is None:
                launched.kill_all()
