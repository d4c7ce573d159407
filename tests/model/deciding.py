"""Vendors and operators approve and reject, and others who may not try (R6, R8, R12)."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from refunds import commands
from refunds.transitions import DecidedBy
from tests.model.asking import anybody
from tests.model.stage import Stage, picks
from tests.model.things import Request

DECIDERS = {"north": ("nora", "bob"), "south": ("sam",)}

sides = st.sampled_from(("vendor", "operator"))
# What an operator writes down; the second says nothing.
notes = st.sampled_from(("as agreed", " "))


class Deciding(Stage):
    @precondition(lambda self: self.pending)
    @rule(pick=picks, which=st.integers(0, 1))
    def vendor_approves(self, pick: int, which: int) -> None:
        request = self.pick(self.pending, pick)
        self.agree_to(request, self.pick(DECIDERS[request.unit.vendor], which))

    @precondition(lambda self: self.pending)
    @rule(pick=picks, which=st.integers(0, 1), text=st.sampled_from(("used up", " ")))
    def vendor_rejects(self, pick: int, which: int, text: str) -> None:
        request = self.pick(self.pending, pick)
        self.refuse(request, self.pick(DECIDERS[request.unit.vendor], which), text=text)

    @precondition(lambda self: self.pending)
    @rule(pick=picks, note=notes)
    def operator_approves(self, pick: int, note: str) -> None:
        self.agree_to(self.pick(self.pending, pick), "olga", side="operator", note=note)

    @precondition(lambda self: self.pending)
    @rule(pick=picks, note=notes)
    def operator_rejects(self, pick: int, note: str) -> None:
        self.refuse(self.pick(self.pending, pick), "olga", side="operator", note=note)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=anybody, side=sides)
    def somebody_approves(self, pick: int, who: str, side: str) -> None:
        request = self.pick(self.requests, pick)
        self.agree_to(request, who or DECIDERS[request.unit.vendor][0], side=side, note="so be it")

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=anybody, side=sides)
    def somebody_rejects(self, pick: int, who: str, side: str) -> None:
        request = self.pick(self.requests, pick)
        self.refuse(request, who or DECIDERS[request.unit.vendor][0], side=side, note="so be it")

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
