"""The buyer's invoices: what was asked for, asking, withdrawing (R9)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.commands import invoices as commands
from billing.forms import AskForm
from billing.invoice_filters import InvoiceFilter
from billing.queries import invoiceable, invoices_of, lines_of, vendors_to_ask
from kernel.errors import DomainError
from kernel.http import act_and_go, go_to
from kernel.keyset import paginate
from people.http import SignedInRequest
from people.limits import TOO_OFTEN, too_often
from people.models import Vendor


@require_safe
def invoices(request: SignedInRequest) -> HttpResponse:
    """The buyer's invoices, newest first."""
    narrowed = InvoiceFilter(request.GET, invoices_of(request.user))
    page = paginate(narrowed.qs, key=("id",), descending=True, query=request.GET)
    return render(request, "billing/invoices/invoices.html", {"page": page, "filter": narrowed})


@require_safe
def invoice(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """One invoice: what it is of, where it goes, what became of it."""
    asked = get_object_or_404(invoices_of(request.user), pk=invoice_id)
    return render(
        request,
        "billing/invoices/invoice.html",
        {"invoice": asked, "lines": lines_of(asked), "late": asked.is_late(timezone.now())},
    )


@require_safe
def choose_vendor(request: SignedInRequest) -> HttpResponse:
    """Of whom an invoice may be asked: the first step of asking."""
    return render(
        request, "billing/invoices/vendors.html", {"vendors": vendors_to_ask(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, vendor_id: int) -> HttpResponse:
    """The form in which purchases, title, form and address are chosen.

    "Find" in it shows other purchases, and keeps what has been filled in so far.
    """
    bought = request.user.instances.filter(vendor_id=vendor_id)
    vendor = get_object_or_404(Vendor.objects.filter(pk__in=bought.values("vendor_id")))
    finding = "find" in request.POST
    form = AskForm(
        request.POST if request.method == "POST" and not finding else None,
        buyer=request.user,
        vendor_id=vendor.pk,
        initial=_filled_in(request) if finding else {"instances": _preselected(request)},
    )
    if form.is_valid() and too_often(request, "write"):
        form.add_error(None, TOO_OFTEN)
    if form.is_valid():
        try:
            made = commands.ask(
                buyer=request.user, vendor_id=vendor.pk, now=timezone.now(), **form.order()
            )
        except commands.AlreadyInvoiced as refusal:
            # After a double click the first one has won: show what it made.
            messages.info(request, str(refusal))
            return go_to(request, reverse("invoice", args=[refusal.invoice_id]))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The vendor has your request for an invoice."))
            return go_to(request, reverse("invoice", args=[made.pk]))
    return render(
        request,
        "billing/invoices/request_form.html",
        {"form": form, "vendor": vendor},
        status=422 if form.errors else 200,
    )


def _preselected(request: SignedInRequest) -> list[int]:
    """The purchase from whose page the reader came."""
    mine = invoiceable(request.user).filter(resource_id=request.GET.get("resource_id", ""))
    return list(mine.values_list("pk", flat=True))


def _filled_in(request: SignedInRequest) -> dict[str, object]:
    """What stands in the form while purchases are looked for in it."""
    return {**request.POST.dict(), "instances": request.POST.getlist("instances")}


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The confirmation before a request for an invoice is withdrawn."""
    asked = get_object_or_404(invoices_of(request.user), pk=invoice_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.withdraw(invoice_id=asked.pk, buyer=request.user, now=timezone.now()),
            said=_("The invoice request has been withdrawn."),
            to=reverse("invoice", args=[asked.pk]),
        )
    return render(
        request,
        "billing/invoices/withdrawal_form.html",
        {"invoice": asked, "lines": lines_of(asked)},
    )
