"""The invoices of the world of `tests.billing.world`: one in each state."""

from billing.models import InvoiceForm, InvoiceState
from orders.models import Instance
from tests.billing.invoicing import ask_invoice, brought_to
from tests.factories import ProductFactory, buy, make_user


def fill_invoices() -> dict[str, int]:
    """Make them; the ids by name, such as `invoice_pending` and `invoice_pending_line`."""
    buyer, product = make_user(full_name="Eve"), ProductFactory.create()
    ids = {"eve": buyer.pk}
    for state in InvoiceState:
        first = buy(buyer=buyer, product=product, prices=(4_000, 500))
        both = Instance.objects.filter(order=first.order).select_related("buyer")
        invoice = brought_to(ask_invoice(*both, form=InvoiceForm.PAPER), state)
        ids |= {
            f"invoice_{state}": invoice.pk,
            f"invoice_{state}_line": invoice.lines.earliest("pk").pk,
            f"invoice_{state}_instance": first.pk,
        }
    free = buy(buyer=buyer, product=product, prices=(4_000,))
    # What the pending one could be made to be of, and nothing stands in the way.
    return ids | {"invoiceable": free.pk, "invoiceable_order": free.order_id}
