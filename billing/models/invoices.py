"""Invoices that vendors owe their buyers (R9). Amounts are fen of `currency`."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.words import (
    ADDRESS_LENGTH,
    INVOICE_NUMBER_LENGTH,
    NAME_LENGTH,
    RECIPIENT_LENGTH,
    REFERENCE_LENGTH,
)
from kernel.models import PolicyRow, days, known_zone
from orders.models import Instance
from people.models import Vendor


class InvoicePolicy(PolicyRow):
    """What vendors owe, from a moment on. Rows are only ever added."""

    zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    working_days = days(_("working days until an invoice is due"))

    class Meta(PolicyRow.Meta):
        verbose_name = _("invoice policy")
        verbose_name_plural = _("invoice policies")

    def __str__(self) -> str:
        return f"#{self.pk}"


class TitleKind(models.TextChoices):
    PERSONAL = "personal", _("Personal")
    COMPANY = "company", _("Company")


class InvoiceTitle(models.Model):
    """To whom a buyer has invoices made out (发票抬头)."""

    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="invoice_titles",
        verbose_name=_("buyer"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=TitleKind)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("invoice title")
        verbose_name_plural = _("invoice titles")
        constraints = (
            models.UniqueConstraint(
                fields=("buyer",), condition=Q(is_default=True), name="one_default_title"
            ),
            models.UniqueConstraint(
                fields=("buyer", "name", "tax_number"), name="one_title_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(kind=TitleKind.PERSONAL)
                | (Q(kind=TitleKind.COMPANY) & ~Q(tax_number="")),
                name="company_has_a_tax_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} · {self.tax_number}" if self.tax_number else self.name


class InvoiceAddress(models.Model):
    """Where a buyer has invoices sent: by post, or electronic ones by mail."""

    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="invoice_addresses",
        verbose_name=_("buyer"),
    )
    recipient = models.CharField(_("recipient"), max_length=RECIPIENT_LENGTH)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    address = models.CharField(_("postal address"), max_length=ADDRESS_LENGTH, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("invoice address")
        verbose_name_plural = _("invoice addresses")
        constraints = (
            models.UniqueConstraint(
                fields=("buyer",), condition=Q(is_default=True), name="one_default_address"
            ),
            models.CheckConstraint(
                condition=~Q(email="", address=""), name="address_leads_somewhere"
            ),
        )

    def __str__(self) -> str:
        return f"{self.recipient} · {self.address or self.email}"


class InvoiceState(models.TextChoices):
    PENDING = "pending", pgettext_lazy("invoice", "Pending")
    PROCESSING = "processing", pgettext_lazy("invoice", "Processing")
    MAILED = "mailed", pgettext_lazy("invoice", "Mailed")
    WITHDRAWN = "withdrawn", pgettext_lazy("invoice", "Withdrawn")
    RETURNED = "returned", pgettext_lazy("invoice", "Returned")


# In these an invoice stands: its purchases are on no other.
STANDING_INVOICES = (InvoiceState.PENDING, InvoiceState.PROCESSING, InvoiceState.MAILED)
# In these the vendor owes it still.
OWED_INVOICES = (InvoiceState.PENDING, InvoiceState.PROCESSING)


class InvoiceForm(models.TextChoices):
    ELECTRONIC = "electronic", pgettext_lazy("invoice", "Electronic")
    PAPER = "paper", pgettext_lazy("invoice", "On paper")


class Invoice(models.Model):
    """A buyer's request for an invoice of purchases from one vendor, and what became of it.

    Title and address are those of the moment of the request. `due_at` ends the working days
    that the vendor has.
    """

    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="invoices",
        db_index=False,
        verbose_name=_("buyer"),
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="+", db_index=False, verbose_name=_("vendor")
    )
    policy = models.ForeignKey(
        InvoicePolicy,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("invoice policy"),
    )
    form = models.CharField(_("form"), max_length=16, choices=InvoiceForm)
    title_kind = models.CharField(_("kind of title"), max_length=16, choices=TitleKind)
    title = models.CharField(_("title"), max_length=NAME_LENGTH)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True)
    recipient = models.CharField(_("recipient"), max_length=RECIPIENT_LENGTH)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    address = models.CharField(_("postal address"), max_length=ADDRESS_LENGTH, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(
        _("state"), max_length=16, choices=InvoiceState, default=InvoiceState.PENDING
    )
    requested_at = models.DateTimeField(_("requested"))
    due_at = models.DateTimeField(_("due"))
    processing_at = models.DateTimeField(_("processing since"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    number = models.CharField(_("invoice number"), max_length=INVOICE_NUMBER_LENGTH, blank=True)
    tracking_number = models.CharField(
        _("tracking number"), max_length=REFERENCE_LENGTH, blank=True
    )
    # How it came back: the buyer's tracking number, or that of the reversal.
    return_reference = models.CharField(
        _("return reference"), max_length=REFERENCE_LENGTH, blank=True
    )

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        indexes = (
            models.Index("buyer", F("id").desc(), name="invoices_of_buyer"),
            models.Index("vendor", "state", "due_at", "id", name="invoices_of_vendor"),
            # Of all vendors, for the operators' start page.
            models.Index("due_at", name="invoices_owed", condition=Q(state__in=OWED_INVOICES)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_is_of_something"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("requested_at")), name="invoice_due_after_request"
            ),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True, number="", tracking_number="")
                | (
                    Q(mailed_at__isnull=False)
                    & ~Q(number="")
                    & (
                        Q(form=InvoiceForm.ELECTRONIC, tracking_number="")
                        | (Q(form=InvoiceForm.PAPER) & ~Q(tracking_number=""))
                    )
                ),
                name="mailed_says_which_and_how",
            ),
            models.CheckConstraint(
                condition=(Q(returned_at__isnull=True) & Q(return_reference=""))
                | (Q(returned_at__isnull=False) & ~Q(return_reference="")),
                name="returned_says_how",
            ),
            models.CheckConstraint(
                condition=Q(form__in=InvoiceForm.values, title_kind__in=TitleKind.values),
                name="invoice_words_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=InvoiceState.PENDING,
                    processing_at__isnull=True,
                    mailed_at__isnull=True,
                    withdrawn_at__isnull=True,
                    returned_at__isnull=True,
                )
                | Q(
                    state=InvoiceState.WITHDRAWN,
                    processing_at__isnull=True,
                    mailed_at__isnull=True,
                    withdrawn_at__isnull=False,
                    returned_at__isnull=True,
                )
                | Q(
                    state=InvoiceState.PROCESSING,
                    processing_at__isnull=False,
                    mailed_at__isnull=True,
                    withdrawn_at__isnull=True,
                    returned_at__isnull=True,
                )
                | Q(
                    state=InvoiceState.MAILED,
                    processing_at__isnull=False,
                    mailed_at__isnull=False,
                    withdrawn_at__isnull=True,
                    returned_at__isnull=True,
                )
                | Q(
                    state=InvoiceState.RETURNED,
                    processing_at__isnull=False,
                    withdrawn_at__isnull=True,
                    returned_at__isnull=False,
                ),
                name="invoice_state_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def reference(self) -> str:
        """What other apps call it by: `invoice:12`."""
        return f"invoice:{self.pk}"

    @property
    def is_standing(self) -> bool:
        """Whether its purchases are on no other invoice, and may be on none."""
        return self.state in STANDING_INVOICES

    @property
    def is_owed(self) -> bool:
        return self.state in OWED_INVOICES

    def is_late(self, now: datetime) -> bool:
        """Whether the vendor owes it still, after its working days (R9)."""
        return self.is_owed and now >= self.due_at


class InvoiceLine(models.Model):
    """One instance on an invoice. `standing` is false once the invoice is withdrawn or returned."""

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice")
    )
    instance = models.ForeignKey(
        Instance, models.PROTECT, related_name="invoice_lines", verbose_name=_("instance")
    )
    amount = models.BigIntegerField(_("amount"))
    standing = models.BooleanField(_("standing"), default=True)

    class Meta:
        verbose_name = _("line of an invoice")
        verbose_name_plural = _("lines of an invoice")
        constraints = (
            models.UniqueConstraint(
                fields=("instance",), condition=Q(standing=True), name="one_invoice_per_instance"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="line_is_of_something"),
        )

    def __str__(self) -> str:
        return f"{self.invoice} {self.instance}"
