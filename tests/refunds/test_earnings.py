"""Vendors see what they earned: frozen and available make up the account's balance (R14)."""

import random
import re
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.models import Account, Entry
from orders.models import DeliveryType, Instance, Product
from people.models import Role
from refunds import commands
from refunds.earnings import (
    EarningLine,
    Earnings,
    Sums,
    account_of_vendor,
    earnings_of,
    line_of,
    lines_of,
)
from refunds.queries import policies_at
from tests.factories import NOW, ProductFactory, VendorFactory, ask, buy, make_member, make_user
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def account(product: Product) -> Account:
    found = account_of_vendor(product.vendor)
    assert found is not None
    return found


def sums(product: Product, now: Any) -> Earnings:
    return earnings_of(account(product), product.vendor, now=now)


def lines(product: Product, now: Any) -> list[EarningLine]:
    policies = policies_at(now)
    return [line_of(entry, policies, now=now) for entry in lines_of(account(product))]


def agree(instance: Instance, *, at: Any) -> None:
    commands.approve(request_id=ask(instance, at=at).pk, actor=make_member(instance.vendor), now=at)


def test_a_sale_is_frozen_while_its_window_is_open() -> None:
    product = ProductFactory.create()
    buy(product=product, at=NOW)
    inside = sums(product, NOW + 4 * DAY).whole
    assert (inside.frozen, inside.available, inside.commission) == (9_000, 0, 1_000)
    after = sums(product, NOW + 5 * DAY).whole
    assert (after.frozen, after.available) == (0, 9_000)


def test_a_refund_takes_back_what_was_earned_and_its_commission() -> None:
    product = ProductFactory.create()
    _kept, returned = buy(product=product), buy(product=product)
    agree(returned, at=NOW)
    waiting = sums(product, NOW).whole
    assert (waiting.frozen, waiting.refunded) == (18_000, 0)
    commands.credit_due(now=NOW + DAY)
    done = sums(product, NOW + DAY).whole
    assert (done.earned, done.refunded, done.commission) == (18_000, -9_000, 1_000)
    assert (done.frozen, done.available) == (9_000, 0)
    assert {line.entry.transaction.instance: line.frozen for line in lines(product, NOW + DAY)}[
        returned
    ] is None


def test_a_negative_balance_is_said_plainly() -> None:
    context = {"sums": Sums(earned=100, refunded=-9_145), "currency": "CNY"}
    said = render_to_string("refunds/parts/earnings_sums.html", context)
    assert "−¥90.45" in said
    assert "More went back to buyers" in said


@pytest.fixture
def shop() -> Product:
    """A vendor with sales of every delivery type at many moments, some of them being refunded."""
    dice = random.Random(14)
    vendor = VendorFactory.create()
    products = [
        ProductFactory.create(vendor=vendor, delivery_type=kind)
        for kind in (*DeliveryType, DeliveryType.SAAS)
    ]
    for n in range(40):
        product = dice.choice(products)
        at = NOW - timedelta(hours=dice.randrange(0, 24 * 60))
        sold = buy(product=product, prices=(dice.randrange(1, 99_999),), at=at)
        if product.delivery_type == DeliveryType.SAAS and n % 2:
            request = ask(sold, at=at)
            if n % 4 == 1:
                commands.approve(
                    request_id=request.pk, actor=make_member(vendor), now=at + timedelta(hours=1)
                )
            if n % 8 == 1:
                commands.credit_due(now=at + timedelta(hours=2))
    buy()
    return products[0]


