"""The billing center's pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.queries import account_of, statement_of
from kernel.keyset import paginate
from people.http import SignedInRequest


@require_safe
def transactions(request: SignedInRequest) -> HttpResponse:
    """Balance and statement, newest first (R14); `?order=` shows one order's lines."""
    order = request.GET.get("order", "").replace("\x00", "").strip()[:64]
    page = paginate(
        statement_of(request.user, order=order), key=("id",), descending=True, query=request.GET
    )
    return render(
        request,
        "billing/transactions.html",
        {"page": page, "account": account_of(request.user), "order": order},
    )
