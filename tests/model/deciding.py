"""Vendors and operators approve and reject, and others who may not try (R6, R8, R12)."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from refunds import commands
from refunds.transitions import DecidedBy
from tests.model.asking import anybody
from tests.model.cast import DECIDERS, OPERATOR
from tests.model.stage import Stage, picks
from tests.model.world.things import Request

sides = st.sampled_from(("vendor", "operator"))
# What an operator writes down; the second says nothing.
notes = st.sampled_from(("as agreed", " "))


class Deciding(Stage):
    @precondition(lambda self: self.pending)
    @rule(pick=picks, approve=st.booleans(), text=st.sampled_from(("used up", " ")))
    def vendor_decides(self, pick: int, approve: bool, text: str) -> None:
        request = self.pick(self.pending, pick)
        who = self.pick(DECIDERS[request.unit.vendor], pick)
        if approve:
            self.agree_to(request, who)
        else:
            self.refuse(request, who, text=text)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, approve=st.booleans(), who=anybody, side=sides, note=notes)
    def somebody_decides(self, pick: int, approve: bool, who: str, side: str, note: str) -> None:
        """Whoever; of themselves an operator for the platform, and for the vendor one of theirs."""
        request = self.pick(self.requests, pick)
        right = {"vendor": DECIDERS[request.unit.vendor][0], "operator": OPERATOR}[side]
        if approve:
            self.agree_to(request, who or right, side=side, note=note)
        else:
            self.refuse(request, who or right, side=side, note=note)

    def agree_to(self, request: Request, who: str, *, side: str = "vendor", note: str = "") -> None:
        expected = self.world.approve(request, who, side=side, note=note)
        self.agree(
            expected,
            partial(
                commands.approve,
                request_id=request.pk,
                actor=self.user(who),
                now=self.world.now,
                decided_by=DecidedBy(side),
                note=note,
            ),
        )

    def refuse(
        self,
        request: Request,
        who: str,
        *,
        side: str = "vendor",
        note: str = "",
        text: str = "used up",
    ) -> None:
        expected = self.world.reject(request, who, side=side, note=note, text=text)
        self.agree(
            expected,
            partial(
                commands.reject,
                request_id=request.pk,
                actor=self.user(who),
                ground=self.cast.ground,
                text=text,
                now=self.world.now,
                decided_by=DecidedBy(side),
                note=note,
            ),
        )
