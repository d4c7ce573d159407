"""Every write about tickets and appeals (R8, R10): one function, one intent."""

from refunds.commands.tickets.appealing import (
    AppealNeedsText,
    NoAppeal,
    NoVendorsAppeal,
    appeal,
    appeal_as_vendor,
)
from refunds.commands.tickets.clock import (
    approve_due_tickets,
    remind_of_tickets,
    resume_ticket,
)
from refunds.commands.tickets.deciding import (
    AmountNotPossible,
    FullAmountNeedsGround,
    OpenedByVendor,
    approve_ticket,
    decline_ticket,
    refusal_to_withdraw,
    withdraw_ticket,
)
from refunds.commands.tickets.opening import (
    DescriptionRequired,
    NotByTicket,
    TicketGroundRequired,
    open_ticket,
)
from refunds.commands.tickets.shared import TicketApprovedAutomatically, TicketClosed
from refunds.commands.tickets.thread import (
    NothingWritten,
    TooMuchEvidence,
    UrgedToday,
    refusal_to_write,
    urge,
    write,
)
from refunds.commands.tickets.word import (
    ExplanationRequired,
    WordGiven,
    agree,
    refuse,
)

__all__ = [
    "AmountNotPossible",
    "AppealNeedsText",
    "DescriptionRequired",
    "ExplanationRequired",
    "FullAmountNeedsGround",
    "NoAppeal",
    "NoVendorsAppeal",
    "NotByTicket",
    "NothingWritten",
    "OpenedByVendor",
    "TicketApprovedAutomatically",
    "TicketClosed",
    "TicketGroundRequired",
    "TooMuchEvidence",
    "UrgedToday",
    "WordGiven",
    "agree",
    "appeal",
    "appeal_as_vendor",
    "approve_due_tickets",
    "approve_ticket",
    "decline_ticket",
    "open_ticket",
    "refusal_to_withdraw",
    "refusal_to_write",
    "refuse",
    "remind_of_tickets",
    "resume_ticket",
    "urge",
    "withdraw_ticket",
    "write",
]
