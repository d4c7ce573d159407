"""Every read of a vendor's earnings: sums over the entries on its account (R14).

Amounts are in fen, as the vendor's account gained (positive) or lost (negative) them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, TruncMonth

from billing.models import Account, AccountKind, Entry, TransactionKind
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

    A month tells what was posted in it, and not what of that is frozen now.
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


def frozen_instances(vendor: Vendor, *, now: datetime) -> QuerySet[Instance]:
    """What `frozen_by` says is frozen, said to the database."""
    inside = Q(pk__in=())
    for delivery_type, policy in policies_at(now).items():
        if first := first_inside(policy.terms, now=now):
            inside |= Q(delivery_type=delivery_type, purchased_at__gte=first)
    delivering = Q(delivery_type=DeliveryType.SERVICE) & ~Q(service__state=ServiceState.COMPLETE)
    unsettled = Q(state=InstanceState.ACTIVE) & (inside | delivering)
    return Instance.objects.filter(vendor=vendor).filter(
        unsettled | Exists(_refunding(OuterRef("pk"))) | Exists(_tickets(OuterRef("pk")))
    )


def _refunding(instance: OuterRef) -> QuerySet[RefundRequest]:
    return RefundRequest.objects.filter(instance=instance, status__in=REFUNDING)


def _tickets(instance: OuterRef) -> QuerySet[Ticket]:
    return Ticket.objects.filter(instance=instance, state=TicketState.OPEN)


def earnings_of(account: Account, vendor: Vendor, *, now: datetime) -> Earnings:
    """The sums of all entries on a vendor's account: a few grouping reads, however many."""
    found = Earnings(account.currency)
    for row in _posted(account):
        for sums in (
            found.whole,
            found.products.setdefault(row["product"], Sums()),
            found.months.setdefault(row["month"].date(), Sums()),
        ):
            sums.commission += row["commission"]
            if row["transaction__kind"] == TransactionKind.REFUND:
                sums.refunded += row["total"]
            else:
                sums.earned += row["total"]
    for product, total in _frozen(account, vendor, now=now):
        found.whole.frozen += total
        found.products[product].frozen += total
    found.months = dict(sorted(found.months.items(), reverse=True))
    return found


def _posted(account: Account) -> QuerySet:
    """The account's entries and the platform's beside them, by kind, product and month."""
    platform = Account.objects.get(kind=AccountKind.PLATFORM, currency=account.currency)
    return (
        Entry.objects.filter(account=account)
        .order_by()
        .annotate(
            # At most one in a transaction.
            share=FilteredRelation(
                "transaction__entries", condition=Q(transaction__entries__account=platform)
            )
        )
        .values(
            "transaction__kind",
            product=F(f"{INSTANCE}__product"),
            month=TruncMonth("transaction__posted_at"),
        )
        .annotate(total=Sum("amount"), commission=Coalesce(Sum("share__amount"), 0))
    )


def _frozen(account: Account, vendor: Vendor, *, now: datetime) -> QuerySet:
    """What of the account's balance is frozen, by product."""
    return (
        frozen_instances(vendor, now=now)
        .filter(transactions__entries__account=account)
        .values_list("product")
        .annotate(Sum("transactions__entries__amount"))
    )


def lines_of(account: Account | None) -> QuerySet[Entry]:
    """The entries on a vendor's account, with all that `line_of` tells of each."""
    platform = Entry.objects.filter(
        transaction=OuterRef("transaction"), account__kind=AccountKind.PLATFORM
    )
    instance = OuterRef("transaction__instance")
    return (
        Entry.objects.filter(account=account)
        .select_related("transaction__order", f"{INSTANCE}__product", f"{INSTANCE}__service")
        .annotate(
            commission=Coalesce(Subquery(platform.values("amount")[:1]), 0),
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
        commission=entry.commission,  # type: ignore[attr-defined]
        frozen=frozen_by(sold, policies[instance.delivery_type].terms, now=now),
    )
