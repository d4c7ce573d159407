"""The one door to an approved refund, for one request or a whole batch (R12)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from billing.queries import commissions_of
from billing.shares import commission_of_refund
from kernel.transactions import require_transaction
from orders.commands import terminate
from orders.models import Instance
from people.models import User
from refunds.commands.appealed import close_appeals
from refunds.commands.history import record
from refunds.commands.standing import close
from refunds.models import EventKind, RefundRequest, TicketState
from refunds.notices.requests import tell_approved
from refunds.transitions import DecidedBy, Status

APPROVE = """
UPDATE refunds_refundrequest AS request
SET status = 'approved', decided_at = %(now)s, decided_by = %(decided_by)s,
    decider_id = %(decider)s, approved_amount = new.amount,
    commission = new.commission,
    credit_due_at = %(now)s + policy.credit_delay_minutes * interval '1 minute',
    -- Whoever decides a row that a sweep has set aside gives it back to the sweeps.
    set_aside_at = NULL, set_aside_reason = ''
FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[], %(commissions)s::bigint[])
        AS new (id, amount, commission),
    refunds_policyversion AS policy
WHERE request.id = new.id AND policy.id = request.policy_id
"""


def approve_requests(
    requests: Sequence[RefundRequest],
    *,
    decided_by: DecidedBy,
    decider: User | None,
    now: datetime,
    note: str = "",
    amounts: Sequence[int] | None = None,
) -> None:
    """Approve locked, pending requests, each under the policy that it was made under.

    In one transaction: the approval with amount and commission, the end of the buyer's
    access, the time of the credit, the history, the notices. The objects
    are left as they were read.
    `amounts` are in fen, one a request, where less than all of it is approved (R4).
    Requires a transaction; a few statements whatever the number of requests.
    """
    require_transaction()
    granted = list(amounts or (request.refund_amount for request in requests))
    ids = [request.pk for request in requests]
    with connection.cursor() as cursor:
        cursor.execute(
            APPROVE,
            {
                "now": now,
                "decided_by": decided_by,
                "decider": decider.pk if decider else None,
                "ids": ids,
                "amounts": granted,
                "commissions": _commissions(requests, granted),
            },
        )
    close(ids, now=now)
    _end_appeals(ids, decided_by, decider, note, now)
    terminate([request.instance_id for request in requests], now=now)
    approved = Status.APPROVED
    record(requests, kind=EventKind.APPROVED, to=approved, actor=decider, note=note, now=now)
    tell_approved(requests, decided_by=decided_by, now=now)


def _end_appeals(
    ids: Sequence[int], decided_by: DecidedBy, decider: User | None, note: str, now: datetime
) -> None:
    # Only what the clock does not decide is appealed while it waits.
    if decided_by != DecidedBy.DEADLINE:
        state = TicketState.APPROVED
        close_appeals(ids, state=state, decider=decider, decision=note, now=now)


def approve_if_overdue(instance: Instance, *, now: datetime) -> bool:
    """Make the automatic approval that the sweep has not made yet (R6); whether there was one.

    The instance is locked by the caller. Requires a transaction.
    """
    require_transaction()
    pending = (
        RefundRequest.objects.select_for_update(no_key=True, of=("self",))
        .filter(instance=instance, status=Status.PENDING)
        .first()
    )
    if pending is None or not pending.is_overdue(now):
        return False
    approve_requests([pending], decided_by=DecidedBy.DEADLINE, decider=None, now=now)
    return True


def _commissions(requests: Sequence[RefundRequest], amounts: Sequence[int]) -> list[int]:
    """The platform's share of each refund, in fen, as it was in the purchase (R14)."""
    earned = commissions_of([request.instance_id for request in requests])
    return [
        commission_of_refund(
            refund=amount,
            paid=request.paid,
            # A purchase too small to earn anything has no such entry.
            commission=earned.get(request.instance_id, 0),
        )
        for request, amount in zip(requests, amounts, strict=True)
    ]
