"""A real browser on a real server, beside a real worker and beat."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import testcases
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from people.models import User
from tests.factories import make_user
from tests.processes import TimedWork, timed_work

PASSWORD = "a long and quiet river"
# Debian's; where it is missing, Playwright's own is used.
CHROMIUM = ("chromium-headless-shell", "chromium")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Take the machine's browser; root may not run one in its sandbox."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "args": quiet} | (
        {"executable_path": program} if program else {}
    )


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A buyer far from the marketplace: nothing may depend on the browser's zone."""
    return {**browser_context_args, "timezone_id": "America/New_York", "locale": "en-US"}


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Serve them from where they lie, which the live server does only for an app named so."""
    testcases._StaticFilesHandler = StaticFilesHandler  # type: ignore[misc,assignment]


@pytest.fixture
def console(page: Page) -> Iterator[list[str]]:
    """What the browser complained about; a test ends with nothing in it."""
    complaints = listen(page)
    yield complaints
    assert not complaints


def listen(page: Page) -> list[str]:
    """A list that fills with what the browser complains about on this page."""
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def work(transactional_db: None) -> Iterator[TimedWork]:
    """Starts the worker and beat, and stops them before the tables are emptied."""
    with timed_work() as work:
        yield work


SignIn = Callable[[Page, User], None]


@pytest.fixture
def person() -> Callable[..., User]:
    """Makes somebody who can sign in by form."""
    return lambda **fields: make_user(password=PASSWORD, **fields)


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """Sign in by the form, as a person does."""

    def sign_in(page: Page, user: User) -> None:
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login/" not in url)

    return sign_in
