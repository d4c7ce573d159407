"""Who acts for whom."""

from django.db.models import QuerySet

from people.models import DECIDING_ROLES, Membership, User, Vendor


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
