"""Invitations to act for a vendor: its owner's side, and the invited person's."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.http import go_to
from people import commands
from people.forms.members import InvitationForm
from people.http import SignedInRequest
from people.limits import too_often
from people.models import Role
from people.queries import memberships_of
from people.views.refusals import refusal_of


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, vendor_id: int) -> HttpResponse:
    """The form of an owner who wants somebody to act for the vendor."""
    mine = get_object_or_404(memberships_of(request.user), vendor_id=vendor_id)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and too_often(request, "invite"):
        form.add_error(None, _("You have invited many people in a row. Try again later."))
    if form.is_valid():
        refusal = refusal_of(
            lambda: commands.invite(
                vendor_id=vendor_id,
                actor=request.user,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                now=timezone.now(),
            )
        )
        if refusal is None:
            # The same for every address: who has an account is not the vendor's business.
            messages.success(
                request,
                _("If this address has an account here, its owner has been sent an invitation."),
            )
            return go_to(request, reverse("members"))
        form.add_error("email" if refusal.code == "already_member" else None, str(refusal))
    context = {"form": form, "vendor": mine.vendor}
    status = 422 if form.errors else 200
    return render(request, "people/invitation_form.html", context, status=status)


@require_POST
def withdraw(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    """An owner takes an invitation back."""
    refusal = refusal_of(
        lambda: commands.withdraw_invitation(invitation_id=invitation_id, actor=request.user)
    )
    if refusal is None:
        messages.success(request, _("The invitation has been withdrawn."))
    else:
        messages.error(request, str(refusal))
    return redirect("members")


@require_POST
def accept(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    """From now on the reader acts for the vendor."""
    refusal = refusal_of(
        lambda: commands.accept_invitation(
            invitation_id=invitation_id, actor=request.user, now=timezone.now()
        )
    )
    if refusal is not None:
        messages.error(request, str(refusal))
        return redirect("account")
    messages.success(request, _("You act for the vendor from now on."))
    return redirect("members")


@require_POST
def decline(request: SignedInRequest, invitation_id: int) -> HttpResponse:
    """The reader does not want to act for the vendor, which is not told."""
    refusal = refusal_of(
        lambda: commands.decline_invitation(
            invitation_id=invitation_id, actor=request.user, now=timezone.now()
        )
    )
    if refusal is None:
        messages.success(request, _("You have declined the invitation."))
    else:
        messages.error(request, str(refusal))
    return redirect("account")
