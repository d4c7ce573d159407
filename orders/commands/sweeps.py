"""Timed work on deliveries: found in the database, never in the broker (R11)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kernel.sweeps import BATCH, NOTHING, Swept, batch, said_of, settle
from notices.commands import notify
from orders.commands.acceptance import accept_services
from orders.commands.telling import reminder_messages
from orders.models import Service
from orders.queries import acceptances_due, reminders_due


def accept_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Accept up to `size` services whose time to answer has passed, oldest first (R11).

    Opens a transaction. A service that cannot be accepted is set aside, the rest goes on.
    """
    with batch() as may_begin:
        if not may_begin:
            return NOTHING
        claimed = _claim(acceptances_due(now), size)
        broken = settle(claimed, lambda batch: accept_services(batch, actor=None, now=now))
        for service, error in broken:
            Service.objects.filter(pk=service.pk).update(
                set_aside_at=now, set_aside_reason=said_of(error)
            )
    return Swept(done=len(claimed) - len(broken), set_aside=len(broken), full=len(claimed) == size)


def remind_due(*, now: datetime, size: int = BATCH) -> Swept:
    """Remind up to `size` buyers of what the system will accept soon (R16).

    Opens a transaction.
    """
    with batch() as may_begin:
        if not may_begin:
            return NOTHING
        claimed = _claim(reminders_due(now), size)
        _remind(claimed, now)
    return Swept(done=len(claimed), set_aside=0, full=len(claimed) == size)


def resume_services(*, service_ids: Iterable[int], now: datetime) -> int:
    """Give services that were set aside back to the sweep; how many. Opens a transaction."""
    with transaction.atomic(durable=True):
        resumed = Service.objects.filter(
            pk__in=list(service_ids), set_aside_at__isnull=False, set_aside_at__lte=now
        )
        return resumed.update(set_aside_at=None, set_aside_reason="")


def _claim(due: QuerySet[Service], size: int) -> Sequence[Service]:
    """Rows that nobody else is at work on, each with its instance, as every command locks it."""
    locked = due.select_for_update(no_key=True, skip_locked=True, of=("self", "instance"))
    return list(locked.select_related("instance__product")[:size])


def _remind(services: Sequence[Service], now: datetime) -> None:
    notify(reminder_messages(services), now=now)
    Service.objects.filter(pk__in=[service.pk for service in services]).update(remind_at=None)
