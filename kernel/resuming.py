"""Giving back to the sweeps what they have set aside, in the admin: with a written reason (R8)."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kernel.admin import ReadOnlyAdmin
from kernel.errors import DomainError
from kernel.models import NOTE_LENGTH


class ResumeForm(forms.Form):
    """Why what was set aside may go on."""

    note = forms.CharField(
        label=gettext_lazy("Written reason"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Please write down the reason for this decision.")
        },
        help_text=gettext_lazy("Recorded in the history, for operators."),
    )


class ResumeManyForm(ResumeForm):
    """The same for several rows at once; `ids` is a list of whole numbers."""

    ids = forms.RegexField(r"^\d{1,18}(,\d{1,18})*\Z", widget=forms.HiddenInput)

    def clean_ids(self) -> list[int]:
        return [int(each) for each in self.cleaned_data["ids"].split(",")]


class ResumableAdmin(ReadOnlyAdmin):
    """Rows that a sweep may set aside; several are given back at once, for one reason."""

    actions = ("resume_selected",)
    # The command: the row's id, then `actor`, `note` and `now` by name.
    give_back: ClassVar[Callable[..., None]]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.resume_many)
        return [path("resumption/", page, name=self._name("resumptions")), *super().get_urls()]

    @admin.action(description=gettext_lazy("Resume what was set aside"))
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        ids = list(queryset.values_list("pk", flat=True))
        form = ResumeManyForm(initial={"ids": ",".join(map(str, ids))})
        return self._ask(request, form, ids=ids)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def resume_many(self, request: HttpRequest) -> HttpResponse:
        """Give several of them back, each by itself; what refuses is named."""
        if request.method != "POST":
            # Reloaded, or read in another language: the choice was in the form that was sent.
            return HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}"))
        form = ResumeManyForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form, ids=form.cleaned_data.get("ids", []))
        ids, told = form.cleaned_data["ids"], {"note": form.cleaned_data["note"]}
        names = {row.pk: str(row) for row in self.get_queryset(request).filter(pk__in=ids)}
        done, refused = 0, []
        for pk in ids:
            try:
                self.give_back(pk, actor=request.user, now=timezone.now(), **told)
            except DomainError as error:
                refused.append(f"{names.get(pk, f'#{pk}')}: {error}")
            else:
                done += 1
        if done:
            said = _("Given back to the sweeps: %(count)s.")
            messages.success(request, said % {"count": done})
        if refused:
            messages.error(request, _("Not resumed: %(which)s") % {"which": " ".join(refused)})
        return HttpResponseRedirect(reverse(f"admin:{self._name('changelist')}"))

    def _ask(
        self, request: HttpRequest, form: ResumeManyForm, *, ids: Sequence[int]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext_lazy("Resume"),
            "form": form,
            "target": reverse(f"admin:{self._name('resumptions')}"),
            "rows": self.get_queryset(request).filter(pk__in=ids).order_by("pk"),
            "opts": self.opts,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/kernel/resumption.html", context, status=status)

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
