"""A refund heeds the invoice of its instance, and an invoice the refund (R9)."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.commands import invoices
from billing.models import Invoice, InvoiceLine, InvoiceState
from billing.queries import standing_invoice_of
from notices.models import Channel, Notice
from orders.models import Instance
from refunds import commands
from refunds.models import RefundReason, RefundRequest
from tests.billing.invoicing import ask_invoice, brought_to, with_details
from tests.factories import NOW, ask, buy, make_member
from tests.refunds.test_access import signed_in
from tests.refunds.test_pages import ANSWERS, DIALOG
from tests.refunds.test_races import at_once, codes

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def submit(instance: Instance, *, withdraw_invoice: bool = False) -> RefundRequest:
    return commands.submit(
        instance_id=instance.pk,
        buyer=instance.buyer,
        reason=RefundReason.MISTAKE,
        acknowledged=True,
        withdraw_invoice=withdraw_invoice,
        now=NOW + HOUR,
    )


def test_a_pending_invoice_refuses_the_refund_and_stays() -> None:
    instance = buy()
    invoice = ask_invoice(instance)
    with pytest.raises(commands.InvoicePending) as refused:
        submit(instance)
    assert (refused.value.code, refused.value.invoice_id) == ("invoice_pending", invoice.pk)
    assert not RefundRequest.objects.exists()
    assert standing_invoice_of(instance) == invoice


def test_one_step_withdraws_the_whole_invoice_and_submits_the_request() -> None:
    first = buy(prices=(10_000, 500))
    decider = make_member(first.vendor)
    one, other = Instance.objects.filter(order=first.order).select_related("buyer").order_by("pk")
    invoice = ask_invoice(one, other)
    request = submit(one, withdraw_invoice=True)
    invoice.refresh_from_db()
    assert (request.status, invoice.state) == ("pending", "withdrawn")
    assert invoice.withdrawn_at == NOW + HOUR
    told = Notice.objects.get(kind="invoice_withdrawn", channel=Channel.INBOX)
    assert told.recipient == decider
    # What is not being refunded may be invoiced again, the other not.
    assert ask_invoice(other).pk
    with pytest.raises(invoices.NotInvoiceable):
        ask_invoice(one)


def test_a_request_that_is_refused_leaves_the_invoice_alone() -> None:
    late = buy(at=NOW - timedelta(days=30))
    invoice = ask_invoice(late)
    with pytest.raises(commands.NotRefundable):
        submit(late, withdraw_invoice=True)
    assert standing_invoice_of(late) == invoice


@pytest.mark.parametrize("state", [InvoiceState.PROCESSING, InvoiceState.MAILED])
def test_an_invoice_that_is_under_way_stands_in_nobodys_way(state: InvoiceState) -> None:
    instance = buy()
    invoice = brought_to(ask_invoice(instance), state)
    request = submit(instance, withdraw_invoice=True)
    invoice.refresh_from_db()
    assert (request.status, invoice.state) == ("pending", state)
    # It stops no clock either.
    assert commands.approve_due(now=request.due_at).done == 1
    invoices.mark_returned(
        invoice_id=invoice.pk,
        actor=make_member(invoice.vendor),
        return_reference="SF1",
        now=request.due_at + HOUR,
    )
    assert standing_invoice_of(instance) is None


def test_withdrawing_the_request_lets_the_instance_be_invoiced_again() -> None:
    instance = buy()
    request = ask(instance)
    commands.cancel(request_id=request.pk, buyer=instance.buyer, now=NOW + HOUR)
    assert ask_invoice(instance).pk


def test_the_dialog_offers_the_one_step_and_names_what_else_is_withdrawn() -> None:
    first = buy(prices=(10_000, 500), at=timezone.now())
    one, other = Instance.objects.filter(order=first.order).select_related("buyer").order_by("pk")
    invoice = ask_invoice(one, other)
    client = signed_in(one.buyer)
    url = reverse("request_refund", args=[one.resource_id])
    dialog = client.get(url, headers=DIALOG).content.decode()
    assert 'name="withdraw_invoice"' in dialog
    assert other.resource_id in dialog
    assert reverse("invoice", args=[invoice.pk]) in dialog
    refused = client.post(url, ANSWERS, headers=DIALOG)
    assert refused.status_code == 422
    assert "once the invoice request is withdrawn" in refused.content.decode()
    assert not RefundRequest.objects.exists()
    made = client.post(url, ANSWERS | {"withdraw_invoice": "on"}, headers=DIALOG)
    assert made["HX-Redirect"] == reverse("refund", args=[RefundRequest.objects.get().pk])
    invoice.refresh_from_db()
    assert invoice.state == "withdrawn"


def test_an_invoice_that_was_taken_up_in_between_is_said_not_to_be_withdrawn() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("request_refund", args=[instance.resource_id])
    told = "The vendor has taken up the invoice in the meantime, so it was not withdrawn"
    # From a page that was made while the invoice was pending.
    brought_to(ask_invoice(instance), InvoiceState.PROCESSING)
    page = client.post(url, ANSWERS | {"withdraw_invoice": "on"}, follow=True)
    request = RefundRequest.objects.get()
    assert request.status == "pending"
    assert told in page.content.decode()
    commands.cancel(request_id=request.pk, buyer=instance.buyer, now=timezone.now())
    assert told not in client.post(url, ANSWERS, follow=True).content.decode()
    assert RefundRequest.objects.filter(status="pending").exists()


def test_the_dialog_asks_nothing_of_who_has_no_pending_invoice() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("request_refund", args=[instance.resource_id])
    assert "withdraw_invoice" not in client.get(url).content.decode()
    invoice = brought_to(ask_invoice(instance), InvoiceState.MAILED)
    dialog = client.get(url).content.decode()
    assert "withdraw_invoice" not in dialog
    assert "how the invoice comes back" in dialog
    assert client.post(url, ANSWERS | {"withdraw_invoice": "on"}).status_code == 302
    invoice.refresh_from_db()
    assert invoice.state == "mailed"


def test_the_vendor_sees_the_invoice_beside_the_case_and_can_mark_it_returned() -> None:
    instance = buy()
    invoice = brought_to(ask_invoice(instance), InvoiceState.MAILED)
    request = submit(instance)
    case = reverse("vendor_refund", args=[request.pk])
    member = signed_in(make_member(instance.vendor))
    page = member.get(case).content.decode()
    assert reverse("vendor_invoice", args=[invoice.pk]) in page
    url = reverse("mark_invoice_returned", args=[invoice.pk])
    assert url in page
    assert member.post(url, {"return_reference": "SF77"}).status_code == 302
    assert "SF77" in member.get(case).content.decode()


def test_the_page_of_an_instance_leads_to_its_invoice_or_to_one() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("purchase", args=[instance.resource_id])
    asking = reverse("ask_for_invoice", args=[instance.vendor_id])
    assert f"{asking}?resource_id={instance.resource_id}" in client.get(url).content.decode()
    invoice = ask_invoice(instance)
    page = client.get(url).content.decode()
    assert reverse("invoice", args=[invoice.pk]) in page
    assert asking not in page


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_of_a_refund_and_an_invoice_at_once_one_comes_first_and_the_other_heeds_it() -> None:
    for _ in range(8):
        instance = buy()
        with_details(instance.buyer)
        answers = codes(at_once([partial(submit, instance), partial(ask_invoice, instance)]))
        assert answers["done"] == 1
        assert answers["invoice_pending"] + answers["not_invoiceable"] == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_invoices_of_the_same_at_once_one_is_made() -> None:
    for _ in range(8):
        first = buy(prices=(10_000, 500))
        one, two = Instance.objects.filter(order=first.order).select_related("buyer")
        with_details(first.buyer)
        asked = [partial(ask_invoice, one, two), partial(ask_invoice, two, one)]
        assert codes(at_once(asked)) == {"done": 1, "already_invoiced": 1}
        assert InvoiceLine.objects.filter(instance__in=[one, two], standing=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_refund_and_a_vendor_that_begins_at_once_agree_on_what_became_of_the_invoice() -> None:
    for _ in range(8):
        instance = buy()
        invoice = ask_invoice(instance)
        actor = make_member(invoice.vendor)
        take = partial(invoices.take, invoice_id=invoice.pk, actor=actor, now=NOW + HOUR)
        answers = at_once([partial(submit, instance, withdraw_invoice=True), take])
        assert isinstance(answers[0], RefundRequest)
        invoice.refresh_from_db()
        taken = answers[1] is None
        assert invoice.state == ("processing" if taken else "withdrawn")


@pytest.mark.django_db(transaction=True)
def test_refunds_withdrawals_and_new_invoices_of_shared_purchases_never_deadlock() -> None:
    for _ in range(6):
        first = buy(prices=(10_000, 500, 70))
        shared = list(
            Instance.objects.filter(order=first.order).select_related("buyer").order_by("pk")
        )
        invoice = ask_invoice(*shared)
        withdraw = partial(
            invoices.withdraw, invoice_id=invoice.pk, buyer=first.buyer, now=NOW + HOUR
        )
        at_once(
            [
                partial(submit, shared[0], withdraw_invoice=True),
                partial(submit, shared[2], withdraw_invoice=True),
                partial(ask_invoice, shared[1], shared[2]),
                partial(ask_invoice, *shared),
                withdraw,
            ]
        )
    pending = Invoice.objects.filter(state="pending", lines__standing=True)
    assert not pending.exclude(lines__instance__held_by="").exists()
