"""Whatever buyer, vendor, operators and the clock do at once, a ticket ends once (R10)."""

from functools import partial
from typing import Any

import pytest

from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundReason, RefundRequest, Ticket
from tests.factories import NOW, make_member, make_user
from tests.refunds.test_races import at_once, codes
from tests.refunds.tickets.making import (
    HOUR,
    a_rejected_request,
    a_ticket,
    an_appeal,
    an_inside_ticket,
    buy_image,
    for_ground,
)

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def test_of_rival_decisions_and_a_withdrawal_one_wins() -> None:
    operators = [make_user(operator=True) for _ in range(2)]
    for _ in range(ROUNDS):
        ticket = a_ticket()
        member = make_member(ticket.vendor)
        told: dict[str, Any] = {"ticket_id": ticket.pk, "now": NOW + HOUR}
        answers = at_once(
            [
                *(
                    partial(
                        tickets.approve_ticket, operator=one, amount=500, reason="Half.", **told
                    )
                    for one in operators
                ),
                partial(tickets.decline_ticket, operator=operators[0], reason="No.", **told),
                partial(tickets.withdraw_ticket, buyer=ticket.buyer, **told),
                partial(tickets.agree, actor=member, amount=400, **told),
            ]
        )
        assert codes(answers[:4]) == {"done": 1, "ticket_closed": 3}
        ticket.refresh_from_db()
        refunds = RefundRequest.objects.filter(instance=ticket.instance).count()
        assert refunds == (ticket.state == "approved")
        ticket.instance.refresh_from_db()
        assert ticket.instance.held_by == ""


def test_of_many_clicks_one_opens_a_ticket_and_one_an_appeal() -> None:
    for _ in range(ROUNDS):
        instance, request = buy_image(), a_rejected_request()
        opened = at_once([partial(a_ticket, instance, ground=for_ground())] * 4)
        appealed = at_once([partial(an_appeal, request)] * 4)
        assert codes(opened) == {"done": 1, "ticket_open": 3}
        assert codes(appealed) == {"done": 1, "no_appeal": 3}


def test_a_new_request_and_an_appeal_do_not_go_in_parallel() -> None:
    for _ in range(ROUNDS):
        request = a_rejected_request()
        submit = partial(
            commands.submit,
            instance_id=request.instance_id,
            buyer=request.buyer,
            reason=RefundReason.OTHER,
            acknowledged=True,
            now=NOW + 2 * HOUR,
        )
        answers = codes(at_once([submit, partial(an_appeal, request)] * 2))
        assert answers["done"] == 1
        assert set(answers) <= {"done", "ticket_open", "no_appeal", "request_open"}


def test_two_sweeps_and_a_late_withdrawal_make_one_refund() -> None:
    for _ in range(ROUNDS):
        ticket = an_inside_ticket()
        answers = at_once(
            [
                partial(tickets.approve_due_tickets, now=ticket.due_at),
                partial(tickets.approve_due_tickets, now=ticket.due_at),
                partial(
                    tickets.withdraw_ticket,
                    ticket_id=ticket.pk,
                    buyer=ticket.buyer,
                    now=ticket.due_at,
                ),
            ]
        )
        assert codes(answers[2:]) == {"ticket_approved_automatically": 1}
        assert Ticket.objects.get(pk=ticket.pk).state == "approved"
        assert RefundRequest.objects.filter(instance=ticket.instance, channel="ticket").count() == 1
