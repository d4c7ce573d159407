"""The window and the deadline, at the edges of days, months, years and summer time (R2, R6)."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from refunds.policy import Terms, add_natural_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HAVANA = ZoneInfo("America/Havana")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = (SHANGHAI, NEW_YORK, HAVANA, SAO_PAULO, LORD_HOWE, ZoneInfo("UTC"))

INSTANT = timedelta(microseconds=1)


def terms(zone: ZoneInfo = SHANGHAI, **changes: Any) -> Terms:
    """The first SaaS policy, but for these changes."""
    first: dict[str, Any] = {
        "window_days": 5,
        "decision_days": 3,
        "approves_at_deadline": True,
        "credit_delay": timedelta(minutes=30),
        "max_submissions": 3,
    }
    return Terms(zone=zone, **(first | changes))


def window_end(bought: datetime, zone: ZoneInfo = SHANGHAI, *, days: int = 5) -> datetime:
    end = terms(zone, window_days=days).window_end(bought)
    assert end is not None
    return end.astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize("hour", ["00:00:00", "00:00:01", "10:00:00", "23:59:59.999999"])
def test_bought_on_july_1_at_any_hour_it_is_open_until_july_5_at_midnight(hour: str) -> None:
    assert window_end(local(f"2026-07-01T{hour}", SHANGHAI)) == utc("2026-07-05T16:00")


@pytest.mark.parametrize(
    ("bought", "end"),
    [
        ("2026-01-29T12:00", "2026-02-02T16:00"),  # into February
        ("2026-04-27T12:00", "2026-05-01T16:00"),  # to the last day of April, and no further
        ("2026-12-30T12:00", "2027-01-03T16:00"),  # into the next year
        ("2028-02-25T12:00", "2028-02-29T16:00"),  # the leap day is the last
        ("2028-02-26T12:00", "2028-03-01T16:00"),  # the leap day is one of the five
        ("2028-02-29T12:00", "2028-03-04T16:00"),  # the leap day is the first
        ("2027-02-26T12:00", "2027-03-02T16:00"),  # a year without one
        ("2100-02-26T12:00", "2100-03-02T16:00"),  # a century without one
    ],
)
def test_days_are_counted_by_the_calendar(bought: str, end: str) -> None:
    assert window_end(local(bought, SHANGHAI)) == utc(end)


def test_the_day_of_purchase_is_the_markets_not_the_buyers_nor_the_servers() -> None:
    last_of_july_1 = utc("2026-07-01T15:59:59.999999")
    assert window_end(last_of_july_1) == utc("2026-07-05T16:00")
    assert window_end(last_of_july_1 + INSTANT) == utc("2026-07-06T16:00")


@pytest.mark.parametrize(("days", "end"), [(1, "2026-07-01T16:00"), (31, "2026-07-31T16:00")])
def test_a_window_of_one_day_is_the_day_of_purchase(days: int, end: str) -> None:
    assert window_end(local("2026-07-01T23:59", SHANGHAI), days=days) == utc(end)


def test_without_a_window_there_is_no_end() -> None:
    assert terms(window_days=None).window_end(utc("2026-07-01T00:00")) is None


@pytest.mark.parametrize(
    ("zone", "bought", "end"),
    [
        # Clocks go forward on March 8: the window is an hour shorter.
        (NEW_YORK, "2026-03-04T12:00", "2026-03-09T04:00"),
        # Clocks go back on November 1: it is an hour longer.
        (NEW_YORK, "2026-10-28T12:00", "2026-11-02T05:00"),
        # On November 4 there was no midnight: the day began at 1:00.
        (SAO_PAULO, "2018-10-30T12:00", "2018-11-04T03:00"),
        # On November 1 midnight comes twice: the last day is over at the first.
        (HAVANA, "2026-10-27T12:00", "2026-11-01T04:00"),
    ],
)
def test_a_window_ends_where_the_last_day_does_in_summer_time_too(
    zone: ZoneInfo, bought: str, end: str
) -> None:
    assert window_end(local(bought, zone), zone) == utc(end)


# From 2001 to 2037, to the second.
MOMENTS = st.integers(min_value=978_307_200, max_value=2_114_380_800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(min_value=1, max_value=40))
def test_just_before_its_end_it_is_the_last_day_and_at_its_end_it_is_not(
    bought: datetime, zone: ZoneInfo, days: int
) -> None:
    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    end = window_end(bought, zone, days=days)
    last = day(bought) + timedelta(days=days - 1)
    assert day(end - INSTANT) == last
    assert day(end) == last + timedelta(days=1)
    assert bought < end


def deadline(submitted: datetime, zone: ZoneInfo = SHANGHAI) -> datetime:
    return terms(zone).deadline(submitted).astimezone(UTC)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-07-01T10:00", "2026-07-04T10:00"),
        ("2026-07-01T23:59:59.999999", "2026-07-04T23:59:59.999999"),
        ("2026-01-30T00:00", "2026-02-02T00:00"),
        ("2026-12-30T10:00", "2027-01-02T10:00"),
        ("2028-02-26T10:00", "2028-02-29T10:00"),
        ("2028-02-29T10:00", "2028-03-03T10:00"),
        ("2027-02-26T10:00", "2027-03-01T10:00"),
    ],
)
def test_the_deadline_is_the_same_hour_three_calendar_days_later(submitted: str, due: str) -> None:
    assert deadline(local(submitted, SHANGHAI)) == local(due, SHANGHAI)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        # 71 hours: clocks go forward in between.
        (local("2026-03-06T10:00", NEW_YORK), "2026-03-09T14:00"),
        # 73 hours: clocks go back in between.
        (local("2026-10-30T10:00", NEW_YORK), "2026-11-02T15:00"),
        # 2:30 is skipped on March 8: read by the clock of before, it is 3:30.
        (local("2026-03-05T02:30", NEW_YORK), "2026-03-08T07:30"),
        # 1:30 comes twice on November 1: the first one is meant.
        (local("2026-10-29T01:30", NEW_YORK), "2026-11-01T05:30"),
        # Submitted in the second 1:30 of that day.
        (local("2026-11-01T01:30", NEW_YORK, fold=1), "2026-11-04T06:30"),
        (local("2026-11-01T01:30", NEW_YORK, fold=0), "2026-11-04T06:30"),
    ],
)
def test_a_deadline_keeps_its_hour_when_the_clocks_change(submitted: datetime, due: str) -> None:
    assert deadline(submitted, NEW_YORK) == utc(due)


def test_where_clocks_change_by_half_an_hour_a_deadline_keeps_its_hour() -> None:
    submitted = local("2026-04-03T12:00", LORD_HOWE)
    assert deadline(submitted, LORD_HOWE) == local("2026-04-06T12:00", LORD_HOWE)
    assert deadline(submitted, LORD_HOWE) - submitted == timedelta(days=3, minutes=30)


@given(MOMENTS, st.integers(min_value=0, max_value=400))
def test_where_clocks_never_change_a_natural_day_has_24_hours(moment: datetime, days: int) -> None:
    assert add_natural_days(moment, days, ZoneInfo("Asia/Tokyo")) - moment == timedelta(days=days)


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_deadline_is_never_more_than_the_change_of_clocks_away_from_three_days(
    submitted: datetime, zone: ZoneInfo
) -> None:
    assert abs(deadline(submitted, zone) - submitted - timedelta(days=3)) <= timedelta(hours=1)


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_moment_is_a_moment_in_whatever_zone_it_is_written(
    moment: datetime, zone: ZoneInfo, written: ZoneInfo
) -> None:
    elsewhere = moment.astimezone(written)
    assert window_end(elsewhere, zone) == window_end(moment, zone)
    assert deadline(elsewhere, zone) == deadline(moment, zone)


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def server(request: pytest.FixtureRequest, monkeypatch: Any, settings: Any) -> Iterator[str]:
    """A server whose own clock, settings and current zone are somewhere else."""
    zone: str = request.param
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", zone)
        time.tzset()
        settings.TIME_ZONE = zone
        with timezone.override(zone):
            yield zone
    time.tzset()


def test_where_the_server_stands_makes_no_difference(server: str) -> None:
    bought = utc("2026-07-01T15:59:59")
    assert window_end(bought) == utc("2026-07-05T16:00")
    assert deadline(bought) == utc("2026-07-04T15:59:59")
    assert deadline(utc("2026-03-06T15:00"), NEW_YORK) == utc("2026-03-09T14:00")
