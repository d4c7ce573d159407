"""The ledger (R14). Amounts are whole minor units (fen) of the account's currency.

An entry's amount is positive when its account gains and negative when it loses, so the
balance of an account is the sum of its entries and every transaction sums to zero. The
database keeps this itself: see the migration `database_guarantees`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.shares import BASIS_POINTS
from kernel.models import PolicyRow, counted
from orders.models import Instance, Order, Product
from people.models import Vendor


class AccountKind(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    VENDOR = "vendor", _("Vendor")
    PLATFORM = "platform", _("Platform")
    EXTERNAL = "external", _("External")


class Account(models.Model):
    """A place where money is, in one currency.

    Only a buyer's account keeps a running `balance`, which never drops below zero; those of
    vendors, platform and the outside are sums over entries, so that none of them is a queue.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=AccountKind)
    buyer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account",
        verbose_name=_("buyer"),
    )
    vendor = models.OneToOneField(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account",
        verbose_name=_("vendor"),
    )
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.BigIntegerField(_("balance"), null=True, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind=AccountKind.BUYER,
                    buyer__isnull=False,
                    vendor__isnull=True,
                    balance__gte=0,
                    balance__isnull=False,
                )
                | Q(
                    kind=AccountKind.VENDOR,
                    buyer__isnull=True,
                    vendor__isnull=False,
                    balance__isnull=True,
                )
                | Q(
                    kind__in=(AccountKind.PLATFORM, AccountKind.EXTERNAL),
                    buyer__isnull=True,
                    vendor__isnull=True,
                    balance__isnull=True,
                ),
                name="account_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_a_code"
            ),
            models.UniqueConstraint(
                fields=("kind", "currency"),
                condition=Q(kind__in=(AccountKind.PLATFORM, AccountKind.EXTERNAL)),
                name="one_system_account_per_currency",
            ),
        )

    def __str__(self) -> str:
        owner = self.buyer or self.vendor
        return f"{self.get_kind_display()} {owner or ''} {self.currency}".replace("  ", " ")


class TransactionKind(models.TextChoices):
    RECHARGE = "recharge", _("Recharge")
    DEDUCT = "deduct", _("Deduction")
    REFUND = "refund", _("Refund")


class Transaction(models.Model):
    """One movement of money, told once: `kind` and `reference` are unique together.

    `reference` is an opaque word of the app that asked (`refund:12`); `order` and `instance`
    are what a statement shows beside the amount.
    """

    kind = models.CharField(_("type"), max_length=16, choices=TransactionKind)
    reference = models.CharField(_("reference"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="transactions", verbose_name=_("order")
    )
    instance = models.ForeignKey(
        Instance,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transactions",
        verbose_name=_("instance"),
    )
    posted_at = models.DateTimeField(_("posted"))

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = (
            models.UniqueConstraint(fields=("kind", "reference"), name="posted_once"),
            models.CheckConstraint(
                condition=Q(kind__in=TransactionKind.values), name="transaction_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class Entry(models.Model):
    """One account's side of a transaction. `balance_after` is kept for buyers' accounts."""

    transaction = models.ForeignKey(
        Transaction, models.PROTECT, related_name="entries", verbose_name=_("transaction")
    )
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="entries",
        db_index=False,
        verbose_name=_("account"),
    )
    amount = models.BigIntegerField(_("amount"))
    balance_after = models.BigIntegerField(_("balance after"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = (models.Index("account", F("id").desc(), name="statement"),)
        constraints = (
            models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something"),
            models.CheckConstraint(
                condition=Q(balance_after__isnull=True) | Q(balance_after__gte=0),
                name="entry_leaves_no_negative_balance",
            ),
        )

    def __str__(self) -> str:
        return f"{self.transaction} {self.amount}"


class Earning(models.Model):
    """A vendor's entry with all that its sums are grouped by: one row of one index.

    The database writes it in the statement that writes the entry, and refuses it to everybody
    else (`earning_guarantees`). Joined from entries, transactions, instances and the platform's
    entries, a hundred thousand took seconds to sum.
    """

    # Copied from rows that have the foreign keys and never go: to check them again would cost
    # each posting more than the row itself.
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        primary_key=True,
        db_constraint=False,
        related_name="earning",
        verbose_name=_("entry"),
    )
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("account"),
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("product"),
    )
    instance = models.ForeignKey(
        Instance,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("instance"),
    )
    posted_at = models.DateTimeField(_("posted"))
    amount = models.BigIntegerField(_("amount"))
    commission = models.BigIntegerField(_("commission"))

    class Meta:
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        indexes = (
            models.Index(
                "account",
                "posted_at",
                name="earnings",
                include=("product", "instance", "amount", "commission"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} {self.amount}"


class CommissionPolicy(PolicyRow):
    """The platform's share of a purchase, in basis points, from a moment on.

    Rows are only added: a purchase keeps the share that it was made under, because its
    refund is read from the entries of its deduction.
    """

    basis_points = counted(
        _("commission in basis points"),
        least=0,
        most=BASIS_POINTS,
        help_text=_("100 basis points are one percent."),
    )

    class Meta(PolicyRow.Meta):
        verbose_name = _("commission policy")
        verbose_name_plural = _("commission policies")
        constraints = (
            *PolicyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(basis_points__lte=BASIS_POINTS), name="commission_at_most_everything"
            ),
        )

    def __str__(self) -> str:
        return f"{self.basis_points} bp"
