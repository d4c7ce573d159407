"""A buyer takes an invoice request back (R9)."""

from datetime import datetime

from django.db import transaction

from billing.commands.invoices.moves import lock_invoice, move
from billing.models import Invoice, InvoiceState
from billing.notices import withdrawn
from billing.queries import standing_invoice_of
from kernel.errors import NotFound
from kernel.transactions import require_transaction
from notices.commands import notify
from orders.models import Instance
from people.models import User


def withdraw(*, invoice_id: int, buyer: User, now: datetime) -> None:
    """Withdraw a pending invoice request as a whole; its purchases may be invoiced anew.

    Opens a transaction. Raises `NotFound` for somebody else's, and `InvoiceMovedOn`.
    """
    with transaction.atomic(durable=True):
        invoice = lock_invoice(invoice_id)
        if invoice.buyer_id != buyer.pk:
            raise NotFound
        _withdraw(invoice, now)


def withdraw_standing(instance: Instance, *, buyer: User, now: datetime) -> Invoice | None:
    """Withdraw the pending invoice that a locked instance is on, with all that is on it.

    Gives back what was withdrawn; None where no invoice is pending: one that is processing
    or mailed stays, and comes back by hand. Raises `NotFound` for somebody else's. Requires a
    transaction.
    """
    invoice = lock_standing(instance)
    if invoice is None or invoice.state != InvoiceState.PENDING:
        return None
    if invoice.buyer_id != buyer.pk:
        raise NotFound
    _withdraw(invoice, now)
    return invoice


def lock_standing(instance: Instance) -> Invoice | None:
    """The invoice that a locked instance is on, locked; none if none stands.

    Requires a transaction.
    """
    require_transaction()
    standing = standing_invoice_of(instance)
    if standing is None:
        return None
    invoice = lock_invoice(standing.pk)
    # While this waited for the lock it may have been withdrawn or have come back.
    return invoice if invoice.is_standing else None


def _withdraw(invoice: Invoice, now: datetime) -> None:
    move(invoice, InvoiceState.WITHDRAWN, {"withdrawn_at": now})
    notify(withdrawn(invoice), now=now)
