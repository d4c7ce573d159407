"""Rules in the admin: every version with where it stands, and the page that adds one.

Three steps, so that nobody changes rules by a slip of the pen: fill in, read in words what it
means, add. None of them is ever edited or deleted.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import commands
from kernel.admin import ReadOnlyAdmin
from kernel.errors import DomainError
from kernel.models import NOTE_LENGTH
from kernel.versions import Standing, standing

AUDIT = ("note", "created_by", "created_at")
Words = Sequence[str | Promise]
RIVAL = gettext_lazy(
    "Somebody has added a version since you opened this form. Compare with it before you go on:"
    " yours would take its place."
)


class VersionForm(forms.ModelForm):
    """The rules of a new version, from when, and why."""

    begins = forms.SplitDateTimeField(
        label=gettext_lazy("Takes effect"),
        widget=AdminSplitDateTime(),
        required=False,
        help_text=gettext_lazy(
            "In marketplace time; empty: at once. For the moment of a version that is still to"
            " come, it replaces that one."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Why the rules change"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Please write down why the rules change.")},
    )

    # The newest version when the form was opened: nobody undoes unseen what somebody else adds.
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_begins(self) -> datetime | None:
        begins: datetime | None = self.cleaned_data["begins"]
        if begins and begins < timezone.now():
            raise forms.ValidationError(str(commands.BackDated.sentence))
        return begins


class PolicyAdmin(ReadOnlyAdmin):
    """Versions of rules, those in force and to come first."""

    change_list_template = "admin/kernel/policies.html"
    ordering: ClassVar[tuple[str, ...]] = ("-effective_from", "-id")
    # What a version consists of, besides its moment and its note.
    rules: ClassVar[tuple[str, ...]] = ()
    # What a version means, a sentence each.
    in_words: Callable[[Any], Words]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        ended: QuerySet[Any] = rows.select_related("created_by").with_end()
        return ended

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.model.versions_of, "stands", "effective_from", "meaning", *AUDIT)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        told = (*self.model.versions_of, "stands", "effective_from", "meaning")
        return [
            (None, {"fields": told}),
            (_("Rules"), {"fields": self.rules}),
            (_("Added"), {"fields": AUDIT}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("stands", "meaning")

    @admin.display(description=gettext_lazy("what it means"))
    def meaning(self, version: Any) -> str:
        return format_html_join(SafeString("<br>"), "{}", ((w,) for w in self.in_words(version)))

    @admin.display(description=gettext_lazy("state"))
    def stands(self, version: Any) -> str:
        where = standing(version.effective_from, version.ends_at, now=timezone.now())
        if where == Standing.PAST:
            ended = f"{timezone.localtime(version.ends_at):%Y-%m-%d %H:%M}"
            return _("Was in force until %(moment)s") % {"moment": ended}
        return str(where.label)

    def kinds(self) -> list[tuple[str, str]]:
        """What stands beside one another, as value and label; one without a name otherwise."""
        if not self.model.versions_of:
            return [("", str(self.model._meta.verbose_name))]
        field = self.model._meta.get_field(self.model.versions_of[0])
        return [(str(value), str(label)) for value, label in field.choices]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.add_version)
        name = f"{self.opts.app_label}_{self.opts.model_name}_version"
        return [path("version/", page, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        more = {"kinds": self.kinds(), "version_url": self._url("version")}
        return super().changelist_view(request, more | (extra_context or {}))

    def add_version(self, request: HttpRequest) -> HttpResponse:
        """Fill in, read what it means, add."""
        now = timezone.now()
        posted = request.POST.copy() if request.method == "POST" else None
        of = request.GET.get("of", "")
        kind = next((kind for kind in self.kinds() if kind[0] == of), None)
        if kind is None:
            return HttpResponseRedirect(self._url("changelist"))
        version = self.model(**dict.fromkeys(self.model.versions_of, kind[0]))
        form = self._form_of(version, posted, now)
        context = {"form": form, "kind": kind}
        if posted is None or posted.get("step") == "edit" or not form.is_valid():
            return self._page(request, "version", context, status=422 if form.errors else 200)
        version.effective_from = form.cleaned_data["begins"] or now
        if posted.get("step") != "add":
            kept = {n: v for n, v in posted.items() if n not in {"csrfmiddlewaretoken", "step"}}
            told_in = {"words": self.in_words(version), "begins": form.cleaned_data["begins"]}
            return self._page(request, "version_preview", context | {"kept": kept} | told_in)
        try:
            commands.add_version(
                version, actor=request.user, note=form.cleaned_data["note"], now=now
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return self._page(request, "version", context, status=422)
        messages.success(request, _("The version has been added. What is going on keeps its own."))
        return HttpResponseRedirect(self._url("changelist"))

    def _form_of(self, version: Any, posted: QueryDict | None, now: datetime) -> VersionForm:
        """The form, filled in; it says so where somebody has added a version since."""
        rivals = self._like(version)
        newest = str(rivals.aggregate(newest=Max("pk"))["newest"] or "")
        seen = newest
        if posted:
            seen = posted.get("based_on", newest)
            # Whoever has been told may go on.
            posted["based_on"] = newest
        current: Model | None = rivals.in_force(now).first()
        rules = {name: getattr(current, name) for name in self.rules} if current else {}
        form = self._form()(posted, instance=version, initial=rules | {"based_on": newest})
        if seen != newest:
            form.add_error(None, RIVAL)
        return form

    def _like(self, version: Any) -> Any:
        """The versions that hold for the same."""
        own = {name: getattr(version, name) for name in self.model.versions_of}
        return self.model._default_manager.filter(**own)

    def _form(self) -> type[VersionForm]:
        made: Any = forms.modelform_factory(
            self.model, form=VersionForm, fields=(*self.rules, "note")
        )
        form: type[VersionForm] = made
        form.field_order = (*self.rules, "begins", "note")
        return form

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        about = {
            "title": _("Add a version: %(kind)s") % {"kind": context["kind"][1]},
            "opts": self.opts,
            "changelist_url": self._url("changelist"),
            "media": context["form"].media,
        }
        site = admin.site.each_context(request)
        page = f"admin/kernel/{template}.html"
        return render(request, page, {**site, **about, **context}, status=status)
