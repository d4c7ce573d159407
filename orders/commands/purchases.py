"""What is put on offer and what was bought."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from kernel.transactions import require_transaction
from orders.models import (
    CURRENCY,
    RESOURCE_ID,
    DeliveryType,
    Instance,
    Order,
    OrderKind,
    Product,
    Service,
    ServiceEvent,
    ServiceState,
)
from orders.money import apportion
from orders.queries import delivery_policy_at
from people.models import User, Vendor

# As many characters as the column holds, none of them a control character.
NUMBER = r"[^\x00-\x1f]{1,64}"


class InvalidOrder(DomainError):
    """The order contradicts itself."""

    code = "invalid_order"
    sentence = _(
        "An order needs an instance, prices that are not negative, a coupon that does not"
        " exceed them, an expiry after the purchase if any, a currency code, and resource IDs of"
        " letters, digits and . _ : -"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One instance of an order: its list price in fen, and until when it may be used."""

    resource_id: str
    list_price: int
    spec: str = ""
    expires_at: datetime | None = None


def list_product(*, vendor: Vendor, code: str, name: str, delivery_type: DeliveryType) -> Product:
    """Put a product on offer."""
    return Product.objects.create(vendor=vendor, code=code, name=name, delivery_type=delivery_type)


def place_order(
    *,
    number: str,
    buyer: User,
    product: Product,
    lines: Sequence[Line],
    coupon: int,
    currency: str,
    purchased_at: datetime,
    kind: OrderKind = OrderKind.NEW,
) -> Order:
    """Record an order and its instances; coupon and paid are apportioned exactly (R4).

    `coupon` is in fen of `currency`. Raises `InvalidOrder`. Requires a transaction.
    """
    require_transaction()
    list_price = sum(line.list_price for line in lines)
    sound = (
        re.fullmatch(NUMBER, number)
        and re.fullmatch(CURRENCY, currency)
        and _are_sound(lines, purchased_at)
        and 0 <= coupon <= list_price
    )
    if not sound:
        raise InvalidOrder
    order = Order.objects.create(
        number=number,
        buyer=buyer,
        product=product,
        kind=kind,
        currency=currency,
        list_price=list_price,
        coupon=coupon,
        paid=list_price - coupon,
        purchased_at=purchased_at,
    )
    instances = _make_instances(order, lines)
    if product.delivery_type == DeliveryType.SERVICE:
        _begin_deliveries(order, instances)
    return order


def _are_sound(lines: Sequence[Line], purchased_at: datetime) -> bool:
    return 0 < len(lines) == len({line.resource_id for line in lines}) and all(
        line.list_price >= 0
        and re.fullmatch(RESOURCE_ID, line.resource_id)
        and (line.expires_at is None or line.expires_at > purchased_at)
        for line in lines
    )


def _make_instances(order: Order, lines: Sequence[Line]) -> list[Instance]:
    coupons = apportion(order.coupon, [line.list_price for line in lines])
    return Instance.objects.bulk_create(
        Instance(
            resource_id=line.resource_id,
            order=order,
            buyer=order.buyer,
            vendor_id=order.product.vendor_id,
            product=order.product,
            delivery_type=order.product.delivery_type,
            spec=line.spec,
            currency=order.currency,
            list_price=line.list_price,
            coupon=share,
            paid=line.list_price - share,
            purchased_at=order.purchased_at,
            expires_at=line.expires_at,
        )
        for line, share in zip(lines, coupons, strict=True)
    )


def _begin_deliveries(order: Order, instances: Sequence[Instance]) -> None:
    """Every manual service waits for its requirement, under the policy of the purchase (R11)."""
    policy = delivery_policy_at(order.purchased_at)
    services = Service.objects.bulk_create(
        Service(
            instance=instance,
            vendor_id=instance.vendor_id,
            policy=policy,
            step_since=order.purchased_at,
        )
        for instance in instances
    )
    ServiceEvent.objects.bulk_create(
        ServiceEvent(
            service=service,
            actor=order.buyer,
            at=order.purchased_at,
            to_state=ServiceState.AWAITING_REQUIREMENT,
        )
        for service in services
    )
