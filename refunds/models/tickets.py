"""Tickets: the way to a refund where self-service is not possible, and appeals (R8, R10).

Amounts are whole minor units (fen) of `currency`.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Instance, Order
from people.models import Vendor
from refunds.models.policies import PolicyVersion, TicketGround
from refunds.models.requests import COMMENT_LENGTH, RefundRequest
from refunds.recourse import DELIVERY_CAUSES, REQUEST_CAUSES, Cause, sentence_of

DESCRIPTION_LENGTH = 4_000


class TicketKind(models.TextChoices):
    MANUAL = "manual", _("Manual refund")
    APPEAL = "appeal", _("Appeal to the platform")


class TicketState(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket", "Open")
    APPROVED = "approved", pgettext_lazy("ticket", "Approved")
    DECLINED = "declined", pgettext_lazy("ticket", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("ticket", "Withdrawn")


class VendorWord(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")


class Party(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    VENDOR = "vendor", _("Vendor")
    OPERATOR = "operator", _("Operator")


class Ticket(models.Model):
    """A case for the platform, a buyer's or a vendor's. An approved one becomes a refund (R12).

    `inside` says whether it keeps the rights of the refund window: full amount, no ground
    needed. An appeal is against `appealed`, and no clock decides it (R8); a vendor opens one
    where its offers were declined (R4).
    """

    instance = models.ForeignKey(
        Instance, models.PROTECT, related_name="tickets", verbose_name=_("instance")
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("order"))
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("buyer"),
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="+", db_index=False, verbose_name=_("vendor")
    )
    policy = models.ForeignKey(
        PolicyVersion,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("policy version"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=TicketKind)
    # Why self-service was not possible, or what is appealed: see `refunds.recourse`.
    cause = models.CharField(_("cause"), max_length=32)
    appealed = models.ForeignKey(
        RefundRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name=_("appealed request"),
    )
    opened_by = models.CharField(_("opened by"), max_length=16, choices=Party)
    opener = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("opener"),
    )
    inside = models.BooleanField(_("inside the refund window"))
    ground = models.ForeignKey(
        TicketGround,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("ticket", "ground"),
    )
    description = models.CharField(_("description"), max_length=DESCRIPTION_LENGTH, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    paid = models.BigIntegerField(_("amount paid"))
    amount_asked = models.BigIntegerField(_("amount asked"))
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("deadline"))
    approves_at_deadline = models.BooleanField(_("approved automatically at the deadline"))
    urged_at = models.DateTimeField(_("urged"), null=True, blank=True)
    vendor_word = models.CharField(
        _("the vendor's word"), max_length=16, choices=VendorWord, blank=True
    )
    vendor_amount = models.BigIntegerField(_("amount agreed by the vendor"), null=True, blank=True)
    vendor_answered_at = models.DateTimeField(_("answered by the vendor"), null=True, blank=True)

    state = models.CharField(
        _("state"), max_length=16, choices=TicketState, default=TicketState.OPEN
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Nobody: closed by the buyer, or by the clock.
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("decider"),
    )
    decision = models.CharField(_("reason of the decision"), max_length=COMMENT_LENGTH, blank=True)
    # For a full amount outside the window; against, where one led to a decline.
    decision_ground = models.ForeignKey(
        TicketGround,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ground of the decision"),
    )
    refund = models.OneToOneField(
        RefundRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ticket",
        verbose_name=_("refund request"),
    )
    # As of a request: the sweep stumbled over it and left it to an operator.
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    set_aside_reason = models.CharField(_("set aside because"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = (
            models.Index("buyer", F("id").desc(), name="tickets_of_buyer"),
            models.Index("vendor", "state", F("id").desc(), name="tickets_of_vendor"),
            models.Index("due_at", "id", name="tickets_open", condition=Q(state=TicketState.OPEN)),
            models.Index("id", name="tickets_aside", condition=Q(set_aside_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("instance",), condition=Q(state=TicketState.OPEN), name="one_open_ticket"
            ),
            models.UniqueConstraint(
                fields=("appealed", "cause"), name="one_appeal_per_request_and_cause"
            ),
            models.CheckConstraint(
                condition=Q(amount_asked__gt=0, amount_asked__lte=F("paid")),
                name="ticket_asks_at_most_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(kind=TicketKind.MANUAL, appealed__isnull=True)
                & ~Q(cause__in=DELIVERY_CAUSES + REQUEST_CAUSES)
                | Q(kind=TicketKind.APPEAL, appealed__isnull=True, cause__in=DELIVERY_CAUSES)
                | Q(kind=TicketKind.APPEAL, appealed__isnull=False, cause__in=REQUEST_CAUSES),
                name="appeal_is_against_something",
            ),
            models.CheckConstraint(
                condition=Q(kind=TicketKind.MANUAL)
                | Q(approves_at_deadline=False)
                & (~Q(state=TicketState.APPROVED) | Q(decider__isnull=False)),
                name="appeal_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(opened_by=Party.BUYER, opener=F("buyer"))
                | Q(opened_by=Party.VENDOR, cause=Cause.OFFERS_DECLINED)
                & ~Q(opener=F("buyer"))
                & ~Q(description=""),
                name="vendor_opens_after_declined_offers",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.OPEN, closed_at__isnull=True)
                | Q(
                    state__in=(TicketState.APPROVED, TicketState.DECLINED, TicketState.WITHDRAWN),
                    closed_at__isnull=False,
                ),
                name="ticket_closed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.APPROVED, refund__isnull=False)
                | (~Q(state=TicketState.APPROVED) & Q(refund__isnull=True)),
                name="ticket_approved_has_a_refund",
            ),
            models.CheckConstraint(
                condition=~Q(state=TicketState.DECLINED)
                | (Q(decider__isnull=False) & ~Q(decision="")),
                name="ticket_declined_says_why",
            ),
            models.CheckConstraint(
                condition=Q(
                    vendor_word="", vendor_amount__isnull=True, vendor_answered_at__isnull=True
                )
                | Q(
                    vendor_word=VendorWord.DECLINED,
                    vendor_amount__isnull=True,
                    vendor_answered_at__isnull=False,
                )
                | Q(
                    vendor_word=VendorWord.AGREED,
                    vendor_amount__isnull=False,
                    vendor_amount__gt=0,
                    vendor_amount__lte=F("paid"),
                    vendor_answered_at__isnull=False,
                ),
                name="vendor_word_is_whole",
            ),
        )

    def __str__(self) -> str:
        return f"T{self.pk}"

    @property
    def reference(self) -> str:
        """The word under which lower apps know this ticket."""
        return f"ticket:{self.pk}"

    @property
    def why(self) -> str:
        """Why it is the platform that decides, in a sentence."""
        return sentence_of(self.cause)

    def is_overdue(self, now: datetime) -> bool:
        """Whether only the automatic approval is legal any more, swept or not (R6)."""
        is_due = self.approves_at_deadline and self.due_at <= now
        return self.state == TicketState.OPEN and is_due


class TicketMessage(models.Model):
    """One line of a ticket's thread. Immutable."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="messages", verbose_name=_("ticket")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("author"),
        help_text=_("Empty: the system."),
    )
    party = models.CharField(_("party"), max_length=16, choices=Party, blank=True)
    at = models.DateTimeField(_("time"))
    text = models.CharField(_("message"), max_length=DESCRIPTION_LENGTH)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.ticket} {self.at}"


class Evidence(models.Model):
    """A picture or PDF that belongs to a ticket; its content lies in the database. Immutable."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="evidence", verbose_name=_("ticket")
    )
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("uploaded by"),
    )
    party = models.CharField(_("party"), max_length=16, choices=Party)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
