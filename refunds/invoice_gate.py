"""What the refund dialog says and asks about the invoice of an instance (R9)."""

from dataclasses import dataclass

from billing.models import Invoice, InvoiceState
from billing.queries import others_on, standing_invoice_of
from orders.models import Instance
from refunds.forms import RefundForm, RefundOfInvoicedForm


@dataclass(frozen=True, slots=True)
class InvoiceGate:
    """The standing invoice of an instance, if any, and what else would be withdrawn with it."""

    invoice: Invoice | None
    others: list[Instance]

    @property
    def form(self) -> type[RefundForm]:
        """The form to fill in: with a pending invoice it asks for its withdrawal, too."""
        return RefundOfInvoicedForm if self.is_closed else RefundForm

    @property
    def is_closed(self) -> bool:
        """Whether the invoice has to be withdrawn first."""
        return self.invoice is not None and self.invoice.state == InvoiceState.PENDING


def gate_of(instance: Instance) -> InvoiceGate:
    """Where the invoice of an instance stands."""
    invoice = standing_invoice_of(instance)
    return InvoiceGate(invoice=invoice, others=others_on(invoice, instance) if invoice else [])
