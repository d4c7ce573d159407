"""Working days are those of the Chinese calendar, weekends worked to make up included (R9)."""

from datetime import UTC, date, datetime

import pytest

from billing.working_days import end_of_working_days, is_working_day

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-09-30", True),  # the Wednesday before National Day
        ("2026-10-01", False),
        ("2026-10-07", False),  # a Wednesday, made up for on Saturday the 10th
        ("2026-10-08", True),
        ("2026-10-10", True),  # that Saturday
        ("2026-09-20", True),  # a Sunday worked for National Day
        ("2026-10-11", False),  # an ordinary Sunday
        ("2026-02-17", False),  # Spring Festival
        ("2026-02-28", True),  # a Saturday worked for it
        ("2025-01-26", True),
        ("2024-02-04", True),
        ("2024-02-18", True),
        ("2026-01-01", False),
        ("2026-01-04", True),
    ],
)
def test_a_day_is_worked_as_the_state_council_announced(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) == works


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # Over National Day 2026: 28, 29, 30 September, then 8, 9, 10 (a Saturday), 12 … 15.
        ("2026-09-25 10:00", "2026-10-16"),
        # A plain fortnight.
        ("2026-07-01 10:00", "2026-07-16"),
        # Over Spring Festival 2026: 12, 13, 14 (a Saturday), then 24 … 27, 28, 2, 3 March.
        ("2026-02-11 23:59", "2026-03-04"),
        # The last minute of a day belongs to it, the next does not.
        ("2026-07-01 23:59", "2026-07-16"),
        ("2026-07-02 00:00", "2026-07-17"),
    ],
)
def test_ten_working_days_end_with_the_tenth_after_the_day_of_the_request(
    start: str, end: str
) -> None:
    at = datetime.fromisoformat(f"{start}+08:00").astimezone(UTC)
    due = end_of_working_days(at, days=10, zone=ZONE)
    assert due == datetime.fromisoformat(f"{end} 00:00+08:00")


def test_the_zone_says_which_day_it_is() -> None:
    at = datetime(2026, 7, 1, 17, tzinfo=UTC)  # the 2nd in Shanghai
    assert end_of_working_days(at, days=1, zone=ZONE) == datetime(2026, 7, 3, 16, tzinfo=UTC)
    assert end_of_working_days(at, days=1, zone="UTC") == datetime(2026, 7, 3, tzinfo=UTC)


def test_a_year_that_is_not_announced_yet_has_the_holidays_of_the_law() -> None:
    assert not is_working_day(date(2040, 10, 1))
    assert is_working_day(date(2040, 7, 3))
    assert not is_working_day(date(2040, 7, 1))
