"""Refund requests: asking, deciding, and what happens of itself (R2 to R8, R12, R13)."""

from datetime import timedelta

from tests.model.world.days import Terms, same_hour
from tests.model.world.ground import DONE
from tests.model.world.invoices import Invoices
from tests.model.world.things import Request, Unit


class Requests(Invoices):
    __slots__ = ()

    # Asking (R2, R3, R4, R6, R7).

    def why_not(self, unit: Unit) -> str:
        """Why this unit cannot be refunded by self-service, or "eligible"; first come first."""
        terms = self.terms_of(unit.delivery)
        standing = unit.standing
        obstacles = {
            "request_open": standing and standing.status == "pending",
            "refunded": standing and standing.status != "pending",
            "ticket_open": unit.open_ticket,
            "api_not_refundable": unit.delivery == "api",
            "nothing_paid": unit.paid == 0,
            "image_by_ticket": unit.delivery == "image",
            "renewal": unit.kind == "renewal",
            "expired": unit.expires_at and self.now >= unit.expires_at,
            "service_accepted": self.is_accepted(unit),
            "window_closed": not self._has_open_window(unit, terms),
            "no_submissions_left": len(unit.asked_alone) >= terms.submissions,
            "limit_reached": self._is_past_the_limit(unit),
        }
        return next((code for code, stands in obstacles.items() if stands), "eligible")

    def _has_open_window(self, unit: Unit, terms: Terms) -> bool:
        is_service = unit.delivery == "service"
        return is_service or terms.has_open_window(unit.purchased_at, self.now)

    def _is_past_the_limit(self, unit: Unit) -> bool:
        """An order that is counted already uses no other (R3)."""
        return self.orders_left(unit) == 0 and unit.order not in self._counted_orders(unit.buyer)

    def orders_left(self, unit: Unit) -> int | None:
        """How many more orders the buyer may have refunded by self-service; only SaaS counts."""
        if unit.delivery != "saas":
            return None
        most = self.terms_of("saas").orders
        return None if most is None else max(0, most - len(self._counted_orders(unit.buyer)))

    def _counted_orders(self, buyer: str) -> set[str]:
        """What the platform has decided by ticket does not count."""
        theirs = [u for u in self.units if (u.buyer, u.delivery) == (buyer, "saas")]
        return {u.order for u in theirs if u.standing and u.standing.channel == "self_service"}

    def state_of(self, unit: Unit) -> str:
        """What the buyer sees of it."""
        if unit.terminated_at:
            return "terminated"
        if unit.standing:
            return "refunding"
        is_over = unit.expires_at and self.now >= unit.expires_at
        return "expired" if is_over else "active"

    def submit(
        self, unit: Unit, who: str, *, reason: str, acknowledged: bool, withdraw: bool
    ) -> str:
        if not reason:
            return "reason_required"
        if not acknowledged:
            return "acknowledgement_required"
        if who != unit.buyer:
            return "not_found"
        if unit.standing and self.is_overdue(unit.standing):
            return self._approved_by_the_clock(unit.standing)
        if (code := self.why_not(unit)) != "eligible":
            return code
        if code := self._pass_the_gate(unit, withdraw=withdraw):
            return code
        terms = self.terms_of(unit.delivery)
        due_at = same_hour(self.now, terms.decision_days, terms.zone)
        request = Request(
            unit,
            terms,
            self.now,
            due_at,
            asked=unit.paid,
            amount=unit.paid,
            by_clock=terms.by_clock,
        )
        self._add_request(request)
        self._freeze(unit)
        self.tell({unit.buyer}, "refund_submitted", request)
        received = "request_received" if request.by_clock else "unclocked_request_received"
        self.tell(self.deciders(unit.vendor), received, request)
        return DONE

    def _add_request(self, request: Request) -> None:
        request.unit.requests.append(request)
        self.requests.append(request)

    # Deciding (R6, R7, R8, R12).

    def is_overdue(self, request: Request) -> bool:
        """Whether only the automatic approval is legal any more."""
        is_waiting = request.status == "pending" and request.by_clock
        return is_waiting and self.now >= request.due_at

    def cancel(self, request: Request, who: str) -> str:
        refusal = "" if who == request.unit.buyer else "not_found"
        if code := refusal or self._too_late(request):
            return code
        self._catch_up(request)
        self.tell(self.deciders(request.unit.vendor), "request_cancelled", request)
        self._close_appeals(request, "withdrawn")
        return self._end(request, "cancelled")

    def approve(self, request: Request, who: str, *, side: str, note: str) -> str:
        if code := self._refusal(request, who, side, note) or self._too_late(request):
            return code
        self._catch_up(request)
        return self._approve(request, side, who)

    def reject(self, request: Request, who: str, *, side: str, note: str, text: str) -> str:
        if code := self._refusal(request, who, side, note) or self._too_late(request):
            return code
        if not text.strip():
            return "ground_required"
        self._catch_up(request)
        request.decided_by, request.decider = side, who
        self.tell({request.unit.buyer}, f"refund_rejected_by_{side}", request)
        if side == "operator":
            self.tell(self.deciders(request.unit.vendor), "request_rejected_by_operator", request)
        self._close_appeals(request, "declined", who)
        return self._end(request, "rejected")

    def _refusal(self, request: Request, who: str, side: str, note: str) -> str:
        """Why this person decides nothing here, for the vendor or as an operator (R8)."""
        if side == "operator":
            return self.refusal_to_operator(who, request.unit, note)
        refusal = self.refusal_to_vendor(who, request.unit, reader="decision_not_allowed")
        return refusal or ("on_hold" if request.hold_at(self.now) else "")

    def _too_late(self, request: Request) -> str:
        if self.is_overdue(request):
            return self._approved_by_the_clock(request)
        if request.status == "pending":
            return ""
        by_clock = request.decided_by == "deadline"
        return "approved_automatically" if by_clock else "already_decided"

    def _approved_by_the_clock(self, request: Request) -> str:
        self._approve(request, "deadline")
        return "approved_automatically"

    def _approve(self, request: Request, side: str, who: str = "") -> str:
        unit = request.unit
        request.decided_by, request.decider = side, who
        request.credit_due_at = self.now + timedelta(minutes=request.terms.credit_minutes)
        self.tell({unit.buyer}, f"refund_approved_by_{side}", request)
        if side == "deadline":
            self.tell(self.deciders(unit.vendor), "request_approved_by_deadline", request)
        if side == "operator" and request.channel == "self_service":
            self.tell(self.deciders(unit.vendor), "request_approved_by_operator", request)
        self._close_appeals(request, "approved", who)
        self._end(request, "approved")
        self._terminate(unit)
        return DONE

    def _end(self, request: Request, status: str) -> str:
        """Whatever stands on it ends with it, and unless it was approved the unit goes on."""
        if offer := request.open_offer:
            offer.state = "lapsed" if self.now >= offer.lapses_at else "overtaken"
            offer.ended_at = min(offer.lapses_at, self.now)
        for hold in request.holds:
            hold.ended_at = hold.ended_at or min(hold.ends_at, self.now)
        request.status = status
        request.ended_at = self.now
        request.history.append(status)
        if status != "approved":
            self._thaw(request.unit)
        return DONE

    def _close_appeals(self, request: Request, state: str, who: str = "") -> None:
        """Whoever decides what is appealed while it waits decides the appeal (R8)."""
        for ticket in request.appeals:
            if ticket.state == "open":
                ticket.state, ticket.closed_at, ticket.decider = state, self.now, who
                ticket.refund = request if state == "approved" else None

    # What stands on a request ends of itself, too (R4, R8).

    def _catch_up(self, request: Request) -> None:
        """Note what no sweep has seen yet, before the request changes."""
        offer = request.open_offer
        if offer and self.now >= offer.lapses_at:
            self._lapse(request)
        if any(not hold.ended_at and self.now >= hold.ends_at for hold in request.holds):
            self._end_hold(request)

    def _lapse(self, request: Request) -> None:
        offer = request.open_offer
        assert offer
        offer.state, offer.ended_at = "lapsed", offer.lapses_at
        self._note_for_both(request, "offer_lapsed")

    def _end_hold(self, request: Request) -> None:
        for hold in request.holds:
            hold.ended_at = hold.ended_at or min(hold.ends_at, self.now)
        self._note_for_both(request, "hold_ended")

    def _note_for_both(self, request: Request, kind: str) -> None:
        """A line of the history that both sides are told."""
        request.history.append(kind)
        unit = request.unit
        told = "hold_begun" if kind == "held" else kind
        self.tell({unit.buyer} | self.deciders(unit.vendor), told, request)
