"""A part: one process of the site in a group of its own, with its log and its record."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from refunds_portal.launcher.lifeline import tie_to_parent
from refunds_portal.launcher.proctable import started_at
from refunds_portal.launcher.trouble import PartDied

POLL_SECONDS = 0.05


@dataclass(kw_only=True)
class Part:
    """Start, watch and stop one process; it and its children never outlive this one.

    `folder` gets `logs/<name>.log` and `run/<name>.json`. `on_orphaned` is what the
    kernel sends it when this process dies; `account` is the (uid, gid) it runs under.
    """

    name: str
    command: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    on_orphaned: signal.Signals = signal.SIGKILL
    account: tuple[int, int] | None = None
    stdin: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def log(self) -> Path:
        return self.folder / "logs" / f"{self.name}.log"

    @property
    def record(self) -> Path:
        return self.folder / "run" / f"{self.name}.json"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def has_finished(self) -> bool:
        """It has done its work; PartDied if it failed."""
        if self.is_running:
            return False
        if self._process is None or self._process.returncode != 0:
            self.check()
        return True

    def start(self) -> None:
        for file in (self.log, self.record):
            file.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = self._spawn(log)
        started = started_at(self._process.pid)
        self.record.write_text(json.dumps({"pid": self._process.pid, "started": started}))
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
                stdin.write(self.stdin.encode())

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        uid, gid = self.account or (None, None)
        return subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env=dict(self.env),
            stdin=subprocess.PIPE if self.stdin else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Its own group: Ctrl-C reaches the launcher alone, which stops in order.
            process_group=0,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            # Safe: it calls what is loaded, takes no lock, and the launcher has one thread.
            preexec_fn=lambda: tie_to_parent(  # noqa: PLW1509
                parent=parent, sign=self.on_orphaned
            ),
        )

    def run(self) -> None:
        """Start it and return when it has done its work; PartDied if it failed."""
        try:
            self.start()
            while not self.has_finished:
                time.sleep(POLL_SECONDS)
        finally:
            self.stop(grace=0)

    def check(self) -> None:
        """Raise PartDied unless it is running."""
        if not self.is_running:
            status = self._process.returncode if self._process else None
            raise PartDied(self.name, status=status, log=self.log)

    def kill(self) -> None:
        """End it at once, and whatever it started."""
        if self._process:
            _kill_group(self._process.pid)

    def stop(self, *, grace: float = 10.0) -> None:
        """Ask, wait up to `grace` seconds, then kill it and whatever it started."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self.kill()
        self._process.wait()
        self._process = None
        self.record.unlink(missing_ok=True)


def _kill_group(group: int) -> None:
    # EPERM is macOS's word for a group that holds only the dead.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def sweep(folder: Path, *, signs: Mapping[str, signal.Signals], grace: float = 10.0) -> None:
    """Stop what a killed launcher left behind in `folder`; `signs` says how, by name.

    A record names its process by number and start, so that a stranger who has the
    number by now is left alone.
    """
    for file in (folder / "run").glob("*.json"):
        record = _read_record(file)
        if record and _is_alive(record):
            _send(record["pid"], signs.get(file.stem, signal.SIGKILL))
            until = time.monotonic() + grace
            while _is_alive(record) and time.monotonic() < until:
                time.sleep(POLL_SECONDS)
            _kill_group(record["pid"])
        file.unlink(missing_ok=True)


def _read_record(file: Path) -> Mapping[str, Any]:
    """Empty where the record was cut off, on a full disk or by a failing machine."""
    try:
        record = json.loads(file.read_bytes())
        return {"pid": int(record["pid"]), "started": record["started"]}
    except (ValueError, TypeError, KeyError):
        return {}


def _is_alive(record: Mapping[str, Any]) -> bool:
    return record["started"] is not None and started_at(record["pid"]) == record["started"]


def _send(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)
