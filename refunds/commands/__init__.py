"""Every write about refunds: one function, one intent of a user or of the clock."""

from kernel.errors import WrittenReasonRequired
from kernel.sweeps import NotSetAside, Swept
from refunds.commands.decisions import (
    AlreadyDecided,
    ApprovedAutomatically,
    DecisionNotAllowed,
    GroundRequired,
    OwnPurchase,
    approve,
    cancel,
    refusal_to_vendor,
    reject,
)
from refunds.commands.first_rows import make_first_rows
from refunds.commands.holds import (
    AlreadyHeld,
    HoldTooLong,
    NotHeld,
    hold_request,
    release_hold,
)
from refunds.commands.invoice_gate import InvoicePending
from refunds.commands.offers import (
    OfferClosed,
    OfferNeedsText,
    OfferNotPossible,
    OfferOpen,
    OfferOutOfRange,
    accept_offer,
    decline_offer,
    offer,
)
from refunds.commands.policies import add_policy_version
from refunds.commands.reminders import remind_due
from refunds.commands.standing import OnHold, refusal_while_held
from refunds.commands.submission import (
    AcknowledgementRequired,
    NotRefundable,
    ReasonRequired,
    submit,
)
from refunds.commands.sweeps import (
    approve_due,
    credit_due,
    end_holds_due,
    lapse_due,
    resume,
)
from refunds.commands.switch import SwitchedAlready, start_sweeps, stop_sweeps, sweeps_may_run

__all__ = [
    "AcknowledgementRequired",
    "AlreadyDecided",
    "AlreadyHeld",
    "ApprovedAutomatically",
    "DecisionNotAllowed",
    "GroundRequired",
    "HoldTooLong",
    "InvoicePending",
    "NotHeld",
    "NotRefundable",
    "NotSetAside",
    "OfferClosed",
    "OfferNeedsText",
    "OfferNotPossible",
    "OfferOpen",
    "OfferOutOfRange",
    "OnHold",
    "OwnPurchase",
    "ReasonRequired",
    "Swept",
    "SwitchedAlready",
    "WrittenReasonRequired",
    "accept_offer",
    "add_policy_version",
    "approve",
    "approve_due",
    "cancel",
    "credit_due",
    "decline_offer",
    "end_holds_due",
    "hold_request",
    "lapse_due",
    "make_first_rows",
    "offer",
    "refusal_to_vendor",
    "refusal_while_held",
    "reject",
    "release_hold",
    "remind_due",
    "resume",
    "start_sweeps",
    "stop_sweeps",
    "submit",
    "sweeps_may_run",
]
