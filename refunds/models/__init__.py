"""What the refunds app keeps: rules, requests, history, offers, holds, tickets."""

from refunds.models.history import EventKind, RefundEvent
from refunds.models.holds import Hold, SweepSwitch
from refunds.models.offers import Offer, OfferState
from refunds.models.policies import GroundSide, PolicyVersion, RejectionGround, TicketGround
from refunds.models.requests import COMMENT_LENGTH, Channel, RefundReason, RefundRequest
from refunds.models.tickets import (
    DESCRIPTION_LENGTH,
    Evidence,
    Party,
    Ticket,
    TicketKind,
    TicketMessage,
    TicketState,
    VendorWord,
)

__all__ = [
    "COMMENT_LENGTH",
    "DESCRIPTION_LENGTH",
    "Channel",
    "EventKind",
    "Evidence",
    "GroundSide",
    "Hold",
    "Offer",
    "OfferState",
    "Party",
    "PolicyVersion",
    "RefundEvent",
    "RefundReason",
    "RefundRequest",
    "RejectionGround",
    "SweepSwitch",
    "Ticket",
    "TicketGround",
    "TicketKind",
    "TicketMessage",
    "TicketState",
    "VendorWord",
]
