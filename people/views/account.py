"""The reader's own account; what allauth shows of it is in templates/account, mfa, usersessions."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.devices import device_name
from people.http import SignedInRequest


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Everything that belongs to one's own account, and the ways to change it."""
    two_step = Authenticator.objects.filter(user=request.user)
    return render(
        request,
        "account/overview.html",
        {
            "new_address": EmailAddress.objects.get_new(request.user),
            "two_step": two_step.filter(type=Authenticator.Type.TOTP).first(),
            "session_count": len(UserSession.objects.purge_and_list(request.user)),
        },
    )


class SessionsView(ListUserSessionsView):
    """Where the reader is signed in; sending the form ends all but this one."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # One from before sessions were listed would be missing in its own list.
        UserSession.objects.create_from_request(request)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        newest_first = sorted(context["sessions"], key=lambda session: session.pk, reverse=True)
        context["sessions"] = [
            {"session": session, "device": device_name(session.user_agent)}
            for session in sorted(newest_first, key=lambda session: not session.is_current())
        ]
        return context


@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """End one session of the reader, in whichever browser it is."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    get_adapter().end_sessions([session])
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")
