"""Timed work: what falls due is found in the database, never in the broker (R6, R13).

A batch is one transaction. Workers that sweep at once pass over each other's rows; a row
that breaks its batch is found by halving, set aside where an operator sees it, and the
rest goes on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from billing.commands import Repayment, lock_buyers, repay
from kernel.commands import give_back
from kernel.sweeps import BATCH, NOTHING, Swept, batch, said_of, settle
from people.models import User
from refunds.commands.approval import approve_requests
from refunds.commands.history import record
from refunds.commands.locks import lock_request
from refunds.commands.standing import end, lapse
from refunds.models import EventKind, Hold, Offer, RefundRequest
from refunds.negotiation import ending, lapsing
from refunds.notices.requests import tell_credited
from refunds.queries import approvals_due, credits_due
from refunds.transitions import DecidedBy, Status

Batch = Sequence[RefundRequest]
Standing = TypeVar("Standing", Offer, Hold)


def approve_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Approve up to `size` requests whose deadline has passed, oldest first (R6, R12).

    Opens a transaction.
    """
    due = (
        approvals_due(now)
        .select_related("instance")
        # Both rows will change; claiming the request alone would deadlock with submitters.
        .select_for_update(no_key=True, skip_locked=True, of=("self", "instance"))
        .only("status", "instance__id", "paid", "refund_amount")
    )

    def approve(batch: Batch) -> None:
        approve_requests(batch, decided_by=DecidedBy.DEADLINE, decider=None, now=now)

    return _sweep(due, approve, size=size, now=now)


def credit_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Post up to `size` credits that are due, oldest first, each exactly once (R13).

    Opens a transaction. Raises `OperationalError` where somebody holds a buyer's account for
    longer than a sweep waits; the next one tries again.
    """
    due = credits_due(now).select_for_update(no_key=True, skip_locked=True)

    def lock(batch: Batch) -> None:
        # Before the first savepoint: halving a batch must not change the order of locks.
        lock_buyers({request.buyer_id for request in batch})

    def credit(batch: Batch) -> None:
        repay([_repayment(request) for request in batch], now=now)
        record(batch, kind=EventKind.CREDITED, to=Status.CREDITED, now=now)
        RefundRequest.objects.filter(pk__in=[request.pk for request in batch]).update(
            status=Status.CREDITED, credited_at=now
        )
        tell_credited(batch, now=now)

    return _sweep(due, credit, size=size, now=now, lock=lock)


def lapse_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Let up to `size` offers lapse that nobody answered in time (R4). Opens a transaction."""

    def settle(offers: list[Offer]) -> None:
        lapse(offers, now=now)

    return _end_in_time(lapsing(now), settle, size=size)


def end_holds_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Note the end of up to `size` holds (R8); the clocks go on without. Opens a transaction."""

    def settle(holds: list[Hold]) -> None:
        end(holds, now=now)

    return _end_in_time(ending(now), settle, size=size)


def _end_in_time(
    due: QuerySet[Standing], settle: Callable[[list[Standing]], None], *, size: int
) -> Swept:
    with batch() as may_begin:
        if not may_begin:
            return NOTHING
        # The request, too: nobody decides it between the claim and its line in the history.
        claim = due.select_for_update(no_key=True, skip_locked=True, of=("self", "request"))
        claimed = list(claim[:size])
        settle(claimed)
    return Swept(done=len(claimed), set_aside=0, full=len(claimed) == size)


def resume(*, request_id: int, actor: User, note: str, now: datetime) -> None:
    """Give a row that was set aside back to the sweeps, with the reason in its history.

    Opens a transaction. Raises `NotFound`, `WrittenReasonRequired` (R8) and `NotSetAside`.
    """

    def told(request: RefundRequest) -> None:
        record(
            [request],
            kind=EventKind.RESUMED,
            to=Status(request.status),
            actor=actor,
            note=note,
            now=now,
        )

    give_back(lambda: lock_request(request_id), told, actor=actor, note=note)


def _sweep(
    due: QuerySet[RefundRequest],
    act: Callable[[Batch], None],
    *,
    size: int,
    now: datetime,
    lock: Callable[[Batch], None] | None = None,
) -> Swept:
    with batch() as may_begin:
        if not may_begin:
            return NOTHING
        claimed = list(due[:size])
        if lock:
            lock(claimed)
        broken = settle(claimed, act)
        for request, error in broken:
            _set_aside(request, error, now=now)
    return Swept(done=len(claimed) - len(broken), set_aside=len(broken), full=len(claimed) == size)


def _set_aside(request: RefundRequest, error: Exception, *, now: datetime) -> None:
    said = said_of(error)
    record([request], kind=EventKind.SET_ASIDE, to=Status(request.status), note=said, now=now)
    request.set_aside_at = now
    request.set_aside_reason = said
    request.save(update_fields=["set_aside_at", "set_aside_reason"])


def _repayment(request: RefundRequest) -> Repayment:
    if request.approved_amount is None or request.commission is None:
        raise ValueError(f"request {request.pk} is approved without an amount")
    return Repayment(
        reference=request.reference,
        order_id=request.order_id,
        instance_id=request.instance_id,
        buyer_id=request.buyer_id,
        vendor_id=request.vendor_id,
        currency=request.currency,
        amount=request.approved_amount,
        commission=request.commission,
    )
