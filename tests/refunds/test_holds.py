"""A hold stops the clock of one request, and both sides know why and until when (R8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kernel.errors import NotFound
from notices.models import Notice
from refunds import commands
from refunds.models import Hold, RefundRequest
from refunds.transitions import DecidedBy
from tests.factories import (
    NOW,
    ask,
    ask_service,
    ground,
    hold_on,
    make_member,
    make_user,
    offer_on,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DUE = NOW + 3 * DAY


def release(request: RefundRequest, **changes: object) -> None:
    commands.release_hold(
        **{
            "request_id": request.pk,
            "actor": make_user(operator=True),
            "note": "It is clear now.",
            "now": NOW,
        }
        | changes  # type: ignore[arg-type]
    )


def due(request: RefundRequest) -> timedelta:
    """How long after its submission the request falls due."""
    request.refresh_from_db()
    return request.due_at - NOW


def test_a_hold_moves_the_deadline_by_its_length_and_goes_by_itself(
    the_ledger_agrees: Callable[[], None],
) -> None:
    request = ask()
    hold = hold_on(request, days=2, at=NOW + DAY)
    assert hold.ends_at == NOW + 3 * DAY
    assert due(request) == 5 * DAY
    assert commands.approve_due(now=DUE + HOUR).done == 0
    # Nobody needs to end it: the deadline is the truth.
    assert commands.approve_due(now=NOW + 5 * DAY).done == 1
    request.refresh_from_db()
    hold.refresh_from_db()
    assert (request.decided_by, hold.ended_at) == ("deadline", hold.ends_at)
    the_ledger_agrees()


def test_a_release_gives_back_what_was_left(the_ledger_agrees: Callable[[], None]) -> None:
    request = ask()
    hold = hold_on(request, days=5, at=NOW + HOUR)
    release(request, now=NOW + 7 * HOUR)
    assert due(request) == 3 * DAY + 6 * HOUR
    hold.refresh_from_db()
    assert hold.ended_at == NOW + 7 * HOUR
    assert list(request.events.order_by("pk").values_list("kind", "note")) == [
        ("submitted", ""),
        ("held", "We are asking the vendor."),
        ("hold_ended", "It is clear now."),
    ]
    with pytest.raises(commands.NotHeld):
        release(request, now=NOW + 8 * HOUR)
    the_ledger_agrees()


def test_while_it_lasts_the_vendor_decides_nothing_and_the_buyer_may_withdraw() -> None:
    request, offered = ask(), ask_service()
    vendor = make_member(request.vendor)
    made = offer_on(offered)
    hold_on(request)
    hold_on(offered)
    with pytest.raises(commands.OnHold) as refusal:
        commands.approve(request_id=request.pk, actor=vendor, now=NOW + HOUR)
    assert str(refusal.value).endswith("until 2026-07-03 10:00 (UTC+8).")
    with pytest.raises(commands.OnHold):
        commands.reject(
            request_id=request.pk, actor=vendor, ground=ground(), text="No.", now=NOW + HOUR
        )
    for answer in (commands.accept_offer, commands.decline_offer):
        with pytest.raises(commands.OnHold):
            answer(offer_id=made.pk, buyer=offered.buyer, now=NOW + HOUR)
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW + HOUR)
    assert request.holds.get().ended_at == NOW + HOUR
    # Its end has come: nobody waits for the sweep that says so.
    commands.accept_offer(offer_id=made.pk, buyer=offered.buyer, now=NOW + 2 * DAY)
    kinds = offered.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [
        "submitted",
        "offered",
        "held",
        "hold_ended",
        "offer_accepted",
        "approved",
    ]


def test_an_open_offer_stands_still_with_its_request() -> None:
    request = ask_service()
    made = offer_on(request)
    hold_on(request, days=2)
    made.refresh_from_db()
    assert made.lapses_at == NOW + 5 * DAY
    release(request, now=NOW + DAY)
    made.refresh_from_db()
    assert made.lapses_at == NOW + 4 * DAY


def test_an_operator_may_decide_what_is_held() -> None:
    request = ask()
    hold_on(request)
    commands.approve(
        request_id=request.pk,
        actor=make_user(operator=True),
        decided_by=DecidedBy.OPERATOR,
        note="The vendor has confirmed.",
        now=NOW + HOUR,
    )
    assert request.holds.get().ended_at == NOW + HOUR


def test_all_holds_of_a_request_together_last_no_longer_than_the_policy_says() -> None:
    request = ask()
    with pytest.raises(commands.HoldTooLong):
        hold_on(request, days=8)
    with pytest.raises(commands.HoldTooLong):
        hold_on(request, days=0)
    hold_on(request, days=5)
    with pytest.raises(commands.AlreadyHeld):
        hold_on(request, days=1)
    release(request, now=NOW + 2 * DAY)
    with pytest.raises(commands.HoldTooLong) as refusal:
        hold_on(request, days=6, at=NOW + 2 * DAY)
    assert str(refusal.value).endswith("7 days in all; whole days left: 5.")
    hold_on(request, days=5, at=NOW + 2 * DAY)
    with pytest.raises(commands.HoldTooLong):
        hold_on(request, days=1, at=NOW + 7 * DAY)
    assert due(request) == 10 * DAY


def test_only_an_operator_holds_and_only_with_a_reason() -> None:
    request = ask()
    for stranger in (request.buyer, make_member(request.vendor), make_user()):
        with pytest.raises(NotFound):
            hold_on(request, by=stranger)
        with pytest.raises(NotFound):
            release(request, actor=stranger)
    with pytest.raises(commands.WrittenReasonRequired):
        commands.hold_request(
            request_id=request.pk, actor=make_user(operator=True), days=1, reason=" ", now=NOW
        )
    assert not Hold.objects.exists()


def test_what_is_decided_or_overdue_is_not_held() -> None:
    withdrawn, overdue = ask(), ask()
    commands.cancel(request_id=withdrawn.pk, buyer=withdrawn.buyer, now=NOW)
    with pytest.raises(commands.AlreadyDecided):
        hold_on(withdrawn)
    with pytest.raises(commands.ApprovedAutomatically):
        hold_on(overdue, at=DUE)
    overdue.refresh_from_db()
    assert overdue.status == "approved"


def test_both_sides_are_told_of_the_beginning_and_of_the_end() -> None:
    request = ask()
    vendor = make_member(request.vendor)
    hold_on(request)
    assert commands.end_holds_due(now=NOW + 2 * DAY - HOUR).done == 0
    assert commands.end_holds_due(now=NOW + 2 * DAY).done == 1
    assert commands.end_holds_due(now=NOW + 3 * DAY).done == 0
    for kind in ("hold_begun", "hold_ended"):
        told = Notice.objects.filter(kind=kind, channel="inbox")
        assert {n.recipient_id for n in told} == {request.buyer_id, vendor.pk}
        assert all(n.params["due"]["at"].startswith("2026-07-06") for n in told)
    assert request.events.get(kind="hold_ended").actor is None


@pytest.mark.parametrize("act", ["release", "cancel", "reject"])
def test_an_act_that_waited_for_the_hold_to_begin_ends_it_all_the_same(
    act: str, the_ledger_agrees: Callable[[], None]
) -> None:
    request = ask_service()
    hold = hold_on(request, days=2, at=NOW + timedelta(seconds=1))
    if act == "release":
        release(request)
    elif act == "cancel":
        commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW)
    else:
        commands.reject(
            request_id=request.pk,
            actor=make_user(operator=True),
            ground=ground(),
            text="It works.",
            note="Looked at.",
            decided_by=DecidedBy.OPERATOR,
            now=NOW,
        )
    hold.refresh_from_db()
    assert hold.ended_at == hold.held_at
