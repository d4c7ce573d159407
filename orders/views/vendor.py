"""The vendor's services: the list by state, one delivery, and the vendor's steps (R11)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.keyset import paginate
from kernel.tabs import state_tabs
from orders import commands
from orders.filters import ServiceFilter
from orders.forms import CompletionForm, RequirementReturnForm
from orders.models import VENDORS_STEPS, ServiceState
from orders.queries import counts_by_state, history_of, services_to
from orders.situations import Delivery
from orders.transitions import Step
from orders.views.taking import StepPage, refusal_now, step_page
from people.http import SignedInRequest

ACCEPT_REQUIREMENT = StepPage(
    step=Step.ACCEPT_REQUIREMENT,
    take=commands.accept_requirement,
    template="orders/requirement_acceptance_form.html",
    said=_("You have accepted the requirement. The work can begin."),
)
RETURN_REQUIREMENT = StepPage(
    step=Step.SEND_BACK_REQUIREMENT,
    take=commands.send_back_requirement,
    template="orders/requirement_return_form.html",
    said=_("You have sent the requirement back. The buyer has your text."),
    form=RequirementReturnForm,
)
COMPLETION = StepPage(
    step=Step.MARK_DONE,
    take=commands.mark_done,
    template="orders/completion_form.html",
    said=_("The buyer has been asked to accept the service."),
    form=CompletionForm,
)


@require_safe
def services(request: SignedInRequest) -> HttpResponse:
    """The services in one state; where it is the vendor's turn, what is oldest comes first."""
    if not request.user.memberships.exists():
        raise Http404
    asked = request.GET.get("state", "")
    state = ServiceState(asked) if asked in ServiceState else ServiceState.REQUIREMENT_SUBMITTED
    narrowed = ServiceFilter(
        request.GET, services_to(request.user).filter(state=state), request=request
    )
    newest_first = state not in VENDORS_STEPS
    page = paginate(narrowed.qs, key=("id",), descending=newest_first, query=request.GET)
    return render(
        request,
        "orders/vendor_services.html",
        {
            "page": page,
            "rows": [Delivery(service, timezone.now()) for service in page.rows],
            "filter": narrowed,
            "state": state,
            "tabs": state_tabs(state, counts_by_state(request.user)),
        },
    )


@require_safe
def service(request: SignedInRequest, service_id: int) -> HttpResponse:
    """All that the vendor needs for the next step."""
    found = get_object_or_404(services_to(request.user), pk=service_id)
    delivery = Delivery(found, timezone.now(), list(history_of(found)))
    step = _vendors_step(delivery)
    return render(
        request,
        "orders/vendor_service.html",
        {
            "service": found,
            "delivery": delivery,
            "step": step,
            "refusal": refusal_now(step, delivery, request.user) if step else "",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept_requirement(request: SignedInRequest, service_id: int) -> HttpResponse:
    """The confirmation before the work begins."""
    return _step(request, ACCEPT_REQUIREMENT, service_id)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back_requirement(request: SignedInRequest, service_id: int) -> HttpResponse:
    """What is missing in the requirement."""
    return _step(request, RETURN_REQUIREMENT, service_id)


@require_http_methods(["GET", "HEAD", "POST"])
def mark_done(request: SignedInRequest, service_id: int) -> HttpResponse:
    """What was delivered."""
    return _step(request, COMPLETION, service_id)


def _vendors_step(delivery: Delivery) -> Step | None:
    """The step that leads on, where it is the vendor's turn."""
    if delivery.turn != "vendor":
        return None
    in_progress = delivery.service.state == ServiceState.IN_PROGRESS
    return Step.MARK_DONE if in_progress else Step.ACCEPT_REQUIREMENT


def _step(request: SignedInRequest, page: StepPage, service_id: int) -> HttpResponse:
    return step_page(
        request,
        page,
        get_object_or_404(services_to(request.user), pk=service_id),
        back=reverse("vendor_service", args=[service_id]),
        actor=request.user,
    )
