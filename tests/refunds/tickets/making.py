"""Tickets in every state, made through the real commands; amounts are in fen."""

import io
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from orders.models import DeliveryType, Instance
from people.models import User
from refunds import commands
from refunds.commands import tickets
from refunds.evidence import Limits, Sound, judge
from refunds.models import RefundRequest, Ticket, TicketGround
from tests.factories import (
    NOW,
    ProductFactory,
    ask,
    ask_service,
    buy,
    ground,
    make_member,
    offer_on,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMITS = Limits(file_bytes=1024**2, pixels=1_000_000, pdf_pages=3, seconds=30)


def for_ground(code: str = "late_delivery") -> TicketGround:
    return TicketGround.objects.get(code=code)


def buy_image(*, price: int = 10_000, at: datetime = NOW, **kwargs: Any) -> Instance:
    """A paid image: refunded by ticket only."""
    product = ProductFactory.create(delivery_type=DeliveryType.IMAGE)
    return buy(product=product, prices=(price,), at=at, **kwargs)


def a_ticket(instance: Instance | None = None, *, at: datetime = NOW, **kwargs: Any) -> Ticket:
    """An open ticket outside any window, by the buyer."""
    instance = instance or buy_image()
    told: dict[str, Any] = {"description": "It never started.", "ground": for_ground()}
    return tickets.open_ticket(
        instance_id=instance.pk, buyer=instance.buyer, now=at, **(told | kwargs)
    )


def a_rejected_request(instance: Instance | None = None, *, at: datetime = NOW) -> RefundRequest:
    """A SaaS request that the vendor rejected an hour later."""
    request = ask(instance, at=at)
    commands.reject(
        request_id=request.pk,
        actor=make_member(request.vendor),
        ground=ground(),
        text="Used up.",
        now=at + HOUR,
    )
    request.refresh_from_db()
    return request


def an_appeal(request: RefundRequest | None = None, *, at: datetime = NOW + 2 * HOUR) -> Ticket:
    """An open appeal against a rejection."""
    request = request or a_rejected_request()
    return tickets.appeal(request_id=request.pk, buyer=request.buyer, now=at)


def an_inside_ticket(instance: Instance | None = None, *, at: datetime = NOW) -> Ticket:
    """All submissions used up inside the window, then a ticket a day after the purchase `at`."""
    instance = instance or buy(at=at)
    for _ in range(3):
        request = ask(instance, at=at)
        commands.cancel(request_id=request.pk, buyer=instance.buyer, now=at)
    return tickets.open_ticket(
        instance_id=instance.pk, buyer=instance.buyer, description="Again.", now=at + DAY
    )


def a_deadlock(*, declined: int = 2, at: datetime = NOW, **purchase: Any) -> RefundRequest:
    """A request for a manual service, with so many offers that its buyer has declined."""
    request = ask_service(at=at, **purchase)
    member = make_member(request.vendor)
    for _ in range(declined):
        offered = offer_on(request, by=member, at=at)
        commands.decline_offer(offer_id=offered.pk, buyer=request.buyer, now=at)
    return request


def a_vendors_appeal(
    request: RefundRequest | None = None, *, actor: User | None = None, at: datetime = NOW + HOUR
) -> Ticket:
    """An open appeal by the vendor, after two declined offers."""
    request = request or a_deadlock()
    return tickets.appeal_as_vendor(
        request_id=request.pk,
        actor=actor or make_member(request.vendor),
        text="Half of it is done, and half is what we offer.",
        now=at,
    )


def a_waiting_request() -> RefundRequest:
    """A request that the clock does not decide, as those of manual services are."""
    request = ask()
    # The guard keeps what was submitted as it was; here it is made as another policy would.
    changed = RefundRequest.objects.get(pk=request.pk)
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW)
    changed.pk, changed.approves_at_deadline, changed.due_at = None, False, NOW + 5 * DAY
    changed.save(force_insert=True)
    Instance.objects.filter(pk=changed.instance_id).update(held_by=changed.reference)
    return changed


def picture(*, size: tuple[int, int] = (8, 6), kind: str = "PNG", **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, format=kind, **more)
    return made.getvalue()


def a_file(name: str = "proof.png") -> Sound:
    return judge(name, picture(), LIMITS)
