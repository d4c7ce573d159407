"""Lists of 100,000 rows, read to the end by key with filters on; keyset beside OFFSET."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from bench.measure import Result, timed
from bench.world import World, add_purchases
from billing.filters import StatementFilter
from billing.queries import account_of, statement_of
from kernel.keyset import paginate
from refunds.filters import PurchaseFilter, RefundFilter, VendorFilter
from refunds.models import RefundRequest
from refunds.queries import purchases_of, requests_of, requests_to

ROWS = 100_000
SIZE = 100
TIMES = 20


@dataclass(frozen=True, slots=True)
class List:
    """A list as its page reads it: its filter, its key and the way down."""

    name: str
    rows: QuerySet[Any]
    key: tuple[str, ...]
    descending: bool

    def page(self, query: QueryDict) -> Any:
        return paginate(self.rows, key=self.key, descending=self.descending, query=query, size=SIZE)


def run(world: World) -> list[Result]:
    """Read each list to its end, beside reading its first page as often."""
    add_purchases(world, ROWS)
    return [
        *(_to_the_end(each) for each in _lists(world)),
        _keyset_beside_offset(world),
    ]


def _lists(world: World) -> list[List]:
    asked = HttpRequest()
    asked.user = world.member
    newest = {"descending": True}
    return [
        List(
            "purchases that are active, to the end",
            PurchaseFilter({"state": "active"}, purchases_of(world.buyer)).qs,
            ("purchased_at", "id"),
            **newest,
        ),
        List(
            "requests that are pending, to the end",
            RefundFilter({"status": "pending"}, requests_of(world.buyer)).qs,
            ("id",),
            **newest,
        ),
        List(
            "deductions in the statement, to the end",
            StatementFilter({"kind": "deduct"}, statement_of(account_of(world.buyer))).qs,
            ("id",),
            **newest,
        ),
        List(
            "the vendor's queue of a product, to the end",
            VendorFilter(
                {"product": str(world.product.pk)},
                requests_to(world.member).filter(status="pending"),
                request=asked,
            ).qs,
            ("due_at", "id"),
            descending=False,
        ),
    ]


def _to_the_end(each: List) -> Result:
    pages = 0

    def walk() -> None:
        nonlocal pages
        query, seen = QueryDict(""), 0
        while True:
            page = each.page(query)
            pages, seen = pages + 1, seen + len(page.rows)
            if not page.next_url:
                break
            query = QueryDict(page.next_url.removeprefix("?"))
        if seen < ROWS:
            raise AssertionError(f"{each.name}: {seen} of {ROWS} rows")

    seconds = timed(walk)
    first = _repeated(lambda: each.page(QueryDict("")), pages)
    return Result(each.name, f"first page of {SIZE}", pages, seconds, first)


def _keyset_beside_offset(world: World) -> Result:
    rows = RefundRequest.objects.filter(buyer=world.buyer).order_by("-id")
    middle = rows.values_list("pk", flat=True)[ROWS // 2]
    keyset = _repeated(lambda: list(rows.filter(pk__lt=middle)[:20]), TIMES)
    offset = _repeated(lambda: list(rows[ROWS // 2 : ROWS // 2 + 20]), TIMES)
    return Result("20 rows in the middle by key", "by OFFSET", TIMES, keyset, offset)


def _repeated(work: Callable[[], object], times: int) -> float:
    work()
    return timed(lambda: [work() for _ in range(times)])
