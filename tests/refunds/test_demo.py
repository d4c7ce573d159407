"""The demo is whole or not there, is told once, and is topped up ever after."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from orders.models import Order
from people.models import User
from refunds import commands
from refunds.demo.seed import seed
from refunds.models import RefundRequest
from refunds.transitions import Status
from tests.processes import database_url, sessions, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

Told = tuple[int, int, Counter[str]]


def told() -> Told:
    """How many people and orders there are, and how many requests in each state."""
    statuses = RefundRequest.objects.values_list("status", flat=True)
    return User.objects.count(), Order.objects.count(), Counter(statuses)


def _orders_begun() -> int:
    """Also by a transaction that nobody else sees yet: a sequence is not rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM orders_order_id_seq")
        return int(cursor.fetchone()[0])


def test_a_seeding_that_is_killed_half_way_leaves_nothing() -> None:
    nothing = told()
    before = _orders_begun()
    seeding = subprocess.Popen(
        [sys.executable, "manage.py", "seed_demo"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url(), "DEMO": "1"},
    )
    wait_until(lambda: _orders_begun() > before + 100, "half of the past is told")
    seeding.kill()
    seeding.wait()
    wait_until(lambda: not sessions(), "its transaction has ended")
    assert told() == nothing


def test_a_week_later_there_is_something_to_watch_to_refund_and_to_decide_again(
    the_ledger_agrees: Callable[[], None],
) -> None:
    now = timezone.now()
    seed(now=now - timedelta(days=7))
    assert set(told()[2]) == {*Status}
    the_ledger_agrees()
    commands.approve_due(now=now)
    commands.credit_due(now=now)
    people, orders, statuses = told()
    # Those of manual services, which no clock approves.
    assert statuses["pending"] == 5
    seed(now=now)
    # The buyer keeps some orders to refund: somebody new asks for what is only to be watched.
    assert told() == (people + 1, orders + 9, statuses + Counter(pending=4, approved=1))
    seed(now=now)
    assert told() == (people + 2, orders + 12, statuses + Counter(pending=5, approved=2))
