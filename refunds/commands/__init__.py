"""Every write about refunds: one function, one intent of a user or of the clock."""

from kernel.sweeps import Swept
from refunds.commands.decisions import (
    AlreadyDecided,
    ApprovedAutomatically,
    DecisionNotAllowed,
    GroundRequired,
    OwnPurchase,
    WrittenReasonRequired,
    approve,
    cancel,
    refusal_to_vendor,
    reject,
)
from refunds.commands.first_rows import make_first_rows
from refunds.commands.invoice_gate import InvoicePending
from refunds.commands.policies import add_policy_version
from refunds.commands.submission import (
    AcknowledgementRequired,
    NotRefundable,
    ReasonRequired,
    submit,
)
from refunds.commands.sweeps import NotSetAside, approve_due, credit_due, resume

__all__ = [
    "AcknowledgementRequired",
    "AlreadyDecided",
    "ApprovedAutomatically",
    "DecisionNotAllowed",
    "GroundRequired",
    "InvoicePending",
    "NotRefundable",
    "NotSetAside",
    "OwnPurchase",
    "ReasonRequired",
    "Swept",
    "WrittenReasonRequired",
    "add_policy_version",
    "approve",
    "approve_due",
    "cancel",
    "credit_due",
    "make_first_rows",
    "refusal_to_vendor",
    "reject",
    "resume",
    "submit",
]
