"""Partial refunds: the vendor offers, the buyer answers (R4)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kernel.http import act_and_go
from people.http import SignedInRequest
from refunds import commands
from refunds.forms import AnswerForm, OfferForm
from refunds.models import Offer, OfferState
from refunds.negotiation import open_offer_on, takes_offers
from refunds.queries import in_full, requests_to


@require_http_methods(["GET", "HEAD", "POST"])
def make_offer(request: SignedInRequest, request_id: int) -> HttpResponse:
    """The form in which the vendor offers part of the money."""
    now = timezone.now()
    refund = get_object_or_404(in_full(requests_to(request.user)), pk=request_id)
    form = OfferForm(request.POST or None, currency=refund.currency, most=refund.refund_amount)
    if request.method == "POST" and form.is_valid():
        return act_and_go(
            request,
            lambda: commands.offer(
                request_id=request_id, actor=request.user, now=now, **form.cleaned_data
            ),
            said=_("The buyer has your offer."),
            to=reverse("vendor_refund", args=[request_id]),
        )
    refusal = commands.refusal_to_vendor(request.user, refund) or commands.refusal_while_held(
        refund, now=now
    )
    context = {
        "refund": refund,
        "form": form,
        "refusal": str(refusal) if refusal else "",
        "possible": takes_offers(refund) and open_offer_on(refund, now=now) is None,
    }
    status = 422 if form.errors else 200
    return render(request, "refunds/offers/offer_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def accept_offer(request: SignedInRequest, offer_id: int) -> HttpResponse:
    """The confirmation before the buyer takes part of the money for all of it."""
    offer = _offer_to(request, offer_id)
    if request.method == "POST":
        return act_and_go(
            request,
            lambda: commands.accept_offer(
                offer_id=offer_id, buyer=request.user, now=timezone.now()
            ),
            said=_("You have accepted the offer. Your access has ended, and the money follows."),
            to=reverse("refund", args=[offer.request_id]),
        )
    return render(request, "refunds/offers/acceptance_form.html", _answerable(offer))


@require_http_methods(["GET", "HEAD", "POST"])
def decline_offer(request: SignedInRequest, offer_id: int) -> HttpResponse:
    """The confirmation before the buyer refuses, with room for a few words."""
    offer = _offer_to(request, offer_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return act_and_go(
            request,
            lambda: commands.decline_offer(
                offer_id=offer_id, buyer=request.user, now=timezone.now(), **form.cleaned_data
            ),
            said=_("You have declined the offer. Your request goes on."),
            to=reverse("refund", args=[offer.request_id]),
        )
    status = 422 if form.errors else 200
    context = {**_answerable(offer), "form": form}
    return render(request, "refunds/offers/refusal_form.html", context, status=status)


def _offer_to(request: SignedInRequest, offer_id: int) -> Offer:
    """The offer, to this buyer."""
    offers = Offer.objects.select_related("request__instance__product", "request__policy")
    return get_object_or_404(offers.filter(request__buyer=request.user), pk=offer_id)


def _answerable(offer: Offer) -> dict[str, object]:
    """The offer and why it cannot be answered, if it cannot."""
    now = timezone.now()
    held = commands.refusal_while_held(offer.request, now=now)
    state = offer.state_at(now)
    closed = None if state == OfferState.OPEN else commands.OfferClosed(state)
    refusal = held or closed
    return {"offer": offer, "refund": offer.request, "refusal": str(refusal) if refusal else ""}
