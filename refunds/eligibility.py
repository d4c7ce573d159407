"""Whether an instance can be refunded, why or why not, and for how much. Pure.

One function answers for the buttons, the dialog, the admin and the commands, so that they
cannot disagree.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import DeliveryType, OrderKind
from refunds.policy import Terms


class Reason(models.TextChoices):
    """Why a refund is or is not possible: a stable code and a sentence."""

    ELIGIBLE = "eligible", _("You can ask for a refund.")
    REQUEST_OPEN = "request_open", _("A refund request for this instance is being handled.")
    REFUNDED = "refunded", _("This instance has been refunded.")
    TERMINATED = "terminated", _("This instance has been terminated.")
    NOTHING_PAID = "nothing_paid", _("Nothing was paid, so there is nothing to refund.")
    API = "api_not_refundable", _("API products are not refundable.")
    IMAGE = "image_by_ticket", _("Images have no refund window; a paid one goes by ticket.")
    SERVICE = (
        "service_by_ticket",
        _("Manual services cannot be refunded by self-service yet."),
    )
    RENEWAL = "renewal", _("Refunds of renewals go by ticket.")
    EXPIRED = "expired", _("This instance has expired; its refund goes by ticket.")
    WINDOW_CLOSED = "window_closed", _("The refund window has closed.")
    NO_SUBMISSIONS_LEFT = (
        "no_submissions_left",
        _("A refund of this instance has been requested as often as the rules allow."),
    )


class Route(models.TextChoices):
    SELF_SERVICE = "self_service", _("Self-service refund")
    TICKET = "ticket", _("Manual refund")
    NONE = "none", _("Not refundable")


ROUTES = {
    Reason.ELIGIBLE: Route.SELF_SERVICE,
    Reason.IMAGE: Route.TICKET,
    Reason.SERVICE: Route.TICKET,
    Reason.RENEWAL: Route.TICKET,
    Reason.EXPIRED: Route.TICKET,
    Reason.WINDOW_CLOSED: Route.TICKET,
    Reason.NO_SUBMISSIONS_LEFT: Route.TICKET,
}


# Elsewhere an end of the window would promise what is not so.
HAS_WINDOW = (
    Reason.ELIGIBLE,
    Reason.REQUEST_OPEN,
    Reason.WINDOW_CLOSED,
    Reason.NO_SUBMISSIONS_LEFT,
)

_VENDOR = _("Talk to the vendor: the contact is on the page of the instance.")
# What helps instead; where nothing is said, there is nothing to be done.
REMEDIES = {
    Reason.REQUEST_OPEN: _("Follow it under My refunds; you may withdraw it until it is decided."),
    Reason.REFUNDED: _("The money is in Billing center · Transactions."),
    Reason.IMAGE: _VENDOR,
    Reason.SERVICE: _VENDOR,
    Reason.RENEWAL: _VENDOR,
    Reason.EXPIRED: _VENDOR,
    Reason.WINDOW_CLOSED: _VENDOR,
    Reason.NO_SUBMISSIONS_LEFT: _VENDOR,
}


@dataclass(frozen=True, slots=True)
class Quote:
    """What a refund would return, in fen; frozen on the request when it is submitted (R4)."""

    list_price: int
    coupon: int
    paid: int
    refund: int
    currency: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer depends on, besides the terms and the moment."""

    delivery_type: str
    order_kind: str
    purchased_at: datetime
    expires_at: datetime | None
    terminated: bool
    list_price: int
    coupon: int
    paid: int
    currency: str
    standing: str | None
    submissions: int


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer: which way a refund goes, why, until when (exclusive), and for how much."""

    reason: Reason
    until: datetime | None
    quote: Quote
    submissions_left: int
    # Whether the refund window is open: what is asked for now keeps its rights, by ticket too.
    inside: bool

    @property
    def route(self) -> Route:
        return ROUTES.get(self.reason, Route.NONE)

    @property
    def allowed(self) -> bool:
        """Whether the buyer may submit a request now."""
        return self.route == Route.SELF_SERVICE

    @property
    def remedy(self) -> str | Promise:
        """What helps where a refund is not possible; empty where nothing does."""
        return REMEDIES.get(self.reason, "")

    @property
    def sentence(self) -> str | Promise:
        return self.reason.label


def assess(facts: Facts, terms: Terms, *, now: datetime) -> Eligibility:
    """Answer for one instance at one moment (R2, R4, R7)."""
    reason = _reason(facts, terms, now)
    end = terms.window_end(facts.purchased_at)
    return Eligibility(
        reason=reason,
        until=end if reason in HAS_WINDOW else None,
        quote=Quote(
            list_price=facts.list_price,
            coupon=facts.coupon,
            paid=facts.paid,
            refund=facts.paid,
            currency=facts.currency,
        ),
        submissions_left=max(terms.max_submissions - facts.submissions, 0),
        inside=end is not None and now < end,
    )


def _reason(facts: Facts, terms: Terms, now: datetime) -> Reason:
    return (
        _settled(facts)
        or _outside_self_service(facts, now)
        or _outside_window(facts, terms, now)
        or Reason.ELIGIBLE
    )


def _settled(facts: Facts) -> Reason | None:
    """Nothing more can be asked for, by whichever way."""
    if facts.standing == "pending":
        return Reason.REQUEST_OPEN
    if facts.standing:
        return Reason.REFUNDED
    if facts.terminated:
        return Reason.TERMINATED
    return None


def _outside_self_service(facts: Facts, now: datetime) -> Reason | None:
    if facts.delivery_type == DeliveryType.API:
        return Reason.API
    if not facts.paid:
        return Reason.NOTHING_PAID
    if facts.delivery_type == DeliveryType.IMAGE:
        return Reason.IMAGE
    if facts.delivery_type == DeliveryType.SERVICE:
        return Reason.SERVICE
    if facts.order_kind == OrderKind.RENEWAL:
        return Reason.RENEWAL
    if facts.expires_at and facts.expires_at <= now:
        return Reason.EXPIRED
    return None


def _outside_window(facts: Facts, terms: Terms, now: datetime) -> Reason | None:
    end = terms.window_end(facts.purchased_at)
    if end is None or now >= end:
        return Reason.WINDOW_CLOSED
    if facts.submissions >= terms.max_submissions:
        return Reason.NO_SUBMISSIONS_LEFT
    return None
