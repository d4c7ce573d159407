"""Every write about tickets and appeals (R8, R10): one function, one intent."""

from refunds.commands.tickets.clock import approve_due_tickets
from refunds.commands.tickets.deciding import (
    AmountNotPossible,
    FullAmountNeedsGround,
    approve_ticket,
    decline_ticket,
    withdraw_ticket,
)
from refunds.commands.tickets.opening import (
    DescriptionRequired,
    NoAppeal,
    NotByTicket,
    TicketGroundRequired,
    appeal,
    open_ticket,
)
from refunds.commands.tickets.shared import TicketApprovedAutomatically, TicketClosed
from refunds.commands.tickets.thread import (
    NothingWritten,
    TooMuchEvidence,
    UrgedToday,
    urge,
    write,
)
from refunds.commands.tickets.word import (
    ExplanationRequired,
    WordGiven,
    agree,
    refusal_to_vendor,
    refuse,
)

__all__ = [
    "AmountNotPossible",
    "DescriptionRequired",
    "ExplanationRequired",
    "FullAmountNeedsGround",
    "NoAppeal",
    "NotByTicket",
    "NothingWritten",
    "TicketApprovedAutomatically",
    "TicketClosed",
    "TicketGroundRequired",
    "TooMuchEvidence",
    "UrgedToday",
    "WordGiven",
    "agree",
    "appeal",
    "approve_due_tickets",
    "approve_ticket",
    "decline_ticket",
    "open_ticket",
    "refusal_to_vendor",
    "refuse",
    "urge",
    "withdraw_ticket",
    "write",
]
