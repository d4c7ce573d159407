"""The buyer's steps of a delivery: requirement, acceptance, sending back (R11)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from orders import commands
from orders.forms import RequirementForm, ReturnForm
from orders.queries import services_of
from orders.transitions import Step
from orders.views.taking import StepPage, step_page
from people.http import SignedInRequest

REQUIREMENT = StepPage(
    step=Step.SUBMIT_REQUIREMENT,
    take=commands.submit_requirement,
    template="orders/requirement_form.html",
    said=_("Your requirement has been submitted."),
    form=RequirementForm,
)
ACCEPTANCE = StepPage(
    step=Step.ACCEPT,
    take=commands.accept_service,
    template="orders/acceptance_form.html",
    said=_("You have accepted the service. The delivery is complete."),
)
RETURN = StepPage(
    step=Step.SEND_BACK,
    take=commands.send_back_service,
    template="orders/return_form.html",
    said=_("You have sent the service back. The vendor has your text."),
    form=ReturnForm,
)


@require_http_methods(["GET", "HEAD", "POST"])
def submit_requirement(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """What is to be done; what was sent back is there to be bettered."""
    return _step(request, REQUIREMENT, resource_id, prefilled=True)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """The confirmation before the service is accepted: it ends the refund window."""
    return _step(request, ACCEPTANCE, resource_id)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: SignedInRequest, resource_id: str) -> HttpResponse:
    """What is not as agreed."""
    return _step(request, RETURN, resource_id)


def _step(
    request: SignedInRequest, page: StepPage, resource_id: str, *, prefilled: bool = False
) -> HttpResponse:
    service = get_object_or_404(services_of(request.user), instance__resource_id=resource_id)
    return step_page(
        request,
        page,
        service,
        back=reverse("purchase", args=[resource_id]),
        initial={"text": service.requirement} if prefilled else None,
        buyer=request.user,
    )
