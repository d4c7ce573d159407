"""Notices in the admin: what was told to whom, and the mails that were given up."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kernel.admin import ReadOnlyAdmin
from kernel.errors import DomainError
from notices import commands
from notices.kinds import kinds, words_of
from notices.models import Notice
from people.http import SignedInRequest


class FateFilter(admin.SimpleListFilter):
    """What became of a mail."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("waits")), ("sent", _("sent")), ("given_up", _("given up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        columns = {"due": "next_try_at", "sent": "sent_at", "given_up": "given_up_at"}
        column = columns.get(self.value() or "")
        return queryset.filter(**{f"{column}__isnull": False}) if column else queryset


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "created_at",
        "recipient",
        "about",
        "channel",
        "sent_at",
        "given_up_at",
        "error",
    )
    list_filter = (FateFilter, "channel")
    list_select_related = ("recipient",)
    search_fields = ("id", "key", "recipient__email")
    ordering = ("-id",)
    actions = ("try_again",)
    readonly_fields = ("about", "title", "text")
    fieldsets = (
        (None, {"fields": ("recipient", "channel", "about", "created_at", "read_at")}),
        (_("Text"), {"fields": ("title", "text", "path")}),
        (_("Mail"), {"fields": ("sent_at", "attempts", "next_try_at", "given_up_at", "error")}),
        (_("Kept as"), {"fields": ("kind", "key", "params")}),
    )

    @admin.display(description=_("kind"), ordering="kind")
    def about(self, notice: Notice) -> str:
        """What it is about; the bare code where an older release had more kinds."""
        known = {kind.code: kind.label for kind in kinds()}
        return str(known.get(notice.kind, notice.kind))

    @admin.display(description=_("subject"))
    def title(self, notice: Notice) -> str:
        return words_of(notice.kind, notice.params).title

    @admin.display(description=_("text"))
    def text(self, notice: Notice) -> str:
        return words_of(notice.kind, notice.params).body

    @admin.action(description=_("Try to mail again what was given up"))
    def try_again(self, request: SignedInRequest, queryset: QuerySet[Notice]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        try:
            count = commands.try_again(notice_ids=ids, actor=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return
        said = ngettext("%(count)s mail is tried again.", "%(count)s mails are tried again.", count)
        messages.success(request, said % {"count": count})
