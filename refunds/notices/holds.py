"""What both sides are told about holds (R8)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.commands import Message
from notices.kinds import Kind, moment
from people.queries import deciders_of
from refunds.models import Hold

KINDS = (
    Kind(
        code="hold_begun",
        label=_("The platform puts a request on hold"),
        title=_("On hold: the refund request for %(product)s"),
        body=_(
            "The platform has put the refund request for %(product)s on hold until %(until)s."
            " Until then the clock stands still. Reason: %(reason)s"
        ),
        action=_("See the request"),
    ),
    Kind(
        code="hold_ended",
        label=_("A hold of the platform ends"),
        title=_("Goes on: the refund request for %(product)s"),
        body=_(
            "The refund request for %(product)s is not on hold any more. Its deadline is %(due)s."
        ),
        action=_("See the request"),
    ),
)


def hold_begun(hold: Hold) -> list[Message]:
    """To both sides, with the end and the reason."""
    return _to_both([hold], "hold_begun", until=moment(hold.ends_at), reason=hold.reason)


def hold_ended(holds: Sequence[Hold]) -> list[Message]:
    """To both sides."""
    return _to_both(holds, "hold_ended")


def _to_both(holds: Sequence[Hold], kind: str, **params: object) -> list[Message]:
    deciders = deciders_of({hold.request.vendor_id for hold in holds})
    told = []
    for hold in holds:
        request = hold.request
        to = [(request.buyer_id, "refund")]
        to += [(user_id, "vendor_refund") for user_id in deciders[request.vendor_id]]
        told += [
            Message(
                recipient_id=user_id,
                kind=kind,
                key=f"{request.reference}:hold:{hold.pk}",
                path=reverse(page, args=[request.pk]),
                params={
                    "product": request.instance.product.name,
                    "due": moment(request.due_at),
                    **params,
                },
            )
            for user_id, page in to
        ]
    return told
