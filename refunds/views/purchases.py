"""Purchased products and the instance page, with their Refund buttons (R5)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.queries import invoiceable, latest_invoice_of
from kernel.keyset import paginate
from orders.queries import delivery_of
from people.http import SignedInRequest
from refunds.filters import PurchaseFilter
from refunds.models import TicketState
from refunds.negotiation import credit_is_late, open_offer_on
from refunds.queries import counted_orders, policies_at, purchases_of, situation_of
from refunds.ticket_queries import recourse_by_ticket, unanswered_among


@require_safe
def purchases(request: SignedInRequest) -> HttpResponse:
    """What the buyer has bought, newest first."""
    now = timezone.now()
    narrowed = PurchaseFilter(request.GET, purchases_of(request.user), request=request)
    page = paginate(narrowed.qs, key=("purchased_at", "id"), descending=True, query=request.GET)
    policies = policies_at(now)
    counted = counted_orders(request.user.pk)
    rows = [situation_of(one, policies, now=now, counted=counted) for one in page.rows]
    return render(
        request, "refunds/purchases.html", {"page": page, "rows": rows, "filter": narrowed}
    )


@require_safe
def purchase(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """One instance: status bar, facts, after-sales card, refund history."""
    now = timezone.now()
    instance = get_object_or_404(purchases_of(request.user), resource_id=resource_id)
    situation = situation_of(instance, policies_at(now), now=now)
    latest, pending = situation.request, situation.pending
    tickets = list(instance.tickets.order_by("-id"))
    return render(
        request,
        "refunds/purchase.html",
        {
            "situation": situation,
            "delivery": delivery_of(instance, now=now),
            "invoice": latest_invoice_of(instance),
            "can_ask": invoiceable(request.user).filter(pk=instance.pk).exists(),
            "tickets": tickets,
            "open_ticket": next((t for t in tickets if t.state == TicketState.OPEN), None),
            "offer": open_offer_on(pending, now=now) if pending else None,
            "unanswered": bool(pending and unanswered_among([pending], now=now)),
            "credit_late": latest is not None and credit_is_late(latest, now=now),
            "recourse": recourse_by_ticket(instance, now=now),
        },
    )
