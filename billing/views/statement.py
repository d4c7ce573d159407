"""The buyer's statement."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.filters import StatementFilter
from billing.queries import account_of, statement_of
from kernel.keyset import paginate
from people.http import SignedInRequest


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
