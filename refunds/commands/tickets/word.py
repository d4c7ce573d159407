"""The vendor's word about a ticket: an amount agreed, or a decline (R10)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from people.models import User
from refunds.commands.decisions import refusal_to_vendor
from refunds.commands.tickets.deciding import check_possible
from refunds.commands.tickets.shared import change_open
from refunds.commands.tickets.telling import tell_word
from refunds.models import Party, Ticket, TicketMessage, VendorWord


class WordGiven(DomainError):
    """What the vendor has agreed to holds; a decline may still become an agreement."""

    code = "word_given"
    sentence = _("The vendor has given its word on this ticket already.")


class ExplanationRequired(DomainError):
    """A vendor that declines says why."""

    code = "explanation_required"
    sentence = _("Please explain the decline to the buyer.")


def agree(*, ticket_id: int, actor: User, amount: int, now: datetime, text: str = "") -> None:
    """Say that the vendor agrees to `amount` (fen); the operator decides all the same.

    Inside the window only the full amount can be agreed to. Opens a transaction. Raises
    `NotFound`, `OwnPurchase`, `DecisionNotAllowed`, `AmountNotPossible`, `WordGiven`,
    `TicketClosed` and `TicketApprovedAutomatically`.
    """

    def say(ticket: Ticket) -> None:
        if ticket.vendor_word == VendorWord.AGREED:
            raise WordGiven
        check_possible(ticket, amount)
        _keep(ticket, VendorWord.AGREED, amount, text, actor, now)

    change_open(ticket_id, may=lambda ticket: _check(ticket, actor), change=say, now=now)


def refuse(*, ticket_id: int, actor: User, text: str, now: datetime) -> None:
    """Say that the vendor declines, with an explanation that the buyer reads.

    Opens a transaction. Raises `ExplanationRequired` and what `agree` raises.
    """
    if not text.strip():
        raise ExplanationRequired

    def say(ticket: Ticket) -> None:
        if ticket.vendor_word:
            raise WordGiven
        _keep(ticket, VendorWord.DECLINED, None, text, actor, now)

    change_open(ticket_id, may=lambda ticket: _check(ticket, actor), change=say, now=now)


def _check(ticket: Ticket, actor: User) -> None:
    refusal = refusal_to_vendor(actor, ticket)
    if refusal:
        raise refusal


def _keep(
    ticket: Ticket,
    word: VendorWord,
    amount: int | None,
    text: str,
    actor: User,
    now: datetime,
) -> None:
    ticket.vendor_word, ticket.vendor_amount, ticket.vendor_answered_at = word, amount, now
    ticket.save(update_fields=["vendor_word", "vendor_amount", "vendor_answered_at"])
    if text.strip():
        TicketMessage.objects.create(
            ticket=ticket, author=actor, party=Party.VENDOR, at=now, text=text.strip()
        )
    tell_word(ticket, now=now)
