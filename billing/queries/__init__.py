"""Every read of the money and of the invoices."""

from billing.queries.invoices import (
    addresses_of,
    has_open_invoices,
    invoice_counts,
    invoice_policy_at,
    invoiceable,
    invoices_of,
    invoices_to,
    latest_invoice_of,
    lines_of,
    offered,
    others_on,
    standing_invoice_of,
    titles_of,
    vendors_to_ask,
)
from billing.queries.ledger import (
    NoCommissionPolicy,
    account_ids,
    account_of,
    commission_basis_points,
    commissions_of,
    statement_of,
)

__all__ = [
    "NoCommissionPolicy",
    "account_ids",
    "account_of",
    "addresses_of",
    "commission_basis_points",
    "commissions_of",
    "has_open_invoices",
    "invoice_counts",
    "invoice_policy_at",
    "invoiceable",
    "invoices_of",
    "invoices_to",
    "latest_invoice_of",
    "lines_of",
    "offered",
    "others_on",
    "standing_invoice_of",
    "statement_of",
    "titles_of",
    "vendors_to_ask",
]
