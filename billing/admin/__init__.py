"""Ledger and invoices in the admin, and recording a purchase by form."""

from billing.admin.invoices import InvoiceAddressAdmin, InvoiceAdmin, InvoiceTitleAdmin
from billing.admin.ledger import AccountAdmin, CommissionPolicyAdmin, EntryAdmin, TransactionAdmin

__all__ = [
    "AccountAdmin",
    "CommissionPolicyAdmin",
    "EntryAdmin",
    "InvoiceAddressAdmin",
    "InvoiceAdmin",
    "InvoiceTitleAdmin",
    "TransactionAdmin",
]
