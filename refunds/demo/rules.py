"""Rules that take effect later, for whoever reads the page of the rules."""

from datetime import datetime, timedelta

from kernel.commands import add_version
from orders.models import DeliveryType
from refunds.demo.catalogue import OPERATOR, person
from refunds.models import PolicyVersion
from refunds.queries import policies_at

AHEAD = timedelta(days=20)
LONGER_WINDOW = 7


def rules_to_come(now: datetime) -> None:
    """An operator has announced a longer window; told once."""
    policy = policies_at(now)[DeliveryType.SAAS]
    coming = PolicyVersion.objects.filter(effective_from__gt=now).exists()
    if coming or (policy.window_days or 0) >= LONGER_WINDOW:
        return
    begins = (now + AHEAD).replace(minute=0, second=0, microsecond=0)
    policy.pk, policy.effective_from, policy.window_days = None, begins, LONGER_WINDOW
    note = "Weekends shall not shorten the time to try a product."
    add_version(policy, actor=person(OPERATOR), note=note, now=now)
