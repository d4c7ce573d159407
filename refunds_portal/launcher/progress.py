"""What the launcher says while it works: one line a step, with the seconds since the start."""

import time


class Progress:
    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, line: str) -> None:
        elapsed = time.monotonic() - self._start
        # Flushed: under make the output is a pipe as often as a terminal.
        print(f"{elapsed:6.1f} s  {line}", flush=True)
