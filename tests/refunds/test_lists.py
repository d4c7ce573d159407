"""Lists are narrowed by words and states and paged by key, at a constant cost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import DeliveryType, Instance
from refunds import commands
from refunds.models import RefundRequest
from refunds.queries import counts_by_status
from refunds.transitions import DecidedBy
from tests.factories import NOW, ProductFactory, ask, buy, make_member, make_user, no_limit
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db


NEXT = re.compile(r'href="([^"]+)" rel="next"')


def pages(client: Client, url: str) -> Iterator[tuple[list[int], int]]:
    """The ids on each page and its number of queries, following the page's own link to the end."""
    while url:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        yield [row.pk for row in answer.context["page"].rows], len(captured)
        onward = NEXT.search(answer.content.decode())
        url = urljoin(url, unescape(onward[1])) if onward else ""


def shown(client: Client, name: str, **query: str) -> set[int]:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return {row.pk for row in answer.context["page"].rows}


@pytest.fixture
def shelf() -> dict[str, Instance]:
    """One buyer's purchases, one in each state, of several delivery types."""
    now, buyer = timezone.now(), make_user()
    api = ProductFactory.create(name="Geocoding", delivery_type=DeliveryType.API)
    shelf = {
        "active": buy(buyer=buyer, at=now),
        "api": buy(buyer=buyer, product=api, at=now),
        "refunding": buy(buyer=buyer, at=now),
        "expired": buy(buyer=buyer, at=now - timedelta(days=9), expires_at=now),
        "terminated": buy(buyer=buyer, at=now),
    }
    ask(shelf["refunding"], at=now)
    commands.approve(
        request_id=ask(shelf["terminated"], at=now).pk,
        actor=make_user(operator=True),
        decided_by=DecidedBy.OPERATOR,
        note="For the test.",
        now=now,
    )
    return shelf


@pytest.mark.parametrize("state", ["refunding", "expired", "terminated"])
def test_a_state_finds_what_its_rows_show(state: str, shelf: dict[str, Instance]) -> None:
    client = signed_in(shelf["active"].buyer)
    assert shown(client, "purchases", state=state) == {shelf[state].pk}
    rows = client.get(reverse("purchases"), {"state": state}).context["rows"]
    assert {row.state for row in rows} == {state}


def test_active_is_what_is_neither_ending_nor_ended(shelf: dict[str, Instance]) -> None:
    client = signed_in(shelf["active"].buyer)
    assert shown(client, "purchases", state="active") == {shelf["active"].pk, shelf["api"].pk}


def test_words_and_delivery_type_find_purchases(shelf: dict[str, Instance]) -> None:
    client = signed_in(shelf["active"].buyer)
    api = shelf["api"]
    assert shown(client, "purchases", delivery_type="api") == {api.pk}
    for words in ("geocod", api.resource_id, api.order.number.lower()):
        assert shown(client, "purchases", q=words) == {api.pk}
    assert shown(client, "purchases", q="geocod", state="refunding") == set()


@pytest.mark.parametrize("junk", ["\x00", "x" * 10_000, "%", "';--", "\u202e"])
def test_hostile_words_narrow_or_are_refused_but_never_break(
    junk: str, shelf: dict[str, Instance]
) -> None:
    client = signed_in(shelf["active"].buyer)
    for name in ("purchases", "refunds", "transactions"):
        for field in ("q", "state", "status", "kind", "since", "until", "order", "after", "before"):
            answer = client.get(reverse(name), {field: junk})
            assert answer.status_code == (400 if junk == "\x00" else 200)


