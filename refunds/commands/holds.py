"""An operator stops the clock of a single request for some days (R8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from notices.commands import notify
from people.models import User
from refunds.commands.decisions import decide_pending, refusal_to_operator
from refunds.commands.history import record
from refunds.models import EventKind, Hold, Offer, OfferState, RefundRequest
from refunds.negotiation import hold_left, hold_on
from refunds.notices.holds import hold_begun, hold_ended
from refunds.transitions import Status


class AlreadyHeld(DomainError):
    """One hold at a time."""

    code = "already_held"
    sentence = _("This request is on hold already.")


class NotHeld(DomainError):
    """The hold has ended, or there never was one."""

    code = "not_held"
    sentence = _("This request is not on hold, or not any more.")


class HoldTooLong(DomainError):
    """All holds of a request together last no longer than its policy allows."""

    code = "hold_too_long"
    sentence = _("A request may be held for %(most)s days in all; whole days left: %(left)s.")


def hold_request(*, request_id: int, actor: User, days: int, reason: str, now: datetime) -> None:
    """Stop the clock and the decisions of both sides for so many days of 24 hours.

    The deadline moves by the hold's length, and so does the lapse of an open offer; the buyer
    may still withdraw, and an operator decide. Opens a transaction. Raises `NotFound`,
    `WrittenReasonRequired`, `OwnPurchase`, `AlreadyDecided`, `ApprovedAutomatically`,
    `AlreadyHeld` and `HoldTooLong`.
    """

    def begin(request: RefundRequest) -> None:
        left = hold_left(request, now=now)
        if hold_on(request, now=now):
            raise AlreadyHeld
        if not timedelta() < timedelta(days=days) <= left:
            raise HoldTooLong(most=request.policy.max_hold_days, left=max(left.days, 0))
        hold = Hold.objects.create(
            request=request,
            held_by=actor,
            reason=reason.strip(),
            held_at=now,
            ends_at=now + timedelta(days=days),
        )
        _move_clock(request, hold.ends_at - now)
        _record(request, EventKind.HELD, actor, reason, now)
        notify(hold_begun(hold), now=now)

    decide_pending(request_id, may=_operator(actor, reason), change=begin, now=now)


def release_hold(*, request_id: int, actor: User, note: str, now: datetime) -> None:
    """Let the clock go on before the end of the hold, with the reason in the history.

    Opens a transaction. Raises what `hold_request` raises of the actor and the request, and
    `NotHeld`.
    """

    def release(request: RefundRequest) -> None:
        hold = hold_on(request, now=now)
        if hold is None:
            raise NotHeld
        # Whoever was faster may have begun it a moment after `now`.
        hold.ended_at = max(now, hold.held_at)
        _move_clock(request, hold.ended_at - hold.ends_at)
        hold.save(update_fields=["ended_at"])
        hold.request = request
        _record(request, EventKind.HOLD_ENDED, actor, note, now)
        notify(hold_ended([hold]), now=now)

    decide_pending(request_id, may=_operator(actor, note), change=release, now=now)


def _move_clock(request: RefundRequest, by: timedelta) -> None:
    """Move what falls due on the request, forward when it is held and back when it is released."""
    request.due_at += by
    request.save(update_fields=["due_at"])
    Offer.objects.filter(request=request, state=OfferState.OPEN).update(
        lapses_at=F("lapses_at") + by
    )


def _operator(actor: User, reason: str) -> Callable[[RefundRequest], None]:
    def may(request: RefundRequest) -> None:
        if refusal := refusal_to_operator(actor, request, reason):
            raise refusal

    return may


def _record(request: RefundRequest, kind: EventKind, actor: User, note: str, now: datetime) -> None:
    record([request], kind=kind, to=Status.PENDING, actor=actor, note=note.strip(), now=now)
