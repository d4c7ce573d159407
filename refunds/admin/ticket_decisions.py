"""What an operator does with a ticket, on pages of their own; see `refunds.admin.decisions`."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.errors import DomainError
from people.http import SignedInRequest
from refunds.admin.decisions import posted
from refunds.commands import tickets
from refunds.models import Party, Ticket
from refunds.ticket_forms import MessageForm, TicketApprovalForm, TicketDeclineForm
from refunds.ticket_queries import is_about_pending, ticket_in_full


def approve(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Approve with an amount; inside the window always the full one."""
    ticket = _ticket(ticket_id)

    def decide(form: forms.Form) -> None:
        told = {"amount": ticket.paid, **form.cleaned_data}
        tickets.approve_ticket(
            ticket_id=ticket_id,
            operator=request.user,
            reason=told.pop("note"),
            now=timezone.now(),
            **told,
        )

    form = TicketApprovalForm(posted(request), ticket=ticket)
    return _page(request, ticket, gettext_lazy("Approve refund"), form, decide)


def decline(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Decline with a written reason."""
    ticket = _ticket(ticket_id)

    def decide(form: forms.Form) -> None:
        told = dict(form.cleaned_data)
        tickets.decline_ticket(
            ticket_id=ticket_id,
            operator=request.user,
            reason=told.pop("note"),
            now=timezone.now(),
            **told,
        )

    form = TicketDeclineForm(posted(request), rejects=is_about_pending(ticket))
    return _page(request, ticket, gettext_lazy("Decline refund"), form, decide)


def write(request: SignedInRequest, ticket_id: int) -> HttpResponse:
    """Write to both sides."""

    def send(form: forms.Form) -> None:
        tickets.write(
            ticket_id=ticket_id,
            actor=request.user,
            party=Party.OPERATOR,
            now=timezone.now(),
            **form.cleaned_data,
        )

    form = MessageForm(posted(request), request.FILES or None)
    return _page(request, _ticket(ticket_id), gettext_lazy("Add to the ticket"), form, send)


def _ticket(ticket_id: int) -> Ticket:
    known = ticket_in_full(Ticket.objects.select_related("instance__product", "buyer"))
    return get_object_or_404(known, pk=ticket_id)


def _page(
    request: SignedInRequest,
    ticket: Ticket,
    title: str | Promise,
    form: forms.Form,
    act: Callable[[forms.Form], None],
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form)
        except (tickets.AmountNotPossible, tickets.FullAmountNeedsGround) as error:
            form.add_error(None, str(error))
        except DomainError as error:
            messages.error(request, str(error))
            return _back(ticket)
        else:
            messages.success(request, _("Done, and recorded in the history."))
            return _back(ticket)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "ticket": ticket,
        "opts": Ticket._meta,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/refunds/ticket/decision.html", context, status=status)


def _back(ticket: Ticket) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:refunds_ticket_change", args=[ticket.pk]))
