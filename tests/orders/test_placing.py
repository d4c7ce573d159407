"""What an order may be, and what its instances become (R4, R12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from orders import commands
from orders.commands import InstanceHeld, InvalidOrder, Line, place_order
from orders.models import DeliveryType, Instance, Order
from tests.factories import NOW, ProductFactory, VendorFactory, buy, make_user

pytestmark = pytest.mark.django_db


def place(**changes: Any) -> Order:
    """A sound order, but for these changes."""
    sound: dict[str, Any] = {
        "number": "O-1",
        "lines": [Line(resource_id="i-1", list_price=100)],
        "coupon": 0,
        "currency": "CNY",
        "purchased_at": NOW,
    }
    return place_order(buyer=make_user(), product=ProductFactory.create(), **(sound | changes))


def test_instances_carry_the_facts_of_the_moment_of_purchase() -> None:
    year = NOW + timedelta(days=365)
    product = ProductFactory.create(delivery_type=DeliveryType.IMAGE)
    buyer = make_user()
    lines = [
        Line(resource_id="i-1", list_price=200, spec="small", expires_at=year),
        Line(resource_id="i-2", list_price=100),
    ]
    order = place_order(
        number="O-1",
        buyer=buyer,
        product=product,
        lines=lines,
        coupon=100,
        currency="CNY",
        purchased_at=NOW,
    )
    assert (order.list_price, order.coupon, order.paid) == (300, 100, 200)
    first, second = order.instances.order_by("pk")
    assert (first.list_price, first.coupon, first.paid) == (200, 67, 133)
    assert (second.list_price, second.coupon, second.paid) == (100, 33, 67)
    assert (first.spec, first.expires_at) == ("small", year)
    assert (second.spec, second.expires_at) == ("", None)
    for instance in (first, second):
        assert (instance.buyer, instance.vendor, instance.product) == (
            buyer,
            product.vendor,
            product,
        )
        assert (instance.delivery_type, instance.currency) == ("image", "CNY")
        assert (instance.purchased_at, instance.state, instance.held_by) == (NOW, "active", "")


def test_what_becomes_of_the_product_later_does_not_reach_what_was_bought() -> None:
    instance = buy()
    vendor = instance.vendor
    product = instance.product
    product.vendor, product.delivery_type = VendorFactory.create(), DeliveryType.API
    product.save()
    instance.refresh_from_db()
    assert (instance.vendor, instance.delivery_type) == (vendor, "saas")


def _lines(*resource_ids: str, price: int = 100) -> list[Line]:
    return [Line(resource_id=resource_id, list_price=price) for resource_id in resource_ids]


UNSOUND: dict[str, dict[str, Any]] = {
    "nothing": {"lines": []},
    "a negative price": {"lines": _lines("i-1", price=-1)},
    "a negative price among others": {"lines": _lines("i-1") + _lines("i-2", price=-50)},
    "a negative coupon": {"coupon": -1},
    "a coupon above the price": {"coupon": 101},
    "no resource id": {"lines": _lines("")},
    "a resource id that no URL holds": {"lines": _lines("a/b")},
    "a resource id with a space": {"lines": _lines("a b")},
    "a resource id that ends in a line feed": {"lines": _lines("i-1\n")},
    "a very long resource id": {"lines": _lines("i" * 65)},
    "one resource id twice": {"lines": _lines("i-1", "i-1")},
    "an end at the purchase": {"lines": [Line("i-1", list_price=1, expires_at=NOW)]},
    "a currency in small letters": {"currency": "cny"},
    "no currency": {"currency": ""},
    "a currency that ends in a line feed": {"currency": "CNY\n"},
    "no number": {"number": ""},
    "a very long number": {"number": "O" * 65},
}


@pytest.mark.parametrize("changes", UNSOUND.values(), ids=UNSOUND.keys())
def test_an_order_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidOrder), transaction.atomic():
        place(**changes)
    assert not Order.objects.exists()


def test_an_order_may_cost_nothing() -> None:
    assert place(coupon=100).paid == 0
    assert place(number="O-2", lines=_lines("i-2", price=0)).paid == 0


def test_one_reference_at_a_time_holds_an_instance() -> None:
    instance = buy()
    commands.hold(instance, reference="refund:1", now=NOW)
    commands.hold(instance, reference="refund:1", now=NOW)
    with pytest.raises(InstanceHeld):
        commands.hold(instance, reference="refund:2", now=NOW)
    instance.refresh_from_db()
    assert instance.held_by == "refund:1"


def test_only_who_holds_an_instance_releases_it() -> None:
    instance = buy()
    commands.hold(instance, reference="refund:1", now=NOW)
    commands.release(instance, reference="refund:2", now=NOW)
    instance.refresh_from_db()
    assert instance.held_by == "refund:1"
    commands.release(instance, reference="refund:1", now=NOW)
    instance.refresh_from_db()
    assert instance.held_by == ""


def test_termination_is_for_good_and_keeps_its_first_moment() -> None:
    expired = buy(expires_at=NOW + timedelta(hours=1))
    running, other = buy(), buy()
    commands.hold(running, reference="refund:1", now=NOW)
    for hour in (2, 3):
        commands.terminate([expired.pk, running.pk], now=NOW + timedelta(hours=hour))
    for instance in (expired, running):
        instance.refresh_from_db()
        assert (instance.state, instance.held_by) == ("terminated", "")
        assert instance.terminated_at == NOW + timedelta(hours=2)
    assert Instance.objects.get(pk=other.pk).state == "active"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda instance: place(),
        lambda instance: commands.hold(instance, reference="refund:1", now=NOW),
        lambda instance: commands.release(instance, reference="refund:1", now=NOW),
        lambda instance: commands.terminate([instance.pk], now=NOW),
    ],
    ids=["place_order", "hold", "release", "terminate"],
)
def test_inner_commands_require_a_transaction(act: Callable[[Instance], object]) -> None:
    instance = buy()
    with pytest.raises(TransactionManagementError):
        act(instance)
    assert Order.objects.count() == 1
