"""The rules that an operator edits: versions of the policy, and listed grounds."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.models import MOST_HOURS, MOST_MINUTES, PolicyRow, counted, days, known_zone
from orders.models import DeliveryType
from refunds.policy import Terms


class PolicyVersion(PolicyRow):
    """The refund rules of one delivery type from a moment on. Rows are only ever added."""

    versions_of = ("delivery_type",)

    delivery_type = models.CharField(_("delivery type"), max_length=16, choices=DeliveryType)
    zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    window_days = days(
        _("refund window in days"),
        null=True,
        blank=True,
        help_text=_("The day of purchase is day 1. Only SaaS has a window that is counted."),
    )
    decision_days = days(_("natural days for the vendor's decision"))
    approves_at_deadline = models.BooleanField(_("approved automatically at the deadline"))
    credit_delay_minutes = counted(_("minutes from approval to credit"), least=0, most=MOST_MINUTES)
    max_submissions = counted(_("submissions per instance"))
    max_refunded_orders = counted(
        _("orders refunded by self-service per buyer"),
        null=True,
        blank=True,
        help_text=_("Empty: there is no limit."),
    )
    offer_days = days(_("days until an offer lapses"))
    max_declined_offers = counted(
        _("declined offers after which either side may go to the platform")
    )
    max_hold_days = days(_("days that a hold may last at most"))
    first_reminder_hours = counted(
        _("hours from the first reminder to the automatic approval"),
        least=0,
        most=MOST_HOURS,
        help_text=_("0: there is none."),
    )
    last_reminder_hours = counted(
        _("hours from the last reminder to the automatic approval"),
        least=0,
        most=MOST_HOURS,
        help_text=_("0: there is none."),
    )

    class Meta(PolicyRow.Meta):
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = (
            *PolicyRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(delivery_type__in=DeliveryType.values),
                name="policy_delivery_type_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_delivery_type_display()} #{self.pk}"

    def clean(self) -> None:
        """What only SaaS has: a window in days, approval by the clock, a limit (R2, R3, R8)."""
        first, last = self.first_reminder_hours, self.last_reminder_hours
        # A number that could not be read is told of beside its field.
        if first is not None and last is not None and first < last:
            raise ValidationError(
                {"last_reminder_hours": _("The last reminder comes after the first one.")}
            )
        is_saas = self.delivery_type == DeliveryType.SAAS
        if is_saas and self.window_days is None:
            raise ValidationError({"window_days": _("SaaS needs a window of at least one day.")})
        if is_saas:
            return
        if self.window_days is not None:
            raise ValidationError(
                {"window_days": _("Only SaaS has a refund window that is counted in days.")}
            )
        if self.approves_at_deadline:
            raise ValidationError(
                {"approves_at_deadline": _("Only SaaS is approved by the clock.")}
            )
        if self.max_refunded_orders is not None:
            raise ValidationError(
                {"max_refunded_orders": _("Only refunds of SaaS count towards a limit.")}
            )

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
    offered = models.BooleanField(_("can be chosen"), default=True)

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
