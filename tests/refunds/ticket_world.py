"""The tickets of `tests.billing.world`: one in every state, made through the real commands."""

from typing import TYPE_CHECKING

from people.models import User
from refunds.commands import tickets
from refunds.models import Evidence, Ticket, TicketMessage
from tests.factories import NOW, make_member, make_user
from tests.refunds.tickets.making import (
    DAY,
    HOUR,
    a_file,
    a_ticket,
    a_vendors_appeal,
    an_appeal,
    an_inside_ticket,
    for_ground,
)

if TYPE_CHECKING:
    from tests.billing.world import World


def name_tickets(world: "World") -> None:
    """Open with a word and evidence, inside, appealed, and ended in every way."""
    operator = make_user(operator=True)
    agreed, inside, appealed = a_ticket(evidence=[a_file()]), an_inside_ticket(), an_appeal()
    member = make_member(agreed.vendor)
    tickets.agree(ticket_id=agreed.pk, actor=member, amount=4_000, text="A part.", now=NOW)
    approved, declined, withdrawn = (a_ticket() for _ in range(3))
    _decide(approved, declined, operator)
    tickets.withdraw_ticket(ticket_id=withdrawn.pk, buyer=withdrawn.buyer, now=NOW + HOUR)
    plain = a_ticket()
    for name, ticket in {
        "ticket": plain,
        "agreed_ticket": agreed,
        "inside_ticket": inside,
        "appeal": appealed,
        "vendors_appeal": a_vendors_appeal(),
        "approved_ticket": approved,
        "declined_ticket": declined,
        "withdrawn_ticket": withdrawn,
    }.items():
        world.ids[name], world.ids[f"{name}_instance"] = ticket.pk, ticket.instance_id
    approved.refresh_from_db()
    assert approved.refund_id
    world.ids["ticket_refund"] = approved.refund_id
    world.ids["message"] = TicketMessage.objects.latest("id").pk
    world.ids["evidence"] = Evidence.objects.latest("id").pk
    assert inside.due_at > NOW + DAY


def _decide(approved: Ticket, declined: Ticket, operator: User) -> None:
    tickets.approve_ticket(
        ticket_id=approved.pk,
        operator=operator,
        amount=6_000,
        ground=for_ground(),
        reason="Half of it was of use.",
        now=NOW + HOUR,
    )
    tickets.decline_ticket(
        ticket_id=declined.pk, operator=operator, reason="It was delivered.", now=NOW + HOUR
    )
