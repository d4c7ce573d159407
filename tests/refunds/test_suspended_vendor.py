"""A suspended vendor stops no clock: what is due, is due as for any other, and is told so (R8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notices.models import Notice
from orders import commands as deliveries
from orders.models import ServiceState
from people.commands import lift_suspension, suspend_vendor
from people.models import Role, User, Vendor
from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundRequest
from tests.billing.invoicing import ask_invoice
from tests.factories import (
    NOW,
    ProductFactory,
    ask,
    ask_service,
    buy,
    ground,
    make_member,
    make_user,
    offer_on,
)
from tests.orders.deliveries import service_in
from tests.refunds.tickets.making import DAY, a_ticket, an_inside_ticket

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)
REASON = "A secret of the platform."
LANGUAGES = {"en": "en-US,en;q=0.9", "zh-hans": "zh-CN,zh;q=0.9"}
TO_BUYERS = {
    "en": "This vendor has been suspended by the platform since",
    "zh-hans": "该服务商已被平台暂停服务",
}
TO_MEMBERS = {"en": "No clock stops for that", "zh-hans": "各项计时不会因此停止"}


def suspend(vendor: Vendor) -> None:
    suspend_vendor(
        vendor_id=vendor.pk, actor=make_user(operator=True), reason=REASON, now=NOW + INSTANT
    )


def twins(make: Callable[[], Any]) -> tuple[Any, Any]:
    """Two of the same, of which the first one's vendor is suspended."""
    pair = make(), make()
    suspend(pair[0].vendor)
    return pair


