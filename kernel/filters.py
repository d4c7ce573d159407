"""What the filters of every list have in common."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

SEARCH_LENGTH = 64


class SearchFilter(django_filters.CharFilter):
    """A search box; `method` says what it finds."""

    def __init__(self, *, placeholder: Any, **kwargs: Any) -> None:
        super().__init__(
            label=_("Search"),
            max_length=SEARCH_LENGTH,
            widget=forms.TextInput(attrs={"placeholder": placeholder, "type": "search"}),
            **kwargs,
        )


class DayFilter(django_filters.DateFilter):
    """A natural day in the marketplace's zone, from the browser's own date picker."""

    def __init__(self, **kwargs: Any) -> None:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=day, **kwargs)


class ListFilter(django_filters.FilterSet):
    """Narrows a list by what the query string says; a value that cannot be read narrows nothing."""

    @property
    def chosen(self) -> bool:
        """Whether the reader has narrowed the list at all."""
        return any(self.data.get(name) for name in self.filters)
