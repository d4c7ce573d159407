"""Until when a vendor's earning is frozen: while its money may still go back (R14). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import DeliveryType
from refunds.policy import Terms


class Freeze(models.TextChoices):
    """Why an earning is frozen."""

    REQUEST = "request", _("A refund is being handled")
    TICKET = "ticket", _("A ticket is open")
    WINDOW = "window", _("The refund window is open")
    DELIVERY = "delivery", _("The service is not accepted yet")


@dataclass(frozen=True, slots=True)
class Sold:
    """All that the answer depends on of one instance, besides the terms and the moment."""

    delivery_type: str
    purchased_at: datetime
    terminated: bool
    accepted: bool
    # A request that is pending, or approved and not yet credited.
    refunding: bool
    ticket_open: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """Why, and until when if that is known (exclusive)."""

    reason: Freeze
    until: datetime | None = None


def frozen_by(sold: Sold, terms: Terms, *, now: datetime) -> Frozen | None:
    """What keeps the earning frozen under the terms in force; None where it is available.

    What has been terminated and credited is settled: nothing of it can go back any more.
    """
    if sold.refunding:
        return Frozen(Freeze.REQUEST)
    if sold.ticket_open:
        return Frozen(Freeze.TICKET)
    if sold.terminated:
        return None
    if sold.delivery_type == DeliveryType.SERVICE and not sold.accepted:
        return Frozen(Freeze.DELIVERY)
    end = terms.window_end(sold.purchased_at)
    if end is not None and now < end:
        return Frozen(Freeze.WINDOW, end)
    return None


def first_inside(terms: Terms, *, now: datetime) -> datetime | None:
    """The earliest moment of a purchase whose window is open now (R2); None without windows.

    The same answer as `window_end`, but one that a database can compare a column with.
    """
    if not terms.window_days:
        return None
    day = now.astimezone(terms.zone).date() - timedelta(days=terms.window_days - 1)
    return datetime.combine(day, time.min, tzinfo=terms.zone).astimezone(UTC)
