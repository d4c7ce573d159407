"""Every read of orders: who bought anything, and how its delivery stands."""

from datetime import datetime

from django.db import connection
from django.db.models import F, Max, QuerySet

from orders.models import (
    DeliveryPolicy,
    DeliveryType,
    Instance,
    Service,
    ServiceEvent,
    ServiceState,
)
from orders.situations import Delivery
from people.models import User
from people.queries import vendor_ids_of

# Beyond this many a page says "10,000+".
COUNTED = 10_001


def has_bought(user: User) -> bool:
    """Whether this person has a purchase to look at."""
    return Instance.objects.filter(buyer=user).exists()


def delivery_policy_at(at: datetime) -> DeliveryPolicy:
    """The rules of delivery in force at a moment (R11)."""
    return DeliveryPolicy.objects.in_force(at)[0]


def acceptances_due(now: datetime) -> QuerySet[Service]:
    """What the sweep accepts, oldest first: nobody answered in time (R11)."""
    return Service.objects.filter(
        state=ServiceState.AWAITING_ACCEPTANCE,
        accepts_at__lte=now,
        frozen_since__isnull=True,
        set_aside_at__isnull=True,
    ).order_by("accepts_at", "id")


def reminders_due(now: datetime) -> QuerySet[Service]:
    """Whose buyers are to be reminded, oldest first; not of what they can answer no more."""
    return Service.objects.filter(
        remind_at__lte=now, accepts_at__gt=now, frozen_since__isnull=True
    ).order_by("remind_at", "id")


def late_steps(now: datetime) -> QuerySet[Service]:
    """What a vendor has let lie for too long and its buyer may appeal (R11)."""
    return Service.objects.filter(late_at__lte=now, frozen_since__isnull=True)


def services_aside() -> QuerySet[Service]:
    """What a sweep could not accept; an operator has to look."""
    return Service.objects.filter(set_aside_at__isnull=False)


def delivery_of(instance: Instance, *, now: datetime) -> Delivery | None:
    """The delivery of an instance, with its history; None where nothing is delivered so."""
    if instance.delivery_type != DeliveryType.SERVICE:
        return None
    service = _in_full(Service.objects.filter(instance=instance)).first()
    return Delivery(service, now, list(history_of(service))) if service else None


def services_of(buyer: User) -> QuerySet[Service]:
    """The buyer's services, with what their forms show."""
    return _in_full(Service.objects.filter(instance__buyer=buyer))


def services_to(member: User) -> QuerySet[Service]:
    """The services of all vendors that this person acts for, with what a page shows."""
    return _in_full(Service.objects.filter(vendor_id__in=vendor_ids_of(member)))


def counts_by_state(member: User) -> dict[str, int]:
    """How many services each state has, for the vendors that this person acts for.

    One read; nothing is counted beyond `COUNTED`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state.name, (SELECT count(*) FROM (SELECT FROM orders_service"
            " WHERE vendor_id = ANY(%s) AND orders_service.state = state.name LIMIT %s) AS capped)"
            " FROM unnest(%s::text[]) AS state (name)",
            [vendor_ids_of(member), COUNTED, ServiceState.values],
        )
        return dict(cursor.fetchall())


def history_of(service: Service) -> QuerySet[ServiceEvent]:
    """What happened to the delivery, in order: its steps, not what operators note of sweeps."""
    steps = service.events.exclude(from_state=F("to_state"))
    return steps.select_related("actor").order_by("id")


def last_send_back(service: Service) -> datetime | None:
    """When the buyer last sent the service back; None where never."""
    back = service.events.filter(
        from_state=ServiceState.AWAITING_ACCEPTANCE, to_state=ServiceState.IN_PROGRESS
    )
    return back.aggregate(last=Max("at"))["last"]


def _in_full(services: QuerySet[Service]) -> QuerySet[Service]:
    return services.select_related("policy", "vendor", "instance__product", "instance__buyer")