def reading(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": LANGUAGES[language]})
    client.force_login(user)
    return client


class TestClocks:
    def test_approve_and_credit_what_is_asked_of_it_before_and_after(
        self, the_ledger_agrees: Callable[[], None]
    ) -> None:
        before, other = twins(ask)
        product = ProductFactory.create()
        suspend(product.vendor)
        # The marketplace sold it elsewhere, so it is recorded.
        after = ask(buy(product=product))
        assert before.due_at == after.due_at == other.due_at
        assert commands.approve_due(now=other.due_at - INSTANT).done == 0
        assert commands.approve_due(now=other.due_at).done == 3
        credit = other.due_at + timedelta(minutes=30)
        assert commands.credit_due(now=credit - INSTANT).done == 0
        assert commands.credit_due(now=credit).done == 3
        assert set(RefundRequest.objects.values_list("status", flat=True)) == {"credited"}
        the_ledger_agrees()

    def test_approve_the_tickets_that_take_the_place_of_a_request(self) -> None:
        ticket, other = twins(an_inside_ticket)
        assert ticket.due_at == other.due_at
        assert tickets.approve_due_tickets(now=other.due_at - INSTANT).done == 0
        assert tickets.approve_due_tickets(now=other.due_at).done == 2
        ticket.refresh_from_db()
        assert ticket.state == "approved"

    def test_let_a_request_be_appealed_that_it_leaves_unanswered(self) -> None:
        for request in twins(ask_service):
            assert request.due_at == NOW + 5 * DAY
            asked = {"request_id": request.pk, "buyer": request.buyer}
            with pytest.raises(tickets.NoAppeal):
                tickets.appeal(**asked, now=request.due_at - INSTANT)
            assert tickets.appeal(**asked, now=request.due_at).state == "open"

    def test_accept_its_services_after_a_reminder(self) -> None:
        service, other = twins(lambda: service_in(ServiceState.AWAITING_ACCEPTANCE))
        assert (service.accepts_at, service.remind_at) == (other.accepts_at, other.remind_at)
        assert deliveries.remind_due(now=other.remind_at).done == 2
        assert deliveries.accept_due(now=other.accepts_at - INSTANT).done == 0
        assert deliveries.accept_due(now=other.accepts_at).done == 2
        service.refresh_from_db()
        assert service.state == "complete"

    def test_count_its_steps_as_late(self) -> None:
        service, other = twins(lambda: service_in(ServiceState.IN_PROGRESS))
        assert service.late_at == other.late_at
        recourse = {"description": "Nothing happens.", "now": other.late_at}
        for one in (service, other):
            asked = {"instance_id": one.instance_id, "buyer": one.instance.buyer}
            assert tickets.open_ticket(**asked, **recourse).cause == "late_step"

    def test_remind_its_members_as_ever(self) -> None:
        product = ProductFactory.create()
        member = make_member(product.vendor)
        suspend(product.vendor)
        request = ask(buy(product=product))
        for hours in (24, 2):
            assert commands.remind_due(now=request.due_at - timedelta(hours=hours)) == 1
        told = Notice.objects.filter(recipient=member, channel="inbox").order_by("id")
        assert list(told.values_list("kind", flat=True)) == [
            *("request_received", "first_reminder", "last_reminder")
        ]

    def test_let_its_offers_lapse(self) -> None:
        request, other = twins(ask_service)
        offers = [offer_on(one) for one in (request, other)]
        assert offers[0].lapses_at == offers[1].lapses_at
        assert commands.lapse_due(now=offers[0].lapses_at).done == 2

    def test_go_on_as_ever_when_it_is_lifted(self) -> None:
        request, other = twins(ask)
        lift_suspension(
            vendor_id=request.vendor_id,
            actor=make_user(operator=True),
            reason="Cleared.",
            now=NOW + DAY,
        )
        request.refresh_from_db()
        assert request.due_at == other.due_at


def test_the_limit_counts_its_orders_like_all_others() -> None:
    product, buyer = ProductFactory.create(), make_user()
    suspend(product.vendor)
    for _ in range(4):
        ask(buy(product=product, buyer=buyer))
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(buy(buyer=buyer))
    assert refusal.value.code == "limit_reached"


def test_its_members_go_on_deciding() -> None:
    agreed, refused = (ask() for _ in range(2))
    for request in (agreed, refused):
        suspend(request.vendor)
    commands.approve(request_id=agreed.pk, actor=make_member(agreed.vendor), now=NOW + DAY)
    commands.reject(
        request_id=refused.pk,
        actor=make_member(refused.vendor),
        ground=ground(),
        text="Used up.",
        now=NOW + DAY,
    )
    statuses = RefundRequest.objects.order_by("id").values_list("status", "decided_by")
    assert list(statuses) == [("approved", "vendor"), ("rejected", "vendor")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_buyers_read_it_beside_its_contact(language: str) -> None:
    ticket = a_ticket()
    vendor, buyer = ticket.vendor, ticket.buyer
    product = ProductFactory.create(vendor=vendor)
    request = ask(buy(product=product, buyer=buyer))
    invoice = ask_invoice(buy(product=product, buyer=buyer))
    pages = [
        reverse("purchase", args=[ticket.instance.resource_id]),
        reverse("purchase", args=[request.instance.resource_id]),
        reverse("refund", args=[request.pk]),
        reverse("ticket", args=[ticket.pk]),
        reverse("invoice", args=[invoice.pk]),
    ]
    client, words = reading(buyer, language), TO_BUYERS[language]
    assert [words in client.get(page).content.decode() for page in pages] == [False] * 5
    suspend(vendor)
    for page in pages:
        said = client.get(page).content.decode()
        assert words in said, page
        assert "2026-07-01 10:00" in said
        assert REASON not in said
        assert TO_MEMBERS[language] not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_members_read_on_its_pages_that_deadlines_run_on(language: str) -> None:
    request = ask()
    vendor, member = request.vendor, make_member(request.vendor, Role.READ_ONLY)
    pages = [
        *(reverse(f"vendor_{name}") for name in ("refunds", "services", "tickets", "invoices")),
        reverse("vendor_earnings"),
        reverse("members"),
        reverse("vendor_refund", args=[request.pk]),
    ]
    client, words = reading(member, language), TO_MEMBERS[language]
    assert [words in client.get(page).content.decode() for page in pages] == [False] * 7
    suspend(vendor)
    for page in pages:
        said = client.get(page).content.decode()
        assert words in said, page
        assert vendor.name in said
        assert REASON not in said
    # What they buy themselves is another matter, and so are other vendors.
    for page in (reverse("inbox"), reverse("purchases")):
        assert words not in client.get(page).content.decode()
    stranger = make_member(ask().vendor)
    said = reading(stranger, language).get(reverse("vendor_refunds")).content.decode()
    assert words not in said
