"""The vendor's members: who may act for it, and in which role."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.errors import DomainError, NotFound
from kernel.http import go_to
from people import commands
from people.forms.members import MemberForm, RoleForm
from people.http import SignedInRequest
from people.models import Membership, Role
from people.queries import members_of, membership_seen_by, memberships_of


@require_safe
def members(request: SignedInRequest) -> HttpResponse:
    """Every vendor that the reader acts for, with its members."""
    mine = list(memberships_of(request.user))
    if not mine:
        raise Http404
    vendors = [
        {
            "vendor": one.vendor,
            "members": members_of(one.vendor),
            "refusal": "" if one.role == Role.OWNER else str(commands.OwnersOnly.sentence),
        }
        for one in mine
    ]
    return render(request, "people/members.html", {"vendors": vendors})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, vendor_id: int) -> HttpResponse:
    """The form for a new member."""
    mine = get_object_or_404(memberships_of(request.user), vendor_id=vendor_id)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        role, email = Role(form.cleaned_data["role"]), form.cleaned_data["email"]
        refusal = _try(
            lambda: commands.invite_member(
                vendor_id=vendor_id, actor=request.user, email=email, role=role
            )
        )
        if refusal is None:
            messages.success(request, _("The member may act for the vendor from now on."))
            return go_to(request, reverse("members"))
        form.add_error("email" if refusal.code == "unknown_person" else None, str(refusal))
    return _form(request, "people/member_form.html", form, {"vendor": mine.vendor})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, membership_id: int) -> HttpResponse:
    """The form for another role."""
    membership = _seen(request, membership_id)
    form = RoleForm(
        request.POST if request.method == "POST" else None, initial={"role": membership.role}
    )
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        refusal = _try(
            lambda: commands.change_role(membership_id=membership_id, actor=request.user, role=role)
        )
        if refusal is None:
            messages.success(request, _("The role has been changed."))
            return go_to(request, reverse("members"))
        form.add_error(None, str(refusal))
    return _form(request, "people/role_form.html", form, {"membership": membership})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SignedInRequest, membership_id: int) -> HttpResponse:
    """The confirmation before a member goes."""
    membership = _seen(request, membership_id)
    if request.method == "POST":
        refusal = _try(
            lambda: commands.remove_member(membership_id=membership_id, actor=request.user)
        )
        if refusal is None:
            messages.success(request, _("The member no longer acts for the vendor."))
        else:
            messages.error(request, str(refusal))
        # Who has removed themselves may have no vendor left to look at.
        left = memberships_of(request.user).exists()
        return go_to(request, reverse("members" if left else "landing"))
    return render(request, "people/removal_form.html", {"membership": membership})


def _seen(request: SignedInRequest, membership_id: int) -> Membership:
    membership = membership_seen_by(request.user, membership_id)
    if membership is None:
        raise Http404
    return membership


def _try(command: Callable[[], object]) -> DomainError | None:
    """Run a command; what refuses it is told to the reader, but for what is not theirs."""
    try:
        command()
    except NotFound as error:
        raise Http404 from error
    except DomainError as error:
        return error
    return None


def _form(
    request: SignedInRequest, template: str, form: RoleForm, more: dict[str, object]
) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.errors else 200)
