"""The ledger, the invoices that vendors owe, and files of purchases."""

from billing.models.imports import ImportState, PurchaseImport
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
    Earning,
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
    "Earning",
    "Entry",
    "ImportState",
    "Invoice",
    "InvoiceAddress",
    "InvoiceForm",
    "InvoiceLine",
    "InvoicePolicy",
    "InvoiceState",
    "InvoiceTitle",
    "PurchaseImport",
    "TitleKind",
    "Transaction",
    "TransactionKind",
]
