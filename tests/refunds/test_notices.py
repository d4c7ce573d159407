"""Who is told what of a refund request, in the transaction that makes it so (R16)."""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models.functions import NullIf
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from notices.kinds import words_of
from notices.models import Notice
from people.models import Role, User
from refunds import commands
from refunds.models import PolicyVersion, RefundRequest
from refunds.transitions import DecidedBy
from tests.billing.database import alter
from tests.factories import NOW, ProductFactory, ask, buy, ground, make_member, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DEADLINE = NOW + timedelta(days=3)
CREDIT = DEADLINE + timedelta(minutes=30)


def told(reader: User) -> list[str]:
    """The kinds of what is in somebody's inbox, in order."""
    rows = Notice.objects.filter(recipient=reader, channel="inbox").order_by("id")
    return list(rows.values_list("kind", flat=True))


def body(reader: User) -> str:
    """The words of the newest, in English."""
    notice = Notice.objects.filter(recipient=reader, channel="inbox").latest("id")
    with translation.override("en"):
        return words_of(notice.kind, notice.params).body


def policy(**changes: Any) -> None:
    """Rules like those that every database begins with, but for these."""
    first = PolicyVersion.objects.filter(delivery_type="saas").earliest("effective_from")
    columns = inspect.signature(commands.add_policy_version).parameters
    commands.add_policy_version(**{name: getattr(first, name) for name in columns} | changes)


@pytest.fixture
def member() -> User:
    return make_member(ProductFactory.create().vendor)


@pytest.fixture
def request_to(member: User) -> RefundRequest:
    vendor = member.vendors.get()
    return ask(buy(product=ProductFactory.create(vendor=vendor, name="Yunfan CRM")))


def test_a_submission_tells_the_buyer_and_whoever_decides(member: User) -> None:
    vendor = member.vendors.get()
    handler, reader = make_member(vendor, Role.HANDLER), make_member(vendor, Role.READ_ONLY)
    gone = make_member(vendor)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    stranger = make_member(ProductFactory.create().vendor)
    request = ask(buy(product=ProductFactory.create(vendor=vendor)))
    assert told(request.buyer) == ["refund_submitted"]
    for user in (member, handler):
        assert told(user) == ["request_received"]
    for user in (reader, gone, stranger):
        assert told(user) == []
    assert "by 2026-07-04 10:00 (UTC+8)" in body(member)
    assert request.buyer.full_name in body(member)


def test_what_is_refused_tells_nobody(member: User) -> None:
    instance = buy(product=ProductFactory.create(vendor=member.vendors.get()), prices=(0,))
    with pytest.raises(commands.NotRefundable):
        ask(instance)
    assert not Notice.objects.exists()


def test_a_withdrawal_tells_the_vendor(request_to: RefundRequest, member: User) -> None:
    commands.cancel(request_id=request_to.pk, buyer=request_to.buyer, now=NOW + HOUR)
    assert told(member) == ["request_received", "request_cancelled"]
    assert told(request_to.buyer) == ["refund_submitted"]


@pytest.mark.parametrize("by", [DecidedBy.VENDOR, DecidedBy.OPERATOR])
def test_an_approval_tells_the_buyer_who_decided(
    by: DecidedBy, request_to: RefundRequest, member: User
) -> None:
    actor = member if by == DecidedBy.VENDOR else make_user(operator=True)
    commands.approve(
        request_id=request_to.pk, actor=actor, decided_by=by, note="Fair.", now=NOW + HOUR
    )
    over_the_vendor = ["request_approved_by_operator"] if by == DecidedBy.OPERATOR else []
    assert told(member) == ["request_received", *over_the_vendor]
    assert told(request_to.buyer) == ["refund_submitted", f"refund_approved_by_{by.value}"]
    assert "¥100.00" in body(request_to.buyer)
    assert "at about 2026-07-01 11:30 (UTC+8)" in body(request_to.buyer)


