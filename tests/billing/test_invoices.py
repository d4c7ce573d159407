"""Invoices are asked for, withdrawn and handled as R9 says, and everybody concerned is told."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.commands import invoices as commands
from billing.models import Invoice, InvoiceForm, InvoiceLine, InvoicePolicy, InvoiceState, TitleKind
from billing.queries import (
    addresses_of,
    invoiceable,
    standing_invoice_of,
    titles_of,
    vendors_to_ask,
)
from kernel.errors import DomainError, NotFound
from notices.models import Channel, Notice
from orders.models import Instance
from people.models import Role
from refunds.commands import approve
from tests.billing.database import truncation_guarded
from tests.billing.invoicing import HOUR, TAX_NUMBER, ask_invoice, brought_to, with_details
from tests.billing.proof import verify
from tests.factories import NOW, ProductFactory, ask, buy, make_member, make_user

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[int]:
    """Who has it in the inbox."""
    notices = Notice.objects.filter(kind=kind, channel=Channel.INBOX)
    return set(notices.values_list("recipient_id", flat=True))


def test_an_invoice_is_over_the_sum_of_what_was_paid_and_due_in_ten_working_days() -> None:
    first = buy(prices=(10_000, 333), coupon=1_000)
    decider = make_member(first.vendor, Role.HANDLER)
    make_member(first.vendor, Role.READ_ONLY)
    both = Instance.objects.filter(order=first.order).select_related("buyer")
    invoice = ask_invoice(*both)
    assert invoice.amount == 9_333
    assert {line.amount for line in invoice.lines.all()} == {i.paid for i in both}
    # Asked on July 1, 2026, a Wednesday.
    assert invoice.due_at == datetime(2026, 7, 15, 16, tzinfo=UTC)
    assert not invoice.is_late(invoice.due_at - timedelta(seconds=1))
    assert invoice.is_late(invoice.due_at)
    assert told("invoice_asked") == {decider.pk}


def test_the_vendor_learns_only_the_address_that_it_needs() -> None:
    first, second = buy(), buy()
    mail, post = ask_invoice(first), ask_invoice(second, form=InvoiceForm.PAPER)
    assert (mail.email, mail.address) == ("billing@acme.example", "")
    assert (post.email, post.address) == ("", "1 West Lake Road, Hangzhou")


def test_title_and_address_stay_as_they_were_when_it_was_asked_for() -> None:
    instance = buy()
    invoice = ask_invoice(instance)
    commands.remove_title(title_id=titles_of(instance.buyer)[0].pk, buyer=instance.buyer)
    commands.remove_address(address_id=addresses_of(instance.buyer)[0].pk, buyer=instance.buyer)
    invoice.refresh_from_db()
    assert (invoice.title, invoice.tax_number) == ("Acme Ltd", TAX_NUMBER)


def test_a_later_policy_leaves_what_was_asked_for_alone() -> None:
    early = ask_invoice(buy())
    InvoicePolicy.objects.create(effective_from=NOW + HOUR, zone="Asia/Shanghai", working_days=1)
    late = ask_invoice(buy(), at=NOW + HOUR)
    early.refresh_from_db()
    assert late.due_at < early.due_at
    assert early.policy != late.policy


def test_what_is_on_a_standing_invoice_is_on_no_other() -> None:
    instance = buy()
    first = ask_invoice(instance)
    with pytest.raises(commands.AlreadyInvoiced) as refused:
        ask_invoice(instance)
    assert refused.value.invoice_id == first.pk
    assert not invoiceable(instance.buyer).exists()
    for state in (InvoiceState.PROCESSING, InvoiceState.MAILED):
        other = buy()
        brought_to(ask_invoice(other), state)
        with pytest.raises(commands.AlreadyInvoiced):
            ask_invoice(other)
    assert Invoice.objects.count() == 3


@pytest.mark.parametrize("state", [InvoiceState.WITHDRAWN, InvoiceState.RETURNED])
def test_what_was_withdrawn_or_came_back_may_be_invoiced_anew(state: InvoiceState) -> None:
    instance = buy()
    first = brought_to(ask_invoice(instance), state)
    assert standing_invoice_of(instance) is None
    second = ask_invoice(instance)
    assert standing_invoice_of(instance) == second
    assert not InvoiceLine.objects.filter(invoice=first, standing=True).exists()


def test_there_is_no_invoice_of_what_is_being_refunded_has_been_or_was_free() -> None:
    refunding, refunded, free = buy(), buy(), buy(prices=(0,))
    ask(refunding)
    approve(request_id=ask(refunded).pk, actor=make_member(refunded.vendor), now=NOW)
    for instance in (refunding, refunded, free):
        with pytest.raises(commands.NotInvoiceable):
            ask_invoice(instance)
        assert not invoiceable(instance.buyer).exists()
        assert not vendors_to_ask(instance.buyer).exists()
    assert not Invoice.objects.exists()


def test_nothing_of_somebody_elses_is_invoiced_or_used() -> None:
    mine, theirs = buy(), buy()
    buyer, stranger = with_details(mine.buyer), with_details(theirs.buyer)
    title, address = titles_of(buyer)[0].pk, addresses_of(buyer)[0].pk
    asked = {
        "buyer": buyer,
        "vendor_id": mine.vendor_id,
        "instance_ids": [mine.pk],
        "title_id": title,
        "address_id": address,
        "form": InvoiceForm.PAPER,
        "now": NOW,
    }
    for wrong in (
        {"instance_ids": [mine.pk, theirs.pk]},
        {"instance_ids": [theirs.pk], "vendor_id": theirs.vendor_id},
        {"vendor_id": theirs.vendor_id},
        {"title_id": titles_of(stranger)[0].pk},
        {"address_id": addresses_of(stranger)[0].pk},
        {"instance_ids": [0]},
    ):
        with pytest.raises(NotFound):
            commands.ask(**{**asked, **wrong})  # type: ignore[arg-type]
    with pytest.raises(commands.NothingToInvoice):
        commands.ask(**{**asked, "instance_ids": []})  # type: ignore[arg-type]
    for change_title in (commands.remove_title, commands.make_title_default):
        with pytest.raises(NotFound):
            change_title(title_id=title, buyer=stranger)
    for change_address in (commands.remove_address, commands.make_address_default):
        with pytest.raises(NotFound):
            change_address(address_id=address, buyer=stranger)
    assert not Invoice.objects.exists()
    assert titles_of(buyer)[0].is_default


def test_an_address_fits_the_form() -> None:
    instance = buy()
    buyer = instance.buyer
    title = commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name="Ann", now=NOW)
    only_mail = commands.add_address(buyer=buyer, recipient="Ann", email="a@b.example", now=NOW)
    asked = {
        "buyer": buyer,
        "vendor_id": instance.vendor_id,
        "instance_ids": [instance.pk],
        "title_id": title.pk,
        "address_id": only_mail.pk,
        "now": NOW,
    }
    with pytest.raises(commands.AddressDoesNotFit):
        commands.ask(form=InvoiceForm.PAPER, **asked)  # type: ignore[arg-type]
    assert commands.ask(form=InvoiceForm.ELECTRONIC, **asked).pk  # type: ignore[arg-type]


def test_only_a_pending_one_is_withdrawn_by_its_buyer_and_the_vendor_is_told() -> None:
    invoice = ask_invoice(buy())
    decider = make_member(invoice.vendor)
    with pytest.raises(NotFound):
        commands.withdraw(invoice_id=invoice.pk, buyer=make_user(), now=NOW)
    commands.withdraw(invoice_id=invoice.pk, buyer=invoice.buyer, now=NOW + HOUR)
    invoice.refresh_from_db()
    assert (invoice.state, invoice.withdrawn_at) == ("withdrawn", NOW + HOUR)
    assert told("invoice_withdrawn") == {decider.pk}
    for state in (InvoiceState.PROCESSING, InvoiceState.MAILED, InvoiceState.RETURNED):
        other = brought_to(ask_invoice(buy()), state)
        with pytest.raises(commands.InvoiceMovedOn) as refused:
            commands.withdraw(invoice_id=other.pk, buyer=other.buyer, now=NOW + 9 * HOUR)
        assert refused.value.state == state


def test_each_step_of_the_vendor_is_told_to_the_buyer() -> None:
    invoice = brought_to(ask_invoice(buy(), form=InvoiceForm.PAPER), InvoiceState.RETURNED)
    assert invoice.processing_at == NOW + HOUR
    assert (invoice.number, invoice.tracking_number) == ("24332000000012345678", "SF1020304050")
    assert (invoice.returned_at, invoice.return_reference) == (NOW + 3 * HOUR, "SF999")
    for kind in ("invoice_processing", "invoice_mailed", "invoice_returned"):
        assert told(kind) == {invoice.buyer_id}


def test_an_invoice_that_was_being_made_may_come_back_without_having_been_mailed() -> None:
    invoice = brought_to(ask_invoice(buy()), InvoiceState.PROCESSING)
    commands.mark_returned(
        invoice_id=invoice.pk,
        actor=make_member(invoice.vendor),
        return_reference="not made",
        now=NOW + 2 * HOUR,
    )
    invoice.refresh_from_db()
    assert (invoice.state, invoice.mailed_at, invoice.number) == ("returned", None, "")


def test_only_who_decides_for_the_vendor_handles_its_invoices() -> None:
    invoice = ask_invoice(buy())
    reader = make_member(invoice.vendor, Role.READ_ONLY)
    stranger = make_member(buy().vendor)
    for actor, refusal in (
        (reader, commands.HandlingNotAllowed),
        (stranger, NotFound),
        (invoice.buyer, NotFound),
        (make_user(operator=True), NotFound),
    ):
        with pytest.raises(refusal):
            commands.take(invoice_id=invoice.pk, actor=actor, now=NOW)
        with pytest.raises(refusal):
            commands.mark_mailed(invoice_id=invoice.pk, actor=actor, number="1", now=NOW)
        with pytest.raises(refusal):
            commands.mark_returned(
                invoice_id=invoice.pk, actor=actor, return_reference="1", now=NOW
            )
    invoice.refresh_from_db()
    assert invoice.state == "pending"


def test_nobody_handles_the_invoice_of_their_own_purchase() -> None:
    product = ProductFactory.create()
    owner = make_member(product.vendor)
    invoice = ask_invoice(buy(buyer=owner, product=product))
    with pytest.raises(commands.OwnInvoice):
        commands.take(invoice_id=invoice.pk, actor=owner, now=NOW)


def test_steps_go_one_way_and_say_why_not_otherwise() -> None:
    invoice = ask_invoice(buy())
    actor = make_member(invoice.vendor)
    with pytest.raises(commands.InvoiceMovedOn):
        commands.mark_mailed(invoice_id=invoice.pk, actor=actor, number="1", now=NOW)
    with pytest.raises(commands.InvoiceMovedOn):
        commands.mark_returned(invoice_id=invoice.pk, actor=actor, return_reference="1", now=NOW)
    brought_to(invoice, InvoiceState.WITHDRAWN)
    with pytest.raises(commands.InvoiceMovedOn) as refused:
        commands.take(invoice_id=invoice.pk, actor=actor, now=NOW)
    assert refused.value.state == InvoiceState.WITHDRAWN


@pytest.mark.parametrize("bad", ["", "  ", "x" * 61, "two\nlines", "bell\x07", "turned\u202e"])
def test_numbers_are_one_printable_line(bad: str) -> None:
    invoice = brought_to(ask_invoice(buy(), form=InvoiceForm.PAPER), InvoiceState.PROCESSING)
    actor = make_member(invoice.vendor)
    with pytest.raises(commands.NumberRequired):
        commands.mark_mailed(
            invoice_id=invoice.pk, actor=actor, number=bad, tracking_number="1", now=NOW
        )
    with pytest.raises(commands.TrackingNumberRequired):
        commands.mark_mailed(
            invoice_id=invoice.pk, actor=actor, number="1", tracking_number=bad, now=NOW
        )
    with pytest.raises(commands.ReturnReferenceRequired):
        commands.mark_returned(invoice_id=invoice.pk, actor=actor, return_reference=bad, now=NOW)
    invoice.refresh_from_db()
    assert invoice.state == "processing"


@pytest.mark.parametrize(
    ("kind", "name", "tax_number"),
    [
        ("company", "Acme", ""),
        ("company", "Acme", "91330106MA2H3K"),
        ("company", "Acme", "91330106MA2H3K4L5XYZ1"),
        ("company", "Acme", "91330106-MA2H3K4L5"),
        ("company", "Acme", "９１３３０１０６ＭＡ２Ｈ３Ｋ４Ｌ"),
        ("company", "", TAX_NUMBER),
        ("personal", "x" * 201, ""),
        ("personal", "Ann\x00", ""),
        ("personal", "Ann\u202enna", ""),
    ],
)
def test_a_title_that_cannot_be_printed_is_refused(kind: str, name: str, tax_number: str) -> None:
    with pytest.raises(commands.InvalidTitle):
        commands.add_title(
            buyer=make_user(), kind=TitleKind(kind), name=name, tax_number=tax_number, now=NOW
        )


def test_a_tax_number_is_kept_as_it_is_printed() -> None:
    title = commands.add_title(
        buyer=make_user(),
        kind=TitleKind.COMPANY,
        name="  Acme   Ltd ",
        tax_number="9133 0106 ma2h 3k4l 5x",
        now=NOW,
    )
    assert (title.name, title.tax_number) == ("Acme Ltd", TAX_NUMBER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": ""},
        {"email": "", "address": ""},
        {"email": "nobody"},
        {"phone": "call me"},
        {"phone": "1" * 41},
        {"address": "a\nb"},
        {"address": "x" * 301},
    ],
)
def test_an_address_that_leads_nowhere_is_refused(wrong: dict[str, str]) -> None:
    sound = {"recipient": "Ann", "email": "a@b.example", "phone": "", "address": "Here"}
    with pytest.raises(commands.InvalidAddress):
        commands.add_address(buyer=make_user(), now=NOW, **{**sound, **wrong})


def test_the_first_of_its_kind_is_offered_first_until_another_is_preferred() -> None:
    buyer = with_details(make_user())
    other = commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name="Ann", now=NOW)
    assert [title.name for title in titles_of(buyer)] == ["Acme Ltd", "Ann"]
    commands.make_title_default(title_id=other.pk, buyer=buyer)
    assert [title.name for title in titles_of(buyer)] == ["Ann", "Acme Ltd"]
    assert [title.is_default for title in titles_of(buyer)] == [True, False]
    with pytest.raises(commands.TitleKnown):
        commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name="Ann", now=NOW)


def test_nobody_keeps_more_titles_than_a_form_can_offer() -> None:
    buyer = make_user()
    for n in range(50):
        commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name=f"Ann {n}", now=NOW)
    with pytest.raises(commands.TooManyDetails) as refused:
        commands.add_title(buyer=buyer, kind=TitleKind.PERSONAL, name="Ann", now=NOW)
    assert isinstance(refused.value, DomainError)
    assert titles_of(buyer).count() == 50


def test_steps_that_waited_for_one_another_stand_in_their_order() -> None:
    invoice = brought_to(ask_invoice(buy()), InvoiceState.MAILED)
    assert invoice.mailed_at
    commands.mark_returned(
        invoice_id=invoice.pk,
        actor=make_member(invoice.vendor),
        return_reference="SF1",
        now=invoice.mailed_at - timedelta(seconds=1),
    )
    invoice.refresh_from_db()
    assert invoice.returned_at == invoice.mailed_at
    with truncation_guarded():
        code, lines = verify()
    assert code == 0, lines
