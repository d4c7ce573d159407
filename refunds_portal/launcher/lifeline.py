"""Ties a process to its parent, so that a killed launcher leaves nothing running.

Linux only (`prctl`). Elsewhere the records of `processes` are swept at the next start.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded here, in the parent: after a fork and a change of user it may not be readable.
HAS_LIFELINE = sys.platform == "linux"
_libc = ctypes.CDLL(None) if HAS_LIFELINE else None


def tie_to_parent(*, parent: int, sign: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `sign` to this process when the process `parent` dies.

    Call it after a change of user, which clears the wish. The kernel means the thread
    that forked: only a thread that lives as long as the launcher may start a part.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
    if os.getppid() != parent:  # it died before the wish was made
        os.kill(os.getpid(), signal.SIGKILL)


def tie_every_fork() -> None:
    """Tie every process that this one forks later: a pool's children, a server's workers."""
    parents: list[int] = []

    def before() -> None:
        parents[:] = [os.getpid()]

    def in_child() -> None:
        tie_to_parent(parent=parents[0])

    os.register_at_fork(before=before, after_in_child=in_child)
