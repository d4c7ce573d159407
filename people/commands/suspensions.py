"""What operators do about a vendor as a whole: it is told, and stops no clock (R8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound, Overtaken, WrittenReasonRequired
from people.models import Suspension, User, Vendor
from people.queries import lock_vendors


class AlreadySuspended(Overtaken):
    """A colleague was faster."""

    code = "already_suspended"
    sentence = _("This vendor has been suspended already.")


class NotSuspended(Overtaken):
    """A colleague was faster, or it never was."""

    code = "not_suspended"
    sentence = _("This vendor is not suspended, or not any more.")


def suspend_vendor(*, vendor_id: int, actor: User, reason: str, now: datetime) -> None:
    """Let buyers and members know that the vendor is suspended; nothing else changes.

    Members go on deciding, and every deadline, limit and credit stays as it is (R8). Opens a
    transaction. Raises `NotFound`, `WrittenReasonRequired` and `AlreadySuspended`.
    """
    _turn(vendor_id, suspend=True, actor=actor, reason=reason, now=now)


def lift_suspension(*, vendor_id: int, actor: User, reason: str, now: datetime) -> None:
    """Take the suspension back. Raises as `suspend_vendor`, but `NotSuspended`."""
    _turn(vendor_id, suspend=False, actor=actor, reason=reason, now=now)


def _turn(vendor_id: int, *, suspend: bool, actor: User, reason: str, now: datetime) -> None:
    if not actor.is_staff:
        raise NotFound
    if not reason.strip():
        raise WrittenReasonRequired
    with transaction.atomic(durable=True):
        vendor = _locked(vendor_id)
        if suspend and vendor.suspended_at:
            raise AlreadySuspended
        if not suspend and not vendor.suspended_at:
            raise NotSuspended
        vendor.suspended_at = now if suspend else None
        vendor.save(update_fields=["suspended_at"])
        Suspension.objects.create(
            vendor=vendor, suspended=suspend, reason=reason.strip(), actor=actor, at=now
        )


def _locked(vendor_id: int) -> Vendor:
    for vendor in lock_vendors([vendor_id]):
        return vendor
    raise NotFound
