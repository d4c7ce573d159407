"""What the rules promise a buyer beyond the plain refund, in a browser (R4, R8, R9, R10, R11)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from billing.models import InvoiceState
from orders.models import Instance, ServiceState
from people.models import User
from refunds.commands import reject
from refunds.models import RefundRequest, Ticket
from refunds.transitions import Status
from tests.billing.invoicing import ask_invoice
from tests.browser.conftest import SignIn
from tests.factories import ask, ask_service, buy, ground, make_member, offer_on
from tests.orders.deliveries import service_in
from tests.refunds.tickets.making import buy_image, picture

pytestmark = pytest.mark.django_db(transaction=True)

People = Callable[..., User]


def ago(**distance: float) -> datetime:
    return timezone.now() - timedelta(**distance)


def page_of(site: LiveServer, instance: Instance) -> str:
    return f"{site.url}/purchases/{instance.resource_id}/"


def dialog_of(page: Page, name: str) -> Locator:
    """The open dialog, once it has settled: its title has the focus then."""
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog.get_by_role("heading", name=name)).to_be_focused()
    return dialog


def test_a_ticket_is_opened_with_evidence_and_urged(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    image = buy_image(buyer=person(), price=9_900, at=ago(days=20))
    sign_in(page, image.buyer)
    page.goto(page_of(live_server, image))
    page.get_by_role("link", name="Open a ticket").click()
    page.get_by_label("Ground for the refund").select_option(label="The vendor cannot perform")
    page.get_by_label("Amount asked").fill("49.50")
    page.get_by_label("Description").fill("It does not start.")
    proof = FilePayload(name="console.png", mimeType="image/png", buffer=picture())
    page.get_by_label("Evidence").set_input_files(proof)
    page.get_by_role("button", name="Open ticket").click()

    expect(page.get_by_text("Your ticket has been opened.")).to_be_visible()
    shown = page.get_by_role("link", name="console.png").locator("img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 8)
    page.get_by_role("button", name="Urge").click()
    expect(page.get_by_text("The vendor has been told")).to_be_visible()
    ticket = Ticket.objects.get(instance=image)
    assert (ticket.amount_asked, ticket.evidence.count()) == (4_950, 1)
    assert ticket.urged_at is not None


def test_an_offer_is_found_on_the_instance_page_and_accepted_by_keyboard(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    request = ask_service(price=10_000, buyer=person(), at=ago(hours=2))
    offer_on(request, amount=4_000, at=ago(hours=1))
    sign_in(page, request.buyer)
    page.goto(page_of(live_server, request.instance))
    status = page.get_by_role("region", name="Product status")
    expect(status).to_contain_text("The vendor offers to refund ¥40.00.")
    status.get_by_role("link", name="See the offer").press("Enter")
    page.get_by_role("link", name="Accept offer").press("Enter")
    dialog = dialog_of(page, "Accept offer")
    expect(dialog).to_contain_text("Accept ¥40.00 instead of ¥100.00")
    dialog.get_by_role("button", name="Accept offer").press("Enter")

    expect(page.get_by_role("link", name="Accept offer")).to_have_count(0)
    expect(page.get_by_text("Offer accepted by the buyer")).to_be_visible()
    request.refresh_from_db()
    assert (request.status, request.approved_amount) == (Status.APPROVED, 4_000)


def test_a_rejection_is_appealed_in_one_click(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    request = ask(buy(buyer=person(), at=ago(days=1)), at=ago(hours=20))
    member = make_member(request.vendor)
    words = "Half of it has been used."
    reject(request_id=request.pk, actor=member, ground=ground(), text=words, now=ago(hours=1))
    sign_in(page, request.buyer)
    page.goto(f"{live_server.url}/refunds/{request.pk}/")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("you may appeal to the platform in one click")).to_be_visible()
    page.get_by_role("link", name="Appeal to the platform").click()
    dialog = dialog_of(page, "Appeal to the platform")
    dialog.get_by_role("button", name="Appeal to the platform").click()

    expect(page.get_by_role("status").get_by_text("no clock approves an appeal")).to_be_visible()
    ticket = Ticket.objects.get(appealed=request)
    assert ticket.inside
    page.goto(page_of(live_server, request.instance))
    page.get_by_role("link", name="See the ticket").click()
    expect(page.get_by_role("heading", name=f"Ticket {ticket}")).to_be_visible()


def test_a_pending_invoice_is_withdrawn_in_the_refund_dialog(
    live_server: LiveServer, page: Page, person: People, sign_in: SignIn, console: list[str]
) -> None:
    instance = buy(buyer=person(), at=ago(hours=3))
    invoice = ask_invoice(instance, at=ago(hours=2))
    sign_in(page, instance.buyer)
    page.goto(page_of(live_server, instance))
    page.get_by_role("region", name="Product status").get_by_role("link", name="Refund").click()
    dialog = dialog_of(page, "Refund request")
    dialog.get_by_label("Refund reason").select_option("other")
    dialog.get_by_label("I have read and understand the above").check()
    submit = dialog.get_by_role("button", name="Submit request")
    submit.click()
    # The browser asks for the tick before anything is sent.
    expect(dialog.get_by_label("Withdraw the invoice request, too")).to_be_focused()
    assert not RefundRequest.objects.filter(instance=instance).exists()
    dialog.get_by_label("Withdraw the invoice request, too").check()
    submit.click()

    expect(page.get_by_text("Your refund request has been submitted.")).to_be_visible()
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.WITHDRAWN
    assert RefundRequest.objects.get(instance=instance).status == Status.PENDING


def test_a_service_is_accepted_without_javascript_and_ends_its_window(
    live_server: LiveServer, browser: Browser, person: People, sign_in: SignIn
) -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE, at=ago(days=2), buyer=person())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, service.instance.buyer)
    page.goto(page_of(live_server, service.instance))
    page.get_by_role("link", name="Accept the service").click()
    expect(page.get_by_role("alert")).to_contain_text("ends the refund window")
    page.get_by_role("button", name="Accept the service").click()

    expect(page.get_by_text("You have accepted the service.")).to_be_visible()
    refund = page.get_by_role("region", name="Product status").get_by_role("link", name="Refund")
    expect(refund).to_have_attribute("aria-disabled", "true")
    expect(refund).to_have_accessible_description(
        "The service has been accepted, which has closed its refund window."
    )
    # Where it is not possible, it leads to what helps; the browser's own Enter follows it.
    refund.press("Enter")
    expect(page.get_by_role("heading", name="Open a ticket")).to_be_visible()
    context.close()
    service.refresh_from_db()
    assert service.state == ServiceState.COMPLETE


def test_no_page_of_a_buyer_is_wider_than_a_phone(
    live_server: LiveServer, browser: Browser, person: People, sign_in: SignIn
) -> None:
    request = ask_service(buyer=person(), at=ago(hours=2))
    offer_on(request, at=ago(hours=1))
    image = buy_image(buyer=request.buyer, at=ago(days=20))
    open_window = buy(buyer=request.buyer, prices=(1_234_567_890,), at=ago(hours=1))
    invoice = ask_invoice(open_window, at=ago(minutes=30))
    paths = (
        "purchases/",
        f"purchases/{request.instance.resource_id}/",
        f"purchases/{image.resource_id}/ticket/",
        f"purchases/{open_window.resource_id}/refund/",
        f"refunds/{request.pk}/",
        "billing/transactions/",
        f"billing/invoices/{invoice.pk}/",
        "rules/",
    )
    phone = browser.new_context(viewport={"width": 360, "height": 780})
    page = phone.new_page()
    sign_in(page, request.buyer)
    for language in ("en", "zh-hans"):
        phone.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        assert not [path for path in paths if _overflow(page, f"{live_server.url}/{path}")]
        expect(page.locator("html")).to_have_attribute("lang", language)
    phone.close()


def _overflow(page: Page, url: str) -> bool:
    page.goto(url)
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))
