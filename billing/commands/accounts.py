"""Opening accounts."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from billing.models import Account, AccountKind, CommissionPolicy
from kernel.errors import DomainError
from people.models import User, Vendor

FIRST_CURRENCY = "CNY"
FIRST_COMMISSION_BASIS_POINTS = 1_000
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class CurrencyMismatch(DomainError):
    """An account has one currency for good (R14)."""

    code = "currency_mismatch"
    sentence = _("The order is in %(order)s but the account is kept in %(account)s.")


def account_of_buyer(buyer: User, currency: str) -> Account:
    """The buyer's account, opened with the first order. Raises `CurrencyMismatch` (R14)."""
    account, _created = Account.objects.get_or_create(
        buyer=buyer, defaults={"kind": AccountKind.BUYER, "currency": currency, "balance": 0}
    )
    return _in_currency(account, currency)


def account_of_vendor(vendor: Vendor, currency: str) -> Account:
    """The vendor's account, opened with the first sale. Raises `CurrencyMismatch` (R14)."""
    account, _created = Account.objects.get_or_create(
        vendor=vendor, defaults={"kind": AccountKind.VENDOR, "currency": currency}
    )
    return _in_currency(account, currency)


def system_account(kind: AccountKind, currency: str) -> Account:
    """The platform's or the outside's account in a currency."""
    account, _created = Account.objects.get_or_create(
        kind=kind, currency=currency, buyer=None, vendor=None
    )
    return account


def make_first_rows() -> None:
    """The system accounts of the first currency and the first commission, if missing."""
    for kind in (AccountKind.PLATFORM, AccountKind.EXTERNAL):
        system_account(kind, FIRST_CURRENCY)
    if not CommissionPolicy.objects.exists():
        CommissionPolicy.objects.get_or_create(
            effective_from=BEGINNING,
            defaults={"basis_points": FIRST_COMMISSION_BASIS_POINTS},
        )


def _in_currency(account: Account, currency: str) -> Account:
    if account.currency != currency:
        raise CurrencyMismatch(order=currency, account=account.currency)
    return account