def test_the_statement_is_narrowed_by_type_day_and_order() -> None:
    # 23:30 on June 30 and 00:30 on July 1, in Shanghai.
    june = NOW - timedelta(hours=10, minutes=30)
    july = june + timedelta(hours=1)
    buyer = make_user()
    first, second = buy(buyer=buyer, at=june), buy(buyer=buyer, at=july)
    client = signed_in(buyer)

    def orders(**query: str) -> set[str]:
        rows = client.get(reverse("transactions"), query).context["page"].rows
        return {row.transaction.order.number for row in rows}

    assert orders(since="2026-07-01") == {second.order.number}
    assert orders(until="2026-06-30") == {first.order.number}
    assert orders(since="2026-06-30", until="2026-07-01") == {
        first.order.number,
        second.order.number,
    }
    assert orders(order=first.order.number) == {first.order.number}
    assert orders(until="9999-12-31") == {first.order.number, second.order.number}
    kinds = client.get(reverse("transactions"), {"kind": "recharge"}).context["page"].rows
    assert {row.transaction.kind for row in kinds} == {"recharge"}


def test_a_vendor_sees_each_state_with_its_count_and_finds_by_buyer_and_product() -> None:
    now = timezone.now()
    product = ProductFactory.create()
    other = ProductFactory.create(vendor=product.vendor)
    member = make_member(product.vendor)
    waiting = ask(buy(product=product, buyer=make_user(full_name="Wang Lei"), at=now), at=now)
    elsewhere = ask(buy(product=other, at=now), at=now)
    withdrawn = ask(buy(product=product, at=now), at=now)
    commands.cancel(request_id=withdrawn.pk, buyer=withdrawn.buyer, now=now)

    assert counts_by_status(member) == {
        "pending": 2,
        "approved": 0,
        "credited": 0,
        "cancelled": 1,
        "rejected": 0,
    }
    client = signed_in(member)
    assert shown(client, "vendor_refunds") == {waiting.pk, elsewhere.pk}
    assert shown(client, "vendor_refunds", state="cancelled") == {withdrawn.pk}
    assert shown(client, "vendor_refunds", q="wang") == {waiting.pk}
    assert shown(client, "vendor_refunds", product=str(other.pk)) == {elsewhere.pk}


def test_another_vendors_product_is_no_choice() -> None:
    mine, theirs = ask(), ask()
    client = signed_in(make_member(mine.vendor))
    product = str(theirs.instance.product_id)
    assert shown(client, "vendor_refunds", product=product) == {mine.pk}


def test_the_queue_is_in_order_of_the_deadline() -> None:
    product, now = ProductFactory.create(), timezone.now()
    late = ask(buy(product=product, at=now), at=now)
    soon = ask(buy(product=product, at=now), at=now - timedelta(minutes=5))
    client = signed_in(make_member(product.vendor))
    rows = client.get(reverse("vendor_refunds")).context["page"].rows
    assert [row.pk for row in rows] == [soon.pk, late.pk]


def test_a_case_shows_this_buyers_and_this_products_other_requests() -> None:
    product, buyer, now = ProductFactory.create(), make_user(), timezone.now()
    case, earlier = (ask(buy(product=product, buyer=buyer, at=now), at=now) for _ in range(2))
    anothers = ask(buy(product=product, at=now), at=now)
    elsewhere = ask(buy(buyer=buyer, at=now), at=now)
    context = (
        signed_in(make_member(product.vendor)).get(reverse("vendor_refund", args=[case.pk])).context
    )
    assert [request.pk for request in context["of_buyer"]] == [earlier.pk]
    assert [request.pk for request in context["of_product"]] == [anothers.pk]
    assert elsewhere.pk not in {request.pk for request in context["of_buyer"]}, "another vendor's"


@pytest.fixture
def long_lists() -> list[RefundRequest]:
    """45 purchases of one product by one buyer, each asked for, withdrawn and asked for again."""
    no_limit()
    product, buyer, now = ProductFactory.create(), make_user(full_name="Wang Lei"), timezone.now()
    bought = [buy(buyer=buyer, product=product, at=now) for _ in range(45)]
    for instance in bought:
        commands.cancel(request_id=ask(instance, at=now).pk, buyer=buyer, now=now)
    return [ask(instance, at=now) for instance in bought]


