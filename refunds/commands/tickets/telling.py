"""Who is told what about a ticket (R16)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from notices.commands import Message, notify
from notices.kinds import amount, moment
from people.queries import deciders_of
from refunds.models import Party, Ticket, TicketKind, TicketState, VendorWord
from refunds.ticket_queries import is_about_pending


def tell_opened(ticket: Ticket, *, now: datetime) -> None:
    """The vendor: a ticket, or an appeal, which has no clock."""
    kind = "ticket_with_deadline" if ticket.approves_at_deadline else "ticket_opened"
    if ticket.kind == TicketKind.APPEAL:
        kind = "ticket_appealed"
    _to_vendor(ticket, kind, ticket.reference, now)


def tell_deadline(ticket: Ticket, *, kind: str, now: datetime) -> None:
    """The vendor: the automatic approval is near. A ticket's deadline never moves."""
    _to_vendor(ticket, kind, ticket.reference, now)


def tell_appealed_by_vendor(ticket: Ticket, *, now: datetime) -> None:
    """The buyer: the vendor has gone to the platform."""
    _to_buyer(ticket, "ticket_by_vendor", ticket.reference, now)


def tell_urged(ticket: Ticket, *, day: str, now: datetime) -> None:
    """The vendor, once a day at most."""
    _to_vendor(ticket, "ticket_urged", f"{ticket.reference}:urged:{day}", now)


def tell_withdrawn(ticket: Ticket, *, now: datetime) -> None:
    """The vendor, who has nothing more to do, unless the appealed request waits still."""
    kind = "appeal_withdrawn" if is_about_pending(ticket) else "ticket_withdrawn"
    _to_vendor(ticket, kind, ticket.reference, now)


def tell_message(ticket: Ticket, *, writer: Party, key: str, now: datetime) -> None:
    """Buyer and vendor, but not whoever has written."""
    about = f"{ticket.reference}:{key}"
    if writer != Party.BUYER:
        _to_buyer(ticket, "ticket_answered", about, now)
    if writer != Party.VENDOR:
        _to_vendor(ticket, "ticket_message", about, now)


def tell_word(ticket: Ticket, *, now: datetime) -> None:
    """The buyer: what the vendor says."""
    if ticket.vendor_word == VendorWord.AGREED:
        agreed = amount(ticket.vendor_amount or 0, ticket.currency)
        _to_buyer(ticket, "ticket_agreed", ticket.reference, now, amount=agreed)
    else:
        _to_buyer(ticket, "ticket_refused", ticket.reference, now)


def tell_decision(ticket: Ticket, *, now: datetime) -> None:
    """How the ticket has ended, and why.

    Of an approval the door tells the buyer (R12), and the vendor where the clock approved.
    """
    if ticket.state == TicketState.APPROVED and ticket.refund:
        returned = amount(ticket.refund.refund_amount, ticket.currency)
        if ticket.decider:
            _to_vendor(ticket, "ticket_lost", ticket.reference, now, amount=returned)
    else:
        _to_buyer(ticket, "ticket_declined", ticket.reference, now, reason=ticket.decision)
        _to_vendor(ticket, "ticket_won", ticket.reference, now, reason=ticket.decision)


def _params(ticket: Ticket, **more: Any) -> dict[str, Any]:
    return {
        "ticket": str(ticket),
        "product": ticket.instance.product.name,
        "buyer": ticket.buyer.full_name,
        "due": moment(ticket.due_at),
        **more,
    }


def _to_buyer(ticket: Ticket, kind: str, key: str, now: datetime, **more: Any) -> None:
    path = reverse("ticket", args=[ticket.pk])
    notify([Message(ticket.buyer_id, kind, key, path, _params(ticket, **more))], now=now)


def _to_vendor(ticket: Ticket, kind: str, key: str, now: datetime, **more: Any) -> None:
    path, params = reverse("vendor_ticket", args=[ticket.pk]), _params(ticket, **more)
    members = deciders_of([ticket.vendor_id])[ticket.vendor_id]
    # Somebody who bought from their own vendor is not told about themselves.
    others = [member for member in members if member != ticket.buyer_id]
    notify([Message(member, kind, key, path, params) for member in others], now=now)
