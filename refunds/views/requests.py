"""The buyer's requests: making one, withdrawing it, following it (R6, R7)."""

import http
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.queries import standing_invoice_of
from kernel.errors import DomainError
from kernel.http import act_and_go, go_to
from kernel.keyset import paginate
from orders.models import Instance
from people.http import SignedInRequest
from refunds import commands
from refunds.checklist import Line, checklist
from refunds.eligibility import Reason
from refunds.filters import RefundFilter
from refunds.invoice_gate import InvoiceGate, gate_of
from refunds.models import PolicyVersion
from refunds.negotiation import marked, negotiation_of
from refunds.queries import (
    assess_after_withdrawal,
    history_of,
    in_full,
    policies_at,
    purchases_of,
    requests_of,
    situation_of,
)
from refunds.situations import Situation, overdue_among
from refunds.ticket_queries import appeal_of, recourse_by_appeal, unanswered_among


@require_safe
def refunds(request: SignedInRequest) -> HttpResponse:
    """The buyer's requests, newest first."""
    narrowed = RefundFilter(request.GET, requests_of(request.user), request=request)
    now = timezone.now()
    page = paginate(marked(narrowed.qs, now=now), key=("id",), descending=True, query=request.GET)
    return render(
        request,
        "refunds/requests.html",
        {
            "page": page,
            "overdue": overdue_among(page.rows, now=now),
            "unanswered": unanswered_among(page.rows, now=now),
            "filter": narrowed,
        },
    )


@require_safe
def refund(request: SignedInRequest, request_id: int) -> HttpResponse:
    """One request with its quote and its history; its page asks by itself for what is new."""
    now = timezone.now()
    refund_request = get_object_or_404(in_full(requests_of(request.user)), pk=request_id)
    shown = {
        **negotiation_of(refund_request, now=now),
        "events": list(history_of(refund_request)),
        "overdue": refund_request.is_overdue(now),
        "appeal": appeal_of(refund_request),
        "recourse": recourse_by_appeal(refund_request, now=now),
    }
    seen = _fingerprint(shown)
    if "X-Poll" in request.headers and request.GET.get("seen") == seen:
        # Nothing is put in the place of what somebody may be reading, or has the focus on.
        return HttpResponse(status=http.HTTPStatus.NO_CONTENT)
    return render(
        request, "refunds/request.html", {"refund": refund_request, "seen": seen, **shown}
    )


def _fingerprint(shown: dict[str, Any]) -> str:
    """What the page shows, in short: another one means that there is something new."""
    appeal, offer, hold = shown["appeal"], shown["open_offer"], shown["hold"]
    parts = (
        len(shown["events"]),
        shown["overdue"],
        shown["credit_late"],
        offer and offer.pk,
        hold and hold.pk,
        appeal and f"{appeal.pk}{appeal.state}",
        shown["recourse"] and shown["recourse"].cause,
    )
    return ".".join(map(str, parts))


@require_http_methods(["GET", "HEAD", "POST"])
def request_refund(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """The refund dialog of an instance (a page without JavaScript)."""
    now = timezone.now()
    instance = get_object_or_404(purchases_of(request.user), resource_id=resource_id)
    policies = policies_at(now)
    situation = situation_of(instance, policies, now=now)
    gate = gate_of(instance)
    form = gate.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.submit(
                instance_id=instance.pk, buyer=request.user, now=now, **form.cleaned_data
            )
        except commands.NotRefundable as refusal:
            return _refused(request, situation, refusal)
        except commands.ApprovedAutomatically as error:
            messages.info(request, str(error))
            return go_to(request, situation.help_url)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _submitted(request, instance)
            return go_to(request, reverse("refund", args=[made.pk]))
    return render(
        request,
        "refunds/request_form.html",
        {
            "situation": situation,
            "form": form,
            "policy": policies[instance.delivery_type],
            "gate": gate,
            "checklist": _checklist(situation, policies[instance.delivery_type], gate, now),
        },
        status=422 if form.errors else 200,
    )


def _submitted(request: SignedInRequest, instance: Instance) -> None:
    """Say so, and what was not done: the vendor may have taken up the invoice in between."""
    messages.success(request, _("Your refund request has been submitted."))
    if "withdraw_invoice" in request.POST and standing_invoice_of(instance):
        told = _(
            "The vendor has taken up the invoice in the meantime, so it was not withdrawn: agree"
            " with the vendor how it comes back."
        )
        messages.warning(request, told)


def _checklist(
    situation: Situation, policy: PolicyVersion, gate: InvoiceGate, now: datetime
) -> list[Line]:
    contact = f"mailto:{situation.instance.vendor.contact_email}"
    return checklist(
        situation.eligibility, policy.terms, contact=contact, now=now, more=[gate.line]
    )


def _refused(
    request: SignedInRequest, situation: Situation, refusal: commands.NotRefundable
) -> HttpResponse:
    """The page was stale. After a double click the first one has won: show what it made."""
    if refusal.code == Reason.REQUEST_OPEN:
        standing = requests_of(request.user).filter(instance=situation.instance).latest("id")
        messages.info(request, str(refusal))
        return go_to(request, reverse("refund", args=[standing.pk]))
    messages.error(request, str(refusal))
    return go_to(request, reverse("purchase", args=[situation.instance.resource_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_refund(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The confirmation before a request is withdrawn (R7)."""
    now = timezone.now()
    refund_request = get_object_or_404(in_full(requests_of(request.user)), pk=request_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.cancel(request_id=request_id, buyer=request.user, now=now),
            said=_("Your request has been withdrawn. You can go on using the product."),
            to=reverse("refund", args=[request_id]),
        )
    instance = get_object_or_404(purchases_of(request.user), pk=refund_request.instance_id)
    policies = policies_at(now)
    return render(
        request,
        "refunds/cancellation_form.html",
        {
            "refund": refund_request,
            "situation": situation_of(instance, policies, now=now),
            "again": assess_after_withdrawal(instance, policies[instance.delivery_type], now=now),
        },
    )
