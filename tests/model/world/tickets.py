"""Tickets and appeals: what goes to the platform, and what it makes of it (R3, R8, R10)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.model.world.clock import Clock
from tests.model.world.days import Terms, same_hour
from tests.model.world.ground import DONE
from tests.model.world.things import Request, Ticket, Unit

# Inside the window these keep every right of self-service by ticket.
KEEPS_RIGHTS = {"no_submissions_left", "limit_reached"}
ELSEWHERE = {"image_by_ticket", "service_accepted", "renewal", "expired", "window_closed"}


def has_a_clock(cause: str, unit: Unit, terms: Terms) -> bool:
    """Whether a ticket of this cause that the platform leaves undecided is approved in the end.

    Never an appeal, nor what vendor or platform have refused before.
    """
    was_refused = any(request.status == "rejected" for request in unit.requests) or any(
        ticket.state == "declined" for ticket in unit.tickets
    )
    return cause in KEEPS_RIGHTS and terms.by_clock and not was_refused


class Tickets(Clock):
    __slots__ = ()

    # The ways to the platform.

    def open_ticket(
        self,
        unit: Unit,
        who: str,
        *,
        text: str,
        grounded: bool,
        amount: int | None,
        withdraw: bool,
    ) -> str:
        if not text.strip():
            return "description_required"
        if who != unit.buyer:
            return "not_found"
        if unit.standing and self.is_overdue(unit.standing):
            return self._approved_by_the_clock(unit.standing)
        why, delivery = self.why_not(unit), self.delivery_cause(unit)
        if why not in KEEPS_RIGHTS | ELSEWHERE and not (delivery and why == "eligible"):
            return why
        inside = bool(delivery) or why in KEEPS_RIGHTS or self._stays_inside(unit)
        if not inside and not grounded:
            return "ticket_ground_required"
        asked = unit.paid if inside or amount is None else amount
        if not 0 < asked <= unit.paid:
            return "amount_not_possible"
        if code := self._pass_the_gate(unit, withdraw=withdraw):
            return code
        terms = self.terms_of(unit.delivery)
        ticket = self._ticket(unit, terms, delivery or why, inside=inside)
        ticket.asked = asked
        self._freeze(unit)
        told = {True: "ticket_with_deadline", False: "ticket_opened"}[ticket.by_clock]
        self.tell(self._vendors(ticket), "ticket_appealed" if delivery else told, ticket)
        return DONE

    def appeal(self, request: Request, who: str, *, withdraw: bool) -> str:
        if who != request.unit.buyer:
            return "not_found"
        if not (cause := self._why_appeal(request, self._causes(request))):
            return "no_appeal"
        if code := self._pass_the_gate(request.unit, withdraw=withdraw):
            return code
        ticket = self._appeal(request, cause)
        self.tell(self._vendors(ticket), "ticket_appealed", ticket)
        return DONE

    def appeal_as_vendor(self, request: Request, who: str, *, text: str) -> str:
        if not text.strip():
            return "appeal_needs_text"
        if code := self.refusal_to_vendor(who, request.unit, reader="decision_not_allowed"):
            return code
        causes = [cause for cause in self._causes(request) if cause == "offers_declined"]
        if not (cause := self._why_appeal(request, causes)):
            return "no_vendors_appeal"
        ticket = self._appeal(request, cause)
        ticket.by_vendor = True
        self.tell({request.unit.buyer}, "ticket_by_vendor", ticket)
        return DONE

    def _appeal(self, request: Request, cause: str) -> Ticket:
        ticket = self._ticket(request.unit, request.terms, cause, inside=True)
        ticket.appealed = request
        request.appeals.append(ticket)
        request.history.append("appealed")
        # What is pending holds the unit itself.
        if request.status != "pending":
            self._freeze(request.unit)
        return ticket

    def _why_appeal(self, request: Request, causes: list[str]) -> str:
        """The first cause that has not served yet, while nothing is before the platform."""
        if any(ticket.state == "open" for ticket in request.appeals):
            return ""
        served = {ticket.cause for ticket in request.appeals}
        return next((cause for cause in causes if cause not in served), "")

    def _causes(self, request: Request) -> list[str]:
        """Against the vendor's word, where no amount was found, or in its silence."""
        unit = request.unit
        if request.channel != "self_service":
            return []
        if request.status == "rejected":
            is_free = not (unit.standing or unit.open_ticket or unit.terminated_at)
            is_free = is_free and not self._was_settled(request)
            return ["rejected"] if request.decided_by == "vendor" and is_free else []
        if request.status != "pending" or request.by_clock:
            return []
        declined = sum(offer.state == "declined" for offer in request.offers)
        causes = {
            "offers_declined": declined >= request.terms.declined_offers,
            "unanswered": self.now >= request.due_at,
        }
        return [cause for cause, holds in causes.items() if holds]

    def _stays_inside(self, unit: Unit) -> bool:
        """Whether the vendor alone has rejected what was asked for inside the window."""
        return any(
            request.channel == "self_service"
            and request.status == "rejected"
            and request.decided_by == "vendor"
            and not self._was_settled(request)
            for request in unit.requests
        )

    def _was_settled(self, request: Request) -> bool:
        """Whether the platform has refused a refund of the unit since."""
        refused = [t.closed_at for t in request.unit.tickets if t.state == "declined"]
        refused += [
            other.ended_at
            for other in request.unit.requests
            if other.status == "rejected" and other.decided_by == "operator"
        ]
        ended = request.ended_at
        return any(at and ended and at > ended for at in refused)

    def _ticket(self, unit: Unit, terms: Terms, cause: str, *, inside: bool) -> Ticket:
        due_at = same_hour(self.now, terms.decision_days, terms.zone)
        by_clock = has_a_clock(cause, unit, terms)
        ticket = Ticket(unit, terms, cause, inside, unit.paid, due_at, by_clock)
        unit.tickets.append(ticket)
        self.tickets.append(ticket)
        return ticket

    def _vendors(self, ticket: Ticket) -> set[str]:
        """Nobody is told of their own ticket as the vendor."""
        return self.deciders(ticket.unit.vendor) - {ticket.unit.buyer}

    # What is said meanwhile.

    def urge(self, ticket: Ticket, who: str) -> str:
        """Once a natural day."""
        refusal = "" if who == ticket.unit.buyer else "not_found"
        if code := refusal or self._too_late_for(ticket):
            return code
        zone = ZoneInfo(ticket.terms.zone)
        if ticket.urged_at and ticket.urged_at.astimezone(zone).date() >= (
            self.now.astimezone(zone).date()
        ):
            return "urged_today"
        ticket.urged_at = self.now
        self.tell(self._vendors(ticket), "ticket_urged", ticket)
        return DONE

    def say(self, ticket: Ticket, who: str, amount: int | None, *, text: str) -> str:
        """The vendor agrees to an amount, or to nothing."""
        if amount is None and not text.strip():
            return "explanation_required"
        refusal = self.refusal_to_vendor(who, ticket.unit, reader="decision_not_allowed")
        if code := refusal or self._too_late_for(ticket):
            return code
        if ticket.word == "agreed" or (ticket.word and amount is None):
            return "word_given"
        if amount is not None and not self._is_possible(ticket, amount):
            return "amount_not_possible"
        ticket.word, ticket.agreed = "declined" if amount is None else "agreed", amount
        told = "ticket_refused" if amount is None else "ticket_agreed"
        self.tell({ticket.unit.buyer}, told, ticket)
        return DONE

    # How it ends.

    def withdraw_ticket(self, ticket: Ticket, who: str) -> str:
        refusal = "opened_by_vendor" if ticket.by_vendor else ""
        if who != ticket.unit.buyer:
            refusal = "not_found"
        if code := refusal or self._too_late_for(ticket):
            return code
        told = "appeal_withdrawn" if self._waiting(ticket) else "ticket_withdrawn"
        self.tell(self._vendors(ticket), told, ticket)
        return self._close(ticket, "withdrawn")

    def approve_ticket(
        self, ticket: Ticket, who: str, amount: int, *, note: str, grounded: bool
    ) -> str:
        if code := self.refusal_to_operator(who, ticket.unit, note) or self._too_late_for(ticket):
            return code
        if not self._is_possible(ticket, amount):
            return "amount_not_possible"
        if amount == ticket.unit.paid and not ticket.inside and not grounded:
            return "full_amount_needs_ground"
        if waiting := self._waiting(ticket):
            return self.approve(waiting, who, side="operator", note=note)
        self.tell(self._vendors(ticket), "ticket_lost", ticket)
        return self._grant(ticket, amount, "operator", who)

    def decline_ticket(self, ticket: Ticket, who: str, *, note: str, grounded: bool) -> str:
        """What waits still is rejected itself, for which there has to be a ground."""
        if code := self.refusal_to_operator(who, ticket.unit, note) or self._too_late_for(ticket):
            return code
        if waiting := self._waiting(ticket):
            text = note if grounded else ""
            return self.reject(waiting, who, side="operator", note=note, text=text)
        self.tell({ticket.unit.buyer}, "ticket_declined", ticket)
        self.tell(self._vendors(ticket), "ticket_won", ticket)
        return self._close(ticket, "declined", who)

    def _waiting(self, ticket: Ticket) -> Request | None:
        """What is appealed while it waits still: that itself is decided (R8)."""
        appealed = ticket.appealed
        return appealed if appealed and appealed.status == "pending" else None

    def _is_possible(self, ticket: Ticket, amount: int) -> bool:
        least = ticket.unit.paid if ticket.inside else 1
        return least <= amount <= ticket.unit.paid

    def _too_late_for(self, ticket: Ticket) -> str:
        if self.is_ticket_overdue(ticket):
            self._grant(ticket, ticket.asked, "deadline")
            return "ticket_approved_automatically"
        if ticket.state == "open":
            return ""
        by_clock = ticket.state == "approved" and not ticket.decider
        return "ticket_approved_automatically" if by_clock else "ticket_closed"

    def is_ticket_overdue(self, ticket: Ticket) -> bool:
        return ticket.state == "open" and ticket.by_clock and self.now >= ticket.due_at

    def sweep_tickets(self, size: int) -> int:
        """Approve the oldest that are overdue; how many there were."""
        overdue = [t for t in self.tickets if self.is_ticket_overdue(t)]
        found = sorted(overdue, key=lambda ticket: ticket.due_at)[:size]
        for ticket in found:
            self._grant(ticket, ticket.asked, "deadline")
        return len(found)

    def sweep_ticket_reminders(self, _size: int) -> int:
        """Remind vendors of all automatic approvals that are near; the last time, not the first."""
        done = 0
        for ticket in self.tickets:
            left = ticket.due_at - self.now
            if ticket.state != "open" or not ticket.by_clock or left <= timedelta():
                continue
            if left <= timedelta(hours=ticket.terms.last_reminder_hours):
                done += self._remind_of_ticket(ticket, "ticket_last_reminder")
            elif left <= timedelta(hours=ticket.terms.first_reminder_hours):
                done += self._remind_of_ticket(ticket, "ticket_first_reminder")
        return done

    def _remind_of_ticket(self, ticket: Ticket, kind: str) -> bool:
        """Once; where there is nobody to tell, somebody may come yet."""
        if kind in ticket.reminded:
            return False
        if told := self._vendors(ticket):
            ticket.reminded.add(kind)
            self.tell(told, kind, ticket)
        return True

    def _grant(self, ticket: Ticket, amount: int, side: str, who: str = "") -> str:
        """It becomes a request that is approved at once, through the same door (R12)."""
        refund = Request(
            unit=ticket.unit,
            terms=ticket.terms,
            submitted_at=self.now,
            due_at=ticket.due_at,
            asked=amount,
            amount=amount,
            by_clock=ticket.by_clock,
            channel="ticket",
        )
        self._close(ticket, "approved", who)
        ticket.refund = refund
        self._add_request(refund)
        return self._approve(refund, side, who)

    def _close(self, ticket: Ticket, state: str, who: str = "") -> str:
        ticket.state, ticket.closed_at, ticket.decider = state, self.now, who
        # What is appealed while it waits goes on waiting, and holds the unit.
        if not self._waiting(ticket):
            self._thaw(ticket.unit)
        return DONE
