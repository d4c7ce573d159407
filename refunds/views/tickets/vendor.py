"""The vendor's side of tickets: the queue, the case, its word (R10)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.queries import latest_invoice_of
from kernel.errors import DomainError
from kernel.http import act_and_go
from kernel.keyset import paginate
from kernel.tabs import state_tabs
from people.http import SignedInRequest
from refunds.commands import refusal_to_vendor, tickets
from refunds.models import Party, Ticket, TicketState
from refunds.queries import in_full, requests_to
from refunds.ticket_forms import AgreementForm, MessageForm, RefusalForm, VendorsAppealForm
from refunds.ticket_queries import (
    recourse_of_vendor,
    thread_of,
    ticket_counts_by_state,
    ticket_in_full,
    tickets_to,
)
from refunds.views.tickets.filters import VendorTicketFilter
from refunds.views.tickets.writing import written


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What is open, the soonest deadline first; or what has another state."""
    if not request.user.memberships.exists():
        raise Http404
    asked = request.GET.get("state", "")
    state = TicketState(asked) if asked in TicketState else TicketState.OPEN
    narrowed = VendorTicketFilter(
        request.GET, tickets_to(request.user).filter(state=state), request=request
    )
    is_open = state == TicketState.OPEN
    key = ("due_at", "id") if is_open else ("id",)
    page = paginate(narrowed.qs, key=key, descending=not is_open, query=request.GET)
    now = timezone.now()
    return render(
        request,
        "refunds/tickets/vendor_queue.html",
        {
            "page": page,
            "filter": narrowed,
            "state": state,
            "is_open": is_open,
            "tabs": state_tabs(state, ticket_counts_by_state(request.user)),
            "late": {ticket.pk for ticket in page.rows if ticket.is_overdue(now)},
        },
    )


@require_safe
def case(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """All that the vendor needs to give its word."""
    return _page(request, _ours(request, ticket_id), MessageForm())


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Add a message or evidence of the vendor's."""
    ours = _ours(request, ticket_id)
    if request.method != "POST":
        # Where a refused message left the browser: reloaded there, or read in another language.
        return redirect(_address(ticket_id))
    answer = written(request, ours, Party.VENDOR, to=_address(ticket_id))
    return answer if isinstance(answer, HttpResponse) else _page(request, ours, answer)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """The form in which the vendor agrees to an amount."""
    ours = _ours(request, ticket_id)
    form = AgreementForm(request.POST if request.method == "POST" else None, ticket=ours)
    if form.is_valid():
        told = {"amount": ours.paid, **form.cleaned_data}
        return act_and_go(
            request,
            lambda: tickets.agree(
                ticket_id=ticket_id, actor=request.user, now=timezone.now(), **told
            ),
            said=_("The buyer and the platform know what you agree to."),
            to=_address(ticket_id),
        )
    return _form(request, ours, form, "refunds/tickets/agreement_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """The form in which the vendor declines."""
    ours = _ours(request, ticket_id)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return act_and_go(
            request,
            lambda: tickets.refuse(
                ticket_id=ticket_id, actor=request.user, now=timezone.now(), **form.cleaned_data
            ),
            said=_("The buyer and the platform have your explanation."),
            to=_address(ticket_id),
        )
    return _form(request, ours, form, "refunds/tickets/refusal_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The form in which the vendor puts a request before the platform (R4)."""
    refund = get_object_or_404(in_full(requests_to(request.user)), pk=request_id)
    form = VendorsAppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return act_and_go(
            request,
            lambda: tickets.appeal_as_vendor(
                request_id=request_id, actor=request.user, now=timezone.now(), **form.cleaned_data
            ),
            said=_(
                "The platform decides; no clock approves an appeal. Both sides can add to the"
                " ticket."
            ),
            to=reverse("vendor_refund", args=[request_id]),
        )
    refusal: DomainError | None = refusal_to_vendor(request.user, refund)
    if refusal is None and recourse_of_vendor(refund) is None:
        refusal = tickets.NoVendorsAppeal()
    return render(
        request,
        "refunds/tickets/vendor_appeal_form.html",
        {"refund": refund, "refusal": str(refusal or ""), "form": form},
        status=422 if form.errors else 200,
    )


def _ours(request: SignedInRequest, ticket_id: int) -> Ticket:
    return get_object_or_404(ticket_in_full(tickets_to(request.user)), pk=ticket_id)


def _address(ticket_id: int) -> str:
    return reverse("vendor_ticket", args=[ticket_id])


def _standing_of(request: SignedInRequest, ours: Ticket) -> dict[str, object]:
    """Whether the ticket is open still, and why this reader may not speak for the vendor."""
    overdue = ours.is_overdue(timezone.now())
    refusal = refusal_to_vendor(request.user, ours)
    return {
        "ticket": ours,
        "overdue": overdue,
        "is_open": ours.state == TicketState.OPEN and not overdue,
        "refusal": str(refusal) if refusal else "",
    }


def _page(request: SignedInRequest, ours: Ticket, form: MessageForm) -> HttpResponse:
    return render(
        request,
        "refunds/tickets/vendor_ticket.html",
        {
            **_standing_of(request, ours),
            "thread": thread_of(ours),
            "invoice": latest_invoice_of(ours.instance),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _form(
    request: SignedInRequest, ours: Ticket, form: AgreementForm | RefusalForm, template: str
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {**_standing_of(request, ours), "form": form}, status=status)
