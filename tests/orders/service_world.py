"""A service in every state, for the world that the database's guarantees are tried on."""

from datetime import timedelta

from django.db import transaction

from orders.commands import hold
from orders.models import DeliveryPolicy, Service, ServiceState
from tests.factories import NOW
from tests.orders.deliveries import service_in


def serve(ids: dict[str, int]) -> None:
    """Name each service as its state, one that is held, a step and the policy."""
    yesterday = NOW - timedelta(days=1)
    for state in ServiceState:
        service = service_in(state, at=yesterday)
        ids[str(state)] = service.pk
        ids[f"{state}_instance"] = service.instance_id
    held = service_in(ServiceState.AWAITING_ACCEPTANCE, at=yesterday)
    with transaction.atomic():
        hold(held.instance, reference="test:1", now=NOW)
    ids["held"], ids["held_instance"] = held.pk, held.instance_id
    ids["service_event"] = held.events.latest("id").pk
    ids["delivery_policy"] = held.policy_id
    _a_later_policy(held)


def _a_later_policy(service: Service) -> None:
    """One that somebody has added."""
    policy = service.policy
    DeliveryPolicy.objects.create(
        effective_from=NOW + timedelta(days=30),
        zone=policy.zone,
        acceptance_days=policy.acceptance_days,
        reminder_days=policy.reminder_days,
        step_days=policy.step_days,
        max_send_backs=policy.max_send_backs,
        created_by=service.instance.buyer,
        created_at=NOW,
        note="Agreed.",
    )
