"""The ledger in the admin: to be read, never written."""

from django.contrib import admin

from billing.models import Account, CommissionPolicy, Entry, Transaction
from kernel.admin import ReadOnlyAdmin


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "buyer", "vendor", "currency", "balance")
    list_filter = ("kind", "currency")
    list_select_related = ("buyer", "vendor")
    search_fields = ("buyer__email", "vendor__name")
    ordering = ("-id",)


class EntryInline(admin.TabularInline):
    model = Entry
    fields = ("account", "amount", "balance_after")
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    list_display = ("id", "posted_at", "kind", "reference", "order", "currency")
    list_filter = ("kind",)
    list_select_related = ("order",)
    search_fields = ("reference", "order__number", "instance__resource_id")
    ordering = ("-id",)
    inlines = (EntryInline,)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "transaction", "account", "amount", "balance_after")
    list_select_related = ("transaction", "account__buyer", "account__vendor")
    search_fields = ("transaction__reference", "account__buyer__email", "account__vendor__name")
    ordering = ("-id",)


@admin.register(CommissionPolicy)
class CommissionPolicyAdmin(ReadOnlyAdmin):
    list_display = ("effective_from", "basis_points")
    ordering = ("-effective_from",)
