"""Refunds in the admin: read everything, decide on behalf with a written reason (R8)."""

from refunds.admin.instances import RefundableAdmin
from refunds.admin.people import BuyerAdmin
from refunds.admin.policies import PolicyVersionAdmin, RejectionGroundAdmin, TicketGroundAdmin
from refunds.admin.requests import RefundEventAdmin, RefundRequestAdmin
from refunds.admin.switch import SweepSwitchAdmin
from refunds.admin.tickets import TicketAdmin

__all__ = [
    "BuyerAdmin",
    "PolicyVersionAdmin",
    "RefundEventAdmin",
    "RefundRequestAdmin",
    "RefundableAdmin",
    "RejectionGroundAdmin",
    "SweepSwitchAdmin",
    "TicketAdmin",
    "TicketGroundAdmin",
]
