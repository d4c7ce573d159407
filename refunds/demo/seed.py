"""Seeding: the past once, the present at each start."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from billing.commands import lock_buyers
from orders.models import DeliveryType
from people.models import User
from refunds.demo.catalogue import BUYER, OTHERS, VENDOR, make_marketplace, person
from refunds.demo.crowd import the_crowd
from refunds.demo.deliveries import the_deliveries, to_accept
from refunds.demo.imports import the_imports
from refunds.demo.invoices import the_invoices
from refunds.demo.negotiations import the_negotiations
from refunds.demo.rules import rules_to_come
from refunds.demo.script import Script
from refunds.demo.story import the_past, to_decide, to_refund, to_watch
from refunds.demo.tickets import the_tickets
from refunds.queries import (
    counted_orders,
    policies_at,
    purchases_of,
    requests_to,
    situation_of,
)
from refunds.transitions import Status

ENOUGH = 3


def seed(*, now: datetime) -> None:
    """Make what the demo lacks, through the real commands and in order of time.

    The first call makes people, products and some weeks of history. Every call adds two
    requests and a service to watch, and fills up what there is to refund and to decide, so
    that an old demo is as good as a new one. A call that is broken off leaves nothing behind.
    """
    script = Script()
    with _all_or_nothing():
        if not User.objects.filter(email=BUYER).exists():
            make_marketplace()
            the_past(script, now)
            the_crowd(script, now)
            the_invoices(script, now)
            the_deliveries(script, now)
            the_negotiations(script, now)
            the_tickets(script, now)
            the_imports(script, now)
        if _refundable(now) < ENOUGH:
            to_refund(script, now)
        to_us = requests_to(person(VENDOR)).filter(status=Status.PENDING)
        if to_us.filter(approves_at_deadline=True).count() < ENOUGH:
            to_decide(script, now)
        to_watch(script, now)
        to_accept(script, now)
        rules_to_come(now)
        script.play()


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Commit together what commands do that open transactions of their own."""
    transaction.set_autocommit(False)
    try:
        with transaction.atomic():
            # In one order and ahead of the story, as a sweep takes them that runs meanwhile.
            buyers = User.objects.filter(email__in=[BUYER, *OTHERS])
            lock_buyers(buyers.values_list("pk", flat=True))
        yield
        transaction.commit()
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


def _refundable(now: datetime) -> int:
    """How many the buyer may refund that the clock would decide; services wait for longer."""
    policies = policies_at(now)
    bought = purchases_of(person(BUYER)).filter(delivery_type=DeliveryType.SAAS)
    recent = bought.order_by("-purchased_at")[:50]
    counted = counted_orders(person(BUYER).pk)
    situations = (situation_of(one, policies, now=now, counted=counted) for one in recent)
    return sum(situation.eligibility.allowed for situation in situations)
