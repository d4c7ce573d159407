"""What buyer, vendor and operator write to each other, and urging (R10)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from people.models import User
from people.queries import may_decide_for, vendor_ids_of
from refunds.commands.decisions import DecisionNotAllowed
from refunds.commands.tickets.attachments import TooMuchEvidence, attach
from refunds.commands.tickets.shared import change_open, refuse_unless_open
from refunds.commands.tickets.telling import tell_message, tell_urged
from refunds.evidence import Sound
from refunds.models import Party, Ticket, TicketMessage

__all__ = [
    "NothingWritten",
    "TooMuchEvidence",
    "UrgedToday",
    "refusal_to_write",
    "urge",
    "write",
]

# Longer than the slowest upload and its check.
A_MOMENT = timedelta(minutes=2)


class NothingWritten(DomainError):
    """Neither words nor files."""

    code = "nothing_written"
    sentence = _("Please write something, or choose a file.")


class UrgedToday(DomainError):
    """A ticket is urged at most once a natural day."""

    code = "urged_today"
    sentence = _("You have urged this ticket today already. You can urge it again tomorrow.")


def write(
    *,
    ticket_id: int,
    actor: User,
    party: Party,
    text: str,
    now: datetime,
    evidence: Sequence[Sound] = (),
) -> None:
    """Add a message, evidence, or both to the thread of an open ticket.

    Opens a transaction. Raises `NotFound`, `DecisionNotAllowed` for a reading role of the
    vendor, `NothingWritten`, `TooMuchEvidence`, `TicketClosed`, `TicketApprovedAutomatically`.
    """
    said = text.strip()
    if not said and not evidence:
        raise NothingWritten

    def add(ticket: Ticket) -> None:
        if _is_again(ticket, actor, said, evidence, now):
            return
        if said:
            TicketMessage.objects.create(
                ticket=ticket, author=actor, party=party, at=now, text=said
            )
        attach(ticket, evidence, uploader=actor, party=party, now=now)
        # The same moment again is the same thing again.
        tell_message(ticket, writer=party, key=f"{party.value}:{now.isoformat()}", now=now)

    change_open(ticket_id, may=lambda ticket: _check(ticket, actor, party), change=add, now=now)


def _is_again(
    ticket: Ticket, actor: User, said: str, evidence: Sequence[Sound], now: datetime
) -> bool:
    """Whether the very same was sent a moment ago: a second click, or a page sent anew."""
    lately = {"at__gt": now - A_MOMENT}
    if said and not ticket.messages.filter(author=actor, text=said, **lately).exists():
        return False
    kept = ticket.evidence.filter(uploader=actor, **lately).values_list("sha256", flat=True)
    return {sound.sha256 for sound in evidence} <= set(kept)


def refusal_to_write(
    ticket: Ticket, actor: User, party: Party, *, now: datetime
) -> DomainError | None:
    """Why this person may not add to the ticket at this moment; None where they may."""
    try:
        _check(ticket, actor, party)
        refuse_unless_open(ticket, now=now)
    except DomainError as refusal:
        return refusal
    return None


def _check(ticket: Ticket, actor: User, party: Party) -> None:
    """Whether the actor may speak for the party in this ticket."""
    belongs = {
        Party.BUYER: ticket.buyer_id == actor.pk,
        Party.VENDOR: ticket.buyer_id != actor.pk and ticket.vendor_id in vendor_ids_of(actor),
        Party.OPERATOR: ticket.buyer_id != actor.pk and actor.is_staff,
    }
    if not belongs[party]:
        raise NotFound
    if party == Party.VENDOR and not may_decide_for(actor, ticket.vendor_id):
        raise DecisionNotAllowed


def urge(*, ticket_id: int, buyer: User, now: datetime) -> None:
    """Ask for the ticket to be handled; once a natural day in the policy's zone.

    Opens a transaction. Raises `NotFound`, `UrgedToday`, `TicketClosed` and
    `TicketApprovedAutomatically`.
    """

    def may(ticket: Ticket) -> None:
        if ticket.buyer_id != buyer.pk:
            raise NotFound

    def remember(ticket: Ticket) -> None:
        zone = ticket.policy.terms.zone
        today = now.astimezone(zone).date()
        if ticket.urged_at and ticket.urged_at.astimezone(zone).date() >= today:
            raise UrgedToday
        ticket.urged_at = now
        ticket.save(update_fields=["urged_at"])
        tell_urged(ticket, day=today.isoformat(), now=now)

    change_open(ticket_id, may=may, change=remember, now=now)
