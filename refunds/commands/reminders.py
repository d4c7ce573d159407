"""Reminding vendors before a request is approved automatically (R16)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from kernel.sweeps import batch
from refunds.notices.requests import remind

BATCH = 1_000

# A deadline that was reminded of is NULL, in the index too, and one that has moved is not: so that
# needs no care elsewhere, nor does a sweep that comes late. The times are those of each request's
# own policy; the horizon lets the index find what can be near enough at all. Locked, so that
# nobody is reminded of what is being decided.
NEAR = """
SELECT request.id, request.due_at
FROM refunds_refundrequest AS request
JOIN refunds_policyversion AS policy ON policy.id = request.policy_id
WHERE request.status = 'pending' AND request.approves_at_deadline
    AND request.set_aside_at IS NULL
    AND ({deadline}, request.id) > (%(after)s, %(after_id)s)
    AND {deadline} <= %(now)s::timestamptz + (
        SELECT max({hours}) FROM refunds_policyversion AS policy
    ) * interval '1 hour'
    AND {deadline} <= %(now)s::timestamptz + policy.{hours} * interval '1 hour'
    AND {deadline} > %(now)s::timestamptz + {not_yet} * interval '1 hour'
ORDER BY {deadline}, request.id
LIMIT %(size)s FOR NO KEY UPDATE OF request SKIP LOCKED
"""
# In the transaction that tells it. Where a vendor has nobody to be told, somebody may come yet.
REMINDED = """
UPDATE refunds_refundrequest AS request SET {marks}
WHERE request.id = ANY(%(ids)s) AND EXISTS (
    SELECT FROM notices_notice AS notice
    WHERE notice.kind = %(kind)s AND notice.key =
        'refund:' || request.id || '@' || floor(extract(epoch FROM request.due_at))
)
"""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A kind of notice with the statements that find what it is due for, and note it."""

    kind: str
    near: str
    reminded: str


# Where a sweep comes so late that the last reminder is due, the first would say nothing more.
REMINDERS = (
    Reminder(
        "last_reminder",
        NEAR.format(
            deadline="NULLIF(request.due_at, request.last_reminded_of)",
            hours="last_reminder_hours",
            not_yet="0",
        ),
        REMINDED.format(marks="first_reminded_of = due_at, last_reminded_of = due_at"),
    ),
    Reminder(
        "first_reminder",
        NEAR.format(
            deadline="NULLIF(request.due_at, request.first_reminded_of)",
            hours="first_reminder_hours",
            not_yet="policy.last_reminder_hours",
        ),
        REMINDED.format(marks="first_reminded_of = due_at"),
    ),
)


def remind_due(*, now: datetime, size: int = BATCH) -> int:
    """Tell the deciders of each request that its automatic approval is near; of how many.

    Once for each deadline and each of the two reminders of the request's policy. Opens a
    transaction for each batch of `size`.
    """
    return sum(_remind(reminder, now, size) for reminder in REMINDERS)


def _remind(reminder: Reminder, now: datetime, size: int) -> int:
    # By key, so that a vendor without anybody to tell keeps nobody else waiting.
    done, place = 0, {"after": now, "after_id": 0}
    while True:
        with batch() as may_begin:
            if not may_begin:
                return done
            due = _near(reminder.near, {"now": now, "size": size, **place})
            _tell([request_id for request_id, _due_at in due], reminder, now)
        done += len(due)
        if len(due) < size:
            return done
        place = {"after_id": due[-1][0], "after": due[-1][1]}


def _tell(request_ids: list[int], reminder: Reminder, now: datetime) -> None:
    if not request_ids:
        return
    remind(request_ids, kind=reminder.kind, now=now)
    with connection.cursor() as cursor:
        cursor.execute(reminder.reminded, {"ids": request_ids, "kind": reminder.kind})


def _near(statement: str, values: dict[str, Any]) -> list[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
