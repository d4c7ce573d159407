"""An operator's holds, each with a written reason that buyer and vendor see (R8)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy

from people.http import SignedInRequest
from refunds import commands
from refunds.admin.decisions import decision_page, posted
from refunds.forms import HoldForm, OperatorForm
from refunds.models import Hold, RefundRequest
from refunds.negotiation import hold_left


class HoldInline(admin.TabularInline):
    model = Hold
    fields = ("held_at", "ends_at", "ended_at", "held_by", "reason")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("held_by")


def hold(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Stop the clock of one request."""

    def decide(form: forms.Form) -> None:
        commands.hold_request(
            request_id=request_id,
            actor=request.user,
            days=form.cleaned_data["days"],
            reason=form.cleaned_data["note"],
            now=timezone.now(),
        )

    refund = get_object_or_404(RefundRequest.objects.select_related("policy"), pk=request_id)
    left = max(hold_left(refund, now=timezone.now()).days, 0)
    form = HoldForm(posted(request), left=left)
    return decision_page(request, request_id, gettext_lazy("Put on hold"), form, decide)


def release(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Let it go on before the end of the hold."""

    def decide(form: forms.Form) -> None:
        commands.release_hold(
            request_id=request_id,
            actor=request.user,
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )

    form = OperatorForm(posted(request))
    return decision_page(request, request_id, gettext_lazy("Release hold"), form, decide)
