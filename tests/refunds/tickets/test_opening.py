"""A ticket is opened exactly where self-service is not possible (R3, R8, R10)."""

from datetime import timedelta

import pytest

from kernel.errors import NotFound
from orders.models import DeliveryType, OrderKind
from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundEvent, Ticket
from refunds.queries import assess_instance, policy_at
from refunds.transitions import DecidedBy
from tests.factories import NOW, ProductFactory, ask, buy, make_member, make_user
from tests.refunds.tickets.making import (
    DAY,
    HOUR,
    a_file,
    a_rejected_request,
    a_ticket,
    a_waiting_request,
    an_appeal,
    an_inside_ticket,
    buy_image,
    for_ground,
)

pytestmark = pytest.mark.django_db


def test_a_ticket_keeps_the_case_and_freezes_the_instance() -> None:
    instance = buy_image()
    ticket = a_ticket(instance, amount=4_000, evidence=[a_file()])
    instance.refresh_from_db()
    assert instance.held_by == f"ticket:{ticket.pk}"
    assert (ticket.state, ticket.cause, ticket.inside) == ("open", "image_by_ticket", False)
    assert (ticket.paid, ticket.amount_asked) == (10_000, 4_000)
    assert ticket.due_at == NOW + 3 * DAY
    assert not ticket.approves_at_deadline
    assert ticket.evidence.get().content_type == "image/png"


@pytest.mark.parametrize(
    ("delivery_type", "prices", "code"),
    [
        (DeliveryType.API, (100,), "api_not_refundable"),
        (DeliveryType.IMAGE, (0,), "nothing_paid"),
        (DeliveryType.SAAS, (100,), "eligible"),
    ],
)
def test_there_is_no_ticket_elsewhere(
    delivery_type: DeliveryType, prices: tuple[int, ...], code: str
) -> None:
    instance = buy(product=ProductFactory.create(delivery_type=delivery_type), prices=prices)
    with pytest.raises(tickets.NotByTicket) as refusal:
        a_ticket(instance)
    assert refusal.value.code == code
    assert not Ticket.objects.exists()


def test_renewals_expired_instances_and_closed_windows_go_by_ticket() -> None:
    renewal = buy(kind=OrderKind.RENEWAL)
    expired = buy(expires_at=NOW + HOUR)
    for instance, at, cause in (
        (renewal, NOW, "renewal"),
        (expired, NOW + 2 * HOUR, "expired"),
        (buy(), NOW + 10 * DAY, "window_closed"),
    ):
        ticket = a_ticket(instance, at=at)
        assert (ticket.cause, ticket.inside, ticket.approves_at_deadline) == (cause, False, False)


def test_what_is_asked_inside_the_window_keeps_its_rights() -> None:
    ticket = an_inside_ticket()
    assert (ticket.cause, ticket.inside) == ("no_submissions_left", True)
    assert (ticket.ground, ticket.amount_asked) == (None, ticket.paid)
    assert ticket.approves_at_deadline
    assert ticket.due_at == NOW + 4 * DAY


def test_there_is_one_ticket_at_a_time_and_no_request_beside_it() -> None:
    ticket = a_ticket()
    with pytest.raises(tickets.NotByTicket) as refusal:
        a_ticket(ticket.instance)
    assert refusal.value.code == "ticket_open"
    inside = an_appeal()
    with pytest.raises(commands.NotRefundable) as other:
        ask(inside.instance, at=NOW + 3 * HOUR)
    assert other.value.code == "ticket_open"


def test_an_open_request_a_refund_and_a_termination_leave_no_ticket() -> None:
    instance = buy(expires_at=NOW + HOUR)
    request = ask(instance)
    with pytest.raises(tickets.NotByTicket) as refusal:
        a_ticket(instance, at=NOW + 2 * HOUR)
    assert refusal.value.code == "request_open"
    commands.approve(request_id=request.pk, actor=make_member(request.vendor), now=NOW + HOUR)
    with pytest.raises(tickets.NotByTicket) as refusal:
        a_ticket(instance, at=NOW + 2 * HOUR)
    assert refusal.value.code == "refunded"


