"""The vendor's invoices: the queue, one invoice, taking, mailing, marking returned (R9)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.commands import invoices as commands
from billing.forms import MailedForm, ReturnedForm
from billing.invoice_filters import VendorInvoiceFilter
from billing.models import OWED_INVOICES, Invoice, InvoiceForm, InvoiceState
from billing.queries import invoice_counts, invoices_to, lines_of
from billing.transitions import may_become
from kernel.http import act_and_go
from kernel.keyset import paginate
from kernel.tabs import state_tabs
from people.http import SignedInRequest


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """What is owed, the soonest due first; or what has another state, the latest first."""
    if not request.user.memberships.exists():
        raise Http404
    asked = request.GET.get("state", "")
    state = InvoiceState(asked) if asked in InvoiceState else InvoiceState.PENDING
    is_owed = state in OWED_INVOICES
    narrowed = VendorInvoiceFilter(
        request.GET, invoices_to(request.user).filter(state=state), request=request
    )
    page = paginate(narrowed.qs, key=("due_at", "id"), descending=not is_owed, query=request.GET)
    now = timezone.now()
    return render(
        request,
        "billing/invoices/vendor_queue.html",
        {
            "page": page,
            "filter": narrowed,
            "state": state,
            "is_owed": is_owed,
            "tabs": state_tabs(state, invoice_counts(request.user)),
            "late": {invoice.pk for invoice in page.rows if invoice.is_late(now)},
        },
    )


@require_safe
def invoice(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """All that the vendor needs to make the invoice."""
    asked = _seen(request, invoice_id)
    return render(
        request,
        "billing/invoices/vendor_invoice.html",
        {**_standing(request, asked), "lines": lines_of(asked)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The confirmation before the vendor begins."""
    asked = _seen(request, invoice_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.take(invoice_id=invoice_id, actor=request.user, now=timezone.now()),
            said=_("You are handling the invoice. The buyer cannot withdraw it any more."),
            to=_address(invoice_id),
        )
    return _form(request, asked, InvoiceState.PROCESSING, "billing/invoices/processing_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def mark_mailed(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The form for number and tracking number."""
    asked = _seen(request, invoice_id)
    form = MailedForm(
        request.POST if request.method == "POST" else None,
        on_paper=asked.form == InvoiceForm.PAPER,
    )
    if form.is_valid():
        return act_and_go(
            request,
            lambda: commands.mark_mailed(
                invoice_id=invoice_id,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            ),
            said=_("The invoice is marked as mailed, and the buyer is told."),
            to=_address(invoice_id),
        )
    return _form(request, asked, InvoiceState.MAILED, "billing/invoices/mailed_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def mark_returned(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The form for how the invoice came back."""
    asked = _seen(request, invoice_id)
    form = ReturnedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return act_and_go(
            request,
            lambda: commands.mark_returned(
                invoice_id=invoice_id,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            ),
            said=_("The invoice is marked as returned, and the buyer is told."),
            to=_address(invoice_id),
        )
    return _form(request, asked, InvoiceState.RETURNED, "billing/invoices/returned_form.html", form)


def _seen(request: SignedInRequest, invoice_id: int) -> Invoice:
    return get_object_or_404(invoices_to(request.user), pk=invoice_id)


def _address(invoice_id: int) -> str:
    return reverse("vendor_invoice", args=[invoice_id])


def _form(
    request: SignedInRequest,
    asked: Invoice,
    to: InvoiceState,
    template: str,
    form: MailedForm | ReturnedForm | None = None,
) -> HttpResponse:
    """A step's form; or, where the step cannot be taken, why not."""
    standing = _standing(request, asked)
    refusal = standing["refusal"]
    if not refusal and not may_become(asked.state, to):
        refusal = str(commands.InvoiceMovedOn(asked.state))
    return render(
        request,
        template,
        {**standing, "form": form, "refusal": refusal},
        status=422 if form and form.errors else 200,
    )


def _standing(request: SignedInRequest, asked: Invoice) -> dict[str, object]:
    """What can be done with the invoice, and why not by this reader."""
    refusal = commands.refusal_to_handle(request.user, asked)
    return {
        "invoice": asked,
        "late": asked.is_late(timezone.now()),
        "refusal": str(refusal) if refusal else "",
        "can_take": may_become(asked.state, InvoiceState.PROCESSING),
        "can_mail": may_become(asked.state, InvoiceState.MAILED),
        "can_return": may_become(asked.state, InvoiceState.RETURNED),
    }
