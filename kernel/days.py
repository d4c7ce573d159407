"""Natural days: the calendar's, in a zone that is named. Pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def add_natural_days(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time in `zone`, so many calendar days later.

    A wall-clock time that the zone skips or repeats on that day is read as the one before
    the clocks changed.
    """
    local = moment.astimezone(zone)
    there = local.replace(tzinfo=None) + timedelta(days=days)
    # In UTC, because two times of one zone are compared by their clock faces.
    return there.replace(tzinfo=zone, fold=0).astimezone(UTC)
