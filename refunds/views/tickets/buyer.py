"""The buyer's tickets: opening one, following it, taking it back (R8, R10)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.queries import latest_invoice_of
from kernel.errors import DomainError
from kernel.http import act_and_go, go_to
from kernel.keyset import paginate
from orders.models import Instance
from people.http import SignedInRequest
from people.limits import TOO_OFTEN, too_often
from refunds.commands import ApprovedAutomatically, InvoicePending, tickets
from refunds.invoice_gate import gate_of
from refunds.models import Party, RefundRequest, Ticket
from refunds.queries import in_full, policies_at, purchases_of, requests_of, situation_of
from refunds.recourse import sentence_of
from refunds.ticket_forms import AppealForm, MessageForm, TicketForm
from refunds.ticket_queries import (
    appeal_of,
    recourse_by_appeal,
    recourse_by_ticket,
    thread_of,
    ticket_in_full,
    tickets_of,
)
from refunds.views.tickets.filters import TicketFilter
from refunds.views.tickets.writing import written


@require_safe
def tickets_list(request: SignedInRequest) -> HttpResponse:
    """The buyer's tickets, newest first."""
    narrowed = TicketFilter(request.GET, tickets_of(request.user), request=request)
    page = paginate(narrowed.qs, key=("id",), descending=True, query=request.GET)
    return render(request, "refunds/tickets/tickets.html", {"page": page, "filter": narrowed})


@require_safe
def ticket(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """One ticket: facts, thread, evidence, the vendor's word, the decision."""
    return _page(request, _own(request, ticket_id), MessageForm())


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Add a message or evidence; a bad file leaves nothing, and what was typed stays."""
    own = _own(request, ticket_id)
    if request.method != "POST":
        # Where a refused message left the browser: reloaded there, or read in another language.
        return redirect(_address(ticket_id))
    answer = written(request, own, Party.BUYER, to=_address(ticket_id))
    return answer if isinstance(answer, HttpResponse) else _page(request, own, answer)


@require_POST
def urge(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Ask for the ticket to be handled soon."""
    _own(request, ticket_id)
    return act_and_go(
        request,
        lambda: tickets.urge(ticket_id=ticket_id, buyer=request.user, now=timezone.now()),
        said=_("The vendor has been told, and operators see that it is urgent."),
        to=_address(ticket_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """The confirmation before a ticket is withdrawn."""
    own = _own(request, ticket_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: tickets.withdraw_ticket(
                ticket_id=ticket_id, buyer=request.user, now=timezone.now()
            ),
            said=_("Your ticket has been withdrawn. Nothing else has changed."),
            to=_address(ticket_id),
        )
    return render(request, "refunds/tickets/withdrawal_form.html", _standing_of(own))


@require_http_methods(["GET", "HEAD", "POST"])
def open_ticket(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """The form of a ticket, with what is known about the instance already."""
    now = timezone.now()
    instance = get_object_or_404(purchases_of(request.user), resource_id=resource_id)
    recourse = recourse_by_ticket(instance, now=now)
    if recourse is None:
        return _refused(request, instance)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    policies = policies_at(now)
    gate = gate_of(instance)
    form = TicketForm(
        *sent,
        inside=recourse.inside,
        paid=instance.paid,
        currency=instance.currency,
        invoice_pending=gate.is_closed,
    )
    if form.is_valid() and too_often(request, "write"):
        form.add_error(None, TOO_OFTEN)
    if form.is_valid() and (answer := _opened(request, instance, form)):
        return answer
    return render(
        request,
        "refunds/tickets/ticket_form.html",
        {
            "situation": situation_of(instance, policies, now=now),
            "policy": policies[instance.delivery_type],
            "recourse": recourse,
            "why": sentence_of(recourse.cause),
            "gate": gate,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _opened(request: SignedInRequest, instance: Instance, form: TicketForm) -> HttpResponse | None:
    """Open the ticket; None where the form says what is wrong."""
    try:
        made = tickets.open_ticket(
            instance_id=instance.pk, buyer=request.user, now=timezone.now(), **form.cleaned_data
        )
    except tickets.NotByTicket:
        return _refused(request, instance)
    except ApprovedAutomatically as error:
        messages.info(request, str(error))
        return go_to(request, reverse("purchase", args=[instance.resource_id]))
    except DomainError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("Your ticket has been opened."))
    return go_to(request, _address(made.pk))


def _refused(request: SignedInRequest, instance: Instance) -> HttpResponse:
    """No ticket can be opened: lead to what there is; after a double click, to the first."""
    now = timezone.now()
    fresh = purchases_of(request.user).get(pk=instance.pk)
    situation = situation_of(fresh, policies_at(now), now=now)
    if request.method == "POST" or situation.eligibility.reason.value == "ticket_open":
        messages.info(request, str(situation.eligibility.sentence))
        return go_to(request, situation.help_url)
    return render(request, "refunds/tickets/no_ticket.html", {"situation": situation})


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The appeal about a request: one click, with words or without (R8)."""
    refund = get_object_or_404(in_full(requests_of(request.user)), pk=request_id)
    gate = gate_of(refund.instance)
    sent = request.POST if request.method == "POST" else None
    form = AppealForm(sent, invoice_pending=gate.is_closed)
    if form.is_valid() and (answer := _appealed(request, refund, form)):
        return answer
    recourse = recourse_by_appeal(refund, now=timezone.now())
    return render(
        request,
        "refunds/tickets/appeal_form.html",
        {"refund": refund, "recourse": recourse, "gate": gate, "form": form},
        status=422 if form.errors else 200,
    )


def _appealed(
    request: SignedInRequest, refund: RefundRequest, form: AppealForm
) -> HttpResponse | None:
    """Appeal; None where the form says what is wrong. After a double click, to the first."""
    try:
        made = tickets.appeal(
            request_id=refund.pk, buyer=request.user, now=timezone.now(), **form.cleaned_data
        )
    except InvoicePending as error:
        form.add_error(None, str(error))
        return None
    except DomainError as error:
        known = appeal_of(refund)
        messages.info(request, str(error))
        return go_to(request, _address(known.pk) if known else reverse("refund", args=[refund.pk]))
    said = _("The platform decides; no clock approves an appeal. Both sides can add to the ticket.")
    messages.success(request, said)
    return go_to(request, _address(made.pk))


def _own(request: SignedInRequest, ticket_id: int) -> Ticket:
    return get_object_or_404(ticket_in_full(tickets_of(request.user)), pk=ticket_id)


def _address(ticket_id: int) -> str:
    return reverse("ticket", args=[ticket_id])


def _standing_of(own: Ticket) -> dict[str, object]:
    overdue = own.is_overdue(timezone.now())
    return {
        "ticket": own,
        "overdue": overdue,
        "is_open": own.state == "open" and not overdue,
        "refusal": str(tickets.refusal_to_withdraw(own) or ""),
    }


def _page(request: SignedInRequest, own: Ticket, form: MessageForm) -> HttpResponse:
    return render(
        request,
        "refunds/tickets/ticket.html",
        {
            **_standing_of(own),
            "thread": thread_of(own),
            "invoice": latest_invoice_of(own.instance),
            "form": form,
        },
        status=422 if form.errors else 200,
    )
