"""What there is in the world of the rules: people, purchases, units, requests.

Like `world`, it imports nothing of the portal. Whoever acts is a name; amounts are in fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import floor

from tests.model.days import Terms


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
    # What comes back: all that was paid, unless both sides agree on a part.
    amount: int
    status: str = "pending"
    decided_by: str = ""
    decider: str = ""
    ended_at: datetime | None = None
    credit_due_at: datetime | None = None
    credited_at: datetime | None = None
    history: list[str] = field(default_factory=lambda: ["submitted"])
    # By which the portal calls it.
    pk: int = 0

    @property
    def is_approved(self) -> bool:
        return self.status in {"approved", "credited"}

    @property
    def commission(self) -> int:
        """What the platform gives back of it; what does not divide is the vendor's."""
        return floor(Fraction(self.amount, self.unit.paid) * self.unit.commission)


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
    terminated_at: datetime | None = None
    requests: list[Request] = field(default_factory=list)
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
