"""An earning is frozen exactly as long as its money may still go back (R14)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refunds.freezing import Freeze, Frozen, Sold, first_inside, frozen_by
from refunds.policy import Terms
from tests.factories import NOW

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "UTC")


def terms(*, window: int | None = 5, zone: str = "Asia/Shanghai") -> Terms:
    return Terms(ZoneInfo(zone), window, 3, True, timedelta(minutes=30), 3)


def sold(**changes: object) -> Sold:
    plain: dict[str, object] = {
        "delivery_type": "saas",
        "purchased_at": NOW,
        "terminated": False,
        "accepted": False,
        "refunding": False,
        "ticket_open": False,
    }
    return Sold(**(plain | changes))  # type: ignore[arg-type]


END = datetime(2026, 7, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("changes", "after", "reason"),
    [
        ({}, timedelta(0), Freeze.WINDOW),
        ({}, END - NOW - TICK, Freeze.WINDOW),
        ({}, END - NOW, None),
        ({"refunding": True}, timedelta(days=99), Freeze.REQUEST),
        ({"refunding": True, "terminated": True}, timedelta(days=99), Freeze.REQUEST),
        ({"ticket_open": True}, timedelta(days=99), Freeze.TICKET),
        ({"terminated": True}, timedelta(0), None),
        ({"delivery_type": "service"}, timedelta(days=99), Freeze.DELIVERY),
        ({"delivery_type": "service", "accepted": True}, timedelta(days=99), None),
        ({"delivery_type": "service", "terminated": True}, timedelta(0), None),
    ],
)
def test_each_reason_freezes_and_nothing_else(
    changes: dict[str, object], after: timedelta, reason: Freeze | None
) -> None:
    found = frozen_by(sold(**changes), terms(), now=NOW + after)
    assert (found.reason if found else None) == reason
    if reason == Freeze.WINDOW:
        assert found == Frozen(Freeze.WINDOW, END)


def test_without_a_window_nothing_waits_for_its_end() -> None:
    api = sold(delivery_type="api")
    assert frozen_by(api, terms(window=None), now=NOW) is None
    assert first_inside(terms(window=None), now=NOW) is None


DECADE = st.timedeltas(timedelta(0), timedelta(days=3_650))


@settings(deadline=None)
@given(
    ago=DECADE,
    later=st.timedeltas(timedelta(0), timedelta(days=12)),
    window=st.integers(0, 9),
    zone=st.sampled_from(ZONES),
)
def test_the_database_is_told_the_same_end_of_the_window(
    ago: timedelta, later: timedelta, window: int, zone: str
) -> None:
    at = NOW - ago
    rules, now = terms(window=window, zone=zone), at + later
    first, end = first_inside(rules, now=now), rules.window_end(at)
    assert end is not None
    assert (first is not None and at >= first) == (now < end)
