"""What every step of an invoice has in common: the lock, the legal way, the lines (R9)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceState
from billing.transitions import may_become
from kernel.errors import NotFound, Overtaken
from kernel.transactions import require_transaction


class InvoiceMovedOn(Overtaken):
    """Somebody else was faster; `state` is what the invoice has become."""

    code = "invoice_moved_on"
    sentences = {
        InvoiceState.PENDING: _("The vendor has not begun with this invoice yet."),
        InvoiceState.PROCESSING: _("The vendor is handling this invoice already."),
        InvoiceState.MAILED: _("This invoice has been mailed already."),
        InvoiceState.WITHDRAWN: _("This invoice request has been withdrawn already."),
        InvoiceState.RETURNED: _("This invoice has been returned already."),
    }

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = InvoiceState(state)
        self.sentence = self.sentences[self.state]


def lock_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked. Raises `NotFound`. Requires a transaction."""
    require_transaction()
    invoice = Invoice.objects.select_for_update(no_key=True).filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    return invoice


def move(invoice: Invoice, to: InvoiceState, stamps: Mapping[str, object]) -> None:
    """Bring a locked invoice into another state; its lines stand as long as it does.

    Raises `InvoiceMovedOn` where no way leads there. Requires a transaction.
    """
    require_transaction()
    if not may_become(invoice.state, to):
        raise InvoiceMovedOn(invoice.state)
    invoice.state = to
    # Whoever was faster may have taken the step before a moment after this one's time.
    last = max(filter(None, (invoice.requested_at, invoice.processing_at, invoice.mailed_at)))
    for name, value in stamps.items():
        setattr(invoice, name, max(value, last) if isinstance(value, datetime) else value)
    invoice.save(update_fields=["state", *stamps])
    if not invoice.is_standing:
        invoice.lines.update(standing=False)
