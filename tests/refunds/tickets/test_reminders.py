"""The vendor is reminded before the clock approves a ticket (R3, R16)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from notices.kinds import words_of
from notices.models import Notice
from people.models import Role, User
from refunds import commands, tasks
from refunds.commands import tickets
from refunds.models import Ticket
from tests.factories import NOW, buy, make_member, make_user
from tests.refunds.tickets.making import DAY, HOUR, a_ticket, an_appeal, an_inside_ticket

pytestmark = pytest.mark.django_db(transaction=True)

INSTANT = timedelta(microseconds=1)
FIRST, LAST = "ticket_first_reminder", "ticket_last_reminder"


def remind(now: datetime, *, size: int = 100) -> int:
    return tickets.remind_of_tickets(now=now, size=size)


def reminders_to(member: User) -> list[str]:
    kinds = Notice.objects.filter(recipient=member, channel="inbox").order_by("id")
    return [kind for kind in kinds.values_list("kind", flat=True) if kind in (FIRST, LAST)]


def test_the_deciders_are_reminded_once_at_each_of_the_two_times_of_its_policy() -> None:
    ticket = an_inside_ticket()
    member = make_member(ticket.vendor)
    reader = make_member(ticket.vendor, Role.READ_ONLY)
    first, last = ticket.due_at - 24 * HOUR, ticket.due_at - 2 * HOUR
    assert [remind(at) for at in (first - INSTANT, first, first + HOUR)] == [0, 1, 0]
    assert [remind(at) for at in (last, last + HOUR, ticket.due_at)] == [1, 0, 0]
    assert (reminders_to(member), reminders_to(reader)) == ([FIRST, LAST], [])


def test_a_sweep_that_comes_late_says_only_the_last() -> None:
    ticket = an_inside_ticket()
    member = make_member(ticket.vendor)
    assert remind(ticket.due_at - HOUR) == 1
    assert remind(ticket.due_at - HOUR) == 0
    assert reminders_to(member) == [LAST]


def test_what_no_clock_approves_or_what_is_closed_is_nothing_to_remind_of() -> None:
    outside, appeal, closed, aside = a_ticket(), an_appeal(), an_inside_ticket(), an_inside_ticket()
    for ticket in (outside, appeal, closed, aside):
        make_member(ticket.vendor)
    tickets.withdraw_ticket(ticket_id=closed.pk, buyer=closed.buyer, now=NOW + DAY)
    Ticket.objects.filter(pk=aside.pk).update(set_aside_at=NOW, set_aside_reason="It broke.")
    assert remind(closed.due_at - HOUR) == 0
    assert remind(outside.due_at - HOUR) == 0


def test_all_of_them_are_reminded_of_however_small_the_batch() -> None:
    members = [make_member(an_inside_ticket().vendor) for _ in range(3)]
    due_at = Ticket.objects.values_list("due_at", flat=True)[0]
    # Who has nobody to be told keeps nobody else waiting.
    an_inside_ticket()
    assert remind(due_at - HOUR, size=1) == 4
    assert [reminders_to(member) for member in members] == [[LAST]] * 3
    assert remind(due_at - HOUR, size=1) == 1


def test_nobody_is_reminded_while_the_timed_work_is_stopped() -> None:
    ticket = an_inside_ticket()
    make_member(ticket.vendor)
    commands.stop_sweeps(actor=make_user(operator=True), reason="A drill.", now=NOW)
    assert remind(ticket.due_at - HOUR) == 0


def test_the_sweep_of_reminders_takes_tickets_too() -> None:
    ticket = an_inside_ticket(at=timezone.now() - 4 * DAY + HOUR)
    member = make_member(ticket.vendor)
    tasks.remind_due()
    assert reminders_to(member) == [LAST]


@pytest.mark.parametrize(
    ("language", "deadline"), [("en", "approved automatically at"), ("zh-hans", "超时自动同意")]
)
def test_the_vendor_reads_the_deadline_from_the_first_day(language: str, deadline: str) -> None:
    instance = buy()
    member = make_member(instance.vendor)
    ticket = an_inside_ticket(instance)
    remind(ticket.due_at - HOUR)
    told = Notice.objects.filter(recipient=member, channel="inbox", key=ticket.reference)
    assert set(told.values_list("kind", flat=True)) == {"ticket_with_deadline", LAST}
    with override(language):
        assert all(deadline in words_of(notice.kind, notice.params).body for notice in told)
