"""What a manual service gives cause to put before the platform, and what follows (R4, R8, R11).

A late step and too many send-backs go by ticket; too many declined offers and silence are an
appeal about the request that waits.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orders import commands as deliveries
from orders.models import Instance, Service, ServiceState
from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundRequest, Ticket
from refunds.recourse import Recourse
from refunds.ticket_queries import recourse_by_appeal, recourse_by_ticket
from refunds.transitions import DecidedBy
from tests.factories import NOW, ask, ask_service, ground, make_member, make_user
from tests.orders.deliveries import ORDER, bring, service_in, worker_of
from tests.refunds.test_access import signed_in
from tests.refunds.tickets.making import DAY, HOUR, a_deadlock

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Case:
    """An instance with a cause to go to the platform from `since` on."""

    instance: Instance
    since: datetime
    open: Callable[[datetime], Ticket]
    recourse: Callable[[datetime], Recourse | None]


def _by_ticket(service: Service, since: datetime) -> Case:
    instance = service.instance
    return Case(
        instance,
        since,
        lambda now: tickets.open_ticket(
            instance_id=instance.pk, buyer=instance.buyer, description="Nothing moves.", now=now
        ),
        lambda now: recourse_by_ticket(Instance.objects.get(pk=instance.pk), now=now),
    )


def _by_appeal(request: RefundRequest, since: datetime) -> Case:
    return Case(
        request.instance,
        since,
        lambda now: tickets.appeal(request_id=request.pk, buyer=request.buyer, now=now),
        lambda now: recourse_by_appeal(RefundRequest.objects.get(pk=request.pk), now=now),
    )


def late_step(at: datetime = NOW) -> Case:
    """The vendor has not accepted the requirement, from the fifth day on."""
    return _by_ticket(service_in(ServiceState.REQUIREMENT_SUBMITTED, at=at), at + 5 * DAY)


def send_backs(at: datetime = NOW) -> Case:
    """The buyer has sent the service back three times; the third time an hour after `at`."""
    service = service_in(ServiceState.AWAITING_ACCEPTANCE, at=at)
    for count in range(3):
        bring(service, ServiceState.AWAITING_ACCEPTANCE, at=at)
        deliveries.send_back_service(
            service_id=service.pk,
            buyer=service.instance.buyer,
            text="The same fault.",
            now=at + HOUR * (count == 2),
        )
    service.refresh_from_db()
    return _by_ticket(service, at + HOUR)


def offers_declined(at: datetime = NOW) -> Case:
    """The buyer has declined two offers, at once."""
    return _by_appeal(a_deadlock(at=at), at)


def unanswered(at: datetime = NOW) -> Case:
    """The vendor has left a request unanswered, from the fifth day on."""
    request = ask_service(at=at)
    return _by_appeal(request, request.due_at)


BY_TICKET = (late_step, send_backs)
BY_APPEAL = (offers_declined, unanswered)
CAUSES = (*BY_TICKET, *BY_APPEAL)
Make = Callable[..., Case]

SENTENCES = {
    "late_step": (
        "The vendor let a step of the delivery lie for too long.",
        "服务商的交付步骤拖延过久。",
    ),
    "send_backs": ("The service had to be sent back too often.", "服务被多次驳回验收。"),
    "offers_declined": (
        "Buyer and vendor found no amount to agree on.",
        "买家与服务商未能就金额达成一致。",
    ),
    "unanswered": (
        "The vendor left the request unanswered for too long.",
        "服务商长时间未处理该申请。",
    ),
}


def service_of(case: Case) -> Service:
    return Service.objects.get(instance=case.instance)


def approve(ticket: Ticket, *, now: datetime) -> None:
    tickets.approve_ticket(
        ticket_id=ticket.pk,
        operator=make_user(operator=True),
        amount=ticket.paid,
        reason="It cannot go on like this.",
        now=now,
    )


@pytest.mark.parametrize("make", [late_step, unanswered])
def test_a_cause_that_takes_days_is_none_an_instant_before(make: Make) -> None:
    case = make()
    before = case.recourse(case.since - INSTANT)
    assert before is None
    found = case.recourse(case.since)
    assert found == Recourse(make.__name__, inside=True, by_clock=False)
    assert case.open(case.since).cause == make.__name__


def test_before_the_fifth_day_a_step_gives_no_cause_and_a_request_is_the_way() -> None:
    case = late_step()
    with pytest.raises(tickets.NotByTicket) as refused:
        case.open(case.since - INSTANT)
    assert refused.value.code == "eligible"
    # A step that was taken in time is none that lies.
    service = service_of(case)
    deliveries.accept_requirement(service_id=service.pk, actor=worker_of(service), now=NOW + DAY)
    assert case.recourse(case.since) is None
    assert case.recourse(case.since + DAY) is not None


def test_the_second_send_back_gives_no_cause_and_the_third_does() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    case = _by_ticket(service, NOW)
    for expected in (None, None, Recourse("send_backs", inside=True)):
        bring(service, ServiceState.AWAITING_ACCEPTANCE)
        deliveries.send_back_service(
            service_id=service.pk, buyer=case.instance.buyer, text="Again.", now=NOW
        )
        assert case.recourse(NOW) == expected
    # What the buyer has accepted nobody appeals about.
    bring(service, ServiceState.COMPLETE)
    assert case.recourse(NOW) == Recourse("service_accepted", inside=False)


def test_the_first_declined_offer_gives_no_cause() -> None:
    request = a_deadlock(declined=1)
    assert recourse_by_appeal(request, now=NOW) is None
    with pytest.raises(tickets.NoAppeal):
        tickets.appeal(request_id=request.pk, buyer=request.buyer, now=NOW)


@pytest.mark.parametrize("make", CAUSES)
def test_the_platform_decides_in_full_and_no_clock_ever_does(make: Make) -> None:
    case = make()
    ticket = case.open(case.since)
    assert (ticket.kind, ticket.cause) == ("appeal", make.__name__)
    assert (ticket.inside, ticket.ground) == (True, None)
    assert ticket.amount_asked == ticket.paid
    assert not ticket.approves_at_deadline
    later = case.since + 100 * DAY
    assert tickets.approve_due_tickets(now=later).done == 0
    assert commands.approve_due(now=later).done == 0
    approve(ticket, now=later)


@pytest.mark.parametrize("make", CAUSES)
def test_it_freezes_the_delivery_and_its_automatic_acceptance(make: Make) -> None:
    case = make()
    case.open(case.since)
    service = service_of(case)
    assert service.frozen_since is not None
    with pytest.raises(deliveries.DeliveryFrozen):
        bring(service, ORDER[ORDER.index(ServiceState(service.state)) + 1], at=case.since)
    assert deliveries.accept_due(now=NOW + 300 * DAY).done == 0
    assert case.recourse(case.since + DAY) is None


@pytest.mark.parametrize("make", CAUSES)
def test_what_is_approved_becomes_a_refund_through_the_door_of_every_other(
    make: Make, the_ledger_agrees: Callable[[], None]
) -> None:
    case = make()
    ticket = case.open(case.since)
    approve(ticket, now=case.since + HOUR)
    ticket.refresh_from_db()
    refund = ticket.refund
    assert refund is not None
    # Only what nobody has answered is decided itself; else there is a new request.
    assert refund.channel == ("self_service" if make in BY_APPEAL else "ticket")
    assert (refund.status, refund.decided_by) == ("approved", DecidedBy.OPERATOR)
    assert refund.approved_amount == ticket.paid
    case.instance.refresh_from_db()
    assert (case.instance.state, case.instance.held_by) == ("terminated", "")
    assert commands.credit_due(now=case.since + DAY).done == 1
    the_ledger_agrees()


@pytest.mark.parametrize("make", CAUSES)
def test_after_a_decline_the_delivery_goes_on(make: Make) -> None:
    case = make()
    ticket = case.open(case.since)
    tickets.decline_ticket(
        ticket_id=ticket.pk,
        operator=make_user(operator=True),
        reason="It is nearly done.",
        rejection_ground=ground(),
        now=case.since + HOUR,
    )
    case.instance.refresh_from_db()
    assert (case.instance.state, case.instance.held_by) == ("active", "")
    assert service_of(case).frozen_since is None


@pytest.mark.parametrize("make", BY_TICKET)
def test_after_a_withdrawal_the_delivery_goes_on_and_the_time_does_not_count(make: Make) -> None:
    case = make()
    late_at = service_of(case).late_at
    assert late_at is not None
    ticket = case.open(case.since)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=case.since + 2 * DAY)
    service = service_of(case)
    assert (service.frozen_since, service.late_at) == (None, late_at + 2 * DAY)
    case.instance.refresh_from_db()
    assert case.instance.held_by == ""
    if make is late_step:
        deliveries.accept_requirement(
            service_id=service.pk, actor=worker_of(service), now=case.since + 2 * DAY
        )
        assert case.recourse(case.since + 2 * DAY) is None
    else:
        assert case.recourse(case.since + 2 * DAY) == Recourse("send_backs", inside=True)


@pytest.mark.parametrize("make", BY_APPEAL)
def test_after_a_withdrawn_appeal_the_request_waits_on_and_holds_the_delivery(make: Make) -> None:
    case = make()
    ticket = case.open(case.since)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=case.since + HOUR)
    assert ticket.appealed
    assert service_of(case).frozen_since == NOW
    commands.cancel(request_id=ticket.appealed.pk, buyer=ticket.buyer, now=case.since + 2 * HOUR)
    assert service_of(case).frozen_since is None


def test_once_the_silence_has_been_appealed_nobody_is_promised_another_appeal_for_it() -> None:
    case = unanswered()
    request = RefundRequest.objects.get(instance=case.instance)
    promise, instead = "Without an answer, the buyer may appeal", "The vendor decides"
    readers = (("refund", request.buyer), ("vendor_refund", make_member(request.vendor)))

    def pages() -> list[str]:
        answers = (
            signed_in(who).get(reverse(name, args=[request.pk]), headers={"Accept-Language": "en"})
            for name, who in readers
        )
        return [answer.content.decode() for answer in answers]

    assert all(promise in page and instead not in page for page in pages())
    ticket = case.open(case.since)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=case.since + HOUR)
    assert all(promise not in page and instead in page for page in pages())


@pytest.mark.parametrize("make", BY_TICKET)
def test_a_service_that_is_being_refunded_is_not_put_before_the_platform_as_well(
    make: Make,
) -> None:
    case = make()
    ask(case.instance, at=case.since)
    assert case.recourse(case.since) is None
    with pytest.raises(tickets.NotByTicket) as refused:
        case.open(case.since)
    assert refused.value.code == "request_open"


# --- pages


def shown(case: Case, name: str, key: object, language: str) -> str:
    client = signed_in(case.instance.buyer)
    answer = client.get(reverse(name, args=[key]), headers={"Accept-Language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("make", CAUSES)
def test_the_pages_lead_there_and_say_why_and_who_decides(make: Make, language: str) -> None:
    # Late, or not so late that it would be another cause.
    case = make(at=timezone.now() - (6 if make in (late_step, unanswered) else 1) * DAY)
    english, chinese = SENTENCES[make.__name__]
    nothing = {"en": "nothing is approved automatically", "zh-hans": "不会超时自动同意"}[language]
    if make in BY_TICKET:
        page = shown(case, "purchase", case.instance.resource_id, language)
        assert reverse("open_ticket", args=[case.instance.resource_id]) in page
        form = shown(case, "open_ticket", case.instance.resource_id, language)
        assert (english if language == "en" else chinese) in form
        assert nothing in form
    else:
        request = RefundRequest.objects.get(instance=case.instance)
        page = shown(case, "refund", request.pk, language)
        assert reverse("appeal_refund", args=[request.pk]) in page
    ticket = case.open(timezone.now())
    page = shown(case, "ticket", ticket.pk, language)
    assert (english if language == "en" else chinese) in page
    assert (english in page) == (language == "en")
    assert nothing in page
