"""What the refund dialog says and asks about the invoice of an instance (R9)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceState
from billing.queries import others_on, standing_invoice_of
from orders.models import Instance
from refunds.checklist import Line, Mark
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

    @property
    def line(self) -> Line:
        """What the checklist says of it."""
        if self.invoice is None:
            return Line("invoice", Mark.DONE, _("No invoice stands in the way."))
        url = reverse("invoice", args=[self.invoice.pk])
        if self.is_closed:
            said = _("An invoice is pending: withdraw it, here below or on its page.")
            return Line("invoice", Mark.TODO, said, url=url)
        said = _("An invoice has been made: agree with the vendor how it comes back.")
        return Line("invoice", Mark.INFO, said, url=url)


def gate_of(instance: Instance) -> InvoiceGate:
    """Where the invoice of an instance stands."""
    invoice = standing_invoice_of(instance)
    return InvoiceGate(invoice=invoice, others=others_on(invoice, instance) if invoice else [])
