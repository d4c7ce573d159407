"""Every kind of damage to tickets, and what it must be called."""

from tests.billing.damages import INSTANCE, damage

TICKET = "UPDATE refunds_ticket SET {} WHERE id = %({})s"

TICKET_DAMAGES = (
    damage(
        "a ticket is of another buyer",
        TICKET.format("buyer_id = %(ann)s, opener_id = %(ann)s", "ticket"),
        "ticket_misaddressed",
    ),
    damage(
        "a ticket says that more was paid",
        TICKET.format("paid = paid + 1", "ticket"),
        "ticket_misaddressed",
    ),
    damage(
        "an approved ticket has the refund of something else",
        TICKET.format("refund_id = %(credited)s", "approved_ticket"),
        "ticket_refund_differs",
        "refund_without_ticket",
    ),
    damage(
        "a refund inside the window is not in full",
        TICKET.format("inside = true", "approved_ticket"),
        "ticket_refund_differs",
    ),
    damage(
        "an open ticket holds nothing",
        INSTANCE.format("held_by = ''", "ticket_instance"),
        "ticket_not_held",
    ),
    damage(
        "a withdrawn ticket holds its instance",
        INSTANCE.format("held_by = 'ticket:' || %(withdrawn_ticket)s", "withdrawn_ticket_instance"),
        "held_by_closed_ticket",
    ),
    damage(
        "a pending invoice is of what a ticket is about",
        INSTANCE.format("held_by = 'ticket:' || %(ticket)s", "invoice_pending_instance"),
        "invoice_of_refunded",
        "held_by_closed_ticket",
    ),
    damage(
        "a ticket that never was holds an instance",
        INSTANCE.format("held_by = 'ticket:0'", "plain"),
        "held_by_closed_ticket",
    ),
)
