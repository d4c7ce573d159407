"""What vendors and operators may do with a request, in a browser, each in their own words."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from billing.models import PurchaseImport
from orders.models import DeliveryType, Order
from people.models import Role, User
from refunds.models import OfferState, PolicyVersion, RefundRequest
from refunds.queries import policy_at
from tests.billing.csv_files import sheet
from tests.browser.conftest import SignIn
from tests.factories import ask, ask_service, buy

pytestmark = pytest.mark.django_db(transaction=True)

People = Callable[..., User]


def asked_now() -> RefundRequest:
    """A request inside its window, pending, with days left to decide it."""
    return ask(buy(at=timezone.now()), at=timezone.now())


def member_of(request: RefundRequest, person: People, role: Role = Role.OWNER) -> User:
    member = person()
    request.vendor.memberships.create(user=member, role=role)
    return member


def test_a_vendor_offers_a_part_and_rejects_on_a_ground(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn
) -> None:
    service = ask_service(price=980_000, at=timezone.now())
    sign_in(page, member_of(service, person))
    page.get_by_role("link", name="Review", exact=False).click()
    page.get_by_role("link", name="Offer a partial refund").click()
    dialog = page.get_by_role("dialog", name="Offer a partial refund")
    dialog.get_by_label("Amount offered").fill("9800")
    dialog.get_by_label("Explanation to the buyer").fill("The first half is done.")
    dialog.get_by_role("button", name="Offer").click()
    expect(dialog.get_by_text("Offer more than nothing and less than ¥9,800.00")).to_be_visible()
    dialog.get_by_label("Amount offered").fill("4900.50")
    dialog.get_by_role("button", name="Offer").click()
    expect(page.get_by_role("region", name="Offers")).to_contain_text("¥4,900.50")
    assert service.offers.get().amount == 490_050

    page.get_by_role("link", name="Reject refund").click()
    dialog = page.get_by_role("dialog", name="Reject refund")
    expect(dialog.get_by_label("Ground")).to_have_attribute("required", "")
    dialog.get_by_label("Ground").select_option(label="Delivered as agreed")
    dialog.get_by_label("Explanation to the buyer").fill("You accepted the plan in writing.")
    dialog.get_by_role("button", name="Reject refund").click()
    expect(page.get_by_text("You have rejected the refund.")).to_be_visible()
    service.refresh_from_db()
    assert service.status == "rejected"
    assert service.offers.get().state == OfferState.OVERTAKEN


def test_whoever_may_only_read_sees_the_case_and_why_nothing_can_be_done(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    request = asked_now()
    sign_in(page, member_of(request, person, Role.READ_ONLY))
    page.goto(f"{live_server.url}/vendor/refunds/{request.pk}/")
    for name in ("Approve refund", "Reject refund"):
        expect(page.get_by_role("link", name=name)).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("status")).to_contain_text("Your role allows you to read")


def test_a_hold_is_written_by_the_operator_and_read_by_both_sides(
    live_server: LiveServer, page: Page, browser: Browser, person: People, sign_in: SignIn
) -> None:
    request, why = asked_now(), "The invoice is being looked for."
    deadline = request.due_at
    sign_in(page, person(operator=True))
    page.goto(f"{live_server.url}/admin/refunds/refundrequest/{request.pk}/change/")
    expect(page.get_by_role("link", name="Release hold")).to_have_count(0)
    page.get_by_role("link", name="Put on hold").click()
    page.get_by_label("Days").fill("8")
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_text("less than or equal to 7")).to_be_visible()
    expect(page.get_by_text("Please write down the reason")).to_be_visible()
    page.get_by_label("Days").fill("2")
    page.get_by_label("Written reason").fill(why)
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_text("Done, and recorded in the history.")).to_be_visible()
    expect(page.get_by_role("link", name="Release hold")).to_be_visible()
    request.refresh_from_db()
    assert (request.due_at - deadline).days == 2

    readers = ((member_of(request, person), "vendor/refunds"), (request.buyer, "refunds"))
    for reader, address in readers:
        client = Client()
        client.force_login(reader)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = browser.new_context()
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        theirs = context.new_page()
        theirs.goto(f"{live_server.url}/{address}/{request.pk}/")
        expect(theirs.get_by_text(why).first).to_be_visible()
        context.close()


def test_the_switch_is_turned_with_a_reason_and_every_page_says_so(
    live_server: LiveServer, browser: Browser, person: People, sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, person(operator=True))
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Stop timed work").click()
    page.get_by_label("Written reason").fill("The bank is closed.")
    page.get_by_role("button", name="Stop timed work").click()
    page.get_by_role("link", name="Tickets", exact=True).first.click()
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text("The bank is closed.")
    alarm.get_by_role("link", name="Let timed work go on").click()
    page.get_by_label("Written reason").fill("It is open again.")
    page.get_by_role("button", name="Let timed work go on").click()
    expect(page.get_by_text("Done, and recorded.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    context.close()


def test_rules_are_read_in_words_before_they_change_and_bind_later_requests_only(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    before = asked_now()
    sign_in(page, person(operator=True))
    page.goto(f"{live_server.url}/admin/refunds/policyversion/")
    page.get_by_role("link", name="Add a version: SaaS").click()
    page.get_by_label("Refund window in days").fill("9")
    page.get_by_label("Why the rules change").fill("A longer try.")
    page.get_by_role("button", name="Read what it means").click()
    expect(page.get_by_text("The refund window is 9 days long")).to_be_visible()
    assert not PolicyVersion.objects.filter(window_days=9).exists()
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Refund window in days").fill("8")
    page.get_by_role("button", name="Read what it means").click()
    page.get_by_role("button", name="Add this version").click()
    expect(page.get_by_text("What is going on keeps its own.")).to_be_visible()
    assert policy_at(DeliveryType.SAAS, timezone.now()).window_days == 8
    before.refresh_from_db()
    assert before.policy.window_days == 5
    assert asked_now().policy.window_days == 8


def test_a_file_with_bad_lines_is_only_checked_and_says_which(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    sign_in(page, person(operator=True))
    page.goto(f"{live_server.url}/admin/orders/order/")
    page.get_by_role("link", name="Import purchases").click()
    bad = sheet({}, {"resource_id": "a b"}, {"resource_id": "crm-2", "list_price": "1.234"})
    page.get_by_label("CSV file").set_input_files(
        {"name": "july.csv", "mimeType": "text/csv", "buffer": bad}
    )
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Problems")).to_be_visible()
    expect(page.get_by_role("row", name="a b")).to_contain_text("3")
    expect(page.get_by_role("row", name="1.234")).to_contain_text("4")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all of them as CSV").click()
    assert "resource_id_invalid" in download.value.path().read_text(encoding="utf-8-sig")
    assert PurchaseImport.objects.get().state == "refused"
    assert not Order.objects.exists()
