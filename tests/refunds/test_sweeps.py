"""What falls due is approved and credited, exactly once (R6, R12, R13)."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection

from billing.models import Entry, Transaction
from billing.queries import account_of, statement_of
from kernel.errors import NotFound
from people.models import Vendor
from refunds import commands
from refunds.models import RefundRequest
from tests.factories import NOW, ProductFactory, ask, buy, make_user, no_limit

pytestmark = pytest.mark.django_db

DEADLINE = NOW + timedelta(days=3)
CREDIT = DEADLINE + timedelta(minutes=30)


def test_nobody_decided_so_the_system_approves_at_the_deadline_and_not_before() -> None:
    request = ask()
    assert commands.approve_due(now=DEADLINE - timedelta(seconds=1)).done == 0
    assert commands.approve_due(now=DEADLINE).done == 1
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("approved", "deadline")
    assert request.credit_due_at == CREDIT


def test_a_credit_is_posted_when_due_and_never_again() -> None:
    instance = buy(prices=(10_005,))
    request = ask(instance)
    commands.approve_due(now=DEADLINE)
    assert commands.credit_due(now=CREDIT - timedelta(seconds=1)).done == 0
    assert commands.credit_due(now=CREDIT).done == 1
    assert commands.credit_due(now=CREDIT).done == 0
    request.refresh_from_db()
    assert (request.status, request.credited_at) == ("credited", CREDIT)
    refund = Transaction.objects.get(kind="refund")
    assert refund.reference == f"refund:{request.pk}"
    legs = {e.account.kind: (e.amount, e.balance_after) for e in refund.entries.all()}
    assert legs == {
        "buyer": (10_005, 10_005),
        "vendor": (-9_005, None),
        "platform": (-1_000, None),
    }


def test_ten_credits_of_one_buyer_in_one_batch_add_up_line_by_line() -> None:
    no_limit()
    buyer = make_user()
    prices = [100 + n for n in range(10)]
    for price in prices:
        ask(buy(buyer=buyer, prices=(price,)))
    commands.approve_due(now=DEADLINE)
    assert commands.credit_due(now=CREDIT).done == 10
    account = account_of(buyer)
    assert account is not None
    assert account.balance == sum(prices)
    lines = statement_of(account_of(buyer)).filter(transaction__kind="refund").order_by("id")
    assert [line.balance_after for line in lines] == [
        sum(prices[: n + 1]) for n in range(len(prices))
    ]


def test_a_batch_is_bounded_and_says_when_it_was_full() -> None:
    for _ in range(3):
        ask()
    assert commands.approve_due(now=DEADLINE, size=2) == commands.Swept(2, 0, full=True)
    assert commands.approve_due(now=DEADLINE, size=2) == commands.Swept(1, 0, full=False)


def test_a_sweep_costs_the_same_number_of_queries_for_one_and_for_many(
    django_assert_max_num_queries: object,
) -> None:
    def queries(count: int) -> int:
        from django.test.utils import CaptureQueriesContext

        product = ProductFactory.create()
        for _ in range(count):
            ask(buy(product=product))
        with CaptureQueriesContext(connection) as captured:
            commands.approve_due(now=DEADLINE)
            commands.credit_due(now=CREDIT)
        return len(captured)

    assert queries(1) == queries(12)


def test_a_row_that_breaks_its_batch_is_set_aside_and_the_rest_goes_on() -> None:
    requests = [ask() for _ in range(7)]
    commands.approve_due(now=DEADLINE)
    broken = requests[3]
    # Somebody posted this one by hand: the ledger refuses to do it twice.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_transaction (kind, reference, currency, order_id, posted_at)"
            " VALUES ('refund', %s, 'CNY', %s, now())",
            [broken.reference, broken.order_id],
        )
    assert commands.credit_due(now=CREDIT) == commands.Swept(6, 1, full=False)
    broken.refresh_from_db()
    assert (broken.status, broken.set_aside_at) == ("approved", CREDIT)
    assert "posted_once" in broken.set_aside_reason
    assert broken.events.latest("id").kind == "set_aside"
    assert commands.credit_due(now=CREDIT).done == 0
    assert RefundRequest.objects.filter(status="credited").count() == 6


def test_what_was_set_aside_can_be_resumed() -> None:
    request = ask()
    commands.approve_due(now=DEADLINE)
    RefundRequest.objects.filter(pk=request.pk).update(
        set_aside_at=CREDIT, set_aside_reason="a passing fault"
    )
    assert commands.credit_due(now=CREDIT).done == 0
    operator = make_user(operator=True)
    commands.resume(request_id=request.pk, actor=operator, note="Fixed.", now=CREDIT)
    assert commands.credit_due(now=CREDIT).done == 1


def test_a_vendors_balance_may_go_negative_a_refund_never_waits_for_it() -> None:
    first = ask()
    commands.approve_due(now=DEADLINE)
    vendor: Vendor = first.vendor
    commands.credit_due(now=CREDIT)
    sums = Entry.objects.filter(account__vendor=vendor).values_list("amount", flat=True)
    assert sum(sums) == 0


def test_a_fault_of_all_the_world_sets_nothing_aside() -> None:
    requests = [ask() for _ in range(4)]
    commands.approve_due(now=DEADLINE)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_entry RENAME TO billing_lost")
        with pytest.raises(ProgrammingError):
            commands.credit_due(now=CREDIT)
        cursor.execute("ALTER TABLE billing_lost RENAME TO billing_entry")
    assert not RefundRequest.objects.filter(set_aside_at__isnull=False).exists()
    assert commands.credit_due(now=CREDIT).done == len(requests)


def test_who_decides_what_was_set_aside_gives_it_back_to_the_sweeps() -> None:
    request = ask()
    RefundRequest.objects.filter(pk=request.pk).update(
        set_aside_at=DEADLINE, set_aside_reason="a passing fault"
    )
    assert commands.approve_due(now=DEADLINE).done == 0
    with pytest.raises(commands.ApprovedAutomatically):
        commands.cancel(request_id=request.pk, buyer=request.buyer, now=DEADLINE)
    assert commands.credit_due(now=CREDIT).done == 1


@pytest.mark.parametrize("note", ["", "   "])
def test_resuming_takes_a_written_reason_and_something_to_resume(note: str) -> None:
    request, operator = ask(), make_user(operator=True)
    with pytest.raises(commands.WrittenReasonRequired):
        commands.resume(request_id=request.pk, actor=operator, note=note, now=CREDIT)
    with pytest.raises(commands.NotSetAside):
        commands.resume(request_id=request.pk, actor=operator, note="Why not.", now=CREDIT)
    with pytest.raises(NotFound):
        commands.resume(request_id=request.pk, actor=request.buyer, note="Me!", now=CREDIT)
