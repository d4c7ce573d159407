"""How buyers and vendors narrow their lists."""

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.filters import ListFilter, SearchFilter
from orders.models import DeliveryType, Instance, InstanceState, Product
from people.models import User
from people.queries import vendor_ids_of
from refunds.models import RefundRequest
from refunds.situations import STATES
from refunds.transitions import Status

ANY = _("Any")


class PurchaseFilter(ListFilter):
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
        return rows.filter(
            Q(product__name__icontains=words)
            | Q(resource_id__icontains=words)
            | Q(order__number__icontains=words)
        )

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


class RefundFilter(ListFilter):
    """The buyer's requests by words and state."""

    q = SearchFilter(method="search", placeholder=_("Product, resource ID or order number"))
    status = django_filters.ChoiceFilter(label=_("State"), choices=Status.choices, empty_label=ANY)

    class Meta:
        model = RefundRequest
        fields: tuple[str, ...] = ()

    def search(
        self, rows: QuerySet[RefundRequest], name: str, words: str
    ) -> QuerySet[RefundRequest]:
        return rows.filter(_about(words))


def _own_products(request: HttpRequest) -> QuerySet[Product]:
    user = request.user
    ids = vendor_ids_of(user) if isinstance(user, User) else []
    return Product.objects.filter(vendor_id__in=ids).order_by("name")


class VendorFilter(ListFilter):
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
        return rows.filter(_about(words) | Q(buyer__full_name__icontains=words))


def _about(words: str) -> Q:
    return (
        Q(instance__product__name__icontains=words)
        | Q(instance__resource_id__icontains=words)
        | Q(order__number__icontains=words)
    )
