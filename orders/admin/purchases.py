"""What was sold, in the admin: products are edited, purchases only read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.admin import PicksRows, ReadOnlyAdmin, amount, list_links
from orders.models import Instance, Order, Product
from orders.policy_admin import DeliveryPolicyAdmin

__all__ = ["DeliveryPolicyAdmin", "InstanceAdmin", "OrderAdmin", "ProductAdmin"]

PRICES = (
    amount("list_price", _("list price")),
    amount("coupon", _("coupon")),
    amount("paid", _("amount paid")),
)
PAID = PRICES[-1]


@admin.register(Product)
class ProductAdmin(PicksRows, admin.ModelAdmin):
    list_display = ("name", "code", "vendor", "delivery_type")
    list_filter = ("delivery_type",)
    list_select_related = ("vendor",)
    # Any of its words: the catalogue of a marketplace is short beside what is bought from it.
    search_fields = ("name", "code")
    autocomplete_fields = ("vendor",)
    ordering = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class InstanceInline(admin.TabularInline):
    model = Instance
    fields = ("resource_id", "spec", *PRICES, "state", "expires_at")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "buyer", "product", "kind", PAID, "purchased_at")
    list_filter = ("kind", "product__delivery_type")
    list_select_related = ("buyer", "product")
    search_fields = ("number", "buyer__email", "instances__resource_id")
    ordering = ("-id",)
    fields = ("number", "buyer", "product", "kind", *PRICES, "purchased_at", "links")
    readonly_fields = ("links", *PRICES)
    inlines = (InstanceInline,)

    @admin.display(description=_("see also"))
    def links(self, order: Order) -> str:
        return list_links(
            (_("refund requests"), "refunds_refundrequest", "order__id__exact", order.pk),
            (_("transactions"), "billing_transaction", "order__id__exact", order.pk),
        )


@admin.register(Instance)
class InstanceAdmin(ReadOnlyAdmin):
    list_display = (
        "resource_id",
        "product",
        "buyer",
        "vendor",
        "delivery_type",
        PAID,
        "state",
        "purchased_at",
    )
    list_filter = ("delivery_type", "state")
    list_select_related = ("product", "buyer", "vendor")
    search_fields = ("resource_id", "order__number", "buyer__email")
    ordering = ("-id",)
    readonly_fields = ("links", *PRICES)
    fieldsets = (
        (None, {"fields": ("resource_id", "state", "terminated_at", "held_by", "links")}),
        (_("Purchase"), {"fields": ("order", "buyer", "purchased_at", *PRICES)}),
        (_("Product"), {"fields": ("product", "vendor", "delivery_type", "spec", "expires_at")}),
    )

    @admin.display(description=_("see also"))
    def links(self, instance: Instance) -> str:
        return list_links(
            (_("refund requests"), "refunds_refundrequest", "instance__id__exact", instance.pk),
            (_("transactions"), "billing_transaction", "instance__id__exact", instance.pk),
            (_("services"), "orders_service", "instance__id__exact", instance.pk),
        )
