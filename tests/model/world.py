"""What the rules of the domain say, once more and in other words.

Plain Python that knows no database and imports nothing of the portal, so that the two can be
wrong only in different ways. A method that stands for a command returns `DONE` and changes the
world, or the code of the refusal.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from tests.model.days import Terms, same_hour
from tests.model.things import Person, Purchase, Request, Unit, share_out

DONE = "done"


@dataclass(slots=True)
class World:
    """Everything that is so at `now`."""

    now: datetime
    people: dict[str, Person]
    terms: list[Terms]
    # From when on the platform earns how many basis points.
    rates: list[tuple[datetime, int]]
    units: list[Unit] = field(default_factory=list)
    # Oldest first.
    requests: list[Request] = field(default_factory=list)
    money: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)

    def terms_of(self, delivery: str) -> Terms:
        """Those in force now."""
        known = [t for t in self.terms if t.delivery == delivery and t.since <= self.now]
        return max(known, key=lambda t: t.since)

    def window_end(self, unit: Unit) -> datetime | None:
        """About when, by today's terms."""
        return self.terms_of(unit.delivery).last_midnight(unit.purchased_at)

    def moments(self) -> Iterator[datetime]:
        """When the next thing happens of itself, or ends."""
        for unit in self.units:
            if end := self.window_end(unit):
                yield end
            if unit.expires_at:
                yield unit.expires_at
            for request in unit.requests:
                yield request.due_at
                if request.credit_due_at:
                    yield request.credit_due_at
        yield from (terms.since for terms in self.terms)

    # Buying (R4, R14).

    def buy(self, order: Purchase) -> str:
        total = sum(order.prices)
        if order.coupon > total:
            return "invalid_order"
        # Every account is kept in CNY.
        if order.currency != "CNY":
            return "currency_mismatch"
        if not order.online and self.money[order.buyer] < total - order.coupon:
            return "insufficient_balance"
        rate = max((since, rate) for since, rate in self.rates if since <= order.at)[1]
        coupons = share_out(order.coupon, order.prices)
        for n, (price, coupon) in enumerate(zip(order.prices, coupons, strict=True)):
            self._add(order, n, price, coupon, rate)
        if order.online and total > order.coupon:
            self._move("recharge", {order.buyer: total - order.coupon})
        return DONE

    def _add(self, order: Purchase, n: int, price: int, coupon: int, rate: int) -> None:
        unit = Unit(
            resource_id=f"{order.number}-{n}",
            order=order.number,
            buyer=order.buyer,
            vendor=order.vendor,
            delivery=order.delivery,
            kind=order.kind,
            list_price=price,
            coupon=coupon,
            commission=floor(Fraction(rate, 10_000) * (price - coupon)),
            purchased_at=order.at,
            expires_at=order.expires_at,
        )
        self.units.append(unit)
        if unit.paid:
            earned = {unit.vendor: unit.paid - unit.commission, "platform": unit.commission}
            self._move("deduct", {unit.buyer: -unit.paid} | earned)

    def _move(self, kind: str, gains: dict[str, int]) -> None:
        """Money changes hands; what is missing comes from outside."""
        self.posted[kind] += 1
        self.money.update(gains)
        self.money["external"] -= sum(gains.values())

    # Asking (R2, R3, R4, R6, R7).

    def why_not(self, unit: Unit) -> str:
        """Why this unit cannot be refunded by self-service, or "eligible"; first come first."""
        terms = self.terms_of(unit.delivery)
        standing = unit.standing
        obstacles = {
            "request_open": standing and standing.status == "pending",
            "refunded": standing and standing.status != "pending",
            "api_not_refundable": unit.delivery == "api",
            "nothing_paid": unit.paid == 0,
            "image_by_ticket": unit.delivery == "image",
            "renewal": unit.kind == "renewal",
            "expired": unit.expires_at and self.now >= unit.expires_at,
            "window_closed": not self._has_open_window(unit, terms),
            "no_submissions_left": len(unit.requests) >= terms.submissions,
            "limit_reached": self._is_past_the_limit(unit),
        }
        return next((code for code, stands in obstacles.items() if stands), "eligible")

    def _has_open_window(self, unit: Unit, terms: Terms) -> bool:
        """A manual service can be refunded until it is accepted, which nobody does here."""
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
        theirs = [u for u in self.units if (u.buyer, u.delivery) == (buyer, "saas")]
        return {u.order for u in theirs if u.standing}

    def state_of(self, unit: Unit) -> str:
        """What the buyer sees of it."""
        if unit.terminated_at:
            return "terminated"
        if unit.standing:
            return "refunding"
        is_over = unit.expires_at and self.now >= unit.expires_at
        return "expired" if is_over else "active"

    def submit(self, unit: Unit, who: str, *, reason: str, acknowledged: bool) -> str:
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
        terms = self.terms_of(unit.delivery)
        due_at = same_hour(self.now, terms.decision_days, terms.zone)
        request = Request(unit, terms, submitted_at=self.now, due_at=due_at, amount=unit.paid)
        unit.requests.append(request)
        self.requests.append(request)
        return DONE

    # Deciding (R6, R7, R8, R12).

    def is_overdue(self, request: Request) -> bool:
        """Whether only the automatic approval is legal any more."""
        is_waiting = request.status == "pending" and request.terms.by_clock
        return is_waiting and self.now >= request.due_at

    def cancel(self, request: Request, who: str) -> str:
        refusal = "" if who == request.unit.buyer else "not_found"
        if code := refusal or self._too_late(request):
            return code
        return self._end(request, "cancelled")

    def approve(self, request: Request, who: str, *, side: str, note: str) -> str:
        if code := self._refusal(request, who, side, note) or self._too_late(request):
            return code
        return self._approve(request, side, who)

    def reject(self, request: Request, who: str, *, side: str, note: str, text: str) -> str:
        if code := self._refusal(request, who, side, note) or self._too_late(request):
            return code
        if not text.strip():
            return "ground_required"
        request.decided_by, request.decider = side, who
        return self._end(request, "rejected")

    def _refusal(self, request: Request, who: str, side: str, note: str) -> str:
        """Why this person decides nothing here, for the vendor or as an operator (R8)."""
        person = self.people[who]
        role = person.roles.get(request.unit.vendor)
        if not (person.operator if side == "operator" else role):
            return "not_found"
        if who == request.unit.buyer:
            return "own_purchase"
        if side == "operator":
            return "" if note.strip() else "written_reason_required"
        return "decision_not_allowed" if role == "read_only" else ""

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
        request.decided_by, request.decider = side, who
        request.credit_due_at = self.now + timedelta(minutes=request.terms.credit_minutes)
        request.unit.terminated_at = self.now
        return self._end(request, "approved")

    def _end(self, request: Request, status: str) -> str:
        request.status = status
        request.ended_at = self.now
        request.history.append(status)
        return DONE

    # What happens of itself (R6, R13).

    def sweep_approvals(self, size: int) -> int:
        """Approve the oldest that are overdue; how many there were."""
        overdue = [r for r in self.requests if self.is_overdue(r)]
        found = sorted(overdue, key=lambda r: r.due_at)[:size]
        for request in found:
            self._approve(request, "deadline")
        return len(found)

    def sweep_credits(self, size: int) -> int:
        """Credit the oldest that are due, in the shares of the purchase; how many there were."""
        due = [
            (r.credit_due_at, n)
            for n, r in enumerate(self.requests)
            if r.status == "approved" and r.credit_due_at and r.credit_due_at <= self.now
        ]
        for _, n in sorted(due)[:size]:
            self._credit(self.requests[n])
        return len(due[:size])

    def _credit(self, request: Request) -> None:
        unit = request.unit
        request.status = "credited"
        request.credited_at = self.now
        request.history.append("credited")
        vendors = request.amount - request.commission
        shares = {unit.vendor: -vendors, "platform": -request.commission}
        self._move("refund", shares | {unit.buyer: request.amount})

    # What operators edit.

    def add_terms(self, terms: Terms) -> str:
        """A newer policy; of two of one moment the later one is a moment later."""
        counted = [terms.decision_days, terms.submissions, terms.window_days, terms.orders]
        if 0 in counted or "/" not in terms.zone or not self._suits_its_delivery(terms):
            return "invalid_policy"
        self.terms.append(terms)
        return DONE

    def _suits_its_delivery(self, terms: Terms) -> bool:
        """Only SaaS has a window in days, which it needs, approvals by the clock, a limit."""
        if terms.delivery == "saas":
            return terms.window_days is not None
        return (terms.window_days, terms.by_clock, terms.orders) == (None, False, None)

    def free_moment(self, terms: Terms) -> Terms:
        """The same terms, from the first moment on from which there are none yet."""
        taken = {known.since for known in self.terms if known.delivery == terms.delivery}
        while terms.since in taken:
            terms = replace(terms, since=terms.since + timedelta(microseconds=1))
        return terms
