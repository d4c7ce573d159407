"""What the system knows about a process, with or without /proc."""

import subprocess
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()


def started_at(pid: int) -> str | None:
    """A mark of when the process started; None when there is none or it is dead.

    Number and mark together name a process: numbers are given out again.
    """
    if not HAS_PROC:
        return _ps(pid, "lstart")
    try:
        status = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # After the name, which may hold anything: the state is field 3, the start field 22.
    fields = status.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def command_line(pid: int) -> str:
    """The command of a process; empty when there is none."""
    if not HAS_PROC:
        return _ps(pid, "command") or ""
    try:
        return (PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _ps(pid: int, column: str) -> str | None:
    asked = ["ps", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or None
