"""How a buyer narrows the statement (R14)."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Entry, TransactionKind
from kernel.filters import DayFilter, ListFilter, SearchFilter


class StatementFilter(ListFilter):
    """By type, by natural days in the marketplace's zone (both included), by order number.

    `reference` finds exactly one line, and has no control: links from elsewhere lead to it.
    """

    order = SearchFilter(method="of_order", placeholder=_("Order number"))
    kind = django_filters.ChoiceFilter(
        label=_("Type"),
        field_name="transaction__kind",
        choices=TransactionKind.choices,
        empty_label=_("Any"),
    )
    since = DayFilter(label=_("From"), method="from_day")
    until = DayFilter(label=_("To"), method="to_day")
    reference = django_filters.CharFilter(
        field_name="transaction__reference", widget=forms.HiddenInput
    )

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()

    def from_day(self, rows: QuerySet[Entry], name: str, day: date) -> QuerySet[Entry]:
        return rows.filter(transaction__posted_at__gte=_start_of(day))

    def to_day(self, rows: QuerySet[Entry], name: str, day: date) -> QuerySet[Entry]:
        if day == date.max:
            return rows
        return rows.filter(transaction__posted_at__lt=_start_of(day + timedelta(days=1)))

    def of_order(self, rows: QuerySet[Entry], name: str, words: str) -> QuerySet[Entry]:
        return rows.filter(transaction__order__number__icontains=words)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
