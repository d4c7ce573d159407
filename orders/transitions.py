"""The steps of a delivery, who takes them, and what the clock makes of them (R11). Pure."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Service, ServiceState


class Step(models.TextChoices):
    """What somebody does to a delivery."""

    SUBMIT_REQUIREMENT = "submit_requirement", _("Submit requirement")
    ACCEPT_REQUIREMENT = "accept_requirement", _("Accept requirement")
    SEND_BACK_REQUIREMENT = "send_back_requirement", _("Send requirement back")
    MARK_DONE = "mark_done", _("Mark as done")
    ACCEPT = "accept", _("Accept the service")
    SEND_BACK = "send_back", _("Send back")


# From which state each step leads to which; there are no other ways.
WAYS = {
    Step.SUBMIT_REQUIREMENT: (
        ServiceState.AWAITING_REQUIREMENT,
        ServiceState.REQUIREMENT_SUBMITTED,
    ),
    Step.ACCEPT_REQUIREMENT: (ServiceState.REQUIREMENT_SUBMITTED, ServiceState.IN_PROGRESS),
    Step.SEND_BACK_REQUIREMENT: (
        ServiceState.REQUIREMENT_SUBMITTED,
        ServiceState.AWAITING_REQUIREMENT,
    ),
    Step.MARK_DONE: (ServiceState.IN_PROGRESS, ServiceState.AWAITING_ACCEPTANCE),
    Step.ACCEPT: (ServiceState.AWAITING_ACCEPTANCE, ServiceState.COMPLETE),
    Step.SEND_BACK: (ServiceState.AWAITING_ACCEPTANCE, ServiceState.IN_PROGRESS),
}

BUYERS = frozenset({Step.SUBMIT_REQUIREMENT, Step.ACCEPT, Step.SEND_BACK})


class Appeal(models.TextChoices):
    """Why the buyer may ask the platform to step in: a stable code and a sentence."""

    LATE_STEP = "late_step", _("The vendor has let this step lie for too long.")
    SEND_BACKS = "send_backs", _("The service has been sent back too often.")


def may_become(old: str, new: str) -> bool:
    """Whether a service may go from one state to the other."""
    return (ServiceState(old), ServiceState(new)) in WAYS.values()


def step_between(old: str, new: str) -> Step | None:
    """The step that leads from one state to the other; None where a history begins."""
    return next((step for step, way in WAYS.items() if way == (old, new)), None)


def is_overdue(service: Service, now: datetime) -> bool:
    """Whether only the automatic acceptance is legal any more."""
    return (
        service.accepts_at is not None
        and service.frozen_since is None
        and service.accepts_at <= now
    )


def accepted_by(service: Service, now: datetime) -> datetime | None:
    """When the service was accepted, by the buyer or the clock; None while it is not.

    It ends the refund window (R2), and never depends on when a sweep ran.
    """
    return service.accepts_at if is_overdue(service, now) else service.accepted_at


def is_late(service: Service, now: datetime) -> bool:
    """Whether the vendor has let its step lie for too long."""
    return service.late_at is not None and service.frozen_since is None and service.late_at <= now


def causes_to_appeal(service: Service, now: datetime) -> list[Appeal]:
    """Why the buyer may ask the platform to step in; reads the service's policy.

    What stands still is with the platform already, or over.
    """
    if service.frozen_since is not None or accepted_by(service, now) is not None:
        return []
    causes = {
        Appeal.LATE_STEP: is_late(service, now),
        Appeal.SEND_BACKS: service.send_backs >= service.policy.max_send_backs,
    }
    return [cause for cause, holds in causes.items() if holds]


def may_appeal(service: Service, now: datetime) -> Appeal | None:
    """The first of the causes to appeal, if there is one."""
    return next(iter(causes_to_appeal(service, now)), None)
