"""Servers for one run: data in a temporary folder that goes when they do."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from refunds_portal.launcher.places import clusters, private_folder
from refunds_portal.launcher.processes import sweep
from refunds_portal.launcher.servers import STOP_SIGNALS

PREFIX = "refunds-portal-throwaway-"
LOCK = "lock"


@contextlib.contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder for servers. Removes too what killed runs have left of theirs."""
    _sweep_abandoned()
    made = Path(tempfile.mkdtemp(prefix=f"new-{PREFIX}")).resolve()
    private_folder(made)
    lock = _try_lock(made)
    # Locked before it bears the name under which another run would sweep it.
    folder = made.rename(made.with_name(made.name.removeprefix("new-")))
    try:
        yield folder
    finally:
        _remove(folder)
        if lock:
            lock.close()


def _sweep_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Another run may be removing it too.
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_uid == os.geteuid() and (lock := _try_lock(folder)):
                sweep(folder, signs=STOP_SIGNALS)
                _remove(folder)
                lock.close()


def _try_lock(folder: Path) -> IO[str] | None:
    """The lock that a living run holds on its folder; None when somebody has it."""
    lock = (folder / LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _remove(folder: Path) -> None:
    for place in (*clusters(folder), folder):
        shutil.rmtree(place, ignore_errors=True)