def narrowed_lists(request: RefundRequest) -> dict[str, tuple[str, ...]]:
    """Every list by its view, with query strings that leave those 45 rows, one for each filter."""
    product, today = request.instance.product, timezone.localdate(request.submitted_at)
    return {
        "purchases": ("", "state=refunding", "delivery_type=saas", f"q={product.name}&state="),
        "refunds": ("status=pending", "status=cancelled", "status=pending&q=o0"),
        "transactions": (
            "kind=deduct",
            f"kind=recharge&since={today}",
            f"kind=deduct&until={today}",
            "kind=recharge&order=o0",
        ),
        "vendor_refunds": (
            "",
            "q=wang",
            f"product={product.pk}",
            f"q=o0&product={product.pk}&state=pending",
            "state=cancelled",
            f"state=cancelled&q=wang&product={product.pk}",
        ),
    }


def test_lists_are_read_to_the_end_with_filters_on_at_a_constant_number_of_queries(
    long_lists: list[RefundRequest],
) -> None:
    buyer = signed_in(long_lists[0].buyer)
    member = signed_in(make_member(long_lists[0].vendor))
    for name, narrowed in narrowed_lists(long_lists[0]).items():
        client = member if name == "vendor_refunds" else buyer
        # What is noted of a first visit is no page's cost.
        client.get(reverse(name))
        for query in narrowed:
            walked = list(pages(client, f"{reverse(name)}?{query}"))
            assert [len(rows) for rows, _ in walked] == [20, 20, 5], f"{name}?{query}"
            assert len({row for rows, _ in walked for row in rows}) == 45, f"{name}?{query}"
            assert len({queries for _, queries in walked}) == 1, f"{name}?{query}"
            assert walked[0][1] <= 16, f"{name}?{query}"


def test_a_search_that_finds_nothing_costs_no_more_queries(
    long_lists: list[RefundRequest],
) -> None:
    client = signed_in(make_member(long_lists[0].vendor))
    ((_, full), *_others) = pages(client, f"{reverse('vendor_refunds')}?q=wang")
    ((rows, empty),) = pages(client, f"{reverse('vendor_refunds')}?q=no+such+thing")
    assert rows == []
    assert empty <= full


def test_words_find_only_what_is_the_readers_own() -> None:
    mine = ask()
    theirs = ask(buy(product=mine.instance.product))
    elsewhere = ask(buy(buyer=mine.buyer))
    buyer, member = signed_in(mine.buyer), signed_in(make_member(mine.vendor))
    assert shown(buyer, "purchases", q="o0") == {mine.instance_id, elsewhere.instance_id}
    assert shown(buyer, "refunds", q="o0") == {mine.pk, elsewhere.pk}
    assert shown(member, "vendor_refunds", q="o0") == {mine.pk, theirs.pk}
    assert shown(buyer, "refunds", q=theirs.order.number) == set()
    assert shown(member, "vendor_refunds", q=elsewhere.instance.resource_id) == set()


def test_a_credited_request_leads_to_its_line_and_no_other() -> None:
    product, buyer = ProductFactory.create(), make_user()
    # Two instances of one order: the order's number would find both lines.
    one = buy(buyer=buyer, product=product, prices=(100, 200))
    other = one.order.instances.latest("pk")
    requests = [ask(instance) for instance in (one, other)]
    for request in requests:
        commands.approve(request_id=request.pk, actor=make_member(product.vendor), now=NOW)
    commands.credit_due(now=NOW + timedelta(minutes=31))
    client = signed_in(buyer)
    page = client.get(reverse("refund", args=[requests[0].pk])).content.decode()
    (link,) = re.findall(rf'href="({reverse("transactions")}[^"]+)"', page)
    url, anchor = unescape(link).split("#")
    answer = client.get(url)
    assert [row.transaction.reference for row in answer.context["page"].rows] == [anchor]
    assert anchor == requests[0].reference
    assert f'id="{anchor}"' in answer.content.decode()
    assert shown(signed_in(make_user()), "transactions", reference=anchor) == set()
