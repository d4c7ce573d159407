"""Buyer or vendor puts a request before the platform (R4, R8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, Overtaken
from orders.commands import hold
from people.models import User
from refunds.commands.decisions import refusal_to_vendor
from refunds.commands.history import record
from refunds.commands.invoice_gate import pass_invoice_gate
from refunds.commands.locks import lock_buyer, lock_request
from refunds.commands.tickets.making import make_ticket
from refunds.commands.tickets.telling import tell_appealed_by_vendor, tell_opened
from refunds.models import EventKind, Party, RefundRequest, Ticket, TicketKind
from refunds.recourse import Recourse
from refunds.ticket_queries import recourse_by_appeal, recourse_of_vendor
from refunds.transitions import Status


class NoAppeal(Overtaken):
    """The request is not one that may be appealed, or has been appealed already (R8)."""

    code = "no_appeal"
    sentence = _(
        "This request cannot be appealed: it was not rejected by the vendor, has been appealed"
        " already, or something else is going on with the instance."
    )


class NoVendorsAppeal(Overtaken):
    """The vendor may not go to the platform: too few offers were declined, or it is there (R4)."""

    code = "no_vendors_appeal"
    sentence = _(
        "This request cannot be put before the platform: it has been decided or appealed already,"
        " or the buyer has not declined as many offers as the rules ask for."
    )


class AppealNeedsText(DomainError):
    """A vendor that goes to the platform says why; buyer and platform read it."""

    code = "appeal_needs_text"
    sentence = _("Please write what the platform and the buyer should know.")


def appeal(
    *,
    request_id: int,
    buyer: User,
    now: datetime,
    text: str = "",
    withdraw_invoice: bool = False,
) -> Ticket:
    """Ask the platform to decide in full against the vendor's word, or in its silence (R8).

    No submission is used up, and no clock decides. A pending invoice of the instance is
    withdrawn with it where `withdraw_invoice` says so (R9). Opens a transaction. Raises
    `NotFound` for somebody else's request, `NoAppeal` and `InvoicePending`.
    """
    with transaction.atomic(durable=True):
        lock_buyer(buyer.pk)
        request = lock_request(request_id)
        if request.buyer_id != buyer.pk:
            raise NotFound
        recourse = recourse_by_appeal(request, now=now)
        if recourse is None:
            raise NoAppeal
        pass_invoice_gate(request.instance, withdraw=withdraw_invoice, now=now)
        ticket = _put_before_the_platform(request, recourse, Party.BUYER, buyer, text, now)
        tell_opened(ticket, now=now)
    return ticket


def appeal_as_vendor(*, request_id: int, actor: User, text: str, now: datetime) -> Ticket:
    """Ask the platform to decide where the buyer has declined the vendor's offers (R4).

    The request itself goes on waiting, and its delivery stands still. Opens a transaction.
    Raises `AppealNeedsText`, `NotFound`, `OwnPurchase`, `DecisionNotAllowed` and
    `NoVendorsAppeal`.
    """
    if not text.strip():
        raise AppealNeedsText
    with transaction.atomic(durable=True):
        request = lock_request(request_id)
        if refusal := refusal_to_vendor(actor, request):
            raise refusal
        recourse = recourse_of_vendor(request)
        if recourse is None:
            raise NoVendorsAppeal
        ticket = _put_before_the_platform(request, recourse, Party.VENDOR, actor, text, now)
        tell_appealed_by_vendor(ticket, now=now)
    return ticket


def _put_before_the_platform(
    request: RefundRequest,
    recourse: Recourse,
    opened_by: Party,
    opener: User,
    text: str,
    now: datetime,
) -> Ticket:
    """The appeal, the line in the history, and the frozen instance."""
    ticket = make_ticket(
        request.instance,
        recourse,
        request.policy,
        opener=opener,
        opened_by=opened_by,
        kind=TicketKind.APPEAL,
        appealed=request,
        description=text.strip(),
        amount_asked=request.instance.paid,
        now=now,
    )
    status = Status(request.status)
    # A pending request holds its instance itself.
    if status != Status.PENDING:
        hold(request.instance, reference=ticket.reference, now=now)
    record([request], kind=EventKind.APPEALED, to=status, actor=opener, note=str(ticket), now=now)
    return ticket
