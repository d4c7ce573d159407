"""Tickets that keep the rights of the window are decided by the clock, too (R3, R6)."""

import logging
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Concat

from kernel.commands import give_back
from kernel.sweeps import NOTHING, Swept, batch, said_of
from notices.models import Notice
from people.models import User
from refunds.commands.tickets.approval import grant
from refunds.commands.tickets.shared import lock_ticket
from refunds.commands.tickets.telling import tell_deadline
from refunds.models import Ticket
from refunds.ticket_queries import tickets_due, tickets_near
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


def resume_ticket(*, ticket_id: int, actor: User, note: str, now: datetime) -> None:
    """Give a ticket that was set aside back to the sweep; its history in the admin says why (R8).

    Opens a transaction. Raises `NotFound`, `WrittenReasonRequired` and `NotSetAside`.
    """

    def record(ticket: Ticket) -> None:
        LogEntry.objects.create(
            user=actor,
            action_time=now,
            content_type=ContentType.objects.get_for_model(Ticket),
            object_id=str(ticket.pk),
            object_repr=str(ticket),
            action_flag=CHANGE,
            change_message=note.strip(),
        )

    give_back(lambda: lock_ticket(ticket_id), record, actor=actor, note=note)


def remind_of_tickets(*, now: datetime, size: int = BATCH) -> int:
    """Tell the deciders of each ticket that its automatic approval is near; of how many (R16).

    Once for each of the two reminders of the ticket's policy. Opens a transaction for each
    batch of `size`.
    """
    return _remind("ticket_last_reminder", now, size) + _remind("ticket_first_reminder", now, size)


def _remind(kind: str, now: datetime, size: int) -> int:
    # By key, so that a vendor without anybody to tell keeps nobody else waiting.
    done, place = 0, 0
    about = Concat(Value("ticket:"), OuterRef("pk"), output_field=CharField())
    told = Notice.objects.filter(kind=kind, key=about)
    while True:
        with batch() as may_begin:
            if not may_begin:
                return done
            near = tickets_near(now, last=kind == "ticket_last_reminder").exclude(Exists(told))
            found = list(
                near.filter(pk__gt=place)
                .select_related("instance__product", "buyer")
                .select_for_update(no_key=True, skip_locked=True, of=("self",))
                .order_by("pk")[:size]
            )
            for ticket in found:
                tell_deadline(ticket, kind=kind, now=now)
        done += len(found)
        if len(found) < size:
            return done
        place = found[-1].pk


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
        Ticket.objects.filter(pk=ticket.pk).update(
            set_aside_at=now, set_aside_reason=said_of(error)
        )
        return False
    return True
