"""Requests and their history in the admin."""

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from kernel.admin import ReadOnlyAdmin, amount, list_links
from people.http import SignedInRequest
from refunds.admin.decisions import approve, ask_to_resume, reject, resume, resume_many
from refunds.admin.holds import HoldInline, hold, release
from refunds.admin.offers import OfferInline
from refunds.forms import ResumeManyForm
from refunds.models import RefundEvent, RefundRequest


class RefundEventInline(admin.TabularInline):
    model = RefundEvent
    fields = ("at", "kind", "actor", "from_status", "to_status", "note")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False


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


@admin.register(RefundRequest)
class RefundRequestAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "status",
        "instance",
        "buyer",
        "vendor",
        QUOTE[-1],
        DECIDED[0],
        "submitted_at",
        "due_at",
        "decided_by",
        "set_aside_at",
    )
    list_filter = ("status", "decided_by", "channel", ("set_aside_at", admin.EmptyFieldListFilter))
    list_select_related = ("instance", "buyer", "vendor")
    search_fields = ("id", "instance__resource_id", "order__number", "buyer__email")
    ordering = ("-id",)
    inlines = (OfferInline, HoldInline, RefundEventInline)
    actions = ("resume_selected",)
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

    @admin.action(description=_("Resume what was set aside"))
    def resume_selected(
        self, request: SignedInRequest, queryset: QuerySet[RefundRequest]
    ) -> HttpResponse:
        ids = list(queryset.values_list("pk", flat=True))
        form = ResumeManyForm(initial={"ids": ",".join(map(str, ids))})
        return ask_to_resume(request, form, ids=ids)

    def get_urls(self) -> list[URLPattern]:
        def at(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            return path(
                f"<int:request_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"refunds_refundrequest_{name}",
            )

        own = [at("approval", approve), at("rejection", reject), at("resumption", resume)]
        own += [at("hold", hold), at("release", release)]
        many = path(
            "resumption/",
            self.admin_site.admin_view(resume_many),
            name="refunds_refundrequest_resumptions",
        )
        return [*own, many, *super().get_urls()]


@admin.register(RefundEvent)
class RefundEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "at", "request", "kind", "actor", "from_status", "to_status")
    list_filter = ("kind",)
    list_select_related = ("request", "actor")
    search_fields = ("request__id", "request__instance__resource_id", "actor__email")
    ordering = ("-id",)
