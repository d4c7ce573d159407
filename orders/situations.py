"""A delivery as its pages show it: the steps, whose turn it is, what can be done (R11). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import InstanceState, Service, ServiceEvent, ServiceState
from orders.transitions import Appeal, Step, is_late, is_overdue, may_appeal, step_between

# As a delivery goes when nothing is sent back.
PATH = (
    ServiceState.AWAITING_REQUIREMENT,
    ServiceState.REQUIREMENT_SUBMITTED,
    ServiceState.IN_PROGRESS,
    ServiceState.AWAITING_ACCEPTANCE,
    ServiceState.COMPLETE,
)

# How a step is told afterwards, and its symbol.
TOLD: dict[Step, tuple[str | Promise, str]] = {
    Step.SUBMIT_REQUIREMENT: (pgettext_lazy("history", "Requirement submitted"), "info-circle"),
    Step.ACCEPT_REQUIREMENT: (pgettext_lazy("history", "Requirement accepted"), "check"),
    Step.SEND_BACK_REQUIREMENT: (
        pgettext_lazy("history", "Requirement sent back"),
        "arrow-back-up",
    ),
    Step.MARK_DONE: (pgettext_lazy("history", "Marked as done"), "package"),
    Step.ACCEPT: (pgettext_lazy("history", "Service accepted"), "circle-check"),
    Step.SEND_BACK: (pgettext_lazy("history", "Service sent back"), "arrow-back-up"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the history, in words."""

    event: ServiceEvent
    title: str | Promise
    icon: str


def line_of(event: ServiceEvent) -> Line:
    """The words for a step that was taken."""
    step = step_between(event.from_state, event.to_state)
    if step is None:
        return Line(event, pgettext_lazy("history", "Purchased"), "package")
    title, icon = TOLD[step]
    by_clock = step == Step.ACCEPT and event.actor_id is None
    return Line(event, _("Accepted automatically") if by_clock else title, icon)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One service at one moment, with its history in order where a page shows it."""

    service: Service
    now: datetime
    history: Sequence[ServiceEvent] = ()

    @property
    def steps(self) -> list[tuple[str | Promise, str]]:
        """Each state of the path with its place: done, current or ahead."""
        here = PATH.index(ServiceState(self.service.state))
        complete = self.service.state == ServiceState.COMPLETE
        places = ["done" if complete or i < here else "ahead" for i in range(len(PATH))]
        if not complete:
            places[here] = "current"
        return [(state.label, place) for state, place in zip(PATH, places, strict=True)]

    @property
    def ended(self) -> bool:
        """Whether access has ended, and with it a delivery that was not complete."""
        terminated = self.service.instance.state == InstanceState.TERMINATED
        return terminated and self.service.state != ServiceState.COMPLETE

    @property
    def overdue(self) -> bool:
        """Whether only the automatic acceptance is possible any more."""
        return is_overdue(self.service, self.now)

    @property
    def turn(self) -> str:
        """Whose turn it is: buyer, vendor, or nobody's ("")."""
        if self.ended or self.overdue or self.service.state == ServiceState.COMPLETE:
            return ""
        # Only a step of the vendor can be late.
        return "vendor" if self.service.late_at else "buyer"

    @property
    def standstill(self) -> bool:
        """Whether a refund request or an appeal holds the delivery up."""
        return self.service.frozen_since is not None and not self.ended

    @property
    def late(self) -> bool:
        """Whether the vendor has let its step lie for too long."""
        return is_late(self.service, self.now)

    @property
    def appeal(self) -> Appeal | None:
        """Why the buyer may ask the platform to step in, if they may."""
        return may_appeal(self.service, self.now)

    @property
    def lines(self) -> list[Line]:
        return [line_of(event) for event in self.history]

    @property
    def last_note(self) -> str:
        """What was written with the step that led here."""
        return self.history[-1].note if self.history else ""
