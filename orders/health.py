"""What probes and logs say about deliveries (see `kernel.health`)."""

from datetime import datetime, timedelta

from django.db import transaction

from kernel.health import OK, patience
from kernel.sweeps import may_run
from orders.queries import acceptances_due, reminders_due, services_aside


def deliveries(now: datetime) -> str:
    """Whether what falls due is accepted and reminded of in time."""
    with transaction.atomic():
        if not may_run():
            return OK  # late on purpose
    acceptance = acceptances_due(now).values_list("accepts_at", flat=True).first()
    reminder = reminders_due(now).values_list("remind_at", flat=True).first()
    late = max((now - due for due in (acceptance, reminder) if due), default=timedelta())
    if late <= patience():
        return OK
    return f"oldest due is {late / timedelta(minutes=1):.1f} minutes late"


def set_aside(now: datetime) -> str:
    """How many services wait for an operator."""
    count = services_aside().count()
    return f"{count} services are set aside" if count else OK
