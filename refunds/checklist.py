"""What a buyer should have seen to before asking for a refund (R3, R4, R6, R7). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from refunds.eligibility import Eligibility
from refunds.policy import Terms


class Mark(models.TextChoices):
    """Whether a line asks for something, or only says how things are."""

    TODO = "todo", pgettext_lazy("checklist", "To do")
    DONE = "done", pgettext_lazy("checklist", "In order")
    INFO = "info", pgettext_lazy("checklist", "Good to know")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a stable code, a sentence, and where there is one a link and a moment."""

    code: str
    mark: Mark
    sentence: str | Promise
    url: str = ""
    at: datetime | None = None


def checklist(
    eligibility: Eligibility,
    terms: Terms,
    *,
    contact: str,
    now: datetime,
    more: Iterable[Line] = (),
) -> list[Line]:
    """The lines above the form. `contact` is a link; `more` is what other rules add."""
    return [
        Line("contact", Mark.TODO, _("Talk to the vendor about the problem first."), url=contact),
        Line("backup", Mark.TODO, _("Back up the data that you keep in the product.")),
        *more,
        *_orders_left(eligibility, terms),
        _submissions_left(eligibility, terms),
        _access(terms, now),
        *_coupon(eligibility),
    ]


def _orders_left(eligibility: Eligibility, terms: Terms) -> list[Line]:
    left = eligibility.orders_left
    if left is None or terms.max_refunded_orders is None:
        return []
    if eligibility.order_counts:
        said = _("Another instance of this order is being refunded: this one uses no other order.")
        return [Line("limit", Mark.DONE, said)]
    told = _("%(left)s of %(most)s orders are left for self-service refunds; this uses one.")
    return [Line("limit", Mark.INFO, told % {"left": left, "most": terms.max_refunded_orders})]


def _submissions_left(eligibility: Eligibility, terms: Terms) -> Line:
    told = _("%(left)s of %(most)s requests are left for this instance; this uses one.")
    values = {"left": eligibility.submissions_left, "most": terms.max_submissions}
    return Line("submissions", Mark.INFO, told % values)


def _access(terms: Terms, now: datetime) -> Line:
    if terms.approves_at_deadline:
        told = _("Your access ends as soon as the request is approved, at the latest:")
        return Line("access", Mark.INFO, told, at=terms.deadline(now))
    told = _(
        "Your access ends as soon as the vendor agrees. Without an answer you may appeal from:"
    )
    return Line("access", Mark.INFO, told, at=terms.deadline(now))


def _coupon(eligibility: Eligibility) -> list[Line]:
    if not eligibility.quote.coupon:
        return []
    return [Line("coupon", Mark.INFO, _("The coupon that you used does not come back."))]
