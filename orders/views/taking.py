"""The form of a step, and what becomes of it: the same for buyers and vendors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from kernel.http import act_and_go, go_to
from orders import commands
from orders.models import Service
from orders.queries import history_of
from orders.situations import Delivery
from orders.transitions import WAYS, Step
from people.http import SignedInRequest
from people.models import User

Take = Callable[..., None]


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the page of a step is made of; `take` is its command, `said` what it answers."""

    step: Step
    take: Take
    template: str
    said: str | Promise
    form: type[forms.Form] = forms.Form


def refusal_now(step: Step, delivery: Delivery, reader: User) -> str:
    """Why the step cannot be taken by this reader now, in a sentence; "" where it can."""
    service = delivery.service
    if refusal := commands.refusal_of(step, service, reader):
        return str(refusal)
    if delivery.ended:
        return str(commands.DeliveryEnded())
    if delivery.overdue:
        return str(commands.AcceptedAutomatically())
    if service.state != WAYS[step][0]:
        return str(commands.StepTaken(state=service.get_state_display()))
    return str(commands.DeliveryFrozen()) if delivery.standstill else ""


def step_page(
    request: SignedInRequest,
    page: StepPage,
    service: Service,
    *,
    back: str,
    initial: dict[str, Any] | None = None,
    **actor: Any,
) -> HttpResponse:
    """Show the form, or take the step and go `back`, where whatever happened is shown."""
    form = page.form(request.POST if request.method == "POST" else None, initial=initial)
    if request.POST.get("since", seen := service.step_since.isoformat()) != seen:
        messages.info(request, str(commands.StepTaken(state=service.get_state_display())))
        return go_to(request, back)
    if request.method == "POST" and form.is_valid():
        return act_and_go(
            request,
            lambda: page.take(
                service_id=service.pk, now=timezone.now(), **actor, **form.cleaned_data
            ),
            said=page.said,
            to=back,
        )
    delivery = Delivery(service, timezone.now(), list(history_of(service)))
    return render(
        request,
        page.template,
        {
            "service": service,
            "delivery": delivery,
            "form": form,
            "back": back,
            "refusal": refusal_now(page.step, delivery, request.user),
        },
        status=422 if form.errors else 200,
    )
