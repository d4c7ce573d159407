"""Fixtures of the tests of people."""

import pytest
from django.test import Client

from tests.factories import make_user

LANGUAGES = {"en": "en-US,en;q=0.9", "zh-hans": "zh-CN,zh;q=0.9"}


@pytest.fixture(params=LANGUAGES, ids=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(language: str) -> Client:
    """A browser in the language, that sees what a reader sees when a view breaks."""
    return Client(raise_request_exception=False, headers={"Accept-Language": LANGUAGES[language]})


@pytest.fixture
def reader(visitor: Client) -> Client:
    visitor.force_login(make_user())
    return visitor
