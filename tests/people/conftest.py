"""Fixtures of the tests of people."""

import pytest


@pytest.fixture(autouse=True)
def hashing_that_costs_nothing(settings: object) -> None:
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]
