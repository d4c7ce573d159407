"""Probes and logs tell of due work that is not done, and of what waits for an operator."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from kernel.health import LATE_AT_LEAST
from kernel.tasks import heartbeat
from notices.models import Notice
from refunds import commands
from refunds.models import RefundRequest
from tests.factories import ask, buy, short_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def worker_and_beat_are_well() -> None:
    short_policy(effective_from=timezone.now() - timedelta(days=30))
    heartbeat()


def readyz() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def due(at: datetime) -> RefundRequest:
    """A request whose deadline is at that moment."""
    asked = at - timedelta(days=3)
    request = ask(buy(at=asked), at=asked)
    mails_left()
    return request


def mails_left() -> None:
    """The mails about it are sent; what is the matter with mails is told elsewhere."""
    Notice.objects.filter(channel="mail").update(next_try_at=None)


def test_not_ready_while_what_is_due_is_not_done_however_well_worker_and_beat_are() -> None:
    now = timezone.now()
    request = due(now - timedelta(minutes=7))
    status, found = readyz()
    # A busy machine may need some seconds until it asks.
    assert status == 503
    assert re.fullmatch(r"oldest due is 7\.\d minutes late", found["sweeps"])
    with pytest.raises(SystemExit):
        call_command("ready")
    # Now its credit is as late.
    commands.approve_due(now=request.due_at)
    assert re.fullmatch(r"oldest due is 7\.\d minutes late", readyz()[1]["sweeps"])
    commands.credit_due(now=now)
    mails_left()
    assert readyz() == (200, {**found, "ready": True, "sweeps": "ok"})


def test_a_sweep_or_two_may_be_late() -> None:
    patience = max(3 * settings.SWEEP_SECONDS, LATE_AT_LEAST.total_seconds())
    due(timezone.now() - timedelta(seconds=patience / 2))
    due(timezone.now() + timedelta(days=1))
    assert readyz()[1]["sweeps"] == "ok"


def test_what_is_set_aside_is_told_and_logged_but_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert caplog.messages == []
    ids = [due(timezone.now() - timedelta(days=1)).pk for _ in range(2)]
    RefundRequest.objects.filter(pk__in=ids).update(
        set_aside_at=timezone.now(), set_aside_reason="a fault"
    )
    status, found = readyz()
    assert (status, found["ready"]) == (200, True)
    assert (found["set_aside"], found["sweeps"]) == ("2 requests are set aside", "ok")
    call_command("ready")
    heartbeat()
    [line] = [record for record in caplog.records if record.name == "kernel.tasks"]
    assert (line.levelname, line.message) == ("WARNING", "set_aside: 2 requests are set aside")
