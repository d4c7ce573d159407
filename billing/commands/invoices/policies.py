"""What vendors owe, from a moment on (R9)."""

from datetime import UTC, datetime

from django.conf import settings

from billing.models import InvoicePolicy

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_WORKING_DAYS = 10


def make_first_invoice_policy() -> None:
    """The policy that a new database begins with, if there is none."""
    if not InvoicePolicy.objects.exists():
        InvoicePolicy.objects.get_or_create(
            effective_from=BEGINNING,
            defaults={"zone": settings.TIME_ZONE, "working_days": FIRST_WORKING_DAYS},
        )
