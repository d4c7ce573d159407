"""People and vendors in the admin. Nobody is deleted: their purchases and decisions stay."""

import http
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.admin import CappedPaginator, PicksRows, ReadOnlyAdmin, list_links
from kernel.errors import NotFound
from people.admin_notices import ADDRESS_CHANGED, PASSWORD_CHANGED, TWO_STEP_OFF, tell
from people.commands import LastOwner, revoke_invitation
from people.http import SignedInRequest
from people.models import Invitation, Membership, Role, User, Vendor
from people.queries import lock_vendors, owners_of, suspension_of
from people.suspension_admin import SuspendedFilter, SuspensionAdmin, lift, suspend

__all__ = ["InvitationAdmin", "PersonAdmin", "SuspensionAdmin", "VendorAdmin"]

admin.site.unregister(Group)


class NeverDeleted:
    """There is too much that points here."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


class KeepsAnOwner(BaseInlineFormSet):
    """Refuses what would leave a vendor without an owner."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        ceasing = [one for one in self._owners_before() if not self._stays_an_owner(one)]
        arriving = {
            form.instance.vendor_id
            for form in self.forms
            if form.has_changed()
            and form not in self.deleted_forms
            and form.instance.role == Role.OWNER
            and form.instance.user.is_active
        }
        for vendor in lock_vendors({one.vendor_id for one in ceasing} - arriving):
            if not owners_of(vendor).exclude(pk__in=[one.pk for one in ceasing]).exists():
                raise ValidationError(LastOwner.sentence)

    def _owners_before(self) -> QuerySet[Membership]:
        mine = [form.instance.pk for form in self.initial_forms]
        return Membership.objects.filter(pk__in=mine, role=Role.OWNER, user__is_active=True)

    def _stays_an_owner(self, before: Membership) -> bool:
        form = next(form for form in self.initial_forms if form.instance.pk == before.pk)
        after = form.instance
        return form not in self.deleted_forms and (
            (after.role, after.vendor_id, after.user_id)
            == (before.role, before.vendor_id, before.user_id)
        )


class PersonChangeForm(UserChangeForm):
    def clean_is_active(self) -> bool:
        """An owner who cannot sign in changes no members."""
        is_active: bool = self.cleaned_data["is_active"]
        owned = self.instance.memberships.filter(role=Role.OWNER).values("vendor")
        for vendor in () if is_active else lock_vendors(owned):
            if not owners_of(vendor).exclude(user=self.instance).exists():
                raise ValidationError(LastOwner.sentence)
        return is_active


class MembershipInline(PicksRows, admin.TabularInline):
    model = Membership
    formset = KeepsAnOwner
    extra = 0
    autocomplete_fields = ("user",)


class MembershipOfPersonInline(PicksRows, admin.TabularInline):
    model = Membership
    formset = KeepsAnOwner
    extra = 0
    autocomplete_fields = ("vendor",)


