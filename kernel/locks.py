"""What only one process of the whole site does at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

ASK_AGAIN_SECONDS = 0.1


@contextmanager
def alone(name: str, *, patience: float = 0.0) -> Iterator[bool]:
    """Whether nobody else is inside a block of this name; nobody will be until it ends.

    Waits `patience` seconds for who is, and opens no transaction. The lock belongs to the
    database's session, so a process that dies lets go of it.
    """
    until = time.monotonic() + patience
    while not (is_alone := _try(name)) and time.monotonic() < until:
        time.sleep(ASK_AGAIN_SECONDS)
    try:
        yield is_alone
    finally:
        if is_alone:
            # A session that has been lost has let go already.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _try(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
