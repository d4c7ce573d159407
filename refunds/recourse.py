"""What may be taken to the platform, why, and with which rights (R3, R4, R8, R10). Pure."""

from collections.abc import Iterable
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


# Of an instance, not of a request for its refund (R11).
DELIVERY_CAUSES = (Cause.LATE_STEP, Cause.SEND_BACKS)
REQUEST_CAUSES = (Cause.REJECTED, Cause.UNANSWERED, Cause.OFFERS_DECLINED)

# By ticket inside the window, these keep every right of self-service: the full amount, no
# ground, decided by the clock (R3).
KEEPS_RIGHTS = frozenset({Reason.LIMIT_REACHED.value, Reason.NO_SUBMISSIONS_LEFT.value})


@dataclass(frozen=True, slots=True)
class Recourse:
    """A way to the platform: its cause, and whether it keeps the rights of the window.

    `by_clock` says whether it is approved when nobody has decided it in time.
    """

    cause: str
    inside: bool
    by_clock: bool = False

    @property
    def is_appeal(self) -> bool:
        """Whether the vendor gave the cause, rather than the kind of the purchase."""
        return self.cause in Cause.values


@dataclass(frozen=True, slots=True)
class Asked:
    """What an appeal depends on, of a self-service request and its instance."""

    status: str
    decided_by: str
    approves_at_deadline: bool
    due_at: datetime
    declined_offers: int
    max_declined_offers: int
    # The causes for which it has been appealed, by either side; each serves once.
    appealed: frozenset[str]
    appeal_open: bool
    # Whether the instance is free: running, no ticket open, no other request standing.
    free: bool
    # Whether the platform has refused a refund of the instance since the vendor rejected it.
    settled: bool


def by_ticket(
    eligibility: Eligibility,
    delivery: str | None,
    *,
    clock: bool,
    refused: bool,
    stays_inside: bool,
) -> Recourse | None:
    """The way of a ticket about an instance; None where there is none.

    `delivery` is the cause that the delivery of a manual service gives, if it gives one (R11).
    `clock` says whether the rules let the clock approve, `refused` whether vendor or platform
    have refused a refund of this instance before: then somebody decides again (R8).
    `stays_inside` says whether a refund was asked for inside the window before, and rejected by
    the vendor alone (R2).
    """
    if delivery and eligibility.route != Route.NONE:
        return Recourse(cause=delivery, inside=True)
    if eligibility.route != Route.TICKET:
        return None
    keeps = eligibility.inside and eligibility.reason.value in KEEPS_RIGHTS
    return Recourse(
        cause=eligibility.reason.value,
        inside=keeps or stays_inside,
        by_clock=keeps and clock and not refused,
    )


def by_appeal(asked: Asked, *, now: datetime) -> Recourse | None:
    """The way of a buyer's appeal about a self-service request; None where there is none (R8).

    What was submitted inside the window stays inside, however late the appeal. No clock
    approves an appeal: the platform decides.
    """
    causes = {
        Cause.REJECTED: asked.status == Status.REJECTED
        # What the platform has decided is not put before it again.
        and asked.decided_by == DecidedBy.VENDOR
        and asked.free
        and not asked.settled,
        Cause.OFFERS_DECLINED: _offers_declined(asked),
        Cause.UNANSWERED: _waits(asked) and asked.due_at <= now,
    }
    return _first([cause for cause, holds in causes.items() if holds], asked)


def by_vendors_appeal(asked: Asked) -> Recourse | None:
    """The way of a vendor's appeal: after as many declined offers as the rules ask for (R4)."""
    return _first([Cause.OFFERS_DECLINED] if _offers_declined(asked) else [], asked)


def _waits(asked: Asked) -> bool:
    """Whether the request waits for somebody, and no clock decides it."""
    return asked.status == Status.PENDING and not asked.approves_at_deadline


def _offers_declined(asked: Asked) -> bool:
    return _waits(asked) and asked.declined_offers >= asked.max_declined_offers


def _first(causes: Iterable[Cause], asked: Asked) -> Recourse | None:
    """By the first cause that has not served yet, while no other appeal is open."""
    if asked.appeal_open:
        return None
    left = (cause.value for cause in causes if cause.value not in asked.appealed)
    return next((Recourse(cause, inside=True) for cause in left), None)


def sentence_of(cause: str) -> str:
    """The cause of a ticket in a sentence; a code that is no more in use stands for itself."""
    for known in (Cause, Reason):
        if cause in known.values:
            return str(known(cause).label)
    return cause
