"""Somebody acts just before, at or just after the moment that ends what they may (R2, R6)."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.asking import Asking
from tests.model.deciding import DECIDERS, Deciding
from tests.model.passing import Passing, sides
from tests.model.stage import picks
from tests.model.things import Request, Unit


class Racing(Asking, Deciding, Passing):
    @precondition(lambda self: self.pending or self.refundable)
    @rule(pick=picks, side=sides, act=st.sampled_from(("cancel", "approve", "reject", "ask again")))
    def act_at_a_deadline(self, pick: int, side: timedelta, act: str) -> None:
        ahead = [r for r in self.pending if r.due_at > self.world.now and r.terms.by_clock]
        if not ahead and self.refundable:
            unit = self.pick(self.refundable, pick)
            self.ask(unit, unit.buyer)
            ahead = unit.requests[-1:]
        request = self.pick(ahead or self.pending, pick)
        self.wait_until(request.due_at, side)
        self._act(request, act)

    @precondition(lambda self: self.ending)
    @rule(pick=picks, side=sides)
    def submit_at_the_end_of_the_window(self, pick: int, side: timedelta) -> None:
        unit, end = self.pick(self.ending, pick)
        self.wait_until(end, side)
        self.ask(unit, unit.buyer)

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
