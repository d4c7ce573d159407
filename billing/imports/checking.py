"""Comparing the purchases of a file with what is recorded: a constant number of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from billing.imports.parsing import Purchase
from billing.imports.problems import Fault, Problem
from billing.models import Account, CommissionPolicy, Transaction, TransactionKind
from orders.commands import Line
from orders.models import Instance, Order, Product
from people.models import User


@dataclass(slots=True)
class Checked:
    """What a file would do: `new` orders would be recorded, `standing` ones are so already."""

    new: list[Purchase] = field(default_factory=list)
    standing: list[Purchase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Everybody and everything that the file names and that is known.
    buyers: dict[str, User] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)

    @property
    def newcomers(self) -> dict[str, str]:
        """Who would be registered: name by mail address."""
        names: dict[str, str] = {}
        for purchase in self.new:
            if purchase.buyer_email not in self.buyers:
                names[purchase.buyer_email] = names.get(purchase.buyer_email) or purchase.buyer_name
        return names


def check(purchases: list[Purchase]) -> Checked:
    """Sort purchases into new ones, standing ones and what is wrong, in the file's order."""
    checked = Checked(
        buyers=_by(User.objects.filter(email__in={p.buyer_email for p in purchases}), "email"),
        products=_by(
            Product.objects.select_related("vendor").filter(
                code__in={p.product_code for p in purchases}
            ),
            "code",
        ),
    )
    standing = _standing(purchases)
    for purchase in purchases:
        if purchase.number not in standing:
            checked.new.append(purchase)
        elif standing[purchase.number] == _content(purchase):
            checked.standing.append(purchase)
        else:
            checked.problems.append(
                purchase.problem(Fault.RECORDED_OTHERWISE, "order_number", purchase.number)
            )
    checked.problems += _wrong_with(checked)
    return checked


def _by(rows: Iterable, name: str) -> dict:
    return {getattr(row, name): row for row in rows}


def _wrong_with(checked: Checked) -> Iterator[Problem]:
    yield from _unknown(checked)
    yield from _taken(checked.new)
    yield from _too_early(checked.new)
    yield from _in_another_currency(checked)
    yield from _not_covered(checked)


def _unknown(checked: Checked) -> Iterator[Problem]:
    """Products that are none, and buyers who cannot buy."""
    newcomers = checked.newcomers
    for purchase in checked.new:
        if purchase.product_code not in checked.products:
            yield purchase.problem(Fault.PRODUCT_UNKNOWN, "product_code", purchase.product_code)
        email = purchase.buyer_email
        if email in checked.buyers and not checked.buyers[email].is_active:
            yield purchase.problem(Fault.BUYER_INACTIVE, "buyer_email", email)
        elif newcomers.get(email) == "":
            yield purchase.problem(Fault.NAME_REQUIRED, "buyer_name", "")


def _standing(purchases: list[Purchase]) -> dict[str, tuple[object, ...]]:
    """What the recorded orders of these numbers say, to be compared with `_content`."""
    recharged = Transaction.objects.filter(order=OuterRef("pk"), kind=TransactionKind.RECHARGE)
    orders = (
        Order.objects.filter(number__in={p.number for p in purchases})
        .select_related("buyer", "product")
        .prefetch_related("instances")
        .annotate(recharged=Exists(recharged))
    )
    return {
        order.number: (
            order.buyer.email,
            order.product.code,
            order.coupon,
            order.currency,
            order.purchased_at,
            order.kind,
            # How nothing was paid is not known afterwards.
            order.recharged if order.paid else None,
            {
                Line(one.resource_id, one.list_price, one.spec, one.expires_at)
                for one in order.instances.all()
            },
        )
        for order in orders
    }


def _content(purchase: Purchase) -> tuple[object, ...]:
    return (
        purchase.buyer_email,
        purchase.product_code,
        purchase.coupon,
        purchase.currency,
        purchase.purchased_at,
        purchase.kind,
        purchase.paid_online if purchase.paid else None,
        set(purchase.lines),
    )


def _taken(new: list[Purchase]) -> Iterator[Problem]:
    wanted = {line.resource_id for purchase in new for line in purchase.lines}
    found = Instance.objects.filter(resource_id__in=wanted)
    taken = set(found.values_list("resource_id", flat=True))
    for purchase in new:
        for nth, line in enumerate(purchase.lines):
            if line.resource_id in taken:
                yield purchase.problem(
                    Fault.RESOURCE_ID_TAKEN, "resource_id", line.resource_id, nth=nth
                )


def _too_early(new: list[Purchase]) -> Iterator[Problem]:
    first = CommissionPolicy.objects.order_by("effective_from").first()
    for purchase in new:
        if first is None or purchase.purchased_at < first.effective_from:
            at = purchase.purchased_at.isoformat()
            yield purchase.problem(Fault.NO_COMMISSION, "purchased_at", at)


def _in_another_currency(checked: Checked) -> Iterator[Problem]:
    """An account has one currency for good, one that the file opens, too (R14)."""
    vendors = {product.vendor_id for product in checked.products.values()}
    accounts = Account.objects
    of_buyer = dict(
        accounts.filter(buyer__in=checked.buyers.values()).values_list("buyer__email", "currency")
    )
    of_vendor = dict(accounts.filter(vendor_id__in=vendors).values_list("vendor_id", "currency"))
    for purchase in checked.new:
        if of_buyer.setdefault(purchase.buyer_email, purchase.currency) != purchase.currency:
            yield purchase.problem(Fault.CURRENCY_OF_BUYER, "currency", purchase.currency)
        product = checked.products.get(purchase.product_code)
        if (
            product
            and of_vendor.setdefault(product.vendor_id, purchase.currency) != purchase.currency
        ):
            yield purchase.problem(Fault.CURRENCY_OF_VENDOR, "currency", purchase.currency)


def _not_covered(checked: Checked) -> Iterator[Problem]:
    """What is paid from the balance, in the file's order, must be there (R14)."""
    accounts = Account.objects.filter(buyer__in=checked.buyers.values())
    rows = accounts.values_list("buyer__email", "balance")
    balances = {email: balance or 0 for email, balance in rows}
    for purchase in checked.new:
        if purchase.paid_online:
            continue
        left = balances.get(purchase.buyer_email, 0) - purchase.paid
        if left < 0:
            yield purchase.problem(Fault.BALANCE_TOO_LOW, "paid_online", purchase.number)
        else:
            balances[purchase.buyer_email] = left
