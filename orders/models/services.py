"""The delivery of a manual service, step by step (R11)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.models import PolicyRow, counted, days, known_zone
from orders.models.purchases import Instance
from people.models import Vendor

TEXT_LENGTH = 4_000


class ServiceState(models.TextChoices):
    AWAITING_REQUIREMENT = "awaiting_requirement", _("Awaiting requirement")
    REQUIREMENT_SUBMITTED = "requirement_submitted", _("Requirement submitted")
    IN_PROGRESS = "in_progress", _("In progress")
    AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Awaiting acceptance")
    COMPLETE = "complete", pgettext_lazy("service", "Complete")


# The steps in which it is the vendor's turn.
VENDORS_STEPS = (ServiceState.REQUIREMENT_SUBMITTED, ServiceState.IN_PROGRESS)


class DeliveryPolicy(PolicyRow):
    """How long the steps of a service may take, from a moment on. Rows are only ever added."""

    zone = models.CharField(_("time zone"), max_length=64, validators=[known_zone])
    acceptance_days = days(_("days until the system accepts"))
    reminder_days = days(_("days before that when the buyer is reminded"))
    step_days = days(_("days after which a step of the vendor is late"))
    max_send_backs = counted(_("send-backs after which the buyer may appeal"))

    class Meta(PolicyRow.Meta):
        verbose_name = _("delivery policy")
        verbose_name_plural = _("delivery policies")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def clean(self) -> None:
        """The reminder comes before what it reminds of."""
        before, accepts = self.reminder_days, self.acceptance_days
        # A number that could not be read is told of beside its field.
        if before is not None and accepts is not None and before >= accepts:
            raise ValidationError(
                {"reminder_days": _("The reminder comes before the automatic acceptance.")}
            )


class Service(models.Model):
    """Where the delivery of one instance stands; every manual service has one.

    `step_since` is when this step began. `late_at` is when a step of the vendor has lain too
    long, `accepts_at` when the system accepts what awaits acceptance, `remind_at` when the
    buyer is reminded of that. `frozen_since`: something holds the instance, or its access has
    ended; the delivery stands still meanwhile, and that time does not count. `set_aside_at`:
    a sweep could not accept it, and an operator has to look.
    """

    instance = models.OneToOneField(
        Instance, models.PROTECT, related_name="service", verbose_name=_("instance")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="+", db_index=False, verbose_name=_("vendor")
    )
    policy = models.ForeignKey(
        DeliveryPolicy,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("delivery policy"),
    )
    state = models.CharField(
        _("state"), max_length=32, choices=ServiceState, default=ServiceState.AWAITING_REQUIREMENT
    )
    step_since = models.DateTimeField(_("in this step since"))
    requirement = models.CharField(_("requirement"), max_length=TEXT_LENGTH, blank=True)
    send_backs = models.IntegerField(_("send-backs"), default=0)
    late_at = models.DateTimeField(_("late from"), null=True, blank=True)
    accepts_at = models.DateTimeField(_("accepted automatically"), null=True, blank=True)
    remind_at = models.DateTimeField(_("buyer reminded at"), null=True, blank=True)
    frozen_since = models.DateTimeField(_("standing still since"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    set_aside_reason = models.CharField(_("why set aside"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        indexes = (
            models.Index("vendor", "state", F("id").desc(), name="services_of_vendor"),
            models.Index(
                "accepts_at",
                "id",
                name="acceptances_due",
                # What stands still or is set aside is not due: a sweep never reads it.
                condition=Q(
                    state=ServiceState.AWAITING_ACCEPTANCE,
                    frozen_since__isnull=True,
                    set_aside_at__isnull=True,
                ),
            ),
            models.Index(
                "remind_at",
                "id",
                name="reminders_due",
                condition=Q(remind_at__isnull=False, frozen_since__isnull=True),
            ),
            # What operators count on their start page: few rows of many.
            models.Index(
                "late_at",
                name="late_steps",
                condition=Q(late_at__isnull=False, frozen_since__isnull=True),
            ),
            models.Index("id", name="services_aside", condition=Q(set_aside_at__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state=ServiceState.AWAITING_REQUIREMENT) | ~Q(requirement=""),
                name="service_has_a_requirement",
            ),
            models.CheckConstraint(
                condition=Q(state=ServiceState.AWAITING_ACCEPTANCE, accepts_at__isnull=False)
                | (~Q(state=ServiceState.AWAITING_ACCEPTANCE) & Q(accepts_at__isnull=True)),
                name="awaiting_acceptance_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state=ServiceState.COMPLETE, accepted_at__isnull=False)
                | (~Q(state=ServiceState.COMPLETE) & Q(accepted_at__isnull=True)),
                name="complete_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VENDORS_STEPS, late_at__isnull=False)
                | (~Q(state__in=VENDORS_STEPS) & Q(late_at__isnull=True)),
                name="vendors_step_says_when_late",
            ),
            models.CheckConstraint(
                condition=Q(state=ServiceState.AWAITING_ACCEPTANCE) | Q(remind_at__isnull=True),
                name="only_awaiting_acceptance_is_reminded",
            ),
        )

    def __str__(self) -> str:
        return f"{self.instance}"


class ServiceEvent(models.Model):
    """One step of a delivery: who, when, from, to, note. Immutable."""

    service = models.ForeignKey(
        Service, models.PROTECT, related_name="events", verbose_name=_("service")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("actor"),
        help_text=_("Empty: the system."),
    )
    at = models.DateTimeField(_("time"))
    from_state = models.CharField(_("from"), max_length=32, choices=ServiceState, blank=True)
    to_state = models.CharField(_("to"), max_length=32, choices=ServiceState)
    note = models.CharField(_("note"), max_length=TEXT_LENGTH, blank=True)

    class Meta:
        verbose_name = _("step of a service")
        verbose_name_plural = _("steps of a service")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    from_state__in=("", *ServiceState.values), to_state__in=ServiceState.values
                ),
                name="service_event_words_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.service} {self.get_to_state_display()}"
