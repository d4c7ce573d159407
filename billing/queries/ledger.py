"""Every read of the ledger."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing.models import (
    Account,
    AccountKind,
    CommissionPolicy,
    Entry,
    TransactionKind,
)
from kernel.errors import DomainError
from people.models import User


class NoCommissionPolicy(DomainError):
    """The purchase is older than the first policy."""

    code = "no_commission_policy"
    sentence = _("There was no commission policy yet when this was purchased.")


def commission_basis_points(at: datetime) -> int:
    """The platform's share of a purchase made at this moment, in basis points.

    Raises `NoCommissionPolicy` for a moment before the first policy.
    """
    policy = CommissionPolicy.objects.in_force(at).first()
    if policy is None:
        raise NoCommissionPolicy
    return policy.basis_points


def commissions_of(instance_ids: Iterable[int]) -> dict[int, int]:
    """What the platform earned on these instances, in fen, from the entries of their purchase."""
    rows = Entry.objects.filter(
        transaction__kind=TransactionKind.DEDUCT,
        transaction__instance_id__in=instance_ids,
        account__kind=AccountKind.PLATFORM,
    ).values_list("transaction__instance_id", "amount")
    return dict(rows)


def account_ids(
    *, buyer_ids: Iterable[int], vendor_ids: Iterable[int], currencies: Iterable[str]
) -> tuple[dict[int, int], dict[int, int], dict[str, int]]:
    """The accounts of buyers and vendors by owner, and the platform's by currency."""
    buyers = Account.objects.filter(buyer_id__in=buyer_ids).values_list("buyer_id", "pk")
    vendors = Account.objects.filter(vendor_id__in=vendor_ids).values_list("vendor_id", "pk")
    platform = Account.objects.filter(
        kind=AccountKind.PLATFORM, currency__in=currencies
    ).values_list("currency", "pk")
    return dict(buyers), dict(vendors), dict(platform)


def account_of(buyer: User) -> Account | None:
    """The buyer's account; none before the first purchase."""
    return Account.objects.filter(buyer=buyer).first()


def statement_of(account: Account | None) -> QuerySet[Entry]:
    """The entries on an account, with what the statement shows beside each (R14)."""
    # By the account itself and not through its owner, so that the index gives the order.
    return Entry.objects.filter(account=account).select_related(
        "transaction__order__product", "transaction__instance"
    )
