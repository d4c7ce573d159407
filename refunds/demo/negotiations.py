"""What the demo has of offers and holds: one in every state (R4, R8)."""

from datetime import datetime, timedelta

from people.models import User
from refunds import commands
from refunds.commands import tickets
from refunds.demo.catalogue import BUYER, OPERATOR, WANG, decider, person
from refunds.demo.script import Purchase, Script
from refunds.models import Offer, RefundReason


def _days(count: float) -> timedelta:
    return timedelta(days=count)


class Service(Purchase):
    """The purchase of a manual service, and what vendor, buyer and platform make of it."""

    def offered(self, at: datetime, amount: int, text: str) -> "Service":
        """The vendor offers `amount` fen."""
        self.script.at(
            at,
            lambda now: commands.offer(
                request_id=self._request.pk,
                actor=decider(self.code),
                amount=amount,
                text=text,
                now=now,
            ),
        )
        return self

    def accepted(self, at: datetime) -> "Service":
        self.script.at(
            at,
            lambda now: commands.accept_offer(offer_id=self._offer.pk, buyer=self._buyer, now=now),
        )
        return self

    def declined(self, at: datetime, text: str) -> "Service":
        self.script.at(
            at,
            lambda now: commands.decline_offer(
                offer_id=self._offer.pk, buyer=self._buyer, text=text, now=now
            ),
        )
        return self

    def lapsed(self, at: datetime) -> "Service":
        self.script.at(at, lambda now: commands.lapse_due(now=now))
        return self

    def appealed(self, at: datetime, text: str) -> "Service":
        """The vendor goes to the platform."""
        self.script.at(
            at,
            lambda now: tickets.appeal_as_vendor(
                request_id=self._request.pk, actor=decider(self.code), text=text, now=now
            ),
        )
        return self

    def held(self, at: datetime, days: int, reason: str) -> "Service":
        self.script.at(
            at,
            lambda now: commands.hold_request(
                request_id=self._request.pk,
                actor=person(OPERATOR),
                days=days,
                reason=reason,
                now=now,
            ),
        )
        return self

    @property
    def _buyer(self) -> User:
        return person(self.buyer)

    @property
    def _offer(self) -> Offer:
        return Offer.objects.filter(request=self._request).latest("id")


def the_negotiations(script: Script, now: datetime) -> None:
    """Offers that were accepted, declined, lapsed and are open; a request that is held."""

    def asked(code: str, ago: float, reason: RefundReason, comment: str, buyer: str) -> Service:
        bought = Service(script, buyer=buyer, code=code, at=now - _days(ago + 4))
        bought.asked(now - _days(ago), reason, comment)
        return bought

    late, other = RefundReason.NOT_DELIVERED, RefundReason.NO_LONGER_NEEDED
    # Accepted, and credited in part.
    asked("onboard", 26, other, "We changed plans after the second day.", BUYER).offered(
        now - _days(25), 588_000, "Two of the five days are done; we refund the other three."
    ).accepted(now - _days(24)).swept(now - _days(24) + timedelta(minutes=31))
    # Declined once, and the next offer is open.
    asked("onboard", 3, late, "Only the kick-off took place so far.", BUYER).offered(
        now - _days(2.5), 300_000, "The preparation took us three days."
    ).declined(now - _days(2), "The preparation was not part of the order.").offered(
        now - _days(1), 784_000, "We refund all but the kick-off day."
    )
    # One lapsed, one declined after it.
    asked("onboard", 4.8, other, "", WANG).offered(
        now - _days(4.5), 200_000, "We have reserved the consultants already."
    ).lapsed(now - _days(1.4)).offered(
        now - _days(1.2), 490_000, "Half, as a gesture of good will."
    ).declined(now - _days(0.5), "We were told that nothing had been booked yet.")
    # Two declined: the vendor has put it before the platform.
    asked("onboard", 4, late, "Three of five days were cancelled at short notice.", BUYER).offered(
        now - _days(3.8), 294_000, "The days were moved at your request."
    ).declined(now - _days(3.5), "We never asked for that.").offered(
        now - _days(3), 392_000, "Two of five days, and no more."
    ).declined(now - _days(2.5), "Three days were cancelled, not two.").appealed(
        now - _days(1), "We have the mails in which the days were moved, and find no amount."
    )
    # The platform looks into it.
    asked("migrate", 2, late, "The team never turned up.", BUYER).held(
        now - _days(1), 4, "We are waiting for the vendor's visitor records."
    )