def test_a_request_that_is_overdue_is_approved_instead() -> None:
    instance = buy(expires_at=NOW + HOUR)
    request = ask(instance)
    with pytest.raises(commands.ApprovedAutomatically):
        a_ticket(instance, at=NOW + 3 * DAY)
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("approved", "deadline")


@pytest.mark.parametrize("amount", [0, -1, 10_001])
def test_no_more_is_asked_than_was_paid(amount: int) -> None:
    with pytest.raises(tickets.AmountNotPossible, match=r"¥100\.00"):
        a_ticket(amount=amount)
    assert not Ticket.objects.exists()


def test_a_ticket_outside_rests_on_a_ground_that_is_offered_and_speaks_for_it() -> None:
    against, withdrawn = for_ground("scope_grown"), for_ground("unreachable")
    withdrawn.offered = False
    for one in (None, against, withdrawn):
        with pytest.raises(tickets.TicketGroundRequired):
            a_ticket(ground=one)
    with pytest.raises(tickets.DescriptionRequired):
        a_ticket(description=" \n")


def test_somebody_elses_instance_is_not_found() -> None:
    instance = buy_image()
    with pytest.raises(NotFound):
        tickets.open_ticket(
            instance_id=instance.pk,
            buyer=make_user(),
            description="Mine!",
            ground=for_ground(),
            now=NOW,
        )


def test_a_rejection_by_the_vendor_is_appealed_once_and_uses_up_no_submission() -> None:
    request = a_rejected_request()
    ticket = an_appeal(request)
    assert (ticket.kind, ticket.cause, ticket.inside) == ("appeal", "rejected", True)
    assert ticket.amount_asked == ticket.paid
    assert not ticket.approves_at_deadline
    assert RefundEvent.objects.filter(request=request, kind="appealed").count() == 1
    with pytest.raises(tickets.NoAppeal):
        an_appeal(request)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW + 3 * HOUR)
    with pytest.raises(tickets.NoAppeal):
        an_appeal(request)
    request.instance.refresh_from_db()
    policy = policy_at(request.instance.delivery_type, NOW)
    again = assess_instance(request.instance, policy, now=NOW + 3 * HOUR)
    assert (again.allowed, again.submissions_left) == (True, 2)


def test_an_appeal_is_as_good_long_after_the_window() -> None:
    ticket = an_appeal(at=NOW + 30 * DAY)
    assert ticket.inside


def test_only_what_may_be_appealed_is() -> None:
    pending = ask()
    cancelled = ask()
    commands.cancel(request_id=cancelled.pk, buyer=cancelled.buyer, now=NOW)
    by_platform = ask()
    commands.reject(
        request_id=by_platform.pk,
        actor=make_user(operator=True),
        ground=a_rejected_request().rejection_ground,
        text="No.",
        note="Checked.",
        decided_by=DecidedBy.OPERATOR,
        now=NOW,
    )
    asked_again = a_rejected_request()
    ask(asked_again.instance, at=NOW + 2 * HOUR)
    for request in (pending, cancelled, by_platform, asked_again):
        with pytest.raises(tickets.NoAppeal):
            an_appeal(request)
    with pytest.raises(NotFound):
        tickets.appeal(request_id=a_rejected_request().pk, buyer=make_user(), now=NOW)


def test_a_request_left_unanswered_is_appealed_from_its_date_on() -> None:
    request = a_waiting_request()
    with pytest.raises(tickets.NoAppeal):
        an_appeal(request, at=request.due_at - timedelta(microseconds=1))
    ticket = an_appeal(request, at=request.due_at)
    assert (ticket.cause, ticket.approves_at_deadline) == ("unanswered", False)
    request.instance.refresh_from_db()
    assert request.instance.held_by == request.reference
