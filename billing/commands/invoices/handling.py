"""What a vendor does with an invoice request: takes it, mails it, marks it returned (R9)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.commands.invoices.moves import lock_invoice, move
from billing.models import Invoice, InvoiceForm, InvoiceState
from billing.notices import mailed, processing, returned
from billing.words import INVOICE_NUMBER_LENGTH, REFERENCE_LENGTH, is_one_line, tidy
from kernel.errors import DomainError, NotFound
from notices.commands import notify
from people.models import User
from people.queries import may_decide_for, vendor_ids_of

NEWS = {
    InvoiceState.PROCESSING: processing,
    InvoiceState.MAILED: mailed,
    InvoiceState.RETURNED: returned,
}


class HandlingNotAllowed(DomainError):
    """The actor may see the invoice but not handle it."""

    code = "handling_not_allowed"
    sentence = _("Your role allows you to read this invoice, not to handle it.")


class OwnInvoice(DomainError):
    """Nobody handles the invoice of their own purchase."""

    code = "own_invoice"
    sentence = _("You cannot handle the invoice of your own purchase.")


class NumberRequired(DomainError):
    """An invoice that was made has a number."""

    code = "invoice_number_required"
    sentence = _("Please enter the number of the invoice, on one line.")


class TrackingNumberRequired(DomainError):
    """An invoice on paper is posted, and can be followed."""

    code = "tracking_number_required"
    sentence = _("Please enter the tracking number of the invoice on paper, on one line.")


class ReturnReferenceRequired(DomainError):
    """A return names what it can be found by."""

    code = "return_reference_required"
    sentence = _(
        "Please enter how the invoice came back, on one line: the tracking number, or that of"
        " the reversal."
    )


def take(*, invoice_id: int, actor: User, now: datetime) -> None:
    """Begin with a pending invoice; from now on the buyer cannot withdraw it.

    Opens a transaction. Raises `NotFound`, `HandlingNotAllowed`, `OwnInvoice` and
    `InvoiceMovedOn`.
    """
    _handle(invoice_id, actor, InvoiceState.PROCESSING, {"processing_at": now}, now)


def mark_mailed(
    *, invoice_id: int, actor: User, number: str, now: datetime, tracking_number: str = ""
) -> None:
    """Say that the invoice is on its way: by mail, or on paper with a tracking number.

    Opens a transaction. Raises what `take` raises, `NumberRequired`,
    `TrackingNumberRequired`. An electronic one keeps no tracking number.
    """
    number, tracking_number = tidy(number), tidy(tracking_number)
    if not number or not is_one_line(number, most=INVOICE_NUMBER_LENGTH):
        raise NumberRequired
    with transaction.atomic(durable=True):
        invoice = _lock(invoice_id, actor)
        on_paper = invoice.form == InvoiceForm.PAPER
        is_trackable = tracking_number and is_one_line(tracking_number, most=REFERENCE_LENGTH)
        if on_paper and not is_trackable:
            raise TrackingNumberRequired
        _bring(
            invoice,
            InvoiceState.MAILED,
            {
                "mailed_at": now,
                "number": number,
                "tracking_number": tracking_number if on_paper else "",
            },
            now,
        )


def mark_returned(*, invoice_id: int, actor: User, return_reference: str, now: datetime) -> None:
    """Say that the invoice came back, and how: a tracking number, or that of a reversal.

    Opens a transaction. Raises what `take` raises, and `ReturnReferenceRequired`.
    """
    reference = tidy(return_reference)
    if not reference or not is_one_line(reference, most=REFERENCE_LENGTH):
        raise ReturnReferenceRequired
    stamps = {"returned_at": now, "return_reference": reference}
    _handle(invoice_id, actor, InvoiceState.RETURNED, stamps, now)


def refusal_to_handle(actor: User, invoice: Invoice) -> DomainError | None:
    """Why this member of a vendor may not handle the invoice; None where they may."""
    if invoice.vendor_id not in vendor_ids_of(actor):
        return NotFound()
    if invoice.buyer_id == actor.pk:
        return OwnInvoice()
    if not may_decide_for(actor, invoice.vendor_id):
        return HandlingNotAllowed()
    return None


def _handle(
    invoice_id: int, actor: User, to: InvoiceState, stamps: Mapping[str, object], now: datetime
) -> None:
    with transaction.atomic(durable=True):
        _bring(_lock(invoice_id, actor), to, stamps, now)


def _lock(invoice_id: int, actor: User) -> Invoice:
    invoice = lock_invoice(invoice_id)
    refusal = refusal_to_handle(actor, invoice)
    if refusal:
        raise refusal
    return invoice


def _bring(invoice: Invoice, to: InvoiceState, stamps: Mapping[str, object], now: datetime) -> None:
    move(invoice, to, stamps)
    notify(NEWS[to](invoice), now=now)
