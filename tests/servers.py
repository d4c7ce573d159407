"""Starts the servers that the tests use, before Django reads its settings.

A pytest plugin (`addopts = -p tests.servers`). DATABASE_URL and REDIS_URL, when set,
name servers to use instead; a test that wants to stop those is skipped.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator

import pytest

from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.servers import Servers
from refunds_portal.launcher.throwaway import throwaway_folder
from refunds_portal.launcher.valkey import Valkey

_running: list[Servers] = []


def broker() -> Valkey:
    """The tests' broker, to stop, flush, start and wait for; `url` stays the same."""
    if not (_running and _running[0].valkey):
        pytest.skip("REDIS_URL names a broker that the tests may not stop")
    return _running[0].valkey


def postgres() -> Postgres:
    """The tests' PostgreSQL, to stop, start, wait for and restart; `url` stays the same."""
    if not (_running and _running[0].postgres):
        pytest.skip("DATABASE_URL names a server that the tests may not stop")
    return _running[0].postgres


# A wrapper, so that it comes before pytest-django, which reads the settings here.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    running = contextlib.ExitStack()
    early_config.add_cleanup(running.close)
    folder = running.enter_context(throwaway_folder())
    servers = running.enter_context(Servers(folder, zone="UTC", careless=True))
    _running.append(servers)
    os.environ.update(servers.environment)
    os.environ.update(SECRET_KEY=secrets.token_hex(), STATIC_FROM_SOURCE="1", DEBUG="0")
    return (yield)
