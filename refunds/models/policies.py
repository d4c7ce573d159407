"""The rules that an operator edits: versions of the policy, and listed grounds."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.models import DeliveryType
from refunds.policy import Terms


class PolicyVersion(models.Model):
    """The refund rules of one delivery type from a moment on. Rows are only ever added."""

    delivery_type = models.CharField(_("delivery type"), max_length=16, choices=DeliveryType)
    effective_from = models.DateTimeField(_("takes effect"))
    zone = models.CharField(_("time zone"), max_length=64)
    window_days = models.PositiveIntegerField(
        _("refund window in days"),
        null=True,
        blank=True,
        help_text=_("The day of purchase is day 1. Empty: there is no window."),
    )
    decision_days = models.PositiveIntegerField(_("natural days for the vendor's decision"))
    approves_at_deadline = models.BooleanField(_("approved automatically at the deadline"))
    credit_delay_minutes = models.PositiveIntegerField(_("minutes from approval to credit"))
    max_submissions = models.PositiveIntegerField(_("submissions per instance"))
    max_refunded_orders = models.PositiveIntegerField(
        _("orders refunded by self-service per buyer"),
        null=True,
        blank=True,
        help_text=_("Empty: there is no limit."),
    )
    offer_days = models.PositiveIntegerField(_("days until an offer lapses"))
    max_declined_offers = models.PositiveIntegerField(
        _("declined offers after which either side may go to the platform")
    )
    max_hold_days = models.PositiveIntegerField(_("days that a hold may last at most"))
    # Why, and by whom; the first rows of a new database are nobody's.
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("added"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("added by"),
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = (
            models.UniqueConstraint(
                fields=("delivery_type", "effective_from"), name="one_policy_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(delivery_type__in=DeliveryType.values),
                name="policy_delivery_type_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_delivery_type_display()} #{self.pk}"

    @property
    def terms(self) -> Terms:
        return Terms(
            zone=ZoneInfo(self.zone),
            window_days=self.window_days,
            decision_days=self.decision_days,
            approves_at_deadline=self.approves_at_deadline,
            credit_delay=timedelta(minutes=self.credit_delay_minutes),
            max_submissions=self.max_submissions,
            max_refunded_orders=self.max_refunded_orders,
        )


class ListedGround(models.Model):
    """A ground that operators list, in both languages; one that is in use is never removed."""

    code = models.SlugField(_("code"), unique=True)
    label_en = models.CharField(_("English"), max_length=200)
    label_zh = models.CharField(_("Chinese"), max_length=200)
    position = models.PositiveIntegerField(_("position"), default=0)
    offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label_zh if (get_language() or "").startswith("zh") else self.label_en


class RejectionGround(ListedGround):
    """A listed ground that a rejection must name (R8)."""

    class Meta(ListedGround.Meta):
        verbose_name = _("ground for rejection")
        verbose_name_plural = _("grounds for rejection")


class GroundSide(models.TextChoices):
    FOR = "for", _("For a refund")
    AGAINST = "against", _("Against a full refund")


class TicketGround(ListedGround):
    """A ground of the rules that a ticket rests on, or that speaks against it (R10)."""

    side = models.CharField(_("speaks"), max_length=8, choices=GroundSide)

    class Meta(ListedGround.Meta):
        verbose_name = _("ground of a ticket")
        verbose_name_plural = _("grounds of tickets")
        constraints = (
            models.CheckConstraint(
                condition=Q(side__in=GroundSide.values), name="ticket_ground_side_known"
            ),
        )
