"""A file of purchases is imported whole or not at all, and twice is once (R17)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.commands import (
    AlreadyImported,
    ImportHasProblems,
    ImportOutdated,
    ImportTooLarge,
    apply_purchases,
    check_purchases,
    record_purchase,
)
from billing.models import Account, CommissionPolicy, Entry, PurchaseImport, Transaction
from kernel.errors import NotFound
from orders.commands import Line
from orders.models import Instance, Order, Product
from people.models import User
from tests.billing.csv_files import sheet
from tests.factories import NOW, ProductFactory, buy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> Product:
    return ProductFactory.create(code="crm")


def upload(content: bytes) -> PurchaseImport:
    return check_purchases(
        name="purchases.csv", content=content, uploader=make_user(operator=True), now=NOW
    )


def apply(found: PurchaseImport) -> PurchaseImport:
    apply_purchases(import_id=found.pk, actor=found.uploader, now=NOW)
    found.refresh_from_db()
    return found


def codes(found: PurchaseImport) -> list[str]:
    return [problem["code"] for problem in found.problems]


def contents() -> list[int]:
    models: tuple[Any, ...] = (User, Order, Instance, Account, Transaction, Entry)
    return [model.objects.count() for model in models]


def two_orders() -> bytes:
    second = {"order_number": "CM-2", "resource_id": "crm-3", "coupon": ""}
    return sheet({}, {"resource_id": "crm-2", "list_price": "0.01"}, second)


def test_a_check_records_nothing_and_says_what_the_file_comes_to(crm: Product) -> None:
    make_user(operator=True)
    before = contents()
    found = upload(two_orders())
    assert contents() == [before[0] + 1, *before[1:]]  # the uploader
    assert found.state == "checked"
    assert found.summary == {
        "lines": 3,
        "orders": 2,
        "instances": 3,
        "standing": 0,
        "newcomers": 1,
        "amounts": {"CNY": [1_196_001, 50_000, 1_146_001]},
    }


def test_an_import_posts_what_single_purchases_would_have(crm: Product) -> None:
    found = apply(upload(two_orders()))
    assert (found.state, found.applied_at, found.applied_by) == ("applied", NOW, found.uploader)
    buyer = User.objects.get(email="lin@example.com")
    assert (buyer.full_name, buyer.has_usable_password(), buyer.is_staff) == ("林夏", False, False)
    imported = _posted(buyer)

    like = make_user()
    for number, prices, coupon in (("CM-1", (598_000, 1), 50_000), ("CM-2", (598_000,), 0)):
        record_purchase(
            number=f"{number}-like",
            buyer=like,
            product=crm,
            lines=[Line(f"like-{number}-{n}", price) for n, price in enumerate(prices)],
            coupon=coupon,
            currency="CNY",
            purchased_at=NOW,
            now=NOW,
        )
    assert imported == _posted(like)
    assert Account.objects.get(buyer=buyer).balance == 0


def _posted(buyer: User) -> list[tuple[object, ...]]:
    entries = Entry.objects.filter(transaction__order__buyer=buyer)
    return sorted(entries.values_list("transaction__kind", "account__kind", "amount"))


def test_the_same_file_twice_changes_nothing(crm: Product) -> None:
    apply(upload(two_orders()))
    again = upload(two_orders())
    before = contents()
    assert (again.state, again.summary["standing"], again.summary["orders"]) == ("checked", 2, 0)
    assert apply(again).state == "applied"
    assert contents() == before


def test_an_import_is_applied_once(crm: Product) -> None:
    found = apply(upload(sheet()))
    before = contents()
    with pytest.raises(AlreadyImported):
        apply(found)
    with pytest.raises(NotFound):
        apply_purchases(import_id=0, actor=found.uploader, now=NOW)
    assert contents() == before


def test_one_bad_line_keeps_all_of_the_file_out(crm: Product) -> None:
    found = upload(sheet({}, {"resource_id": "x y"}))
    assert (found.state, codes(found)) == ("refused", ["resource_id_invalid"])
    with pytest.raises(ImportHasProblems):
        apply(found)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"product_code": "nothing"}, "product_unknown"),
        ({"buyer_name": ""}, "name_required"),
        ({"buyer_email": "closed@example.com"}, "buyer_inactive"),
        ({"purchased_at": "1999-12-31 10:00"}, "no_commission"),
        ({"paid_online": "no"}, "balance_too_low"),
        ({"resource_id": "taken"}, "resource_id_taken"),
        ({"order_number": "TAKEN"}, "recorded_otherwise"),
        ({"currency": "USD"}, "currency_of_vendor"),
        ({"currency": "USD", "product_code": "new"}, None),
        (
            {"currency": "USD", "product_code": "new", "buyer_email": "cny@example.com"},
            "currency_of_buyer",
        ),
    ],
)
def test_what_contradicts_the_record_is_named(
    crm: Product, change: dict[str, str], code: str | None
) -> None:
    ProductFactory.create(code="new")
    closed = make_user(email="closed@example.com")
    closed.is_active = False
    closed.save()
    record_purchase(
        number="TAKEN",
        buyer=make_user(email="cny@example.com"),
        product=crm,
        lines=[Line("taken", 1_00)],
        currency="CNY",
        purchased_at=NOW,
        now=NOW,
    )
    assert codes(upload(sheet(change))) == ([code] if code else [])


def test_two_currencies_in_one_file_fit_no_account(crm: Product) -> None:
    ProductFactory.create(code="other")
    dollars = {"order_number": "CM-2", "resource_id": "b", "currency": "USD"}
    assert codes(upload(sheet({}, dollars | {"product_code": "other"}))) == ["currency_of_buyer"]
    stranger = {"buyer_email": "other@example.com", "buyer_name": "Other"}
    assert codes(upload(sheet({}, dollars | stranger))) == ["currency_of_vendor"]


def test_a_balance_is_spent_once(crm: Product) -> None:
    buyer = make_user(email="lin@example.com")
    Account.objects.create(kind="buyer", buyer=buyer, currency="CNY", balance=0)
    sql = "UPDATE billing_account SET balance = 600000 WHERE buyer_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [buyer.pk])
    unpaid = {"paid_online": "no"}
    second = unpaid | {"order_number": "CM-2", "resource_id": "crm-2"}
    assert codes(upload(sheet(unpaid))) == []
    assert codes(upload(sheet(unpaid, second))) == ["balance_too_low"]


def test_an_import_that_is_outdated_records_nothing(crm: Product) -> None:
    found = upload(two_orders())
    buy(product=crm)
    record_purchase(
        number="CM-2",
        buyer=make_user(),
        product=crm,
        lines=[Line("other", 1)],
        currency="CNY",
        purchased_at=NOW,
        now=NOW,
    )
    before = contents()
    with pytest.raises(ImportOutdated):
        apply(found)
    assert contents() == before
    found.refresh_from_db()
    assert found.state == "checked"


def test_a_commission_is_that_of_the_moment_of_purchase(crm: Product) -> None:
    CommissionPolicy.objects.create(basis_points=2_000, effective_from=NOW)
    apply(upload(sheet()))
    platform = Entry.objects.get(account__kind="platform")
    assert platform.amount == 54_800


def test_a_version_that_was_replaced_before_its_time_takes_no_commission(crm: Product) -> None:
    begins = NOW - timedelta(days=10)
    for basis_points in (2_000, 500):
        CommissionPolicy.objects.create(basis_points=basis_points, effective_from=begins)
    apply(upload(sheet()))
    assert Entry.objects.get(account__kind="platform").amount == 27_400


def test_a_file_larger_than_may_be_is_not_kept(settings: Any) -> None:
    settings.PURCHASE_IMPORT_BYTES = 10
    with pytest.raises(ImportTooLarge):
        upload(b"x" * 11)
    assert not PurchaseImport.objects.exists()


def test_a_check_costs_the_same_however_many_lines(crm: Product) -> None:
    def queries(lines: int) -> int:
        content = sheet(
            *({"order_number": f"CM-{n}", "resource_id": f"c-{n}"} for n in range(lines))
        )
        operator = make_user(operator=True)
        with CaptureQueriesContext(connection) as captured:
            check_purchases(name="f", content=content, uploader=operator, now=NOW)
        return len(captured)

    assert queries(2) == queries(40)


@pytest.mark.django_db(transaction=True)
def test_two_who_import_at_once_record_it_once(crm: Product) -> None:
    one, other = upload(two_orders()), upload(two_orders())
    ready = [one, one, other, other]

    def attempt(found: PurchaseImport) -> str:
        try:
            return apply(found).state
        except (AlreadyImported, ImportOutdated) as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, ready))
    assert "applied" in outcomes
    assert Order.objects.count() == 2
    assert Transaction.objects.count() == 5
    assert Account.objects.get(buyer__email="lin@example.com").balance == 0
