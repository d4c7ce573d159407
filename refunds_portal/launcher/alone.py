"""One launcher at a time in a folder."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from refunds_portal.launcher.trouble import Trouble


@contextlib.contextmanager
def alone_in(folder: Path, *, doing: str) -> Iterator[None]:
    """Hold the folder's lock, which says `doing`; Trouble with its words if another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Trouble(f"{lock.read().strip()} Stop it first (Ctrl-C where it runs).") from None
        lock.seek(0)
        lock.truncate()
        lock.write(doing)
        lock.flush()
        yield


def somebody_is_in(folder: Path) -> bool:
    try:
        with alone_in(folder, doing=""):
            return False
    except Trouble:
        return True
