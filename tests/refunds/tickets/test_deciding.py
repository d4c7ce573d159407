"""How a ticket ends: by an operator, by the clock, by its buyer; and what the vendor says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kernel.errors import NotFound
from notices.kinds import words_of
from notices.models import Notice
from people.models import Role
from refunds import commands
from refunds.commands import tickets
from refunds.models import Party, RefundRequest, Ticket, TicketGround
from refunds.transitions import DecidedBy
from tests.factories import NOW, buy, ground, make_member, make_user
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


def approve(ticket: Ticket, *, amount: int = 6_000, **kwargs: Any) -> None:
    told: dict[str, Any] = {
        "operator": make_user(operator=True),
        "reason": "Late indeed.",
        "now": NOW + HOUR,
    }
    tickets.approve_ticket(ticket_id=ticket.pk, amount=amount, **(told | kwargs))
    ticket.refresh_from_db()


def decline(ticket: Ticket, **kwargs: Any) -> None:
    told: dict[str, Any] = {
        "operator": make_user(operator=True),
        "reason": "It works.",
        "now": NOW + HOUR,
    }
    tickets.decline_ticket(ticket_id=ticket.pk, **(told | kwargs))
    ticket.refresh_from_db()


def told(user_id: int) -> set[str]:
    return set(Notice.objects.filter(recipient_id=user_id).values_list("kind", flat=True))


def test_an_approved_ticket_goes_through_the_same_door_as_every_refund(
    the_ledger_agrees: Callable[[], None],
) -> None:
    ticket = a_ticket()
    approve(ticket)
    refund = ticket.refund
    assert refund is not None
    assert ticket.state == "approved"
    assert (refund.channel, refund.status, refund.decided_by) == ("ticket", "approved", "operator")
    assert (refund.refund_amount, refund.approved_amount, refund.commission) == (6_000, 6_000, 600)
    assert (refund.paid, refund.reason, refund.policy_id) == (10_000, "ticket", ticket.policy_id)
    assert [event.kind for event in refund.events.order_by("id")] == ["submitted", "approved"]
    ticket.instance.refresh_from_db()
    assert (ticket.instance.state, ticket.instance.held_by) == ("terminated", "")
    assert commands.credit_due(now=NOW + DAY).done == 1
    refund.refresh_from_db()
    assert refund.status == "credited"
    the_ledger_agrees()


def test_a_declined_ticket_lets_the_instance_go_on_and_another_be_opened() -> None:
    ticket = a_ticket()
    decline(ticket, ground=TicketGround.objects.get(code="own_change"))
    assert (ticket.state, ticket.decision) == ("declined", "It works.")
    ticket.instance.refresh_from_db()
    assert (ticket.instance.state, ticket.instance.held_by) == ("active", "")
    assert not RefundRequest.objects.exists()
    a_ticket(ticket.instance, at=NOW + DAY)


@pytest.mark.parametrize("amount", [0, -5, 10_001])
def test_no_more_is_returned_than_was_paid(amount: int) -> None:
    with pytest.raises(tickets.AmountNotPossible):
        approve(a_ticket(), amount=amount, ground=for_ground())


def test_all_of_it_outside_the_window_needs_a_ground_for_it() -> None:
    ticket = a_ticket()
    for one in (None, TicketGround.objects.get(code="scope_grown")):
        with pytest.raises(tickets.FullAmountNeedsGround):
            approve(ticket, amount=10_000, ground=one)
    approve(ticket, amount=10_000, ground=for_ground())
    assert ticket.decision_ground == for_ground()


def test_inside_the_window_it_is_always_all_of_it() -> None:
    ticket = an_inside_ticket()
    with pytest.raises(tickets.AmountNotPossible):
        approve(ticket, amount=9_999, now=NOW + DAY)
    approve(ticket, amount=10_000, now=NOW + DAY)
    assert ticket.refund is not None


def test_a_decision_is_an_operators_with_a_reason_and_never_of_the_own_purchase() -> None:
    buyer = make_user(operator=True)
    ticket = a_ticket(buy_image(buyer=buyer))
    for decide in (approve, decline):
        with pytest.raises(NotFound):
            decide(ticket, operator=make_member(ticket.vendor))
        with pytest.raises(commands.OwnPurchase):
            decide(ticket, operator=buyer)
        with pytest.raises(commands.WrittenReasonRequired):
            decide(ticket, reason="  ")


def test_what_is_closed_is_closed() -> None:
    ticket = a_ticket()
    decline(ticket)
    member = make_member(ticket.vendor)
    id_now: dict[str, Any] = {"ticket_id": ticket.pk, "now": NOW + DAY}
    buyer = ticket.buyer
    acts: tuple[Callable[[], None], ...] = (
        lambda: approve(ticket),
        lambda: decline(ticket),
        lambda: tickets.withdraw_ticket(buyer=buyer, **id_now),
        lambda: tickets.urge(buyer=buyer, **id_now),
        lambda: tickets.write(actor=buyer, party=Party.BUYER, text="But!", **id_now),
        lambda: tickets.agree(actor=member, amount=1, **id_now),
        lambda: tickets.refuse(actor=member, text="No.", **id_now),
    )
    for late in acts:
        with pytest.raises(tickets.TicketClosed, match="declined already"):
            late()


def test_a_withdrawn_ticket_leaves_everything_as_it_was() -> None:
    ticket = a_ticket()
    with pytest.raises(NotFound):
        tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=make_user(), now=NOW)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW + HOUR)
    ticket.refresh_from_db()
    ticket.instance.refresh_from_db()
    assert (ticket.state, ticket.instance.held_by) == ("withdrawn", "")


def test_the_clock_approves_what_was_asked_inside_the_window_and_nothing_else() -> None:
    inside, appeal, outside = an_inside_ticket(), an_appeal(), a_ticket()
    instant = timedelta(microseconds=1)
    assert tickets.approve_due_tickets(now=inside.due_at - instant).done == 0
    swept = tickets.approve_due_tickets(now=NOW + 30 * DAY)
    assert (swept.done, swept.set_aside, swept.full) == (1, 0, False)
    assert tickets.approve_due_tickets(now=NOW + 30 * DAY).done == 0
    for ticket in (inside, appeal, outside):
        ticket.refresh_from_db()
    assert (inside.state, appeal.state, outside.state) == ("approved", "open", "open")
    assert inside.refund is not None
    assert (inside.refund.decided_by, inside.refund.approved_amount) == ("deadline", 10_000)
    assert inside.decider is None


def test_no_clock_approves_an_appeal_and_the_platform_decides_it_however_late() -> None:
    for decide, state in ((partial(approve, amount=10_000), "approved"), (decline, "declined")):
        ticket = an_appeal()
        late = ticket.due_at + 30 * DAY
        assert not ticket.is_overdue(late)
        decide(ticket, now=late)
        assert ticket.state == state
    withdrawn = an_appeal()
    tickets.withdraw_ticket(
        ticket_id=withdrawn.pk, buyer=withdrawn.buyer, now=withdrawn.due_at + DAY
    )
    withdrawn.refresh_from_db()
    assert withdrawn.state == "withdrawn"


def test_once_it_was_refused_no_clock_approves_a_ticket_about_the_same() -> None:
    declined = an_inside_ticket()
    decline(declined, now=NOW + DAY)
    again = tickets.open_ticket(
        instance_id=declined.instance_id, buyer=declined.buyer, description="Still.", now=NOW + DAY
    )
    instance = buy()
    for hours in (0, 2, 4):
        a_rejected_request(instance, at=NOW + hours * HOUR)
    instead_of_an_appeal = tickets.open_ticket(
        instance_id=instance.pk, buyer=instance.buyer, description="Again.", now=NOW + DAY
    )
    for ticket in (again, instead_of_an_appeal):
        assert (ticket.cause, ticket.inside) == ("no_submissions_left", True)
        assert not ticket.approves_at_deadline
    assert tickets.approve_due_tickets(now=NOW + 30 * DAY).done == 0


def test_after_the_deadline_only_the_automatic_approval_is_legal_however_late_the_sweep() -> None:
    acts: tuple[Callable[[Ticket, datetime], None], ...] = (
        lambda t, now: tickets.withdraw_ticket(ticket_id=t.pk, buyer=t.buyer, now=now),
        lambda t, now: decline(t, now=now),
        lambda t, now: approve(t, amount=10_000, now=now),
        lambda t, now: tickets.urge(ticket_id=t.pk, buyer=t.buyer, now=now),
    )
    for act in acts:
        ticket = an_inside_ticket()
        with pytest.raises(tickets.TicketApprovedAutomatically):
            act(ticket, ticket.due_at)
        ticket.refresh_from_db()
        assert ticket.refund is not None
        assert ticket.refund.decided_by == "deadline"


def test_a_ticket_that_breaks_the_sweep_is_set_aside_and_an_operator_ends_it() -> None:
    broken, sound = an_inside_ticket(), an_inside_ticket()
    # Another request about the same has become standing behind everybody's back.
    other = RefundRequest.objects.filter(instance=broken.instance).latest("pk")
    other.pk, other.status, other.cancelled_at = None, "pending", None
    other.save(force_insert=True)
    swept = tickets.approve_due_tickets(now=NOW + 30 * DAY)
    assert (swept.done, swept.set_aside) == (1, 1)
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("open", "approved")
    assert "one_standing_request_per_instance" in broken.set_aside_reason
    assert tickets.approve_due_tickets(now=NOW + 30 * DAY).done == 0


@pytest.mark.parametrize("who", ["operator", "vendor"])
@pytest.mark.parametrize("outcome", ["approved", "rejected", "cancelled"])
def test_an_appeal_about_a_waiting_request_ends_with_the_request(who: str, outcome: str) -> None:
    request = a_waiting_request()
    now = request.due_at
    ticket = an_appeal(request, at=now)
    member = make_member(request.vendor)
    if outcome == "cancelled":
        commands.cancel(request_id=request.pk, buyer=request.buyer, now=now)
    elif who == "operator" and outcome == "approved":
        approve(ticket, amount=10_000, now=now)
    elif who == "operator":
        decline(ticket, rejection_ground=ground(), now=now)
    elif outcome == "approved":
        commands.approve(request_id=request.pk, actor=member, now=now)
    else:
        commands.reject(
            request_id=request.pk, actor=member, ground=ground(), text="It works.", now=now
        )
    request.refresh_from_db()
    ticket.refresh_from_db()
    assert request.status == outcome
    ends = {"approved": "approved", "rejected": "declined", "cancelled": "withdrawn"}
    assert ticket.state == ends[outcome]
    assert ticket.refund_id == (request.pk if outcome == "approved" else None)
    if outcome != "cancelled":
        assert request.decided_by == (DecidedBy.OPERATOR if who == "operator" else "vendor")
    assert RefundRequest.objects.filter(instance=request.instance).count() == 2


def test_an_appeal_about_a_waiting_request_is_approved_in_full_or_not_at_all() -> None:
    request = a_waiting_request()
    ticket = an_appeal(request, at=request.due_at)
    with pytest.raises(tickets.AmountNotPossible):
        approve(ticket, amount=4_000, now=request.due_at)
    request.refresh_from_db()
    assert request.status == "pending"


def test_what_the_vendor_rejects_after_an_appeal_may_be_appealed_as_a_rejection() -> None:
    request = a_waiting_request()
    an_appeal(request, at=request.due_at)
    commands.reject(
        request_id=request.pk,
        actor=make_member(request.vendor),
        ground=ground(),
        text="No.",
        now=request.due_at,
    )
    assert an_appeal(request, at=request.due_at + HOUR).cause == "rejected"


def test_the_vendor_gives_its_word_and_what_it_agreed_to_holds() -> None:
    ticket = a_ticket()
    member = make_member(ticket.vendor)
    id_now: dict[str, Any] = {"ticket_id": ticket.pk, "now": NOW + HOUR}
    with pytest.raises(tickets.ExplanationRequired):
        tickets.refuse(actor=member, text=" ", **id_now)
    tickets.refuse(actor=member, text="It was used.", **id_now)
    with pytest.raises(tickets.WordGiven):
        tickets.refuse(actor=member, text="Again.", **id_now)
    with pytest.raises(tickets.AmountNotPossible):
        tickets.agree(actor=member, amount=10_001, **id_now)
    tickets.agree(actor=member, amount=2_500, text="A quarter.", **id_now)
    with pytest.raises(tickets.WordGiven):
        tickets.agree(actor=member, amount=2_000, **id_now)
    ticket.refresh_from_db()
    assert (ticket.vendor_word, ticket.vendor_amount, ticket.state) == ("agreed", 2_500, "open")
    assert [m.text for m in ticket.messages.order_by("id")] == ["It was used.", "A quarter."]
    assert {"ticket_refused", "ticket_agreed"} <= told(ticket.buyer_id)


def test_only_who_decides_for_the_vendor_speaks_for_it() -> None:
    inside = an_inside_ticket()
    with pytest.raises(tickets.AmountNotPossible):
        tickets.agree(
            ticket_id=inside.pk, actor=make_member(inside.vendor), amount=1, now=NOW + DAY
        )
    ticket = a_ticket()
    reader, owner_of_itself = make_member(ticket.vendor, Role.READ_ONLY), ticket.buyer
    id_now: dict[str, Any] = {"ticket_id": ticket.pk, "now": NOW}
    for actor, error in (
        (reader, commands.DecisionNotAllowed),
        (make_user(), NotFound),
        (owner_of_itself, NotFound),
    ):
        with pytest.raises(error):
            tickets.agree(actor=actor, amount=1, **id_now)
        with pytest.raises(error):
            tickets.write(actor=actor, party=Party.VENDOR, text="Hm.", **id_now)
    with pytest.raises(NotFound):
        tickets.write(actor=reader, party=Party.OPERATOR, text="Hm.", **id_now)


def test_a_ticket_is_urged_once_a_natural_day() -> None:
    ticket = a_ticket()
    member = make_member(ticket.vendor)
    # 10:00 in Shanghai; its midnight is 14 hours away.
    midnight = NOW + timedelta(hours=14)
    tickets.urge(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW)
    with pytest.raises(tickets.UrgedToday):
        tickets.urge(ticket_id=ticket.pk, buyer=ticket.buyer, now=midnight - timedelta(seconds=1))
    tickets.urge(ticket_id=ticket.pk, buyer=ticket.buyer, now=midnight)
    with pytest.raises(NotFound):
        tickets.urge(ticket_id=ticket.pk, buyer=make_user(), now=NOW + 5 * DAY)
    assert (
        Notice.objects.filter(recipient=member, kind="ticket_urged", channel="inbox").count() == 2
    )


def test_both_sides_are_told_and_nobody_of_what_they_did_themselves() -> None:
    instance = buy_image()
    member = make_member(instance.vendor)
    make_member(instance.vendor, Role.READ_ONLY)
    ticket = a_ticket(instance)
    tickets.write(ticket_id=ticket.pk, actor=ticket.buyer, party=Party.BUYER, text="Hm.", now=NOW)
    tickets.write(ticket_id=ticket.pk, actor=member, party=Party.VENDOR, text="Well.", now=NOW)
    assert told(member.pk) == {"ticket_opened", "ticket_message"}
    assert told(ticket.buyer_id) == {"ticket_answered"}
    approve(ticket)
    assert "ticket_lost" in told(member.pk)
    assert "request_approved_by_operator" not in told(member.pk)
    assert set(Notice.objects.values_list("recipient_id", flat=True)) == {
        member.pk,
        ticket.buyer_id,
    }


def test_a_vendor_that_declined_is_not_said_to_have_been_silent() -> None:
    ticket = an_inside_ticket()
    member = make_member(ticket.vendor)
    tickets.refuse(ticket_id=ticket.pk, actor=member, text="It works.", now=ticket.opened_at)
    tickets.approve_due_tickets(now=ticket.due_at)
    notice = Notice.objects.get(kind="refund_approved_by_deadline", channel="inbox")
    said = words_of(notice.kind, notice.params).body
    assert said.startswith("Nobody decided by the deadline")
    assert ticket.vendor.name not in said


def test_an_appeal_that_is_withdrawn_leaves_the_vendor_its_request_to_decide() -> None:
    request = a_waiting_request()
    member = make_member(request.vendor)
    ticket = an_appeal(request, at=NOW + 6 * DAY)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=request.buyer, now=NOW + 6 * DAY)
    request.refresh_from_db()
    assert request.status == "pending"
    assert told(member.pk) == {"ticket_appealed", "appeal_withdrawn"}


def test_one_ticket_holds_only_so_much_and_a_refused_file_leaves_no_word(settings: object) -> None:
    settings.EVIDENCE_TICKET_FILES = 2  # type: ignore[attr-defined]
    with pytest.raises(tickets.TooMuchEvidence):
        a_ticket(evidence=[a_file()] * 3)
    assert not Ticket.objects.exists()
    ticket = a_ticket(evidence=[a_file()])
    with pytest.raises(tickets.TooMuchEvidence):
        tickets.write(
            ticket_id=ticket.pk,
            actor=ticket.buyer,
            party=Party.BUYER,
            text="Both.",
            evidence=[a_file()] * 2,
            now=NOW,
        )
    assert not ticket.messages.exists()
    with pytest.raises(tickets.NothingWritten):
        tickets.write(ticket_id=ticket.pk, actor=ticket.buyer, party=Party.BUYER, text=" ", now=NOW)
