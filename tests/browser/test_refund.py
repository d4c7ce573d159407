"""The way of a refund, in a browser, with the timed work done by a worker and a beat."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from billing.queries import account_of
from people.commands import add_member
from people.models import Role, User
from refunds.models import RefundRequest
from refunds.transitions import Status
from tests.browser.conftest import SignIn
from tests.factories import ProductFactory, ask, buy, short_policy
from tests.processes import TimedWork
from tests.servers import broker

pytestmark = pytest.mark.django_db(transaction=True)

People = Callable[..., User]


def credited(request_id: int) -> Callable[[], bool]:
    return lambda: RefundRequest.objects.get(pk=request_id).status == Status.CREDITED


def ago(**distance: float) -> datetime:
    return timezone.now() - timedelta(**distance)


def submit_in_dialog(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Refund request")
    expect(dialog).to_contain_text("Talk to the vendor first")
    dialog.get_by_label("Refund reason").select_option(label="The product is not as described")
    dialog.get_by_label("Comment").fill("The export is missing.")
    dialog.get_by_label("I have read and understand the above").check()
    dialog.get_by_role("button", name="Submit request").click()


def approve(page: Page) -> None:
    expect(page.get_by_role("heading", name="Refund requests")).to_be_visible()
    page.get_by_role("link", name="Harbor BI").click()
    expect(page.get_by_text("The export is missing.").first).to_be_visible()
    page.get_by_role("link", name="Approve refund").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve refund").click()
    expect(page.get_by_text("You have agreed to the refund.")).to_be_visible()


def test_a_refund_from_the_click_to_the_line_in_the_statement(
    live_server: LiveServer,
    page: Page,
    browser: Browser,
    person: People,
    sign_in: SignIn,
    work: TimedWork,
    console: list[str],
) -> None:
    short_policy()
    product = ProductFactory.create(name="Harbor BI")
    buyer, member = person(), person()
    add_member(vendor=product.vendor, user=member, role=Role.OWNER)
    instance = buy(buyer=buyer, product=product, prices=(123_456,), coupon=23_456, at=ago(hours=2))

    sign_in(page, buyer)
    expect(page.get_by_role("heading", name="Purchased products")).to_be_visible()
    page.get_by_role("link", name="Refund", exact=True).click()
    submit_in_dialog(page)
    expect(page.get_by_role("heading", name="Refund request #")).to_be_visible()
    made = RefundRequest.objects.get(instance=instance)

    theirs = browser.new_page()
    sign_in(theirs, member)
    approve(theirs)
    theirs.close()

    work.start_worker()
    work.start_beat()
    work.wait_until(credited(made.pk), "the credit is posted")

    page.goto(f"{live_server.url}/refunds/{made.pk}/")
    page.get_by_role("link", name="See it in the statement").click()
    line = page.locator(f"tr[id='{made.reference}']")
    expect(line).to_contain_text("Harbor BI")
    expect(line).to_contain_text("Refund")
    expect(line).to_contain_text("+¥1,000.00")
    account = account_of(buyer)
    assert account is not None
    assert account.balance == 100_000


def test_nobody_decides_and_the_money_comes_all_the_same(
    live_server: LiveServer,
    page: Page,
    person: People,
    sign_in: SignIn,
    work: TimedWork,
    console: list[str],
) -> None:
    short_policy()
    buyer = person()
    made = ask(buy(buyer=buyer, prices=(9_900,), at=ago(days=3, hours=1)), at=ago(days=3))
    work.start_worker()
    work.start_beat()
    work.wait_until(credited(made.pk), "the request is approved and credited")

    sign_in(page, buyer)
    page.goto(f"{live_server.url}/refunds/{made.pk}/")
    expect(page.get_by_text("Approved automatically at the deadline")).to_be_visible()
    page.get_by_role("link", name="See it in the statement").click()
    expect(page.locator(f"tr[id='{made.reference}']")).to_contain_text("+¥99.00")


def test_all_three_refund_entries_open_the_dialog_and_both_cancel_entries_the_confirmation(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    buyer = person()
    instance = buy(buyer=buyer, at=timezone.now())
    sign_in(page, buyer)
    product_page = f"{live_server.url}/purchases/{instance.resource_id}/"

    page.get_by_role("link", name="Refund", exact=True).click()
    expect(page.get_by_role("dialog", name="Refund request")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(product_page)
    for region in ("Product status", "After-sales support"):
        page.get_by_role("region", name=region).get_by_role(
            "link", name="Refund", exact=True
        ).click()
        expect(page.get_by_role("dialog", name="Refund request")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    ask(instance, at=timezone.now())
    for url in (product_page, f"{live_server.url}/purchases/"):
        page.goto(url)
        page.get_by_role("link", name="Cancel refund").click()
        dialog = page.get_by_role("dialog", name="Cancel refund")
        expect(dialog.get_by_role("button", name="Withdraw request")).to_be_visible()
        dialog.get_by_role("link", name="Keep request").click()
        expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Cancel refund").click()
    page.get_by_role("button", name="Withdraw request").click()
    expect(page.get_by_text("Your request has been withdrawn.")).to_be_visible()


def test_the_keyboard_alone_is_enough(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    buyer = person()
    instance = buy(buyer=buyer, at=timezone.now())
    sign_in(page, buyer)
    page.get_by_role("link", name="Refund", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Refund request")
    # The dialog has settled when its title has the focus; before, it would take it from us.
    expect(dialog.get_by_role("heading", name="Refund request")).to_be_focused()
    dialog.get_by_label("Refund reason").focus()
    page.keyboard.type("Another")
    page.keyboard.press("Tab")
    page.keyboard.type("No mouse at hand.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Submit request":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Refund request #")).to_be_visible()
    assert RefundRequest.objects.get(instance=instance).comment == "No mouse at hand."


def test_it_works_without_javascript(
    live_server: LiveServer, browser: Browser, person: People, sign_in: SignIn
) -> None:
    buyer = person()
    instance = buy(buyer=buyer, at=timezone.now())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, buyer)
    page.get_by_role("link", name="Refund", exact=True).click()
    page.get_by_role("button", name="Submit request").click()
    page.get_by_label("Refund reason").select_option("other")
    page.get_by_label("I have read and understand the above").check()
    page.get_by_role("button", name="Submit request").click()
    expect(page.get_by_text("Your refund request has been submitted.")).to_be_visible()
    page.get_by_role("link", name="Cancel refund").click()
    page.get_by_role("button", name="Withdraw request").click()
    expect(page.get_by_text("Your request has been withdrawn.")).to_be_visible()
    context.close()
    assert RefundRequest.objects.get(instance=instance).status == "cancelled"


def test_with_redis_down_a_submitted_refund_is_still_a_success(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    buyer = person()
    instance = buy(buyer=buyer, at=timezone.now())
    redis = broker()
    redis.stop()
    try:
        sign_in(page, buyer)
        page.get_by_role("link", name="Refund", exact=True).click()
        submit_in_dialog(page)
        expect(page.get_by_text("Your refund request has been submitted.")).to_be_visible()
    finally:
        redis.start()
        redis.wait()
    assert RefundRequest.objects.get(instance=instance).status == Status.PENDING
