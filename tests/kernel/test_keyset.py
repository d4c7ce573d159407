"""Keyset pages: nothing is shown twice or left out, whatever happens to the rows meanwhile."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from billing.models import CommissionPolicy
from kernel.keyset import Page, paginate
from tests.billing.database import alter

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 7, 1, tzinfo=UTC)
KEY = ("basis_points", "id")


def add_row(points: int, *, number: int) -> CommissionPolicy:
    """A row of any table would do; these have a column that may repeat and one that may not."""
    return CommissionPolicy.objects.create(
        basis_points=points, effective_from=MORNING + timedelta(minutes=number)
    )


def remove(row: CommissionPolicy) -> None:
    alter("ALTER TABLE billing_commissionpolicy DISABLE TRIGGER USER")
    row.delete()
    alter("ALTER TABLE billing_commissionpolicy ENABLE TRIGGER USER")


@pytest.fixture
def rows() -> list[CommissionPolicy]:
    """Eleven rows in order of the key, with ties that run over the ends of pages."""
    points = (5, 5, 5, 5, 7, 7, 7, 8, 9, 9, 9)
    return [add_row(point, number=number) for number, point in enumerate(points)]


def ours() -> QuerySet[CommissionPolicy]:
    return CommissionPolicy.objects.filter(effective_from__gte=MORNING)


def page(url: str = "", *, descending: bool = False, size: int = 3) -> Page[CommissionPolicy]:
    query = QueryDict(url.removeprefix("?"))
    return paginate(ours(), key=KEY, descending=descending, query=query, size=size)


def walk(url: str = "", *, descending: bool = False) -> list[list[CommissionPolicy]]:
    """The rows of this page and of all after it."""
    pages = []
    while True:
        shown = page(url, descending=descending)
        pages.append(shown.rows)
        url = shown.next_url
        if not url:
            return pages


@pytest.mark.parametrize("descending", [False, True])
def test_walking_forward_shows_every_row_once_in_order(
    rows: list[CommissionPolicy], descending: bool
) -> None:
    pages = walk(descending=descending)
    assert [len(shown) for shown in pages] == [3, 3, 3, 2]
    walked = [row for shown in pages for row in shown]
    assert walked == (rows[::-1] if descending else rows)


@pytest.mark.parametrize("descending", [False, True])
def test_walking_back_shows_the_same_pages(rows: list[CommissionPolicy], descending: bool) -> None:
    forward, url = [page(descending=descending)], ""
    while forward[-1].next_url:
        forward.append(page(forward[-1].next_url, descending=descending))
    back = [forward[-1]]
    while url := back[-1].previous_url:
        back.append(page(url, descending=descending))
    assert [shown.rows for shown in reversed(back)] == [shown.rows for shown in forward]


def test_the_first_page_has_none_before_it_and_the_last_none_after(
    rows: list[CommissionPolicy],
) -> None:
    first = page()
    assert (first.previous_url, bool(first.next_url)) == ("", True)
    last = page(size=len(rows))
    assert (last.rows, last.next_url, last.previous_url) == (rows, "", "")
    assert page(page(first.next_url).previous_url).previous_url == ""


def test_where_there_is_nothing_there_is_one_empty_page() -> None:
    empty = page()
    assert (empty.rows, empty.next_url, empty.previous_url) == ([], "", "")


def test_rows_that_come_in_before_the_reader_shift_nothing(rows: list[CommissionPolicy]) -> None:
    first = page()
    add_row(1, number=100)
    add_row(5, number=101)
    second = page(first.next_url)
    # The second new one ties with the edge and comes after it by its id.
    assert [row.basis_points for row in second.rows] == [5, 5, 7]
    assert second.rows[0] == rows[3]
    assert not set(first.rows) & set(second.rows)


def test_rows_that_go_before_the_reader_shift_nothing(rows: list[CommissionPolicy]) -> None:
    first = page()
    remove(rows[0])
    remove(rows[1])
    assert page(first.next_url).rows == rows[3:6]


def test_the_row_at_the_edge_may_go(rows: list[CommissionPolicy]) -> None:
    first = page()
    second = page(first.next_url)
    remove(rows[2])
    remove(rows[3])
    assert page(first.next_url).rows == rows[4:7]
    assert page(second.previous_url).rows == rows[:2]


def test_rows_that_come_in_after_the_reader_are_met_on_the_way(
    rows: list[CommissionPolicy],
) -> None:
    last = page(page(page(page().next_url).next_url).next_url)
    assert (last.rows, last.next_url) == (rows[9:], "")
    late = add_row(9, number=100)
    assert walk()[-1] == [*rows[9:], late]


def test_a_page_is_one_query_however_far_the_reader_has_come(rows: list[CommissionPolicy]) -> None:
    url = ""
    for _ in range(4):
        with CaptureQueriesContext(connection) as captured:
            url = page(url).next_url
        assert len(captured) == 1
        assert "OFFSET" not in captured[0]["sql"]
        assert "COUNT" not in captured[0]["sql"].upper()


def test_filters_stay_in_the_links_and_the_other_cursor_goes(rows: list[CommissionPolicy]) -> None:
    second = page(page("status=pending&status=approved").next_url)
    for link, kept, gone in (
        (second.next_url, "after", "before"),
        (second.previous_url, "before", "after"),
    ):
        query = QueryDict(link.removeprefix("?"))
        assert query.getlist("status") == ["pending", "approved"]
        assert len(query.getlist(kept)) == 1
        assert gone not in query


def test_times_are_a_key_too(rows: list[CommissionPolicy]) -> None:
    def shown(url: str = "") -> Page[CommissionPolicy]:
        query = QueryDict(url.removeprefix("?"))
        key = ("effective_from", "id")
        return paginate(ours(), key=key, descending=True, query=query, size=4)

    second = shown(shown().next_url)
    assert second.rows == rows[::-1][4:8]
    assert shown(second.previous_url).rows == rows[::-1][:4]


def test_one_column_is_a_key_too(rows: list[CommissionPolicy]) -> None:
    def shown(url: str = "") -> Page[CommissionPolicy]:
        query = QueryDict(url.removeprefix("?"))
        return paginate(ours(), key=("id",), descending=True, query=query, size=4)

    assert shown(shown().next_url).rows == rows[::-1][4:8]


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


GARBAGE = {
    "infinity": "W0luZmluaXR5XQ",
    "too large a fraction": "WzFlOTk5XQ",
    "nothing": "",
    "words": "hello",
    "punctuation": "%&/(!",
    "chinese": "退款",
    "null byte": "\0",
    "a number": _cursor(5),
    "a text": _cursor("ab"),
    "an object": _cursor({"a": 1, "b": 2}),
    "too few": _cursor([1]),
    "too many": _cursor([1, 2, 3]),
    "nulls": _cursor([None, None]),
    "not a number": base64.urlsafe_b64encode(b"[NaN, 1]").decode(),
    "lists": _cursor([[1], [2]]),
    "sql": _cursor(["1; DROP TABLE billing_entry", 1]),
    "a time without its zone": _cursor(["2026-07-01T00:00:00", 1]),
    "numbers that no column holds": _cursor([2**63, 1]),
    "very long numbers": base64.urlsafe_b64encode(b"[" + b"9" * 5_000 + b", 1]").decode(),
    "a time where a number belongs": _cursor(["2026-07-01T00:00:00+00:00", 1]),
    "a time where the last number belongs": _cursor([1, "2026-07-01T00:00:00+00:00"]),
    "brackets in brackets": base64.urlsafe_b64encode(b"[" * 3_000).decode(),
    "half a character": base64.urlsafe_b64encode(b'["\xff", 1]').decode(),
}


@pytest.mark.parametrize("direction", ["after", "before"])
@pytest.mark.parametrize("cursor", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_cursor_that_cannot_be_read_leads_to_the_first_page(
    rows: list[CommissionPolicy], cursor: str, direction: str
) -> None:
    query = QueryDict(mutable=True)
    query[direction] = cursor
    assert page(query.urlencode()).rows == rows[:3]


def test_a_number_where_a_time_belongs_leads_to_the_first_page(
    rows: list[CommissionPolicy],
) -> None:
    query = QueryDict(f"after={_cursor([5, 5])}")
    shown = paginate(ours(), key=("effective_from", "id"), descending=False, query=query, size=3)
    assert shown.rows == rows[:3]


EDGES = ([0, 0], [2**63 - 1, 2**63 - 1], [-(2**63) + 1, 1], [True, False], [1.5, 2.5])


@pytest.mark.parametrize("edge", EDGES)
def test_a_cursor_from_beyond_the_rows_is_no_error(
    rows: list[CommissionPolicy], edge: list[int]
) -> None:
    for direction in ("after", "before"):
        shown = page(f"{direction}={_cursor(edge)}")
        assert shown.rows in (rows[:3], rows[-3:], [])
