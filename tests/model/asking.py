"""Buyers ask for a refund and withdraw it; strangers try, too (R2, R4, R6, R7)."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from refunds import commands
from tests.model.cast import PEOPLE
from tests.model.stage import Stage, picks
from tests.model.world.things import Request, Unit

# Every other time "", which is the one whose part it is.
anybody = st.sampled_from([*[""] * len(PEOPLE), *(person.name for person in PEOPLE)])
# As above, but for one time in five.
mostly_right = st.sampled_from([*[""] * 4 * len(PEOPLE), *(person.name for person in PEOPLE)])


class Asking(Stage):
    @rule(pick=picks, withdraw=st.booleans())
    def submit(self, pick: int, withdraw: bool) -> None:
        unit = self.pick(self.refundable or self.units, pick)
        self.ask(unit, unit.buyer, withdraw=withdraw)

    @rule(
        pick=picks,
        who=anybody,
        reason=st.sampled_from(("other", "other", "other", "")),
        acknowledged=st.sampled_from((True, True, True, False)),
    )
    def submit_somehow(self, pick: int, who: str, reason: str, acknowledged: bool) -> None:
        unit = self.pick(self.units, pick)
        self.ask(unit, who or unit.buyer, reason=reason, acknowledged=acknowledged)

    @precondition(lambda self: self.pending)
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        request = self.pick(self.pending, pick)
        self.withdraw(request, request.unit.buyer)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=anybody)
    def somebody_cancels(self, pick: int, who: str) -> None:
        request = self.pick(self.requests, pick)
        self.withdraw(request, who or request.unit.buyer)

    @property
    def refundable(self) -> list[Unit]:
        return [unit for unit in self.units if self.world.why_not(unit) == "eligible"]

    def ask(
        self,
        unit: Unit,
        who: str,
        *,
        reason: str = "other",
        acknowledged: bool = True,
        withdraw: bool = True,
    ) -> None:
        expected = self.world.submit(
            unit, who, reason=reason, acknowledged=acknowledged, withdraw=withdraw
        )
        self.agree(
            expected,
            partial(
                commands.submit,
                instance_id=unit.pk,
                buyer=self.user(who),
                reason=reason,
                acknowledged=acknowledged,
                withdraw_invoice=withdraw,
                now=self.world.now,
            ),
        )

    def withdraw(self, request: Request, who: str) -> None:
        expected = self.world.cancel(request, who)
        self.agree(
            expected,
            partial(
                commands.cancel,
                request_id=request.pk,
                buyer=self.user(who),
                now=self.world.now,
            ),
        )
