"""Suspending a vendor in the admin: the filter, the history, and the pages of the two acts (R8)."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.admin import ReadOnlyAdmin
from kernel.http import act_and_go
from kernel.resuming import ResumeForm
from people.commands import lift_suspension, suspend_vendor
from people.http import SignedInRequest
from people.models import Suspension, Vendor


class SuspendedFilter(admin.SimpleListFilter):
    """Vendors that are suspended now."""

    title = _("suspension")
    parameter_name = "suspended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Suspended")), ("no", _("Not suspended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Vendor]) -> QuerySet[Vendor]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(suspended_at__isnull=self.value() == "no")


@admin.register(Suspension)
class SuspensionAdmin(ReadOnlyAdmin):
    list_display = ("at", "vendor", "turned", "reason", "actor")
    list_filter = ("suspended",)
    list_select_related = ("vendor", "actor")
    search_fields = ("vendor__name", "actor__email")
    ordering = ("-id",)
    fields = readonly_fields = ("at", "vendor", "turned", "reason", "actor")

    @admin.display(description=_("what was done"))
    def turned(self, row: Suspension) -> str:
        return str(row)


def suspend(request: SignedInRequest, vendor_id: int) -> HttpResponse:
    """Suspend the vendor; the page says what that does, and what it does not."""
    return _page(request, vendor_id, suspend_vendor, _("Suspend vendor"))


def lift(request: SignedInRequest, vendor_id: int) -> HttpResponse:
    """Take the suspension back."""
    return _page(request, vendor_id, lift_suspension, _("Lift suspension"))


def _page(
    request: SignedInRequest, vendor_id: int, command: Callable[..., None], title: str | Promise
) -> HttpResponse:
    """The form of one act on one vendor, then the vendor again."""
    vendor = get_object_or_404(Vendor, pk=vendor_id)
    form = ResumeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["note"]
        return act_and_go(
            request,
            lambda: command(
                vendor_id=vendor_id, actor=request.user, reason=reason, now=timezone.now()
            ),
            said=_("Done, and recorded."),
            to=reverse("admin:people_vendor_change", args=[vendor_id]),
        )
    context = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "vendor": vendor,
        "suspends": command is suspend_vendor,
        "opts": Vendor._meta,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/people/suspension.html", context, status=status)
