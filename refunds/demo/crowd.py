"""The rest of the marketplace: other buyers, months of purchases, the usual outcomes.

The same at every first start but for the day: the dice are loaded.
"""

import random
from collections import Counter
from datetime import datetime, timedelta

from orders.models import DeliveryType
from refunds.demo.catalogue import CROWD, ITEMS, Item
from refunds.demo.room import most_orders
from refunds.demo.script import Purchase, Script
from refunds.models import RefundReason

PURCHASES = 210
MONTHS = timedelta(days=150)
# So long ago that every request has been decided and credited since.
SETTLED = timedelta(days=12)
ASKED_AFTER = (2, 80)  # hours
DECIDED_AFTER = (1, 60)  # hours, before the deadline of three days

COMMENTS = {
    RefundReason.NOT_DELIVERED: (
        "The account was never activated.",
        "We have been waiting for the setup call since we paid.",
        "",
    ),
    RefundReason.NOT_AS_DESCRIBED: (
        "The page promises single sign-on; it is only in the larger plan.",
        "The export leaves out attachments.",
        "",
    ),
    RefundReason.DOES_NOT_WORK: (
        "It cannot connect to our database version.",
        "The agent stops after a few minutes on every host.",
        "",
    ),
    RefundReason.MISTAKE: ("We meant to buy the smaller plan.", "Ordered twice by two teams.", ""),
    RefundReason.NO_LONGER_NEEDED: ("The project was stopped.", ""),
}
REFUSALS = (
    ("consumed", "The quota of this plan has been used up; the usage report is in your console."),
    ("delivered_as_agreed", "Everything in the agreed scope was delivered and confirmed by mail."),
    ("duplicate", "This purchase was settled with a credit note under your other order."),
)


def the_crowd(script: Script, now: datetime) -> None:
    """Some two hundred purchases by a dozen buyers, spread over five months."""
    dice = random.Random(20)  # noqa: S311 (nothing here is secret)
    most, asked = most_orders(now) or PURCHASES, Counter[str]()
    for _ in range(PURCHASES):
        item, at = _choice(dice), now - MONTHS * dice.random() - timedelta(hours=1)
        coupon = item.price // 10 // 100 * 100 if dice.random() < 0.25 else 0
        bought = Purchase(script, buyer=dice.choice(CROWD), code=item.code, at=at, coupon=coupon)
        is_settled = item.delivery_type == DeliveryType.SAAS and at < now - SETTLED
        if is_settled and asked[bought.buyer] < most and dice.random() < 0.5:
            asked[bought.buyer] += 1
            _outcome(dice, bought, at)


def _choice(dice: random.Random) -> Item:
    # Cheap things are bought more often.
    weights = [1 / (1 + item.price / 100_000) for item in ITEMS]
    return dice.choices(ITEMS, weights)[0]


def _outcome(dice: random.Random, bought: Purchase, at: datetime) -> None:
    reason = dice.choice(list(COMMENTS))
    asked = at + timedelta(hours=dice.uniform(*ASKED_AFTER))
    decided = asked + timedelta(hours=dice.uniform(*DECIDED_AFTER))
    credited = decided + timedelta(minutes=31)
    bought.asked(asked, reason, dice.choice(COMMENTS[reason]))
    match dice.choices(("approved", "deadline", "rejected", "cancelled"), (45, 25, 20, 10))[0]:
        case "approved":
            bought.approved(decided).swept(credited)
        case "rejected":
            bought.rejected(decided, *dice.choice(REFUSALS))
        case "cancelled":
            bought.cancelled(decided)
        case _:
            deadline = asked + timedelta(days=3)
            bought.swept(deadline).swept(deadline + timedelta(minutes=31))
