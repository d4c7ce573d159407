"""Running the checks: one read-only snapshot, one query an invariant."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong: a stable code, whose it is, and a sentence with its figures."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant: `sql` selects the subject and the sentence of every breach of it.

    It may read `posted`, which has one row a transaction: what the accounts of each kind
    gained in it together, and how many of its entries are theirs.
    """

    code: str
    sql: str


# A query that does not name it does not compute it.
POSTED = """
WITH posted AS (
    SELECT t.id, t.kind, t.reference, t.currency, t.order_id, t.instance_id, t.posted_at,
        count(e.id) AS entries,
        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'buyer'), 0) AS buyer,
        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'vendor'), 0) AS vendor,
        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'platform'), 0) AS platform,
        coalesce(sum(e.amount) FILTER (WHERE a.kind = 'external'), 0) AS external,
        count(*) FILTER (WHERE a.kind = 'buyer') AS buyers,
        count(*) FILTER (WHERE a.kind = 'vendor') AS vendors,
        count(*) FILTER (WHERE a.kind = 'platform') AS platforms,
        count(*) FILTER (WHERE a.kind = 'external') AS externals
    FROM billing_transaction t
    LEFT JOIN billing_entry e ON e.transaction_id = t.id
    LEFT JOIN billing_account a ON a.id = e.account_id
    GROUP BY t.id
)
"""


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every query inside see one moment of the database, and write nothing.

    So purchases and refunds that go on meanwhile raise no false alarm. Inside a transaction
    that was opened before, what that one sees is all there is to see.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # Whole tables are grouped and joined: twice as fast where that fits in memory.
                cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def run(checks: Iterable[Check]) -> Iterator[Breach]:
    """Everything that breaks one of these invariants."""
    with connection.cursor() as cursor:
        for check in checks:
            cursor.execute(f"{POSTED}\n{check.sql}")
            for subject, detail in cursor.fetchall():
                yield Breach(check.code, subject, detail)
