"""One's own account in a browser: what a person does with a mail, a phone and a second browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Instance
from people.models import User
from tests.browser.conftest import PASSWORD, SignIn
from tests.factories import buy

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "a short and noisy brook"

People = Callable[..., User]


@pytest.fixture(autouse=True)
def fresh_rate_limits(transactional_db: None) -> Iterator[None]:
    """Attempts are counted in a table that the tests do not empty."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def link_in(sent: mail.EmailMessage) -> str:
    found = re.search(r"http://\S+/accounts/(?:password|confirm)\S+", str(sent.body))
    assert found
    return found[0]


def code_now(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + later))


def prove_it(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def open_account(page: Page, user: User) -> None:
    page.locator(".tools-wide").get_by_text(user.full_name).first.click()
    page.get_by_role("link", name="Your account").first.click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def turn_two_step_on(page: Page) -> str:
    """By the keyboard, from the account page; the secret of the app."""
    page.get_by_role("link", name="Turn on two-step verification").click()
    prove_it(page)
    qr_code = page.get_by_role("img", name="QR code for your authenticator app")
    expect(qr_code).to_be_visible()
    assert qr_code.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("dd code").inner_text()
    page.get_by_label("Authenticator code").focus()
    page.keyboard.type(code_now(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Two-step verification is on.")).to_be_visible()
    return secret


def test_a_forgotten_password_is_reset_by_a_mail(
    live_server: LiveServer, page: Page, person: People, console: list[str]
) -> None:
    user = person()
    page.goto(f"{live_server.url}/refunds/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()

    page.goto(link_in(mail.outbox[0]))
    page.get_by_label("New Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New Password (again)").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Purchased products")).to_be_visible()


def test_two_step_verification_is_set_up_and_used_at_sign_in(
    live_server: LiveServer,
    page: Page,
    browser: Browser,
    person: People,
    sign_in: SignIn,
    console: list[str],
) -> None:
    user = person()
    sign_in(page, user)
    open_account(page, user)
    secret = turn_two_step_on(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a file").click()
    codes = re.findall(r"^\d{8}$", download.value.path().read_text(), re.MULTILINE)
    assert len(codes) == 10

    # No code is taken twice, so the second person at the door has the next one.
    for answer in (code_now(secret, later=1), codes[0]):
        context = browser.new_context()
        elsewhere = context.new_page()
        elsewhere.goto(f"{live_server.url}/refunds/")
        elsewhere.get_by_label("Email").fill(user.email)
        elsewhere.get_by_label("Password", exact=True).fill(PASSWORD)
        elsewhere.keyboard.press("Enter")
        expect(elsewhere.get_by_role("heading", name="Two-step verification")).to_be_visible()
        elsewhere.get_by_label("Code").fill(answer)
        elsewhere.keyboard.press("Enter")
        expect(elsewhere.get_by_role("heading", name="My refunds")).to_be_visible()
        context.close()


def test_a_session_is_ended_from_another_browser_in_the_midst_of_a_dialog(
    live_server: LiveServer, page: Page, browser: Browser, person: People, sign_in: SignIn
) -> None:
    user = person()
    instance: Instance = buy(buyer=user, at=timezone.now())
    sign_in(page, user)
    page.get_by_role("link", name="Refund", exact=True).click()
    dialog = page.get_by_role("dialog", name="Refund request")
    expect(dialog).to_be_visible()

    context = browser.new_context()
    elsewhere = context.new_page()
    sign_in(elsewhere, user)
    elsewhere.goto(f"{live_server.url}/accounts/sessions/")
    elsewhere.get_by_role("button", name=re.compile("^End Chrome")).click()
    expect(elsewhere.get_by_text("That session has ended.")).to_be_visible()
    context.close()

    dialog.get_by_label("Refund reason").select_option("other")
    dialog.get_by_label("I have read and understand the above").check()
    dialog.get_by_role("button", name="Submit request").click()
    expect(page.get_by_text("You were signed out before this was sent")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Purchased products")).to_be_visible()
    assert not instance.refund_requests.exists()


def test_the_mail_address_is_changed_by_keyboard_and_without_javascript(
    live_server: LiveServer, without_javascript: Page, person: People, sign_in: SignIn
) -> None:
    page, user = without_javascript, person()
    sign_in(page, user)
    page.goto(f"{live_server.url}/accounts/")
    page.get_by_role("link", name="Change mail address").focus()
    page.keyboard.press("Enter")
    page.get_by_label("New mail address").focus()
    page.keyboard.type("new@example.com")
    page.keyboard.press("Enter")
    prove_it(page)
    expect(page.get_by_text("We have sent a mail to new@example.com.")).to_be_visible()
    page.goto(link_in(mail.outbox[0]))
    page.get_by_role("button", name="Confirm").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your mail address is new@example.com now.")).to_be_visible()
    user.refresh_from_db()
    assert user.email == "new@example.com"


def test_a_stale_form_leads_back_to_its_page(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn
) -> None:
    sign_in(page, person())
    page.goto(f"{live_server.url}/accounts/password/change/")
    page.context.clear_cookies(name="csrftoken")
    for label in ("Current Password", "New Password", "New Password (again)"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This page was open for too long")).to_be_visible()
    page.get_by_role("link", name="Load the page again").click()
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()


ENTRANCE = (
    "login/",
    "inactive/",
    "signup/",
    "confirm-email/",
    "confirm-email/nonsense/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-nonsense/",
    "password/reset/key/done/",
)
OWN = (
    "",
    "email/",
    "password/change/",
    "reauthenticate/",
    "logout/",
    "sessions/",
    "two-step/",
    "two-step/reauthenticate/",
    "two-step/recovery-codes/",
    "two-step/recovery-codes/generate/",
    "two-step/totp/deactivate/",
)
TROUBLE = ("nonsense/", "sessions/1/end/", "?q=%00")


def look_at(page: Page, url: str) -> None:
    """The page, at both widths: nothing for a screen reader to stumble on, nothing too wide."""
    page.goto(url)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{url} at {width}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} at {width}"


@pytest.mark.timeout(240)
def test_every_page_of_the_account_is_for_everybody(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn
) -> None:
    accounts = f"{live_server.url}/accounts/"
    for path in ENTRANCE + TROUBLE:
        look_at(page, accounts + path)
    user = person()
    sign_in(page, user)
    page.set_viewport_size({"width": 1280, "height": 900})
    open_account(page, user)
    look_at(page, accounts)
    look_at(page, f"{accounts}two-step/")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(accounts)
    turn_two_step_on(page)
    for path in OWN:
        look_at(page, accounts + path)
