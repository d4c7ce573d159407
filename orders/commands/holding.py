"""What stops an instance for a while, or for good (R11, R12)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from kernel.transactions import require_transaction
from orders.commands.acceptance import accept_if_overdue, lock_service_of
from orders.models import Instance, InstanceState, Service, ServiceState
from orders.policy import reminder_time


class InstanceHeld(DomainError):
    """Something else holds the instance already."""

    code = "instance_held"
    sentence = _("Something else is going on with this instance.")


def hold(instance: Instance, *, reference: str, now: datetime) -> None:
    """Freeze delivery and invoicing of a locked instance for `reference`.

    What the clock would have accepted before is accepted first (R11). Raises `InstanceHeld`
    where another reference holds it. Requires a transaction.
    """
    require_transaction()
    if instance.held_by not in ("", reference):
        raise InstanceHeld
    accept_if_overdue(instance, now=now)
    _freeze([instance.pk], now=now)
    instance.held_by = reference
    instance.save(update_fields=["held_by"])


def release(instance: Instance, *, reference: str, now: datetime) -> None:
    """Let a locked instance go on as before, if it was `reference` that held it.

    The time under the hold does not count: what the delivery waits for moves on by as much.
    Requires a transaction.
    """
    require_transaction()
    if Instance.objects.filter(pk=instance.pk, held_by=reference).update(held_by=""):
        _thaw(instance, now=now)


def terminate(instance_ids: Sequence[int], *, now: datetime) -> None:
    """End the access to locked instances for good, expired ones too (R12), in two statements."""
    require_transaction()
    Instance.objects.filter(pk__in=instance_ids, state=InstanceState.ACTIVE).update(
        state=InstanceState.TERMINATED, terminated_at=now, held_by=""
    )
    _freeze(instance_ids, now=now)


def _freeze(instance_ids: Sequence[int], *, now: datetime) -> None:
    Service.objects.filter(instance_id__in=instance_ids, frozen_since__isnull=True).exclude(
        state=ServiceState.COMPLETE
    ).update(frozen_since=now)


def _thaw(instance: Instance, *, now: datetime) -> None:
    service = lock_service_of(instance)
    if service is None or service.frozen_since is None:
        return
    stood_still = now - service.frozen_since
    if service.late_at:
        service.late_at += stood_still
    if service.accepts_at:
        service.accepts_at += stood_still
        # Again, even if the buyer was reminded before: of a time that has moved.
        service.remind_at = reminder_time(service.policy, service.accepts_at)
    service.frozen_since = None
    service.save(update_fields=["late_at", "accepts_at", "remind_at", "frozen_since"])
