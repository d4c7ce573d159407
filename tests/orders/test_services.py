"""A service is delivered step by step, each by the one whose turn it is (R11)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import override

from kernel.errors import DomainError, NotFound, WrittenReasonRequired
from kernel.sweeps import NotSetAside, Swept
from notices.models import Channel, Notice
from orders import commands
from orders.models import DeliveryPolicy, DeliveryType, Service, ServiceEvent, ServiceState
from orders.queries import delivery_policy_at, history_of
from orders.transitions import Step, accepted_by, may_appeal
from people.models import Role, User
from tests.billing.database import sql
from tests.factories import NOW, ProductFactory, buy, make_member, make_user
from tests.orders.deliveries import HOUR, NEED, bring, order_service, service_in, worker_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ACCEPTED_AT = NOW + 90 * DAY
REMINDED_AT = ACCEPTED_AT - 7 * DAY

Take = Callable[[Service], None]
STEPS: dict[Step, Take] = {
    Step.SUBMIT_REQUIREMENT: lambda s: commands.submit_requirement(
        service_id=s.pk, buyer=s.instance.buyer, text=NEED, now=NOW + HOUR
    ),
    Step.ACCEPT_REQUIREMENT: lambda s: commands.accept_requirement(
        service_id=s.pk, actor=worker_of(s), now=NOW + HOUR
    ),
    Step.SEND_BACK_REQUIREMENT: lambda s: commands.send_back_requirement(
        service_id=s.pk, actor=worker_of(s), text="Which shop?", now=NOW + HOUR
    ),
    Step.MARK_DONE: lambda s: commands.mark_done(
        service_id=s.pk, actor=worker_of(s), note="All of it.", now=NOW + HOUR
    ),
    Step.ACCEPT: lambda s: commands.accept_service(
        service_id=s.pk, buyer=s.instance.buyer, now=NOW + HOUR
    ),
    Step.SEND_BACK: lambda s: commands.send_back_service(
        service_id=s.pk, buyer=s.instance.buyer, text="Half is missing.", now=NOW + HOUR
    ),
}
POSSIBLE = {
    ServiceState.AWAITING_REQUIREMENT: {Step.SUBMIT_REQUIREMENT: "requirement_submitted"},
    ServiceState.REQUIREMENT_SUBMITTED: {
        Step.ACCEPT_REQUIREMENT: "in_progress",
        Step.SEND_BACK_REQUIREMENT: "awaiting_requirement",
    },
    ServiceState.IN_PROGRESS: {Step.MARK_DONE: "awaiting_acceptance"},
    ServiceState.AWAITING_ACCEPTANCE: {Step.ACCEPT: "complete", Step.SEND_BACK: "in_progress"},
    ServiceState.COMPLETE: {},
}


def hold(service: Service, *, at_hours: float = 0) -> None:
    with transaction.atomic():
        commands.hold(service.instance, reference="test:1", now=NOW + at_hours * HOUR)


def release(service: Service, *, at_hours: float) -> None:
    with transaction.atomic():
        commands.release(service.instance, reference="test:1", now=NOW + at_hours * HOUR)


def told(service: Service) -> set[tuple[str, int]]:
    """Which kinds were told to whom about the service."""
    notices = Notice.objects.filter(channel=Channel.INBOX, key__startswith=f"service:{service.pk}")
    return set(notices.values_list("kind", "recipient_id"))


@contextmanager
def unacceptable(service: Service) -> Iterator[None]:
    """Let the database refuse the acceptance of one service."""
    sql(
        "ALTER TABLE orders_service ADD CONSTRAINT never_accepted"
        f" CHECK (id <> {service.pk} OR state <> 'complete')"
    )
    try:
        yield
    finally:
        sql("ALTER TABLE orders_service DROP CONSTRAINT never_accepted")


# --- steps


def test_every_manual_service_awaits_its_requirement_from_the_purchase_on() -> None:
    product = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    buy(product=product, prices=(100, 200))
    services = Service.objects.filter(vendor=product.vendor)
    assert [s.state for s in services] == ["awaiting_requirement"] * 2
    assert {s.step_since for s in services} == {NOW}
    assert ServiceEvent.objects.filter(service__in=services, at=NOW, from_state="").count() == 2


@pytest.mark.parametrize("other", [kind for kind in DeliveryType if kind != DeliveryType.SERVICE])
def test_nothing_else_is_delivered_so(other: DeliveryType) -> None:
    buy(product=ProductFactory.create(delivery_type=other))
    assert not Service.objects.exists()


def test_a_service_keeps_the_policy_of_its_purchase() -> None:
    first = delivery_policy_at(NOW)
    later = DeliveryPolicy.objects.create(
        effective_from=NOW + DAY,
        zone=first.zone,
        acceptance_days=1,
        reminder_days=1,
        step_days=1,
        max_send_backs=1,
    )
    assert order_service(at=NOW).policy == first
    assert order_service(at=NOW + DAY).policy == later


@pytest.mark.parametrize("state", list(ServiceState))
@pytest.mark.parametrize("step", list(Step))
def test_only_the_steps_of_the_table_are_taken(step: Step, state: ServiceState) -> None:
    service = service_in(state)
    before = service.events.count()
    if step in POSSIBLE[state]:
        STEPS[step](service)
        service.refresh_from_db()
        assert (service.state, service.step_since) == (POSSIBLE[state][step], NOW + HOUR)
        last = service.events.latest("id")
        assert (last.from_state, last.to_state, last.at) == (state, service.state, NOW + HOUR)
    else:
        with pytest.raises(commands.StepTaken):
            STEPS[step](service)
        service.refresh_from_db()
        assert (service.state, service.events.count()) == (state, before)


def test_what_is_written_reaches_the_other_side_and_only_it() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    vendors, buyers = worker_of(service).pk, service.instance.buyer_id
    STEPS[Step.SEND_BACK](service)
    assert told(service) == {
        ("service_submit_requirement", vendors),
        ("service_accept_requirement", buyers),
        ("service_mark_done", buyers),
        ("service_send_back", vendors),
    }
    bring(service, ServiceState.COMPLETE, at=NOW + 2 * HOUR)
    assert ("service_accept", vendors) in told(service)
    assert Notice.objects.filter(kind="service_mark_done", channel=Channel.INBOX).count() == 2


def test_a_requirement_that_was_sent_back_is_written_anew() -> None:
    service = service_in(ServiceState.REQUIREMENT_SUBMITTED)
    STEPS[Step.SEND_BACK_REQUIREMENT](service)
    service.refresh_from_db()
    assert service.requirement == NEED
    commands.submit_requirement(
        service_id=service.pk, buyer=service.instance.buyer, text=" Both shops. ", now=NOW + DAY
    )
    service.refresh_from_db()
    assert (service.requirement, service.send_backs) == ("Both shops.", 0)


@pytest.mark.parametrize("text", ["", " \n "])
def test_what_must_be_explained_is_explained(text: str) -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    with pytest.raises(commands.TextRequired):
        commands.send_back_service(
            service_id=service.pk, buyer=service.instance.buyer, text=text, now=NOW
        )
    service.refresh_from_db()
    assert service.state == "awaiting_acceptance"


# --- who


@pytest.mark.parametrize("step", list(Step))
def test_a_stranger_finds_no_service(step: Step) -> None:
    state = next(state for state, steps in POSSIBLE.items() if step in steps)
    service = service_in(state)
    stranger = make_member(ProductFactory.create().vendor)
    names = {"buyer" if step in (Step.SUBMIT_REQUIREMENT, Step.ACCEPT, Step.SEND_BACK) else "actor"}
    command = {
        Step.SUBMIT_REQUIREMENT: commands.submit_requirement,
        Step.ACCEPT: commands.accept_service,
        Step.SEND_BACK: commands.send_back_service,
        Step.ACCEPT_REQUIREMENT: commands.accept_requirement,
        Step.SEND_BACK_REQUIREMENT: commands.send_back_requirement,
        Step.MARK_DONE: commands.mark_done,
    }[step]
    text = {"text": "x"} if step.startswith(("submit", "send")) else {}
    arguments = {**dict.fromkeys(names, stranger), **text}
    for service_id in (service.pk, 0):
        with pytest.raises(NotFound):
            command(service_id=service_id, now=NOW, **arguments)  # type: ignore[operator]


def test_who_may_only_read_does_not_act_and_nobody_on_their_own_purchase() -> None:
    service = service_in(ServiceState.IN_PROGRESS)
    reader = make_member(service.vendor, Role.READ_ONLY)
    with pytest.raises(commands.StepNotAllowed):
        commands.mark_done(service_id=service.pk, actor=reader, now=NOW)
    owner = make_member(service.vendor)
    own = bring(
        buy(buyer=owner, product=service.instance.product).service,
        ServiceState.AWAITING_REQUIREMENT,
    )
    commands.submit_requirement(service_id=own.pk, buyer=owner, text=NEED, now=NOW)
    with pytest.raises(commands.OwnPurchase):
        commands.accept_requirement(service_id=own.pk, actor=owner, now=NOW)


# --- the clock


def test_the_clock_accepts_after_as_many_natural_days_as_the_policy_says() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    assert (service.accepts_at, service.remind_at) == (ACCEPTED_AT, REMINDED_AT)
    assert commands.accept_due(now=ACCEPTED_AT - timedelta(microseconds=1)).done == 0
    assert commands.accept_due(now=ACCEPTED_AT).done == 1
    assert commands.accept_due(now=ACCEPTED_AT).done == 0
    service.refresh_from_db()
    assert (service.state, service.accepted_at) == ("complete", ACCEPTED_AT)
    last = service.events.latest("id")
    assert (last.actor, last.to_state, last.at) == (None, "complete", ACCEPTED_AT)
    parties = {worker_of(service).pk, service.instance.buyer_id}
    assert {("service_accepted_automatically", who) for who in parties} <= told(service)


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("step", [Step.ACCEPT, Step.SEND_BACK, Step.MARK_DONE])
def test_after_the_time_to_answer_only_the_clock_has_accepted(step: Step, swept: bool) -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE, at=NOW - 91 * DAY)
    assert accepted_by(service, NOW) == service.accepts_at
    if swept:
        commands.accept_due(now=NOW)
    with pytest.raises(commands.AcceptedAutomatically):
        STEPS[step](service)
    service.refresh_from_db()
    assert service.state == "complete"
    assert service.events.filter(to_state="complete", actor=None).count() == 1


def test_the_buyer_is_reminded_once_before_the_acceptance() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    assert commands.remind_due(now=REMINDED_AT - HOUR).done == 0
    for _ in range(2):
        commands.remind_due(now=REMINDED_AT)
    reminders = Notice.objects.filter(kind="service_reminder", channel=Channel.INBOX)
    assert [n.recipient_id for n in reminders] == [service.instance.buyer_id]


def test_nobody_is_reminded_of_an_acceptance_whose_time_has_passed() -> None:
    service_in(ServiceState.AWAITING_ACCEPTANCE)
    assert commands.remind_due(now=ACCEPTED_AT).done == 0
    assert commands.accept_due(now=ACCEPTED_AT).done == 1
    assert not Notice.objects.filter(kind="service_reminder").exists()


def test_a_reminder_that_would_come_at_once_is_none() -> None:
    policy = delivery_policy_at(NOW)
    DeliveryPolicy.objects.create(
        effective_from=NOW,
        zone=policy.zone,
        acceptance_days=3,
        reminder_days=3,
        step_days=1,
        max_send_backs=1,
    )
    assert service_in(ServiceState.AWAITING_ACCEPTANCE).remind_at is None


# ALTER TABLE waits for nobody's deferred constraints.
@pytest.mark.django_db(transaction=True)
def test_a_service_that_cannot_be_accepted_is_set_aside_and_the_rest_goes_on() -> None:
    services = [service_in(ServiceState.AWAITING_ACCEPTANCE) for _ in range(3)]
    broken = services[1]
    with unacceptable(broken):
        assert commands.accept_due(now=ACCEPTED_AT) == Swept(2, 1, full=False)
        assert commands.accept_due(now=ACCEPTED_AT) == Swept(0, 0, full=False)
    broken.refresh_from_db()
    assert (broken.state, broken.set_aside_at) == ("awaiting_acceptance", ACCEPTED_AT)
    assert "never_accepted" in broken.set_aside_reason
    operator = make_user(operator=True)
    commands.resume_service(service_id=broken.pk, actor=operator, note="Mended.", now=ACCEPTED_AT)
    assert commands.accept_due(now=ACCEPTED_AT).done == 1
    broken.refresh_from_db()
    assert (broken.state, broken.set_aside_at) == ("complete", None)
    assert "Mended." not in [event.note for event in history_of(broken)]
    assert broken.events.get(note="Mended.").actor == operator


@pytest.mark.parametrize("note", ["", "  "])
def test_resuming_a_service_takes_an_operator_a_reason_and_something_to_resume(note: str) -> None:
    service, operator = service_in(ServiceState.AWAITING_ACCEPTANCE), make_user(operator=True)

    def resume(actor: User, said: str) -> None:
        commands.resume_service(service_id=service.pk, actor=actor, note=said, now=ACCEPTED_AT)

    with pytest.raises(WrittenReasonRequired):
        resume(operator, note)
    with pytest.raises(NotSetAside):
        resume(operator, "Why not.")
    with pytest.raises(NotFound):
        resume(service.instance.buyer, "Me!")
    assert service.events.count() == len(history_of(service))


# --- standing still


@pytest.mark.parametrize("state", [state for state in ServiceState if POSSIBLE[state]])
def test_what_is_held_stands_still(state: ServiceState) -> None:
    service = service_in(state)
    hold(service)
    for step in POSSIBLE[state]:
        with pytest.raises(commands.DeliveryFrozen):
            STEPS[step](service)
    assert commands.accept_due(now=NOW + 200 * DAY).done == 0
    assert commands.remind_due(now=NOW + 200 * DAY).done == 0
    assert may_appeal(service, NOW) is None
    release(service, at_hours=1)
    STEPS[next(iter(POSSIBLE[state]))](service)


def test_the_time_under_a_hold_does_not_count() -> None:
    waiting = service_in(ServiceState.AWAITING_ACCEPTANCE)
    working = service_in(ServiceState.IN_PROGRESS)
    late_at = working.late_at
    assert late_at is not None
    for service in (waiting, working):
        hold(service, at_hours=1)
        hold(service, at_hours=2)  # the same reference again changes nothing
        release(service, at_hours=31.5)
        release(service, at_hours=50)
        service.refresh_from_db()
    held = 30.5 * HOUR
    assert (waiting.accepts_at, working.late_at) == (ACCEPTED_AT + held, late_at + held)
    assert waiting.remind_at == REMINDED_AT + held
    assert waiting.step_since == NOW


def test_a_hold_comes_too_late_for_what_the_clock_has_accepted() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE, at=NOW - 91 * DAY)
    hold(service)
    service.refresh_from_db()
    assert (service.state, service.frozen_since) == ("complete", None)
    release(service, at_hours=1)


def test_nothing_more_is_delivered_once_access_has_ended() -> None:
    service = service_in(ServiceState.IN_PROGRESS)
    with transaction.atomic():
        commands.terminate([service.instance_id], now=NOW)
    with pytest.raises(commands.DeliveryEnded):
        STEPS[Step.MARK_DONE](service)
    waiting = service_in(ServiceState.AWAITING_ACCEPTANCE)
    with transaction.atomic():
        commands.terminate([waiting.instance_id], now=NOW)
    assert commands.accept_due(now=NOW + 200 * DAY).done == 0


def test_a_refusal_says_why_in_a_sentence() -> None:
    service = service_in(ServiceState.COMPLETE)
    with override("en"), pytest.raises(DomainError, match="Its state now: Complete"):
        STEPS[Step.ACCEPT](service)
