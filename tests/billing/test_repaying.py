"""Giving money back in the shares in which it came (R13, R14)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.transaction import TransactionManagementError

from billing.commands import Repayment, repay
from billing.models import Entry, Transaction
from billing.queries import account_of, commissions_of
from orders.models import Instance
from tests.factories import NOW, buy, make_user

pytestmark = pytest.mark.django_db


def repayment(instance: Instance, *, name: str = "refund:1", amount: int = 0) -> Repayment:
    """The whole of what was paid, or `amount` without a share of the platform's."""
    return Repayment(
        reference=name,
        order_id=instance.order_id,
        instance_id=instance.pk,
        buyer_id=instance.buyer_id,
        vendor_id=instance.vendor_id,
        currency=instance.currency,
        amount=amount or instance.paid,
        commission=0 if amount else commissions_of([instance.pk]).get(instance.pk, 0),
    )


def balance_of(instance: Instance) -> int | None:
    account = account_of(instance.buyer)
    return account.balance if account else None


def test_a_full_refund_leaves_vendor_and_platform_as_if_nothing_had_been() -> None:
    instance = buy(prices=(10_005,))
    repay([repayment(instance)], now=NOW)
    sums = Entry.objects.values_list("account__kind").annotate(Sum("amount"))
    assert dict(sums) == {"buyer": 10_005, "vendor": 0, "platform": 0, "external": -10_005}
    refund = Transaction.objects.get(kind="refund")
    assert (refund.reference, refund.instance, refund.order) == (
        "refund:1",
        instance,
        instance.order,
    )
    assert balance_of(instance) == 10_005


def test_a_refund_too_small_to_have_earned_a_commission_has_two_legs() -> None:
    instance = buy(prices=(9,))
    repay([repayment(instance)], now=NOW)
    legs = Entry.objects.filter(transaction__kind="refund").values_list("account__kind", "amount")
    assert dict(legs) == {"vendor": -9, "buyer": 9}


def test_a_vendor_without_the_money_pays_all_the_same() -> None:
    instance = buy(prices=(100,))
    repay([repayment(instance), repayment(instance, name="refund:2", amount=500)], now=NOW)
    vendors = Entry.objects.filter(account__vendor=instance.vendor)
    assert vendors.aggregate(total=Sum("amount"))["total"] == -500
    assert balance_of(instance) == 600


def test_a_batch_reaches_every_buyer_and_vendor() -> None:
    bought = [buy(prices=(price,)) for price in (100, 200, 300)]
    repay([repayment(one, name=f"refund:{one.pk}") for one in bought], now=NOW)
    assert [balance_of(one) for one in bought] == [100, 200, 300]


def test_a_reference_is_repaid_once() -> None:
    instance = buy()
    repay([repayment(instance)], now=NOW)
    with pytest.raises(IntegrityError, match="posted_once"), transaction.atomic():
        repay([repayment(instance)], now=NOW)
    assert balance_of(instance) == 10_000


def test_somebody_without_an_account_stops_the_batch() -> None:
    instance = buy()
    stranger = replace(repayment(instance, name="refund:2"), buyer_id=make_user().pk)
    with pytest.raises(KeyError):
        repay([repayment(instance), stranger], now=NOW)
    assert balance_of(instance) == 0


def test_a_currency_that_is_not_the_buyers_stops_the_batch() -> None:
    instance, _dollars = buy(), buy(currency="USD")
    with pytest.raises(IntegrityError, match="another currency"), transaction.atomic():
        repay([replace(repayment(instance), currency="USD")], now=NOW)
    assert balance_of(instance) == 0


@pytest.mark.django_db(transaction=True)
def test_repaying_requires_a_transaction() -> None:
    instance = buy()
    with pytest.raises(TransactionManagementError):
        repay([repayment(instance)], now=NOW)
