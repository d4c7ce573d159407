"""The ground that every part of the world stands on: what there is, and what everybody needs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.model.world.days import DeliveryTerms, Terms
from tests.model.world.things import Invoice, Person, Request, Service, Thing, Ticket, Unit

DONE = "done"


@dataclass(slots=True)
class Ground:
    """Everything that is so at `now`."""

    now: datetime
    people: dict[str, Person]
    terms: list[Terms]
    delivery_terms: list[DeliveryTerms]
    # From when on the platform earns how many basis points.
    rates: list[tuple[datetime, int]]
    units: list[Unit] = field(default_factory=list)
    # Each oldest first.
    requests: list[Request] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    # Whether an operator has stopped the sweeps.
    stopped: bool = False
    # No rule asks for these vendors: it stops no clock (R8).
    suspended: set[str] = field(default_factory=set)
    money: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)
    # How often whom of what about which thing.
    told: Counter[tuple[str, str, Thing]] = field(default_factory=Counter)

    def terms_of(self, delivery: str) -> Terms:
        """Those in force now."""
        known = [t for t in self.terms if t.delivery == delivery and t.since <= self.now]
        return max(known, key=lambda t: t.since)

    @property
    def services(self) -> list[Service]:
        return [unit.service for unit in self.units if unit.service]

    def window_end(self, unit: Unit) -> datetime | None:
        """About when, by today's terms."""
        return self.terms_of(unit.delivery).last_midnight(unit.purchased_at)

    def moments(self) -> Iterator[datetime]:
        """When the next thing happens of itself, or ends."""
        for unit in self.units:
            yield from filter(None, (self.window_end(unit), unit.expires_at))
            if unit.service and not unit.terminated_at:
                at = unit.service
                yield from filter(None, (at.late_at, at.accepts_at, at.remind_at))
            for request in unit.requests:
                yield from _moments_of(request)
        yield from (ticket.due_at for ticket in self.tickets if ticket.state == "open")
        yield from (terms.since for terms in self.terms)

    # Suspending (R8).

    def suspend(self, vendor: str) -> str:
        if vendor in self.suspended:
            return "already_suspended"
        self.suspended.add(vendor)
        return DONE

    def lift(self, vendor: str) -> str:
        if vendor not in self.suspended:
            return "not_suspended"
        self.suspended.remove(vendor)
        return DONE

    # Who may what, and who is told (R8, R16).

    def deciders(self, vendor: str) -> set[str]:
        """Those who decide for the vendor, whom its news concern."""
        deciding = {"owner", "handler"}
        return {p.name for p in self.people.values() if p.roles.get(vendor) in deciding}

    def refusal_to_vendor(self, who: str, unit: Unit, *, reader: str) -> str:
        """Why this person does not act for the vendor; `reader` is what readers hear."""
        role = self.people[who].roles.get(unit.vendor)
        if not role:
            return "not_found"
        if who == unit.buyer:
            return "own_purchase"
        return reader if role == "read_only" else ""

    def refusal_to_operator(self, who: str, unit: Unit, note: str) -> str:
        """Why this person does not act for the platform."""
        if not self.people[who].operator:
            return "not_found"
        if who == unit.buyer:
            return "own_purchase"
        return "" if note.strip() else "written_reason_required"

    def tell(self, who: Iterable[str], kind: str, about: Thing) -> None:
        """Tell each of them once."""
        self.told.update((name, kind, about) for name in set(who))

    def turn_the_switch(self, who: str, note: str, *, stop: bool) -> str:
        """Let no sweep do anything, or let them go on (R8)."""
        if not self.people[who].operator:
            return "not_found"
        if not note.strip():
            return "written_reason_required"
        if stop == self.stopped:
            return "switched_already"
        self.stopped = stop
        return DONE

    # What operators edit.

    def add_terms(self, terms: Terms) -> str:
        """A newer policy; of two of one moment the later one is a moment later."""
        counted = [terms.decision_days, terms.submissions, terms.window_days, terms.orders]
        if 0 in counted or "/" not in terms.zone or not _suits_its_delivery(terms):
            return "invalid_policy"
        self.terms.append(terms)
        return DONE

    def free_moment(self, terms: Terms) -> Terms:
        """The same terms, from the first moment on from which there are none yet."""
        taken = {known.since for known in self.terms if known.delivery == terms.delivery}
        while terms.since in taken:
            terms = replace(terms, since=terms.since + timedelta(microseconds=1))
        return terms

    def add_delivery_terms(self, terms: DeliveryTerms) -> str:
        """The reminder comes before what it reminds of; of one moment the newest counts."""
        if "/" not in terms.zone or terms.reminder_days >= terms.acceptance_days:
            return "invalid_policy"
        self.delivery_terms.append(terms)
        return DONE


def _moments_of(request: Request) -> Iterator[datetime]:
    yield request.due_at
    if request.credit_due_at:
        yield request.credit_due_at
    if request.status == "pending":
        yield from (offer.lapses_at for offer in request.offers if offer.state == "open")
        yield from (hold.ends_at for hold in request.holds if not hold.ended_at)


def _suits_its_delivery(terms: Terms) -> bool:
    """Only SaaS has a window in days, which it needs, approvals by the clock, a limit."""
    if terms.delivery == "saas":
        return terms.window_days is not None
    return (terms.window_days, terms.by_clock, terms.orders) == (None, False, None)
