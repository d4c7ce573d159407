"""What becomes of an open appeal when the request that it is about is decided (R8)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from kernel.transactions import require_transaction
from people.models import User
from refunds.models import Ticket, TicketState


def close_appeals(
    request_ids: Collection[int],
    *,
    state: TicketState,
    decider: User | None,
    decision: str = "",
    now: datetime,
) -> None:
    """Close the open appeals about these requests as the requests have ended.

    Whoever decides the request decides the appeal. Requires a transaction; one statement.
    """
    require_transaction()
    closed = {"state": state, "closed_at": now, "decider": decider, "decision": decision}
    if state == TicketState.APPROVED:
        closed["refund"] = F("appealed")
    Ticket.objects.filter(appealed_id__in=request_ids, state=TicketState.OPEN).update(**closed)
