"""A buyer asks for a refund (R2, R4, R6, R7)."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.commands import InvalidPolicy
from kernel.errors import NotFound
from orders.models import DeliveryType, OrderKind
from refunds import commands
from refunds.eligibility import Reason
from refunds.models import RefundReason
from tests.factories import NOW, ProductFactory, ask, buy, make_user

pytestmark = pytest.mark.django_db


def test_a_request_freezes_quote_policy_and_deadline() -> None:
    instance = buy(prices=(10_000,), coupon=1_500)
    request = ask(instance)
    request.refresh_from_db()
    assert (request.list_price, request.coupon, request.paid, request.refund_amount) == (
        10_000,
        1_500,
        8_500,
        8_500,
    )
    assert request.status == "pending"
    assert request.policy.delivery_type == "saas"
    assert request.due_at == NOW + timedelta(days=3)
    assert request.approves_at_deadline
    instance.refresh_from_db()
    assert instance.held_by == f"refund:{request.pk}"
    assert instance.state == "active"
    event = request.events.get()
    assert (event.kind, event.actor, event.from_status, event.to_status, event.at) == (
        "submitted",
        instance.buyer,
        "",
        "pending",
        NOW,
    )


def test_the_window_is_open_until_the_end_of_day_five_in_the_marketplace_zone() -> None:
    late_on_day_one = datetime(2026, 7, 1, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    last = datetime(2026, 7, 5, 15, 59, 59, 999_999, tzinfo=UTC)
    assert ask(buy(at=late_on_day_one), at=last).status == "pending"
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(buy(at=late_on_day_one), at=last + timedelta(microseconds=1))
    assert refusal.value.code == "window_closed"


@pytest.mark.parametrize(
    ("delivery_type", "price", "kind", "reason"),
    [
        (DeliveryType.API, 100, OrderKind.NEW, Reason.API),
        (DeliveryType.IMAGE, 100, OrderKind.NEW, Reason.IMAGE),
        (DeliveryType.IMAGE, 0, OrderKind.NEW, Reason.NOTHING_PAID),
        (DeliveryType.SERVICE, 100, OrderKind.RENEWAL, Reason.RENEWAL),
        (DeliveryType.SAAS, 0, OrderKind.NEW, Reason.NOTHING_PAID),
        (DeliveryType.SAAS, 100, OrderKind.RENEWAL, Reason.RENEWAL),
    ],
)
def test_what_self_service_does_not_refund_says_why(
    delivery_type: DeliveryType, price: int, kind: OrderKind, reason: Reason
) -> None:
    product = ProductFactory.create(delivery_type=delivery_type)
    instance = buy(product=product, prices=(price,), kind=kind)
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(instance)
    assert refusal.value.code == reason.value
    assert str(refusal.value) == str(reason.label)
    assert not instance.refund_requests.exists()


def test_an_expired_instance_goes_by_ticket() -> None:
    instance = buy(expires_at=NOW + timedelta(hours=1))
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(instance, at=NOW + timedelta(hours=1))
    assert refusal.value.code == "expired"


def test_one_request_at_a_time_and_three_in_all() -> None:
    instance = buy()
    for hour in range(3):
        request = ask(instance, at=NOW + timedelta(hours=hour))
        with pytest.raises(commands.NotRefundable) as refusal:
            ask(instance, at=NOW + timedelta(hours=hour))
        assert refusal.value.code == "request_open"
        commands.cancel(
            request_id=request.pk, buyer=instance.buyer, now=NOW + timedelta(hours=hour)
        )
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(instance, at=NOW + timedelta(hours=4))
    assert refusal.value.code == "no_submissions_left"


def test_somebody_elses_instance_does_not_exist() -> None:
    with pytest.raises(NotFound):
        commands.submit(
            instance_id=buy().pk,
            buyer=make_user(),
            reason=RefundReason.OTHER,
            acknowledged=True,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("reason", "acknowledged", "error"),
    [
        ("", True, commands.ReasonRequired),
        ("made_up", True, commands.ReasonRequired),
        ("other", False, commands.AcknowledgementRequired),
    ],
)
def test_reason_and_acknowledgement_are_required(
    reason: str, acknowledged: bool, error: type[Exception]
) -> None:
    instance = buy()
    with pytest.raises(error):
        commands.submit(
            instance_id=instance.pk,
            buyer=instance.buyer,
            reason=reason,
            acknowledged=acknowledged,
            now=NOW,
        )
    assert not instance.refund_requests.exists()


def test_asking_again_after_the_deadline_finds_it_approved_whenever_the_sweep_runs() -> None:
    request = ask()
    with pytest.raises(commands.ApprovedAutomatically):
        ask(request.instance, at=request.due_at)
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("approved", "deadline")


@pytest.mark.parametrize(
    "change",
    [
        {"zone": "Asia/Shangai"},
        {"decision_days": 0},
        {"window_days": 0},
        {"max_submissions": 0},
        {"credit_delay_minutes": -1},
        {"first_reminder_hours": 1},
        {"last_reminder_hours": -1},
    ],
)
def test_rules_that_cannot_be_kept_are_refused_because_they_can_never_be_taken_back(
    change: dict[str, object],
) -> None:
    sound: dict[str, object] = {
        "delivery_type": DeliveryType.SAAS,
        "effective_from": NOW,
        "zone": "Asia/Shanghai",
        "window_days": 5,
        "decision_days": 3,
        "approves_at_deadline": True,
        "credit_delay_minutes": 30,
        "max_submissions": 3,
        "max_refunded_orders": 4,
        "offer_days": 3,
        "max_declined_offers": 2,
        "max_hold_days": 7,
        "first_reminder_hours": 24,
        "last_reminder_hours": 2,
    }
    with pytest.raises(InvalidPolicy):
        commands.add_policy_version(**(sound | change))  # type: ignore[arg-type]
