"""Every link that a role can follow leads somewhere: no dead end, no complaint, no error."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from people.models import User
from refunds.demo.catalogue import BUYER, OPERATOR, VENDOR
from refunds.demo.seed import seed
from tests.browser.conftest import PASSWORD, SignIn, listen

pytestmark = pytest.mark.django_db(transaction=True)

# Files that the browser saves instead of showing, and the way out.
NOT_PAGES = re.compile(r"/logout/|/jsi18n/|/static/|/download/|/schema/")


def kind(url: str) -> str:
    """The page behind a URL, whichever row it shows: each kind is visited once."""
    parts = urlsplit(url)
    path = re.sub(r"/(\d+|[a-z-]+-cm\d+)(?=/)", "/*", parts.path)
    names = sorted(re.findall(r"(\w+)=", parts.query))
    return f"{path}?{'&'.join(names)}"


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
    live_server: LiveServer, browser: Browser, sign_in: SignIn
) -> None:
    for email in (BUYER, VENDOR, OPERATOR):
        page = browser.new_page()
        sign_in(page, User.objects.get(email=email))
        assert len(walk(page, live_server.url)) > 10
        page.close()


def walk(page: Page, site: str) -> set[str]:
    """Visit each kind of page that can be reached from this one; what was seen."""
    complaints = listen(page)
    seen, waiting = {kind(page.url)}, deque([page.url])
    while waiting:
        url = waiting.popleft()
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        assert not complaints, url
        assert page.locator("h1").count(), f"{url} says not what it is"
        for link in page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)"):
            target = urljoin(url, link).split("#")[0]
            fresh = target.startswith(site) and kind(target) not in seen
            if fresh and not NOT_PAGES.search(target):
                seen.add(kind(target))
                waiting.append(target)
    return seen
