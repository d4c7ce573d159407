"""Services are delivered step by step, and accepted by the clock in the end (R2, R11)."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from orders import commands
from tests.model.asking import Asking, mostly_right
from tests.model.cast import DECIDERS
from tests.model.passing import Passing, sides
from tests.model.stage import picks
from tests.model.world.deliveries import EXPLAINED, WAYS
from tests.model.world.things import Unit

# How a delivery goes when all goes well, and the ways back.
FORWARD = {start: step for step, (start, _, _) in WAYS.items() if not step.startswith("send_back")}
BACK = {start: step for step, (start, _, _) in WAYS.items() if step.startswith("send_back")}


class Delivering(Asking, Passing):
    @precondition(lambda self: self.delivered)
    @rule(pick=picks, steps=st.integers(1, 3), back=st.sampled_from((False, False, True)))
    def deliver_on(self, pick: int, steps: int, back: bool) -> None:
        """Some steps forward, or one back where there is a way."""
        unit = self.pick(self.under_way or self.delivered, pick)
        for _ in range(steps):
            assert unit.service
            ways = BACK if back and unit.service.state in BACK else FORWARD
            self.take_step(unit, ways.get(unit.service.state, "accept"))

    @precondition(lambda self: self.delivered)
    @rule(
        pick=picks,
        step=st.sampled_from(tuple(WAYS)),
        who=mostly_right,
        text=st.sampled_from(("more of it", "more of it", " ")),
    )
    def somebody_takes_a_step(self, pick: int, step: str, who: str, text: str) -> None:
        self.take_step(self.pick(self.delivered, pick), step, who, text=text)

    @precondition(lambda self: self.delivered)
    @rule(
        pick=picks,
        side=sides,
        act=st.sampled_from(("sweep", "accept", "send_back", "remind", "stop")),
        ask=st.sampled_from((False, False, True)),
    )
    def answer_at_the_automatic_acceptance(
        self, pick: int, side: timedelta, act: str, ask: bool
    ) -> None:
        """Or at what would be its time if the delivery did not stand still."""
        unit = self.pick(self.waiting_for_acceptance or self.under_way or self.delivered, pick)
        self._lead_to_acceptance(unit)
        if ask:
            self.ask(unit, unit.buyer)
        assert unit.service
        if unit.service.accepts_at is None:
            return
        if act == "remind" and unit.service.remind_at:
            self.wait_until(unit.service.remind_at, side)
            self.sweep("service_reminders", 1_000)
            return
        self.wait_until(unit.service.accepts_at, side)
        if act in WAYS:
            self.take_step(unit, act)
        elif act == "stop":
            self.sweep_in_vain("acceptances")
        else:
            self.sweep("acceptances", 1_000)

    def _lead_to_acceptance(self, unit: Unit) -> None:
        """Three steps from the beginning, if nothing is in the way."""
        for _ in range(3):
            if unit in self.under_way and unit not in self.waiting_for_acceptance:
                assert unit.service
                self.take_step(unit, FORWARD[unit.service.state])

    @property
    def delivered(self) -> list[Unit]:
        return [unit for unit in self.units if unit.service]

    @property
    def under_way(self) -> list[Unit]:
        """What neither stands still nor is complete."""
        return [
            unit
            for unit in self.delivered
            if unit.service and not unit.service.frozen_since and not unit.service.accepted_at
        ]

    @property
    def waiting_for_acceptance(self) -> list[Unit]:
        waiting = [u for u in self.delivered if u.service and u.service.accepts_at]
        return [unit for unit in waiting if not unit.terminated_at]

    def take_step(self, unit: Unit, step: str, who: str = "", *, text: str = "as agreed") -> None:
        assert unit.service
        is_buyers = WAYS[step][2]
        who = who or (unit.buyer if is_buyers else DECIDERS[unit.vendor][0])
        command = {"accept": "accept_service", "send_back": "send_back_service"}.get(step, step)
        said = {"text": text} if step in EXPLAINED else {}
        self.agree(
            self.world.take_step(unit, step, who, text=text),
            partial(
                getattr(commands, command),
                service_id=unit.service.pk,
                now=self.world.now,
                **{"buyer" if is_buyers else "actor": self.user(who)},
                **said,
            ),
        )
