"""The switch of all timed work in the admin: its history, and the page that turns it (R8)."""

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.admin import ReadOnlyAdmin
from kernel.errors import DomainError
from people.http import SignedInRequest
from refunds import commands
from refunds.admin.decisions import posted
from refunds.forms import SwitchForm
from refunds.models import SweepSwitch
from refunds.queries import newest_switch


@admin.register(SweepSwitch)
class SweepSwitchAdmin(ReadOnlyAdmin):
    list_display = ("at", "turned", "reason", "actor")
    list_select_related = ("actor",)
    ordering = ("-id",)
    fields = readonly_fields = ("at", "turned", "reason", "actor")

    @admin.display(description=gettext_lazy("timed work"))
    def turned(self, row: SweepSwitch) -> str:
        return str(row)

    def get_urls(self) -> list[URLPattern]:
        own = path("turn/", self.admin_site.admin_view(turn), name="refunds_sweepswitch_turn")
        return [own, *super().get_urls()]


def turn(request: SignedInRequest) -> HttpResponse:
    """Stop timed work, or let it go on: whichever it is not doing now."""
    newest = newest_switch()
    stop = newest is None or not newest.stopped
    form = SwitchForm(posted(request), initial={"stopped": stop})
    if form.is_valid():
        command = commands.stop_sweeps if form.cleaned_data["stopped"] else commands.start_sweeps
        try:
            command(actor=request.user, reason=form.cleaned_data["note"], now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **admin.site.each_context(request),
        "title": _("Stop timed work") if stop else _("Let timed work go on"),
        "form": form,
        "stop": stop,
        "opts": SweepSwitch._meta,
    }
    status = 422 if form.errors else 200
    return render(request, "admin/refunds/switch.html", context, status=status)
