"""An operator stops all timed work, says why, and everybody who watches can tell (R8)."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kernel.errors import NotFound
from kernel.health import OK
from kernel.tasks import heartbeat
from orders.commands import accept_due, remind_due
from orders.health import deliveries
from orders.models import ServiceState
from refunds import commands
from refunds.models import SweepSwitch
from tests.factories import (
    NOW,
    ask,
    ask_service,
    buy,
    hold_on,
    make_member,
    make_user,
    offer_on,
    short_policy,
)
from tests.orders.deliveries import service_in

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(days=9)


def stop() -> None:
    commands.stop_sweeps(actor=make_user(operator=True), reason="The ledger is odd.", now=NOW)


def test_while_they_are_stopped_no_sweep_does_anything_and_afterwards_they_catch_up() -> None:
    approved, lapsing, held = ask(), ask_service(), ask_service()
    offer_on(lapsing)
    hold_on(held)
    stop()
    sweeps = (commands.lapse_due, commands.end_holds_due, commands.approve_due)
    assert [sweep(now=LATE).done for sweep in sweeps] == [0, 0, 0]
    approved.refresh_from_db()
    assert approved.status == "pending"
    commands.start_sweeps(actor=make_user(operator=True), reason="It is mended.", now=LATE)
    assert [sweep(now=LATE).done for sweep in sweeps] == [1, 1, 1]
    assert commands.credit_due(now=LATE + timedelta(hours=1)).done == 1
    assert list(SweepSwitch.objects.order_by("pk").values_list("stopped", flat=True)) == [
        True,
        False,
    ]


def test_deliveries_and_reminders_wait_too() -> None:
    waiting, near = service_in(ServiceState.AWAITING_ACCEPTANCE), ask()
    make_member(near.vendor)
    late, soon = NOW + timedelta(days=400), near.due_at - timedelta(hours=1)
    stop()
    assert (accept_due(now=late).done, remind_due(now=late).done) == (0, 0)
    assert commands.remind_due(now=soon) == 0
    assert deliveries(late) == OK
    commands.start_sweeps(actor=make_user(operator=True), reason="It is mended.", now=NOW)
    assert deliveries(late) != OK
    assert commands.remind_due(now=soon) == 1
    assert accept_due(now=late).done == 1
    waiting.refresh_from_db()
    assert waiting.state == ServiceState.COMPLETE


def test_a_credit_waits_too() -> None:
    request = ask()
    commands.approve_due(now=LATE)
    stop()
    assert commands.credit_due(now=LATE + timedelta(hours=1)).done == 0
    request.refresh_from_db()
    assert request.status == "approved"


def test_the_deadline_is_the_truth_all_the_same() -> None:
    request = ask()
    stop()
    with pytest.raises(commands.ApprovedAutomatically):
        commands.cancel(request_id=request.pk, buyer=request.buyer, now=LATE)
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("approved", "deadline")


def test_the_switch_is_turned_by_operators_with_a_reason_and_not_twice() -> None:
    operator = make_user(operator=True)
    with pytest.raises(commands.SwitchedAlready):
        commands.start_sweeps(actor=operator, reason="Why not.", now=NOW)
    with pytest.raises(commands.WrittenReasonRequired):
        commands.stop_sweeps(actor=operator, reason=" ", now=NOW)
    with pytest.raises(NotFound):
        commands.stop_sweeps(actor=make_user(), reason="Me!", now=NOW)
    assert not SweepSwitch.objects.exists()
    stop()
    with pytest.raises(commands.SwitchedAlready):
        stop()
    assert SweepSwitch.objects.count() == 1


def test_probes_say_so_with_200_and_the_log_at_error(caplog: pytest.LogCaptureFixture) -> None:
    short_policy(effective_from=timezone.now() - timedelta(days=30))
    heartbeat()
    asked = timezone.now() - timedelta(days=3, minutes=9)
    ask(buy(at=asked), at=asked)
    assert Client().get("/readyz").status_code == 503
    stop()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["switch"]) == (200, "stopped by an operator")
    heartbeat()
    [line] = [record for record in caplog.records if record.name == "kernel.tasks"][-1:]
    assert (line.levelno, line.message) == (logging.ERROR, "switch: stopped by an operator")


def test_every_page_of_the_admin_raises_the_alarm() -> None:
    client = Client()
    client.force_login(make_user(operator=True))
    pages = [reverse("admin:index"), reverse("admin:refunds_refundrequest_changelist")]
    assert all("The ledger is odd." not in client.get(page).content.decode() for page in pages)
    stop()
    for page in pages:
        said = client.get(page).content.decode()
        assert 'role="alert"' in said
        assert "The ledger is odd." in said


def test_an_operator_turns_it_in_the_admin() -> None:
    client = Client()
    client.force_login(make_user(operator=True))
    url = reverse("admin:refunds_sweepswitch_turn")
    assert "Stop timed work" in client.get(url).content.decode()
    assert client.post(url, {"stopped": "True", "note": " "}).status_code == 422
    client.post(url, {"stopped": "True", "note": "A drill."})
    assert SweepSwitch.objects.get().reason == "A drill."
    # A stale page of a colleague stops nothing twice.
    said = client.post(url, {"stopped": "True", "note": "Me too."}, follow=True)
    assert "has been stopped already" in said.content.decode()
    assert "Let timed work go on" in client.get(url).content.decode()
    client.post(url, {"stopped": "False", "note": "Over."})
    assert [s.stopped for s in SweepSwitch.objects.order_by("pk")] == [True, False]


def test_nobody_else_turns_it() -> None:
    client = Client()
    client.force_login(ask().buyer)
    answer = client.post(
        reverse("admin:refunds_sweepswitch_turn"), {"stopped": "True", "note": "Me!"}
    )
    assert answer.status_code in (302, 403)
    assert not SweepSwitch.objects.exists()
