"""What stands on pending requests, offers and holds: every read (R4, R8)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from kernel.health import patience
from orders.models import DeliveryType
from refunds.models import Hold, Offer, OfferState, RefundRequest
from refunds.transitions import Status


def takes_offers(request: RefundRequest) -> bool:
    """Whether part of the money may be offered: of a manual service only (R4)."""
    return (
        request.status == Status.PENDING and request.instance.delivery_type == DeliveryType.SERVICE
    )


def offers_on(request: RefundRequest) -> QuerySet[Offer]:
    """The offers of a request, newest first."""
    return Offer.objects.filter(request=request).select_related("offered_by").order_by("-id")


def open_offer_on(request: RefundRequest, *, now: datetime) -> Offer | None:
    """The offer that the buyer may still answer."""
    return Offer.objects.filter(request=request, state=OfferState.OPEN, lapses_at__gt=now).first()


def hold_on(request: RefundRequest, *, now: datetime) -> Hold | None:
    """The hold that stands at this moment (R8)."""
    return Hold.objects.filter(request=request, ended_at__isnull=True, ends_at__gt=now).first()


def hold_left(request: RefundRequest, *, now: datetime) -> timedelta:
    """How long a request may still be held, by the policy that it was made under (R8)."""
    held = (
        (hold.ended_at or hold.ends_at) - hold.held_at
        for hold in Hold.objects.filter(request=request)
    )
    return timedelta(days=request.policy.max_hold_days) - sum(held, timedelta())


def credit_is_late(request: RefundRequest, *, now: datetime) -> bool:
    """Whether the credit ought to have been posted by now, for whatever reason it was not."""
    due = request.credit_due_at if request.status == Status.APPROVED else None
    return due is not None and due + patience() <= now


def negotiation_of(request: RefundRequest, *, now: datetime) -> dict[str, object]:
    """What the page of a single request shows of offers, holds and a late credit."""
    offers = list(offers_on(request))
    return {
        "offers": [(offer, offer.state_at(now)) for offer in offers],
        "open_offer": next((o for o in offers if o.state_at(now) == OfferState.OPEN), None),
        "takes_offers": takes_offers(request),
        "hold": hold_on(request, now=now),
        "credit_late": credit_is_late(request, now=now),
    }


def marked(requests: QuerySet[RefundRequest], *, now: datetime) -> QuerySet[RefundRequest]:
    """The same requests; each knows `has_offer` and `is_held`, which its row of a list shows."""
    of_row = {"request": OuterRef("pk")}
    offers = Offer.objects.filter(state=OfferState.OPEN, lapses_at__gt=now, **of_row)
    holds = Hold.objects.filter(ended_at__isnull=True, ends_at__gt=now, **of_row)
    return requests.annotate(has_offer=Exists(offers), is_held=Exists(holds))


def lapsing(now: datetime) -> QuerySet[Offer]:
    """The open offers whose time has passed, oldest first."""
    return (
        Offer.objects.filter(
            state=OfferState.OPEN, lapses_at__lte=now, request__status=Status.PENDING
        )
        .select_related("request__instance__product")
        .order_by("lapses_at", "id")
    )


def ending(now: datetime) -> QuerySet[Hold]:
    """The holds whose end has come and that nobody has noted yet, oldest first."""
    return (
        Hold.objects.filter(ended_at__isnull=True, ends_at__lte=now, request__status=Status.PENDING)
        .select_related("request__instance__product")
        .order_by("ends_at", "id")
    )
