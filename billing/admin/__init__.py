"""Money in the admin: ledger and invoices are read, rules get versions, purchases are recorded."""

from billing.admin.imports import PurchaseImportAdmin
from billing.admin.invoices import InvoiceAddressAdmin, InvoiceAdmin, InvoiceTitleAdmin
from billing.admin.ledger import AccountAdmin, EntryAdmin, TransactionAdmin
from billing.admin.policies import CommissionPolicyAdmin, InvoicePolicyAdmin

__all__ = [
    "AccountAdmin",
    "CommissionPolicyAdmin",
    "EntryAdmin",
    "InvoiceAddressAdmin",
    "InvoiceAdmin",
    "InvoicePolicyAdmin",
    "InvoiceTitleAdmin",
    "PurchaseImportAdmin",
    "TransactionAdmin",
]
