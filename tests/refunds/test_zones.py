"""What is submitted at the edges of days and at changes of clocks, wherever anybody is (R2, R6)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from refunds import commands
from tests.factories import ask, buy, saas_policy
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
INSTANT = timedelta(microseconds=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def local(text: str, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def berlin(text: str, *, fold: int = 0) -> datetime:
    return local(text, BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("bought", "end"),
    [
        ("2026-07-01T00:00", "2026-07-06T00:00"),
        ("2026-07-01T23:59:59.999999", "2026-07-06T00:00"),
        ("2026-01-28T12:00", "2026-02-02T00:00"),
        ("2026-12-29T12:00", "2027-01-03T00:00"),
        ("2028-02-26T12:00", "2028-03-02T00:00"),
    ],
)
def test_the_last_moment_of_day_five_is_inside_and_24_o_clock_is_not(bought: str, end: str) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    at, closes = local(bought, shanghai), local(end, shanghai)
    assert ask(buy(at=at), at=closes - INSTANT).status == "pending"
    with pytest.raises(commands.NotRefundable) as refusal:
        ask(buy(at=at), at=closes)
    assert refusal.value.code == "window_closed"


@pytest.mark.parametrize(
    ("bought", "end", "hours"),
    [
        # Clocks go forward on March 29, 2026, and back on October 25.
        ("2026-03-27T00:00", "2026-04-01T00:00", 119),
        ("2026-10-23T00:00", "2026-10-28T00:00", 121),
        # The last day is the one that is shorter, or longer.
        ("2026-03-25T00:00", "2026-03-30T00:00", 119),
        ("2026-10-21T00:00", "2026-10-26T00:00", 121),
    ],
)
def test_in_a_zone_with_summer_time_the_window_ends_with_the_local_day(
    bought: str, end: str, hours: int
) -> None:
    saas_policy(zone="Europe/Berlin", effective_from=LONG_AGO)
    at, closes = berlin(bought), berlin(end)
    assert closes - at == timedelta(hours=hours)
    assert ask(buy(at=at), at=closes - INSTANT).status == "pending"
    with pytest.raises(commands.NotRefundable):
        ask(buy(at=at), at=closes)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        (berlin("2026-03-27T10:00"), berlin("2026-03-30T10:00")),
        (berlin("2026-10-23T10:00"), berlin("2026-10-26T10:00")),
        # 2:30 is skipped on March 29: by the clock of before it is 3:30.
        (berlin("2026-03-26T02:30"), berlin("2026-03-29T03:30")),
        # 2:30 comes twice on October 25: the first one is meant.
        (berlin("2026-10-22T02:30"), berlin("2026-10-25T02:30")),
        # Submitted in the second one.
        (berlin("2026-10-25T02:30", fold=1), berlin("2026-10-28T02:30")),
    ],
)
def test_a_deadline_in_the_gap_or_the_overlap_is_kept_to_the_moment(
    submitted: datetime, due: datetime
) -> None:
    saas_policy(zone="Europe/Berlin", effective_from=LONG_AGO)
    request = ask(buy(at=submitted), at=submitted)
    assert request.due_at == due
    assert commands.approve_due(now=due - INSTANT).done == 0
    assert commands.approve_due(now=due).done == 1


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def test_the_zone_of_server_and_browser_changes_what_is_shown_and_nothing_else(
    zone: str, settings: object
) -> None:
    settings.TIME_ZONE = zone  # type: ignore[attr-defined]
    now = timezone.now()
    with timezone.override(zone):
        request = ask(buy(at=now), at=now)
        client: Client = signed_in(request.buyer)
        page = client.get(reverse("refund", args=[request.pk])).content.decode()
    shanghai = ZoneInfo("Asia/Shanghai")
    assert request.due_at.astimezone(shanghai).time() == now.astimezone(shanghai).time()
    assert request.due_at - now == timedelta(days=3)
    assert timezone.localtime(request.due_at, ZoneInfo(zone)).isoformat(timespec="seconds") in page
