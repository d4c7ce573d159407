"""The states of an invoice and the only ways between them (R9). Pure."""

from billing.models import InvoiceState

ALLOWED = {
    InvoiceState.PENDING: frozenset({InvoiceState.PROCESSING, InvoiceState.WITHDRAWN}),
    InvoiceState.PROCESSING: frozenset({InvoiceState.MAILED, InvoiceState.RETURNED}),
    InvoiceState.MAILED: frozenset({InvoiceState.RETURNED}),
    InvoiceState.WITHDRAWN: frozenset[InvoiceState](),
    InvoiceState.RETURNED: frozenset[InvoiceState](),
}


def may_become(old: str, new: str) -> bool:
    """Whether an invoice may go from one state to the other."""
    return InvoiceState(new) in ALLOWED[InvoiceState(old)]
