"""Reminding vendors before a request is approved automatically (R16)."""

from datetime import datetime
from typing import Any

from django.db import connection

from kernel.sweeps import batch
from refunds.notices.requests import remind

BATCH = 1_000

# The times are those of each request's own policy. The horizon lets the index on the deadline
# find what can be near enough at all. Who has been told is read from the notices: so a deadline
# that moves, or a sweep that comes late, needs no care elsewhere. Locked, so that nobody is
# reminded of what is being decided.
NEAR = """
SELECT request.id, request.due_at
FROM refunds_refundrequest AS request
JOIN refunds_policyversion AS policy ON policy.id = request.policy_id
WHERE request.status = 'pending' AND request.approves_at_deadline
    AND request.set_aside_at IS NULL
    AND (request.due_at, request.id) > (%(after)s, %(after_id)s)
    AND request.due_at <= %(now)s::timestamptz + (
        SELECT max({hours}) FROM refunds_policyversion AS policy
    ) * interval '1 hour'
    AND request.due_at <= %(now)s::timestamptz + policy.{hours} * interval '1 hour'
    AND request.due_at > %(now)s::timestamptz + {not_yet} * interval '1 hour'
    AND NOT EXISTS (
        SELECT 1 FROM notices_notice AS notice
        WHERE notice.kind = %(kind)s AND notice.key =
            'refund:' || request.id || '@' || floor(extract(epoch FROM request.due_at))
    )
ORDER BY request.due_at, request.id
LIMIT %(size)s FOR NO KEY UPDATE OF request SKIP LOCKED
"""
# Where a sweep comes so late that the last reminder is due, the first would say nothing more.
REMINDERS = (
    ("last_reminder", NEAR.format(hours="last_reminder_hours", not_yet="0")),
    (
        "first_reminder",
        NEAR.format(hours="first_reminder_hours", not_yet="policy.last_reminder_hours"),
    ),
)


def remind_due(*, now: datetime, size: int = BATCH) -> int:
    """Tell the deciders of each request that its automatic approval is near; of how many.

    Once for each deadline and each of the two reminders of the request's policy. Opens a
    transaction for each batch of `size`.
    """
    return sum(_remind(kind, near, now, size) for kind, near in REMINDERS)


def _remind(kind: str, near: str, now: datetime, size: int) -> int:
    # By key, so that a vendor without anybody to tell keeps nobody else waiting.
    done, place = 0, {"after": now, "after_id": 0}
    while True:
        with batch() as may_begin:
            if not may_begin:
                return done
            due = _near(near, {"now": now, "kind": kind, "size": size, **place})
            remind([request_id for request_id, _due_at in due], kind=kind, now=now)
        done += len(due)
        if len(due) < size:
            return done
        place = {"after_id": due[-1][0], "after": due[-1][1]}


def _near(statement: str, values: dict[str, Any]) -> list[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
