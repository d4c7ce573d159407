"""One answer for buttons, dialog, admin and commands: which way, why, until when, how much."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import DeliveryType, OrderKind, ServiceState
from refunds.eligibility import Eligibility, Facts, Quote, Reason, Route, assess
from refunds.policy import Terms
from refunds.transitions import STANDING

INSTANT = timedelta(microseconds=1)
BOUGHT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
NOW = BOUGHT + timedelta(hours=1)
CLOSED = datetime(2026, 7, 5, 16, 0, tzinfo=UTC)  # the first moment of July 6 in Shanghai

TERMS = Terms(
    zone=ZoneInfo("Asia/Shanghai"),
    window_days=5,
    decision_days=3,
    approves_at_deadline=True,
    credit_delay=timedelta(minutes=30),
    max_submissions=3,
    max_refunded_orders=4,
)
SERVICE: dict[str, Any] = {"delivery_type": DeliveryType.SERVICE}


def facts(**changes: Any) -> Facts:
    """A SaaS instance that can be refunded, but for these changes."""
    sound: dict[str, Any] = {
        "delivery_type": DeliveryType.SAAS,
        "order_kind": OrderKind.NEW,
        "purchased_at": BOUGHT,
        "expires_at": None,
        "terminated": False,
        "list_price": 10_000,
        "coupon": 1_500,
        "paid": 8_500,
        "currency": "CNY",
        "standing": None,
        "submissions": 0,
    }
    return Facts(**(sound | changes))


def answer(*, now: datetime = NOW, terms: Terms = TERMS, **changes: Any) -> Eligibility:
    return assess(facts(**changes), terms, now=now)


def test_a_fresh_saas_purchase_is_refunded_in_full_by_self_service() -> None:
    eligibility = answer()
    assert (eligibility.reason, eligibility.route) == (Reason.ELIGIBLE, Route.SELF_SERVICE)
    assert eligibility.allowed
    assert eligibility.until == CLOSED
    assert eligibility.submissions_left == 3
    assert eligibility.quote == Quote(
        list_price=10_000, coupon=1_500, paid=8_500, refund=8_500, currency="CNY"
    )


@pytest.mark.parametrize(
    ("changes", "reason", "route"),
    [
        ({"standing": "pending"}, Reason.REQUEST_OPEN, Route.NONE),
        ({"standing": "approved", "terminated": True}, Reason.REFUNDED, Route.NONE),
        ({"standing": "credited", "terminated": True}, Reason.REFUNDED, Route.NONE),
        ({"terminated": True}, Reason.TERMINATED, Route.NONE),
        ({"delivery_type": DeliveryType.API}, Reason.API, Route.NONE),
        ({"delivery_type": DeliveryType.API, "paid": 0}, Reason.API, Route.NONE),
        ({"paid": 0}, Reason.NOTHING_PAID, Route.NONE),
        ({"delivery_type": DeliveryType.IMAGE, "paid": 0}, Reason.NOTHING_PAID, Route.NONE),
        ({"delivery_type": DeliveryType.IMAGE}, Reason.IMAGE, Route.TICKET),
        *(
            (SERVICE | {"service_state": state}, Reason.ELIGIBLE, Route.SELF_SERVICE)
            for state in ServiceState
            if state != ServiceState.COMPLETE
        ),
        (SERVICE | {"service_state": ServiceState.COMPLETE}, Reason.ACCEPTED, Route.TICKET),
        (SERVICE | {"now": CLOSED + timedelta(days=900)}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        (SERVICE | {"order_kind": OrderKind.RENEWAL}, Reason.RENEWAL, Route.TICKET),
        (SERVICE | {"paid": 0}, Reason.NOTHING_PAID, Route.NONE),
        (SERVICE | {"standing": "pending", "held": True}, Reason.REQUEST_OPEN, Route.NONE),
        (SERVICE | {"submissions": 3}, Reason.NO_SUBMISSIONS_LEFT, Route.TICKET),
        ({"held": True}, Reason.HELD, Route.NONE),
        ({"held": True, "delivery_type": DeliveryType.API}, Reason.HELD, Route.NONE),
        ({"refunded_orders": 3}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"refunded_orders": 4}, Reason.LIMIT_REACHED, Route.TICKET),
        ({"refunded_orders": 9}, Reason.LIMIT_REACHED, Route.TICKET),
        ({"refunded_orders": 4, "order_counts": True}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"refunded_orders": 4, "submissions": 3}, Reason.NO_SUBMISSIONS_LEFT, Route.TICKET),
        ({"refunded_orders": 4, "now": CLOSED}, Reason.WINDOW_CLOSED, Route.TICKET),
        ({"refunded_orders": 4, "paid": 0}, Reason.NOTHING_PAID, Route.NONE),
        ({"order_kind": OrderKind.RENEWAL}, Reason.RENEWAL, Route.TICKET),
        ({"order_kind": OrderKind.CONVERSION}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"expires_at": NOW}, Reason.EXPIRED, Route.TICKET),
        ({"expires_at": NOW - INSTANT}, Reason.EXPIRED, Route.TICKET),
        ({"expires_at": NOW + INSTANT}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"now": CLOSED - INSTANT}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"now": CLOSED}, Reason.WINDOW_CLOSED, Route.TICKET),
        ({"now": CLOSED + timedelta(days=900)}, Reason.WINDOW_CLOSED, Route.TICKET),
        ({"submissions": 2}, Reason.ELIGIBLE, Route.SELF_SERVICE),
        ({"submissions": 3}, Reason.NO_SUBMISSIONS_LEFT, Route.TICKET),
        ({"submissions": 4}, Reason.NO_SUBMISSIONS_LEFT, Route.TICKET),
        ({"submissions": 3, "now": CLOSED}, Reason.WINDOW_CLOSED, Route.TICKET),
    ],
)
def test_each_case_has_its_reason_and_its_way(
    changes: dict[str, Any], reason: Reason, route: Route
) -> None:
    eligibility = answer(**changes)
    assert (eligibility.reason, eligibility.route) == (reason, route)
    assert eligibility.allowed is (route == Route.SELF_SERVICE)
    assert eligibility.sentence == reason.label


def test_what_a_policy_gives_no_window_is_outside_it() -> None:
    terms = Terms(
        zone=TERMS.zone,
        window_days=None,
        decision_days=3,
        approves_at_deadline=True,
        credit_delay=timedelta(0),
        max_submissions=3,
    )
    eligibility = answer(terms=terms)
    assert (eligibility.reason, eligibility.until) == (Reason.WINDOW_CLOSED, None)


@pytest.mark.parametrize(("submitted", "left"), [(0, 3), (1, 2), (3, 0), (9, 0)])
def test_the_submissions_left_are_never_fewer_than_none(submitted: int, left: int) -> None:
    assert answer(submissions=submitted).submissions_left == left


def test_every_reason_says_itself_in_a_sentence() -> None:
    assert all(str(reason.label).endswith(".") for reason in Reason)
    assert len({str(reason.label) for reason in Reason}) == len(Reason)


CASES = st.builds(
    facts,
    delivery_type=st.sampled_from(DeliveryType),
    order_kind=st.sampled_from(OrderKind),
    expires_at=st.none() | st.just(BOUGHT + timedelta(days=2)),
    terminated=st.booleans(),
    paid=st.sampled_from([0, 1, 8_500]),
    standing=st.sampled_from([None, *STANDING]),
    submissions=st.integers(min_value=0, max_value=5),
    service_state=st.none() | st.sampled_from(ServiceState),
    held=st.booleans(),
    refunded_orders=st.integers(min_value=0, max_value=6),
    order_counts=st.booleans(),
)
HOURS = st.integers(min_value=0, max_value=200)


@given(CASES, HOURS)
def test_self_service_never_reaches_what_the_rules_keep_from_it(case: Facts, hours: int) -> None:
    now = BOUGHT + timedelta(hours=hours)
    if assess(case, TERMS, now=now).allowed:
        assert case.delivery_type in {DeliveryType.SAAS, DeliveryType.SERVICE}
        assert case.order_kind != OrderKind.RENEWAL
        assert (case.standing, case.terminated, case.held) == (None, False, False)
        assert case.paid > 0
        assert case.submissions < 3
        assert case.order_counts or case.refunded_orders < 4
        if case.delivery_type == DeliveryType.SAAS:
            assert now < CLOSED
        else:
            assert case.service_state != ServiceState.COMPLETE
        assert case.expires_at is None or now < case.expires_at


@given(CASES, HOURS)
def test_whatever_is_so_there_is_one_reason_and_it_says_what_helps(case: Facts, hours: int) -> None:
    eligibility = assess(case, TERMS, now=BOUGHT + timedelta(hours=hours))
    assert eligibility.sentence
    if eligibility.route == Route.TICKET:
        assert eligibility.remedy
        assert case.delivery_type != DeliveryType.API
        assert case.paid > 0
    if eligibility.until_accepted:
        assert (case.delivery_type, eligibility.until) == (DeliveryType.SERVICE, None)


@given(CASES, HOURS)
def test_what_is_inside_the_window_could_be_asked_for_or_is_used_up(
    case: Facts, hours: int
) -> None:
    eligibility = assess(case, TERMS, now=BOUGHT + timedelta(hours=hours))
    inside = {
        Reason.ELIGIBLE,
        Reason.REQUEST_OPEN,
        Reason.NO_SUBMISSIONS_LEFT,
        Reason.LIMIT_REACHED,
    }
    assert eligibility.reason in inside or not eligibility.inside
    if eligibility.allowed:
        assert eligibility.inside


@pytest.mark.parametrize(("used", "left"), [(0, 4), (3, 1), (4, 0), (7, 0)])
def test_the_orders_left_are_never_fewer_than_none(used: int, left: int) -> None:
    assert answer(refunded_orders=used).orders_left == left


def test_without_a_limit_nothing_is_counted() -> None:
    eligibility = answer(terms=replace(TERMS, max_refunded_orders=None), refunded_orders=99)
    assert (eligibility.allowed, eligibility.orders_left) == (True, None)


@given(CASES, HOURS)
def test_never_more_than_was_paid_comes_back(case: Facts, hours: int) -> None:
    quote = assess(case, TERMS, now=BOUGHT + timedelta(hours=hours)).quote
    assert quote.refund == quote.paid == case.paid


@given(CASES, HOURS, HOURS)
def test_what_was_not_possible_does_not_become_possible_by_waiting(
    case: Facts, hours: int, more: int
) -> None:
    now = BOUGHT + timedelta(hours=hours)
    later = now + timedelta(hours=more)
    if not assess(case, TERMS, now=now).allowed:
        assert not assess(case, TERMS, now=later).allowed


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_answer_is_the_same_in_whatever_zone_the_moment_is_written(zone: str) -> None:
    for now in (CLOSED - INSTANT, CLOSED):
        elsewhere = now.astimezone(ZoneInfo(zone))
        assert answer(now=elsewhere).reason == answer(now=now).reason
