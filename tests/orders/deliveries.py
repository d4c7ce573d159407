"""Services brought to any state, through the real commands."""

from collections.abc import Callable
from datetime import datetime, timedelta

from orders import commands
from orders.models import DeliveryType, Service, ServiceState
from people.models import User
from tests.factories import NOW, ProductFactory, buy, make_member

HOUR = timedelta(hours=1)
NEED = "Connect our shop to the CRM."

ORDER = (
    ServiceState.AWAITING_REQUIREMENT,
    ServiceState.REQUIREMENT_SUBMITTED,
    ServiceState.IN_PROGRESS,
    ServiceState.AWAITING_ACCEPTANCE,
    ServiceState.COMPLETE,
)


def order_service(*, buyer: User | None = None, at: datetime = NOW, price: int = 10_000) -> Service:
    """A manual service, just bought."""
    product = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    make_member(product.vendor)
    return buy(buyer=buyer, product=product, prices=(price,), at=at).service


def worker_of(service: Service) -> User:
    """Somebody who acts for the vendor."""
    return service.vendor.members.earliest("pk")


def bring(service: Service, state: ServiceState, *, at: datetime = NOW) -> Service:
    """Take every step up to the state, all of them at one moment."""
    steps: tuple[Callable[[], None], ...] = (
        lambda: commands.submit_requirement(
            service_id=service.pk, buyer=service.instance.buyer, text=NEED, now=at
        ),
        lambda: commands.accept_requirement(
            service_id=service.pk, actor=worker_of(service), now=at
        ),
        lambda: commands.mark_done(service_id=service.pk, actor=worker_of(service), now=at),
        lambda: commands.accept_service(
            service_id=service.pk, buyer=service.instance.buyer, now=at
        ),
    )
    service.refresh_from_db()
    for step in steps[ORDER.index(ServiceState(service.state)) : ORDER.index(state)]:
        step()
    service.refresh_from_db()
    return service


def service_in(state: ServiceState, *, at: datetime = NOW, buyer: User | None = None) -> Service:
    return bring(order_service(at=at, buyer=buyer), state, at=at)
