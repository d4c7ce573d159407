"""How buyers and vendors narrow their tickets."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel.filters import SearchFilter
from people.queries import vendor_ids_of
from refunds.filters import ANY, OwnFilter, about
from refunds.models import Ticket, TicketState


class TicketFilter(OwnFilter):
    """The buyer's tickets by words and state."""

    q = SearchFilter(method="search", placeholder=_("Product, resource ID or order number"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=TicketState.choices, empty_label=ANY
    )

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Ticket], name: str, words: str) -> QuerySet[Ticket]:
        return rows.filter(about(words, buyer=self.reader))


class VendorTicketFilter(OwnFilter):
    """A vendor's tickets by words."""

    q = SearchFilter(method="search", placeholder=_("Buyer, product, resource ID or order number"))

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Ticket], name: str, words: str) -> QuerySet[Ticket]:
        sold = about(words, product__vendor_id__in=vendor_ids_of(self.reader))
        return rows.filter(sold | Q(buyer__full_name__icontains=words))
