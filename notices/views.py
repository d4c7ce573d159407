"""The inbox and the mail preferences (R16)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.errors import NotFound
from kernel.keyset import paginate
from notices import commands
from notices.forms import MailForm
from notices.kinds import words_of
from notices.queries import inbox_of, kinds_for, unread_of, unwanted_by
from people.http import SignedInRequest

# Ids beyond this are no ids of the database.
LAST_ID = 2**63 - 1


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """What the reader was told, newest first, in the language that they read now."""
    only_unread = request.GET.get("show") == "unread"
    rows = unread_of(request.user) if only_unread else inbox_of(request.user)
    page = paginate(rows, key=("id",), descending=True, query=request.GET)
    newest = inbox_of(request.user).order_by("-id").values_list("pk", flat=True).first()
    return render(
        request,
        "notices/inbox.html",
        {
            "page": page,
            "told": [(notice, words_of(notice.kind, notice.params)) for notice in page.rows],
            "only_unread": only_unread,
            "newest": newest,
        },
    )


@require_safe
def notice(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Lead to the page that the notice is about; it is read from now on."""
    try:
        path = commands.open_notice(reader=request.user, notice_id=notice_id, now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    return redirect(path)


@require_POST
def mark_read(request: SignedInRequest) -> HttpResponse:
    """Mark all as read that the reader has seen: up to the newest on the page."""
    up_to = request.POST.get("up_to", "")
    # A number of thousands of digits is not even read.
    is_number = up_to.isascii() and up_to.isdigit() and len(up_to) <= len(str(LAST_ID))
    if not is_number or int(up_to) > LAST_ID:
        raise Http404
    count = commands.mark_read(reader=request.user, up_to=int(up_to), now=timezone.now())
    said = ngettext(
        "%(count)s notice is marked as read.", "%(count)s notices are marked as read.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("inbox")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Which kinds of notices come by mail as well."""
    kinds = kinds_for(request.user)
    form = MailForm(
        request.POST if request.method == "POST" else None,
        kinds=kinds,
        unwanted=unwanted_by(request.user),
    )
    if form.is_valid():
        commands.choose_mails(user=request.user, wanted=form.wanted)
        messages.success(request, _("Your choice is kept."))
        return redirect("inbox")
    return render(
        request,
        "notices/preferences.html",
        {"form": form, "always": [kind.label for kind in kinds if kind.essential]},
        status=422 if form.errors else 200,
    )
