"""People, products and purchases for tests, made through the real commands.

Amounts are in fen. `NOW` is a moment inside everybody's first day: tests state times as
distances from it, and no test patches the clock.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import factory.django
from factory.declarations import Sequence, SubFactory
from factory.faker import Faker

from billing.commands import record_purchase
from orders.commands import Line
from orders.models import (
    DeliveryType,
    Instance,
    OrderKind,
    Product,
)
from people.commands import add_member, register_person, register_vendor
from people.models import Role, User, Vendor
from refunds.commands import add_policy_version, hold_request, offer, submit
from refunds.models import (
    Hold,
    Offer,
    PolicyVersion,
    RefundReason,
    RefundRequest,
    RejectionGround,
)

# 2026-07-01 10:00 in Shanghai.
NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)

_number = count(1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.com")
    full_name = Faker("name")
    # Hashing costs a second on purpose; only tests that sign in by form need a password.
    password = None

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return register_person(**kwargs)


class VendorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Vendor

    name = Sequence(lambda n: f"Vendor {n}")
    contact_name = Faker("name")
    contact_email = Sequence(lambda n: f"vendor{n}@example.com")

    @classmethod
    def _create(cls, model_class: type[Vendor], *args: Any, **kwargs: Any) -> Vendor:
        return register_vendor(**kwargs)


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    vendor = SubFactory(VendorFactory)
    code = Sequence(lambda n: f"product-{n}")
    name = Sequence(lambda n: f"Product {n}")
    delivery_type = DeliveryType.SAAS


def make_user(**fields: Any) -> User:
    """A person; pass `password` for one who signs in by form."""
    return UserFactory.create(**fields)


def make_member(vendor: Vendor, role: Role = Role.OWNER, **fields: Any) -> User:
    """A person acting for the vendor."""
    user = make_user(**fields)
    add_member(vendor=vendor, user=user, role=role)
    return user


def buy(
    *,
    buyer: User | None = None,
    product: Product | None = None,
    prices: tuple[int, ...] = (10_000,),
    coupon: int = 0,
    at: datetime = NOW,
    kind: OrderKind = OrderKind.NEW,
    expires_at: datetime | None = None,
    currency: str = "CNY",
) -> Instance:
    """Record a purchase, paid online; the first of its instances."""
    number = f"O{next(_number):08}"
    order = record_purchase(
        number=number,
        buyer=buyer or make_user(),
        product=product or ProductFactory.create(),
        lines=[
            Line(resource_id=f"{number}-{i}", list_price=price, expires_at=expires_at)
            for i, price in enumerate(prices)
        ],
        coupon=coupon,
        currency=currency,
        purchased_at=at,
        kind=kind,
        now=at,
    )
    return order.instances.earliest("pk")


def ask(instance: Instance | None = None, *, at: datetime = NOW) -> RefundRequest:
    """A pending request for the instance, by its buyer."""
    instance = instance or buy()
    return submit(
        instance_id=instance.pk,
        buyer=instance.buyer,
        reason=RefundReason.NO_LONGER_NEEDED,
        acknowledged=True,
        now=at,
    )


def ask_service(*, price: int = 10_000, at: datetime = NOW, **purchase: Any) -> RefundRequest:
    """A pending request for a manual service, of which a part may be offered."""
    service = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    return ask(buy(product=service, prices=(price,), at=at, **purchase), at=at)


def offer_on(
    request: RefundRequest, *, amount: int = 4_000, by: User | None = None, at: datetime = NOW
) -> Offer:
    """An open offer by somebody of the vendor."""
    offer(
        request_id=request.pk,
        actor=by or make_member(request.vendor),
        amount=amount,
        text="Half of the work is done.",
        now=at,
    )
    return request.offers.latest("pk")


def hold_on(
    request: RefundRequest, *, days: int = 2, by: User | None = None, at: datetime = NOW
) -> Hold:
    """A hold by an operator."""
    hold_request(
        request_id=request.pk,
        actor=by or make_user(operator=True),
        days=days,
        reason="We are asking the vendor.",
        now=at,
    )
    return request.holds.latest("pk")


def ground(code: str = "abuse") -> RejectionGround:
    """One of the grounds that every database begins with."""
    return RejectionGround.objects.get(code=code)


def saas_policy(
    *, effective_from: datetime = NOW - timedelta(days=30), **changes: Any
) -> PolicyVersion:
    """The first SaaS policy from another moment on, but for these changes."""
    first: dict[str, Any] = {
        "zone": "Asia/Shanghai",
        "window_days": 5,
        "decision_days": 3,
        "approves_at_deadline": True,
        "credit_delay_minutes": 30,
        "max_submissions": 3,
        "max_refunded_orders": 4,
        "offer_days": 3,
        "max_declined_offers": 2,
        "max_hold_days": 7,
        "first_reminder_hours": 24,
        "last_reminder_hours": 2,
    }
    return add_policy_version(
        delivery_type=DeliveryType.SAAS, effective_from=effective_from, **(first | changes)
    )


def short_policy(**changes: Any) -> PolicyVersion:
    """A SaaS policy whose credit is due at once."""
    return saas_policy(credit_delay_minutes=0, **changes)


def no_limit() -> PolicyVersion:
    """A SaaS policy under which one buyer may have as many orders refunded as a test needs."""
    return saas_policy(max_refunded_orders=None)