@pytest.mark.parametrize("by", [DecidedBy.VENDOR, DecidedBy.OPERATOR])
def test_a_rejection_tells_the_ground_in_the_readers_language_and_the_vendors_text(
    by: DecidedBy, request_to: RefundRequest, member: User
) -> None:
    actor = member if by == DecidedBy.VENDOR else make_user(operator=True)
    commands.reject(
        request_id=request_to.pk,
        actor=actor,
        ground=ground("consumed"),
        text=" Used up. ",
        decided_by=by,
        note="Fair.",
        now=NOW + HOUR,
    )
    over_the_vendor = ["request_rejected_by_operator"] if by == DecidedBy.OPERATOR else []
    assert told(member) == ["request_received", *over_the_vendor]
    assert told(request_to.buyer)[-1] == f"refund_rejected_by_{by.value}"
    assert body(request_to.buyer).endswith("Ground: Consumed or used up. Explanation: Used up.")
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.force_login(request_to.buyer)
    assert "已消耗或已用完" in client.get("/inbox/").content.decode()


def test_the_clock_tells_both_and_the_credit_the_buyer(
    request_to: RefundRequest, member: User
) -> None:
    commands.approve_due(now=DEADLINE)
    assert told(member)[-1] == "request_approved_by_deadline"
    assert told(request_to.buyer)[-1] == "refund_approved_by_deadline"
    commands.credit_due(now=CREDIT)
    commands.credit_due(now=CREDIT)
    assert told(request_to.buyer)[-1] == "refund_credited"
    assert told(member)[-1] == "request_approved_by_deadline"
    assert len(told(request_to.buyer)) == 3


def test_the_news_of_a_credit_leads_to_its_line_in_the_statement(
    request_to: RefundRequest,
) -> None:
    commands.approve_due(now=DEADLINE)
    commands.credit_due(now=CREDIT)
    path = Notice.objects.get(kind="refund_credited", channel="inbox").path
    page, _, anchor = path.partition("#")
    assert anchor == f"refund:{request_to.pk}"
    client = Client()
    client.force_login(request_to.buyer)
    assert f'id="{anchor}"' in client.get(page).content.decode()


def test_a_late_decision_tells_of_the_automatic_approval_once(
    request_to: RefundRequest, member: User
) -> None:
    with pytest.raises(commands.ApprovedAutomatically):
        commands.cancel(request_id=request_to.pk, buyer=request_to.buyer, now=DEADLINE)
    commands.approve_due(now=DEADLINE + HOUR)
    assert told(member) == ["request_received", "request_approved_by_deadline"]


def test_a_row_that_breaks_its_batch_tells_nothing_and_the_others_do() -> None:
    requests = [ask() for _ in range(3)]
    commands.approve_due(now=DEADLINE)
    broken = requests[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_transaction (kind, reference, currency, order_id, posted_at)"
            " VALUES ('refund', %s, 'CNY', %s, now())",
            [broken.reference, broken.order_id],
        )
    commands.credit_due(now=CREDIT)
    assert {request.pk: told(request.buyer)[-1] for request in requests} == {
        requests[0].pk: "refund_credited",
        broken.pk: "refund_approved_by_deadline",
        requests[2].pk: "refund_credited",
    }


