"""Writing the history, always in the transaction that makes it."""

from collections.abc import Sequence
from datetime import datetime

from kernel.transactions import require_transaction
from people.models import User
from refunds.models import EventKind, RefundEvent, RefundRequest
from refunds.transitions import Status


def record(
    requests: Sequence[RefundRequest],
    *,
    kind: EventKind,
    to: Status,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Write one event a request, from the state that each object was read in.

    For a new request, which was in no state before, the objects read `to` themselves.
    Requires a transaction.
    """
    require_transaction()
    RefundEvent.objects.bulk_create(
        RefundEvent(
            request=request,
            kind=kind,
            actor=actor,
            at=now,
            from_status="" if kind == EventKind.SUBMITTED else request.status,
            to_status=to,
            note=note,
        )
        for request in requests
    )