@pytest.mark.parametrize("days", [0, 1, 3, 5, 60])
def test_sums_and_lines_and_entries_agree_at_any_moment(shop: Product, days: int) -> None:
    now = NOW + days * DAY
    found = sums(shop, now)
    entries = Entry.objects.filter(account=account(shop))
    told = lines(shop, now)
    frozen = sum(line.entry.amount for line in told if line.frozen)
    available = sum(line.entry.amount for line in told if not line.frozen)
    assert (found.whole.frozen, found.whole.available) == (frozen, available)
    assert frozen + available == found.whole.balance
    assert found.whole.balance == entries.aggregate(total=Sum("amount"))["total"]
    assert found.whole.commission == sum(line.commission for line in told)
    by_product: dict[int, int] = defaultdict(int)
    for line in told:
        posted = line.entry.transaction.instance
        assert posted is not None
        by_product[posted.product_id] += line.entry.amount
    assert {pk: each.balance for pk, each in found.products.items()} == by_product
    assert sum(each.frozen for each in found.products.values()) == frozen
    assert sum(each.balance for each in found.months.values()) == found.whole.balance
    assert list(found.months) == sorted(found.months, reverse=True)


def test_the_filters_find_what_the_lines_say(shop: Product) -> None:
    now = timezone.now()
    fresh = buy(product=shop, at=now)
    client = signed_in(make_member(shop.vendor))

    def found(**query: str | int) -> set[int]:
        answer = client.get(reverse("vendor_earnings"), query)
        return {line.entry.pk for line in answer.context["lines"]}

    told = {line.entry.pk: line for line in lines(shop, now)}
    newest = sorted(told, reverse=True)
    frozen = [pk for pk in newest if told[pk].frozen]
    assert found(state="frozen") == set(frozen[:20])
    available = [pk for pk in newest if not told[pk].frozen]
    assert found(state="available") == set(available[:20])
    assert found(product=shop.pk) == {
        pk
        for pk, line in told.items()
        if line.entry.transaction.instance and line.entry.transaction.instance.product == shop
    }
    assert found(order=fresh.order.number) == {newest[0]}
    refunds = {pk for pk, line in told.items() if line.entry.amount < 0}
    assert found(kind="refund") == refunds
    assert found(since=str(timezone.localdate(now))) == {newest[0]}


def test_the_page_costs_the_same_however_many_lines(shop: Product) -> None:
    client = signed_in(make_member(shop.vendor))

    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("vendor_earnings"), query).status_code == 200
        return len(captured)

    queries()
    first = queries()
    for _ in range(5):
        buy(product=ProductFactory.create(vendor=shop.vendor))
    assert queries() == first


def test_pages_go_on_through_all_lines(shop: Product) -> None:
    client = signed_in(make_member(shop.vendor))
    seen, url = [], reverse("vendor_earnings")
    while url:
        answer = client.get(url)
        seen += [line.entry.pk for line in answer.context["lines"]]
        onward = re.search(r'href="([^"]+)" rel="next"', answer.content.decode())
        url = reverse("vendor_earnings") + onward[1] if onward else ""
    assert len(seen) == len(set(seen)) == lines_of(account(shop)).count()


def test_only_members_see_a_vendors_earnings_one_vendor_at_a_time(shop: Product) -> None:
    url = reverse("vendor_earnings")
    member = make_member(shop.vendor, Role.READ_ONLY)
    other = buy()
    other_member = make_member(other.vendor)
    assert signed_in(make_user()).get(url).status_code == 404
    assert signed_in(make_user(operator=True)).get(url).status_code == 404
    for query in (other.vendor_id, "x", ""):
        assert signed_in(member).get(url, {"vendor": query}).status_code == 404
    page = signed_in(other_member).get(url).content.decode()
    assert other.resource_id in page
    for line in lines_of(account(shop))[:20]:
        posted = line.transaction.instance
        assert posted is not None
        assert posted.resource_id not in page


def test_somebody_of_two_vendors_chooses(shop: Product) -> None:
    from people.commands import add_member

    other = buy()
    both = make_member(shop.vendor)
    add_member(vendor=other.vendor, user=both, role=Role.HANDLER)
    client = signed_in(both)
    page = client.get(reverse("vendor_earnings"), {"vendor": other.vendor_id})
    assert [line.entry.transaction.instance for line in page.context["lines"]] == [other]
    assert f"?vendor={shop.vendor_id}" in page.content.decode()


def test_before_the_first_sale_there_is_a_page_too() -> None:
    page = signed_in(make_member(VendorFactory.create())).get(reverse("vendor_earnings"))
    assert "No earnings yet" in page.content.decode()
