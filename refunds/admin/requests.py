"""Requests and their history in the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.admin import ReadOnlyAdmin, amount, list_links
from kernel.resuming import ResumableAdmin
from refunds import commands
from refunds.admin.decisions import approve, reject, resume
from refunds.admin.holds import HoldInline, hold, release
from refunds.admin.offers import OfferInline
from refunds.models import RefundEvent, RefundRequest
from refunds.negotiation import hold_on


class RefundEventInline(admin.TabularInline):
    model = RefundEvent
    fields = ("at", "kind", "actor", "from_status", "to_status", "note")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("actor")


QUOTE = (
    amount("list_price", _("list price")),
    amount("coupon", _("coupon")),
    amount("paid", _("amount paid")),
    amount("refund_amount", _("refund amount")),
)
DECIDED = (
    amount("approved_amount", _("approved amount")),
    amount("commission", _("commission returned")),
)


def give_back(pk: int, **told: Any) -> None:
    """Of what a sweep has set aside, one."""
    commands.resume(request_id=pk, **told)


@admin.register(RefundRequest)
class RefundRequestAdmin(ResumableAdmin):
    give_back = staticmethod(give_back)
    list_display = (
        "id",
        "status",
        "due_at",
        QUOTE[-1],
        DECIDED[0],
        "instance",
        "buyer",
        "vendor",
        "submitted_at",
        "decided_by",
        "set_aside_at",
    )
    list_filter = ("status", "decided_by", "channel", ("set_aside_at", admin.EmptyFieldListFilter))
    list_select_related = ("instance", "buyer", "vendor")
    search_fields = ("id", "instance__resource_id", "order__number", "buyer__email")
    ordering = ("-id",)
    inlines = (OfferInline, HoldInline, RefundEventInline)
    readonly_fields = ("links", *QUOTE, *DECIDED)
    fieldsets = (
        (None, {"fields": ("status", "instance", "order", "buyer", "vendor", "links")}),
        (_("Request"), {"fields": ("reason", "comment", "channel", "submitted_at", "due_at")}),
        (_("Amounts"), {"fields": QUOTE}),
        (_("Rules"), {"fields": ("policy", "approves_at_deadline")}),
        (_("Decision"), {"fields": ("decided_at", "decided_by", "decider", *DECIDED)}),
        (_("Rejection"), {"fields": ("rejection_ground", "rejection_text")}),
        (_("Afterwards"), {"fields": ("credit_due_at", "credited_at", "cancelled_at")}),
        (_("Set aside"), {"fields": ("set_aside_at", "set_aside_reason")}),
    )

    @admin.display(description=_("see also"))
    def links(self, request: RefundRequest) -> str:
        return list_links(
            (_("requests"), "refunds_refundrequest", "instance__id__exact", request.instance_id),
            (_("transactions"), "billing_transaction", "instance__id__exact", request.instance_id),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["hold"] = hold_on(kwargs["obj"], now=timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        def at(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<int:request_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"refunds_refundrequest_{name}",
            )

        own = [at("approval", approve), at("rejection", reject), at("resumption", resume)]
        own += [at("hold", hold), at("release", release)]
        return [*own, *super().get_urls()]


@admin.register(RefundEvent)
class RefundEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "request", "kind", "actor", "from_status", "to_status")
    list_filter = ("kind",)
    list_select_related = ("request", "actor")
    search_fields = ("request__id", "request__instance__resource_id", "actor__email")
    ordering = ("-id",)
