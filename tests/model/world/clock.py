"""What happens to requests of itself, when the sweeps come (R6, R13, R16)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import floor

from tests.model.world.negotiations import Negotiations
from tests.model.world.things import Request


class Clock(Negotiations):
    __slots__ = ()

    def sweep_approvals(self, size: int) -> int:
        """Approve the oldest that are overdue; how many there were."""
        overdue = self._oldest(self.is_overdue, lambda r: r.due_at, size)
        for request in overdue:
            self._approve(request, "deadline")
        return len(overdue)

    def sweep_credits(self, size: int) -> int:
        """Credit the oldest that are due, in the shares of the purchase."""
        approved = self._oldest(_is_approved, lambda r: r.credit_due_at, size)
        for request in approved:
            self._credit(request)
        return len(approved)

    def _credit(self, request: Request) -> None:
        unit = request.unit
        request.status = "credited"
        request.credited_at = self.now
        request.history.append("credited")
        vendors = request.amount - request.commission
        shares = {unit.vendor: -vendors, "platform": -request.commission}
        self._move("refund", shares | {unit.buyer: request.amount})
        self.tell({unit.buyer}, "refund_credited", request)

    def sweep_offers(self, size: int) -> int:
        """Let the oldest lapse that nobody answered in time."""
        lapsed = self._oldest(
            lambda r: r.open_offer is not None,
            lambda r: r.open_offer.lapses_at if r.open_offer else None,
            size,
        )
        for request in lapsed:
            self._lapse(request)
        return len(lapsed)

    def sweep_holds(self, size: int) -> int:
        """Note the oldest that have come to their end."""
        ended = self._oldest(lambda r: r.status == "pending", _end_of_hold, size)
        for request in ended:
            self._end_hold(request)
        return len(ended)

    def sweep_reminders(self, _size: int) -> int:
        """Remind vendors of all automatic approvals that are near; the last time, not the first."""
        done = 0
        for request in self.requests:
            if request.status != "pending" or not request.by_clock:
                continue
            left = request.due_at - self.now
            first = timedelta(hours=request.terms.first_reminder_hours)
            last = timedelta(hours=request.terms.last_reminder_hours)
            if timedelta() < left <= last:
                done += self._remind_of(request, "last_reminder")
            elif last < left <= first:
                done += self._remind_of(request, "first_reminder")
        return done

    def _remind_of(self, request: Request, kind: str) -> bool:
        """Once for each deadline that it has had."""
        of = kind, floor(request.due_at.timestamp())
        if of in request.reminded:
            return False
        request.reminded.add(of)
        self.tell(self.deciders(request.unit.vendor), kind, request)
        return True

    def _oldest(
        self,
        concerns: Callable[[Request], bool],
        due_at: Callable[[Request], datetime | None],
        size: int,
    ) -> list[Request]:
        """The requests that something is due of, at most so many."""
        due = [
            (at, n)
            for n, request in enumerate(self.requests)
            if concerns(request) and (at := due_at(request)) and self.now >= at
        ]
        return [self.requests[n] for _, n in sorted(due)[:size]]


def _is_approved(request: Request) -> bool:
    return request.status == "approved"


def _end_of_hold(request: Request) -> datetime | None:
    return next((hold.ends_at for hold in request.holds if not hold.ended_at), None)
