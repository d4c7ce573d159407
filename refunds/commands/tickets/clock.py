"""Tickets that keep the rights of the window are decided by the clock, too (R3, R6)."""

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from kernel.sweeps import NOTHING, Swept, batch
from refunds.commands.tickets.approval import grant
from refunds.models import Ticket
from refunds.ticket_queries import tickets_due
from refunds.transitions import DecidedBy

logger = logging.getLogger(__name__)

# Each is a case of its own, done one by one; so many hold their locks for about a second.
BATCH = 100


def approve_due_tickets(*, now: datetime, size: int = BATCH) -> Swept:
    """Approve up to `size` tickets whose deadline has passed, oldest first.

    Opens a transaction. One that cannot be approved is set aside visibly; the rest goes on.
    """
    due = (
        tickets_due(now)
        .select_related("instance", "buyer")
        .select_for_update(no_key=True, skip_locked=True, of=("self", "instance"))
    )
    with batch() as may_begin:
        if not may_begin:
            return NOTHING
        claimed = list(due[:size])
        broken = sum(not _approve(ticket, now) for ticket in claimed)
    return Swept(done=len(claimed) - broken, set_aside=broken, full=len(claimed) == size)


def _approve(ticket: Ticket, now: datetime) -> bool:
    """Approve one; or set it aside and say so."""
    try:
        with transaction.atomic():
            grant(ticket, decided_by=DecidedBy.DEADLINE, now=now)
    except (OperationalError, InterfaceError):
        # The server, not the ticket: nothing is kept, and the next sweep tries again.
        raise
    except Exception as error:
        logger.exception("ticket %s is set aside", ticket.pk)
        said = f"{type(error).__name__}: {error}".splitlines()[0][:500]
        Ticket.objects.filter(pk=ticket.pk).update(set_aside_at=now, set_aside_reason=said)
        return False
    return True
