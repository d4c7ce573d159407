"""Writing the history, always in the transaction that makes it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from kernel.transactions import require_transaction
from people.models import User
from refunds.models import EventKind, RefundRequest
from refunds.transitions import Status

RECORD = """
INSERT INTO refunds_refundevent (request_id, kind, actor_id, at, from_status, to_status, note)
SELECT id, %(kind)s, %(actor)s, %(at)s, from_status, %(to)s, %(note)s
FROM unnest(%(ids)s::bigint[], %(from)s::text[]) AS read (id, from_status)
"""


def record(
    requests: Sequence[RefundRequest],
    *,
    kind: EventKind,
    to: Status,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Write one event a request, from the state that each object was read in.

    For a new request, which was in no state before, the objects read `to` themselves.
    Requires a transaction.
    """
    require_transaction()
    is_new = kind == EventKind.SUBMITTED
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "kind": kind,
                "actor": actor.pk if actor else None,
                "at": now,
                "to": to,
                "note": note,
                "ids": [request.pk for request in requests],
                "from": ["" if is_new else request.status for request in requests],
            },
        )
