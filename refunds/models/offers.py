"""Part of the money, offered by the vendor of a manual service (R4)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from refunds.models.requests import COMMENT_LENGTH, RefundRequest


class OfferState(models.TextChoices):
    OPEN = "open", pgettext_lazy("offer", "Open")
    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    LAPSED = "lapsed", pgettext_lazy("offer", "Lapsed")
    # The request was decided or withdrawn while the offer was open.
    OVERTAKEN = "overtaken", pgettext_lazy("offer", "Overtaken")


class Offer(models.Model):
    """An amount that would settle a pending request; only an accepted one is ever refunded.

    `amount` is in fen of the request's currency.
    """

    request = models.ForeignKey(
        RefundRequest, models.PROTECT, related_name="offers", verbose_name=_("refund request")
    )
    amount = models.BigIntegerField(_("amount offered"))
    text = models.CharField(_("explanation to the buyer"), max_length=COMMENT_LENGTH)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("offered by"),
    )
    offered_at = models.DateTimeField(_("offered"))
    lapses_at = models.DateTimeField(_("lapses"))
    state = models.CharField(_("state"), max_length=16, choices=OfferState, default=OfferState.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("the buyer's answer"), max_length=COMMENT_LENGTH, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = (
            models.Index("lapses_at", "id", name="offers_open", condition=Q(state=OfferState.OPEN)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("request",), condition=Q(state=OfferState.OPEN), name="one_open_offer"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offer_is_of_something"),
            models.CheckConstraint(condition=~Q(text=""), name="offer_explains_itself"),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, answered_at__isnull=True)
                | Q(
                    state__in=(
                        OfferState.ACCEPTED,
                        OfferState.DECLINED,
                        OfferState.LAPSED,
                        OfferState.OVERTAKEN,
                    ),
                    answered_at__isnull=False,
                ),
                name="offer_ended_says_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request} {self.get_state_display()}"

    def state_at(self, now: datetime) -> OfferState:
        """What it is at that moment: an open one lapses at its time, swept or not."""
        if self.state == OfferState.OPEN and self.lapses_at <= now:
            return OfferState.LAPSED
        return OfferState(self.state)
