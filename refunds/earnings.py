"""Every read of a vendor's earnings: sums over the entries on its account (R14).

They are summed from `Earning`, which says of each entry what it is grouped by. Amounts are in
fen, as the vendor's account gained (positive) or lost (negative) them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from billing.models import Account, Earning, Entry
from orders.models import DeliveryType, Instance, InstanceState, Product, ServiceState
from people.models import Vendor
from refunds.freezing import Frozen, Sold, first_inside, frozen_by
from refunds.models import PolicyVersion, RefundRequest, Ticket, TicketState
from refunds.queries import policies_at
from refunds.transitions import Status

REFUNDING = (Status.PENDING, Status.APPROVED)
INSTANCE = "transaction__instance"


@dataclass(slots=True)
class Sums:
    """What the vendor earned net of commission, and what of it went back (negative)."""

    earned: int = 0
    refunded: int = 0
    # The platform's, net of what it returned.
    commission: int = 0
    # What of the balance may still go back.
    frozen: int = 0

    def add(self, part: "Sums") -> None:
        """Take in the sums of a part."""
        self.earned += part.earned
        self.refunded += part.refunded
        self.commission += part.commission
        self.frozen += part.frozen

    @property
    def balance(self) -> int:
        """All entries together."""
        return self.earned + self.refunded

    @property
    def available(self) -> int:
        return self.balance - self.frozen


@dataclass(slots=True)
class Earnings:
    """A vendor's account: in whole, by product (the best first) and by month (the newest first).

    A month tells what was posted in it, and what of that is frozen now.
    """

    currency: str
    whole: Sums = field(default_factory=Sums)
    products: dict[int, Sums] = field(default_factory=dict)
    months: dict[date, Sums] = field(default_factory=dict)

    def best(self, most: int) -> list[tuple[Product, Sums]]:
        """So many products with their sums; reads what they are called."""
        best = sorted(self.products.items(), key=lambda one: -one[1].earned)[:most]
        called = Product.objects.in_bulk([pk for pk, _sums in best])
        return [(called[pk], sums) for pk, sums in best]


@dataclass(frozen=True, slots=True)
class EarningLine:
    """One entry, with the platform's side of it and what keeps it frozen."""

    entry: Entry
    commission: int
    frozen: Frozen | None


def account_of_vendor(vendor: Vendor) -> Account | None:
    """The vendor's account; none before the first sale."""
    return Account.objects.filter(vendor=vendor).first()


def frozen(vendor: Vendor, instance: str, *, now: datetime) -> Q:
    """What `frozen_by` says is frozen, said to the database; `instance` is the path to its id.

    By ids of instances, and each set by itself: the database looks a few up one by one, and
    makes one set of many.
    """
    inside = Q(pk__in=())
    for delivery_type, policy in policies_at(now).items():
        if first := first_inside(policy.terms, now=now):
            inside |= Q(delivery_type=delivery_type, purchased_at__gte=first)
    delivering = Q(delivery_type=DeliveryType.SERVICE) & ~Q(service__state=ServiceState.COMPLETE)
    active = Instance.objects.filter(
        vendor=vendor, state=InstanceState.ACTIVE, pk=OuterRef(instance)
    )
    sets: tuple[QuerySet[Any], ...] = (
        _refunding(OuterRef(instance)).filter(vendor=vendor),
        _tickets(OuterRef(instance)).filter(vendor=vendor),
        active.filter(inside),
        active.filter(delivering),
    )
    return Q(*(Exists(each) for each in sets), _connector=Q.OR)


def _refunding(instance: OuterRef) -> QuerySet[RefundRequest]:
    return RefundRequest.objects.filter(instance=instance, status__in=REFUNDING)


def _tickets(instance: OuterRef) -> QuerySet[Ticket]:
    return Ticket.objects.filter(instance=instance, state=TicketState.OPEN)


def earnings_of(account: Account, vendor: Vendor, *, now: datetime) -> Earnings:
    """The sums of all entries on a vendor's account, from one read of one index."""
    found = Earnings(account.currency)
    for row in _summed(account, frozen(vendor, "instance_id", now=now)):
        part = Sums(row["earned"], row["refunded"], row["share"], row["frozen"])
        found.whole.add(part)
        found.products.setdefault(row["product"], Sums()).add(part)
        found.months.setdefault(row["month"].date(), Sums()).add(part)
    found.months = dict(sorted(found.months.items(), reverse=True))
    return found


def _summed(account: Account, is_frozen: Q) -> QuerySet:
    """The account's earnings by product and month; a sale adds, and a refund takes away."""
    return (
        Earning.objects.filter(account=account)
        .values("product", month=TruncMonth("posted_at"))
        .annotate(
            earned=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
            refunded=Coalesce(Sum("amount", filter=Q(amount__lt=0)), 0),
            share=Sum("commission"),
            frozen=Coalesce(Sum("amount", filter=is_frozen), 0),
        )
    )


def lines_of(account: Account | None) -> QuerySet[Entry]:
    """The entries on a vendor's account, with all that `line_of` tells of each."""
    instance = OuterRef("earning__instance_id")
    return (
        Entry.objects.filter(account=account)
        .select_related(
            "earning", "transaction__order", f"{INSTANCE}__product", f"{INSTANCE}__service"
        )
        .annotate(
            refunding=Exists(_refunding(instance)),
            ticket_open=Exists(_tickets(instance)),
        )
    )


def line_of(entry: Entry, policies: dict[str, PolicyVersion], *, now: datetime) -> EarningLine:
    """A line of `lines_of` with what the rules say about it; reads nothing more."""
    instance = entry.transaction.instance
    if instance is None:
        raise ValueError(f"entry {entry.pk} on a vendor's account is for no instance")
    service = getattr(instance, "service", None)
    sold = Sold(
        delivery_type=instance.delivery_type,
        purchased_at=instance.purchased_at,
        terminated=instance.state == InstanceState.TERMINATED,
        accepted=service is not None and service.state == ServiceState.COMPLETE,
        refunding=entry.refunding,  # type: ignore[attr-defined]
        ticket_open=entry.ticket_open,  # type: ignore[attr-defined]
    )
    return EarningLine(
        entry=entry,
        commission=entry.earning.commission,
        frozen=frozen_by(sold, policies[instance.delivery_type].terms, now=now),
    )
