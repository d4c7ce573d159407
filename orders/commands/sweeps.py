"""Timed work on deliveries: found in the database, never in the broker (R11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from kernel.commands import give_back
from kernel.sweeps import BATCH, NOTHING, Swept, batch, said_of, settle
from notices.commands import notify
from orders.commands.acceptance import accept_services, lock_service
from orders.commands.telling import reminder_messages
from orders.models import Service, ServiceEvent
from orders.queries import acceptances_due, reminders_due
from people.models import User


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


def resume_service(*, service_id: int, actor: User, note: str, now: datetime) -> None:
    """Give a service that was set aside back to the sweep, with the reason in its history (R8).

    Opens a transaction. Raises `NotFound`, `WrittenReasonRequired` and `NotSetAside`.
    """

    def record(service: Service) -> None:
        ServiceEvent.objects.create(
            service=service,
            actor=actor,
            at=now,
            from_state=service.state,
            to_state=service.state,
            note=note.strip(),
        )

    give_back(lambda: lock_service(service_id), record, actor=actor, note=note)


def _claim(due: QuerySet[Service], size: int) -> Sequence[Service]:
    """Rows that nobody else is at work on, each with its instance, as every command locks it."""
    locked = due.select_for_update(no_key=True, skip_locked=True, of=("self", "instance"))
    return list(locked.select_related("instance__product")[:size])


def _remind(services: Sequence[Service], now: datetime) -> None:
    notify(reminder_messages(services), now=now)
    Service.objects.filter(pk__in=[service.pk for service in services]).update(remind_at=None)
