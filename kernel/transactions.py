"""What a command may take for granted about its transaction."""

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError


def require_transaction() -> None:
    """Refuse to run where a later failure would leave a half-done write behind.

    Raises `TransactionManagementError` outside a transaction: that is a mistake in the
    code that calls, never something a user did.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("this command must run inside a transaction")


def wait_at_most(seconds: float) -> None:
    """Let no statement of this transaction wait longer for a lock.

    Whoever has waited in vain gets an `OperationalError`. Requires a transaction.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds * 1000:.0f}"])
