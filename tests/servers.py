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

# What the process that hands out the tests tells Django instead of servers, which it needs none of.
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"}

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
    os.environ.update(SECRET_KEY=secrets.token_hex(), STATIC_FROM_SOURCE="1", DEBUG="0")
    if _only_hands_out(early_config):
        os.environ.update({name: os.environ.get(name) or NOWHERE[name] for name in NOWHERE})
    else:
        _start_servers(early_config)
    return (yield)


def _only_hands_out(config: pytest.Config) -> bool:
    """Whether other processes run the tests, each with servers of its own (`-n`)."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    return bool(config.known_args_namespace.numprocesses) and not is_worker


def _start_servers(config: pytest.Config) -> None:
    for name, nowhere in NOWHERE.items():
        if os.environ.get(name) == nowhere:
            del os.environ[name]
    running = contextlib.ExitStack()
    config.add_cleanup(running.close)
    folder = running.enter_context(throwaway_folder())
    servers = running.enter_context(Servers(folder, zone="UTC", careless=True))
    _running.append(servers)
    os.environ.update(servers.environment)
