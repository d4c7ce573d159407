"""A ticket and an appeal heed the invoice of their instance, and an invoice the ticket (R9)."""

from collections.abc import Callable
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.commands import invoices
from billing.models import InvoiceState
from billing.queries import standing_invoice_of
from notices.models import Channel, Notice
from orders.models import Instance
from people.models import Role
from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundEvent, Ticket
from tests.billing.invoicing import ask_invoice, brought_to, with_details
from tests.factories import NOW, ProductFactory, buy, make_member, make_user
from tests.refunds.test_access import signed_in
from tests.refunds.test_races import at_once, codes
from tests.refunds.tickets.making import (
    HOUR,
    a_deadlock,
    a_file,
    a_rejected_request,
    a_ticket,
    a_vendors_appeal,
    an_appeal,
    buy_image,
    for_ground,
)

pytestmark = pytest.mark.django_db

# Whoever asks for the money back of an instance, by whichever way: instance, then how to ask.
Way = tuple[Instance, Callable[..., Ticket]]


def by_ticket() -> Way:
    instance = buy_image()
    return instance, partial(a_ticket, instance, at=NOW + HOUR)


def by_appeal() -> Way:
    request = a_rejected_request()

    def appeal(*, withdraw_invoice: bool = False) -> Ticket:
        return tickets.appeal(
            request_id=request.pk,
            buyer=request.buyer,
            withdraw_invoice=withdraw_invoice,
            now=NOW + 2 * HOUR,
        )

    return request.instance, appeal


both_ways = pytest.mark.parametrize("way", [by_ticket, by_appeal])


@both_ways
def test_a_pending_invoice_refuses_it_and_nothing_is_left(way: Callable[[], Way]) -> None:
    instance, ask = way()
    member = make_member(instance.vendor)
    invoice = ask_invoice(instance, at=NOW + 2 * HOUR)
    events = RefundEvent.objects.count()
    with pytest.raises(commands.InvoicePending) as refused:
        ask()
    assert (refused.value.code, refused.value.invoice_id) == ("invoice_pending", invoice.pk)
    assert not Ticket.objects.exists()
    assert RefundEvent.objects.count() == events
    assert standing_invoice_of(instance) == invoice
    instance.refresh_from_db()
    assert instance.held_by == ""
    assert not Notice.objects.filter(recipient=member, kind__startswith="ticket").exists()


@both_ways
def test_one_step_withdraws_the_invoice_and_goes_on(way: Callable[[], Way]) -> None:
    instance, ask = way()
    member = make_member(instance.vendor)
    invoice = ask_invoice(instance, at=NOW + HOUR)
    ticket = ask(withdraw_invoice=True)
    invoice.refresh_from_db()
    assert (ticket.state, invoice.state) == ("open", "withdrawn")
    told = Notice.objects.filter(recipient=member, kind="invoice_withdrawn", channel=Channel.INBOX)
    assert told.count() == 1


def test_what_else_was_on_the_invoice_may_be_invoiced_anew() -> None:
    first = buy_image()
    other = buy(
        buyer=first.buyer,
        product=ProductFactory.create(vendor=first.vendor, delivery_type="image"),
    )
    ask_invoice(first, other)
    a_ticket(first, withdraw_invoice=True)
    assert ask_invoice(other).pk


@both_ways
@pytest.mark.parametrize("state", [InvoiceState.PROCESSING, InvoiceState.MAILED])
def test_an_invoice_that_is_under_way_stands_in_nobodys_way(
    way: Callable[[], Way], state: InvoiceState
) -> None:
    instance, ask = way()
    invoice = brought_to(ask_invoice(instance), state)
    assert ask(withdraw_invoice=True).state == "open"
    invoice.refresh_from_db()
    assert invoice.state == state


@both_ways
def test_there_is_no_new_invoice_of_what_a_ticket_is_about(way: Callable[[], Way]) -> None:
    instance, ask = way()
    ticket = ask()
    with pytest.raises(invoices.NotInvoiceable):
        ask_invoice(instance, at=NOW + 3 * HOUR)
    page = signed_in(instance.buyer).get(reverse("purchase", args=[instance.resource_id]))
    assert reverse("ask_for_invoice", args=[instance.vendor_id]) not in page.content.decode()
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=instance.buyer, now=NOW + 3 * HOUR)
    assert ask_invoice(instance, at=NOW + 4 * HOUR).pk


def test_nor_of_what_the_vendor_has_put_before_the_platform() -> None:
    ticket = a_vendors_appeal()
    with pytest.raises(invoices.NotInvoiceable):
        ask_invoice(ticket.instance, at=NOW + 2 * HOUR)


