"""What buyers and vendors are told of a refund request (R16)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel.transactions import require_transaction
from notices.commands import Message, notify
from notices.kinds import Kind, amount, bilingual, moment
from people.queries import deciders_of
from refunds.models import Channel, RefundRequest, RejectionGround
from refunds.transitions import DecidedBy

SEE = _("See the request")
APPROVED = _("Refund of %(product)s approved")
REJECTED = _("Refund of %(product)s rejected")
WAITS = _(
    "The request of %(buyer)s for %(amount)s (%(resource)s) still waits for your decision. "
    "Without one it is approved automatically at %(due)s."
)

KINDS = (
    Kind(
        code="refund_submitted",
        label=_("Refund request submitted"),
        title=_("Refund of %(product)s requested"),
        body=_(
            "Your request for %(amount)s (%(resource)s) is with %(vendor)s, who has until "
            "%(due)s to decide. Until they have, you may withdraw it, and you go on using the "
            "product."
        ),
        action=SEE,
    ),
    Kind(
        code="refund_approved_by_vendor",
        label=_("Refund approved by the vendor"),
        title=APPROVED,
        body=_(
            "%(vendor)s has agreed. Your access to %(resource)s has ended, and %(amount)s will be "
            "in your balance at about %(credit)s."
        ),
        action=SEE,
        essential=True,
    ),
    Kind(
        code="refund_approved_by_deadline",
        label=_("Refund approved automatically"),
        title=APPROVED,
        body=_(
            "Nobody decided by the deadline, so the refund was approved automatically. Your access "
            "to %(resource)s has ended, and %(amount)s will be in your balance at about %(credit)s."
        ),
        action=SEE,
        essential=True,
    ),
    Kind(
        code="refund_approved_by_operator",
        label=_("Refund approved by the platform"),
        title=APPROVED,
        body=_(
            "The platform has approved the refund. Your access to %(resource)s has ended, and "
            "%(amount)s will be in your balance at about %(credit)s."
        ),
        action=SEE,
        essential=True,
    ),
    Kind(
        code="refund_rejected_by_vendor",
        label=_("Refund rejected by the vendor"),
        title=REJECTED,
        body=_(
            "%(vendor)s has rejected your request for %(amount)s (%(resource)s). "
            "Ground: %(ground)s. Explanation: %(text)s"
        ),
        action=SEE,
        essential=True,
    ),
    Kind(
        code="refund_rejected_by_operator",
        label=_("Refund rejected by the platform"),
        title=REJECTED,
        body=_(
            "The platform has rejected your request for %(amount)s (%(resource)s). "
            "Ground: %(ground)s. Explanation: %(text)s"
        ),
        action=SEE,
        essential=True,
    ),
    Kind(
        code="refund_credited",
        label=_("Refund credited"),
        title=_("Refund of %(product)s credited"),
        body=_("%(amount)s for %(resource)s has been added to your balance."),
        action=_("See it in the statement"),
    ),
    Kind(
        code="request_received",
        label=_("New refund request"),
        title=_("New refund request: %(product)s"),
        body=_(
            "%(buyer)s asks for %(amount)s back (%(resource)s). Please decide by %(due)s: without "
            "a decision the refund is then approved automatically."
        ),
        action=_("Decide"),
        essential=True,
        for_vendor=True,
    ),
    Kind(
        code="unclocked_request_received",
        label=_("New refund request of a service"),
        title=_("New refund request: %(product)s"),
        body=_(
            "%(buyer)s asks for %(amount)s back (%(resource)s). Please decide by %(due)s: after "
            "that the buyer may appeal to the platform."
        ),
        action=_("Decide"),
        essential=True,
        for_vendor=True,
    ),
    Kind(
        code="first_reminder",
        label=_("First reminder before the automatic approval"),
        title=_("Waits for your decision: %(product)s"),
        body=WAITS,
        action=_("Decide"),
        for_vendor=True,
    ),
    Kind(
        code="last_reminder",
        label=_("Last reminder before the automatic approval"),
        title=_("About to be approved automatically: %(product)s"),
        body=WAITS,
        action=_("Decide"),
        essential=True,
        for_vendor=True,
    ),
    Kind(
        code="request_approved_by_deadline",
        label=_("Request approved automatically"),
        title=_("Approved automatically: %(product)s"),
        body=_(
            "Nobody decided by the deadline, so the refund of %(amount)s to %(buyer)s "
            "(%(resource)s) was approved automatically. The buyer's access has ended."
        ),
        action=SEE,
        for_vendor=True,
    ),
    Kind(
        code="request_approved_by_operator",
        label=_("Request approved by the platform"),
        title=_("Approved by the platform: %(product)s"),
        body=_(
            "The platform has approved the refund of %(amount)s to %(buyer)s (%(resource)s), and "
            "the buyer's access has ended. The reason stands in the history of the request."
        ),
        action=SEE,
        essential=True,
        for_vendor=True,
    ),
    Kind(
        code="request_rejected_by_operator",
        label=_("Request rejected by the platform"),
        title=_("Rejected by the platform: %(product)s"),
        body=_(
            "The platform has rejected the request of %(buyer)s for %(amount)s (%(resource)s). "
            "There is nothing left to do."
        ),
        action=SEE,
        for_vendor=True,
    ),
    Kind(
        code="request_cancelled",
        label=_("Request withdrawn by the buyer"),
        title=_("Request withdrawn: %(product)s"),
        body=_(
            "%(buyer)s has withdrawn the request for %(amount)s (%(resource)s). "
            "There is nothing left to do."
        ),
        action=SEE,
        for_vendor=True,
    ),
)

# The names in the texts above, and where they are read from.
NAMES = {
    "product": "instance__product__name",
    "resource": "instance__resource_id",
    "vendor": "vendor__name",
    "buyer": "buyer__full_name",
}

Row = dict[str, Any]


def tell_submitted(request: RefundRequest, *, now: datetime) -> None:
    """The buyer, and those who decide for the vendor. Requires a transaction, as all of these."""
    clocked = request.approves_at_deadline
    received = "request_received" if clocked else "unclocked_request_received"
    _tell([request.pk], buyer="refund_submitted", vendor=received, now=now)


def tell_approved(
    requests: Sequence[RefundRequest], *, decided_by: DecidedBy, now: datetime
) -> None:
    """The buyers; the vendors where the clock or the platform has decided for them.

    Of a ticket that the platform has approved they are told as of a ticket.
    """
    for_vendor = decided_by == DecidedBy.DEADLINE or (
        decided_by == DecidedBy.OPERATOR
        and all(request.channel == Channel.SELF_SERVICE for request in requests)
    )
    _tell(
        [request.pk for request in requests],
        buyer=f"refund_approved_by_{decided_by.value}",
        vendor=f"request_approved_by_{decided_by.value}" if for_vendor else "",
        now=now,
    )


def tell_rejected(
    request: RefundRequest,
    *,
    decided_by: DecidedBy,
    ground: RejectionGround,
    text: str,
    now: datetime,
) -> None:
    """The buyer, with the ground in both languages and the explanation as it was written.

    The vendor where the platform has decided for it.
    """
    _tell(
        [request.pk],
        buyer=f"refund_rejected_by_{decided_by.value}",
        vendor="request_rejected_by_operator" if decided_by == DecidedBy.OPERATOR else "",
        now=now,
        ground=bilingual(ground.label_en, ground.label_zh),
        text=text,
    )


def tell_cancelled(request: RefundRequest, *, now: datetime) -> None:
    """Those who decide for the vendor: there is nothing left to decide."""
    _tell([request.pk], vendor="request_cancelled", now=now)


def tell_credited(requests: Sequence[RefundRequest], *, now: datetime) -> None:
    """The buyers; the link leads to the line in the statement (R13)."""
    ids = [request.pk for request in requests]
    statement = reverse("transactions")

    def line(row: Row) -> str:
        reference = _reference(row)
        return f"{statement}?kind=refund&reference={quote(reference)}#{reference}"

    _tell(ids, buyer="refund_credited", buyers_page=line, now=now)


def remind(request_ids: Sequence[int], *, kind: str, now: datetime) -> None:
    """Those who decide for the vendors, once for each deadline that a request has."""
    _tell(request_ids, vendor=kind, key=reminder_key, now=now)


def reminder_key(row: Row) -> str:
    """What a reminder is about; a deadline that moves is another one to be reminded of."""
    return f"refund:{row['pk']}@{int(row['due_at'].timestamp())}"


def _reference(row: Row) -> str:
    return f"refund:{row['pk']}"


def _page_below(url_name: str) -> Callable[[Row], str]:
    """The page of a request below a list; to reverse each would cost a sweep more than to tell."""
    above = reverse(url_name)
    return lambda row: f"{above}{row['pk']}/"


def _tell(
    ids: Sequence[int],
    *,
    now: datetime,
    buyer: str = "",
    vendor: str = "",
    key: Callable[[Row], str] = _reference,
    buyers_page: Callable[[Row], str] | None = None,
    **more: Any,
) -> None:
    """Tell the buyer of each request one kind of notice, and its vendor's deciders another.

    A few statements, however many requests there are.
    """
    require_transaction()
    rows = _rows(ids)
    deciders = deciders_of({row["vendor_id"] for row in rows}) if vendor else {}
    buyers_page = buyers_page or _page_below("refunds")
    vendors_page = _page_below("vendor_refunds")

    def messages() -> Iterator[Message]:
        for row in rows:
            params = _params(row) | more
            if buyer:
                yield Message(row["buyer_id"], buyer, key(row), buyers_page(row), params)
            for member_id in deciders.get(row["vendor_id"], ()):
                yield Message(member_id, vendor, key(row), vendors_page(row), params)

    notify(messages(), now=now)


def _rows(ids: Sequence[int]) -> list[Row]:
    """What the texts are filled in with, in one read for a whole batch."""
    requests = RefundRequest.objects.filter(pk__in=ids).order_by("pk")
    return list(
        requests.values(
            "pk",
            "buyer_id",
            "vendor_id",
            "currency",
            "refund_amount",
            "approved_amount",
            "due_at",
            "credit_due_at",
            *NAMES.values(),
        )
    )


def _params(row: Row) -> dict[str, Any]:
    approved = row["approved_amount"]
    fen = row["refund_amount"] if approved is None else approved
    params: dict[str, Any] = {name: row[column] for name, column in NAMES.items()}
    params["amount"] = amount(fen, row["currency"])
    for name, at in (("due", row["due_at"]), ("credit", row["credit_due_at"])):
        if at is not None:
            params[name] = moment(at)
    return params
