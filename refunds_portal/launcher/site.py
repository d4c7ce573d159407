"""The parts of the site, and how each is run."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from refunds_portal.launcher.places import CHECKOUT
from refunds_portal.launcher.ports import HOST
from refunds_portal.launcher.processes import Part

PACKAGE = "refunds_portal.launcher"
# Marks of the start, beside those of the parts.
SERVERS, SCHEMA = "servers", "schema"
# Bounded threads: by default each worker would take one database connection for each
# of hundreds.
WEB_PROCESSES, WEB_THREADS = 2, 1
WORKER_PROCESSES = 2
# Workers have nothing to tell each other. While the broker is away, one that wants to would wait
# in silence, and not look after its tasks; and each start waits a second for others' answers.
WORKER_FLAGS = ("--without-heartbeat", "--without-gossip", "--without-mingle")


def mark(folder: Path, name: str) -> Path:
    """The file that says that `name` is ready."""
    return folder / "run" / f"{name}.ready"


@dataclass(kw_only=True)
class Site:
    """Makes the parts that run in `folder` with `env`; it starts none of them."""

    folder: Path
    env: Mapping[str, str]
    port: int

    def mark(self, name: str) -> Path:
        return mark(self.folder, name)

    def prepare(self) -> Part:
        marks = [self.mark(SERVERS), self.mark(SCHEMA)]
        for mark in marks:
            mark.unlink(missing_ok=True)
        return self._part("prepare", ["-m", f"{PACKAGE}.prepare", *map(str, marks)])

    def web(self) -> Part:
        return self._module(
            "web",
            "granian",
            *("--interface", "wsgi", "--host", HOST, "--port", str(self.port)),
            *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS)),
            *("--respawn-failed-workers", "--access-log", "--no-ws"),
            "refunds_portal.wsgi:application",
        )

    def worker(self) -> Part:
        return self._celery("worker", "--concurrency", str(WORKER_PROCESSES), *WORKER_FLAGS)

    def beat(self) -> Part:
        return self._celery("beat", "--schedule", str(self.folder / "beat-schedule"), "--pidfile=")

    def _celery(self, name: str, *flags: str) -> Part:
        return self._module(
            name, "celery", "-A", "refunds_portal", name, "--loglevel", "INFO", *flags
        )

    def _module(self, name: str, module: str, *arguments: str) -> Part:
        command = ["-m", f"{PACKAGE}.part", str(self.mark(name)), module, *arguments]
        return self._part(name, command)

    def _part(self, name: str, command: list[str]) -> Part:
        self.mark(name).unlink(missing_ok=True)
        return Part(
            name=name,
            command=[sys.executable, *command],
            folder=self.folder,
            # Where the links of mails lead; an address of the caller's own goes before it. What
            # went wrong is the last line of a log, not the native calls that led there.
            env={"SITE_URL": f"http://{HOST}:{self.port}", **self.env, "RUST_BACKTRACE": "0"},
            cwd=CHECKOUT,
        )
