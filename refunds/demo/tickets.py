"""Tickets in the demo: every state, an appeal, a word of the vendor, evidence."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from orders.models import Instance
from people.models import User
from refunds.commands import tickets
from refunds.demo.catalogue import BUYER, OPERATOR, SOFIA, decider, person
from refunds.demo.script import Purchase, Script
from refunds.evidence import Limits, Sound, judge
from refunds.models import Party, RefundReason, RefundRequest, Ticket, TicketGround

CREDIT = timedelta(minutes=31)
SMALL = Limits(file_bytes=1024**2, pixels=1_000_000, pdf_pages=1, seconds=30)


class Case:
    """The ticket about a purchase of the script, and what becomes of it."""

    def __init__(self, script: Script, bought: Purchase) -> None:
        self.script, self.bought = script, bought

    def opened(self, at: datetime, ground: str, text: str, amount: int | None = None) -> "Case":
        def step(now: datetime) -> None:
            instance = Instance.objects.get(resource_id=self.bought.resource_id)
            tickets.open_ticket(
                instance_id=instance.pk,
                buyer=instance.buyer,
                ground=TicketGround.objects.get(code=ground),
                description=text,
                amount=amount,
                evidence=[a_screenshot(text)],
                now=now,
            )

        return self._then(at, step)

    def appealed(self, at: datetime, text: str = "") -> "Case":
        def step(now: datetime) -> None:
            request = RefundRequest.objects.filter(
                instance__resource_id=self.bought.resource_id
            ).latest("id")
            tickets.appeal(request_id=request.pk, buyer=request.buyer, text=text, now=now)

        return self._then(at, step)

    def said(self, at: datetime, party: Party, text: str) -> "Case":
        def step(now: datetime) -> None:
            actor = self._vendor() if party == Party.VENDOR else person(self.bought.buyer)
            tickets.write(ticket_id=self._id, actor=actor, party=party, text=text, now=now)

        return self._then(at, step)

    def agreed(self, at: datetime, amount: int, text: str) -> "Case":
        return self._then(
            at,
            lambda now: tickets.agree(
                ticket_id=self._id, actor=self._vendor(), amount=amount, text=text, now=now
            ),
        )

    def refused(self, at: datetime, text: str) -> "Case":
        return self._then(
            at,
            lambda now: tickets.refuse(
                ticket_id=self._id, actor=self._vendor(), text=text, now=now
            ),
        )

    def urged(self, at: datetime) -> "Case":
        return self._then(
            at,
            lambda now: tickets.urge(ticket_id=self._id, buyer=person(self.bought.buyer), now=now),
        )

    def withdrawn(self, at: datetime) -> "Case":
        return self._then(
            at,
            lambda now: tickets.withdraw_ticket(
                ticket_id=self._id, buyer=person(self.bought.buyer), now=now
            ),
        )

    def approved(self, at: datetime, amount: int, reason: str) -> "Case":
        def step(now: datetime) -> None:
            tickets.approve_ticket(
                ticket_id=self._id,
                operator=person(OPERATOR),
                amount=amount,
                ground=TicketGround.objects.get(code="late_delivery"),
                reason=reason,
                now=now,
            )

        self._then(at, step)
        self.bought.swept(at + CREDIT)
        return self

    def declined(self, at: datetime, ground: str, reason: str) -> "Case":
        def step(now: datetime) -> None:
            tickets.decline_ticket(
                ticket_id=self._id,
                operator=person(OPERATOR),
                ground=TicketGround.objects.get(code=ground),
                reason=reason,
                now=now,
            )

        return self._then(at, step)

    def _then(self, at: datetime, step: Callable[[datetime], None]) -> "Case":
        self.script.at(at, step)
        return self

    def _vendor(self) -> User:
        return decider(self.bought.code)

    @property
    def _id(self) -> int:
        return Ticket.objects.filter(instance__resource_id=self.bought.resource_id).latest("id").pk


def a_screenshot(text: str) -> Sound:
    """A picture of what a buyer might have seen."""
    picture = Image.new("RGB", (640, 240), "#f6f8fb")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 24, 616, 216), outline="#c22f2f", width=3)
    draw.text((48, 64), "Error 503", fill="#c22f2f", font_size=28)
    draw.text((48, 120), text[:60], fill="#3b4552", font_size=16)
    drawn = io.BytesIO()
    picture.save(drawn, format="PNG")
    return judge("screenshot.png", drawn.getvalue(), SMALL)


def the_tickets(script: Script, now: datetime) -> None:
    """Some open, with and without the vendor's word, some ended, in every way there is."""

    def about(code: str, ago: float, *, buyer: str = BUYER) -> Case:
        at = now - timedelta(days=ago)
        return Case(script, Purchase(script, buyer=buyer, code=code, at=at))

    def ago(days: float) -> datetime:
        return now - timedelta(days=days)

    about("crm-team", 28).opened(
        ago(1.2), "not_as_described", "The plan has no single sign-on, unlike its page.", 300_000
    ).said(ago(1), Party.VENDOR, "We are looking into it: which identity provider do you use?")
    about("sign-std", 30, buyer=SOFIA).opened(
        ago(2), "late_delivery", "It took three weeks until our seal was activated."
    ).agreed(ago(1.5), 50_000, "We were late and are sorry: half of it.").urged(ago(0.5))
    about("pg-image", 20).opened(
        ago(17), "cannot_perform", "The image does not start on our hosts."
    ).agreed(ago(16), 19_900, "Confirmed.").approved(
        ago(15), 19_900, "Vendor and buyer agree that it never worked."
    )
    about("shelf", 60).opened(
        ago(40), "late_delivery", "Two of ten stores were connected only last month.", 300_000
    ).refused(ago(39), "The stores were connected when the cameras arrived.").approved(
        ago(38), 144_000, "Two of ten stores went without it: a fifth is returned."
    )
    about("hardened", 50).opened(
        ago(45), "not_as_described", "We use another distribution now."
    ).declined(ago(43), "own_change", "The image works; the change was the buyer's own.")
    about("repo-img", 26).opened(
        ago(25), "unreachable", "Nobody answers at the support address."
    ).withdrawn(ago(24))
    _appeals(script, now)


def _appeals(script: Script, now: datetime) -> None:
    def at(days: float) -> datetime:
        return now - timedelta(days=days)

    rejected = Purchase(script, buyer=BUYER, code="desk-pro", at=at(4))
    rejected.asked(at(3.5), RefundReason.NOT_AS_DESCRIBED, "No mobile app.").rejected(
        at(2.5), "delivered_as_agreed", "The app is in the beta channel."
    )
    Case(script, rejected).appealed(at(1), "A beta is not what was sold.").refused(
        at(0.8), "The page says that the app is a beta."
    )
    settled = Purchase(script, buyer=BUYER, code="ci-team", at=at(70))
    settled.asked(at(69), RefundReason.DOES_NOT_WORK).rejected(
        at(68), "consumed", "Some minutes were used."
    )
    Case(script, settled).appealed(at(67)).approved(
        at(66), 159_900, "Asked inside the window, and a trial run is no use."
    )
