"""Every link that a role can follow leads somewhere: no dead end, no complaint, no error."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from people.models import User
from refunds.demo.catalogue import BUYER, OPERATOR, VENDOR
from refunds.demo.seed import seed
from tests.browser.conftest import PASSWORD, SignIn, listen

pytestmark = pytest.mark.django_db(transaction=True)

# Files that the browser saves instead of showing, and the way out.
NOT_PAGES = re.compile(
    r"/logout/|/evidence/|/jsi18n/|/static/|/download/|/schema/|\.csv$|\.csv\?|\.xlsx"
)

# Each question to a browser takes its time, and there are hundreds of pages.
READ = """() => [
    document.querySelectorAll("h1").length,
    Array.from(document.querySelectorAll("a[href]"), link => link.href),
]"""


def kinds(url: str) -> set[str]:
    """The page behind a URL, whichever row it shows, with each of its parameters.

    One by one, since the combinations of a list's filters have no end.
    """
    parts = urlsplit(url)
    path = re.sub(r"/(\d+|[a-z-]+-cm\d+)(?=/)", "/*", parts.path)
    return {path, *(f"{path}?{name}" for name in re.findall(r"(\w+)=", parts.query))}


@pytest.fixture
def demo(transactional_db: None) -> None:
    """The demo, whose three may sign in as everybody does in these tests."""
    seed(now=timezone.now())
    for email in (BUYER, VENDOR, OPERATOR):
        user = User.objects.get(email=email)
        user.set_password(PASSWORD)
        user.save()


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("demo")
def test_every_link_of_every_role_leads_somewhere(
    live_server: LiveServer, new_context: CreateContextCallback, sign_in: SignIn
) -> None:
    for email in (BUYER, VENDOR, OPERATOR):
        page = new_context().new_page()
        sign_in(page, User.objects.get(email=email))
        assert walk(page, live_server.url) > 10, email


def walk(page: Page, site: str) -> int:
    """Visit each kind of page that can be reached from this one; how many there were."""
    complaints = listen(page)
    seen, waiting, visited = kinds(page.url), deque([page.url]), 0
    while waiting:
        url = waiting.popleft()
        answer = page.goto(url)
        visited += 1
        assert answer is not None
        assert answer.status == 200, url
        assert not complaints, url
        titles, links = page.evaluate(READ)
        assert titles, f"{url} says not what it is"
        for link in links:
            target = urljoin(url, link).split("#")[0]
            fresh = target.startswith(site) and not kinds(target) <= seen
            if fresh and not NOT_PAGES.search(target):
                seen |= kinds(target)
                waiting.append(target)
    return visited
