"""What every new ticket keeps of its instance and of the rules (R8, R10)."""

from datetime import datetime
from typing import Any

from orders.models import Instance
from people.models import User
from refunds.models import Party, PolicyVersion, Ticket
from refunds.recourse import Recourse


def make_ticket(
    instance: Instance,
    recourse: Recourse,
    policy: PolicyVersion,
    *,
    opener: User,
    opened_by: Party = Party.BUYER,
    now: datetime,
    **more: Any,
) -> Ticket:
    """An open ticket with what later changes of policy or product must not touch.

    `more` are the fields of its kind. The instance is locked by the caller.
    """
    return Ticket.objects.create(
        instance=instance,
        order=instance.order,
        buyer_id=instance.buyer_id,
        vendor_id=instance.vendor_id,
        policy=policy,
        cause=recourse.cause,
        opener=opener,
        opened_by=opened_by,
        inside=recourse.inside,
        currency=instance.currency,
        paid=instance.paid,
        opened_at=now,
        due_at=policy.terms.deadline(now),
        approves_at_deadline=recourse.by_clock,
        **more,
    )
