"""A refund and the invoice of the same instance (R9)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from billing.commands.invoices import lock_standing, withdraw_standing
from billing.models import InvoiceState
from kernel.errors import DomainError
from kernel.transactions import require_transaction
from orders.models import Instance


class InvoicePending(DomainError):
    """The vendor owes an invoice of what is to be refunded; `invoice_id` is which."""

    code = "invoice_pending"
    sentence = _(
        "Invoice #%(invoice_id)s of this instance is pending. To ask for the refund, withdraw that"
        " invoice request with it."
    )

    def __init__(self, *, invoice_id: int) -> None:
        super().__init__(invoice_id=invoice_id)
        self.invoice_id = invoice_id


def pass_invoice_gate(instance: Instance, *, withdraw: bool, now: datetime) -> None:
    """Let a request for a locked instance through, or refuse it for a pending invoice (R9).

    With `withdraw` the pending invoice is withdrawn, with everything that is on it. One that
    is processing or mailed stands in nobody's way. Requires a transaction. Raises
    `InvoicePending`.
    """
    require_transaction()
    invoice = lock_standing(instance)
    if invoice is None or invoice.state != InvoiceState.PENDING:
        return
    if not withdraw:
        raise InvoicePending(invoice_id=invoice.pk)
    withdraw_standing(instance, buyer=instance.buyer, now=now)