class TestReminders:
    def test_come_twice_before_the_deadline_each_once(
        self, request_to: RefundRequest, member: User
    ) -> None:
        def reminded(before: timedelta) -> int:
            return commands.remind_due(now=DEADLINE - before)

        assert reminded(timedelta(hours=24, seconds=1)) == 0
        assert [reminded(timedelta(hours=24)), reminded(timedelta(hours=23))] == [1, 0]
        assert "approved automatically at 2026-07-04 10:00" in body(member)
        assert reminded(timedelta(hours=2, seconds=1)) == 0
        assert [reminded(timedelta(hours=2)), reminded(timedelta(minutes=1))] == [1, 0]
        assert reminded(timedelta()) == 0
        assert told(member) == ["request_received", "first_reminder", "last_reminder"]

    def test_that_come_late_come_as_the_last_one_only(
        self, request_to: RefundRequest, member: User
    ) -> None:
        assert commands.remind_due(now=DEADLINE - HOUR) == 1
        assert told(member) == ["request_received", "last_reminder"]

    def test_come_again_for_a_deadline_that_has_moved(
        self, request_to: RefundRequest, member: User
    ) -> None:
        commands.remind_due(now=DEADLINE - 24 * HOUR)
        RefundRequest.objects.update(due_at=DEADLINE + 24 * HOUR)
        assert commands.remind_due(now=DEADLINE - HOUR) == 0
        assert commands.remind_due(now=DEADLINE) == 1
        assert told(member)[1:] == ["first_reminder", "first_reminder"]

    def test_are_kept_for_whoever_comes_to_decide(self) -> None:
        request = ask()
        commands.remind_due(now=DEADLINE - HOUR)
        late = make_member(request.vendor)
        commands.remind_due(now=DEADLINE - HOUR / 2)
        assert told(late) == ["last_reminder"]

    def test_find_nothing_among_what_was_reminded_of(
        self, request_to: RefundRequest, member: User
    ) -> None:
        commands.remind_due(now=DEADLINE - 23 * HOUR)
        waiting = RefundRequest.objects.annotate(first=NullIf("due_at", "first_reminded_of"))
        assert waiting.get(pk=request_to.pk).first is None
        # Nothing is left that could be told of, and so nothing is told again.
        Notice.objects.filter(recipient=member, kind="first_reminder").delete()
        assert commands.remind_due(now=DEADLINE - 22 * HOUR) == 0
        commands.remind_due(now=DEADLINE - HOUR)
        reminded = RefundRequest.objects.get(pk=request_to.pk)
        assert reminded.first_reminded_of == reminded.last_reminded_of == reminded.due_at

    def test_are_neither_told_nor_noted_by_a_sweep_that_dies(
        self, request_to: RefundRequest, member: User
    ) -> None:
        table = "ALTER TABLE refunds_refundrequest"
        alter(f"{table} ADD CONSTRAINT dies CHECK (last_reminded_of IS NULL)")
        with pytest.raises(IntegrityError, match="dies"):
            commands.remind_due(now=DEADLINE - HOUR)
        assert told(member) == ["request_received"]
        alter(f"{table} DROP CONSTRAINT dies")
        assert commands.remind_due(now=DEADLINE - HOUR) == 1
        assert told(member) == ["request_received", "last_reminder"]

    def test_are_not_of_what_is_decided_or_set_aside(self) -> None:
        cancelled, aside = ask(), ask()
        commands.cancel(request_id=cancelled.pk, buyer=cancelled.buyer, now=NOW)
        RefundRequest.objects.filter(pk=aside.pk).update(set_aside_at=NOW)
        assert commands.remind_due(now=DEADLINE - HOUR) == 0

    def test_keep_to_the_policy_of_the_request(
        self, request_to: RefundRequest, member: User
    ) -> None:
        policy(effective_from=NOW + HOUR, first_reminder_hours=48, last_reminder_hours=0)
        later = ask(buy(at=NOW + HOUR, product=request_to.instance.product), at=NOW + HOUR)
        assert commands.remind_due(now=later.due_at - 48 * HOUR) == 1
        keys = set(Notice.objects.filter(kind="first_reminder").values_list("key", flat=True))
        assert [key.partition("@")[0] for key in keys] == [later.reference]
        assert commands.remind_due(now=DEADLINE - HOUR) == 1

    def test_are_not_of_what_the_clock_does_not_approve(self, member: User) -> None:
        policy(effective_from=NOW - HOUR, approves_at_deadline=False)
        product = ProductFactory.create(vendor=member.vendors.get())
        ask(buy(product=product))
        assert told(member) == ["unclocked_request_received"]
        assert commands.remind_due(now=DEADLINE - HOUR) == 0

    def test_reach_every_vendor_however_small_the_batches(self) -> None:
        requests = [ask() for _ in range(5)]
        # Nobody acts for the vendors of the first three, and they keep nobody waiting.
        members = [make_member(request.vendor) for request in requests[3:]]
        assert commands.remind_due(now=DEADLINE - HOUR, size=2) == 5
        assert [told(user) for user in members] == [["last_reminder"]] * 2

    def test_cost_the_same_for_one_and_for_many(self) -> None:
        def queries(count: int) -> int:
            product = ProductFactory.create()
            make_member(product.vendor)
            for _ in range(count):
                ask(buy(product=product))
            with CaptureQueriesContext(connection) as captured:
                commands.remind_due(now=DEADLINE - HOUR)
            return len(captured)

        assert queries(1) == queries(9)
