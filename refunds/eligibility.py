"""Whether an instance can be refunded, why or why not, and for how much. Pure.

One function answers for the buttons, the dialog, the admin and the commands, so that they
cannot disagree.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import DeliveryType, OrderKind, ServiceState
from refunds.policy import Terms


class Reason(models.TextChoices):
    """Why a refund is or is not possible: a stable code and a sentence."""

    ELIGIBLE = "eligible", _("You can ask for a refund.")
    REQUEST_OPEN = "request_open", _("A refund request for this instance is being handled.")
    TICKET_OPEN = "ticket_open", _("A ticket for this instance is being handled.")
    REFUNDED = "refunded", _("This instance has been refunded.")
    TERMINATED = "terminated", _("This instance has been terminated.")
    HELD = "held", _("Something else about this instance, such as a ticket, is being handled.")
    NOTHING_PAID = "nothing_paid", _("Nothing was paid, so there is nothing to refund.")
    API = "api_not_refundable", _("API products are not refundable.")
    IMAGE = "image_by_ticket", _("Images have no refund window; a paid one goes by ticket.")
    ACCEPTED = (
        "service_accepted",
        _("The service has been accepted, which has closed its refund window."),
    )
    RENEWAL = "renewal", _("Refunds of renewals go by ticket.")
    EXPIRED = "expired", _("This instance has expired; its refund goes by ticket.")
    WINDOW_CLOSED = "window_closed", _("The refund window has closed.")
    NO_SUBMISSIONS_LEFT = (
        "no_submissions_left",
        _("A refund of this instance has been requested as often as the rules allow."),
    )
    LIMIT_REACHED = (
        "limit_reached",
        _("As many of your orders as the rules allow have been refunded by self-service."),
    )


class Route(models.TextChoices):
    SELF_SERVICE = "self_service", _("Self-service refund")
    TICKET = "ticket", _("Manual refund")
    NONE = "none", _("Not refundable")


ROUTES = {
    Reason.ELIGIBLE: Route.SELF_SERVICE,
    Reason.IMAGE: Route.TICKET,
    Reason.ACCEPTED: Route.TICKET,
    Reason.RENEWAL: Route.TICKET,
    Reason.EXPIRED: Route.TICKET,
    Reason.WINDOW_CLOSED: Route.TICKET,
    Reason.NO_SUBMISSIONS_LEFT: Route.TICKET,
    Reason.LIMIT_REACHED: Route.TICKET,
}


# Elsewhere an end of the window would promise what is not so.
HAS_WINDOW = (
    Reason.ELIGIBLE,
    Reason.REQUEST_OPEN,
    Reason.WINDOW_CLOSED,
    Reason.NO_SUBMISSIONS_LEFT,
    Reason.LIMIT_REACHED,
)

_TICKET = _("Open a ticket: the vendor answers it, and the platform decides.")
# What helps instead; where nothing is said, there is nothing to be done.
REMEDIES = {
    Reason.REQUEST_OPEN: _("Follow it under My refunds; you may withdraw it until it is decided."),
    Reason.TICKET_OPEN: _("Follow it under Tickets; you may withdraw it until it is decided."),
    Reason.REFUNDED: _("The money is in Billing center · Transactions."),
    Reason.HELD: _("Follow it on the page of the instance."),
    **{reason: _TICKET for reason, route in ROUTES.items() if route == Route.TICKET},
    Reason.LIMIT_REACHED: _(
        "Open a ticket: inside the refund window it keeps every right of a self-service refund."
    ),
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
    # Of a manual service; None where there is no delivery to speak of.
    service_state: str | None = None
    # Whether something other than a refund request holds the instance.
    held: bool = False
    # How many of the buyer's orders count towards the limit, and whether this one's does.
    refunded_orders: int = 0
    order_counts: bool = False
    # Whether that is an open ticket.
    ticket_open: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The answer: which way a refund goes, why, until when (exclusive), and for how much."""

    reason: Reason
    until: datetime | None
    quote: Quote
    submissions_left: int
    # None where there is no limit; an order that counts already uses no other (R3).
    orders_left: int | None
    order_counts: bool
    # Whether the refund window is open: what is asked for now keeps its rights, by ticket too.
    inside: bool
    # A manual service has no date at which its window closes (R2).
    until_accepted: bool

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
    """Answer for one instance at one moment (R2, R3, R4, R7)."""
    reason = _reason(facts, terms, now)
    has_window = reason in HAS_WINDOW
    until_accepted = has_window and facts.delivery_type == DeliveryType.SERVICE
    is_dated = has_window and not until_accepted
    return Eligibility(
        reason=reason,
        until=terms.window_end(facts.purchased_at) if is_dated else None,
        quote=Quote(
            list_price=facts.list_price,
            coupon=facts.coupon,
            paid=facts.paid,
            refund=facts.paid,
            currency=facts.currency,
        ),
        submissions_left=max(terms.max_submissions - facts.submissions, 0),
        orders_left=orders_left(terms.max_refunded_orders, facts.refunded_orders),
        order_counts=facts.order_counts,
        inside=has_window and _window_closed(facts, terms, now) is None,
        until_accepted=until_accepted,
    )


def orders_left(limit: int | None, refunded: int) -> int | None:
    """How many more of a buyer's orders self-service may refund (R3); None without a limit."""
    return None if limit is None else max(limit - refunded, 0)


def _reason(facts: Facts, terms: Terms, now: datetime) -> Reason:
    return (
        _settled(facts)
        or _outside_self_service(facts, now)
        or _window_closed(facts, terms, now)
        or _used_up(facts, terms)
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
    if facts.ticket_open:
        return Reason.TICKET_OPEN
    return Reason.HELD if facts.held else None


def _outside_self_service(facts: Facts, now: datetime) -> Reason | None:
    if facts.delivery_type == DeliveryType.API:
        return Reason.API
    if not facts.paid:
        return Reason.NOTHING_PAID
    if facts.delivery_type == DeliveryType.IMAGE:
        return Reason.IMAGE
    if facts.order_kind == OrderKind.RENEWAL:
        return Reason.RENEWAL
    if facts.expires_at and facts.expires_at <= now:
        return Reason.EXPIRED
    return None


def _window_closed(facts: Facts, terms: Terms, now: datetime) -> Reason | None:
    if facts.delivery_type == DeliveryType.SERVICE:
        return Reason.ACCEPTED if facts.service_state == ServiceState.COMPLETE else None
    end = terms.window_end(facts.purchased_at)
    return Reason.WINDOW_CLOSED if end is None or now >= end else None


def _used_up(facts: Facts, terms: Terms) -> Reason | None:
    if facts.submissions >= terms.max_submissions:
        return Reason.NO_SUBMISSIONS_LEFT
    if facts.order_counts:
        return None
    if orders_left(terms.max_refunded_orders, facts.refunded_orders) == 0:
        return Reason.LIMIT_REACHED
    return None
