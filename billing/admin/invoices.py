"""Invoices in the admin: to be found and read (R9)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import (
    OWED_INVOICES,
    Invoice,
    InvoiceAddress,
    InvoiceLine,
    InvoiceTitle,
)
from kernel.admin import ReadOnlyAdmin, amount, list_links


class LateFilter(admin.SimpleListFilter):
    """What a vendor owes still after its working days."""

    title = _("due")
    parameter_name = "late"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> tuple[tuple[str, str], ...]:
        return (("yes", gettext("Late")), ("no", gettext("Owed, in time")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        now = timezone.now()
        owed = queryset.filter(state__in=OWED_INVOICES)
        match self.value():
            case "yes":
                return owed.filter(due_at__lte=now)
            case "no":
                return owed.filter(due_at__gt=now)
            case _:
                return queryset


class InvoiceLineInline(admin.TabularInline):
    model = InvoiceLine
    fields = ("instance", amount("amount", _("amount"), currency="invoice__currency"), "standing")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("instance", "invoice")


AMOUNT = amount("amount", _("amount"))


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ("id", "state", "late", "buyer", "vendor", AMOUNT, "requested_at", "due_at")
    list_filter = ("state", LateFilter, "form")
    list_select_related = ("buyer", "vendor")
    search_fields = ("id", "lines__instance__resource_id", "number", "buyer__email")
    ordering = ("-id",)
    inlines = (InvoiceLineInline,)
    readonly_fields = ("links", AMOUNT)
    fieldsets = (
        (None, {"fields": ("state", "buyer", "vendor", AMOUNT, "form", "policy", "links")}),
        (_("Title"), {"fields": ("title_kind", "title", "tax_number")}),
        (_("Address"), {"fields": ("recipient", "phone", "email", "address")}),
        (_("Due"), {"fields": ("requested_at", "due_at")}),
        (
            _("Progress"),
            {
                "fields": (
                    ("processing_at", "withdrawn_at"),
                    ("mailed_at", "number", "tracking_number"),
                    ("returned_at", "return_reference"),
                )
            },
        ),
    )

    @admin.display(description=_("late"), empty_value="")
    def late(self, invoice: Invoice) -> str:
        return gettext("Late") if invoice.is_late(timezone.now()) else ""

    @admin.display(description=_("see also"))
    def links(self, invoice: Invoice) -> str:
        return list_links(
            (_("the buyer's invoices"), "billing_invoice", "buyer__id__exact", invoice.buyer_id),
            (_("the vendor's invoices"), "billing_invoice", "vendor__id__exact", invoice.vendor_id),
        )


@admin.register(InvoiceTitle)
class InvoiceTitleAdmin(ReadOnlyAdmin):
    list_display = ("id", "buyer", "kind", "name", "tax_number")
    list_select_related = ("buyer",)
    search_fields = ("id", "buyer__email", "tax_number")
    ordering = ("-id",)


@admin.register(InvoiceAddress)
class InvoiceAddressAdmin(ReadOnlyAdmin):
    list_display = ("id", "buyer", "recipient", "email", "address")
    list_select_related = ("buyer",)
    search_fields = ("id", "buyer__email")
    ordering = ("-id",)
