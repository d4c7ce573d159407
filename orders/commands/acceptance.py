"""The end of a delivery, by the buyer or by the clock, one or a whole batch (R11)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound, Overtaken
from kernel.transactions import require_transaction
from notices.commands import notify
from orders.commands.telling import accepted_messages
from orders.models import DeliveryType, Instance, Service, ServiceEvent, ServiceState
from orders.transitions import is_overdue
from people.models import User


class AcceptedAutomatically(Overtaken):
    """The time to answer had passed, and with it the time for any other step."""

    code = "accepted_automatically"
    sentence = _("The time to answer has passed: the service was accepted automatically.")


def lock_service(service_id: int) -> Service:
    """The service with its instance, both locked, the instance first.

    Raises `NotFound`. Requires a transaction.
    """
    require_transaction()
    instance = (
        Instance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("product")
        .filter(service__pk=service_id)
        .first()
    )
    service = lock_service_of(instance) if instance else None
    if service is None:
        raise NotFound
    return service


def lock_service_of(instance: Instance) -> Service | None:
    """The service of a locked instance, locked too. Requires a transaction."""
    require_transaction()
    service = (
        Service.objects.select_for_update(no_key=True, of=("self",))
        .select_related("policy")
        .filter(instance=instance)
        .first()
    )
    if service:
        service.instance = instance
    return service


def accept_if_overdue(instance: Instance, *, now: datetime) -> bool:
    """Make the automatic acceptance that the sweep has not made yet; whether there was one.

    The instance is locked by the caller. Requires a transaction.
    """
    if instance.delivery_type != DeliveryType.SERVICE:
        return False
    service = lock_service_of(instance)
    if service is None or not is_overdue(service, now):
        return False
    accept_services([service], actor=None, now=now)
    return True


def accept_services(services: Sequence[Service], *, actor: User | None, now: datetime) -> None:
    """Complete locked services that await acceptance; without an actor, by the clock.

    The objects are left as they were read, but for their instances' products. Requires a
    transaction; a few statements whatever the number of services.
    """
    require_transaction()
    Service.objects.filter(pk__in=[service.pk for service in services]).update(
        state=ServiceState.COMPLETE,
        step_since=now,
        accepted_at=now,
        accepts_at=None,
        remind_at=None,
        # Whoever accepts what a sweep has set aside settles that, too.
        set_aside_at=None,
        set_aside_reason="",
    )
    ServiceEvent.objects.bulk_create(
        ServiceEvent(
            service=service,
            actor=actor,
            at=now,
            from_state=service.state,
            to_state=ServiceState.COMPLETE,
        )
        for service in services
    )
    notify(accepted_messages(services, by_clock=actor is None), now=now)
