"""The delivery of services in the admin: read, but for what a sweep has set aside."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.admin import list_links
from kernel.resuming import ResumableAdmin
from orders import commands
from orders.models import Service, ServiceEvent


class LateFilter(admin.SimpleListFilter):
    """Steps that the vendor has let lie for too long."""

    title = _("vendor's step")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Service]) -> QuerySet[Service]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(late_at__lte=timezone.now(), frozen_since__isnull=True)


class StandstillFilter(admin.SimpleListFilter):
    """What does not go on: held, or set aside by a sweep."""

    title = _("standstill")
    parameter_name = "standstill"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("frozen", _("Stands still")), ("set_aside", _("Set aside"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Service]) -> QuerySet[Service]:
        chosen = {
            "frozen": Q(frozen_since__isnull=False),
            "set_aside": Q(set_aside_at__isnull=False),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class ServiceEventInline(admin.TabularInline):
    model = ServiceEvent
    fields = ("at", "actor", "from_state", "to_state", "note")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceEvent]:
        return super().get_queryset(request).select_related("actor")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def give_back(pk: int, **told: Any) -> None:
    """Of what a sweep has set aside, one."""
    commands.resume_service(service_id=pk, **told)


@admin.register(Service)
class ServiceAdmin(ResumableAdmin):
    give_back = staticmethod(give_back)
    list_display = (
        "instance",
        "product",
        "vendor",
        "state",
        "step_since",
        "late_at",
        "accepts_at",
        "send_backs",
    )
    list_filter = ("state", LateFilter, StandstillFilter)
    list_select_related = ("instance__product", "vendor")
    search_fields = ("instance__resource_id", "instance__order__number", "instance__buyer__email")
    ordering = ("-id",)
    readonly_fields = ("links",)
    fieldsets = (
        (None, {"fields": ("instance", "vendor", "state", "step_since", "send_backs", "links")}),
        (_("Requirement"), {"fields": ("requirement",)}),
        (
            _("Times"),
            {"fields": ("late_at", "remind_at", "accepts_at", "accepted_at", "frozen_since")},
        ),
        (_("Sweep"), {"fields": ("set_aside_at", "set_aside_reason", "policy")}),
    )
    inlines = (ServiceEventInline,)

    @admin.display(description=_("product"))
    def product(self, service: Service) -> str:
        return service.instance.product.name

    @admin.display(description=_("see also"))
    def links(self, service: Service) -> str:
        return list_links(
            (_("instances"), "orders_instance", "id__exact", service.instance_id),
            (
                _("refund requests"),
                "refunds_refundrequest",
                "instance__id__exact",
                service.instance_id,
            ),
        )
