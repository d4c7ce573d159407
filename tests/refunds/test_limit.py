"""Four orders of a buyer are refunded by self-service, SaaS only, whoever comes at once (R3)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import Q

from orders.models import DeliveryType, Instance, ServiceState
from people.models import User
from refunds import commands
from refunds.models import Channel, RefundRequest
from refunds.queries import assess_after_withdrawal, assess_instance, policy_at
from refunds.transitions import STANDING
from tests.factories import (
    NOW,
    ProductFactory,
    ask,
    buy,
    ground,
    make_member,
    make_user,
    no_limit,
    saas_policy,
)
from tests.orders.deliveries import bring
from tests.refunds.test_races import at_once, codes


def used_up(buyer: User, *, orders: int = 4) -> list[RefundRequest]:
    return [ask(buy(buyer=buyer)) for _ in range(orders)]


def left(instance: Instance) -> int | None:
    policy = policy_at(instance.delivery_type, NOW)
    return assess_instance(instance, policy, now=NOW).orders_left


@pytest.mark.django_db
def test_the_fifth_order_goes_by_ticket_and_stays_inside_its_window() -> None:
    buyer = make_user()
    used_up(buyer)
    fifth = buy(buyer=buyer)
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(fifth)
    assert refusal.value.code == "limit_reached"
    assert refusal.value.eligibility.inside
    assert refusal.value.eligibility.route == "ticket"
    assert not fifth.refund_requests.exists()
    # Nobody else is held up by it.
    assert ask(buy()).status == "pending"


@pytest.mark.django_db
def test_approved_and_credited_count_and_cancelled_and_rejected_do_not() -> None:
    buyer = make_user()
    approved, credited, cancelled, rejected = used_up(buyer)
    fifth = buy(buyer=buyer)
    for request in (credited, approved):
        commands.approve(request_id=request.pk, actor=make_member(request.vendor), now=NOW)
        commands.credit_due(now=NOW + timedelta(hours=1))
        assert left(fifth) == 0
    commands.cancel(request_id=cancelled.pk, buyer=buyer, now=NOW)
    assert left(fifth) == 1
    commands.reject(
        request_id=rejected.pk,
        actor=make_member(rejected.vendor),
        ground=ground(),
        text="Used up.",
        now=NOW,
    )
    assert left(fifth) == 2
    assert ask(fifth).status == "pending"


@pytest.mark.django_db
def test_several_instances_of_one_order_use_one() -> None:
    buyer = make_user()
    used_up(buyer, orders=3)
    first = buy(buyer=buyer, prices=(100, 200, 300))
    for instance in Instance.objects.filter(order=first.order).order_by("pk"):
        assert ask(instance).status == "pending"
    assert left(buy(buyer=buyer)) == 0


@pytest.mark.django_db
def test_manual_services_neither_count_nor_are_limited() -> None:
    buyer = make_user()
    service = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    for _ in range(5):
        ask(buy(buyer=buyer, product=service))
    assert left(buy(buyer=buyer)) == 4


@pytest.mark.django_db
def test_what_a_ticket_refunds_uses_none() -> None:
    request = ask()
    RefundRequest.objects.create(
        **{
            field.attname: getattr(request, field.attname)
            for field in RefundRequest._meta.concrete_fields
            if field.name not in {"id", "instance", "order", "channel"}
        },
        instance=(other := buy(buyer=request.buyer, prices=(request.paid,))),
        order=other.order,
        channel=Channel.TICKET,
    )
    assert left(buy(buyer=request.buyer)) == 3


@pytest.mark.django_db
def test_a_new_limit_counts_for_what_is_submitted_later(
    the_ledger_agrees: Callable[[], None],
) -> None:
    no_limit()
    buyer = make_user()
    requests = used_up(buyer, orders=6)
    saas_policy(max_refunded_orders=2, effective_from=NOW + timedelta(hours=1))
    another = buy(buyer=buyer)
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(another, at=NOW + timedelta(hours=1))
    assert refusal.value.code == "limit_reached"
    requests[0].refresh_from_db()
    assert requests[0].policy.max_refunded_orders is None
    the_ledger_agrees()


@pytest.mark.django_db
def test_whoever_withdraws_the_last_one_may_ask_again() -> None:
    buyer = make_user()
    last = used_up(buyer)[-1]
    again = assess_after_withdrawal(last.instance, policy_at(DeliveryType.SAAS, NOW), now=NOW)
    assert (again.allowed, again.orders_left) == (True, 1)


@pytest.mark.django_db
def test_a_lower_limit_is_said_before_somebody_withdraws() -> None:
    buyer = make_user()
    last = used_up(buyer)[-1]
    later = NOW + timedelta(hours=1)
    saas_policy(max_refunded_orders=1, effective_from=later)
    again = assess_after_withdrawal(last.instance, policy_at(DeliveryType.SAAS, later), now=later)
    assert again.reason == "limit_reached"


@pytest.mark.django_db
def test_a_service_can_be_asked_for_until_it_is_accepted() -> None:
    service = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    late = NOW + timedelta(days=200)
    instance = buy(product=service)
    make_member(service.vendor)
    bring(instance.service, ServiceState.AWAITING_ACCEPTANCE, at=late)
    request = ask(instance, at=late)
    assert (request.refund_amount, request.approves_at_deadline) == (request.paid, False)
    assert request.due_at == late + timedelta(days=5)
    assert commands.approve_due(now=late + timedelta(days=50)).done == 0
    accepted = buy(product=service)
    bring(accepted.service, ServiceState.COMPLETE)
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(accepted)
    assert refusal.value.code == "service_accepted"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_race_for_the_last_order_one_wins(
    the_ledger_agrees: Callable[[], None],
) -> None:
    for _ in range(3):
        buyer = make_user()
        used_up(buyer, orders=3)
        rivals = [buy(buyer=buyer) for _ in range(6)]
        answers = at_once([partial(ask, one) for one in rivals])
        assert codes(answers) == {"done": 1, "limit_reached": 5}
        standing = Q(buyer=buyer, status__in=STANDING)
        assert RefundRequest.objects.filter(standing).count() == 4
    the_ledger_agrees()


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_asking_at_once_never_leaves_more_than_the_limit(
    the_ledger_agrees: Callable[[], None],
) -> None:
    buyer = make_user()
    requests = used_up(buyer)
    rivals = [buy(buyer=buyer) for _ in range(4)]

    def withdraw(request: RefundRequest) -> None:
        commands.cancel(request_id=request.pk, buyer=buyer, now=NOW)

    calls: list[Callable[[], object]] = [partial(ask, one) for one in rivals]
    at_once([*calls, *(partial(withdraw, one) for one in requests[:2])])
    assert RefundRequest.objects.filter(buyer=buyer, status__in=STANDING).count() <= 4
    the_ledger_agrees()
