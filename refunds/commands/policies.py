"""New versions of the refund policy."""

from datetime import datetime

from django.db import transaction

from refunds.models import PolicyVersion


@transaction.atomic
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
) -> PolicyVersion:
    """Add the rules of a delivery type from a moment on; requests keep theirs."""
    return PolicyVersion.objects.create(
        delivery_type=delivery_type,
        effective_from=effective_from,
        zone=zone,
        window_days=window_days,
        decision_days=decision_days,
        approves_at_deadline=approves_at_deadline,
        credit_delay_minutes=credit_delay_minutes,
        max_submissions=max_submissions,
    )
