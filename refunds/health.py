"""What probes and logs say about refunds (see `kernel.health`)."""

from datetime import datetime, timedelta

from kernel.health import OK, patience
from refunds.models import RefundRequest, Ticket
from refunds.queries import approvals_due, credits_due, newest_switch
from refunds.ticket_queries import tickets_due


def sweeps(now: datetime) -> str:
    """Whether what falls due is done in time, however well worker and beat are."""
    if switch(now) != OK:
        return OK  # late on purpose, which `switch` says
    approval = approvals_due(now).values_list("due_at", flat=True).first()
    credit = credits_due(now).values_list("credit_due_at", flat=True).first()
    ticket = tickets_due(now).values_list("due_at", flat=True).first()
    late = max((now - due for due in (approval, ticket, credit) if due), default=timedelta())
    if late <= patience():
        return OK
    return f"oldest due is {late / timedelta(minutes=1):.1f} minutes late"


def switch(now: datetime) -> str:
    """Whether an operator has stopped the sweeps."""
    newest = newest_switch()
    return "stopped by an operator" if newest and newest.stopped else OK


def set_aside(now: datetime) -> str:
    """How many requests and tickets wait for an operator."""
    requests = RefundRequest.objects.filter(set_aside_at__isnull=False).count()
    tickets = Ticket.objects.filter(set_aside_at__isnull=False).count()
    found = [
        f"{count} {what} are set aside"
        for count, what in ((requests, "requests"), (tickets, "tickets"))
        if count
    ]
    return ", ".join(found) or OK
