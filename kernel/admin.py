"""What the admin's pages have in common: they stay fast however large the tables grow."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from kernel.templatetags.money import money

# Nobody pages beyond this; a search or a filter finds what is further away.
COUNTED = 10_000
FOUND = 1_000


class CappedPaginator(Paginator):
    """Counts no further than anybody pages, because a count reads every row that it counts."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Model] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[:COUNTED].count()


class PickedSelect(AutocompleteSelect):
    """A box with suggestions; where what was sent is no id it stays empty, and Django's fails."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_id(str(one))], attrs)


class PicksRows:
    """For pages whose `autocomplete_fields` say no more than that what was sent is no choice."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        page: Any = self
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PickedSelect(db_field, page.admin_site))
        parent: Any = super()
        return parent.formfield_for_foreignkey(db_field, request, **kwargs)


class ReadOnlyAdmin(admin.ModelAdmin):
    """For rows that only commands write: to be found and read, never edited.

    `search_fields` are compared exactly, each by an index of its own: part of a word would
    read the whole table.
    """

    empty_value_display = "—"
    show_full_result_count = False
    list_per_page = 50
    paginator = CappedPaginator
    search_help_text = _("Whole numbers, IDs or mail addresses, not parts of them.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        found: set[Any] = set()
        for field in self.get_search_fields(request):
            value = _as_value(field, term)
            if value is not None:
                matches = self.model._default_manager.filter(**{field: value})
                found.update(matches.order_by("-pk").values_list("pk", flat=True)[:FOUND])
        return queryset.filter(pk__in=found), False

    def response_action(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        if not all(map(is_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("a row was chosen that is none")
        return super().response_action(request, *args, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leaves out a titled group in which nothing is filled in."""
        groups = super().get_fieldsets(request, obj)
        return [
            (title, options)
            for title, options in groups
            if obj is None or not title or any(_is_told(obj, f) for f in options["fields"])
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def amount(
    name: str, label: Any, *, currency: str = "currency", show: Callable[..., str] = money
) -> Any:
    """A column or field that tells the minor units in `name` as people write money.

    `currency` is the path of the currency's code from the row, such as `account__currency`.
    """

    def told(row: Model) -> str:
        return show(getattr(row, name), reduce(getattr, currency.split("__"), row))

    told.__name__ = name  # the style sheet knows the column by it
    return admin.display(description=label, ordering=name)(told)


def list_links(*links: tuple[str | Promise, str, str, object]) -> str:
    """Links to filtered lists: (label, admin list, lookup, value) each, divided by dots."""
    return format_html_join(
        " · ",
        '<a href="{}?{}={}">{}</a>',
        (
            (reverse(f"admin:{name}_changelist"), lookup, value, label)
            for label, name, lookup, value in links
        ),
    )


def _is_told(row: Model, field: Any) -> bool:
    """Whether a field, or one of several in a line, has anything to show; a method always has."""
    if isinstance(field, (list, tuple)):
        return any(_is_told(row, each) for each in field)
    name = getattr(field, "__name__", field)
    return getattr(row, name, True) not in (None, "")


def _as_value(field: str, term: str) -> object:
    """The term as a value of the field's kind; None where it cannot be one."""
    if not field.endswith("id") or field.endswith("resource_id"):
        return term.lower() if field.endswith("email") else term
    return int(term) if is_id(term) else None


def is_id(text: str) -> bool:
    """Whether it could be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19
