"""Who acts for whom."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from people.models import (
    DECIDING_ROLES,
    Invitation,
    Membership,
    Role,
    Suspension,
    User,
    Vendor,
)


def memberships_of(user: User) -> QuerySet[Membership]:
    """The vendors that this person acts for, with the role in each."""
    return Membership.objects.filter(user=user).select_related("vendor").order_by("vendor__name")


def vendor_ids_of(user: User) -> list[int]:
    """The vendors whose things this person may see."""
    return list(Membership.objects.filter(user=user).values_list("vendor_id", flat=True))


def may_decide_for(user: User, vendor_id: int) -> bool:
    """Whether this person may approve and reject in the name of the vendor."""
    return Membership.objects.filter(
        user=user, vendor_id=vendor_id, role__in=DECIDING_ROLES
    ).exists()


def deciders_of(vendor_ids: Collection[int]) -> dict[int, list[int]]:
    """Who may decide for each of these vendors, by id: those whom its news concern."""
    deciders: dict[int, list[int]] = {vendor_id: [] for vendor_id in vendor_ids}
    rows = Membership.objects.filter(
        vendor_id__in=vendor_ids, role__in=DECIDING_ROLES, user__is_active=True
    ).order_by("user_id")
    for vendor_id, user_id in rows.values_list("vendor_id", "user_id"):
        deciders[vendor_id].append(user_id)
    return deciders


def members_of(vendor: Vendor) -> QuerySet[Membership]:
    """Who acts for the vendor."""
    return vendor.memberships.select_related("user").order_by("user__full_name", "id")


def membership_seen_by(user: User, membership_id: int) -> Membership | None:
    """A membership in a vendor that this person acts for, too."""
    return (
        Membership.objects.select_related("vendor", "user")
        .filter(pk=membership_id, vendor__members=user)
        .first()
    )


def owners_of(vendor: Vendor) -> QuerySet[Membership]:
    """Who can change the vendor's members: owners that can sign in."""
    return vendor.memberships.filter(role=Role.OWNER, user__is_active=True)


def lock_vendors(ids: Collection[int] | QuerySet[Any]) -> list[Vendor]:
    """These vendors, locked, so that nobody else changes their members. Requires a transaction."""
    vendors = Vendor.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return list(vendors.order_by("pk"))


def suspension_of(vendor: Vendor) -> Suspension | None:
    """Who suspended the vendor, and why; None while it is not suspended."""
    newest = vendor.suspensions.select_related("actor").order_by("-id").first()
    return newest if newest and newest.suspended else None


def invitations_by(vendor: Vendor, *, now: datetime) -> QuerySet[Invitation]:
    """What the vendor's owners see waiting; one that was declined waits, too."""
    return vendor.invitations.filter(lapses_at__gt=now).order_by("email")


def invitations_for(user: User, *, now: datetime) -> QuerySet[Invitation]:
    """What waits for this person's answer."""
    return (
        Invitation.objects.filter(email=user.email, lapses_at__gt=now, declined_at__isnull=True)
        .select_related("vendor", "invited_by")
        .order_by("invited_at", "id")
    )
