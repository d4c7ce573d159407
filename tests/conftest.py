"""What every test may use."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation

from tests.emptying import empty_fast

# Playwright's own event loop runs in the thread of the tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let the tests, and only them, empty tables between one another.

    The triggers stay in place and are tested with TRUNCATE switched on again.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE %s",
            ["%never_truncated"],
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        empty_fast()
    yield
    # Playwright's event loop may have opened a session that only its own context could close,
    # and a database with a session cannot be dropped.
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """Pages are tested in both languages, and compiled catalogues are not in the repository."""
    call_command("compile_messages", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A good hash takes half a second, on purpose; Django's own tests see that it is good."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def language_and_zone() -> Iterator[None]:
    """No test reads the language or zone in which the page of an earlier one was answered.

    A request's middleware turns both on for its thread, which is the tests' own.
    """
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def rate_limits(request: pytest.FixtureRequest) -> None:
    """Nobody is held up by what an earlier test has tried."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        cache.clear()
