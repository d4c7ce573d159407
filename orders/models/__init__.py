"""What was sold, and how a service is delivered."""

from orders.models.purchases import (
    CURRENCY,
    RESOURCE_ID,
    DeliveryType,
    Instance,
    InstanceState,
    Order,
    OrderKind,
    Product,
)
from orders.models.services import (
    TEXT_LENGTH,
    VENDORS_STEPS,
    DeliveryPolicy,
    Service,
    ServiceEvent,
    ServiceState,
)

__all__ = [
    "CURRENCY",
    "RESOURCE_ID",
    "TEXT_LENGTH",
    "VENDORS_STEPS",
    "DeliveryPolicy",
    "DeliveryType",
    "Instance",
    "InstanceState",
    "Order",
    "OrderKind",
    "Product",
    "Service",
    "ServiceEvent",
    "ServiceState",
]
