"""What only one process of the whole site does at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else is inside a block of this name; nobody will be until it ends.

    Waits for nobody and opens no transaction. The lock belongs to the database's session, so a
    process that dies lets go of it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            # A session that has been lost has let go already.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
