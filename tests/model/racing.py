"""Somebody acts just before, at or just after the moment that ends what they may (R2, R6)."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.asking import Asking
from tests.model.cast import DECIDERS
from tests.model.deciding import Deciding
from tests.model.passing import Passing, sides
from tests.model.stage import picks
from tests.model.world.things import Request, Ticket, Unit


class Racing(Asking, Deciding, Passing):
    @precondition(lambda self: self.pending)
    @rule(pick=picks, side=sides, act=st.sampled_from(("cancel", "approve", "reject", "ask again")))
    def act_at_a_deadline(self, pick: int, side: timedelta, act: str) -> None:
        request = self._with_a_deadline(pick)
        self.wait_until(request.due_at, side)
        self._act(request, act)

    @precondition(lambda self: self.pending)
    @rule(pick=picks, side=sides, hours=st.sampled_from((24, 2, 12)), times=st.integers(1, 2))
    def remind_of_a_deadline(self, pick: int, side: timedelta, hours: int, times: int) -> None:
        self.wait_until(self._with_a_deadline(pick).due_at - timedelta(hours=hours), side)
        for _ in range(times):
            self.sweep("reminders", 1_000)

    @precondition(lambda self: self.tickets_by_clock)
    @rule(pick=picks, side=sides, hours=st.sampled_from((24, 2)), times=st.integers(1, 2))
    def remind_of_a_tickets_deadline(
        self, pick: int, side: timedelta, hours: int, times: int
    ) -> None:
        ticket = self.pick(self.tickets_by_clock, pick)
        self.wait_until(ticket.due_at - timedelta(hours=hours), side)
        for _ in range(times):
            self.sweep("ticket_reminders", 1_000)

    def _with_a_deadline(self, pick: int) -> Request:
        """A request whose deadline is still to come, asked for now if there is none."""
        ahead = [r for r in self.pending if r.due_at > self.world.now and r.by_clock]
        if not ahead and self.refundable:
            unit = self.pick(self.refundable, pick)
            self.ask(unit, unit.buyer)
            ahead = unit.requests[-1:]
        return self.pick(ahead or self.pending, pick)

    @rule(
        wait=st.sampled_from((timedelta(days=3, hours=1), timedelta(days=8), timedelta())),
        which=st.sampled_from(("approvals", "approvals", "credits")),
        size=st.sampled_from((1, 2)),
    )
    def let_some_pile_up(self, wait: timedelta, which: str, size: int) -> None:
        """Several are asked for, nobody sweeps for days, and then not all at once."""
        for unit in [unit for unit in self.refundable if unit.delivery == "saas"][-4:]:
            self.ask(unit, unit.buyer)
            self.world.now += timedelta(minutes=20)
        self.world.now += wait
        self.sweep(which, size)

    @rule(pick=picks, side=sides)
    def submit_at_the_end_of_the_window(self, pick: int, side: timedelta) -> None:
        if not (ending := self.ending):
            return
        unit, end = self.pick(ending, pick)
        self.wait_until(end, side)
        self.ask(unit, unit.buyer)

    @property
    def tickets_by_clock(self) -> list[Ticket]:
        """What the platform may leave undecided."""
        return [t for t in self.world.tickets if t.state == "open" and t.by_clock]

    @property
    def ending(self) -> list[tuple[Unit, datetime]]:
        """What can be refunded until then; a manual service can until it is accepted."""
        ends = [(u, self.world.window_end(u), u.expires_at) for u in self.refundable]
        return [(unit, min(filter(None, two))) for unit, *two in ends if any(two)]

    def _act(self, request: Request, act: str) -> None:
        unit = request.unit
        vendor = DECIDERS[unit.vendor][0]
        if act == "cancel":
            self.withdraw(request, unit.buyer)
        elif act == "ask again":
            self.ask(unit, unit.buyer)
        elif act == "approve":
            self.agree_to(request, vendor)
        else:
            self.refuse(request, vendor)
