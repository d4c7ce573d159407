"""An approved ticket becomes a refund through the same door as every other (R10, R12)."""

from datetime import datetime

from kernel.transactions import require_transaction
from orders.commands import release
from people.models import User
from refunds.commands.approval import approve_requests
from refunds.commands.history import record
from refunds.commands.tickets.telling import tell_decision
from refunds.models import (
    Channel,
    EventKind,
    RefundReason,
    RefundRequest,
    Ticket,
    TicketGround,
    TicketState,
)
from refunds.transitions import DecidedBy, Status


def grant(
    ticket: Ticket,
    *,
    decided_by: DecidedBy,
    now: datetime,
    amount: int | None = None,
    decider: User | None = None,
    decision: str = "",
    ground: TicketGround | None = None,
) -> None:
    """Approve a locked, open ticket: it makes a request, which is approved at once.

    `amount` is in fen; None means what was asked. Requires a transaction. The object is
    changed as well as its row.
    """
    require_transaction()
    request = _request(ticket, amount or ticket.amount_asked, now)
    record([request], kind=EventKind.SUBMITTED, to=Status.PENDING, actor=ticket.buyer, now=now)
    release(ticket.instance, reference=ticket.reference, now=now)
    ticket.state, ticket.closed_at, ticket.refund = TicketState.APPROVED, now, request
    ticket.decider, ticket.decision, ticket.decision_ground = decider, decision, ground
    ticket.set_aside_at, ticket.set_aside_reason = None, ""
    ticket.save()
    tell_decision(ticket, now=now)
    approve_requests([request], decided_by=decided_by, decider=decider, note=decision, now=now)


def _request(ticket: Ticket, amount: int, now: datetime) -> RefundRequest:
    """A pending request with the quote frozen from the instance and the ticket's policy."""
    instance = ticket.instance
    return RefundRequest.objects.create(
        instance=instance,
        order_id=ticket.order_id,
        buyer_id=ticket.buyer_id,
        vendor_id=ticket.vendor_id,
        policy_id=ticket.policy_id,
        channel=Channel.TICKET,
        reason=RefundReason.TICKET,
        list_price=instance.list_price,
        coupon=instance.coupon,
        paid=instance.paid,
        refund_amount=amount,
        currency=instance.currency,
        submitted_at=now,
        due_at=ticket.due_at,
        approves_at_deadline=ticket.approves_at_deadline,
    )
