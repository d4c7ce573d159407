"""What a vendor's owner does about its members."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from kernel.transactions import require_transaction
from people.models import Membership, Role, User, Vendor
from people.queries import owners_of


class OwnersOnly(DomainError):
    """The actor acts for the vendor, but does not own it."""

    code = "owners_only"
    sentence = _("Only an owner changes who may act for the vendor.")


class LastOwner(DomainError):
    """A vendor without an owner could never change its members again."""

    code = "last_owner"
    sentence = _("A vendor keeps at least one owner: make somebody else an owner first.")


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
    lock_vendor(vendor_id, actor)
    # It may have gone while we waited for the lock.
    membership = Membership.objects.select_related("vendor").filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    return membership


def lock_vendor(vendor_id: int, actor: User) -> Vendor:
    """The vendor, locked, so that two owners cannot remove each other at once.

    Requires a transaction. Raises `NotFound`, `OwnersOnly`.
    """
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
    if not owners_of(vendor).exists():
        raise LastOwner
