"""Part of the money: the vendor of a manual service offers it, the buyer answers (R4)."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, Overtaken
from kernel.templatetags.money import money
from notices.commands import notify
from people.models import User
from refunds.commands.approval import approve_requests
from refunds.commands.decisions import decide_pending, deciding_for_vendor
from refunds.commands.history import record
from refunds.commands.standing import refusal_while_held
from refunds.models import EventKind, Offer, OfferState, RefundRequest
from refunds.negotiation import open_offer_on, takes_offers
from refunds.notices.offers import offer_accepted, offer_declined, offer_made
from refunds.policy import add_natural_days
from refunds.transitions import DecidedBy, Status


class OfferNotPossible(DomainError):
    """Only a manual service can be refunded in part (R4)."""

    code = "offer_not_possible"
    sentence = _("Only a manual service can be refunded in part.")


class OfferOutOfRange(DomainError):
    """An offer is of something, and of less than everything."""

    code = "offer_out_of_range"
    sentence = _("Offer more than nothing and less than %(all)s; to refund all of it, approve.")


class OfferNeedsText(DomainError):
    """The buyer reads why this much."""

    code = "offer_needs_text"
    sentence = _("Please explain the offer to the buyer.")


class OfferOpen(DomainError):
    """One offer at a time."""

    code = "offer_open"
    sentence = _("An offer is open already; wait for the buyer's answer.")


class OfferClosed(Overtaken):
    """The offer cannot be answered any more; `state` is what it has become."""

    code = "offer_closed"
    sentences = {
        OfferState.ACCEPTED: _("This offer has been accepted already."),
        OfferState.DECLINED: _("This offer has been declined already."),
        OfferState.LAPSED: _("This offer has lapsed."),
        OfferState.OVERTAKEN: _("This offer has been overtaken by a decision."),
    }

    def __init__(self, state: OfferState) -> None:
        super().__init__()
        self.state = state
        self.sentence = self.sentences[state]


def offer(*, request_id: int, actor: User, amount: int, text: str, now: datetime) -> None:
    """Offer `amount` fen of a pending request in the vendor's name, for the policy's days (R4).

    Opens a transaction. Raises what `approve` raises, `OfferNotPossible`, `OfferOutOfRange`,
    `OfferNeedsText`, `OfferOpen` and `OnHold`.
    """

    def make(request: RefundRequest) -> None:
        _refuse(request, amount, text, now)
        made = Offer.objects.create(
            request=request,
            amount=amount,
            text=text.strip(),
            offered_by=actor,
            offered_at=now,
            lapses_at=add_natural_days(now, request.policy.offer_days, request.policy.terms.zone),
        )
        _record(made, EventKind.OFFERED, actor, now)
        notify(offer_made(made), now=now)

    decide_pending(request_id, may=deciding_for_vendor(actor, now=now), change=make, now=now)


def accept_offer(*, offer_id: int, buyer: User, now: datetime) -> None:
    """Take the offer: the request is approved for its amount, decided by who offered it (R12).

    Opens a transaction. Raises `NotFound` for somebody else's offer, `OfferClosed`, `OnHold`,
    `AlreadyDecided`.
    """

    def agree(request: RefundRequest) -> None:
        accepted = _answer(offer_id, request, OfferState.ACCEPTED, "", now)
        _record(accepted, EventKind.OFFER_ACCEPTED, buyer, now)
        notify(offer_accepted(accepted), now=now)
        approve_requests(
            [request],
            amounts=[accepted.amount],
            decided_by=DecidedBy.VENDOR,
            decider=accepted.offered_by,
            now=now,
        )

    decide_pending(_request_of(offer_id), may=_buyer(buyer, now), change=agree, now=now)


def decline_offer(*, offer_id: int, buyer: User, now: datetime, text: str = "") -> None:
    """Refuse the offer; the request goes on, and may take another one (R4).

    Opens a transaction. Raises what `accept_offer` raises.
    """

    def refuse(request: RefundRequest) -> None:
        declined = _answer(offer_id, request, OfferState.DECLINED, text.strip(), now)
        _record(declined, EventKind.OFFER_DECLINED, buyer, now)
        notify(offer_declined(declined), now=now)

    decide_pending(_request_of(offer_id), may=_buyer(buyer, now), change=refuse, now=now)


def _refuse(request: RefundRequest, amount: int, text: str, now: datetime) -> None:
    if not takes_offers(request):
        raise OfferNotPossible
    if not 0 < amount < request.refund_amount:
        raise OfferOutOfRange(all=money(request.refund_amount, request.currency))
    if not text.strip():
        raise OfferNeedsText
    if open_offer_on(request, now=now):
        raise OfferOpen


def _request_of(offer_id: int) -> int:
    request_id = Offer.objects.filter(pk=offer_id).values_list("request_id", flat=True).first()
    if request_id is None:
        raise NotFound
    return request_id


def _buyer(buyer: User, now: datetime) -> Callable[[RefundRequest], None]:
    def may(request: RefundRequest) -> None:
        if request.buyer_id != buyer.pk:
            raise NotFound
        if refusal := refusal_while_held(request, now=now):
            raise refusal

    return may


def _answer(
    offer_id: int, request: RefundRequest, state: OfferState, text: str, now: datetime
) -> Offer:
    """The open offer, closed with this answer. The request is locked, and so is the offer by it."""
    answered = Offer.objects.select_related("offered_by").get(pk=offer_id)
    if answered.state != OfferState.OPEN:
        raise OfferClosed(OfferState(answered.state))
    answered.request = request
    answered.state = state
    answered.answer = text
    answered.answered_at = now
    answered.save(update_fields=["state", "answer", "answered_at"])
    return answered


def _record(offer: Offer, kind: EventKind, actor: User, now: datetime) -> None:
    """A line of the history with the amount; what was said stands on the offer."""
    amount = money(offer.amount, offer.request.currency)
    record([offer.request], kind=kind, to=Status.PENDING, actor=actor, note=amount, now=now)
