"""Days and hours as the rules speak of them (R2, R6), reckoned by wall clocks and calendars."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy of one delivery type from `since` on, until there is a newer one."""

    delivery: str
    since: datetime
    zone: str = "Asia/Shanghai"
    window_days: int | None = None
    decision_days: int = 3
    by_clock: bool = False
    credit_minutes: int = 30
    submissions: int = 3
    orders: int | None = None
    offer_days: int = 3
    declined_offers: int = 2
    hold_days: int = 7
    first_reminder_hours: int = 24
    last_reminder_hours: int = 2

    def has_open_window(self, bought: datetime, now: datetime) -> bool:
        """Whether today is one of the days that are counted from that of the purchase, day 1."""
        if self.window_days is None:
            return False
        zone = ZoneInfo(self.zone)
        today, first = now.astimezone(zone).date(), bought.astimezone(zone).date()
        return (today - first).days + 1 <= self.window_days

    def last_midnight(self, bought: datetime) -> datetime | None:
        """About when the window closes, for a clock that wants to be there."""
        if self.window_days is None:
            return None
        zone = ZoneInfo(self.zone)
        day = bought.astimezone(zone).date() + self.window_days * DAY
        return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """How long the steps of a service may take, from `since` on (R11)."""

    since: datetime
    zone: str = "Asia/Shanghai"
    acceptance_days: int = 90
    reminder_days: int = 7
    step_days: int = 5
    send_backs: int = 3


def same_hour(moment: datetime, days: int, zone: str) -> datetime:
    """When clocks in the zone show the same time again, so many calendar days later.

    Shown twice that day, it is the first time; never shown, it is when they would have shown
    it if they had not been put forward.
    """
    there = ZoneInfo(zone)
    shown = moment.astimezone(there).replace(tzinfo=None) + timedelta(days=days)
    before, after = (_offset(there, shown - DAY), _offset(there, shown + DAY))
    for offset in (before, after):
        candidate = (shown - offset).replace(tzinfo=UTC)
        if candidate.astimezone(there).replace(tzinfo=None) == shown:
            return candidate
    return (shown - before).replace(tzinfo=UTC)


def _offset(zone: ZoneInfo, shown: datetime) -> timedelta:
    return shown.replace(tzinfo=zone).utcoffset() or timedelta()
