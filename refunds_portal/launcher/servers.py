"""The database and the broker: somebody's, or one's own."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from refunds_portal.launcher import postgres
from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.processes import Part
from refunds_portal.launcher.valkey import Valkey

# How a server left behind by a killed launcher is stopped, where not by SIGKILL.
STOP_SIGNALS: Mapping[str, signal.Signals] = {postgres.NAME: postgres.STOP_SIGNAL}


class Servers:
    """PostgreSQL and Valkey in `folder`, except where DATABASE_URL or REDIS_URL names another.

    `environment` is right before anything runs.
    """

    def __init__(self, folder: Path, *, zone: str, careless: bool = False) -> None:
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.environment: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            options = postgres.CARELESS if careless else {}
            self.postgres = Postgres(folder, zone=zone, options=options)
            self.environment["DATABASE_URL"] = self.postgres.url
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(folder, zone=zone)
            self.environment["REDIS_URL"] = self.valkey.url

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
        for server in self.own:
            server.wait()

    def stop(self) -> None:
        for server in self.own:
            server.stop()
