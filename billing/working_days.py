"""Working days of the People's Republic of China. Pure."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

_DAY = timedelta(days=1)


def end_of_working_days(start: datetime, *, days: int, zone: str) -> datetime:
    """The end (exclusive) of the last of `days` working days that follow the day of `start`.

    Days are natural days of `zone`; the one on which something begins does not count.
    """
    local = ZoneInfo(zone)
    day = start.astimezone(local).date()
    while days:
        day += _DAY
        days -= is_working_day(day)
    return datetime.combine(day + _DAY, time.min, tzinfo=local)


def is_working_day(day: date) -> bool:
    """Neither a holiday nor a weekend, but for the weekends that are worked to make up."""
    return _calendar(day.year).is_working_day(day)


@cache
def _calendar(year: int) -> HolidayBase:
    # Bridge days and weekends worked to make up are announced each November for the next year.
    # For a year that the library does not know yet it has the holidays that the law itself
    # fixes, and plain weekends: a few days too early or late at most. What was promised
    # stays: the day is kept with the invoice. The next year is there for holidays that begin
    # in December.
    return country_holidays("CN", years=(year, year + 1))
