"""The delivery policy that a new database begins with (R11)."""

from datetime import UTC, datetime

from django.conf import settings

from orders.models import DeliveryPolicy

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_ACCEPTANCE_DAYS = 90
FIRST_REMINDER_DAYS = 7
FIRST_STEP_DAYS = 5
FIRST_MAX_SEND_BACKS = 3


def make_first_rows() -> None:
    """Make what is missing; never touch what is there."""
    DeliveryPolicy.objects.get_or_create(
        effective_from=BEGINNING,
        defaults={
            "zone": settings.TIME_ZONE,
            "acceptance_days": FIRST_ACCEPTANCE_DAYS,
            "reminder_days": FIRST_REMINDER_DAYS,
            "step_days": FIRST_STEP_DAYS,
            "max_send_backs": FIRST_MAX_SEND_BACKS,
        },
    )
