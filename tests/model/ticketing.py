"""Tickets and appeals go to the platform, which decides, or the clock does (R3, R8, R10)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from refunds.commands import tickets
from tests.model.asking import Asking, mostly_right
from tests.model.cast import DECIDERS, OPERATOR
from tests.model.deciding import Deciding, notes
from tests.model.passing import Passing, sides
from tests.model.stage import picks
from tests.model.world.things import Request, Ticket, Unit
from tests.model.world.tickets import ELSEWHERE, KEEPS_RIGHTS

# Parts of what was paid; 0 for more than that.
shares = st.sampled_from((1, 2, 1, 3, 1, 0))
grounded = st.sampled_from((True, True, True, False))
texts = st.sampled_from(("it never began", "it never began", "it never began", " "))


class Ticketing(Asking, Deciding, Passing):
    @rule(
        pick=picks,
        who=mostly_right,
        text=texts,
        grounded=grounded,
        share=shares,
        withdraw=st.booleans(),
    )
    def open_ticket(
        self, pick: int, who: str, text: str, grounded: bool, share: int, withdraw: bool
    ) -> None:
        unit = self.pick(self.by_ticket or self.units, pick)
        self.go_by_ticket(
            unit,
            who or unit.buyer,
            text=text,
            grounded=grounded,
            share=share,
            withdraw=withdraw,
        )

    @rule(pick=picks)
    def go_past_the_limit(self, pick: int) -> None:
        """Everything is asked for that can be, and what is left over by ticket."""
        for unit in self.refundable:
            self.ask(unit, unit.buyer)
        left = [unit for unit in self.units if self.world.why_not(unit) == "limit_reached"]
        if left:
            unit = self.pick(left, pick)
            self.go_by_ticket(unit, unit.buyer, text="it never began", grounded=False, share=1)

    def go_by_ticket(
        self,
        unit: Unit,
        who: str,
        *,
        text: str,
        grounded: bool,
        share: int,
        withdraw: bool = True,
    ) -> None:
        amount = part(unit, share)
        expected = self.world.open_ticket(
            unit, who, text=text, grounded=grounded, amount=amount, withdraw=withdraw
        )
        made = self.agree(
            expected,
            partial(
                tickets.open_ticket,
                instance_id=unit.pk,
                buyer=self.user(who),
                description=text,
                ground=self.cast.ticket_ground if grounded else None,
                amount=amount,
                withdraw_invoice=withdraw,
                now=self.world.now,
            ),
        )
        if made:
            unit.tickets[-1].pk = made.pk

    @precondition(lambda self: self.requests)
    @rule(pick=picks, who=mostly_right, withdraw=st.booleans())
    def appeal(self, pick: int, who: str, withdraw: bool) -> None:
        """Of a rejection, which comes first if there is none."""
        if self.pending and not self.appealable:
            request = self.pick(self.pending, pick)
            self.refuse(request, DECIDERS[request.unit.vendor][0])
        request = self.pick(self.appealable or self.requests, pick)
        self.go_to_the_platform(request, who or request.unit.buyer, withdraw=withdraw)

    @precondition(lambda self: self.unanswered)
    @rule(pick=picks, who=mostly_right, text=texts)
    def appeal_as_vendor(self, pick: int, who: str, text: str) -> None:
        declined = [r for r in self.unanswered if any(o.state == "declined" for o in r.offers)]
        request = self.pick(declined or self.unanswered, pick)
        who = who or DECIDERS[request.unit.vendor][0]
        made = self.agree(
            self.world.appeal_as_vendor(request, who, text=text),
            partial(
                tickets.appeal_as_vendor,
                request_id=request.pk,
                actor=self.user(who),
                text=text,
                now=self.world.now,
            ),
        )
        if made:
            request.appeals[-1].pk = made.pk

    @precondition(lambda self: self.unanswered)
    @rule(pick=picks, side=sides)
    def appeal_when_it_stays_unanswered(self, pick: int, side: timedelta) -> None:
        request = self.pick(self.unanswered, pick)
        self.wait_until(request.due_at, side)
        self.go_to_the_platform(request, request.unit.buyer)

    @rule(
        pick=picks,
        who=mostly_right,
        approve=st.booleans(),
        share=shares,
        grounded=grounded,
        note=notes,
    )
    def platform_decides(
        self, pick: int, who: str, approve: bool, share: int, grounded: bool, note: str
    ) -> None:
        """About a ticket that is opened now, if there is none."""
        if not self.open_tickets and (units := self.by_ticket):
            unit = self.pick(units, pick)
            self.go_by_ticket(unit, unit.buyer, text="it never began", grounded=True, share=1)
        if not (known := self.open_tickets or self.world.tickets):
            return
        ticket = self.pick(known, pick)
        who = who or OPERATOR
        if approve:
            self.approve_ticket(ticket, who, share, grounded=grounded, note=note)
        else:
            self.decline_ticket(ticket, who, grounded=grounded, note=note)

    @precondition(lambda self: self.world.tickets)
    @rule(pick=picks, act=st.sampled_from(("urge", "withdraw")), who=mostly_right)
    def buyer_comes_back(self, pick: int, act: str, who: str) -> None:
        ticket = self.pick(self.open_tickets or self.world.tickets, pick)
        self.come_back(ticket, act, who or ticket.unit.buyer)

    @precondition(lambda self: self.world.tickets)
    @rule(pick=picks, who=mostly_right, share=st.sampled_from((None, 1, 2, 0)), text=texts)
    def vendor_gives_its_word(self, pick: int, who: str, share: int | None, text: str) -> None:
        ticket = self.pick(self.open_tickets or self.world.tickets, pick)
        who = who or DECIDERS[ticket.unit.vendor][0]
        amount = None if share is None else part(ticket.unit, share)
        more = {} if amount is None else {"amount": amount}
        command: Callable[..., None] = tickets.refuse if amount is None else tickets.agree
        self.agree(
            self.world.say(ticket, who, amount, text=text),
            partial(
                command,
                ticket_id=ticket.pk,
                actor=self.user(who),
                text=text,
                now=self.world.now,
                **more,
            ),
        )

    @precondition(lambda self: self.clocked)
    @rule(
        pick=picks,
        side=sides,
        act=st.sampled_from(("sweep", "stop", "withdraw", "urge", "approve")),
    )
    def act_at_the_deadline_of_a_ticket(self, pick: int, side: timedelta, act: str) -> None:
        ticket = self.pick(self.clocked, pick)
        self.wait_until(ticket.due_at, side)
        if act == "sweep":
            self.sweep("tickets", 1_000)
        elif act == "stop":
            self.sweep_in_vain("tickets")
        elif act == "approve":
            self.approve_ticket(ticket, OPERATOR, 1, grounded=True, note="as promised")
        else:
            self.come_back(ticket, act, ticket.unit.buyer)

    @property
    def by_ticket(self) -> list[Unit]:
        """Of what a ticket can be opened."""
        say = self.world
        ways = KEEPS_RIGHTS | ELSEWHERE
        return [u for u in self.units if say.why_not(u) in ways or say.delivery_cause(u)]

    @property
    def appealable(self) -> list[Request]:
        return [r for r in self.requests if r.decided_by == "vendor" and r.status == "rejected"]

    @property
    def unanswered(self) -> list[Request]:
        return [r for r in self.requests if r.status == "pending" and not r.by_clock]

    @property
    def open_tickets(self) -> list[Ticket]:
        return [ticket for ticket in self.world.tickets if ticket.state == "open"]

    @property
    def clocked(self) -> list[Ticket]:
        return [ticket for ticket in self.open_tickets if ticket.by_clock]

    def go_to_the_platform(self, request: Request, who: str, *, withdraw: bool = True) -> None:
        made = self.agree(
            self.world.appeal(request, who, withdraw=withdraw),
            partial(
                tickets.appeal,
                request_id=request.pk,
                buyer=self.user(who),
                withdraw_invoice=withdraw,
                now=self.world.now,
            ),
        )
        if made:
            request.appeals[-1].pk = made.pk

    def approve_ticket(
        self, ticket: Ticket, who: str, share: int, *, grounded: bool, note: str
    ) -> None:
        amount = part(ticket.unit, share)
        self.agree(
            self.world.approve_ticket(ticket, who, amount, note=note, grounded=grounded),
            partial(
                tickets.approve_ticket,
                ticket_id=ticket.pk,
                operator=self.user(who),
                amount=amount,
                reason=note,
                ground=self.cast.ticket_ground if grounded else None,
                now=self.world.now,
            ),
        )

    def decline_ticket(self, ticket: Ticket, who: str, *, grounded: bool, note: str) -> None:
        self.agree(
            self.world.decline_ticket(ticket, who, note=note, grounded=grounded),
            partial(
                tickets.decline_ticket,
                ticket_id=ticket.pk,
                operator=self.user(who),
                reason=note,
                rejection_ground=self.cast.ground if grounded else None,
                now=self.world.now,
            ),
        )

    def come_back(self, ticket: Ticket, act: str, who: str) -> None:
        is_urging = act == "urge"
        says = self.world.urge if is_urging else self.world.withdraw_ticket
        command: Callable[..., None] = tickets.urge if is_urging else tickets.withdraw_ticket
        self.agree(
            says(ticket, who),
            partial(command, ticket_id=ticket.pk, buyer=self.user(who), now=self.world.now),
        )


def part(unit: Unit, share: int) -> int:
    """So much of what was paid, or a fen more than that."""
    return unit.paid // share if share else unit.paid + 1
