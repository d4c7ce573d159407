"""Ctrl-C and its kin: the first stops in order, one more hurries."""

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# One wish can arrive twice: from the terminal, and passed on by make.
SAME_WISH_SECONDS = 1.0


class Stopped(BaseException):
    """Somebody asked the launcher to stop. Not an Exception: nothing handles it on the way."""


class Interruptions:
    """Within the block the first signal raises Stopped; a later one calls `hurry`."""

    def __init__(self, *, hurry: Callable[[], None]) -> None:
        self._hurry = hurry
        self._stopping_since: float | None = None

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def stopping(self) -> None:
        """From here on nothing is raised: a stop must not be stopped half-way."""
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping_since is None:
            self.stopping()
            raise Stopped
        if time.monotonic() - self._stopping_since > SAME_WISH_SECONDS:
            self._hurry()
