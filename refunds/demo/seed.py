"""Seeding: the past once, the present at each start."""

from datetime import datetime

from people.models import User
from refunds.demo.catalogue import BUYER, VENDOR, make_marketplace, person
from refunds.demo.crowd import the_crowd
from refunds.demo.script import Script
from refunds.demo.story import LAST, the_past, to_decide, to_refund, to_watch
from refunds.queries import policies_at, purchases_of, requests_to, situation_of
from refunds.transitions import Status

ENOUGH = 3


def seed(*, now: datetime) -> None:
    """Make what the demo lacks, through the real commands and in order of time.

    The first call makes people, products and some weeks of history. Every call adds two
    requests to watch, and fills up what there is to refund and to decide, so that an old
    demo is as good as a new one.
    """
    script = Script()
    if not User.objects.filter(email=BUYER).exists():
        make_marketplace()
    if not purchases_of(person(BUYER)).filter(product__code=LAST).exists():
        the_past(script, now)
        the_crowd(script, now)
    if _refundable(now) < ENOUGH:
        to_refund(script, now)
    if requests_to(person(VENDOR)).filter(status=Status.PENDING).count() < ENOUGH:
        to_decide(script, now)
    to_watch(script, now)
    script.play()


def _refundable(now: datetime) -> int:
    policies = policies_at(now)
    recent = purchases_of(person(BUYER)).order_by("-purchased_at")[:50]
    return sum(situation_of(one, policies, now=now).eligibility.allowed for one in recent)
