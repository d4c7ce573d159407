"""Offers of part of the money, and the holds of the platform (R4, R8)."""

from datetime import timedelta

from tests.model.world.days import DAY, same_hour
from tests.model.world.ground import DONE
from tests.model.world.requests import Requests
from tests.model.world.things import Hold, Offer, Request


class Negotiations(Requests):
    __slots__ = ()

    def offer(self, request: Request, who: str, amount: int, *, text: str) -> str:
        if code := self._refusal(request, who, "vendor", "") or self._too_late(request):
            return code
        if request.unit.delivery != "service":
            return "offer_not_possible"
        if not 0 < amount < request.asked:
            return "offer_out_of_range"
        if not text.strip():
            return "offer_needs_text"
        if self._answerable(request):
            return "offer_open"
        self._catch_up(request)
        lapses_at = same_hour(self.now, request.terms.offer_days, request.terms.zone)
        request.offers.append(Offer(request, amount, who, lapses_at))
        request.history.append("offered")
        self.tell({request.unit.buyer}, "offer_made", request)
        return DONE

    def answer_offer(self, offer: Offer, who: str, *, accept: bool) -> str:
        """Agreed is what was offered, no more, by whoever has offered it."""
        request = offer.request
        refusal = "" if who == request.unit.buyer else "not_found"
        held = "on_hold" if request.hold_at(self.now) else ""
        if code := refusal or held or self._too_late(request):
            return code
        if offer is not self._answerable(request):
            return "offer_closed"
        self._catch_up(request)
        offer.state = "accepted" if accept else "declined"
        offer.ended_at = self.now
        request.history.append(f"offer_{offer.state}")
        self.tell(self.deciders(request.unit.vendor), f"offer_{offer.state}", request)
        if accept:
            request.amount = offer.amount
            self._approve(request, "vendor", offer.by)
        return DONE

    def _answerable(self, request: Request) -> Offer | None:
        """The open offer whose time has not come, whether or not a sweep has."""
        offer = request.open_offer
        return offer if offer and self.now < offer.lapses_at else None

    def hold(self, request: Request, who: str, days: int, *, note: str) -> str:
        """Clocks stand still for so many times 24 hours."""
        if code := self._refusal(request, who, "operator", note) or self._too_late(request):
            return code
        if request.hold_at(self.now):
            return "already_held"
        held = sum((hold.length for hold in request.holds), timedelta())
        length, most = days * DAY, request.terms.hold_days * DAY
        if days <= 0 or held + length > most:
            return "hold_too_long"
        self._catch_up(request)
        request.holds.append(Hold(self.now, self.now + length))
        self._move_the_clocks(request, length)
        self._note_for_both(request, "held")
        return DONE

    def release(self, request: Request, who: str, *, note: str) -> str:
        """What was not used of the hold is taken back."""
        if code := self._refusal(request, who, "operator", note) or self._too_late(request):
            return code
        hold = request.hold_at(self.now)
        if hold is None:
            return "not_held"
        self._move_the_clocks(request, self.now - hold.ends_at)
        self._end_hold(request)
        return DONE

    def _move_the_clocks(self, request: Request, by: timedelta) -> None:
        request.due_at += by
        if offer := request.open_offer:
            offer.lapses_at += by
