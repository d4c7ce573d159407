"""Keyset pages: a page costs the same however far the reader has come.

The cursor in the URL holds the ordering values of the row at the edge of the page, so
rows that are added or go away meanwhile never shift what the reader sees.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import QueryDict

PAGE_SIZE = 20

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the query strings of the pages beside them ("" where there is none)."""

    rows: list[Row]
    next_url: str
    previous_url: str


def paginate(
    rows: QuerySet[Row],
    *,
    key: tuple[str, ...],
    descending: bool,
    query: QueryDict,
    size: int | None = None,
) -> Page[Row]:
    """One page of `rows`, ordered by the columns `key` (none of them nullable, the last unique).

    `query` is the request's query string: `after` or `before` say where to go on, all the
    rest (filters) is kept in the links. A cursor that cannot be read leads to the first page.
    A page has `PAGE_SIZE` rows, or `size`.
    """
    size = size or PAGE_SIZE
    after = _decode(query.get("after"), rows.model, key)
    before = None if after else _decode(query.get("before"), rows.model, key)
    backwards = before is not None
    down = descending != backwards
    edge = after or before
    ordered = rows.order_by(*(f"-{column}" if down else column for column in key))
    found = list((_beyond(ordered, key, edge, down=down) if edge else ordered)[: size + 1])
    if edge and not found:
        # All that was there has gone meanwhile: begin again rather than end in nothing.
        return paginate(rows, key=key, descending=descending, query=_kept(query), size=size)
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_next = backwards or more
    has_previous = more if backwards else after is not None
    return Page(
        rows=shown,
        next_url=_link(query, "after", shown[-1], key) if shown and has_next else "",
        previous_url=_link(query, "before", shown[0], key) if shown and has_previous else "",
    )


def _beyond(
    rows: QuerySet[Row], key: tuple[str, ...], edge: list[Any], *, down: bool
) -> QuerySet[Row]:
    """The rows after the edge: by the first column, among equals by the next."""
    # Two columns at least, so that one lookup serves every key.
    columns, values = (key, edge) if len(key) > 1 else (key * 2, edge * 2)
    lookup = TupleLessThan if down else TupleGreaterThan
    return rows.filter(lookup(Tuple(*(F(column) for column in columns)), tuple(values)))


def _kept(query: QueryDict) -> QueryDict:
    """What stays when another page is shown: the filters."""
    kept = query.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return kept


def _link(query: QueryDict, direction: str, row: Model, key: tuple[str, ...]) -> str:
    kept = _kept(query)
    kept[direction] = _encode([getattr(row, column) for column in key])
    return f"?{kept.urlencode()}"


def _encode(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str | None, model: type[Model], key: tuple[str, ...]) -> list[Any] | None:
    """The values in a cursor; None where somebody has written it by hand."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(model, column, value) for column, value in zip(key, plain, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None


def _value(model: type[Model], column: str, plain: object) -> Any:
    value = model._meta.get_field(column).to_python(plain)  # type: ignore[union-attr]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a cursor states its zone")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("no such number in a column")
    if value is None:
        raise ValueError("no column of a key is empty")
    return value
