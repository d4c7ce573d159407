"""What was sold and how it is delivered, in the admin."""

from orders.admin.purchases import InstanceAdmin, OrderAdmin, ProductAdmin
from orders.admin.services import ServiceAdmin

__all__ = ["InstanceAdmin", "OrderAdmin", "ProductAdmin", "ServiceAdmin"]
