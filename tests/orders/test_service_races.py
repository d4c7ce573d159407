"""Whatever buyers, vendors and the sweep do at once, a step is taken once (R11)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from orders import commands
from orders.models import Instance, Service, ServiceState
from tests.factories import NOW
from tests.orders.deliveries import service_in, worker_of
from tests.refunds.test_races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)

DUE = NOW + timedelta(days=90)
BEFORE = DUE - timedelta(hours=1)


def accept(service: Service) -> Callable[[], None]:
    return partial(
        commands.accept_service, service_id=service.pk, buyer=service.instance.buyer, now=BEFORE
    )


def send_back(service: Service) -> Callable[[], None]:
    return partial(
        commands.send_back_service,
        service_id=service.pk,
        buyer=service.instance.buyer,
        text="Half is missing.",
        now=BEFORE,
    )


def hold(service: Service, *, reference: str = "refund:1") -> None:
    """As a refund request or a ticket begins: the instance first."""
    with transaction.atomic():
        instance = Instance.objects.select_for_update(no_key=True).get(pk=service.instance_id)
        commands.hold(instance, reference=reference, now=BEFORE)


@pytest.fixture
def service() -> Service:
    return service_in(ServiceState.AWAITING_ACCEPTANCE)


def test_two_tabs_accept_and_send_back_and_one_of_them_wins(service: Service) -> None:
    answers = at_once([accept(service), send_back(service)] * 6)
    assert codes(answers) == {"done": 1, "step_taken": 11}
    service.refresh_from_db()
    assert service.events.filter(from_state="awaiting_acceptance").count() == 1
    assert (service.state == "complete") == (service.send_backs == 0)


def test_two_members_mark_it_done_and_the_buyer_is_asked_once() -> None:
    service = service_in(ServiceState.IN_PROGRESS)
    done = partial(commands.mark_done, service_id=service.pk, actor=worker_of(service), now=NOW)
    assert codes(at_once([done] * 8)) == {"done": 1, "step_taken": 7}


def test_acceptance_and_a_hold_leave_no_step_under_the_hold(service: Service) -> None:
    answers = codes(at_once([accept(service), partial(hold, service), send_back(service)]))
    service.refresh_from_db()
    steps = service.events.filter(from_state="awaiting_acceptance").count()
    assert answers["done"] == 1 + steps
    assert steps <= 1
    assert (service.frozen_since is None) == (service.state == "complete")


def test_sweeps_and_the_buyer_accept_at_once_and_it_is_accepted_once(service: Service) -> None:
    others = [service_in(ServiceState.AWAITING_ACCEPTANCE) for _ in range(3)]
    sweep = partial(commands.accept_due, now=DUE)
    answers = at_once([sweep, accept(service), sweep, send_back(service), sweep])
    assert set(codes(answers)) <= {"done", "step_taken", "accepted_automatically"}
    commands.accept_due(now=DUE)
    for one in others:
        assert one.events.filter(to_state="complete").count() == 1
    service.refresh_from_db()
    assert service.events.filter(to_state="complete").count() == (service.state == "complete")


def test_a_sweep_and_a_hold_agree_on_who_was_first(service: Service) -> None:
    at_once([partial(commands.accept_due, now=DUE), partial(hold, service)])
    service.refresh_from_db()
    assert (service.state == "complete") == (service.frozen_since is None)
