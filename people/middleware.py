"""Private pages, and what to say to somebody whose session has ended."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kernel.http import go_to
from kernel.trouble import path_on_this_site
from people.commands import note_visit
from people.models import User


class SignInFirst(LoginRequiredMiddleware):
    """Leads whoever is not signed in through the sign-in and back, and loses nobody.

    A dialog or a form was part of a page: the reader comes back to that page, and is told
    that nothing was changed.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        is_part_of_a_page = "HX-Request" in request.headers
        if request.method in ("GET", "HEAD") and not is_part_of_a_page:
            if session_has_ended(request):
                messages.info(request, _("Your session has ended. Sign in to go on."))
            return super().handle_no_permission(request, view_func)
        if request.method in ("GET", "HEAD"):
            messages.info(request, _("Your session has ended. Sign in to go on."))
        else:
            messages.warning(
                request,
                _(
                    "You were signed out before this was sent, so nothing was changed. "
                    "Sign in and send it once more."
                ),
            )
        page = path_on_this_site(
            request, request.headers.get("HX-Current-URL") or request.headers.get("Referer")
        )
        login_url = resolve_url(self.get_login_url(view_func))
        to_login = redirect_to_login(page or resolve_url(settings.LOGIN_REDIRECT_URL), login_url)
        return go_to(request, to_login.url)


class PrivatePages:
    """Keeps what a signed-in reader sees out of every cache, the browser's included.

    After signing out, Back shows the sign-in; and since a dialog and its page share an
    address, a fragment is never shown as a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class NotedVisits:
    """Keeps when each session was last used, and the language that its reader reads.

    Before the view: what a view has done must not end in an error because of this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user, session_key = request.user, request.session.session_key
        # A page that asks by itself for what is new is no visit: nobody may be looking at it.
        asks_itself = "X-Poll" in request.headers
        if session_key and isinstance(user, User) and not asks_itself:
            note_visit(
                user=user, session_key=session_key, language=get_language(), now=timezone.now()
            )
        return self.get_response(request)


def session_has_ended(request: HttpRequest) -> bool:
    """Whether the browser still shows a session that is no more: expired, or ended elsewhere."""
    return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.is_empty()
