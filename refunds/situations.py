"""An instance as its buyer's pages show it: its state, its request, its buttons (R5). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Instance, InstanceState
from refunds.eligibility import Eligibility, Reason, Route
from refunds.models import RefundRequest
from refunds.transitions import STANDING, Status

STATES = {
    "active": pgettext_lazy("instance", "Active"),
    "refunding": pgettext_lazy("instance", "Refunding"),
    "expired": pgettext_lazy("instance", "Expired"),
    "terminated": pgettext_lazy("instance", "Terminated"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """One instance at one moment, for its buyer. `request` is the latest one, if any."""

    instance: Instance
    eligibility: Eligibility
    request: RefundRequest | None
    now: datetime

    @property
    def state(self) -> str:
        """What the buyer sees; "refunding" and "expired" are read, not stored."""
        if self.instance.state == InstanceState.TERMINATED:
            return "terminated"
        if self.pending:
            return "refunding"
        if self.instance.expires_at and self.instance.expires_at <= self.now:
            return "expired"
        return "active"

    @property
    def state_label(self) -> str:
        return str(STATES[self.state])

    @property
    def pending(self) -> RefundRequest | None:
        """The request that waits for a decision, if there is one."""
        if self.request and self.request.status == Status.PENDING:
            return self.request
        return None

    @property
    def refusal(self) -> str:
        """Why Refund is not possible, in a sentence; empty where it is."""
        return "" if self.eligibility.allowed else str(self.eligibility.sentence)

    @property
    def help_url(self) -> str:
        """Where to go where Refund is not possible: request, ticket or rule (R5).

        Where it is possible, to the dialog: for whoever comes from a page that is stale.
        """
        if self.eligibility.allowed:
            return reverse("request_refund", args=[self.instance.resource_id])
        if self.request and self.request.status in STANDING:
            return reverse("refund", args=[self.request.pk])
        if self.eligibility.reason == Reason.TICKET_OPEN:
            return reverse("ticket", args=[self.instance.held_by.removeprefix("ticket:")])
        if self.eligibility.route == Route.TICKET:
            return reverse("open_ticket", args=[self.instance.resource_id])
        return f"{reverse('rules')}#{self.eligibility.reason.value}"

    @property
    def cancel_refusal(self) -> str:
        """Why Cancel refund is not possible; empty where it is, or where nothing is pending."""
        if self.pending and self.pending.is_overdue(self.now):
            return str(_("The deadline has passed: this request was approved automatically."))
        return ""


def overdue_among(requests: Iterable[RefundRequest], *, now: datetime) -> set[int]:
    """The ids of those that only the automatic approval may decide any more (R6)."""
    return {request.pk for request in requests if request.is_overdue(now)}
