"""Refund requests.

Amounts are whole minor units (fen) of `currency`. The database keeps the states and the
quote itself: see the migration `database_guarantees`.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from orders.models import Instance, Order
from people.models import Vendor
from refunds.models.policies import PolicyVersion, RejectionGround
from refunds.transitions import STANDING, DecidedBy, Status


class Channel(models.TextChoices):
    SELF_SERVICE = "self_service", _("Self-service refund")
    TICKET = "ticket", _("Manual refund")


class RefundReason(models.TextChoices):
    """What a buyer may give as the reason (退款原因)."""

    NOT_DELIVERED = "not_delivered", _("The vendor cannot deliver")
    NOT_AS_DESCRIBED = "not_as_described", _("The product is not as described")
    DOES_NOT_WORK = "does_not_work", _("The product does not work for me")
    MISTAKE = "mistake", _("I bought it by mistake or bought the wrong specification")
    NO_LONGER_NEEDED = "no_longer_needed", _("I no longer need it")
    OTHER = "other", _("Another reason")
    # Never chosen: the ticket that led to the refund says why.
    TICKET = "ticket", _("As decided by ticket")

    @classmethod
    def offered(cls) -> tuple["RefundReason", ...]:
        """Those that a buyer may choose."""
        return tuple(reason for reason in cls if reason != cls.TICKET)


COMMENT_LENGTH = 1_000


class RefundRequest(models.Model):
    """A buyer's request to have the money for one instance back.

    The quote (`list_price` to `refund_amount`) and the policy are those of the moment of
    submission and never change. `due_at` is when the system decides if nobody else did.
    """

    instance = models.ForeignKey(
        Instance, models.PROTECT, related_name="refund_requests", verbose_name=_("instance")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="refund_requests", verbose_name=_("order")
    )
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
    channel = models.CharField(_("channel"), max_length=16, choices=Channel)
    status = models.CharField(_("state"), max_length=16, choices=Status, default=Status.PENDING)

    list_price = models.BigIntegerField(_("list price"))
    coupon = models.BigIntegerField(_("coupon"))
    paid = models.BigIntegerField(_("amount paid"))
    refund_amount = models.BigIntegerField(_("refund amount"))
    currency = models.CharField(_("currency"), max_length=3)

    reason = models.CharField(_("refund reason"), max_length=32, choices=RefundReason)
    comment = models.CharField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    due_at = models.DateTimeField(_("deadline"))
    approves_at_deadline = models.BooleanField(_("approved automatically at the deadline"))

    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=16, choices=DecidedBy, blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("decider"),
    )
    approved_amount = models.BigIntegerField(_("approved amount"), null=True, blank=True)
    commission = models.BigIntegerField(_("commission returned"), null=True, blank=True)
    credit_due_at = models.DateTimeField(_("credit due"), null=True, blank=True)
    credited_at = models.DateTimeField(_("credited"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    rejection_ground = models.ForeignKey(
        RejectionGround,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ground"),
    )
    rejection_text = models.CharField(
        _("explanation to the buyer"), max_length=COMMENT_LENGTH, blank=True
    )
    # The deadline that was reminded of. One that moves is no longer it, and is reminded of anew.
    first_reminded_of = models.DateTimeField(
        _("reminded first of the deadline"), null=True, blank=True
    )
    last_reminded_of = models.DateTimeField(
        _("reminded last of the deadline"), null=True, blank=True
    )
    # A sweep that stumbles over a row says so here, goes on with the rest, and leaves the
    # row to an operator.
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    set_aside_reason = models.CharField(_("set aside because"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("refund request")
        verbose_name_plural = _("refund requests")
        indexes = (
            models.Index("buyer", F("id").desc(), name="refunds_of_buyer"),
            models.Index("vendor", "status", F("id").desc(), name="refunds_of_vendor"),
            models.Index(
                "vendor", "due_at", "id", name="vendor_queue", condition=Q(status=Status.PENDING)
            ),
            models.Index("id", name="set_aside", condition=Q(set_aside_at__isnull=False)),
            models.Index(
                "due_at",
                "id",
                name="approvals_due",
                condition=Q(
                    status=Status.PENDING, approves_at_deadline=True, set_aside_at__isnull=True
                ),
            ),
            # A minute in which nothing comes near reads no row that was reminded of before.
            *(
                models.Index(
                    NullIf("due_at", f"{which}_reminded_of"),
                    "id",
                    name=f"{which}_reminders",
                    condition=Q(
                        status=Status.PENDING, approves_at_deadline=True, set_aside_at__isnull=True
                    ),
                )
                for which in ("first", "last")
            ),
            models.Index(
                "credit_due_at",
                "id",
                name="credits_due",
                condition=Q(status=Status.APPROVED, set_aside_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("instance",),
                condition=Q(status__in=STANDING),
                name="one_standing_request_per_instance",
            ),
            models.CheckConstraint(
                condition=Q(
                    paid=F("list_price") - F("coupon"),
                    coupon__gte=0,
                    refund_amount__gt=0,
                    refund_amount__lte=F("paid"),
                ),
                name="quote_returns_at_most_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(approved_amount__isnull=True, commission__isnull=True)
                | Q(
                    # Said twice: a comparison with NULL is no refusal.
                    approved_amount__isnull=False,
                    commission__isnull=False,
                    approved_amount__gt=0,
                    approved_amount__lte=F("paid"),
                    commission__gte=0,
                    commission__lte=F("approved_amount"),
                ),
                name="approved_at_most_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(Status.PENDING, Status.CANCELLED),
                    decided_at__isnull=True,
                    decided_by="",
                    decider__isnull=True,
                )
                | Q(
                    status__in=(Status.APPROVED, Status.CREDITED),
                    decided_at__isnull=False,
                    decided_by=DecidedBy.DEADLINE,
                    decider__isnull=True,
                )
                | Q(
                    status__in=(Status.APPROVED, Status.CREDITED, Status.REJECTED),
                    decided_at__isnull=False,
                    decided_by__in=(DecidedBy.VENDOR, DecidedBy.OPERATOR),
                    decider__isnull=False,
                ),
                name="decided_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(Status.APPROVED, Status.CREDITED),
                    approved_amount__isnull=False,
                    credit_due_at__isnull=False,
                )
                | Q(
                    status__in=(Status.PENDING, Status.CANCELLED, Status.REJECTED),
                    approved_amount__isnull=True,
                    credit_due_at__isnull=True,
                ),
                name="approved_says_how_much_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CREDITED, credited_at__isnull=False)
                | (~Q(status=Status.CREDITED) & Q(credited_at__isnull=True)),
                name="credited_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=Status.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="cancelled_says_when",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=Status.REJECTED, rejection_ground__isnull=False)
                    & ~Q(rejection_text="")
                )
                | (
                    ~Q(status=Status.REJECTED) & Q(rejection_ground__isnull=True, rejection_text="")
                ),
                name="rejected_says_why",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="refund_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=RefundReason.values), name="refund_reason_known"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def reference(self) -> str:
        """The word under which lower apps know this request."""
        return f"refund:{self.pk}"

    @property
    def amount(self) -> int:
        """What comes back, in fen: what was approved, and until then what was asked for."""
        return self.refund_amount if self.approved_amount is None else self.approved_amount

    @property
    def is_in_part(self) -> bool:
        """Whether less was approved than asked for (R4)."""
        return self.amount != self.refund_amount

    def is_overdue(self, now: datetime) -> bool:
        """Whether only the automatic approval is legal any more, swept or not (R6)."""
        return self.status == Status.PENDING and self.approves_at_deadline and self.due_at <= now
