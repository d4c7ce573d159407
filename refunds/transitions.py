"""The states of a refund request and the only ways between them. Pure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    CREDITED = "credited", _("Credited")
    CANCELLED = "cancelled", _("Cancelled")
    REJECTED = "rejected", _("Rejected")


class DecidedBy(models.TextChoices):
    VENDOR = "vendor", _("Vendor")
    DEADLINE = "deadline", _("Approved automatically at the deadline")
    OPERATOR = "operator", _("Operator")


ALLOWED = {
    Status.PENDING: frozenset({Status.APPROVED, Status.CANCELLED, Status.REJECTED}),
    Status.APPROVED: frozenset({Status.CREDITED}),
    Status.CREDITED: frozenset[Status](),
    Status.CANCELLED: frozenset[Status](),
    Status.REJECTED: frozenset[Status](),
}

# A request in one of these stands in the way of another for the same instance.
STANDING = (Status.PENDING, Status.APPROVED, Status.CREDITED)


def may_become(old: str, new: str) -> bool:
    """Whether a request may go from one state to the other."""
    return Status(new) in ALLOWED[Status(old)]
