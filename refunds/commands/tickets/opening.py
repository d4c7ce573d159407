"""A buyer opens a ticket (R10)."""

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
from refunds.commands.invoice_gate import pass_invoice_gate
from refunds.commands.locks import lock_buyer, lock_instance
from refunds.commands.tickets.attachments import attach
from refunds.commands.tickets.deciding import AmountNotPossible
from refunds.commands.tickets.making import make_ticket
from refunds.commands.tickets.telling import tell_opened
from refunds.evidence import Sound
from refunds.models import GroundSide, Party, Ticket, TicketGround, TicketKind
from refunds.queries import assess_instance, policy_at
from refunds.recourse import Recourse
from refunds.ticket_queries import recourse_by_ticket
from refunds.transitions import Status


class NotByTicket(DomainError):
    """There is no ticket for this instance now; `code` is the reason's (R10)."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__()


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
    withdraw_invoice: bool = False,
) -> Ticket:
    """Put a case before the platform where self-service is not possible (R10).

    `amount` is in fen; None asks for all that was paid, as does every ticket that keeps the
    rights of the window. A pending invoice of the instance is withdrawn with it where
    `withdraw_invoice` says so (R9). Opens a transaction. Raises `NotFound` for somebody else's
    instance, `NotByTicket`, `TicketGroundRequired`, `DescriptionRequired`, `AmountNotPossible`,
    `InvoicePending`, `TooMuchEvidence`, `InstanceHeld`, and `ApprovedAutomatically` where a
    request was overdue.
    """
    if not description.strip():
        raise DescriptionRequired
    with transaction.atomic(durable=True):
        lock_buyer(buyer.pk)
        instance = lock_instance(instance_id)
        if instance.buyer_id != buyer.pk:
            raise NotFound
        approved = approve_if_overdue(instance, now=now)
        ticket = None if approved else _open(instance, description.strip(), ground, amount, now)
        if ticket:
            pass_invoice_gate(instance, withdraw=withdraw_invoice, now=now)
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
    ticket = make_ticket(
        instance,
        recourse,
        policy_at(instance.delivery_type, now),
        opener=instance.buyer,
        kind=TicketKind.APPEAL if recourse.is_appeal else TicketKind.MANUAL,
        description=description,
        ground=_ground(ground, recourse),
        amount_asked=_amount(amount, instance, recourse),
        now=now,
    )
    hold(instance, reference=ticket.reference, now=now)
    tell_opened(ticket, now=now)
    return ticket


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
