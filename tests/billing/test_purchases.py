"""Recording what the marketplace sold: once, whole, or not at all (R14, R17)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.commands import (
    CurrencyMismatch,
    InsufficientBalance,
    OrderAlreadyRecorded,
    record_purchase,
)
from billing.models import Account, AccountKind, CommissionPolicy, Entry, Transaction
from billing.queries import NoCommissionPolicy, account_of, commission_basis_points
from orders.commands import InvalidOrder, Line
from orders.models import DeliveryType, Instance, Order, OrderKind, Product
from people.models import User
from tests.billing.database import truncation_guarded
from tests.billing.proof import verify
from tests.factories import NOW, ProductFactory, ask, buy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> User:
    return make_user()


@pytest.fixture
def product() -> Product:
    return ProductFactory.create()


def push(buyer: User, product: Product, **changes: Any) -> Order:
    """Push an order of two instances over the API, with these changes."""
    order: dict[str, Any] = {
        "number": "O-1",
        "lines": [
            Line(resource_id="i-1", list_price=10_005, spec="small"),
            Line(resource_id="i-2", list_price=9),
        ],
        "currency": "CNY",
        "purchased_at": NOW,
        "now": NOW,
    }
    return record_purchase(buyer=buyer, product=product, **(order | changes))


def contents() -> list[int]:
    """How much of everything there is."""
    return [model.objects.count() for model in (Order, Instance, Account, Transaction, Entry)]


def legs(reference: str) -> dict[str, int]:
    entries = Entry.objects.filter(transaction__reference=reference)
    return dict(entries.values_list("account__kind", "amount"))


def test_a_purchase_is_a_recharge_and_a_deduction_an_instance(
    buyer: User, product: Product
) -> None:
    order = push(buyer, product, now=NOW + timedelta(hours=1))
    assert legs("order:O-1") == {"external": -10_014, "buyer": 10_014}
    assert legs("instance:i-1") == {"buyer": -10_005, "vendor": 9_005, "platform": 1_000}
    # Too small to earn the platform anything.
    assert legs("instance:i-2") == {"buyer": -9, "vendor": 9}
    assert {t.posted_at for t in Transaction.objects.all()} == {NOW + timedelta(hours=1)}
    assert {t.order for t in Transaction.objects.all()} == {order}
    account = account_of(buyer)
    assert account is not None
    assert account.balance == 0


def test_the_commission_is_that_of_the_moment_of_purchase(buyer: User, product: Product) -> None:
    CommissionPolicy.objects.create(basis_points=2_000, effective_from=NOW)
    push(buyer, product)
    assert legs("instance:i-1")["platform"] == 2_001
    earlier = NOW - timedelta(microseconds=1)
    push(
        buyer,
        product,
        number="O-2",
        lines=[Line(resource_id="i-3", list_price=10_005)],
        purchased_at=earlier,
    )
    assert legs("instance:i-3")["platform"] == 1_000
    assert commission_basis_points(earlier) == 1_000


def test_a_free_order_moves_no_money(buyer: User, product: Product) -> None:
    order = push(buyer, product, coupon=10_014)
    assert push(buyer, product, coupon=10_014) == order
    assert Instance.objects.filter(paid=0).count() == 2
    assert not Transaction.objects.exists()


def test_an_instance_that_the_coupon_covers_is_not_deducted(buyer: User, product: Product) -> None:
    lines = [Line(resource_id="i-1", list_price=100), Line(resource_id="i-2", list_price=0)]
    push(buyer, product, lines=lines)
    assert legs("instance:i-2") == {}
    assert not Transaction.objects.filter(reference="instance:i-2").exists()


def test_the_same_order_again_changes_nothing(buyer: User, product: Product) -> None:
    first = push(buyer, product, coupon=1)
    before = contents()
    again = push(
        buyer,
        product,
        coupon=1,
        purchased_at=NOW.astimezone(UTC),
        now=NOW + timedelta(days=1),
    )
    assert again == first
    assert contents() == before


def test_the_same_order_again_changes_nothing_after_its_refund_either(
    buyer: User, product: Product
) -> None:
    first = push(buyer, product)
    ask(first.instances.earliest("pk"))
    assert push(buyer, product) == first
    assert Instance.objects.get(resource_id="i-1").held_by


OTHER_CONTENT: dict[str, dict[str, Any]] = {
    "price": {"lines": [Line(resource_id="i-1", list_price=1)]},
    "instances": {"lines": [Line(resource_id="i-9", list_price=10_014)]},
    "specification": {
        "lines": [
            Line(resource_id="i-1", list_price=10_005, spec="large"),
            Line(resource_id="i-2", list_price=9),
        ]
    },
    "expiry": {
        "lines": [
            Line(resource_id="i-1", list_price=10_005, spec="small"),
            Line(resource_id="i-2", list_price=9, expires_at=NOW + timedelta(days=1)),
        ]
    },
    "coupon": {"coupon": 1},
    "currency": {"currency": "USD"},
    "moment": {"purchased_at": NOW + timedelta(seconds=1)},
    "kind": {"kind": OrderKind.RENEWAL},
    "way of paying": {"paid_online": False},
    "number": {"number": "O-2"},
}


@pytest.mark.parametrize("changes", OTHER_CONTENT.values(), ids=OTHER_CONTENT.keys())
def test_the_same_order_with_other_content_is_refused(
    buyer: User, product: Product, changes: dict[str, Any]
) -> None:
    push(buyer, product)
    before = contents()
    with pytest.raises(OrderAlreadyRecorded) as refusal:
        push(buyer, product, **changes)
    assert changes.get("number", "O-1") in str(refusal.value)
    assert contents() == before


def test_the_same_order_of_somebody_else_is_refused(buyer: User, product: Product) -> None:
    push(buyer, product)
    stranger, elsewhere = make_user(), ProductFactory.create()
    before = contents()
    with pytest.raises(OrderAlreadyRecorded):
        push(stranger, product)
    with pytest.raises(OrderAlreadyRecorded):
        push(buyer, elsewhere)
    assert contents() == before


def test_an_order_in_another_currency_than_the_buyers_account_is_refused(
    buyer: User, product: Product
) -> None:
    push(buyer, product)
    elsewhere = ProductFactory.create()
    before = contents()
    with pytest.raises(CurrencyMismatch) as refusal:
        push(buyer, elsewhere, number="O-2", lines=[Line("i-9", 5)], currency="USD")
    assert refusal.value.details == {"order": "USD", "account": "CNY"}
    assert contents() == before


def test_an_order_in_another_currency_than_the_vendors_account_is_refused(
    buyer: User, product: Product
) -> None:
    push(buyer, product)
    stranger = make_user()
    before = contents()
    with pytest.raises(CurrencyMismatch):
        push(stranger, product, number="O-2", lines=[Line("i-9", 5)], currency="USD")
    assert contents() == before
    assert account_of(stranger) is None


def test_another_currency_has_system_accounts_of_its_own(buyer: User, product: Product) -> None:
    push(buyer, product, currency="USD")
    kinds = Account.objects.filter(currency="USD").values_list("kind", flat=True)
    assert sorted(kinds) == ["buyer", "external", "platform", "vendor"]
    assert not Entry.objects.filter(account__currency="CNY").exists()


def open_account(buyer: User, balance: int) -> None:
    """An account with money on it, from wherever."""
    Account.objects.create(kind=AccountKind.BUYER, buyer=buyer, currency="CNY", balance=balance)


def test_a_purchase_may_be_paid_from_the_balance(buyer: User, product: Product) -> None:
    open_account(buyer, 10_014)
    push(buyer, product, paid_online=False)
    account = account_of(buyer)
    assert account is not None
    assert account.balance == 0
    assert not Transaction.objects.filter(kind="recharge").exists()


def test_paid_from_the_balance_it_is_the_same_order_again_too(
    buyer: User, product: Product
) -> None:
    open_account(buyer, 10_014)
    first = push(buyer, product, paid_online=False)
    assert push(buyer, product, paid_online=False) == first
    with pytest.raises(OrderAlreadyRecorded):
        push(buyer, product)


@pytest.mark.parametrize("balance", [None, 0, 10_013])
def test_a_balance_that_does_not_cover_the_price_leaves_nothing_behind(
    buyer: User, product: Product, balance: int | None
) -> None:
    if balance is not None:
        Account.objects.create(kind=AccountKind.BUYER, buyer=buyer, currency="CNY", balance=balance)
    before = contents()
    with pytest.raises(InsufficientBalance):
        push(buyer, product, paid_online=False)
    assert contents() == before
    account = account_of(buyer)
    assert (account.balance if account else None) == balance


def test_an_unsound_order_leaves_nothing_behind(buyer: User, product: Product) -> None:
    before = contents()
    with pytest.raises(InvalidOrder):
        push(buyer, product, coupon=-1)
    assert contents() == before


def test_a_purchase_may_be_recorded_long_after_it_was_made(buyer: User, product: Product) -> None:
    long_ago = datetime(2020, 2, 29, tzinfo=UTC)
    order = push(buyer, product, purchased_at=long_ago)
    assert order.purchased_at == long_ago
    assert Transaction.objects.earliest("id").posted_at == NOW


@pytest.mark.parametrize("kind", list(DeliveryType))
def test_what_is_older_than_the_first_rules_is_refused_and_leaves_nothing_behind(
    buyer: User, kind: DeliveryType
) -> None:
    product = ProductFactory.create(delivery_type=kind)
    before = contents()
    with pytest.raises(NoCommissionPolicy):
        push(buyer, product, purchased_at=datetime(1999, 12, 31, tzinfo=UTC))
    assert contents() == before


def test_an_account_is_opened_once_for_all_purchases(buyer: User, product: Product) -> None:
    for _ in range(3):
        buy(buyer=buyer, product=product)
    assert Account.objects.filter(buyer=buyer).count() == 1
    assert Account.objects.filter(vendor=product.vendor).count() == 1


def test_of_two_commissions_for_one_moment_the_later_one_is_expected() -> None:
    for points in (500, 2_000):
        CommissionPolicy.objects.create(effective_from=NOW, basis_points=points)
    bought = buy(at=NOW + timedelta(hours=1))
    earned = Entry.objects.get(transaction__kind="deduct", account__kind="platform").amount
    assert earned == bought.paid // 5
    with truncation_guarded():
        code, lines = verify()
    assert code == 0, lines
