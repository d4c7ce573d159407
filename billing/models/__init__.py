"""The ledger, and the invoices that vendors owe."""

from billing.models.invoices import (
    OWED_INVOICES,
    STANDING_INVOICES,
    Invoice,
    InvoiceAddress,
    InvoiceForm,
    InvoiceLine,
    InvoicePolicy,
    InvoiceState,
    InvoiceTitle,
    TitleKind,
)
from billing.models.ledger import (
    Account,
    AccountKind,
    CommissionPolicy,
    Entry,
    Transaction,
    TransactionKind,
)

__all__ = [
    "OWED_INVOICES",
    "STANDING_INVOICES",
    "Account",
    "AccountKind",
    "CommissionPolicy",
    "Entry",
    "Invoice",
    "InvoiceAddress",
    "InvoiceForm",
    "InvoiceLine",
    "InvoicePolicy",
    "InvoiceState",
    "InvoiceTitle",
    "TitleKind",
    "Transaction",
    "TransactionKind",
]
