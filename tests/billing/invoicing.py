"""Invoices for tests, asked for and handled through the real commands."""

from datetime import datetime, timedelta

from billing.commands import invoices as commands
from billing.models import Invoice, InvoiceForm, InvoiceState, TitleKind
from billing.queries import addresses_of, titles_of
from orders.models import Instance
from people.models import User
from tests.factories import NOW, make_member

TAX_NUMBER = "91330106MA2H3K4L5X"
HOUR = timedelta(hours=1)


def with_details(buyer: User) -> User:
    """Give the buyer a title and an address that fits both forms."""
    if not titles_of(buyer).exists():
        commands.add_title(
            buyer=buyer, kind=TitleKind.COMPANY, name="Acme Ltd", tax_number=TAX_NUMBER, now=NOW
        )
        commands.add_address(
            buyer=buyer,
            recipient="Front desk",
            phone="+86 571 5550 0199",
            email="billing@acme.example",
            address="1 West Lake Road, Hangzhou",
            now=NOW,
        )
    return buyer


def ask_invoice(
    *instances: Instance, form: InvoiceForm = InvoiceForm.ELECTRONIC, at: datetime = NOW
) -> Invoice:
    """A pending invoice of these purchases, by their buyer."""
    buyer = with_details(instances[0].buyer)
    return commands.ask(
        buyer=buyer,
        vendor_id=instances[0].vendor_id,
        instance_ids=[instance.pk for instance in instances],
        title_id=titles_of(buyer)[0].pk,
        address_id=addresses_of(buyer)[0].pk,
        form=form,
        now=at,
    )


def brought_to(invoice: Invoice, state: InvoiceState, *, actor: User | None = None) -> Invoice:
    """Bring a pending invoice into a state, an hour a step."""
    actor = actor or make_member(invoice.vendor)
    if state == InvoiceState.WITHDRAWN:
        commands.withdraw(invoice_id=invoice.pk, buyer=invoice.buyer, now=NOW + HOUR)
    if state in (InvoiceState.PROCESSING, InvoiceState.MAILED, InvoiceState.RETURNED):
        commands.take(invoice_id=invoice.pk, actor=actor, now=NOW + HOUR)
    if state in (InvoiceState.MAILED, InvoiceState.RETURNED):
        commands.mark_mailed(
            invoice_id=invoice.pk,
            actor=actor,
            number="24332000000012345678",
            tracking_number="SF1020304050",
            now=NOW + 2 * HOUR,
        )
    if state == InvoiceState.RETURNED:
        commands.mark_returned(
            invoice_id=invoice.pk, actor=actor, return_reference="SF999", now=NOW + 3 * HOUR
        )
    invoice.refresh_from_db()
    return invoice
