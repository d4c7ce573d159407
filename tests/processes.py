"""Real Celery workers and beats for tests, run as production runs them.

They work on the tests' database and the tests' broker, tick every second, and die with the
tests. Their logs are shown with a test that fails.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from refunds_portal.launcher.environment import site_environment
from refunds_portal.launcher.processes import POLL_SECONDS, Part
from refunds_portal.launcher.proctable import HAS_PROC, PROC
from refunds_portal.launcher.site import Site
from refunds_portal.launcher.trouble import tail

# Far more than a loaded machine needs: only a test that fails waits so long.
PATIENCE_SECONDS = 90
LOG_LINES = 120
# A traceback may be one line.
LINE_LENGTH = 1_000
# A live server of the tests has sessions in the same database.
NAME = "timed_work"


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds; fail naming `what` was waited for."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain until {what}")
        time.sleep(POLL_SECONDS)


class TimedWork:
    """Starts workers and beats, each a `Site` of its own, so that two may run at once."""

    def __init__(self, folder: Path, *, sweep_seconds: float, env: dict[str, str]) -> None:
        servers = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
        self._folder = folder
        self._env = {
            **site_environment(folder, servers),
            "SWEEP_SECONDS": str(sweep_seconds),
            # Where a test holds a lock, a sweep waits until the test has seen it wait.
            "SWEEP_LOCK_SECONDS": str(2 * PATIENCE_SECONDS),
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            **env,
        }
        self._parts: list[Part] = []

    def start_worker(self) -> Part:
        """One more worker, which takes about two seconds to come up."""
        return self._begin(self._site().worker())

    def start_beat(self) -> Part:
        """One more beat."""
        return self._begin(self._site().beat())

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """As the function, and fail at once when a part ends that nobody killed."""

        def holds_and_all_run() -> bool:
            for part in self._parts:
                part.check()
            return holds()

        wait_until(holds_and_all_run, what)

    def kill(self, part: Part) -> None:
        """End the part and its children at once, as the kernel does: nothing is cleaned up."""
        self._parts.remove(part)
        part.kill()
        wait_until(lambda: not part.is_running, f"{part.name} is dead")

    def kill_children(self, part: Part) -> None:
        """End every process that the part has forked, as a machine short of memory does."""
        for pid in _children(part):
            os.kill(pid, signal.SIGKILL)

    def has_logged(self, part: Part, words: str) -> bool:
        """Whether the part has said this, with other words around it."""
        return words in part.log.read_text(errors="replace")

    def stop(self) -> None:
        """Kill what runs, and return when the database has noticed.

        Emptying tables would wait for a transaction of theirs, or deadlock with it.
        """
        for part in self._parts:
            part.kill()
        wait_until(
            lambda: not sessions(),
            "the last process has left the database",
        )

    def show_logs(self) -> None:
        """Write the end of every log where pytest captures it for a test that fails."""
        for log in sorted(self._folder.glob("*/logs/*.log")):
            lines = [line[:LINE_LENGTH] for line in tail(log, lines=LOG_LINES).splitlines()]
            sys.stdout.write("\n".join([f"--- {log.relative_to(self._folder)}", *lines, ""]))

    def _site(self) -> Site:
        folder = self._folder / f"{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        return Site(folder=folder, env=self._env, port=0)

    def _begin(self, part: Part) -> Part:
        part.start()
        self._parts.append(part)
        return part


@contextmanager
def timed_work(*, sweep_seconds: float = 1, **env: str) -> Iterator[TimedWork]:
    """Processes to start, with these variables of the environment; stopped at the end, before
    the tables are emptied.
    """
    with tempfile.TemporaryDirectory(prefix="refunds-portal-timed-work-") as folder:
        work = TimedWork(Path(folder), sweep_seconds=sweep_seconds, env=env)
        try:
            yield work
        finally:
            work.stop()
            work.show_logs()


def sessions() -> list[int]:
    """The connections of processes that were given `database_url`, and nobody else's."""
    return backends(f"application_name = '{NAME}'")


def backends(condition: str) -> list[int]:
    """The database's other connections that fit a condition over pg_stat_activity."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            f" AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND ({condition})"
        )
        return [pid for (pid,) in cursor.fetchall()]


def _children(part: Part) -> list[int]:
    if not HAS_PROC:
        pytest.skip("which process forked which is read from /proc")
    children = []
    for file in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # "12 (celery) S 11 …": the second number, after the name, is the parent's.
            if int(file.read_text().rpartition(")")[2].split()[1]) == part.pid:
                children.append(int(file.parent.name))
    return children


def database_url() -> str:
    """The address of the tests' own database, under a name by which a session is told apart."""
    name = quote(str(connection.settings_dict["NAME"]))
    address = urlsplit(os.environ["DATABASE_URL"])
    return address._replace(path=f"/{name}", query=f"application_name={NAME}").geturl()
