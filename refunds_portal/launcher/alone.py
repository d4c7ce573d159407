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
    # Unbuffered, so that a full disk is met in one place.
    with (folder / "lock").open("a+b", buffering=0) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            said = lock.read().decode(errors="replace").strip() or f"Something uses {folder}."
            raise Trouble(f"{said} Stop it first (Ctrl-C where it runs).") from None
        lock.truncate(0)
        # The lock holds without its words, and a reset is what makes room.
        with contextlib.suppress(OSError):
            lock.write(doing.encode())
        yield


def somebody_is_in(folder: Path) -> bool:
    try:
        with alone_in(folder, doing=""):
            return False
    except Trouble:
        return True
