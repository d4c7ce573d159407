"""Lists of 100,000 rows: followed to the end by key, their real pages on the way; searches."""

import os
from functools import partial
from multiprocessing import get_context
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from bench.measure import Result, compared, median
from bench.pages import List, Reader
from bench.world import World, add_purchases, reject_every_second
from billing.models import Entry
from billing.queries import account_of, statement_of
from kernel import keyset
from orders.models import Instance
from refunds.models import RefundRequest
from refunds.transitions import Status

ROWS = 100_000
SIZE = 100
TIMES = 9
# Of so many pages on the way, one is the site's own.
EVERY = 25
WORDS = {"for an order": "B112345", "for nothing": "no such thing"}


def run(world: World) -> list[Result]:
    """Read each list to its end, its pages beside the first one; then search in it."""
    add_purchases(world, 2 * ROWS)
    reject_every_second(world)
    # Pages are mostly computing: a list for each core, on a connection of its own.
    connections.close_all()
    with get_context("fork").Pool(os.cpu_count()) as pool:
        walked = pool.map(partial(_to_the_end, world), range(len(_lists(world))), chunksize=1)
    return [
        *(result for results in walked for result in results),
        *_searches(world),
        _keyset_beside_offset(world),
    ]


def _lists(world: World) -> list[List]:
    """Each with the rows that it must show, said without its filters."""
    buyer, member, product = world.buyer, world.member, world.product.pk
    requests = RefundRequest.objects.filter(buyer=buyer).select_related("instance")
    pending, rejected = (requests.filter(status=s) for s in (Status.PENDING, Status.REJECTED))
    held = Instance.objects.filter(buyer=buyer).exclude(held_by="")
    lines = statement_of(account_of(buyer)).filter(transaction__kind="deduct")
    since = timezone.localdate(lines.order_by("-id")[ROWS].transaction.posted_at)
    recent = lines.filter(transaction__posted_at__date__gte=since)
    statement = f"{reverse('transactions')}?kind=deduct&since={since}"
    queue = f"{reverse('vendor_refunds')}?product={product}"
    mine, theirs = f"{reverse('refunds')}?status=pending", f"{queue}&state=rejected"
    held_url = f"{reverse('purchases')}?state=refunding"
    newest, soonest = ("id",), ("due_at", "id")
    return [
        List("purchases being refunded", buyer, held_url, held, ("purchased_at", "id"), _purchase),
        List("requests that are pending", buyer, mine, pending, newest, _refund),
        List("deductions since a day", buyer, statement, recent, newest, _line),
        List(
            "the vendor's queue of a product",
            member,
            queue,
            pending,
            soonest,
            _case,
            descending=False,
        ),
        List("the vendor's rejected of a product", member, theirs, rejected, newest, _case),
    ]


def _purchase(instance: Model) -> str:
    return reverse("purchase", args=[getattr(instance, "resource_id", "")])


def _refund(request: Model) -> str:
    return reverse("refund", args=[request.pk])


def _case(request: Model) -> str:
    return reverse("vendor_refund", args=[request.pk])


def _line(entry: Model) -> str:
    return entry.transaction.reference if isinstance(entry, Entry) else ""


def _to_the_end(world: World, nth: int) -> list[Result]:
    """The real pages along the whole list, and its last full one, beside the first page.

    Raises `AssertionError` unless the pages make up the list, every row once, and the site's
    own say the same rows and the same next page, at the same cost.
    """
    each = _lists(world)[nth]
    # In this process alone: what stands around the rows is drawn a fifth as often.
    keyset.PAGE_SIZE = SIZE
    reader = Reader(each.reader)
    links = _walked(each)
    reader.page(each.url)
    pages, firsts, queries = [], [], set()
    for link, shown, onward in links[::EVERY]:
        page = reader.page(link)
        if (page.rows, page.next_url) != (shown, onward):
            raise AssertionError(f"{link} does not go on where it should")
        pages.append(page.seconds)
        queries.add(page.queries)
        # In between, so that both meet the same weather.
        firsts.append(reader.page(each.url).seconds)
    if len(queries) > 1:
        raise AssertionError(f"{each.name}: full pages cost {queries} queries")
    full = next(link for link, shown, _onward in reversed(links) if len(shown) == SIZE)
    last, beside = compared(lambda: reader.page(full), lambda: reader.page(each.url), TIMES)
    return [
        Result(
            f"{each.name}, {queries.pop()} queries each",
            "first page",
            1,
            median(pages),
            median(firsts),
        ),
        Result(f"{each.name}, last full page", "first page", 1, last, beside),
    ]


def _walked(each: List) -> list[tuple[str, list[str], str]]:
    """Every page by its address, with the rows that it must show and the address of the next."""
    path, _, asked = each.url.partition("?")
    walked, seen, link = [], set(), f"?{asked}"
    while link:
        query = QueryDict(link[1:])
        page = keyset.paginate(
            each.rows, key=each.key, descending=each.descending, query=query, size=SIZE
        )
        onward = f"{path}{page.next_url}" if page.next_url else ""
        walked.append((f"{path}{link}", [each.shown(row) for row in page.rows], onward))
        seen.update(walked[-1][1])
        link = page.next_url
    told, count = sum(len(shown) for _link, shown, _onward in walked), each.rows.count()
    if count < ROWS or {told, len(seen)} != {count}:
        raise AssertionError(f"{each.name}: {len(seen)} of {count} in {told} rows")
    return walked


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
        for what, words in WORDS.items():
            found, first = compared(
                partial(reader.page, f"{url}?{urlencode({field: words})}"),
                partial(reader.page, url),
                TIMES,
            )
            results.append(Result(f"search in {page} {what}", "first page", 1, found, first))
    return results


def _keyset_beside_offset(world: World) -> Result:
    rows = RefundRequest.objects.filter(buyer=world.buyer).order_by("-id")
    middle = rows.values_list("pk", flat=True)[ROWS // 2]
    by_key, by_offset = compared(
        lambda: list(rows.filter(pk__lt=middle)[:SIZE]),
        lambda: list(rows[ROWS // 2 : ROWS // 2 + SIZE]),
        TIMES,
    )
    return Result("a page in the middle by key", "by OFFSET", 1, by_key, by_offset)
