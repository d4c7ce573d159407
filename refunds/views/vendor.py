"""The vendor's dashboard: the queue, a case, approving and rejecting (R8)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.queries import latest_invoice_of
from kernel.http import act_and_go
from kernel.keyset import paginate
from kernel.tabs import state_tabs
from people.http import SignedInRequest
from refunds import commands
from refunds.filters import VendorFilter
from refunds.forms import RejectionForm
from refunds.models import RefundRequest
from refunds.negotiation import marked, negotiation_of
from refunds.queries import (
    counts_by_status,
    history_of,
    in_full,
    others_of_buyer,
    others_of_product,
    requests_to,
)
from refunds.situations import overdue_among
from refunds.ticket_queries import appeal_of, recourse_of_vendor
from refunds.transitions import Status

# How many of a buyer's and a product's other requests stand beside a case.
RELATED = 5


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision, the soonest deadline first; or what has another state."""
    if not request.user.memberships.exists():
        raise Http404
    now = timezone.now()
    asked = request.GET.get("state", "")
    state = Status(asked) if asked in Status else Status.PENDING
    narrowed = VendorFilter(
        request.GET, requests_to(request.user).filter(status=state), request=request
    )
    to_decide = state == Status.PENDING
    key = ("due_at", "id") if to_decide else ("id",)
    page = paginate(
        marked(narrowed.qs, now=now), key=key, descending=not to_decide, query=request.GET
    )
    counts = counts_by_status(request.user)
    return render(
        request,
        "refunds/vendor_queue.html",
        {
            "page": page,
            "filter": narrowed,
            "state": state,
            "to_decide": to_decide,
            "tabs": state_tabs(state, counts, labels={Status.PENDING: _("To decide")}),
            "overdue": overdue_among(page.rows, now=now),
        },
    )


@require_safe
def case(request: SignedInRequest, request_id: int) -> HttpResponse:
    """All that the vendor needs for a decision."""
    refund_request = get_object_or_404(in_full(requests_to(request.user)), pk=request_id)
    return render(
        request,
        "refunds/vendor_request.html",
        {
            **_standing_of(request, refund_request),
            **negotiation_of(refund_request, now=timezone.now()),
            "events": history_of(refund_request),
            "recourse": recourse_of_vendor(refund_request),
            # Not while held: the way to the platform is open even then.
            "appeal_refusal": str(commands.refusal_to_vendor(request.user, refund_request) or ""),
            "appeal": appeal_of(refund_request),
            "invoice": latest_invoice_of(refund_request.instance),
            "of_buyer": others_of_buyer(refund_request)[:RELATED],
            "of_product": others_of_product(refund_request)[:RELATED],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The confirmation before the vendor agrees."""
    refund_request = get_object_or_404(in_full(requests_to(request.user)), pk=request_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.approve(request_id=request_id, actor=request.user, now=timezone.now()),
            said=_("You have agreed to the refund. The buyer's access has ended."),
            to=_address(request_id),
        )
    return render(request, "refunds/approval_form.html", _standing_of(request, refund_request))


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The form in which the vendor refuses: ground and text."""
    refund_request = get_object_or_404(in_full(requests_to(request.user)), pk=request_id)
    form = RejectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return act_and_go(
            request,
            lambda: commands.reject(
                request_id=request_id, actor=request.user, now=timezone.now(), **form.cleaned_data
            ),
            said=_("You have rejected the refund. The buyer has your explanation."),
            to=_address(request_id),
        )
    return render(
        request,
        "refunds/rejection_form.html",
        {**_standing_of(request, refund_request), "form": form},
        status=422 if form.errors else 200,
    )


def _address(request_id: int) -> str:
    return reverse("vendor_refund", args=[request_id])


def _standing_of(request: SignedInRequest, refund_request: RefundRequest) -> dict[str, object]:
    """Whether the request can still be decided, and why not by this reader."""
    now = timezone.now()
    overdue = refund_request.is_overdue(now)
    refusal = commands.refusal_to_vendor(
        request.user, refund_request
    ) or commands.refusal_while_held(refund_request, now=now)
    return {
        "refund": refund_request,
        "overdue": overdue,
        "to_decide": refund_request.status == Status.PENDING and not overdue,
        "refusal": str(refusal) if refusal else "",
    }
