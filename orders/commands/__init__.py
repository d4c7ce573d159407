"""Every write about what is sold, what was bought, and how a service is delivered."""

from orders.commands.acceptance import AcceptedAutomatically, accept_if_overdue
from orders.commands.first_rows import make_first_rows
from orders.commands.holding import InstanceHeld, hold, release, terminate
from orders.commands.purchases import InvalidOrder, Line, list_product, place_order
from orders.commands.services import (
    DeliveryEnded,
    DeliveryFrozen,
    OwnPurchase,
    StepNotAllowed,
    StepTaken,
    TextRequired,
    accept_requirement,
    accept_service,
    mark_done,
    refusal_of,
    send_back_requirement,
    send_back_service,
    submit_requirement,
)
from orders.commands.sweeps import accept_due, remind_due, resume_service

__all__ = [
    "AcceptedAutomatically",
    "DeliveryEnded",
    "DeliveryFrozen",
    "InstanceHeld",
    "InvalidOrder",
    "Line",
    "OwnPurchase",
    "StepNotAllowed",
    "StepTaken",
    "TextRequired",
    "accept_due",
    "accept_if_overdue",
    "accept_requirement",
    "accept_service",
    "hold",
    "list_product",
    "make_first_rows",
    "mark_done",
    "place_order",
    "refusal_of",
    "release",
    "remind_due",
    "resume_service",
    "send_back_requirement",
    "send_back_service",
    "submit_requirement",
    "terminate",
]
