"""What operators stop: one request for some days, or all of the timed work."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from refunds.models.requests import COMMENT_LENGTH, RefundRequest


class Hold(models.Model):
    """A time in which a pending request is neither decided by the clock nor by the vendor (R8).

    When it begins the request's deadline moves by its whole length, and back by what is left
    when it is released; so the clock stands still, and goes on by itself after the end. Both
    sides see the reason and the end.
    """

    request = models.ForeignKey(
        RefundRequest, models.PROTECT, related_name="holds", verbose_name=_("refund request")
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("put on hold by"),
    )
    reason = models.CharField(_("reason"), max_length=COMMENT_LENGTH)
    held_at = models.DateTimeField(_("held"))
    ends_at = models.DateTimeField(_("ends"))
    # Before `ends_at` where it was released, or the request decided or withdrawn meanwhile;
    # empty until somebody has noticed the end, so the clock asks `stands_at`.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = (
            models.Index("ends_at", "id", name="holds_open", condition=Q(ended_at__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("held_at")), name="hold_lasts"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("held_at"), ended_at__lte=F("ends_at")),
                name="hold_ends_in_its_time",
            ),
            models.UniqueConstraint(
                fields=("request",), condition=Q(ended_at__isnull=True), name="one_hold"
            ),
        )

    def __str__(self) -> str:
        return f"{self.request}"

    def stands_at(self, now: datetime) -> bool:
        """Whether the request is held at that moment, whoever has noticed an end."""
        return self.ended_at is None and now < self.ends_at


class SweepSwitch(models.Model):
    """An operator stopped the sweeps, or let them go on: the newest row counts. Rows are added."""

    stopped = models.BooleanField(_("stopped"))
    reason = models.CharField(_("reason"), max_length=COMMENT_LENGTH)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("operator"),
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("switch of the sweeps")
        verbose_name_plural = _("switch of the sweeps")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="switch_says_why"),)

    def __str__(self) -> str:
        return str(_("Stopped") if self.stopped else _("Running"))
