"""The ledger in the admin, and recording a purchase by form."""

from billing.admin.ledger import AccountAdmin, CommissionPolicyAdmin, EntryAdmin, TransactionAdmin

__all__ = ["AccountAdmin", "CommissionPolicyAdmin", "EntryAdmin", "TransactionAdmin"]
