"""Importing purchases from a CSV file, for an operator (R17): upload, report, import."""

import csv
import io
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from billing.commands import apply_purchases, check_purchases
from billing.exports import Format, export
from billing.imports import COLUMNS, Problem
from billing.models import ImportState, PurchaseImport
from kernel.admin import ReadOnlyAdmin
from kernel.errors import DomainError, NotFound
from kernel.templatetags.money import money
from people.http import SignedInRequest

# How many of the problems the page shows; the file has them all.
SHOWN = 100


class UploadForm(forms.Form):
    """One file; what is in it is the command's to judge."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        max_length=120,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Before it is read into memory.
        if file.size > settings.PURCHASE_IMPORT_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)s; at most %(most)s can be imported at once. Split it."),
                params={
                    "size": filesizeformat(file.size),
                    "most": filesizeformat(settings.PURCHASE_IMPORT_BYTES),
                },
            )
        return file


def upload(request: SignedInRequest) -> HttpResponse:
    """The form for a file, and what its columns mean. Nothing is recorded yet."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = check_purchases(
                name=file.name, content=file.read(), uploader=request.user, now=timezone.now()
            )
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return HttpResponseRedirect(_report(found.pk))
    context = {
        **admin.site.each_context(request),
        "title": _("Import purchases"),
        "form": form,
        "columns": COLUMNS,
        "most_lines": settings.PURCHASE_IMPORT_LINES,
        "most_bytes": settings.PURCHASE_IMPORT_BYTES,
    }
    return render(
        request,
        "admin/billing/purchaseimport/upload.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
def apply(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Record what was checked, and go back to the report."""
    try:
        done = apply_purchases(import_id=import_id, actor=request.user, now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Imported. New orders: %(orders)s; recorded already: %(standing)s.")
            % {"orders": len(done.new), "standing": len(done.standing)},
        )
    return HttpResponseRedirect(_report(import_id))


def template(request: HttpRequest) -> HttpResponse:
    """The header and a line to begin with, as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [
            [column.name for column in COLUMNS],
            [column.example for column in COLUMNS],
        ]
    )
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="purchases.csv"'},
    )


def problems(request: HttpRequest, import_id: int) -> FileResponse:
    """Everything that is wrong with the file, as CSV."""
    found = get_object_or_404(PurchaseImport, pk=import_id)
    rows = (
        (problem.line, problem.column, problem.value, problem.code, problem.sentence)
        for problem in (Problem(**one) for one in found.problems)
    )
    titles = (_("Line"), _("Column"), _("Value"), pgettext("problem", "Code"), _("Problem"))
    return export(f"problems-{found.pk}", Format.CSV, titles, rows)


def _report(import_id: int) -> str:
    return reverse("admin:billing_purchaseimport_change", args=[import_id])


@admin.register(PurchaseImport)
class PurchaseImportAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "uploaded_at",
        "uploader",
        "name",
        "state",
        "problem_count",
        "orders",
        "applied_at",
    )
    list_filter = ("state",)
    list_select_related = ("uploader",)
    search_fields = ("id", "uploader__email", "sha256")
    ordering = ("-id",)
    change_form_template = "admin/billing/purchaseimport/report.html"
    readonly_fields = ("orders", "standing", "instances", "newcomers", "lines", "amounts")
    fieldsets = (
        (None, {"fields": ("state", "name", "uploader", "uploaded_at")}),
        (
            gettext_lazy("Comes to"),
            {"fields": ("lines", "orders", "instances", "newcomers", "amounts", "standing")},
        ),
        (gettext_lazy("Afterwards"), {"fields": ("applied_at", "applied_by")}),
        (gettext_lazy("File"), {"fields": ("sha256",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    @admin.display(description=gettext_lazy("problems"))
    def problem_count(self, found: PurchaseImport) -> int:
        return len(found.problems)

    @admin.display(description=gettext_lazy("lines"))
    def lines(self, found: PurchaseImport) -> int:
        return int(found.summary["lines"])

    @admin.display(description=gettext_lazy("new orders"))
    def orders(self, found: PurchaseImport) -> int:
        return int(found.summary["orders"])

    @admin.display(description=gettext_lazy("orders recorded already"))
    def standing(self, found: PurchaseImport) -> int:
        return int(found.summary["standing"])

    @admin.display(description=gettext_lazy("new instances"))
    def instances(self, found: PurchaseImport) -> int:
        return int(found.summary["instances"])

    @admin.display(description=gettext_lazy("people to register"))
    def newcomers(self, found: PurchaseImport) -> int:
        return int(found.summary["newcomers"])

    @admin.display(description=gettext_lazy("list price − coupon = paid"))
    def amounts(self, found: PurchaseImport) -> str:
        sums = found.summary["amounts"].items()
        return " · ".join(
            "{} − {} = {}".format(*(money(amount, currency) for amount in amounts))
            for currency, amounts in sums
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        shown = found.problems[:SHOWN] if found else []
        context = {
            "shown": [Problem(**one) for one in shown],
            "ready": found is not None and found.state == ImportState.CHECKED,
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_urls(self) -> list[URLPattern]:
        site, name = self.admin_site, "billing_purchaseimport"
        return [
            path("upload/", site.admin_view(upload), name=f"{name}_upload"),
            path("template.csv", site.admin_view(template), name=f"{name}_template"),
            path("<int:import_id>/apply/", site.admin_view(apply), name=f"{name}_apply"),
            path(
                "<int:import_id>/problems.csv",
                site.admin_view(problems),
                name=f"{name}_problems",
            ),
            *super().get_urls(),
        ]
