"""What people are told about offers of part of the money (R4, R16)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.commands import Message
from notices.kinds import Kind, amount, moment
from people.queries import deciders_of
from refunds.models import Offer

KINDS = (
    Kind(
        code="offer_made",
        label=_("The vendor offers a partial refund"),
        title=_("Partial refund offered: %(amount)s for %(product)s"),
        body=_(
            "The vendor offers to refund %(amount)s for %(product)s. Accept or decline the offer"
            " before it lapses at %(until)s. The vendor writes: %(text)s"
        ),
        action=_("See the offer"),
    ),
    Kind(
        code="offer_accepted",
        label=_("The buyer accepts a partial refund"),
        title=_("Offer accepted: %(amount)s for %(product)s"),
        body=_(
            "The buyer has accepted your offer of %(amount)s for %(product)s. The refund is"
            " approved for this amount, and the buyer's access has ended."
        ),
        action=_("See the case"),
        for_vendor=True,
    ),
    Kind(
        code="offer_declined",
        label=_("The buyer declines a partial refund"),
        title=_("Offer declined: %(amount)s for %(product)s"),
        body=_(
            "The buyer has declined your offer of %(amount)s for %(product)s. The request still"
            " waits for your decision. %(text)s"
        ),
        action=_("See the case"),
        for_vendor=True,
    ),
    Kind(
        code="offer_lapsed",
        label=_("An offer of a partial refund lapses"),
        title=_("Offer lapsed: %(amount)s for %(product)s"),
        body=_(
            "Nobody answered the offer of %(amount)s for %(product)s in time. The request still"
            " waits for the vendor's decision."
        ),
        action=_("See the request"),
    ),
)


def offer_made(offer: Offer) -> list[Message]:
    """To the buyer."""
    return [_to_buyer(offer, "offer_made", until=moment(offer.lapses_at), text=offer.text)]


def offer_accepted(offer: Offer) -> list[Message]:
    """To the vendor."""
    return _to_vendors([offer], "offer_accepted")


def offer_declined(offer: Offer) -> list[Message]:
    """To the vendor."""
    return _to_vendors([offer], "offer_declined", text=offer.answer)


def offer_lapsed(offers: Sequence[Offer]) -> list[Message]:
    """To both sides."""
    to_buyers = [_to_buyer(offer, "offer_lapsed") for offer in offers]
    return [*to_buyers, *_to_vendors(offers, "offer_lapsed")]


def _to_buyer(offer: Offer, kind: str, **params: object) -> Message:
    return Message(
        recipient_id=offer.request.buyer_id,
        kind=kind,
        key=_key(offer),
        path=reverse("refund", args=[offer.request_id]),
        params=_params(offer) | params,
    )


def _to_vendors(offers: Sequence[Offer], kind: str, **params: object) -> list[Message]:
    deciders = deciders_of({offer.request.vendor_id for offer in offers})
    return [
        Message(
            recipient_id=user_id,
            kind=kind,
            key=_key(offer),
            path=reverse("vendor_refund", args=[offer.request_id]),
            params=_params(offer) | params,
        )
        for offer in offers
        for user_id in deciders[offer.request.vendor_id]
    ]


def _key(offer: Offer) -> str:
    return f"{offer.request.reference}:offer:{offer.pk}"


def _params(offer: Offer) -> dict[str, object]:
    return {
        "amount": amount(offer.amount, offer.request.currency),
        "product": offer.request.instance.product.name,
    }
