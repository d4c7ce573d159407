"""Buyers whom the limit of self-service refunds still leaves something (R3)."""

from datetime import datetime

from orders.models import DeliveryType
from people.commands import register_person
from people.models import User
from refunds.demo.catalogue import person
from refunds.eligibility import orders_left
from refunds.queries import counted_orders, policies_at

NAMES = ("Mo Fan", "Elsa Holm", "Qin Yi", "Noor Haddad", "Shen Bo", "Liam Byrne", "Tao Jia")


def most_orders(now: datetime) -> int | None:
    """How many orders the rules refund to one buyer; None without a limit."""
    return policies_at(now)[DeliveryType.SAAS].max_refunded_orders


def with_room(email: str, now: datetime, *, spare: int = 0) -> str:
    """The buyer, if more than `spare` orders are left to refund; somebody new otherwise."""
    used = len(counted_orders(person(email).pk).get(DeliveryType.SAAS, ()))
    left = orders_left(most_orders(now), used)
    if left is None or left > spare:
        return email
    return _newcomer()


def _newcomer() -> str:
    number = User.objects.filter(email__startswith="guest").count()
    email = f"guest{number + 1}@example.com"
    register_person(email=email, full_name=NAMES[number % len(NAMES)], password=None)
    return email
