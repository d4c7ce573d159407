"""What every command about a ticket begins with: lock, read again, check."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound, Overtaken
from kernel.transactions import require_transaction
from refunds.commands.locks import lock_instance
from refunds.commands.tickets.approval import grant
from refunds.models import Ticket, TicketState
from refunds.transitions import DecidedBy


class TicketClosed(Overtaken):
    """Somebody else was faster; `state` is what the ticket has become."""

    code = "ticket_closed"
    sentences = {
        TicketState.APPROVED: _("This ticket has been approved already."),
        TicketState.DECLINED: _("This ticket has been declined already."),
        TicketState.WITHDRAWN: _("This ticket has been withdrawn by the buyer already."),
    }

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = TicketState(state)
        self.sentence = self.sentences[self.state]


class TicketApprovedAutomatically(TicketClosed):
    """The deadline had passed, and with it the time for anything else (R6)."""

    code = "ticket_approved_automatically"
    sentences = dict.fromkeys(
        TicketState, _("The deadline has passed: this ticket was approved automatically.")
    )


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket with its instance, both locked. Raises `NotFound`. Requires a transaction."""
    require_transaction()
    known = Ticket.objects.filter(pk=ticket_id).values_list("instance_id", flat=True).first()
    if known is None:
        raise NotFound
    instance = lock_instance(known)
    ticket = (
        Ticket.objects.select_for_update(no_key=True, of=("self",))
        .select_related("policy", "appealed", "buyer")
        .get(pk=ticket_id)
    )
    ticket.instance = instance
    return ticket


def change_open(
    ticket_id: int,
    *,
    may: Callable[[Ticket], None],
    change: Callable[[Ticket], None],
    now: datetime,
) -> None:
    """Lock, ask whether the actor may, and change what is open still.

    Where the deadline has passed, the automatic approval is made (and kept) instead. Opens a
    transaction. Raises what `may` and `change` raise, `NotFound`, `TicketClosed` and
    `TicketApprovedAutomatically`.
    """
    with transaction.atomic(durable=True):
        ticket = lock_ticket(ticket_id)
        may(ticket)
        overdue = ticket.is_overdue(now)
        if overdue:
            grant(ticket, decided_by=DecidedBy.DEADLINE, now=now)
        elif ticket.state != TicketState.OPEN:
            raise _closed(ticket)
        else:
            change(ticket)
    if overdue:
        raise TicketApprovedAutomatically(TicketState.APPROVED)


def refuse_unless_open(ticket: Ticket, *, now: datetime) -> None:
    """Raise `TicketClosed`, or `TicketApprovedAutomatically` once the deadline has passed."""
    if ticket.is_overdue(now):
        raise TicketApprovedAutomatically(TicketState.APPROVED)
    if ticket.state != TicketState.OPEN:
        raise _closed(ticket)


def _closed(ticket: Ticket) -> TicketClosed:
    by_clock = ticket.state == TicketState.APPROVED and ticket.decider_id is None
    return (TicketApprovedAutomatically if by_clock else TicketClosed)(ticket.state)
