"""New versions of the refund policy."""

from datetime import datetime
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from refunds.models import PolicyVersion


class InvalidPolicy(DomainError):
    """Rules that could never be kept, and never be taken back either."""

    code = "invalid_policy"
    sentence = _("A policy needs a known time zone, and periods and numbers of at least one.")


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
) -> PolicyVersion:
    """Add the rules of a delivery type from a moment on; requests keep theirs.

    Raises `InvalidPolicy`.
    """
    counted = [decision_days, max_submissions, *([] if window_days is None else [window_days])]
    if zone not in available_timezones() or min(counted) < 1 or credit_delay_minutes < 0:
        raise InvalidPolicy
    return PolicyVersion.objects.create(
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
    )
