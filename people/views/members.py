"""The vendor's members: who may act for it, and in which role."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.http import go_to
from people import commands
from people.forms.members import RoleForm
from people.http import SignedInRequest
from people.models import Membership, Role
from people.queries import invitations_by, members_of, membership_seen_by, memberships_of
from people.views.refusals import refusal_of


@require_safe
def members(request: SignedInRequest) -> HttpResponse:
    """Every vendor that the reader acts for, with its members and whom it has invited."""
    mine = list(memberships_of(request.user))
    if not mine:
        raise Http404
    return render(request, "people/members.html", {"vendors": [_entry(one) for one in mine]})


def _entry(mine: Membership) -> dict[str, object]:
    """One vendor as its member sees it.

    `refusal` is why the reader changes nobody, `reason` why a member cannot be changed.
    """
    is_owner = mine.role == Role.OWNER
    refusal = "" if is_owner else str(commands.OwnersOnly.sentence)
    members = list(members_of(mine.vendor))
    owners = [one.pk for one in members if one.role == Role.OWNER and one.user.is_active]
    why = commands.LastOwner.sentence if is_owner else ""
    return {
        "vendor": mine.vendor,
        "refusal": refusal,
        "members": [
            {"membership": one, "reason": why if owners == [one.pk] else ""} for one in members
        ],
        "invitations": invitations_by(mine.vendor, now=timezone.now()) if is_owner else [],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, membership_id: int) -> HttpResponse:
    """The form for another role."""
    membership = _seen(request, membership_id)
    form = RoleForm(
        request.POST if request.method == "POST" else None, initial={"role": membership.role}
    )
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        refusal = refusal_of(
            lambda: commands.change_role(membership_id=membership_id, actor=request.user, role=role)
        )
        if refusal is None:
            messages.success(request, _("The role has been changed."))
            return go_to(request, reverse("members"))
        form.add_error(None, str(refusal))
    return render(
        request,
        "people/role_form.html",
        {"form": form, "membership": membership},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SignedInRequest, membership_id: int) -> HttpResponse:
    """The confirmation before a member goes."""
    membership = _seen(request, membership_id)
    if request.method == "POST":
        refusal = refusal_of(
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
