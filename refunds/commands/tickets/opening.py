"""A buyer opens a ticket, or appeals (R8, R10)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from orders.commands import hold
from orders.models import Instance
from people.models import User
from refunds.commands.approval import approve_if_overdue
from refunds.commands.decisions import ApprovedAutomatically
from refunds.commands.history import record
from refunds.commands.locks import lock_instance, lock_request
from refunds.commands.tickets.attachments import attach
from refunds.commands.tickets.deciding import AmountNotPossible
from refunds.commands.tickets.telling import tell_opened
from refunds.evidence import Sound
from refunds.models import (
    EventKind,
    GroundSide,
    Party,
    PolicyVersion,
    RefundRequest,
    Ticket,
    TicketGround,
    TicketKind,
)
from refunds.queries import assess_instance, policy_at
from refunds.recourse import Recourse
from refunds.ticket_queries import recourse_by_appeal, recourse_by_ticket
from refunds.transitions import Status


class NotByTicket(DomainError):
    """There is no ticket for this instance now; `code` is the reason's (R10)."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__()


class NoAppeal(DomainError):
    """The request is not one that may be appealed, or has been appealed already (R8)."""

    code = "no_appeal"
    sentence = _(
        "This request cannot be appealed: it was not rejected by the vendor, has been appealed"
        " already, or something else is going on with the instance."
    )


class TicketGroundRequired(DomainError):
    """Outside the window a ticket rests on a listed ground (R10)."""

    code = "ticket_ground_required"
    sentence = _("Please choose the ground on which you ask for the refund.")


class DescriptionRequired(DomainError):
    """A ticket says what happened."""

    code = "description_required"
    sentence = _("Please describe what happened.")


def open_ticket(
    *,
    instance_id: int,
    buyer: User,
    description: str,
    now: datetime,
    ground: TicketGround | None = None,
    amount: int | None = None,
    evidence: Sequence[Sound] = (),
) -> Ticket:
    """Put a case before the platform where self-service is not possible (R10).

    `amount` is in fen; None asks for all that was paid, as does every ticket that keeps the
    rights of the window. Opens a transaction. Raises `NotFound` for somebody else's instance,
    `NotByTicket`, `TicketGroundRequired`, `DescriptionRequired`, `AmountNotPossible`,
    `TooMuchEvidence`, `InstanceHeld`, and `ApprovedAutomatically` where a request was overdue.
    """
    if not description.strip():
        raise DescriptionRequired
    with transaction.atomic(durable=True):
        instance = lock_instance(instance_id)
        if instance.buyer_id != buyer.pk:
            raise NotFound
        approved = approve_if_overdue(instance, now=now)
        ticket = None if approved else _open(instance, description.strip(), ground, amount, now)
        if ticket:
            attach(ticket, evidence, uploader=buyer, party=Party.BUYER, now=now)
    if ticket is None:
        raise ApprovedAutomatically(Status.APPROVED)
    return ticket


def _open(
    instance: Instance,
    description: str,
    ground: TicketGround | None,
    amount: int | None,
    now: datetime,
) -> Ticket:
    recourse = _recourse(instance, now)
    ticket = _new(
        instance,
        recourse,
        policy_at(instance.delivery_type, now),
        kind=TicketKind.MANUAL,
        description=description,
        ground=_ground(ground, recourse),
        amount_asked=_amount(amount, instance, recourse),
        by_clock=recourse.inside,
        now=now,
    )
    hold(instance, reference=ticket.reference, now=now)
    tell_opened(ticket, now=now)
    return ticket


def appeal(*, request_id: int, buyer: User, now: datetime, text: str = "") -> Ticket:
    """Ask the platform to decide in full against the vendor's word, or in its silence (R8).

    No submission is used up. Opens a transaction. Raises `NotFound` for somebody else's
    request and `NoAppeal`.
    """
    with transaction.atomic(durable=True):
        request = lock_request(request_id)
        if request.buyer_id != buyer.pk:
            raise NotFound
        recourse = recourse_by_appeal(request, now=now)
        if recourse is None:
            raise NoAppeal
        ticket = _new(
            request.instance,
            recourse,
            request.policy,
            kind=TicketKind.APPEAL,
            appealed=request,
            description=text.strip(),
            amount_asked=request.instance.paid,
            by_clock=request.approves_at_deadline,
            now=now,
        )
        _note_appeal(request, ticket, buyer, now)
        tell_opened(ticket, now=now)
    return ticket


def _note_appeal(request: RefundRequest, ticket: Ticket, buyer: User, now: datetime) -> None:
    """Freeze the instance, which a pending request does already, and write the history."""
    status = Status(request.status)
    if status != Status.PENDING:
        hold(request.instance, reference=ticket.reference, now=now)
    record([request], kind=EventKind.APPEALED, to=status, actor=buyer, note=str(ticket), now=now)


def _new(
    instance: Instance,
    recourse: Recourse,
    policy: PolicyVersion,
    *,
    by_clock: bool,
    now: datetime,
    **more: object,
) -> Ticket:
    """An open ticket with what later changes of policy or product must not touch."""
    return Ticket.objects.create(
        instance=instance,
        order=instance.order,
        buyer_id=instance.buyer_id,
        vendor_id=instance.vendor_id,
        policy=policy,
        cause=recourse.cause,
        inside=recourse.inside,
        currency=instance.currency,
        paid=instance.paid,
        opened_at=now,
        due_at=policy.terms.deadline(now),
        approves_at_deadline=by_clock and policy.approves_at_deadline,
        **more,
    )


def _recourse(instance: Instance, now: datetime) -> Recourse:
    recourse = recourse_by_ticket(instance, now=now)
    if recourse is None:
        policy = policy_at(instance.delivery_type, now)
        eligibility = assess_instance(instance, policy, now=now)
        raise NotByTicket(eligibility.reason.value, eligibility.sentence)
    return recourse


def _ground(ground: TicketGround | None, recourse: Recourse) -> TicketGround | None:
    if recourse.inside:
        return None
    if ground is None or not ground.offered or ground.side != GroundSide.FOR:
        raise TicketGroundRequired
    return ground


def _amount(amount: int | None, instance: Instance, recourse: Recourse) -> int:
    """Inside the window, and unless something else is said, all that was paid."""
    asked = instance.paid if recourse.inside or amount is None else amount
    if not 0 < asked <= instance.paid:
        raise AmountNotPossible.of(instance.paid, instance.currency)
    return asked
