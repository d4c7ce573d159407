"""What was sold, in the admin: products are edited, purchases only read."""

from django.contrib import admin
from django.http import HttpRequest

from kernel.admin import ReadOnlyAdmin
from orders.models import Instance, Order, Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "vendor", "delivery_type")
    list_filter = ("delivery_type",)
    list_select_related = ("vendor",)
    search_fields = ("name", "code", "vendor__name")
    autocomplete_fields = ("vendor",)
    ordering = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class InstanceInline(admin.TabularInline):
    model = Instance
    fields = ("resource_id", "spec", "list_price", "coupon", "paid", "state", "expires_at")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "buyer", "product", "kind", "paid", "currency", "purchased_at")
    list_filter = ("kind", "product__delivery_type")
    list_select_related = ("buyer", "product")
    search_fields = ("number", "buyer__email", "product__name")
    ordering = ("-id",)
    inlines = (InstanceInline,)


@admin.register(Instance)
class InstanceAdmin(ReadOnlyAdmin):
    list_display = (
        "resource_id",
        "product",
        "buyer",
        "vendor",
        "delivery_type",
        "paid",
        "currency",
        "state",
        "purchased_at",
    )
    list_filter = ("delivery_type", "state")
    list_select_related = ("product", "buyer", "vendor")
    search_fields = ("resource_id", "order__number", "buyer__email", "product__name")
    ordering = ("-id",)
