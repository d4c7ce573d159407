"""Balance and statement, as a page and as a file (R14)."""

from collections.abc import Iterator

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.exports import Cell, Format, Money, TooManyRows, at_most, export
from billing.filters import StatementFilter
from billing.models import Entry
from billing.queries import account_of, statement_of
from kernel.keyset import paginate
from people.http import SignedInRequest

# As many rows at once as are held in memory.
CHUNK = 2_000


@require_safe
def transactions(request: SignedInRequest) -> HttpResponse:
    """Balance and statement, newest first (R14)."""
    account = account_of(request.user)
    narrowed = StatementFilter(request.GET, statement_of(account))
    page = paginate(narrowed.qs, key=("id",), descending=True, query=request.GET)
    return render(
        request,
        "billing/transactions.html",
        {"page": page, "account": account, "filter": narrowed},
    )


@require_safe
def export_transactions(request: SignedInRequest, ending: str) -> HttpResponseBase:
    """The statement as the page shows it, filters and all, as a file."""
    try:
        kind = Format(ending)
    except ValueError as error:
        raise Http404 from error
    rows = StatementFilter(request.GET, statement_of(account_of(request.user))).qs.order_by("-id")
    titles = (
        _("Time"),
        _("Type"),
        _("Order number"),
        _("Product"),
        _("Resource ID"),
        _("Amount"),
        _("Balance after"),
        _("Currency"),
    )
    try:
        return export("transactions", kind, titles, _cells(at_most(rows)))
    except TooManyRows as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{reverse('transactions')}?{request.GET.urlencode()}")


def _cells(entries: QuerySet[Entry]) -> Iterator[tuple[Cell, ...]]:
    for entry in entries.iterator(CHUNK):
        posted = entry.transaction
        after = entry.balance_after
        yield (
            posted.posted_at,
            posted.get_kind_display(),
            posted.order.number,
            posted.order.product.name,
            posted.instance.resource_id if posted.instance else "",
            Money(entry.amount, posted.currency),
            None if after is None else Money(after, posted.currency),
            posted.currency,
        )
