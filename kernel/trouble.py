"""Pages of trouble: what somebody reads when a request cannot be answered.

They need neither a session nor the database, which may be what failed; where both are there,
the reader of a page that is not our fault keeps the bar at its top.
"""

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

logger = logging.getLogger(__name__)

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
NUL = "\x00"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came cannot be read, is too large, or was sent to a name that is not ours."""
    too_large = isinstance(exception, TOO_LARGE)
    return trouble_page(request, "400.html", status=400, too_large=too_large)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not as somebody who may do this."""
    return trouble_page(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form from before the reader signed in or out, or from elsewhere."""
    return trouble_page(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such thing, or it is not the reader's."""
    return trouble_page(request, "404.html", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: a rate limit; allauth finds this view as `handler429`."""
    return trouble_page(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return trouble_page(request, "500.html", status=500)


def trouble_page(
    request: HttpRequest, template: str, *, status: int, **context: object
) -> HttpResponse:
    """The page in the reader's language, with `back`: the page that the reader came from.

    The language is read here because the trouble may have come before the middleware
    that sets it.
    """
    context["back"] = path_on_this_site(request, request.headers.get("Referer"))
    with translation.override(translation.get_language_from_request(request)):
        context["top_bar"] = top_bar(request) if status < 500 else ""
        return HttpResponse(render_to_string(template, context), status=status)


def top_bar(request: HttpRequest) -> str:
    """The bar of somebody signed in; nothing for others, and nothing where it cannot be made."""
    # There is none yet where the request was refused before anybody asked who sent it.
    user = getattr(request, "user", None)
    try:
        if user is None or not user.is_authenticated:
            return ""
        return render_to_string("components/top_bar.html", request=request)
    except Exception:
        logger.warning("a page of trouble has no bar", exc_info=True)
        return ""


def path_on_this_site(request: HttpRequest, url: str | None) -> str:
    """The path and query of a full address, as headers give it; "" unless it is on this site."""
    try:
        parts = urlsplit(url or "")
        is_here = parts.netloc == request.get_host()
    except (ValueError, DisallowedHost):
        return ""
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    is_safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_here and is_safe else ""


class Utf8Request(WSGIRequest):
    """Takes every text for UTF-8, whatever the sender calls it.

    Python knows encodings that raise instead of reading (`zlib`, `undefined`), and Django
    reads the query with the one that is named before any middleware could catch that.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        content_type = environ.get("CONTENT_TYPE", "")
        environ["CONTENT_TYPE"] = re.sub(r"(?i);\s*charset=[^;]*", "", content_type)
        super().__init__(environ)


class TroubleMiddleware:
    """Refuses what no view could read, and gives a refusal without words a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_too_long(request):
            return trouble_page(request, "400.html", status=413, too_large=True)
        forget_unreadable_cookies(request)
        # PostgreSQL keeps no NUL: nothing has one in its name, and nothing is found by one.
        if NUL in request.path:
            return page_not_found(request)
        if has_nul_in_query(request):
            return bad_request(request)
        return with_words(request, self.get_response(request))


def is_too_long(request: HttpRequest) -> bool:
    """Whether what was sent is more than any form takes: it is refused without being read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > settings.MOST_BODY_BYTES


def forget_unreadable_cookies(request: HttpRequest) -> None:
    """Drop cookies with a NUL, which the database refuses.

    Refusing the request instead would lock out a reader who cannot mend the browser's cookies.
    """
    request.COOKIES = {
        name: value for name, value in request.COOKIES.items() if NUL not in name + value
    }


def has_nul_in_query(request: HttpRequest) -> bool:
    """Whether a form or a link has put a NUL into the query string, as it is or encoded."""
    query = request.META.get("QUERY_STRING", "")
    return NUL in query or "%00" in query


def with_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Put a page into a 405 that has none; `Allow` and the other headers stay."""
    is_wordless = response.status_code == 405 and not response.streaming and not response.content
    if is_wordless and request.accepts("text/html"):
        page = trouble_page(request, "405.html", status=405)
        response.content = page.content
        response["Content-Type"] = page["Content-Type"]
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(page.content))
    return response
