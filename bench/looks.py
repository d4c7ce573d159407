"""What is looked at often, with much behind it: a vendor's earnings, and the reminders' sweep."""

from functools import partial

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench.measure import Result, compared
from bench.pages import Reader
from bench.world import World, remind_of_all
from billing.queries import account_ids
from refunds import commands

TIMES = 9

SUMS_IN_SQL = """
SELECT product_id, date_trunc('month', posted_at), sum(amount), sum(commission)
FROM billing_earning WHERE account_id = %s GROUP BY 1, 2
"""
NOTHING_DUE = """
SELECT id FROM refunds_refundrequest WHERE status = 'pending' AND approves_at_deadline
    AND set_aside_at IS NULL AND due_at <= now() ORDER BY due_at, id LIMIT 1000
    FOR NO KEY UPDATE SKIP LOCKED
"""


def run(world: World) -> list[Result]:
    """The page beside the bare sums, a sweep with nothing to do beside one look for what is due."""
    vendor = world.product.vendor_id
    _buyers, vendors, _platform = account_ids(buyer_ids=(), vendor_ids=[vendor], currencies=())
    reader = Reader(world.member)
    page, sums = compared(
        partial(reader.page, reverse("vendor_earnings")),
        partial(_read, SUMS_IN_SQL, vendors[vendor]),
        TIMES,
    )
    count = remind_of_all()
    now = timezone.now()
    sweep, look = compared(lambda: commands.remind_due(now=now), partial(_read, NOTHING_DUE), TIMES)
    return [
        Result("the page of a vendor's earnings", "bare sums in SQL", 1, page, sums),
        Result(f"a reminders' sweep after {count:,}", "a look in SQL", 1, sweep, look),
    ]


def _read(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.fetchall()
