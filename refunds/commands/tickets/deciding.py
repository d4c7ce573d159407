"""How a ticket ends: an operator decides, or the buyer withdraws it (R8, R10)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, WrittenReasonRequired
from kernel.templatetags.money import money
from orders.commands import release
from people.models import User
from refunds.commands import decisions
from refunds.commands.decisions import OwnPurchase
from refunds.commands.tickets.approval import grant
from refunds.commands.tickets.shared import TicketClosed, change_open
from refunds.commands.tickets.telling import tell_decision, tell_withdrawn
from refunds.models import (
    GroundSide,
    Party,
    RefundRequest,
    RejectionGround,
    Ticket,
    TicketGround,
    TicketState,
)
from refunds.ticket_queries import is_about_pending
from refunds.transitions import DecidedBy


class AmountNotPossible(DomainError):
    """Not a part of what was paid; or a part, where only all of it is right (R3, R4)."""

    code = "amount_not_possible"
    sentence = _(
        "The amount must be more than nothing and at most %(paid)s, what was paid;"
        " inside the refund window it is always the full amount."
    )

    @classmethod
    def of(cls, paid: int, currency: str) -> "AmountNotPossible":
        return cls(paid=money(paid, currency))


class FullAmountNeedsGround(DomainError):
    """Outside the window all of it is returned only on a ground of the rules (R10)."""

    code = "full_amount_needs_ground"
    sentence = _("Outside the refund window the full amount needs a ground of the rules.")


class OpenedByVendor(DomainError):
    """Whoever has put a case before the platform, the other side does not take it back (R4)."""

    code = "opened_by_vendor"
    sentence = _(
        "The vendor has put this before the platform. To end it, withdraw your refund request."
    )


def approve_ticket(
    *,
    ticket_id: int,
    operator: User,
    amount: int,
    reason: str,
    now: datetime,
    ground: TicketGround | None = None,
) -> None:
    """Return `amount` (fen) of what was paid, with a written reason that both sides see.

    An appeal about a request that waits still decides that request itself. Opens a
    transaction. Raises `NotFound`, `OwnPurchase`, `WrittenReasonRequired`,
    `AmountNotPossible`, `FullAmountNeedsGround`, `TicketClosed`,
    `TicketApprovedAutomatically`, and for such an appeal what `decisions.approve` raises.
    """

    def agree(ticket: Ticket) -> None:
        _check_amount(ticket, amount, ground)
        grant(
            ticket,
            amount=amount,
            decided_by=DecidedBy.OPERATOR,
            decider=operator,
            decision=reason.strip(),
            ground=ground,
            now=now,
        )

    appealed = _pending_appealed(ticket_id, operator)
    if appealed is None:
        _decide(ticket_id, operator, reason, agree, now)
    else:
        _approve_waiting(appealed, ticket_id, operator, amount, reason.strip(), now)


def decline_ticket(
    *,
    ticket_id: int,
    operator: User,
    reason: str,
    now: datetime,
    ground: TicketGround | None = None,
    rejection_ground: RejectionGround | None = None,
) -> None:
    """Refuse the refund with a written reason, on a ground against it where one applies.

    `rejection_ground` is for an appeal about a request that waits still, which is rejected.
    Opens a transaction. Raises what `approve_ticket` raises, but for amounts, and
    `GroundRequired`.
    """

    def refuse(ticket: Ticket) -> None:
        ticket.state, ticket.closed_at = TicketState.DECLINED, now
        ticket.decider, ticket.decision, ticket.decision_ground = operator, reason.strip(), ground
        ticket.set_aside_at, ticket.set_aside_reason = None, ""
        ticket.save()
        release(ticket.instance, reference=ticket.reference, now=now)
        tell_decision(ticket, now=now)

    appealed = _pending_appealed(ticket_id, operator)
    if appealed is None:
        _decide(ticket_id, operator, reason, refuse, now)
    else:
        decisions.reject(
            request_id=appealed.pk,
            actor=operator,
            ground=rejection_ground,
            text=reason,
            note=reason.strip(),
            decided_by=DecidedBy.OPERATOR,
            provided=partial(_still_open, ticket_id),
            now=now,
        )


def withdraw_ticket(*, ticket_id: int, buyer: User, now: datetime) -> None:
    """Take the ticket back; the instance goes on as before.

    Opens a transaction. Raises `NotFound`, `OpenedByVendor`, `TicketClosed` and
    `TicketApprovedAutomatically`.
    """

    def may(ticket: Ticket) -> None:
        if ticket.buyer_id != buyer.pk:
            raise NotFound
        if refusal := refusal_to_withdraw(ticket):
            raise refusal

    def withdraw(ticket: Ticket) -> None:
        ticket.state, ticket.closed_at = TicketState.WITHDRAWN, now
        ticket.save(update_fields=["state", "closed_at"])
        release(ticket.instance, reference=ticket.reference, now=now)
        tell_withdrawn(ticket, now=now)

    change_open(ticket_id, may=may, change=withdraw, now=now)


def refusal_to_withdraw(ticket: Ticket) -> OpenedByVendor | None:
    """Why its buyer may not withdraw the ticket; None where they may."""
    return OpenedByVendor() if ticket.opened_by == Party.VENDOR else None


def _decide(
    ticket_id: int,
    operator: User,
    reason: str,
    change: Callable[[Ticket], None],
    now: datetime,
) -> None:
    def may(ticket: Ticket) -> None:
        if not operator.is_staff:
            raise NotFound
        if ticket.buyer_id == operator.pk:
            raise OwnPurchase
        if not reason.strip():
            raise WrittenReasonRequired

    change_open(ticket_id, may=may, change=change, now=now)


def _still_open(ticket_id: int) -> None:
    """Refuse where the appeal was withdrawn while its request was being locked (R8)."""
    state = Ticket.objects.values_list("state", flat=True).get(pk=ticket_id)
    if state != TicketState.OPEN:
        raise TicketClosed(state)


def _approve_waiting(
    request: RefundRequest,
    ticket_id: int,
    operator: User,
    amount: int,
    reason: str,
    now: datetime,
) -> None:
    """Approve what an appeal is about: all of it, for it was asked inside the window (R8)."""
    if refusal := decisions.refusal_to_operator(operator, request, reason):
        raise refusal
    if amount != request.paid:
        raise AmountNotPossible.of(request.paid, request.currency)
    decisions.approve(
        request_id=request.pk,
        actor=operator,
        decided_by=DecidedBy.OPERATOR,
        note=reason,
        provided=partial(_still_open, ticket_id),
        now=now,
    )


def _pending_appealed(ticket_id: int, operator: User) -> RefundRequest | None:
    """The request that is decided in the ticket's stead, by a command that locks it itself."""
    if not operator.is_staff:
        raise NotFound
    ticket = Ticket.objects.select_related("appealed").filter(pk=ticket_id).first()
    is_open = ticket is not None and ticket.state == TicketState.OPEN
    return ticket.appealed if ticket and is_open and is_about_pending(ticket) else None


def check_possible(ticket: Ticket, amount: int) -> None:
    """Let through what may be refunded at all: inside the window nothing but all of it (fen)."""
    if not 0 < amount <= ticket.paid or (ticket.inside and amount != ticket.paid):
        raise AmountNotPossible.of(ticket.paid, ticket.currency)


def _check_amount(ticket: Ticket, amount: int, ground: TicketGround | None) -> None:
    check_possible(ticket, amount)
    is_full_outside = amount == ticket.paid and not ticket.inside
    if is_full_outside and (ground is None or ground.side != GroundSide.FOR):
        raise FullAmountNeedsGround
