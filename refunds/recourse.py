"""What may be taken to the platform, why, and with which rights (R3, R4, R8, R10). Pure."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from refunds.eligibility import Eligibility, Reason, Route
from refunds.transitions import DecidedBy, Status


class Cause(models.TextChoices):
    """Why something is appealed; other tickets are caused by a `Reason`."""

    REJECTED = "rejected", _("The vendor rejected a request that was made inside the window.")
    UNANSWERED = "unanswered", _("The vendor left the request unanswered for too long.")
    OFFERS_DECLINED = "offers_declined", _("Buyer and vendor found no amount to agree on.")
    LATE_STEP = "late_step", _("The vendor let a step of the delivery lie for too long.")
    SEND_BACKS = "send_backs", _("The service had to be sent back too often.")


# By ticket inside the window, these keep every right of self-service: the full amount, no
# ground, decided by the clock (R3).
KEEPS_RIGHTS = frozenset({"limit_reached", Reason.NO_SUBMISSIONS_LEFT.value})


@dataclass(frozen=True, slots=True)
class Recourse:
    """A way to the platform: its cause, and whether it keeps the rights of the window."""

    cause: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What an appeal depends on, of a self-service request and its instance."""

    status: str
    decided_by: str
    approves_at_deadline: bool
    due_at: datetime
    declined_offers: int
    max_declined_offers: int
    # Whether the instance is free: running, no ticket open, no other request standing.
    free: bool


def by_ticket(eligibility: Eligibility, delivery: str | None) -> Recourse | None:
    """The way of a ticket about an instance; None where there is none.

    `delivery` is the cause that the delivery of a manual service gives, if it gives one (R11).
    """
    if delivery and eligibility.route != Route.NONE:
        return Recourse(cause=delivery, inside=True)
    if eligibility.route != Route.TICKET:
        return None
    keeps = eligibility.inside and eligibility.reason.value in KEEPS_RIGHTS
    return Recourse(cause=eligibility.reason.value, inside=keeps)


def by_appeal(asked: Asked, *, now: datetime) -> Recourse | None:
    """The way of an appeal about a self-service request; None where there is none (R8).

    What was submitted inside the window stays inside, however late the appeal.
    """
    if asked.status == Status.REJECTED:
        # What the platform has decided is not put before it again.
        is_vendors = asked.decided_by == DecidedBy.VENDOR
        return Recourse(Cause.REJECTED.value, inside=True) if is_vendors and asked.free else None
    if asked.status != Status.PENDING or asked.approves_at_deadline:
        return None
    if asked.declined_offers >= asked.max_declined_offers:
        return Recourse(Cause.OFFERS_DECLINED.value, inside=True)
    return Recourse(Cause.UNANSWERED.value, inside=True) if asked.due_at <= now else None


def sentence_of(cause: str) -> str:
    """The cause of a ticket in a sentence; a code that is no more in use stands for itself."""
    for known in (Cause, Reason):
        if cause in known.values:
            return str(known(cause).label)
    return cause
