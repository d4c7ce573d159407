"""Posting to the ledger: a batch is all there or not at all, and balances follow (R14)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from billing.commands import InsufficientBalance, Leg, Posting, post, system_account
from billing.models import Account, AccountKind, Entry, Transaction, TransactionKind
from billing.queries import account_of
from orders.models import Order
from tests.factories import NOW, buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """An order whose buyer has an account with nothing on it."""
    return buy().order


def account(order: Order) -> Account:
    found = account_of(order.buyer)
    assert found is not None
    return found


def posting(order: Order, name: str, *legs: Leg, currency: str = "CNY") -> Posting:
    return Posting(
        kind=TransactionKind.RECHARGE,
        reference=name,
        currency=currency,
        order_id=order.pk,
        instance_id=None,
        legs=legs,
    )


def recharge(order: Order, name: str, amount: int) -> Posting:
    external = system_account(AccountKind.EXTERNAL, "CNY")
    return posting(order, name, Leg(external.pk, -amount), Leg(account(order).pk, amount))


def written() -> tuple[int, int]:
    return Transaction.objects.count(), Entry.objects.count()


def test_balances_follow_line_by_line_within_one_batch(order: Order) -> None:
    post([recharge(order, f"r{n}", amount) for n, amount in enumerate((500, -200, 7))], now=NOW)
    lines = Entry.objects.filter(account=account(order), transaction__reference__startswith="r")
    assert list(lines.order_by("id").values_list("amount", "balance_after")) == [
        (500, 500),
        (-200, 300),
        (7, 307),
    ]
    assert account(order).balance == 307


def test_several_buyers_in_one_batch_each_keep_their_own_balance(order: Order) -> None:
    other = buy().order
    post(
        [recharge(order, "a", 1), recharge(other, "b", 20), recharge(order, "c", 300)],
        now=NOW,
    )
    assert (account(order).balance, account(other).balance) == (301, 20)


def test_only_buyers_accounts_note_a_balance(order: Order) -> None:
    post([recharge(order, "r", 5)], now=NOW)
    noted = Entry.objects.filter(transaction__reference="r").values_list(
        "account__kind", "balance_after"
    )
    assert dict(noted) == {"external": None, "buyer": 5}
    assert system_account(AccountKind.EXTERNAL, "CNY").balance is None


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(order: Order) -> None:
    batches = [[recharge(order, f"{size}-{n}", 1) for n in range(size)] for size in (1, 40)]
    costs = []
    for batch in batches:
        with CaptureQueriesContext(connection) as captured:
            post(batch, now=NOW)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_nothing_to_post_posts_nothing() -> None:
    post([], now=NOW)
    assert written() == (0, 0)


def test_legs_of_zero_are_left_out(order: Order) -> None:
    platform = system_account(AccountKind.PLATFORM, "CNY")
    whole = recharge(order, "r", 5)
    post([posting(order, "r", *whole.legs, Leg(platform.pk, 0))], now=NOW)
    assert Entry.objects.filter(transaction__reference="r").count() == 2


def test_a_balance_never_drops_below_zero_not_even_within_a_batch(order: Order) -> None:
    before = written()
    with pytest.raises(InsufficientBalance), transaction.atomic():
        post([recharge(order, "down", -1), recharge(order, "up", 100)], now=NOW)
    assert (written(), account(order).balance) == (before, 0)


def test_a_balance_may_drop_to_zero(order: Order) -> None:
    post([recharge(order, "up", 100), recharge(order, "down", -100)], now=NOW)
    assert account(order).balance == 0


@pytest.mark.parametrize("size", [1, 2])
def test_what_was_posted_is_not_posted_again(order: Order, size: int) -> None:
    post([recharge(order, "once", 5)], now=NOW)
    before = written()
    with pytest.raises(IntegrityError, match="posted_once"), transaction.atomic():
        post([recharge(order, "new", 1), recharge(order, "once", 5)][-size:], now=NOW)
    assert (written(), account(order).balance) == (before, 5)


def test_one_reference_twice_in_a_batch_is_refused(order: Order) -> None:
    with pytest.raises(IntegrityError, match="posted_once"), transaction.atomic():
        post([recharge(order, "once", 5), recharge(order, "once", 5)], now=NOW)
    assert account(order).balance == 0


def test_legs_that_do_not_sum_to_zero_are_refused(order: Order) -> None:
    with pytest.raises(IntegrityError, match="sum to zero"), transaction.atomic():
        post([posting(order, "r", Leg(account(order).pk, 5))], now=NOW)
    assert account(order).balance == 0


def test_two_wrong_postings_do_not_make_a_right_batch(order: Order) -> None:
    platform = system_account(AccountKind.PLATFORM, "CNY")
    with pytest.raises(IntegrityError, match="sum to zero"), transaction.atomic():
        post(
            [
                posting(order, "a", Leg(platform.pk, 5)),
                posting(order, "b", Leg(platform.pk, -5)),
            ],
            now=NOW,
        )


def test_an_account_in_another_currency_is_refused(order: Order) -> None:
    dollars = system_account(AccountKind.EXTERNAL, "USD")
    with pytest.raises(IntegrityError, match="another currency"), transaction.atomic():
        post([posting(order, "r", Leg(dollars.pk, -5), Leg(account(order).pk, 5))], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_posting_requires_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        post([], now=NOW)
