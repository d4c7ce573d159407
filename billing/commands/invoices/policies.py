"""What vendors owe, from a moment on (R9)."""

from datetime import UTC, datetime

from django.conf import settings

from billing.models import InvoicePolicy

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_WORKING_DAYS = 10


def add_invoice_policy(*, effective_from: datetime, zone: str, working_days: int) -> InvoicePolicy:
    """Add the rules from a moment on; invoices keep those that they were asked for under."""
    return InvoicePolicy.objects.create(
        effective_from=effective_from, zone=zone, working_days=working_days
    )


def make_first_invoice_policy() -> None:
    """The policy that a new database begins with, if there is none."""
    if not InvoicePolicy.objects.exists():
        InvoicePolicy.objects.get_or_create(
            effective_from=BEGINNING,
            defaults={"zone": settings.TIME_ZONE, "working_days": FIRST_WORKING_DAYS},
        )
