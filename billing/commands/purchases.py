"""Recording what the marketplace sold (R14, R17)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import UniqueViolation

from billing.commands.accounts import account_of_buyer, account_of_vendor, system_account
from billing.commands.posting import Leg, Posting, post
from billing.models import Account, AccountKind, TransactionKind
from billing.queries import commission_basis_points
from billing.shares import commission_on
from kernel.errors import DomainError
from orders.commands import Line, place_order
from orders.models import Instance, Order, OrderKind, Product
from people.models import User


class OrderAlreadyRecorded(DomainError):
    """The order number or a resource ID stands for something else already."""

    code = "order_already_recorded"
    sentence = _("Order %(number)s or one of its resource IDs is recorded with other content.")


def record_purchase(
    *,
    number: str,
    buyer: User,
    product: Product,
    lines: Sequence[Line],
    currency: str,
    purchased_at: datetime,
    now: datetime,
    coupon: int = 0,
    kind: OrderKind = OrderKind.NEW,
    paid_online: bool = True,
) -> Order:
    """Record an order and post it: recharge when it was paid online, then deduct (R14).

    Amounts are in fen of `currency`. The same order again changes nothing and returns the
    one that stands. Opens a transaction. Raises `InvalidOrder`, `CurrencyMismatch`,
    `InsufficientBalance` (paid from the balance), `OrderAlreadyRecorded`, `NoCommissionPolicy`.
    """
    # First: what is older than the first rules has none of delivery, either.
    rate = commission_basis_points(purchased_at)
    try:
        with transaction.atomic():
            order = place_order(
                number=number,
                buyer=buyer,
                product=product,
                lines=lines,
                coupon=coupon,
                currency=currency,
                purchased_at=purchased_at,
                kind=kind,
            )
            post(_postings(order, rate, paid_online=paid_online), now=now)
            return order
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        pushed = (buyer, product, kind, coupon, currency, purchased_at, paid_online, set(lines))
        return _standing(number, pushed, paid_online=paid_online)


def _standing(number: str, pushed: tuple[object, ...], *, paid_online: bool) -> Order:
    """The order that stands, when it is the very same one."""
    standing = Order.objects.filter(number=number).first()
    if standing is None or _as_pushed(standing, paid_online=paid_online) != pushed:
        raise OrderAlreadyRecorded(number=number)
    return standing


def _postings(order: Order, rate: int, *, paid_online: bool) -> list[Posting]:
    buyer = account_of_buyer(order.buyer, order.currency)
    vendor = account_of_vendor(order.product.vendor, order.currency)
    platform = system_account(AccountKind.PLATFORM, order.currency)
    external = system_account(AccountKind.EXTERNAL, order.currency)
    recharge = [recharge_of(order, buyer, external)] if paid_online and order.paid else []
    return recharge + [
        deduction_of(instance, buyer, vendor, platform, commission_on(instance.paid, rate))
        for instance in order.instances.order_by("pk")
        if instance.paid
    ]


def recharge_of(order: Order, buyer: Account, external: Account) -> Posting:
    """What comes in for an order that was paid online."""
    return Posting(
        kind=TransactionKind.RECHARGE,
        reference=f"order:{order.number}",
        currency=order.currency,
        order_id=order.pk,
        instance_id=None,
        legs=(Leg(external.pk, -order.paid), Leg(buyer.pk, order.paid)),
    )


def deduction_of(
    instance: Instance, buyer: Account, vendor: Account, platform: Account, commission: int
) -> Posting:
    """One deduction an instance, so that its refund can go back in the very same shares."""
    return Posting(
        kind=TransactionKind.DEDUCT,
        reference=f"instance:{instance.resource_id}",
        currency=instance.currency,
        order_id=instance.order_id,
        instance_id=instance.pk,
        legs=(
            Leg(buyer.pk, -instance.paid),
            Leg(vendor.pk, instance.paid - commission),
            Leg(platform.pk, commission),
        ),
    )


def _is_taken(error: IntegrityError) -> bool:
    """Whether the number or a resource ID stands already; anything else is a fault of ours."""
    cause = error.__cause__
    tables = (Order._meta.db_table, Instance._meta.db_table)
    return isinstance(cause, UniqueViolation) and cause.diag.table_name in tables


def _as_pushed(order: Order, *, paid_online: bool) -> tuple[object, ...]:
    """The order as it was pushed; how nothing was paid is not known afterwards."""
    recharged = order.transactions.filter(kind=TransactionKind.RECHARGE).exists()
    return (
        order.buyer,
        order.product,
        order.kind,
        order.coupon,
        order.currency,
        order.purchased_at,
        recharged if order.paid else paid_online,
        _lines(order),
    )


def _lines(order: Order) -> set[Line]:
    return {
        Line(
            resource_id=instance.resource_id,
            list_price=instance.list_price,
            spec=instance.spec,
            expires_at=instance.expires_at,
        )
        for instance in order.instances.all()
    }
