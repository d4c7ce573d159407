"""The buyer's titles and addresses for invoices: added, removed, one of each the default."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.commands import invoices as commands
from billing.forms import AddressForm, TitleForm
from billing.models import TitleKind
from billing.queries import addresses_of, titles_of
from kernel.errors import DomainError
from kernel.http import act_and_go, go_to
from people.http import SignedInRequest


@require_safe
def details(request: SignedInRequest) -> HttpResponse:
    """All titles and addresses."""
    return render(
        request,
        "billing/invoices/details.html",
        {"titles": titles_of(request.user), "addresses": addresses_of(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_title(request: SignedInRequest) -> HttpResponse:
    """The form for a title."""

    def add(form: Form) -> None:
        told = {**form.cleaned_data, "kind": TitleKind(form.cleaned_data["kind"])}
        commands.add_title(buyer=request.user, now=timezone.now(), **told)

    form = TitleForm(request.POST if request.method == "POST" else None)
    return _add(request, form, add, "billing/invoices/title_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def add_address(request: SignedInRequest) -> HttpResponse:
    """The form for an address."""

    def add(form: Form) -> None:
        commands.add_address(buyer=request.user, now=timezone.now(), **form.cleaned_data)

    form = AddressForm(request.POST if request.method == "POST" else None)
    return _add(request, form, add, "billing/invoices/address_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
def remove_title(request: SignedInRequest, title_id: int) -> HttpResponse:
    """The confirmation before a title goes."""
    title = get_object_or_404(titles_of(request.user), pk=title_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.remove_title(title_id=title_id, buyer=request.user),
            said=_("The title has been removed."),
            to=reverse("invoice_details"),
        )
    url = reverse("remove_invoice_title", args=[title_id])
    return render(request, "billing/invoices/removal_form.html", {"what": title, "url": url})


@require_http_methods(["GET", "HEAD", "POST"])
def remove_address(request: SignedInRequest, address_id: int) -> HttpResponse:
    """The confirmation before an address goes."""
    address = get_object_or_404(addresses_of(request.user), pk=address_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.remove_address(address_id=address_id, buyer=request.user),
            said=_("The address has been removed."),
            to=reverse("invoice_details"),
        )
    url = reverse("remove_invoice_address", args=[address_id])
    return render(request, "billing/invoices/removal_form.html", {"what": address, "url": url})


@require_POST
def prefer_title(request: SignedInRequest, title_id: int) -> HttpResponse:
    """Offer this title first."""
    return act_and_go(
        request,
        lambda: commands.make_title_default(title_id=title_id, buyer=request.user),
        said=_("This title is the default now."),
        to=reverse("invoice_details"),
    )


@require_POST
def prefer_address(request: SignedInRequest, address_id: int) -> HttpResponse:
    """Offer this address first."""
    return act_and_go(
        request,
        lambda: commands.make_address_default(address_id=address_id, buyer=request.user),
        said=_("This address is the default now."),
        to=reverse("invoice_details"),
    )


def _add(
    request: SignedInRequest, form: Form, add: Callable[[Form], None], template: str
) -> HttpResponse:
    if form.is_valid():
        try:
            add(form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Future invoices can use it."))
            return go_to(request, reverse("invoice_details"))
    return render(request, template, {"form": form}, status=422 if form.errors else 200)
