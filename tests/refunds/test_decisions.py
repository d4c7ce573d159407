"""Withdrawing, approving and rejecting (R6, R7, R8, R12)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from billing.queries import account_of
from kernel.errors import NotFound
from people.commands import add_member
from people.models import Role
from refunds import commands
from refunds.transitions import DecidedBy
from tests.factories import NOW, ask, buy, ground, make_member, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DEADLINE = NOW + timedelta(days=3)


def test_a_withdrawn_request_leaves_the_instance_as_it_was() -> None:
    request = ask()
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW + HOUR)
    request.refresh_from_db()
    request.instance.refresh_from_db()
    assert (request.status, request.cancelled_at) == ("cancelled", NOW + HOUR)
    assert (request.instance.state, request.instance.held_by) == ("active", "")


def test_an_approval_ends_access_and_sets_the_credit_half_an_hour_ahead() -> None:
    request = ask(buy(prices=(10_005,)))
    member = make_member(request.vendor, Role.HANDLER)
    commands.approve(request_id=request.pk, actor=member, now=NOW + HOUR)
    request.refresh_from_db()
    assert request.status == "approved"
    assert (request.decided_by, request.decider, request.decided_at) == (
        "vendor",
        member,
        NOW + HOUR,
    )
    assert (request.approved_amount, request.commission) == (10_005, 1_000)
    assert request.credit_due_at == NOW + HOUR + timedelta(minutes=30)
    request.instance.refresh_from_db()
    assert (request.instance.state, request.instance.terminated_at) == ("terminated", NOW + HOUR)
    assert request.instance.held_by == ""
    account = account_of(request.buyer)
    assert account is not None
    assert account.balance == 0, "nothing is credited before it is due"


def test_a_rejection_names_its_ground_and_the_buyer_may_ask_again() -> None:
    request = ask()
    member = make_member(request.vendor)
    commands.reject(
        request_id=request.pk, actor=member, ground=ground("abuse"), text=" Why. ", now=NOW
    )
    request.refresh_from_db()
    assert (request.status, request.rejection_text) == ("rejected", "Why.")
    assert request.rejection_ground == ground("abuse")
    assert ask(request.instance, at=NOW + HOUR).status == "pending"


@pytest.mark.parametrize("text", ["", "   "])
def test_a_rejection_without_a_text_is_refused(text: str) -> None:
    request = ask()
    with pytest.raises(commands.GroundRequired):
        commands.reject(
            request_id=request.pk,
            actor=make_member(request.vendor),
            ground=ground(),
            text=text,
            now=NOW,
        )
    request.refresh_from_db()
    assert request.status == "pending"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=9)])
@pytest.mark.parametrize("intent", ["cancel", "approve", "reject"])
def test_after_the_deadline_only_the_automatic_approval_is_legal(
    intent: str, late: timedelta
) -> None:
    request = ask()
    member = make_member(request.vendor)
    now = DEADLINE + late
    act: dict[str, Callable[..., None]] = {
        "cancel": partial(commands.cancel, buyer=request.buyer),
        "approve": partial(commands.approve, actor=member),
        "reject": partial(commands.reject, actor=member, ground=ground(), text="No"),
    }
    with pytest.raises(commands.ApprovedAutomatically):
        act[intent](request_id=request.pk, now=now)
    request.refresh_from_db()
    assert (request.status, request.decided_by, request.decider) == ("approved", "deadline", None)


def test_just_before_the_deadline_the_buyer_may_still_withdraw() -> None:
    request = ask()
    moment = DEADLINE - timedelta(microseconds=1)
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=moment)
    request.refresh_from_db()
    assert request.status == "cancelled"


def test_a_second_decision_is_told_what_the_first_was() -> None:
    request = ask()
    member = make_member(request.vendor)
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW)
    with pytest.raises(commands.AlreadyDecided) as refusal:
        commands.approve(request_id=request.pk, actor=member, now=NOW)
    assert refusal.value.status == "cancelled"
    assert "withdrawn by the buyer" in str(refusal.value)


def test_strangers_find_nothing_to_decide() -> None:
    request = ask()
    stranger = make_user()
    other_vendor = make_member(buy().vendor)
    with pytest.raises(NotFound):
        commands.cancel(request_id=request.pk, buyer=stranger, now=NOW)
    for actor in (stranger, other_vendor, request.buyer):
        with pytest.raises(NotFound):
            commands.approve(request_id=request.pk, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        commands.approve(
            request_id=request.pk,
            actor=make_member(request.vendor),
            decided_by=DecidedBy.OPERATOR,
            note="not an operator",
            now=NOW,
        )


def test_a_read_only_member_sees_but_does_not_decide() -> None:
    request = ask()
    reader = make_member(request.vendor, Role.READ_ONLY)
    with pytest.raises(commands.DecisionNotAllowed):
        commands.approve(request_id=request.pk, actor=reader, now=NOW)


def test_nobody_decides_a_refund_of_their_own_purchase() -> None:
    request = ask()
    add_member(vendor=request.vendor, user=request.buyer, role=Role.OWNER)
    with pytest.raises(commands.OwnPurchase):
        commands.approve(request_id=request.pk, actor=request.buyer, now=NOW)


def test_an_operator_decides_with_a_written_reason() -> None:
    request = ask()
    operator = make_user(operator=True)
    with pytest.raises(commands.WrittenReasonRequired):
        commands.approve(
            request_id=request.pk, actor=operator, decided_by=DecidedBy.OPERATOR, now=NOW
        )
    commands.approve(
        request_id=request.pk,
        actor=operator,
        decided_by=DecidedBy.OPERATOR,
        note="The vendor is out of business.",
        now=NOW,
    )
    request.refresh_from_db()
    assert (request.decided_by, request.decider) == ("operator", operator)
    event = request.events.get(kind="approved")
    assert event.note == "The vendor is out of business."
