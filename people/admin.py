"""People and vendors in the admin. Nobody is deleted: their purchases and decisions stay."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import Membership, User, Vendor

admin.site.unregister(Group)


class NeverDeleted:
    """There is too much that points here."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


class MembershipOfPersonInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("vendor",)


@admin.register(User)
class PersonAdmin(NeverDeleted, UserAdmin):
    add_form = PersonCreationForm
    ordering = ("email",)
    list_display = ("email", "full_name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "full_name")
    readonly_fields = ("last_login", "created_at")
    filter_horizontal = ()
    inlines = (MembershipOfPersonInline,)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "full_name", "usable_password", "password1", "password2"),
            },
        ),
    )


@admin.register(Vendor)
class VendorAdmin(NeverDeleted, admin.ModelAdmin):
    list_display = ("name", "contact_name", "contact_email", "contact_phone")
    search_fields = ("name", "contact_email")
    ordering = ("name",)
    readonly_fields = ("created_at",)
    inlines = (MembershipInline,)
