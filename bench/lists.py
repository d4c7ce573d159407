"""Lists of 100,000 rows: their real pages, followed to the end with filters on; searches."""

import os
from collections.abc import Callable
from multiprocessing import get_context
from urllib.parse import urlencode

from django.db import connections
from django.urls import reverse
from django.utils import timezone

from bench.measure import Result, timed
from bench.pages import List, Page, Reader
from bench.world import World, add_purchases, reject_every_second
from billing.filters import StatementFilter
from billing.queries import account_of, statement_of
from kernel import keyset
from refunds.models import RefundRequest
from refunds.transitions import Status

ROWS = 100_000
SIZE = 100
TIMES = 20
EVERY = 20
WORDS = {"for an order": "B112345", "for nothing": "no such thing"}


def run(world: World) -> list[Result]:
    """Read each list to its end, beside its first page as often; then search in it."""
    add_purchases(world, 2 * ROWS)
    reject_every_second(world)
    lists = _lists(world)
    # Pages are mostly computing: a list for each core, on a connection of its own.
    connections.close_all()
    with get_context("fork").Pool(os.cpu_count()) as pool:
        walked = pool.map(_to_the_end, lists, chunksize=1)
    return [
        *(result for results in walked for result in results),
        *_searches(world),
        _keyset_beside_offset(world),
    ]


def _lists(world: World) -> list[List]:
    buyer, member, product = world.buyer, world.member, world.product.pk
    pending = RefundRequest.objects.filter(status=Status.PENDING).count()
    rejected = RefundRequest.objects.filter(status=Status.REJECTED).count()
    lines = statement_of(account_of(buyer))
    since = timezone.localdate(lines.order_by("-id")[ROWS].transaction.posted_at)
    narrowed = {"kind": "deduct", "since": str(since)}
    deducted = StatementFilter(narrowed, lines).qs.count()
    statement = f"{reverse('transactions')}?kind=deduct&since={since}"
    queue = f"{reverse('vendor_refunds')}?product={product}"
    return [
        List("purchases being refunded", buyer, f"{reverse('purchases')}?state=refunding", pending),
        List("requests that are pending", buyer, f"{reverse('refunds')}?status=pending", pending),
        List("deductions since a day", buyer, statement, deducted),
        List("the vendor's queue of a product", member, queue, pending),
        List("the vendor's rejected of a product", member, f"{queue}&state=rejected", rejected),
    ]


def _to_the_end(each: List) -> list[Result]:
    """The walk, and its last page, beside the first page.

    Raises `AssertionError` unless every row is shown once and full pages cost the same.
    """
    # In this process alone: what stands around the rows is drawn a fifth as often.
    keyset.PAGE_SIZE = SIZE
    reader, url = Reader(each.reader), each.url
    reader.page(url)
    pages: list[Page] = []
    firsts: list[float] = []
    full = url
    while url:
        pages.append(reader.page(url))
        if len(pages) % EVERY == 1:
            # In between, so that both meet the same weather.
            firsts.append(reader.page(each.url).seconds)
        full = url if len(pages[-1].rows) == SIZE else full
        url = pages[-1].next_url
    queries = _checked(each, pages)
    first = sum(firsts) / len(firsts)
    walking, as_often = sum(page.seconds for page in pages), first * len(pages)
    last, beside = (reader.seconds(page, TIMES) for page in (full, each.url))
    return [
        Result(f"{each.name}, {queries} queries each", "first page", len(pages), walking, as_often),
        Result(f"{each.name}, last full page", "first page", TIMES, last, beside),
    ]


def _checked(each: List, pages: list[Page]) -> int:
    """How many queries a full page of the walk costs."""
    rows = [row for page in pages for row in page.rows]
    if each.count < ROWS or len(rows) != each.count or len(set(rows)) != each.count:
        raise AssertionError(f"{each.name}: {len(set(rows))} of {each.count} in {len(rows)} rows")
    (queries, *others) = {page.queries for page in pages if len(page.rows) == SIZE}
    if others:
        raise AssertionError(f"{each.name}: full pages cost {queries} or {others} queries")
    return queries


def _searches(world: World) -> list[Result]:
    """Parts of words, which no index helps to find: among all rows of the reader's."""
    lists = (
        ("purchases", "q", world.buyer),
        ("refunds", "q", world.buyer),
        ("transactions", "order", world.buyer),
        ("vendor_refunds", "q", world.member),
    )
    results = []
    for page, field, person in lists:
        reader, url = Reader(person), reverse(page)
        first = reader.seconds(url, TIMES)
        for what, words in WORDS.items():
            found = reader.seconds(f"{url}?{urlencode({field: words})}", TIMES)
            results.append(Result(f"search in {page} {what}", "first page", TIMES, found, first))
    return results


def _keyset_beside_offset(world: World) -> Result:
    rows = RefundRequest.objects.filter(buyer=world.buyer).order_by("-id")
    middle = rows.values_list("pk", flat=True)[ROWS // 2]
    keyset = _repeated(lambda: list(rows.filter(pk__lt=middle)[:SIZE]))
    offset = _repeated(lambda: list(rows[ROWS // 2 : ROWS // 2 + SIZE]))
    return Result("a page in the middle by key", "by OFFSET", TIMES, keyset, offset)


def _repeated(work: Callable[[], object]) -> float:
    work()
    return timed(lambda: [work() for _ in range(TIMES)])
