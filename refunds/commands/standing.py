"""What stands on a pending request, offers and holds, and how it ends by itself (R4, R8).

The request is locked by the caller: whoever changes an offer or a hold holds its request.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from kernel.templatetags.ui import utc_offset
from kernel.transactions import require_transaction
from notices.commands import notify
from refunds.commands.history import record
from refunds.models import EventKind, Hold, Offer, OfferState, RefundRequest
from refunds.negotiation import ending, hold_on, lapsing
from refunds.notices.holds import hold_ended
from refunds.notices.offers import offer_lapsed
from refunds.transitions import Status


class OnHold(DomainError):
    """The platform has stopped the clock, and with it the decisions of both sides (R8)."""

    code = "on_hold"
    sentence = _("The platform has put this request on hold until %(until)s.")


def refusal_while_held(request: RefundRequest, *, now: datetime) -> OnHold | None:
    """Why nobody but the platform may decide the request now; None where it is not held."""
    hold = hold_on(request, now=now)
    if hold is None:
        return None
    local = timezone.localtime(hold.ends_at)
    return OnHold(until=f"{local:%Y-%m-%d %H:%M} ({utc_offset(local)})")


def catch_up(request: RefundRequest, *, now: datetime) -> None:
    """Record what has ended by itself on a locked, pending request and no sweep has seen yet.

    So that what a command answers and writes never depends on when a sweep ran. Requires a
    transaction.
    """
    require_transaction()
    lapse(list(lapsing(now).filter(request=request)), now=now)
    end(list(ending(now).filter(request=request)), now=now)


def close(request_ids: Sequence[int], *, now: datetime) -> None:
    """End what stands on locked requests that are decided or withdrawn. Requires a transaction.

    Without a line in the history: that of the decision says it.
    """
    require_transaction()
    Offer.objects.filter(request__in=request_ids, state=OfferState.OPEN).update(
        state=Case(
            When(lapses_at__lte=now, then=Value(OfferState.LAPSED)),
            default=Value(OfferState.OVERTAKEN),
        ),
        answered_at=Least("lapses_at", Value(now)),
    )
    Hold.objects.filter(request__in=request_ids, ended_at__isnull=True).update(
        # Whoever was faster may have begun it a moment after `now`.
        ended_at=Greatest("held_at", Least("ends_at", Value(now)))
    )


def lapse(offers: Sequence[Offer], *, now: datetime) -> None:
    """Let locked, open offers lapse at their time, with history and notices."""
    if not offers:
        return
    requests = [offer.request for offer in offers]
    record(requests, kind=EventKind.OFFER_LAPSED, to=Status.PENDING, now=now)
    Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(
        state=OfferState.LAPSED, answered_at=F("lapses_at")
    )
    notify(offer_lapsed(offers), now=now)


def end(holds: Sequence[Hold], *, now: datetime) -> None:
    """Note that the end of these holds has come, with history and notices.

    The deadline of their requests has been the later one all along.
    """
    if not holds:
        return
    requests = [hold.request for hold in holds]
    record(requests, kind=EventKind.HOLD_ENDED, to=Status.PENDING, now=now)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(ended_at=F("ends_at"))
    notify(hold_ended(holds), now=now)
