"""What people do with a pending request: withdraw, approve, reject (R6, R7, R8)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, Overtaken, WrittenReasonRequired
from orders.commands import release
from people.models import User
from people.queries import may_decide_for, vendor_ids_of
from refunds.commands.appealed import close_appeals
from refunds.commands.approval import approve_requests
from refunds.commands.history import record
from refunds.commands.locks import lock_request
from refunds.commands.standing import catch_up, close, refusal_while_held
from refunds.models import EventKind, RefundRequest, RejectionGround, Ticket, TicketState
from refunds.notices.requests import tell_cancelled, tell_rejected
from refunds.transitions import DecidedBy, Status


class AlreadyDecided(Overtaken):
    """Somebody else was faster; `status` is what the request has become."""

    code = "already_decided"
    sentences = {
        Status.APPROVED: _("This request has been approved already."),
        Status.CREDITED: _("This request has been approved and credited already."),
        Status.CANCELLED: _("This request has been withdrawn by the buyer already."),
        Status.REJECTED: _("This request has been rejected already."),
    }

    def __init__(self, status: str) -> None:
        super().__init__()
        self.status = Status(status)
        self.sentence = self.sentences[self.status]


class ApprovedAutomatically(AlreadyDecided):
    """The deadline had passed, and with it the time for any other decision (R6)."""

    code = "approved_automatically"
    sentences = dict.fromkeys(
        Status, _("The deadline has passed: this request was approved automatically.")
    )


class DecisionNotAllowed(DomainError):
    """The actor may see the request but not decide it."""

    code = "decision_not_allowed"
    sentence = _("Your role allows you to read this request, not to decide it.")


class OwnPurchase(DomainError):
    """Nobody decides a refund of their own purchase."""

    code = "own_purchase"
    sentence = _("You cannot decide a refund of your own purchase.")


class GroundRequired(DomainError):
    """A rejection names a listed ground and explains itself to the buyer (R8)."""

    code = "ground_required"
    sentence = _("A rejection needs a listed ground and an explanation for the buyer.")


def always() -> None:
    """Refuses nothing."""


def cancel(*, request_id: int, buyer: User, now: datetime) -> None:
    """Withdraw a pending request; the instance goes on as before (R7).

    Opens a transaction. Raises `NotFound` for somebody else's request, `AlreadyDecided`,
    and `ApprovedAutomatically` once the deadline has passed.
    """

    def may(request: RefundRequest) -> None:
        if request.buyer_id != buyer.pk:
            raise NotFound

    def withdraw(request: RefundRequest) -> None:
        record([request], kind=EventKind.CANCELLED, to=Status.CANCELLED, actor=buyer, now=now)
        request.status = Status.CANCELLED
        request.cancelled_at = now
        request.save(update_fields=["status", "cancelled_at"])
        _end(request, TicketState.WITHDRAWN, now=now)
        tell_cancelled(request, now=now)

    decide_pending(request_id, may=may, change=withdraw, now=now)


def approve(
    *,
    request_id: int,
    actor: User,
    now: datetime,
    decided_by: DecidedBy = DecidedBy.VENDOR,
    note: str = "",
    provided: Callable[[], None] = always,
) -> None:
    """Agree to a refund, for the vendor or as an operator with a written reason (R8, R12).

    `provided` is asked once the request is locked, and may refuse. Opens a transaction. Raises
    `NotFound`, `DecisionNotAllowed`, `OwnPurchase`, `WrittenReasonRequired`, `OnHold`,
    `AlreadyDecided` and `ApprovedAutomatically`.
    """

    def agree(request: RefundRequest) -> None:
        provided()
        approve_requests([request], decided_by=decided_by, decider=actor, note=note, now=now)

    decide_pending(request_id, may=_decider(actor, decided_by, note, now), change=agree, now=now)


def reject(
    *,
    request_id: int,
    actor: User,
    ground: RejectionGround | None,
    text: str,
    now: datetime,
    decided_by: DecidedBy = DecidedBy.VENDOR,
    note: str = "",
    provided: Callable[[], None] = always,
) -> None:
    """Refuse a refund on a listed ground, with a text that the buyer sees (R8).

    Opens a transaction. Raises what `approve` raises, and `GroundRequired`.
    """

    def refuse(request: RefundRequest) -> None:
        provided()
        if ground is None or not ground.offered or not text.strip():
            raise GroundRequired
        record(
            [request], kind=EventKind.REJECTED, to=Status.REJECTED, actor=actor, note=note, now=now
        )
        decision = {
            "status": Status.REJECTED,
            "decided_at": now,
            "decided_by": decided_by,
            "decider": actor,
            "rejection_ground": ground,
            "rejection_text": text.strip(),
        }
        RefundRequest.objects.filter(pk=request.pk).update(**decision)
        _end(request, TicketState.DECLINED, now=now, decider=actor, decision=text.strip())
        tell_rejected(request, decided_by=decided_by, ground=ground, text=text.strip(), now=now)

    decide_pending(request_id, may=_decider(actor, decided_by, note, now), change=refuse, now=now)


def _end(
    request: RefundRequest,
    appeals: TicketState,
    *,
    now: datetime,
    decider: User | None = None,
    decision: str = "",
) -> None:
    """Close what stood on a request that comes to nothing; the instance goes on as before."""
    close([request.pk], now=now)
    close_appeals([request.pk], state=appeals, decider=decider, decision=decision, now=now)
    release(request.instance, reference=request.reference, now=now)


def decide_pending(
    request_id: int,
    *,
    may: Callable[[RefundRequest], None],
    change: Callable[[RefundRequest], None],
    now: datetime,
) -> None:
    """Lock, ask whether the actor may, and change what is pending still. Opens a transaction.

    Where the deadline has passed, the automatic approval is made (and kept) instead, so
    that the answer never depends on when the sweep ran (R6).
    """
    with transaction.atomic(durable=True):
        request = lock_request(request_id)
        may(request)
        overdue = request.is_overdue(now)
        if overdue:
            approve_requests([request], decided_by=DecidedBy.DEADLINE, decider=None, now=now)
        elif request.status != Status.PENDING:
            raise _already(request)
        else:
            catch_up(request, now=now)
            change(request)
    if overdue:
        raise ApprovedAutomatically(Status.APPROVED)


def refusal_to_vendor(actor: User, case: RefundRequest | Ticket) -> DomainError | None:
    """Why this person may not act for the vendor of a request or ticket; None where they may."""
    if case.vendor_id not in vendor_ids_of(actor):
        return NotFound()
    if case.buyer_id == actor.pk:
        return OwnPurchase()
    if not may_decide_for(actor, case.vendor_id):
        return DecisionNotAllowed()
    return None


def refusal_to_operator(actor: User, request: RefundRequest, note: str) -> DomainError | None:
    """Why this person may not act for the platform; None where they may, with a reason."""
    if not actor.is_staff:
        return NotFound()
    if request.buyer_id == actor.pk:
        return OwnPurchase()
    return None if note.strip() else WrittenReasonRequired()


def _decider(
    actor: User, decided_by: DecidedBy, note: str, now: datetime
) -> Callable[[RefundRequest], None]:
    def as_operator(request: RefundRequest) -> None:
        if refusal := refusal_to_operator(actor, request, note):
            raise refusal

    return as_operator if decided_by == DecidedBy.OPERATOR else deciding_for_vendor(actor, now=now)


def deciding_for_vendor(actor: User, *, now: datetime) -> Callable[[RefundRequest], None]:
    """Asks whether this person may decide for the vendor now: not while the platform holds (R8)."""

    def may(request: RefundRequest) -> None:
        if refusal := refusal_to_vendor(actor, request) or refusal_while_held(request, now=now):
            raise refusal

    return may


def _already(request: RefundRequest) -> AlreadyDecided:
    if request.decided_by == DecidedBy.DEADLINE:
        return ApprovedAutomatically(request.status)
    return AlreadyDecided(request.status)
