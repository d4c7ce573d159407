"""What is kept of a visit: when the session was last used, and the reader's language."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.models import User
from tests.factories import make_user
from tests.people.accounts import CHINESE, PASSWORD, page, sign_in

pytestmark = pytest.mark.django_db

HOURS_AGO = timedelta(hours=5)


@pytest.fixture
def reader() -> User:
    return make_user(password=PASSWORD)


def writes(client: Client, **headers: str) -> list[str]:
    """What reading a page has written."""
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("purchases"), headers=headers)
    return [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]


def test_a_session_tells_when_it_was_last_used(reader: User) -> None:
    here, elsewhere = sign_in(reader), sign_in(reader)
    long_ago = timezone.now() - HOURS_AGO
    UserSession.objects.update(last_seen_at=long_ago, created_at=long_ago)
    shown = page(here, "usersessions_list")
    assert "Last active" in shown
    then = timezone.localtime(long_ago).isoformat(timespec="seconds")
    assert shown.count(then) == 3  # both were signed in then, and one was not used since
    elsewhere.get(reverse("purchases"))
    assert page(here, "usersessions_list").count(then) == 2


def test_reading_on_writes_nothing(reader: User) -> None:
    client = sign_in(reader)
    client.get(reverse("purchases"))
    before = UserSession.objects.get().last_seen_at
    assert len(writes(client)) == 1  # an UPDATE that finds no row
    assert UserSession.objects.get().last_seen_at == before


def test_the_language_is_kept_when_it_changes_and_only_then(reader: User) -> None:
    client = sign_in(reader)
    for headers, language in (({}, "en"), (CHINESE, "zh-hans"), ({}, "en")):
        client.get(reverse("purchases"), headers=headers)
        reader.refresh_from_db()
        assert reader.language == language
        written = writes(client, **headers)
        assert not any("people_user" in sql for sql in written)


def test_a_visitor_leaves_no_trace() -> None:
    assert writes(Client()) == []


def test_a_page_that_asks_by_itself_is_no_visit(reader: User) -> None:
    client = sign_in(reader)
    client.get(reverse("purchases"), headers=CHINESE)
    long_ago = timezone.now() - HOURS_AGO
    UserSession.objects.update(last_seen_at=long_ago)
    client.get(reverse("purchases"), headers={"X-Poll": "1"})
    reader.refresh_from_db()
    assert reader.language == "zh-hans"
    assert UserSession.objects.get().last_seen_at == long_ago
