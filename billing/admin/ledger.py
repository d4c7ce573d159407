"""The ledger in the admin: to be read, never written."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Entry, Transaction
from kernel.admin import ReadOnlyAdmin, amount, list_links
from kernel.templatetags.money import signed_money

BALANCE = amount("balance", _("balance"))
MOVED = amount("amount", _("amount"), currency="account__currency", show=signed_money)
AFTER = amount("balance_after", _("balance after"), currency="account__currency")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "buyer", "vendor", "currency", BALANCE)
    list_filter = ("kind", "currency")
    list_select_related = ("buyer", "vendor")
    search_fields = ("id", "buyer__email", "vendor__name")
    ordering = ("-id",)
    fields = ("kind", "buyer", "vendor", "currency", BALANCE, "links")
    readonly_fields = (BALANCE, "links")

    @admin.display(description=_("see also"))
    def links(self, account: Account) -> str:
        return list_links((_("entries"), "billing_entry", "account__id__exact", account.pk))


class EntryInline(admin.TabularInline):
    model = Entry
    fields = ("account", MOVED, AFTER)
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    list_display = ("id", "posted_at", "kind", "reference", "order", "instance")
    list_filter = ("kind",)
    list_select_related = ("order", "instance")
    search_fields = ("id", "reference", "order__number", "instance__resource_id")
    ordering = ("-id",)
    inlines = (EntryInline,)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "posted_at", "transaction", "account", MOVED, AFTER)
    list_select_related = ("transaction", "account__buyer", "account__vendor")
    search_fields = ("id", "transaction__reference", "account__buyer__email")
    ordering = ("-id",)
    fields = ("transaction", "account", MOVED, AFTER)
    readonly_fields = (MOVED, AFTER)

    @admin.display(description=_("posted"))
    def posted_at(self, entry: Entry) -> object:
        return entry.transaction.posted_at
