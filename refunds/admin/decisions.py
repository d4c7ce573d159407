"""An operator's decisions, each with a written reason that buyer and vendor see (R8).

Pages of their own, because the admin wraps its change page in a transaction and a command
opens its own.
"""

from collections.abc import Callable, Mapping

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
from kernel.resuming import ResumeForm
from people.http import SignedInRequest
from refunds import commands
from refunds.forms import OperatorForm, OperatorRejectionForm
from refunds.models import RefundRequest
from refunds.transitions import DecidedBy


def approve(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Approve in the platform's name."""

    def decide(form: forms.Form) -> None:
        commands.approve(
            request_id=request_id,
            actor=request.user,
            decided_by=DecidedBy.OPERATOR,
            now=timezone.now(),
            **form.cleaned_data,
        )

    return decision_page(
        request, request_id, gettext_lazy("Approve refund"), OperatorForm(posted(request)), decide
    )


def reject(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Reject in the platform's name."""

    def decide(form: forms.Form) -> None:
        commands.reject(
            request_id=request_id,
            actor=request.user,
            decided_by=DecidedBy.OPERATOR,
            now=timezone.now(),
            **form.cleaned_data,
        )

    form = OperatorRejectionForm(posted(request))
    return decision_page(request, request_id, gettext_lazy("Reject refund"), form, decide)


def resume(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Give a request that a sweep set aside back to the sweeps."""

    def decide(form: forms.Form) -> None:
        commands.resume(
            request_id=request_id, actor=request.user, now=timezone.now(), **form.cleaned_data
        )

    return decision_page(
        request, request_id, gettext_lazy("Resume"), ResumeForm(posted(request)), decide
    )


def posted(request: SignedInRequest) -> Mapping[str, object] | None:
    """What a form is bound to: nothing while its page is only opened."""
    return request.POST if request.method == "POST" else None


def decision_page(
    request: SignedInRequest,
    request_id: int,
    title: str | Promise,
    form: forms.Form,
    decide: Callable[[forms.Form], None],
) -> HttpResponse:
    """The page of one act on one request: the form, then `decide`, then the request again."""
    refund_request = get_object_or_404(
        RefundRequest.objects.select_related("instance__product", "buyer", "vendor"),
        pk=request_id,
    )
    if form.is_valid():
        try:
            decide(form)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done, and recorded in the history."))
        return HttpResponseRedirect(
            reverse("admin:refunds_refundrequest_change", args=[request_id])
        )
    context = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "refund": refund_request,
        "opts": RefundRequest._meta,
    }
    return render(
        request,
        "admin/refunds/decision.html",
        context,
        status=422 if form.errors else 200,
    )
