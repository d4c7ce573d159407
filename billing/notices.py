"""What vendors and buyers are told about invoices (R9, R16)."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from notices.commands import Message
from notices.kinds import Kind, amount, moment
from people.queries import deciders_of

# An electronic invoice has no tracking number.
NONE = "\N{EM DASH}"

KINDS = (
    Kind(
        code="invoice_asked",
        label=_("An invoice is asked for"),
        title=_("%(buyer)s asks for invoice #%(id)s"),
        body=_("An invoice of %(amount)s made out to %(title)s. It is due by %(due)s."),
        action=_("See the invoice"),
        for_vendor=True,
    ),
    Kind(
        code="invoice_withdrawn",
        label=_("An invoice request is withdrawn"),
        title=_("%(buyer)s has withdrawn the request for invoice #%(id)s"),
        body=_("The invoice of %(amount)s made out to %(title)s is not needed any more."),
        action=_("See the invoice"),
        for_vendor=True,
    ),
    Kind(
        code="invoice_processing",
        label=_("The vendor handles an invoice"),
        title=_("%(vendor)s is handling invoice #%(id)s"),
        body=_("The request for the invoice of %(amount)s cannot be withdrawn any more."),
        action=_("See the invoice"),
    ),
    Kind(
        code="invoice_mailed",
        label=_("An invoice is mailed"),
        title=_("%(vendor)s has mailed invoice #%(id)s"),
        body=_(
            "The invoice of %(amount)s has the number %(number)s. Tracking number: %(tracking)s"
        ),
        action=_("See the invoice"),
    ),
    Kind(
        code="invoice_returned",
        label=_("An invoice has come back"),
        title=_("%(vendor)s has marked invoice #%(id)s as returned"),
        body=_("The invoice of %(amount)s came back: %(reference)s"),
        action=_("See the invoice"),
    ),
)


def asked(invoice: Invoice) -> list[Message]:
    """To those who decide for the vendor."""
    return _to_vendor(invoice, "invoice_asked")


def withdrawn(invoice: Invoice) -> list[Message]:
    """To those who decide for the vendor."""
    return _to_vendor(invoice, "invoice_withdrawn")


def processing(invoice: Invoice) -> list[Message]:
    """To the buyer."""
    return _to_buyer(invoice, "invoice_processing")


def mailed(invoice: Invoice) -> list[Message]:
    """To the buyer."""
    return _to_buyer(invoice, "invoice_mailed")


def returned(invoice: Invoice) -> list[Message]:
    """To the buyer."""
    return _to_buyer(invoice, "invoice_returned")


def _to_vendor(invoice: Invoice, kind: str) -> list[Message]:
    recipients = deciders_of([invoice.vendor_id])[invoice.vendor_id]
    return _messages(invoice, kind, recipients, reverse("vendor_invoice", args=[invoice.pk]))


def _to_buyer(invoice: Invoice, kind: str) -> list[Message]:
    return _messages(invoice, kind, [invoice.buyer_id], reverse("invoice", args=[invoice.pk]))


def _messages(invoice: Invoice, kind: str, recipients: Iterable[int], path: str) -> list[Message]:
    params: dict[str, Any] = {
        "id": invoice.pk,
        "buyer": invoice.buyer.full_name,
        "vendor": invoice.vendor.name,
        "title": invoice.title,
        "amount": amount(invoice.amount, invoice.currency),
        "due": moment(invoice.due_at),
        "number": invoice.number,
        "tracking": invoice.tracking_number or NONE,
        "reference": invoice.return_reference,
    }
    return [
        Message(recipient_id=recipient, kind=kind, key=invoice.reference, path=path, params=params)
        for recipient in recipients
    ]
