"""A vendor's earnings (R14), and the files that vendors take home."""

from collections.abc import Iterator

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from billing.exports import Cell, Format, Money, TooManyRows, at_most, export
from billing.models import Entry, TransactionKind
from kernel.keyset import paginate
from kernel.tabs import Tab
from people.http import SignedInRequest
from people.models import Vendor
from people.queries import memberships_of
from refunds.earnings import account_of_vendor, earnings_of, line_of, lines_of
from refunds.filters import EarningsFilter, VendorFilter
from refunds.models import RefundRequest
from refunds.queries import policies_at, requests_to
from refunds.transitions import Status

# How many months and products the page sums up; the list and its export have everything.
MONTHS = 12
PRODUCTS = 20
# As many rows at once as are held in memory.
CHUNK = 2_000


@require_safe
def earnings(request: SignedInRequest) -> HttpResponse:
    """Frozen and available, by product and month, and line by line, for one vendor."""
    vendors, vendor = _vendors(request)
    now = timezone.now()
    account = account_of_vendor(vendor)
    narrowed = EarningsFilter(request.GET, lines_of(account), vendor=vendor, now=now)
    page = paginate(narrowed.qs, key=("id",), descending=True, query=request.GET)
    policies = policies_at(now)
    found = earnings_of(account, vendor, now=now) if account else None
    return render(
        request,
        "refunds/earnings.html",
        {
            "vendor": vendor,
            "tabs": _tabs(vendors, vendor),
            "earnings": found,
            "products": found.best(PRODUCTS) if found else [],
            "months": list(found.months.items())[:MONTHS] if found else [],
            "page": page,
            "lines": [line_of(entry, policies, now=now) for entry in page.rows],
            "filter": narrowed,
            "formats": Format,
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def export_earnings(request: SignedInRequest, ending: str) -> HttpResponseBase:
    """The lines as the page shows them, filters and all, as a file."""
    kind = _format(ending)
    _all, vendor = _vendors(request)
    now = timezone.now()
    rows = EarningsFilter(
        request.GET, lines_of(account_of_vendor(vendor)), vendor=vendor, now=now
    ).qs.order_by("-id")
    titles = (
        _("Time"),
        _("Type"),
        _("Order number"),
        _("Product"),
        _("Resource ID"),
        _("Commission"),
        _("Amount"),
        _("Currency"),
        _("State"),
        _("Frozen because"),
        _("Frozen until"),
    )
    try:
        return export("earnings", kind, titles, _earning_cells(at_most(rows)))
    except TooManyRows as error:
        return _back(request, error, "vendor_earnings")


@require_safe
def export_requests(request: SignedInRequest, ending: str) -> HttpResponseBase:
    """The requests of the queue in one state, filters and all, as a file."""
    kind = _format(ending)
    if not request.user.memberships.exists():
        raise Http404
    asked = request.GET.get("state", "")
    state = Status(asked) if asked in Status else Status.PENDING
    rows = VendorFilter(
        request.GET, requests_to(request.user).filter(status=state), request=request
    ).qs.select_related("instance__product", "buyer", "order")
    titles = (
        _("Request"),
        _("State"),
        _("Submitted"),
        _("Deadline"),
        _("Decided"),
        _("Decided by"),
        _("Credited"),
        _("Buyer"),
        _("Order number"),
        _("Product"),
        _("Resource ID"),
        _("Refund reason"),
        _("Amount paid"),
        _("Refund amount"),
        _("Approved amount"),
        _("Currency"),
    )
    try:
        return export(
            "refund-requests", kind, titles, _request_cells(at_most(rows.order_by("-id")))
        )
    except TooManyRows as error:
        return _back(request, error, "vendor_refunds")


def _tabs(vendors: list[Vendor], current: Vendor) -> list[Tab]:
    """One for each vendor, where there are several."""
    if len(vendors) == 1:
        return []
    return [Tab(f"?vendor={one.pk}", one.name, current=one == current) for one in vendors]


def _vendors(request: SignedInRequest) -> tuple[list[Vendor], Vendor]:
    """The vendors that the reader acts for, and the one asked for or the first."""
    vendors = [membership.vendor for membership in memberships_of(request.user)]
    asked = request.GET.get("vendor")
    chosen = [one for one in vendors if asked is None or str(one.pk) == asked]
    if not chosen:
        raise Http404
    return vendors, chosen[0]


def _format(ending: str) -> Format:
    try:
        return Format(ending)
    except ValueError as error:
        raise Http404 from error


def _back(request: SignedInRequest, error: TooManyRows, page: str) -> HttpResponse:
    messages.error(request, str(error))
    return HttpResponseRedirect(f"{reverse(page)}?{request.GET.urlencode()}")


def _earning_cells(entries: QuerySet[Entry]) -> Iterator[tuple[Cell, ...]]:
    now = timezone.now()
    policies = policies_at(now)
    sale, frozen, available = (
        pgettext("earning", "Sale"),
        pgettext("earning", "Frozen"),
        pgettext("earning", "Available"),
    )
    for entry in entries.iterator(CHUNK):
        line = line_of(entry, policies, now=now)
        posted = entry.transaction
        instance = posted.instance
        is_sale = posted.kind == TransactionKind.DEDUCT
        yield (
            posted.posted_at,
            sale if is_sale else posted.get_kind_display(),
            posted.order.number,
            instance.product.name if instance else "",
            instance.resource_id if instance else "",
            Money(line.commission, posted.currency),
            Money(entry.amount, posted.currency),
            posted.currency,
            frozen if line.frozen else available,
            line.frozen.reason.label if line.frozen else "",
            line.frozen.until if line.frozen else None,
        )


def _request_cells(requests: QuerySet[RefundRequest]) -> Iterator[tuple[Cell, ...]]:
    for refund in requests.iterator(CHUNK):
        currency = refund.currency
        approved = refund.approved_amount
        yield (
            refund.pk,
            refund.get_status_display(),
            refund.submitted_at,
            refund.due_at,
            refund.decided_at,
            refund.get_decided_by_display(),
            refund.credited_at,
            refund.buyer.full_name,
            refund.order.number,
            refund.instance.product.name,
            refund.instance.resource_id,
            refund.get_reason_display(),
            Money(refund.paid, currency),
            Money(refund.refund_amount, currency),
            None if approved is None else Money(approved, currency),
            currency,
        )