def test_what_is_refused_for_another_reason_leaves_the_invoice_alone() -> None:
    instance = buy_image()
    invoice = ask_invoice(instance)
    with pytest.raises(tickets.TicketGroundRequired):
        a_ticket(instance, ground=None, withdraw_invoice=True)
    with pytest.raises(tickets.TooMuchEvidence):
        a_ticket(instance, evidence=[a_file()] * 100, withdraw_invoice=True)
    assert standing_invoice_of(instance) == invoice


# --- pages


def test_the_forms_ask_for_the_withdrawal_only_where_an_invoice_is_pending() -> None:
    now = timezone.now()
    instance = buy_image(at=now)
    request = a_rejected_request(buy(buyer=instance.buyer, at=now - HOUR), at=now - HOUR)
    client = signed_in(instance.buyer)
    told = {"description": "It never started.", "ground": for_ground().pk, "amount": "40"}
    for name, key, about, sent in (
        ("open_ticket", instance.resource_id, instance, told),
        ("appeal_refund", request.pk, request.instance, {}),
    ):
        url = reverse(name, args=[key])
        assert "withdraw_invoice" not in client.get(url).content.decode()
        invoice = ask_invoice(about, at=now)
        page = client.get(url).content.decode()
        assert 'name="withdraw_invoice"' in page
        assert reverse("invoice", args=[invoice.pk]) in page
        refused = client.post(url, sent)
        assert refused.status_code == 422
        assert "once the invoice request is withdrawn" in refused.content.decode()
        assert not Ticket.objects.filter(instance=about).exists()
        made = client.post(url, {**sent, "withdraw_invoice": "on"})
        ticket = Ticket.objects.get(instance=about)
        assert made["Location"] == reverse("ticket", args=[ticket.pk])
        invoice.refresh_from_db()
        assert invoice.state == "withdrawn"


def test_an_invoice_that_was_mailed_is_told_of_and_asks_nothing() -> None:
    instance = buy_image(at=timezone.now())
    brought_to(ask_invoice(instance), InvoiceState.MAILED)
    page = signed_in(instance.buyer).get(reverse("open_ticket", args=[instance.resource_id]))
    assert "withdraw_invoice" not in page.content.decode()
    assert "how the invoice comes back" in page.content.decode()


def test_buyer_vendor_and_operator_see_the_invoice_beside_the_ticket() -> None:
    instance = buy_image()
    invoice = brought_to(ask_invoice(instance), InvoiceState.MAILED)
    ticket = a_ticket(instance, at=NOW + 3 * HOUR)
    member = signed_in(make_member(instance.vendor))
    returning = reverse("mark_invoice_returned", args=[invoice.pk])
    page = member.get(reverse("vendor_ticket", args=[ticket.pk])).content.decode()
    assert reverse("vendor_invoice", args=[invoice.pk]) in page
    assert f'href="{returning}"' in page
    reader = signed_in(make_member(instance.vendor, Role.READ_ONLY))
    page = reader.get(reverse("vendor_ticket", args=[ticket.pk])).content.decode()
    assert reverse("vendor_invoice", args=[invoice.pk]) in page
    assert f'href="{returning}"' not in page
    for user, name, url in (
        (instance.buyer, "ticket", "invoice"),
        (make_user(operator=True), "admin:refunds_ticket_change", "admin:billing_invoice_change"),
    ):
        page = signed_in(user).get(reverse(name, args=[ticket.pk])).content.decode()
        assert reverse(url, args=[invoice.pk]) in page


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_of_a_ticket_and_an_invoice_at_once_one_comes_first_and_the_other_heeds_it() -> None:
    for way in (by_ticket, by_appeal) * 4:
        instance, ask = way()
        with_details(instance.buyer)
        answers = codes(at_once([ask, partial(ask_invoice, instance, at=NOW + 2 * HOUR)]))
        assert answers["done"] == 1
        assert answers["invoice_pending"] + answers["not_invoiceable"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_ticket_and_a_vendor_that_begins_at_once_agree_on_what_became_of_the_invoice() -> None:
    for way in (by_ticket, by_appeal) * 4:
        instance, ask = way()
        invoice = ask_invoice(instance)
        actor = make_member(invoice.vendor)
        take = partial(invoices.take, invoice_id=invoice.pk, actor=actor, now=NOW + HOUR)
        answers = at_once([partial(ask, withdraw_invoice=True), take])
        assert isinstance(answers[0], Ticket)
        invoice.refresh_from_db()
        assert invoice.state == ("processing" if answers[1] is None else "withdrawn")


def test_a_pending_request_has_passed_the_gate_already() -> None:
    request = a_deadlock()
    with pytest.raises(invoices.NotInvoiceable):
        ask_invoice(request.instance)
    assert an_appeal(request).cause == "offers_declined"
