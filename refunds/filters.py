"""How buyers and vendors narrow their lists."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.filters import StatementFilter
from billing.models import Entry, TransactionKind
from kernel.filters import ListFilter, SearchFilter
from orders.models import DeliveryType, Instance, InstanceState, Order, Product
from people.models import User, Vendor
from people.queries import vendor_ids_of
from refunds.earnings import frozen
from refunds.models import RefundRequest
from refunds.situations import STATES
from refunds.transitions import Status

ANY = _("Any")


class OwnFilter(ListFilter):
    """Narrows a list of the reader's own things; wants the `request`."""

    @property
    def reader(self) -> User:
        reader: User = self.request.user
        return reader


class PurchaseFilter(OwnFilter):
    """Purchased products by words, delivery type and the state that the row shows."""

    q = SearchFilter(method="search", placeholder=_("Product, resource ID or order number"))
    delivery_type = django_filters.ChoiceFilter(
        label=_("Delivery type"), choices=DeliveryType.choices, empty_label=ANY
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=list(STATES.items()), empty_label=ANY, method="in_state"
    )

    class Meta:
        model = Instance
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Instance], name: str, words: str) -> QuerySet[Instance]:
        return rows.filter(_called(words) | Q(order__in=_orders(words, buyer=self.reader)))

    def in_state(self, rows: QuerySet[Instance], name: str, state: str) -> QuerySet[Instance]:
        # The same order of questions as `Situation.state`.
        if state == "terminated":
            return rows.filter(state=InstanceState.TERMINATED)
        rows = rows.filter(state=InstanceState.ACTIVE)
        refunding = Q(held_by__startswith="refund:")
        if state == "refunding":
            return rows.filter(refunding)
        expired = Q(expires_at__isnull=False, expires_at__lte=timezone.now())
        return rows.exclude(refunding).filter(expired if state == "expired" else ~expired)


class RefundFilter(OwnFilter):
    """The buyer's requests by words and state."""

    q = SearchFilter(method="search", placeholder=_("Product, resource ID or order number"))
    status = django_filters.ChoiceFilter(label=_("State"), choices=Status.choices, empty_label=ANY)

    class Meta:
        model = RefundRequest
        fields: tuple[str, ...] = ()

    def search(
        self, rows: QuerySet[RefundRequest], name: str, words: str
    ) -> QuerySet[RefundRequest]:
        return rows.filter(about(words, buyer=self.reader))


def _own_products(request: HttpRequest) -> QuerySet[Product]:
    ids = vendor_ids_of(request.user) if isinstance(request.user, User) else []
    return Product.objects.filter(vendor_id__in=ids).order_by("name")


class VendorFilter(OwnFilter):
    """A vendor's requests by words and product."""

    q = SearchFilter(method="search", placeholder=_("Buyer, product, resource ID or order number"))
    product = django_filters.ModelChoiceFilter(
        label=_("Product"),
        queryset=_own_products,
        field_name="instance__product",
        empty_label=ANY,
    )

    class Meta:
        model = RefundRequest
        fields: tuple[str, ...] = ()

    def search(
        self, rows: QuerySet[RefundRequest], name: str, words: str
    ) -> QuerySet[RefundRequest]:
        sold = about(words, product__vendor_id__in=vendor_ids_of(self.reader))
        return rows.filter(sold | Q(buyer__full_name__icontains=words))


class EarningsFilter(StatementFilter):
    """A vendor's earnings as the buyer's statement, and by product and whether it is frozen."""

    kind = django_filters.ChoiceFilter(
        label=_("Type"),
        field_name="transaction__kind",
        choices=[
            (TransactionKind.DEDUCT.value, pgettext_lazy("earning", "Sale")),
            (TransactionKind.REFUND.value, TransactionKind.REFUND.label),
        ],
        empty_label=ANY,
    )
    product = django_filters.ModelChoiceFilter(
        label=_("Product"),
        queryset=Product.objects.none(),
        field_name="transaction__instance__product",
        empty_label=ANY,
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("frozen", pgettext_lazy("earning", "Frozen")),
            ("available", pgettext_lazy("earning", "Available")),
        ],
        empty_label=ANY,
        method="in_state",
    )

    def __init__(self, data: Any, rows: QuerySet[Entry], *, vendor: Vendor, now: datetime) -> None:
        self.vendor, self.now = vendor, now
        super().__init__(data, rows)
        self.filters["product"].queryset = vendor.products.order_by("name")

    def in_state(self, rows: QuerySet[Entry], name: str, state: str) -> QuerySet[Entry]:
        is_frozen = frozen(self.vendor, "earning__instance_id", now=self.now)
        return rows.filter(is_frozen if state == "frozen" else ~is_frozen)


# Words are looked for in the reader's own orders and instances by themselves, and the rows are
# then compared with what was found: three times as fast as joining all of it to every row.


def about(words: str, **own: object) -> Q:
    """Requests or tickets for an instance or an order that has the words."""
    instances = Instance.objects.filter(_called(words), **own)
    return Q(instance__in=instances) | Q(order__in=_orders(words, **own))


def _called(words: str) -> Q:
    products = Product.objects.filter(name__icontains=words)
    return Q(product__in=products) | Q(resource_id__icontains=words)


def _orders(words: str, **own: object) -> QuerySet[Order]:
    return Order.objects.filter(number__icontains=words, **own)
