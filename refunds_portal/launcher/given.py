"""Servers that somebody else runs, named by DATABASE_URL and REDIS_URL."""

import contextlib
import time
from collections.abc import Callable

import psycopg2
import redis

from refunds_portal.launcher.trouble import Trouble

# They may be starting themselves, in the container next door.
WAIT_SECONDS = 30
PAUSE_SECONDS = 0.5


def wait_for_database(url: str) -> None:
    _wait(lambda: psycopg2.connect(url, connect_timeout=5).close(), name="DATABASE_URL")


def wait_for_broker(url: str) -> None:
    def ping() -> None:
        with contextlib.closing(redis.Redis.from_url(url, socket_connect_timeout=5)) as client:
            client.ping()

    _wait(ping, name="REDIS_URL")


def _wait(ask: Callable[[], None], *, name: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return ask()
        except (psycopg2.OperationalError, redis.RedisError) as error:
            if time.monotonic() > until:
                raise Trouble(f"The server that {name} names cannot be used: {error}") from error
        except (psycopg2.ProgrammingError, ValueError) as error:
            raise Trouble(f"{name} cannot be read: {error}") from error
        time.sleep(PAUSE_SECONDS)
