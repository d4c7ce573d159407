"""Locks that a test holds in the middle of somebody's work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.utils import CursorWrapper

from tests.processes import backends

ACCOUNTS_OF_BUYERS = "SELECT 1 FROM billing_account WHERE kind = 'buyer' FOR UPDATE"
ACCOUNTS_OF_VENDORS = "SELECT 1 FROM billing_account WHERE kind = 'vendor' FOR UPDATE"
ACCOUNTS = "SELECT 1 FROM billing_account WHERE buyer_id = ANY(%s) ORDER BY id FOR UPDATE"
ENTRIES = "LOCK TABLE billing_entry IN SHARE MODE"
REQUESTS = "SELECT 1 FROM refunds_refundrequest WHERE id = ANY(%s) FOR UPDATE"
INSTANCES = "SELECT 1 FROM orders_instance WHERE id = ANY(%s) FOR UPDATE"


@contextmanager
def held(statement: str, ids: Sequence[int] = ()) -> Iterator[CursorWrapper]:
    """The locks that a statement takes, held by somebody else's connection meanwhile."""
    with closing(connection.copy()) as somebody:
        somebody.set_autocommit(False)
        with somebody.cursor() as cursor:
            cursor.execute(statement, [list(ids)] if ids else None)
            try:
                yield cursor
            finally:
                # Closing alone would return before the database has let go.
                with suppress(OperationalError, InterfaceError):
                    somebody.rollback()


def batches_wait(count: int = 1) -> Callable[[], bool]:
    """Whether so many batches wait for a lock that a test holds."""
    return lambda: len(backends("wait_event_type = 'Lock'")) >= count
