"""Who must be told of the steps of a delivery (R16)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse

from notices.commands import Message
from notices.kinds import moment
from orders.models import Service, ServiceEvent
from orders.policy import acceptance_time
from orders.transitions import BUYERS, Step
from people.queries import deciders_of


def step_messages(step: Step, service: Service, event: ServiceEvent) -> list[Message]:
    """A buyer's step is told to those who decide for the vendor, a vendor's to the buyer."""
    params = _about(service) | {"note": event.note}
    if step == Step.MARK_DONE:
        params["until"] = moment(acceptance_time(service.policy, event.at))
    key = f"service:{service.pk}:{event.pk}"
    if step in BUYERS:
        deciders = deciders_of([service.vendor_id])[service.vendor_id]
        return [_to_vendor(person, f"service_{step}", key, service, params) for person in deciders]
    return [_to_buyer(f"service_{step}", key, service, params)]


def accepted_messages(services: Sequence[Service], *, by_clock: bool) -> Iterator[Message]:
    """The vendor hears of every acceptance, the buyer of one that the clock has made."""
    deciders = deciders_of({service.vendor_id for service in services})
    kind = "service_accepted_automatically" if by_clock else "service_accept"
    for service in services:
        params, key = _about(service), f"service:{service.pk}"
        for person in deciders[service.vendor_id]:
            yield _to_vendor(person, kind, key, service, params)
        if by_clock:
            yield _to_buyer(kind, key, service, params)


def reminder_messages(services: Sequence[Service]) -> Iterator[Message]:
    """The buyer hears again of what will be accepted, once for every time that it was put to."""
    for service in services:
        if service.accepts_at:
            params = _about(service) | {"until": moment(service.accepts_at)}
            key = f"service:{service.pk}:{service.accepts_at:%Y%m%d%H%M%S}"
            yield _to_buyer("service_reminder", key, service, params)


def _about(service: Service) -> dict[str, Any]:
    instance = service.instance
    return {"product": instance.product.name, "resource_id": instance.resource_id}


def _to_vendor(
    person_id: int, kind: str, key: str, service: Service, params: dict[str, Any]
) -> Message:
    path = reverse("vendor_service", args=[service.pk])
    return Message(recipient_id=person_id, kind=kind, key=key, path=path, params=params)


def _to_buyer(kind: str, key: str, service: Service, params: dict[str, Any]) -> Message:
    return Message(
        recipient_id=service.instance.buyer_id,
        kind=kind,
        key=key,
        path=reverse("purchase", args=[service.instance.resource_id]),
        params=params,
    )
