"""What there is in the world of the rules: people, purchases, and all that stands on them.

Like the rest of the world it imports nothing of the portal. Whoever acts is a name; amounts are
in fen. `pk` is by which the portal calls a thing, 0 until that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from tests.model.world.days import DeliveryTerms, Terms


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: the role with each vendor, and whether an operator."""

    name: str
    roles: dict[str, str] = field(default_factory=dict)
    operator: bool = False


@dataclass(slots=True, eq=False)
class Request:
    """A refund request; `history` is what happened to it, in order."""

    unit: "Unit"
    terms: Terms
    submitted_at: datetime
    due_at: datetime
    # What is asked for, and what comes back: less where both sides agree on a part.
    asked: int
    amount: int
    by_clock: bool
    channel: str = "self_service"
    status: str = "pending"
    decided_by: str = ""
    decider: str = ""
    ended_at: datetime | None = None
    credit_due_at: datetime | None = None
    credited_at: datetime | None = None
    history: list[str] = field(default_factory=lambda: ["submitted"])
    offers: list["Offer"] = field(default_factory=list)
    holds: list["Hold"] = field(default_factory=list)
    appeals: list["Ticket"] = field(default_factory=list)
    # Of what, and of which deadline (to the second), the vendor has been reminded.
    reminded: set[tuple[str, int]] = field(default_factory=set)
    pk: int = 0

    @property
    def is_approved(self) -> bool:
        return self.status in {"approved", "credited"}

    @property
    def commission(self) -> int:
        """What the platform gives back of it; what does not divide is the vendor's."""
        return floor(Fraction(self.amount, self.unit.paid) * self.unit.commission)

    @property
    def open_offer(self) -> "Offer | None":
        """The one that nobody has answered or seen lapse: there is one at most."""
        found = [offer for offer in self.offers if offer.state == "open"]
        assert len(found) <= 1
        return found[0] if found else None

    def hold_at(self, now: datetime) -> "Hold | None":
        """The hold under which it stands still at that moment."""
        return next((h for h in self.holds if not h.ended_at and now < h.ends_at), None)


@dataclass(slots=True, eq=False)
class Offer:
    """Part of the money; one that nobody answers ends at `lapses_at`."""

    request: Request
    amount: int
    by: str
    lapses_at: datetime
    state: str = "open"
    ended_at: datetime | None = None
    pk: int = 0


@dataclass(slots=True, eq=False)
class Hold:
    """An operator stops the clock of a request until `ends_at`, or until it is released."""

    held_at: datetime
    ends_at: datetime
    # Empty until somebody notices the end.
    ended_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        return (self.ended_at or self.ends_at) - self.held_at


@dataclass(slots=True, eq=False)
class Service:
    """Where the delivery of a unit stands, and what it waits for."""

    terms: DeliveryTerms
    since: datetime
    state: str = "awaiting_requirement"
    late_at: datetime | None = None
    accepts_at: datetime | None = None
    remind_at: datetime | None = None
    frozen_since: datetime | None = None
    accepted_at: datetime | None = None
    by_clock: bool = False
    send_backs: int = 0
    sent_back_at: datetime | None = None
    # The acceptances, to the second, of which the buyer has been reminded.
    reminded: set[int] = field(default_factory=set)
    pk: int = 0

    def is_overdue(self, now: datetime) -> bool:
        """Whether only the automatic acceptance is legal any more."""
        if self.accepts_at is None or self.frozen_since:
            return False
        return now >= self.accepts_at


@dataclass(slots=True, eq=False)
class Unit:
    """One instance of an order."""

    resource_id: str
    order: str
    buyer: str
    vendor: str
    delivery: str
    kind: str
    list_price: int
    coupon: int
    commission: int
    purchased_at: datetime
    expires_at: datetime | None
    service: Service | None = None
    terminated_at: datetime | None = None
    requests: list[Request] = field(default_factory=list)
    tickets: list["Ticket"] = field(default_factory=list)
    invoices: list["Invoice"] = field(default_factory=list)
    pk: int = 0

    @property
    def paid(self) -> int:
        return self.list_price - self.coupon

    @property
    def standing(self) -> Request | None:
        """The request that is neither cancelled nor rejected: there is one at most."""
        found = [r for r in self.requests if r.status not in {"cancelled", "rejected"}]
        assert len(found) <= 1
        return found[0] if found else None

    @property
    def asked_alone(self) -> list[Request]:
        """What was asked for by self-service."""
        return [r for r in self.requests if r.channel == "self_service"]

    @property
    def open_ticket(self) -> "Ticket | None":
        found = [ticket for ticket in self.tickets if ticket.state == "open"]
        assert len(found) <= 1
        return found[0] if found else None

    @property
    def invoice(self) -> "Invoice | None":
        """The one that it stands on."""
        found = [i for i in self.invoices if i.state in {"pending", "processing", "mailed"}]
        assert len(found) <= 1
        return found[0] if found else None

    @property
    def holder(self) -> "Request | Ticket | None":
        """What freezes its delivery and its invoices."""
        standing = self.standing
        return standing if standing and standing.status == "pending" else self.open_ticket


@dataclass(slots=True, eq=False)
class Ticket:
    """A case for the platform; `inside` keeps the rights of the refund window."""

    unit: Unit
    terms: Terms
    cause: str
    inside: bool
    asked: int
    due_at: datetime
    by_clock: bool
    appealed: Request | None = None
    by_vendor: bool = False
    state: str = "open"
    closed_at: datetime | None = None
    decider: str = ""
    refund: Request | None = None
    word: str = ""
    agreed: int | None = None
    urged_at: datetime | None = None
    # By which reminders of its deadline, which never moves.
    reminded: set[str] = field(default_factory=set)
    pk: int = 0


@dataclass(slots=True, eq=False)
class Invoice:
    """What a vendor owes for these units."""

    units: list[Unit]
    on_paper: bool
    state: str = "pending"
    pk: int = 0

    @property
    def buyer(self) -> str:
        return self.units[0].buyer

    @property
    def vendor(self) -> str:
        return self.units[0].vendor


Thing = Request | Ticket | Invoice | Service


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as the marketplace tells of it."""

    number: str
    buyer: str
    vendor: str
    delivery: str
    prices: tuple[int, ...]
    coupon: int
    kind: str
    at: datetime
    expires_at: datetime | None = None
    online: bool = True
    currency: str = "CNY"


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Fen by fen, to whom most is missing of an exact share; the earlier of equals first."""
    exact = [Fraction(total * weight, sum(weights)) if weight else Fraction() for weight in weights]
    parts = [floor(share) for share in exact]
    while sum(parts) < total:
        missing = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[missing.index(max(missing))] += 1
    return parts
