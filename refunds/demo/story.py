"""What happens in the demo. Every time is a distance from `now`; nothing pretends."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from orders.models import OrderKind
from refunds.demo.catalogue import AT_THE_LIMIT, BUYER, LI_NA, SOFIA, VENDOR, WANG
from refunds.demo.mailbox import read_inbox
from refunds.demo.room import most_orders, with_room
from refunds.demo.script import Purchase, Script
from refunds.models import RefundReason

DECISION = timedelta(days=3)
CREDIT = timedelta(minutes=30)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def _bought(script: Script, now: datetime, code: str, ago: float, **more: Any) -> Purchase:
    return Purchase(script, code=code, at=now - days(ago), **({"buyer": BUYER} | more))


def the_past(script: Script, now: datetime) -> None:
    """What a portal that has been running for weeks has seen: every state there is."""

    bought = partial(_bought, script, now)
    # Approved by the vendor and credited.
    bought("desk-pro", 40, coupon=20_000).asked(
        now - days(38),
        RefundReason.NOT_AS_DESCRIBED,
        "The mobile app that the page promises is not available yet.",
    ).approved(now - days(37)).swept(now - days(37) + CREDIT)
    # A service that nobody began, given back in full.
    bought("onboard", 34).asked(now - days(33), RefundReason.NO_LONGER_NEEDED).approved(
        now - days(31)
    ).swept(now - days(31) + CREDIT)
    # Nobody decided: approved at the deadline, then credited.
    bought("etl-flow", 33, buyer=SOFIA).asked(now - days(32), RefundReason.DOES_NOT_WORK).swept(
        now - days(32) + DECISION
    ).swept(now - days(32) + DECISION + CREDIT)
    # Rejected; the window closed afterwards.
    bought("sign-std", 21).asked(now - days(20), RefundReason.NO_LONGER_NEEDED).rejected(
        now - days(19),
        "consumed",
        "860 of the 1,000 signatures have been used. We are glad to help with the rest.",
    )
    # Withdrawn, and in use ever since.
    bought("crm-team", 16, coupon=50_000).asked(now - days(15), RefundReason.MISTAKE).cancelled(
        now - days(14.5)
    )
    _other_ways(script, now)
    _at_the_limit(script, now)


def _other_ways(script: Script, now: datetime) -> None:
    """What self-service does not refund, and why not; services, which have no clock."""
    bought = partial(_bought, script, now)
    for code, ago in (("geo-api", 12), ("hardened", 11), ("free-img", 11), ("migrate", 9)):
        bought(code, ago)
    # A year's licence prolonged: its refund goes by ticket.
    bought("ci-team", 2, kind=OrderKind.RENEWAL)
    # A vendor who has let the time for a service pass, so that the buyer may appeal.
    bought("pentest", 8).asked(
        now - days(7), RefundReason.NOT_DELIVERED, "No date has been offered for weeks."
    )
    bought("scan", 45)  # has expired
    bought("review", 8)
    # What was told before has been read.
    for reader in (BUYER, VENDOR):
        script.at(now - days(16), partial(read_inbox, reader))


def _at_the_limit(script: Script, now: datetime) -> None:
    """A buyer who has had as many orders refunded as the rules allow, and has bought another."""
    most = most_orders(now) or 0
    for nth in range(most):
        at = now - days(60 - 7 * nth)
        Purchase(script, buyer=AT_THE_LIMIT, code="forms-lite", at=at).asked(
            at + hours(3), RefundReason.MISTAKE
        ).approved(at + hours(9)).swept(at + hours(9) + CREDIT)
    Purchase(script, buyer=AT_THE_LIMIT, code="crm-team", at=now - hours(40))


def to_watch(script: Script, now: datetime) -> None:
    """Two requests for whoever has just started the site: about to be approved and credited."""
    soon, later = timedelta(seconds=75), timedelta(seconds=100)
    # Whoever signs in as the buyer shall have something left to refund.
    buyer = with_room(BUYER, now, spare=2)
    Purchase(script, buyer=buyer, code="forms-lite", at=now - DECISION - hours(2) + soon).asked(
        now - DECISION + soon, RefundReason.NO_LONGER_NEEDED, "One form was all we needed."
    )
    Purchase(script, buyer=BUYER, code="onboard", at=now - hours(20), coupon=38_800).asked(
        now - hours(5), RefundReason.NOT_AS_DESCRIBED
    ).approved(now - CREDIT + later)


def to_refund(script: Script, now: datetime) -> None:
    """Purchases that the buyer may ask to have refunded."""
    for code, ago, coupon in (("crm-team", 3, 60_000), ("bi-std", 29, 0), ("waf", 58, 30_000)):
        Purchase(script, buyer=BUYER, code=code, at=now - hours(ago), coupon=coupon)


def to_decide(script: Script, now: datetime) -> None:
    """Requests that wait for the vendor, with deadlines from hours to days ahead."""
    Purchase(script, buyer=with_room(WANG, now), code="sign-std", at=now - hours(30)).asked(
        now - hours(6), RefundReason.DOES_NOT_WORK, "Our seal cannot be uploaded."
    )
    Purchase(script, buyer=with_room(SOFIA, now), code="desk-pro", at=now - days(3.4)).asked(
        now - days(2.9), RefundReason.NOT_DELIVERED, "Nobody has answered since we paid."
    )
    Purchase(script, buyer=with_room(LI_NA, now), code="crm-team", at=now - days(2)).asked(
        now - hours(28), RefundReason.MISTAKE
    )
