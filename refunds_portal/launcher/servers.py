"""The database and the broker: somebody's, or one's own."""

import os
import signal
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from refunds_portal.launcher import postgres
from refunds_portal.launcher.given import wait_for_broker, wait_for_database
from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.processes import Part
from refunds_portal.launcher.valkey import Valkey

# How a server left behind by a killed launcher is stopped, where not by SIGKILL.
STOP_SIGNALS: Mapping[str, signal.Signals] = {postgres.NAME: postgres.STOP_SIGNAL}


class Servers:
    """PostgreSQL and Valkey in `folder`, except where DATABASE_URL or REDIS_URL names another.

    `environment` is right before anything runs. Neither takes a port of `spare`.
    """

    def __init__(
        self, folder: Path, *, zone: str, careless: bool = False, spare: Collection[int] = ()
    ) -> None:
        taken = set(spare)
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.environment: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(folder, zone=zone, careless=careless, spare=taken)
            taken.add(self.postgres.port)
            self.environment["DATABASE_URL"] = self.postgres.url
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(folder, zone=zone, spare=taken)
            self.environment["REDIS_URL"] = self.valkey.url

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def whereabouts(self) -> str:
        """Where the data lies, for people."""
        if self.postgres is None:
            return "in the database of DATABASE_URL"
        return str(self.postgres.places.cluster)

    @property
    def own(self) -> list[Postgres | Valkey]:
        return [server for server in (self.valkey, self.postgres) if server]

    @property
    def parts(self) -> list[Part]:
        return [server.part for server in self.own]

    def start(self) -> None:
        for server in self.own:
            server.start()

    def wait(self) -> None:
        """Return when both answer; Trouble names the one that does not."""
        for server in self.own:
            server.wait()
        if self.postgres is None:
            wait_for_database(os.environ["DATABASE_URL"])
        if self.valkey is None:
            wait_for_broker(os.environ["REDIS_URL"])

    def stop(self) -> None:
        for server in self.own:
            server.stop()
