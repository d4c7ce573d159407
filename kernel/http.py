"""Answers that a full page and a dialog share."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django_htmx.http import HttpResponseClientRedirect

from kernel.errors import DomainError, NotFound, Overtaken


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on after a form: from a dialog, too, as a whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def act_and_go(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    said: str | Promise,
    to: str,
    kept: type[DomainError] | tuple[type[DomainError], ...] = (),
) -> HttpResponse:
    """Run a command and go on to a page that shows whatever has become of it.

    The reader is told what was `said` of a success, or why the command refused. Raises
    `Http404` for what is not theirs, and what is `kept` for a form to say.
    """
    try:
        act()
    except kept:
        raise
    except NotFound as error:
        raise Http404 from error
    except Overtaken as error:
        messages.info(request, str(error))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(said))
    return go_to(request, to)
