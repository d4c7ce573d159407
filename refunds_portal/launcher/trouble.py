"""What the launcher says when it cannot go on."""

from pathlib import Path

TAIL_LINES = 20


class Trouble(Exception):
    """Something only the person at the keyboard can put right, in one sentence."""


class PartDied(Trouble):
    """A part ended by itself; the message has the end of its log and where it is.

    `advice`, where somebody knows some, is what to do about it.
    """

    advice = ""

    def __init__(self, name: str, *, status: int | None, log: Path) -> None:
        how = (
            f"was killed by signal {-status}"
            if status and status < 0
            else f"ended with status {status}"
        )
        super().__init__(f"{name} {how}.\n{tail(log)}\nThe whole log: {log}")
        self.name = name
        self.log = log
        self.how = how

    def __str__(self) -> str:
        return "\n".join(filter(None, (super().__str__(), self.advice)))


def tail(log: Path, *, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, indented; a sentence where there are none."""
    text = log.read_text(errors="replace") if log.exists() else ""
    last = text.splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in last) or "    (its log is empty)"
