"""What happened to a request, line by line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from refunds.models.requests import COMMENT_LENGTH, RefundRequest
from refunds.transitions import Status


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("event", "Submitted")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
    APPROVED = "approved", pgettext_lazy("event", "Approved")
    REJECTED = "rejected", pgettext_lazy("event", "Rejected")
    CREDITED = "credited", pgettext_lazy("event", "Credited")
    OFFERED = "offered", pgettext_lazy("event", "Partial refund offered")
    OFFER_ACCEPTED = "offer_accepted", pgettext_lazy("event", "Offer accepted")
    OFFER_DECLINED = "offer_declined", pgettext_lazy("event", "Offer declined")
    OFFER_LAPSED = "offer_lapsed", pgettext_lazy("event", "Offer lapsed")
    APPEALED = "appealed", pgettext_lazy("event", "Appealed to the platform")
    HELD = "held", pgettext_lazy("event", "Put on hold")
    HOLD_ENDED = "hold_ended", pgettext_lazy("event", "Hold ended")
    SET_ASIDE = "set_aside", pgettext_lazy("event", "Set aside")
    RESUMED = "resumed", pgettext_lazy("event", "Resumed")


class RefundEvent(models.Model):
    """One step in the history of a request: who, what, when, from, to, note. Immutable."""

    request = models.ForeignKey(
        RefundRequest, models.PROTECT, related_name="events", verbose_name=_("refund request")
    )
    kind = models.CharField(_("event"), max_length=16, choices=EventKind)
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
    from_status = models.CharField(_("from"), max_length=16, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=16, choices=Status)
    note = models.CharField(_("note"), max_length=COMMENT_LENGTH, blank=True)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=EventKind.values,
                    from_status__in=("", *Status.values),
                    to_status__in=Status.values,
                ),
                name="event_words_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request} {self.get_kind_display()}"
