"""What a command may take for granted about its transaction."""

from django.db import transaction
from django.db.transaction import TransactionManagementError


def require_transaction() -> None:
    """Refuse to run where a later failure would leave a half-done write behind.

    Raises `TransactionManagementError` outside a transaction: that is a mistake in the
    code that calls, never something a user did.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("this command must run inside a transaction")
