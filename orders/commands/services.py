"""The steps of a delivery, each by the one whose turn it is (R11)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, Overtaken
from notices.commands import notify
from orders.commands.acceptance import AcceptedAutomatically, accept_services, lock_service
from orders.commands.telling import step_messages
from orders.models import VENDORS_STEPS, InstanceState, Service, ServiceEvent, ServiceState
from orders.policy import acceptance_time, late_time, reminder_time
from orders.transitions import BUYERS, WAYS, Step, is_overdue
from people.models import User
from people.queries import may_decide_for, vendor_ids_of


class StepTaken(Overtaken):
    """The delivery is no longer where the page showed it: somebody else was faster."""

    code = "step_taken"
    sentence = _("This delivery has moved on meanwhile. Its state now: %(state)s")


class DeliveryFrozen(DomainError):
    """A refund request or an appeal is open."""

    code = "delivery_frozen"
    sentence = _(
        "A refund request or an appeal is open: the delivery stands still until it is decided."
    )


class DeliveryEnded(DomainError):
    """The instance is terminated."""

    code = "delivery_ended"
    sentence = _("Access to this instance has ended, and with it the delivery.")


class StepNotAllowed(DomainError):
    """The actor may see the service but not act for the vendor."""

    code = "step_not_allowed"
    sentence = _("Your role allows you to read this delivery, not to act on it.")


class OwnPurchase(DomainError):
    """Nobody acts for the vendor on their own purchase."""

    code = "own_purchase"
    sentence = _("You cannot act for the vendor on your own purchase.")


class TextRequired(DomainError):
    """A requirement and whatever is sent back are explained to the other side."""

    code = "text_required"
    sentence = _("Please write down what the other side needs to know.")


def submit_requirement(*, service_id: int, buyer: User, text: str, now: datetime) -> None:
    """Tell the vendor what is to be done, for the first time or after it was sent back.

    Opens a transaction. Raises what every step raises: `NotFound` for somebody else's,
    `StepTaken`, `DeliveryFrozen`, `DeliveryEnded`, `AcceptedAutomatically`; and `TextRequired`.
    """
    said = _required(text)
    _take(Step.SUBMIT_REQUIREMENT, service_id, actor=buyer, note=said, now=now, requirement=said)


def accept_requirement(*, service_id: int, actor: User, now: datetime) -> None:
    """Begin with the work, for the vendor.

    Opens a transaction. Raises what every step raises; and to vendors `StepNotAllowed` and
    `OwnPurchase`.
    """
    _take(Step.ACCEPT_REQUIREMENT, service_id, actor=actor, now=now)


def send_back_requirement(*, service_id: int, actor: User, text: str, now: datetime) -> None:
    """Ask the buyer for a better requirement, with a text that says what is missing.

    Opens a transaction. Raises what `accept_requirement` raises, and `TextRequired`.
    """
    _take(Step.SEND_BACK_REQUIREMENT, service_id, actor=actor, note=_required(text), now=now)


def mark_done(*, service_id: int, actor: User, now: datetime, note: str = "") -> None:
    """Say, for the vendor, that the service is delivered; the clock to accept it begins.

    Opens a transaction. Raises what `accept_requirement` raises.
    """
    _take(Step.MARK_DONE, service_id, actor=actor, note=note.strip(), now=now)


def accept_service(*, service_id: int, buyer: User, now: datetime) -> None:
    """Accept what was delivered; it ends the delivery and the refund window (R2).

    Opens a transaction. Raises what every step raises.
    """
    _take(Step.ACCEPT, service_id, actor=buyer, now=now)


def send_back_service(*, service_id: int, buyer: User, text: str, now: datetime) -> None:
    """Say what is not as agreed; the vendor goes on working. It is counted.

    Opens a transaction. Raises what every step raises, and `TextRequired`.
    """
    _take(Step.SEND_BACK, service_id, actor=buyer, note=_required(text), now=now)


def refusal_of(step: Step, service: Service, actor: User) -> DomainError | None:
    """Why this person may not take the step, whatever the state; None where they may."""
    if step in BUYERS:
        return None if service.instance.buyer_id == actor.pk else NotFound()
    if service.vendor_id not in vendor_ids_of(actor):
        return NotFound()
    if service.instance.buyer_id == actor.pk:
        return OwnPurchase()
    return None if may_decide_for(actor, service.vendor_id) else StepNotAllowed()


def _required(text: str) -> str:
    if not text.strip():
        raise TextRequired
    return text.strip()


def _take(
    step: Step, service_id: int, *, actor: User, now: datetime, note: str = "", **changes: Any
) -> None:
    """Lock, ask whether the actor may, and take the step.

    Where the time to answer has passed, the automatic acceptance is made (and kept) instead,
    so that the answer never depends on when the sweep ran.
    """
    with transaction.atomic(durable=True):
        service = lock_service(service_id)
        refusal = refusal_of(step, service, actor)
        if refusal:
            raise refusal
        overdue = is_overdue(service, now)
        if overdue:
            accept_services([service], actor=None, now=now)
        else:
            _refuse_unless_its_turn(step, service)
            _move(step, service, actor=actor, note=note, now=now, changes=changes)
    if overdue:
        raise AcceptedAutomatically


def _refuse_unless_its_turn(step: Step, service: Service) -> None:
    if service.instance.state == InstanceState.TERMINATED:
        raise DeliveryEnded
    if service.state == ServiceState.COMPLETE and _accepted_by_the_clock(service):
        raise AcceptedAutomatically
    start, _to = WAYS[step]
    if service.state != start:
        raise StepTaken(state=service.get_state_display())
    if service.frozen_since is not None:
        raise DeliveryFrozen


def _accepted_by_the_clock(service: Service) -> bool:
    return service.events.filter(to_state=ServiceState.COMPLETE, actor=None).exists()


def _move(
    step: Step,
    service: Service,
    *,
    actor: User,
    note: str,
    now: datetime,
    changes: dict[str, Any],
) -> None:
    start, to = WAYS[step]
    if step == Step.ACCEPT:
        accept_services([service], actor=actor, now=now)
        return
    counted = {"send_backs": service.send_backs + 1} if step == Step.SEND_BACK else {}
    Service.objects.filter(pk=service.pk).update(
        state=to, step_since=now, **_times(to, service, now), **counted, **changes
    )
    event = ServiceEvent.objects.create(
        service=service, actor=actor, at=now, from_state=start, to_state=to, note=note
    )
    notify(step_messages(step, service, event), now=now)


def _times(to: ServiceState, service: Service, now: datetime) -> dict[str, datetime | None]:
    """When the new step will be late, reminded of and accepted."""
    times: dict[str, datetime | None] = dict.fromkeys(("late_at", "accepts_at", "remind_at"))
    if to in VENDORS_STEPS:
        times["late_at"] = late_time(service.policy, now)
    if to == ServiceState.AWAITING_ACCEPTANCE:
        accepts_at = acceptance_time(service.policy, now)
        reminder = reminder_time(service.policy, accepts_at)
        # The buyer is told at once; a reminder before that would be none.
        times |= {"accepts_at": accepts_at, "remind_at": reminder if reminder > now else None}
    return times
