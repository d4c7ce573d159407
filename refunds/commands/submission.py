"""A buyer asks for a refund (R6, R7)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from orders.commands import accept_if_overdue, hold
from orders.models import Instance
from people.models import User
from refunds.commands.approval import approve_if_overdue
from refunds.commands.decisions import ApprovedAutomatically
from refunds.commands.history import record
from refunds.commands.invoice_gate import pass_invoice_gate
from refunds.commands.locks import lock_buyer, lock_instance
from refunds.eligibility import Eligibility
from refunds.models import Channel, EventKind, PolicyVersion, RefundReason, RefundRequest
from refunds.notices.requests import tell_submitted
from refunds.queries import assess_instance, policy_at
from refunds.transitions import Status


class NotRefundable(DomainError):
    """The instance cannot be refunded by self-service now; `code` is the reason's."""

    def __init__(self, eligibility: Eligibility) -> None:
        self.code = eligibility.reason.value
        self.sentence = eligibility.sentence
        self.eligibility = eligibility
        super().__init__()


class AcknowledgementRequired(DomainError):
    """The buyer has not confirmed the notice."""

    code = "acknowledgement_required"
    sentence = _("Please confirm that you have read and understand the notice.")


class ReasonRequired(DomainError):
    """A request states one of the listed reasons."""

    code = "reason_required"
    sentence = _("Please choose a reason for the refund.")


def submit(
    *,
    instance_id: int,
    buyer: User,
    reason: str,
    acknowledged: bool,
    now: datetime,
    comment: str = "",
    withdraw_invoice: bool = False,
) -> RefundRequest:
    """Make a pending request with its frozen quote and policy version (R4, R6).

    Whether the window is open is judged here, once, at `now`. A pending invoice of the
    instance is withdrawn with it where `withdraw_invoice` says so (R9). Opens a transaction.
    Raises `NotFound` for somebody else's instance, `NotRefundable`,
    `AcknowledgementRequired`, `ReasonRequired`, `InvoicePending`, `ApprovedAutomatically`
    where an earlier request was overdue, and `InstanceHeld`.
    """
    if reason not in RefundReason.offered():
        raise ReasonRequired
    if not acknowledged:
        raise AcknowledgementRequired
    with transaction.atomic(durable=True):
        lock_buyer(buyer.pk)
        instance = lock_instance(instance_id)
        if instance.buyer_id != buyer.pk:
            raise NotFound
        approved = approve_if_overdue(instance, now=now)
        # The end of a service's refund window does not depend on when the sweep ran (R2, R11).
        accept_if_overdue(instance, now=now)
        request = (
            None
            if approved
            else _submit(instance, reason, comment, now, withdraw_invoice=withdraw_invoice)
        )
    if request is None:
        raise ApprovedAutomatically(Status.APPROVED)
    return request


def _submit(
    instance: Instance, reason: str, comment: str, now: datetime, *, withdraw_invoice: bool
) -> RefundRequest:
    policy = policy_at(instance.delivery_type, now)
    eligibility = assess_instance(instance, policy, now=now)
    if not eligibility.allowed:
        raise NotRefundable(eligibility)
    pass_invoice_gate(instance, withdraw=withdraw_invoice, now=now)
    request = RefundRequest.objects.create(
        instance=instance,
        order=instance.order,
        buyer_id=instance.buyer_id,
        vendor_id=instance.vendor_id,
        channel=Channel.SELF_SERVICE,
        reason=reason,
        comment=comment,
        submitted_at=now,
        **_frozen(policy, eligibility, now),
    )
    _begin(request, instance)
    return request


def _begin(request: RefundRequest, instance: Instance) -> None:
    """Freeze the instance's delivery, write the first line of the history, tell who must know."""
    hold(instance, reference=request.reference, now=request.submitted_at)
    record(
        [request],
        kind=EventKind.SUBMITTED,
        to=Status.PENDING,
        actor=request.buyer,
        note=request.comment,
        now=request.submitted_at,
    )
    tell_submitted(request, now=request.submitted_at)


def _frozen(policy: PolicyVersion, eligibility: Eligibility, now: datetime) -> dict[str, object]:
    """What later changes of policy or product must not touch."""
    quote = eligibility.quote
    return {
        "policy": policy,
        "due_at": policy.terms.deadline(now),
        "approves_at_deadline": policy.approves_at_deadline,
        "list_price": quote.list_price,
        "coupon": quote.coupon,
        "paid": quote.paid,
        "refund_amount": quote.refund,
        "currency": quote.currency,
    }
