"""Offers, holds and a switch for the small world, in a request each (R4, R8)."""

from datetime import datetime, timedelta

from refunds import commands
from refunds.models import Hold, Offer, RefundRequest, SweepSwitch
from tests.factories import NOW, ask, ask_service, hold_on, make_user, offer_on

HOUR = timedelta(hours=1)


def negotiated() -> tuple[dict[str, int], dict[str, RefundRequest]]:
    """The ids of offers, holds and the switch, and the requests that they stand on."""
    request, parted, held = ask_service(), ask_service(), ask()
    declined = offer_on(request, amount=1_000)
    commands.decline_offer(offer_id=declined.pk, buyer=request.buyer, now=NOW)
    accepted = offer_on(parted)
    commands.accept_offer(offer_id=accepted.pk, buyer=parted.buyer, now=NOW + HOUR)
    ended = hold_on(held, days=7)
    _release(held, NOW + 48 * HOUR)
    rows: dict[str, Offer | Hold | SweepSwitch] = {
        "declined_offer": declined,
        "open_offer": offer_on(request),
        "accepted_offer": accepted,
        "ended_hold": ended,
        "hold": hold_on(held, days=1, at=NOW + 48 * HOUR),
        "switch": _switched(),
    }
    return (
        {name: row.pk for name, row in rows.items()},
        {"negotiated": request, "parted": parted, "held": held},
    )


def _release(request: RefundRequest, now: datetime) -> None:
    commands.release_hold(
        request_id=request.pk,
        actor=make_user(operator=True),
        note="Clear.",
        now=now,
    )


def _switched() -> SweepSwitch:
    """Stopped and started again, so that the world's sweeps run."""
    operator = make_user(operator=True)
    commands.stop_sweeps(actor=operator, reason="A drill.", now=NOW)
    commands.start_sweeps(actor=operator, reason="It is over.", now=NOW)
    return SweepSwitch.objects.latest("pk")
