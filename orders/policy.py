"""When a step of a delivery is late, reminded of and accepted (R11). Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kernel.days import add_natural_days
from orders.models import DeliveryPolicy


def late_time(policy: DeliveryPolicy, since: datetime) -> datetime:
    """From when on the vendor has let lie a step that began at `since`."""
    return add_natural_days(since, policy.step_days, ZoneInfo(policy.zone))


def acceptance_time(policy: DeliveryPolicy, since: datetime) -> datetime:
    """When the system accepts what has awaited acceptance from `since` on."""
    return add_natural_days(since, policy.acceptance_days, ZoneInfo(policy.zone))


def reminder_time(policy: DeliveryPolicy, accepts_at: datetime) -> datetime:
    """When the buyer is reminded of an acceptance by the system at `accepts_at`."""
    return add_natural_days(accepts_at, -policy.reminder_days, ZoneInfo(policy.zone))
