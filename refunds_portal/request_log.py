"""One line in the log for each request, and what every line within a request carries."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-ID"
META = "HTTP_X_REQUEST_ID"
# It goes into a log and into an answer, and comes from a stranger.
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
# Parts of an address that let whoever reads them in.
SECRET_PARTS = ("key", "token")
LONGEST_IP = 45


class RequestLog(RequestMiddleware):
    """Binds `request_id`, `ip` and `user_id`, logs the request, and answers with the id.

    The id is the proxy's where it sends a sane one. A user is never loaded for the log alone:
    a page for everybody needs no session, and a database that fails is told of once.
    """

    def prepare(self, request: HttpRequest) -> None:
        clear_contextvars()
        if not SANE_ID.fullmatch(request.META.get(META, "")):
            request.META[META] = uuid.uuid4().hex
        request.begun_at = time.monotonic()  # type: ignore[attr-defined]
        bind_contextvars(request_id=request.META[META], ip=client_ip(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        # The check of the sign-in, which comes next, loads the user in any case.
        if getattr(view, "login_required", True):
            bind_contextvars(user_id=request.user.pk)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers[HEADER] = request.META[META]
        super().handle_response(request, response)

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        user = getattr(request, "user", None)
        if user is None or (isinstance(user, LazyObject) and user._wrapped is empty):
            return
        bind_contextvars(user_id=user.pk)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Without the query, which has what people searched for, and without secrets."""
        path = request.path
        match = request.resolver_match
        for part in SECRET_PARTS:
            if match and part in match.kwargs:
                path = path.replace(str(match.kwargs[part]), "...")
        return f"{request.method} {path}"


@receiver(bind_extra_request_finished_metadata)
def add_duration(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    """Say how long the request took."""
    begun_at: float = request.begun_at  # type: ignore[attr-defined]
    log_kwargs["duration_ms"] = round(1000 * (time.monotonic() - begun_at))


def client_ip(request: HttpRequest) -> str:
    """The address that our own proxies saw, as rate limits have it; strangers add others to it."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if 0 < proxies <= len(forwarded) and forwarded[-proxies].strip():
        return forwarded[-proxies].strip()[:LONGEST_IP]
    return request.META.get("REMOTE_ADDR", "")
