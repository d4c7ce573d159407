"""What a vendor's owner does about its members."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from kernel.transactions import require_transaction
from people.models import Membership, Role, User, Vendor


class OwnersOnly(DomainError):
    """The actor acts for the vendor, but does not own it."""

    code = "owners_only"
    sentence = _("Only an owner changes who may act for the vendor.")


class UnknownPerson(DomainError):
    """Registration is closed: a member is somebody who can sign in already."""

    code = "unknown_person"
    sentence = _("Nobody with this mail address can sign in here.")


class LastOwner(DomainError):
    """A vendor without an owner could never change its members again."""

    code = "last_owner"
    sentence = _("A vendor keeps at least one owner: make somebody else an owner first.")


def invite_member(*, vendor_id: int, actor: User, email: str, role: Role) -> Membership:
    """Let somebody who can sign in act for the vendor, or give them another role.

    Opens a transaction. Raises `NotFound`, `OwnersOnly`, `UnknownPerson`, `LastOwner`.
    """
    with transaction.atomic(durable=True):
        vendor = _lock_vendor(vendor_id, actor)
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise UnknownPerson
        membership, _created = Membership.objects.update_or_create(
            vendor=vendor, user=person, defaults={"role": role}
        )
        _require_owner(vendor)
        return membership


def change_role(*, membership_id: int, actor: User, role: Role) -> None:
    """Give a member another role.

    Opens a transaction. Raises `NotFound`, `OwnersOnly`, `LastOwner`.
    """
    with transaction.atomic(durable=True):
        membership = _lock_membership(membership_id, actor)
        membership.role = role
        membership.save(update_fields=["role"])
        _require_owner(membership.vendor)


def remove_member(*, membership_id: int, actor: User) -> None:
    """Let somebody no longer act for the vendor. What they decided stays theirs.

    Opens a transaction. Raises `NotFound`, `OwnersOnly`, `LastOwner`.
    """
    with transaction.atomic(durable=True):
        membership = _lock_membership(membership_id, actor)
        membership.delete()
        _require_owner(membership.vendor)


def _lock_membership(membership_id: int, actor: User) -> Membership:
    vendor_id = (
        Membership.objects.filter(pk=membership_id).values_list("vendor_id", flat=True).first()
    )
    if vendor_id is None:
        raise NotFound
    _lock_vendor(vendor_id, actor)
    # It may have gone while we waited for the lock.
    membership = Membership.objects.select_related("vendor").filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    return membership


def _lock_vendor(vendor_id: int, actor: User) -> Vendor:
    """The vendor, locked, so that two owners cannot remove each other at once."""
    require_transaction()
    vendor = (
        Vendor.objects.select_for_update(no_key=True).filter(pk=vendor_id, members=actor).first()
    )
    if vendor is None:
        raise NotFound
    if not vendor.memberships.filter(user=actor, role=Role.OWNER).exists():
        raise OwnersOnly
    return vendor


def _require_owner(vendor: Vendor) -> None:
    if not vendor.memberships.filter(role=Role.OWNER, user__is_active=True).exists():
        raise LastOwner
