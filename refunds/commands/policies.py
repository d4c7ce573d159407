"""New versions of the refund policy that are nobody's: those that a new database begins with.

An operator adds one by `kernel.commands.add_version`.
"""

from datetime import datetime

from kernel.commands import check_rules
from refunds.models import PolicyVersion


def add_policy_version(
    *,
    delivery_type: str,
    effective_from: datetime,
    zone: str,
    window_days: int | None,
    decision_days: int,
    approves_at_deadline: bool,
    credit_delay_minutes: int,
    max_submissions: int,
    max_refunded_orders: int | None,
    offer_days: int,
    max_declined_offers: int,
    max_hold_days: int,
    first_reminder_hours: int,
    last_reminder_hours: int,
) -> PolicyVersion:
    """Add the rules of a delivery type from a moment on; requests keep theirs.

    Reminders come so many hours before an automatic approval; 0 is none. Raises `InvalidPolicy`.
    """
    version = PolicyVersion(
        delivery_type=delivery_type,
        effective_from=effective_from,
        zone=zone,
        window_days=window_days,
        decision_days=decision_days,
        approves_at_deadline=approves_at_deadline,
        credit_delay_minutes=credit_delay_minutes,
        max_submissions=max_submissions,
        max_refunded_orders=max_refunded_orders,
        offer_days=offer_days,
        max_declined_offers=max_declined_offers,
        max_hold_days=max_hold_days,
        first_reminder_hours=first_reminder_hours,
        last_reminder_hours=last_reminder_hours,
    )
    check_rules(version)
    version.save(force_insert=True)
    return version
