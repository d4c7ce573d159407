"""Services, step by step; what holds a unit freezes its delivery meanwhile (R2, R11)."""

from datetime import datetime

from tests.model.world.days import same_hour
from tests.model.world.ground import DONE
from tests.model.world.purchases import Purchases
from tests.model.world.things import Service, Unit

# From which state each step leads to which, and whether it is the buyer's.
WAYS = {
    "submit_requirement": ("awaiting_requirement", "requirement_submitted", True),
    "accept_requirement": ("requirement_submitted", "in_progress", False),
    "send_back_requirement": ("requirement_submitted", "awaiting_requirement", False),
    "mark_done": ("in_progress", "awaiting_acceptance", False),
    "accept": ("awaiting_acceptance", "complete", True),
    "send_back": ("awaiting_acceptance", "in_progress", True),
}
# Steps that are explained to the other side.
EXPLAINED = {"submit_requirement", "send_back_requirement", "send_back"}


class Deliveries(Purchases):
    __slots__ = ()

    def take_step(self, unit: Unit, step: str, who: str, *, text: str) -> str:
        service = unit.service
        assert service
        start, to, is_buyers = WAYS[step]
        if step in EXPLAINED and not text.strip():
            return "text_required"
        buyers = "" if who == unit.buyer else "not_found"
        vendors = self.refusal_to_vendor(who, unit, reader="step_not_allowed")
        if refusal := buyers if is_buyers else vendors:
            return refusal
        if service.is_overdue(self.now):
            self._accept(unit, service, by_clock=True)
            return "accepted_automatically"
        if unit.terminated_at:
            return "delivery_ended"
        if service.by_clock:
            return "accepted_automatically"
        if service.state != start:
            return "step_taken"
        if service.frozen_since:
            return "delivery_frozen"
        self._go(unit, service, step, to)
        others = self.deciders(unit.vendor) if is_buyers else {unit.buyer}
        self.tell(others, f"service_{step}", service)
        return DONE

    def _go(self, unit: Unit, service: Service, step: str, to: str) -> None:
        terms, now = service.terms, self.now
        service.state, service.since = to, now
        service.late_at = service.accepts_at = service.remind_at = None
        if to in {"requirement_submitted", "in_progress"}:
            service.late_at = same_hour(now, terms.step_days, terms.zone)
        elif to == "awaiting_acceptance":
            service.accepts_at = same_hour(now, terms.acceptance_days, terms.zone)
            reminder = same_hour(service.accepts_at, -terms.reminder_days, terms.zone)
            service.remind_at = reminder if reminder > now else None
        elif to == "complete":
            service.accepted_at = now
        if step == "send_back":
            service.send_backs, service.sent_back_at = service.send_backs + 1, now

    def _accept(self, unit: Unit, service: Service, *, by_clock: bool) -> None:
        self._go(unit, service, "accept", "complete")
        service.by_clock = by_clock
        both = self.deciders(unit.vendor) | {unit.buyer}
        self.tell(both, "service_accepted_automatically", service)

    def is_accepted(self, unit: Unit) -> bool:
        """Whether its window has closed, by the buyer or the clock, swept or not (R2)."""
        service = unit.service
        return bool(service and (service.accepted_at or service.is_overdue(self.now)))

    def delivery_cause(self, unit: Unit) -> str:
        """Why the buyer may go to the platform about the delivery, if they may."""
        service = unit.service
        if service is None or service.frozen_since or self.is_accepted(unit):
            return ""
        causes = {
            "late_step": (service.late_at and self.now >= service.late_at, service.since),
            "send_backs": (service.send_backs >= service.terms.send_backs, service.sent_back_at),
        }
        return next(
            (
                cause
                for cause, (holds, arose) in causes.items()
                if holds and not self._was_declined(unit, cause, arose or service.since)
            ),
            "",
        )

    def _was_declined(self, unit: Unit, cause: str, since: datetime) -> bool:
        """Whether the platform has said no to this very cause."""
        return any(
            ticket.state == "declined"
            and ticket.cause == cause
            and ticket.closed_at is not None
            and ticket.closed_at >= since
            for ticket in unit.tickets
        )

    # What holds a unit, and lets it go (R4, R11, R12).

    def _freeze(self, unit: Unit) -> None:
        """What the clock would have accepted before is accepted first."""
        service = unit.service
        if service and service.is_overdue(self.now):
            self._accept(unit, service, by_clock=True)
        if service and service.state != "complete":
            service.frozen_since = service.frozen_since or self.now

    def _thaw(self, unit: Unit) -> None:
        """The time in between does not count."""
        service = unit.service
        if service is None or service.frozen_since is None:
            return
        stood_still = self.now - service.frozen_since
        service.frozen_since = None
        if service.late_at:
            service.late_at += stood_still
        if service.accepts_at:
            service.accepts_at += stood_still
            terms = service.terms
            service.remind_at = same_hour(service.accepts_at, -terms.reminder_days, terms.zone)

    def _terminate(self, unit: Unit) -> None:
        unit.terminated_at = self.now
        if unit.service and unit.service.state != "complete":
            unit.service.frozen_since = unit.service.frozen_since or self.now

    # What happens of itself.

    def sweep_acceptances(self, size: int) -> int:
        """Accept the oldest that nobody answered in time; how many there were."""
        due = [
            (unit.service.accepts_at, n)
            for n, unit in enumerate(self.units)
            if unit.service and unit.service.is_overdue(self.now)
        ]
        for _, n in sorted(due)[:size]:
            unit = self.units[n]
            assert unit.service
            self._accept(unit, unit.service, by_clock=True)
        return len(due[:size])

    def sweep_service_reminders(self, size: int) -> int:
        """Remind buyers of what will be accepted; not of what nobody can answer any more."""
        due = [
            (unit.service.remind_at, n)
            for n, unit in enumerate(self.units)
            if unit.service and self._is_to_be_reminded(unit.service)
        ]
        for _, n in sorted(due)[:size]:
            self._remind(self.units[n])
        return len(due[:size])

    def _is_to_be_reminded(self, service: Service) -> bool:
        is_due = service.remind_at is not None and self.now >= service.remind_at
        return is_due and not service.frozen_since and not service.is_overdue(self.now)

    def _remind(self, unit: Unit) -> None:
        assert unit.service
        assert unit.service.accepts_at
        of = int(unit.service.accepts_at.timestamp())
        if of not in unit.service.reminded:
            self.tell({unit.buyer}, "service_reminder", unit.service)
        unit.service.reminded.add(of)
        unit.service.remind_at = None
