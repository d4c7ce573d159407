"""Vendors offer part of the money, buyers answer; the platform holds a request (R4, R8)."""

from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from refunds import commands
from tests.model.asking import Asking, mostly_right
from tests.model.cast import DECIDERS, OPERATOR
from tests.model.deciding import Deciding, notes
from tests.model.passing import Passing, sides
from tests.model.stage import picks
from tests.model.world.things import Hold, Offer, Request


class Negotiating(Asking, Deciding, Passing):
    @rule(
        pick=picks,
        who=mostly_right,
        share=st.sampled_from((2, 3, 2, 3, 1, 0)),
        text=st.sampled_from(("half of it", "half of it", "half of it", " ")),
    )
    def offer(self, pick: int, who: str, share: int, text: str) -> None:
        """A part: all of it or nothing is none."""
        if request := self._negotiable(pick):
            amount = request.asked // share if share else 0
            self.make_offer(request, who, amount, text=text)

    def make_offer(self, request: Request, who: str, amount: int, *, text: str) -> None:
        who = who or DECIDERS[request.unit.vendor][0]
        self.agree(
            self.world.offer(request, who, amount, text=text),
            partial(
                commands.offer,
                request_id=request.pk,
                actor=self.user(who),
                amount=amount,
                text=text,
                now=self.world.now,
            ),
        )

    @rule(pick=picks, who=mostly_right, accept=st.booleans())
    def answer(self, pick: int, who: str, accept: bool) -> None:
        offers = self._open_offers(pick) or self.offers
        if offers:
            self.answer_offer(self.pick(offers, pick), who, accept=accept)

    @rule(pick=picks, side=sides, act=st.sampled_from((True, False, None)))
    def answer_as_it_lapses(self, pick: int, side: timedelta, act: bool | None) -> None:
        """Or see whether anybody notes that it has lapsed."""
        if not (offers := self._open_offers(pick)):
            return
        offer = self.pick(offers, pick)
        self.wait_until(offer.lapses_at, side)
        if act is None:
            self.sweep("offers", 1_000)
        else:
            self.answer_offer(offer, "", accept=act)

    def _negotiable(self, pick: int) -> Request | None:
        """A pending request for a service, asked for now if there is none; or what is pending."""
        services = [unit for unit in self.refundable if unit.service]
        if services and not any(request.unit.service for request in self.pending):
            unit = self.pick(services, pick)
            self.ask(unit, unit.buyer)
        found = [request for request in self.pending if request.unit.service] or self.pending
        return self.pick(found, pick) if found else None

    def _open_offers(self, pick: int) -> list[Offer]:
        """What can be answered, offered now if there is nothing."""
        if not self.open_offers and (request := self._negotiable(pick)):
            self.make_offer(request, "", request.asked // 2, text="half of it")
        return self.open_offers

    @precondition(lambda self: self.pending)
    @rule(pick=picks, who=mostly_right, days=st.sampled_from((2, 1, 7, 3, 8, 5, 0)), note=notes)
    def hold(self, pick: int, who: str, days: int, note: str) -> None:
        self.put_on_hold(self.pick(self.pending, pick), who or OPERATOR, days, note=note)

    @precondition(lambda self: self.pending)
    @rule(pick=picks, who=mostly_right, note=notes)
    def release(self, pick: int, who: str, note: str) -> None:
        held = [request for request, _ in self.holds]
        request = self.pick(held or self.pending, pick)
        who = who or OPERATOR
        self.agree(
            self.world.release(request, who, note=note),
            partial(
                commands.release_hold,
                request_id=request.pk,
                actor=self.user(who),
                note=note,
                now=self.world.now,
            ),
        )

    @precondition(lambda self: self.pending)
    @rule(
        pick=picks,
        side=sides,
        act=st.sampled_from(("approve", "cancel", "sweep", "offer", "hold")),
    )
    def act_at_the_end_of_a_hold(self, pick: int, side: timedelta, act: str) -> None:
        """Of one that begins now, if there is none."""
        if not self.holds:
            self.put_on_hold(self.pick(self.pending, pick), OPERATOR, 2, note="wait")
        if not self.holds:
            return
        request, hold = self.pick(self.holds, pick)
        self.wait_until(hold.ends_at, side)
        if act == "approve":
            self.agree_to(request, DECIDERS[request.unit.vendor][0])
        elif act == "cancel":
            self.withdraw(request, request.unit.buyer)
        elif act == "hold":
            self.put_on_hold(request, OPERATOR, 5, note="once more")
        elif act == "offer" and request.open_offer:
            self.answer_offer(request.open_offer, "", accept=True)
        else:
            self.sweep("holds", 1_000)

    def put_on_hold(self, request: Request, who: str, days: int, *, note: str) -> None:
        self.agree(
            self.world.hold(request, who, days, note=note),
            partial(
                commands.hold_request,
                request_id=request.pk,
                actor=self.user(who),
                days=days,
                reason=note,
                now=self.world.now,
            ),
        )

    @property
    def offers(self) -> list[Offer]:
        return [offer for request in self.requests for offer in request.offers]

    @property
    def open_offers(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.state == "open"]

    @property
    def holds(self) -> list[tuple[Request, Hold]]:
        """Those whose end nobody has noted."""
        return [(r, hold) for r in self.pending for hold in r.holds if not hold.ended_at]

    def answer_offer(self, offer: Offer, who: str, *, accept: bool) -> None:
        who = who or offer.request.unit.buyer
        expected = self.world.answer_offer(offer, who, accept=accept)
        self.agree(
            expected,
            partial(
                commands.accept_offer if accept else commands.decline_offer,
                offer_id=offer.pk,
                buyer=self.user(who),
                now=self.world.now,
            ),
        )
