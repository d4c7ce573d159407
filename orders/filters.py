"""How vendors narrow the list of their services."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.filters import ListFilter, SearchFilter
from orders.models import DeliveryType, Instance, Order, Product, Service
from people.models import User
from people.queries import vendor_ids_of


def _own_services(request: HttpRequest) -> QuerySet[Product]:
    ids = vendor_ids_of(request.user) if isinstance(request.user, User) else []
    return Product.objects.filter(vendor_id__in=ids, delivery_type=DeliveryType.SERVICE).order_by(
        "name"
    )


class ServiceFilter(ListFilter):
    """A vendor's services by words and product; wants the `request`."""

    q = SearchFilter(method="search", placeholder=_("Buyer, product, resource ID or order number"))
    product = django_filters.ModelChoiceFilter(
        label=_("Product"),
        queryset=_own_services,
        field_name="instance__product",
        empty_label=_("Any"),
    )

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Service], name: str, words: str) -> QuerySet[Service]:
        # Found in the reader's own instances first; compared with the rows afterwards.
        vendors = vendor_ids_of(self.request.user)
        products = Product.objects.filter(name__icontains=words, vendor_id__in=vendors)
        orders = Order.objects.filter(number__icontains=words, product__vendor_id__in=vendors)
        instances = Instance.objects.filter(vendor_id__in=vendors).filter(
            Q(product__in=products) | Q(order__in=orders) | Q(resource_id__icontains=words)
        )
        return rows.filter(
            Q(instance__in=instances) | Q(instance__buyer__full_name__icontains=words)
        )
