"""How buyers and vendors narrow their invoices."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceLine, InvoiceState
from kernel.filters import ListFilter, SearchFilter


def _is_called(words: str) -> Q:
    """Invoices with these words in the title, the number or what they are of."""
    lines = InvoiceLine.objects.filter(
        Q(instance__resource_id__icontains=words) | Q(instance__product__name__icontains=words)
    )
    return (
        Q(title__icontains=words)
        | Q(number__icontains=words)
        | Q(pk__in=lines.values("invoice_id"))
    )


class InvoiceFilter(ListFilter):
    """The buyer's invoices by words and state."""

    q = SearchFilter(
        method="search", placeholder=_("Title, invoice number, product or resource ID")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=InvoiceState.choices, empty_label=_("Any")
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        return rows.filter(_is_called(words) | Q(vendor__name__icontains=words))


class VendorInvoiceFilter(ListFilter):
    """A vendor's invoices by words."""

    q = SearchFilter(
        method="search", placeholder=_("Buyer, title, invoice number, product or resource ID")
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        return rows.filter(_is_called(words) | Q(buyer__full_name__icontains=words))
