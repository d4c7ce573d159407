"""Time and amount rules of a refund. Pure: no database, no clock; zones are explicit."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kernel.days import add_natural_days

__all__ = ["Terms", "add_natural_days"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What one policy version says; see `PolicyVersion` for where it is kept.

    `window_days` counts the day of purchase as day 1; `decision_days` are natural days.
    """

    zone: ZoneInfo
    window_days: int | None
    decision_days: int
    approves_at_deadline: bool
    credit_delay: timedelta
    max_submissions: int
    max_refunded_orders: int | None = None

    def window_end(self, purchased_at: datetime) -> datetime | None:
        """The first moment at which the refund window is closed (R2); None without one."""
        if self.window_days is None:
            return None
        last_day = purchased_at.astimezone(self.zone).date() + timedelta(days=self.window_days)
        return datetime.combine(last_day, time.min, tzinfo=self.zone).astimezone(UTC)

    def deadline(self, submitted_at: datetime) -> datetime:
        """Same wall-clock time, `decision_days` calendar days later, in the zone (R6)."""
        return add_natural_days(submitted_at, self.decision_days, self.zone)