@admin.register(User)
class PersonAdmin(NeverDeleted, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    add_form_template = "admin/people/user/add_form.html"
    ordering = ("email",)
    list_display = ("email", "full_name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active")
    # Beginnings, which an index finds; the mail address is kept in lower case.
    search_fields = ("email__startswith", "full_name__startswith")
    search_help_text = _("The beginning of a mail address or of a name.")
    show_full_result_count = False
    paginator = CappedPaginator
    readonly_fields = ("last_login", "created_at", "links")
    filter_horizontal = ()
    inlines = (MembershipOfPersonInline,)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password", "links")}),
        (_("Rights"), {"fields": ("is_active", "is_staff")}),
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

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's)
        """An operator is one thing: who enters the admin may do everything there."""
        obj.is_superuser = obj.is_staff
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            old = form.initial["email"]
            tell(request, obj, ADDRESS_CHANGED, to=old, from_email=old, to_email=obj.email)

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's own page; whose password it was is told."""
        answer: HttpResponse = super().user_change_password(request, *args, **kwargs)
        if request.method == "POST" and answer.status_code == http.HTTPStatus.FOUND:
            person = User.objects.get(pk=kwargs["id"] if "id" in kwargs else args[0])
            tell(request, person, PASSWORD_CHANGED)
        return answer

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        term = search_term.strip().replace("\x00", "")
        found = Q(email__startswith=term.lower()) | Q(full_name__startswith=term)
        return (queryset.filter(found) if term else queryset), False

    @admin.display(description=_("see also"))
    def links(self, person: User) -> str:
        return list_links(
            (_("instances"), "orders_instance", "buyer__id__exact", person.pk),
            (_("refund requests"), "refunds_refundrequest", "buyer__id__exact", person.pk),
            (_("account"), "billing_account", "buyer__id__exact", person.pk),
        )


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked to act for a vendor; withdrawing one is noted among the operator's actions."""

    list_display = ("email", "vendor", "role", "invited_by", "invited_at", "lapses_at", "stands")
    list_filter = ("role",)
    list_select_related = ("vendor", "invited_by")
    search_fields = ("email", "invited_by__email")
    ordering = ("-id",)
    fields = readonly_fields = (
        "email",
        "vendor",
        "role",
        "invited_by",
        "invited_at",
        "lapses_at",
        "declined_at",
        "mail_due_at",
        "stands",
    )
    actions = ("withdraw",)

    @admin.display(description=_("state"))
    def stands(self, invitation: Invitation) -> str:
        if invitation.declined_at:
            return gettext("Declined")
        lapsed = invitation.lapses_at <= timezone.now()
        return gettext("Lapsed") if lapsed else gettext("Waits for an answer")

    @admin.action(description=_("Withdraw invitations"))
    def withdraw(self, request: SignedInRequest, queryset: QuerySet[Invitation]) -> None:
        chosen = list(queryset)
        self.log_deletions(request, queryset)
        for invitation in chosen:
            # Answered or withdrawn meanwhile: that is as good.
            with suppress(NotFound):
                revoke_invitation(invitation_id=invitation.pk, operator=request.user)
        said = _("Withdrawn invitations: %(count)s.")
        messages.success(request, said % {"count": len(chosen)})


@admin.register(Vendor)
class VendorAdmin(NeverDeleted, admin.ModelAdmin):
    list_display = ("name", "suspended_at", "contact_name", "contact_email", "contact_phone")
    list_filter = (SuspendedFilter,)
    # Any of its words: vendors are few beside what is bought from them.
    search_fields = ("name", "contact_email")
    ordering = ("name",)
    readonly_fields = ("created_at", "suspended_at", "links")
    inlines = (MembershipInline,)
    empty_value_display = "—"

    def get_fields(self, request: HttpRequest, obj: Vendor | None = None) -> tuple[str, ...]:
        contact = ("name", "contact_name", "contact_email", "contact_phone")
        return (*contact, *self.readonly_fields) if obj else contact

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        vendor = kwargs.get("obj")
        context["suspension"] = vendor and suspension_of(vendor)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        def at(name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            page = self.admin_site.admin_view(view)
            return path(f"<int:vendor_id>/{name}/", page, name=f"people_vendor_{name}")

        return [at("suspension", suspend), at("lifting", lift), *super().get_urls()]

    @admin.display(description=_("see also"))
    def links(self, vendor: Vendor) -> str:
        return list_links(
            (_("instances"), "orders_instance", "vendor__id__exact", vendor.pk),
            (_("refund requests"), "refunds_refundrequest", "vendor__id__exact", vendor.pk),
            (_("account"), "billing_account", "vendor__id__exact", vendor.pk),
            (_("suspensions"), "people_suspension", "vendor__id__exact", vendor.pk),
        )


# People look after these themselves, on their account page.
admin.site.unregister((EmailAddress, UserSession))
# allauth's own page shows the secrets.
admin.site.unregister(Authenticator)


# It has no names of its own that could be translated.
Authenticator._meta.verbose_name = _("proof of two-step verification")
Authenticator._meta.verbose_name_plural = _("two-step verification")
for name, words in (
    ("user", _("person")),
    ("type", _("type")),
    ("created_at", _("added")),
    ("last_used_at", _("last used")),
):
    Authenticator._meta.get_field(name).verbose_name = words


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """Two-step verification; deleting lets in somebody who lost both phone and recovery codes."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email__startswith",)
    show_full_result_count = False
    paginator = CappedPaginator
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        self.delete_queryset(request, Authenticator.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        """Whose second step is gone is told: it lets in whoever knows the password."""
        gone = list(queryset.filter(type=Authenticator.Type.TOTP).select_related("user"))
        super().delete_queryset(request, queryset)
        for authenticator in gone:
            tell(request, authenticator.user, TWO_STEP_OFF)
