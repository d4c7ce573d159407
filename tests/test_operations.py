"""What those who run the site rely on: probes that tell the truth, and logs that can be read."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from kernel import commands
from kernel.health import LATE_AT_LEAST, TIMED_WORK
from kernel.models import Heartbeat
from kernel.tasks import heartbeat
from refunds_portal import logs
from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.valkey import Valkey
from tests.factories import make_user
from tests.processes import TimedWork, timed_work
from tests.servers import broker, postgres

WELL = (
    "database",
    "migrations",
    "broker",
    "timed_work",
    "deliveries",
    "deliveries_set_aside",
    "sweeps",
    "switch",
    "set_aside",
    "mails",
)
ALL_WELL = dict.fromkeys(WELL, "ok")


def readyz() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def beat(*, seconds_ago: float = 0) -> None:
    commands.beat(name=TIMED_WORK, now=timezone.now() - timedelta(seconds=seconds_ago))


@contextmanager
def stopped(server: Postgres | Valkey) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()
        server.wait()


# --- probes


def test_alive_needs_nothing_but_the_process(client: Client) -> None:
    # No database: this test is not allowed one.
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_ready_when_every_part_is_in_order() -> None:
    beat()
    assert readyz() == (200, {"ready": True, **ALL_WELL})


@pytest.mark.django_db
@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["refunds.example.com"])
def test_a_probe_comes_by_address_over_plain_http_and_is_never_kept(probe: str) -> None:
    beat()
    client = Client()
    client.force_login(make_user())
    answer = client.get(probe, headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.head(probe).status_code == 200
    assert client.post(probe).status_code == 405


@pytest.mark.django_db
def test_not_ready_before_the_first_heartbeat_and_when_the_last_is_old() -> None:
    assert readyz() == (503, {"ready": False, **ALL_WELL, "timed_work": "never done"})
    patience = max(3 * settings.SWEEP_SECONDS, LATE_AT_LEAST.total_seconds())
    beat(seconds_ago=patience + 5)
    status, found = readyz()
    assert status == 503
    assert found["timed_work"].startswith("last done ")
    beat(seconds_ago=patience - 5)
    assert readyz()[0] == 200
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing() -> None:
    beat()
    MigrationRecorder(connection).record_unapplied("kernel", "0002_append_only")
    status, found = readyz()
    assert (status, found["migrations"]) == (503, "1 apps are behind")
    for part in WELL[3:]:
        assert found[part] == "unknown", "its table may not be there"


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_broker_and_ready_again_with_it() -> None:
    beat()
    with stopped(broker()):
        assert readyz() == (503, {"ready": False, **ALL_WELL, "broker": "no answer"})
    assert readyz()[0] == 200


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_database_and_ready_again_with_it() -> None:
    beat()
    connections.close_all()
    with stopped(postgres()):
        status, found = readyz()
        assert Client().get("/healthz").status_code == 200
        connections.close_all()
    assert status == 503
    assert found == {
        "ready": False,
        "database": "no answer",
        "migrations": "unknown",
        "broker": "ok",
        "timed_work": "unknown",
        "deliveries": "unknown",
        "deliveries_set_aside": "unknown",
        "sweeps": "unknown",
        "switch": "unknown",
        "set_aside": "unknown",
        "mails": "unknown",
    }
    assert readyz()[0] == 200


@pytest.mark.django_db
def test_the_command_says_the_same_and_exits_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        call_command("ready")
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out)["timed_work"] == "never done"
    beat()
    call_command("ready")
    assert json.loads(capsys.readouterr().out) == {"ready": True, **ALL_WELL}


# --- a real worker and beat


@pytest.fixture
def work(transactional_db: None) -> Iterator[TimedWork]:
    with timed_work() as work:
        yield work


def has_beaten_since(moment: datetime) -> Callable[[], bool]:
    return lambda: Heartbeat.objects.filter(name=TIMED_WORK, beaten_at__gt=moment).exists()


def test_the_heartbeat_takes_both_a_worker_and_a_beat(work: TimedWork) -> None:
    worker = work.start_worker()
    work.wait_until(lambda: work.has_logged(worker, "ready."), "the worker is up")
    assert not Heartbeat.objects.exists(), "a worker alone does nothing of itself"
    work.start_beat()
    work.wait_until(has_beaten_since(timezone.now()), "both are at work")
    assert readyz()[0] == 200
    work.kill(worker)
    killed = timezone.now()
    assert not has_beaten_since(killed)(), "nor does a beat alone"
    work.start_worker()
    work.wait_until(has_beaten_since(killed), "a new worker is at work")


def test_a_worker_that_loses_the_broker_in_the_middle_of_a_task_goes_on(work: TimedWork) -> None:
    worker = work.start_worker()
    work.start_beat()
    work.wait_until(has_beaten_since(timezone.now()), "both are at work")
    with closing(connection.copy()) as somebody:
        somebody.set_autocommit(False)
        with somebody.cursor() as cursor:
            cursor.execute("LOCK TABLE kernel_heartbeat IN SHARE MODE")
            work.wait_until(_a_heartbeat_waits, "a heartbeat waits for the lock")
            with stopped(broker()):
                # At its next acknowledgement, or from the connection on which it waits for tasks.
                work.wait_until(
                    lambda: work.has_logged(worker, "ConnectionError"), "it has noticed"
                )
    # Any later one comes over a new connection.
    work.wait_until(has_beaten_since(timezone.now()), "the same worker is at work again")


def _a_heartbeat_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation IS NOT NULL")
        return cursor.fetchone() is not None


# --- logs


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Every line that was logged, as production writes them."""
    written: list[str] = []

    class Written(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Written()
    handler.setFormatter(logs.formatter("json"))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written]
    logging.getLogger().removeHandler(handler)


Lines = Callable[[], list[dict[str, Any]]]


@pytest.mark.django_db
def test_a_request_is_one_line_that_says_who_and_what(lines: Lines) -> None:
    person = make_user()
    client = Client()
    client.force_login(person)
    answer = client.get(
        "/purchases/",
        {"q": person.email},
        headers={"x-request-id": "from-the-proxy.1"},
        REMOTE_ADDR="203.0.113.7",
    )
    assert answer["X-Request-ID"] == "from-the-proxy.1"
    [line] = lines()
    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request_finished",
        "level": "info",
        "logger": "django_structlog.middlewares.request",
        "request": "GET /purchases/",
        "code": 200,
        "request_id": "from-the-proxy.1",
        "user_id": person.pk,
        "ip": "203.0.113.7",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", ["", "short", "x" * 129, 'a" onload="x', "two\nlines-of-it", "ünïcödé-id"]
)
def test_an_id_that_is_not_sane_is_replaced(given: str, lines: Lines) -> None:
    answer = Client().get(reverse("account_login"), headers={"x-request-id": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32
    assert lines()[0]["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db
def test_probes_are_not_logged(lines: Lines) -> None:
    beat()
    readyz()
    Client().get("/healthz")
    assert lines() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    proxies: int, forwarded: str, seen: str, lines: Lines
) -> None:
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies):
        Client().get("/nowhere/", headers={"x-forwarded-for": forwarded})
    assert lines()[0]["ip"] == seen


@pytest.mark.django_db
def test_a_page_that_fails_is_told_of_once_with_its_traceback(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(
            "the mail of buyer@example.com\nDETAIL:  Failing row contains (my comment)"
        )

    monkeypatch.setattr("allauth.account.forms.LoginForm.__init__", fail)
    answer = Client(raise_request_exception=False).get(reverse("account_login"))
    assert answer.status_code == 500
    [line] = lines()
    assert (line["event"], line["level"], line["code"]) == ("request_failed", "error", 500)
    assert line["request_id"] == answer["X-Request-ID"]
    assert "RuntimeError: the mail of (mail address)\nDETAIL: (left out)" in line["exception"]


@pytest.mark.parametrize(
    "said",
    [
        "DETAIL:  Failing row contains (7, my comment\n\nof two parts).\n",
        "DETAIL:  Key (email)=(somebody@example.com) already exists.",
        "DETAIL:  one (my comment)\nHINT:  none\nDETAIL:  two (my comment)",
        "signed in as some.body+tag@mail.example.com",
    ],
)
def test_what_people_wrote_is_left_out(said: str, lines: Lines) -> None:
    try:
        raise ValueError(said)
    except ValueError as error:
        logging.getLogger("anybody").exception("it failed: %s", error)
    [line] = lines()
    for words in ("my comment", "two parts", "@"):
        assert words not in json.dumps(line)
    assert "Traceback" in line["exception"]


def test_local_variables_are_left_out_for_people_too() -> None:
    comment = "what a buyer wrote"
    try:
        raise ValueError(len(comment))
    except ValueError:
        record = logging.getLogger("anybody").makeRecord(
            "anybody", logging.ERROR, "file", 1, "it failed", (), sys.exc_info()
        )
    line = logs.formatter("console").format(record)
    assert "it failed" in line
    assert comment not in line


def test_a_secret_in_an_address_is_left_out(lines: Lines, db: None) -> None:
    address = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-s3cret"}
    )
    Client().get(address)
    assert "s3cret" not in json.dumps(lines())
    assert lines()[-1]["request"] == "GET " + address.replace("abc-s3cret", "...")


@pytest.mark.parametrize("style", ["json", "console"])
def test_every_process_writes_the_style_it_was_told(style: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", SAYS_SOMETHING],
        env={**os.environ, "LOG_FORMAT": style},
        capture_output=True,
        text=True,
        check=True,
    ).stderr.splitlines()
    assert len(said) == 2
    for line in said:
        assert line.startswith("{") == (style == "json")
        assert "somebody" in line


SAYS_SOMETHING = """
import django, logging, structlog
django.setup()
logging.getLogger("ours").warning("said to %s", "somebody")
structlog.get_logger("theirs").warning("said", to="somebody")
"""


def test_a_task_carries_the_id_of_the_request_that_queued_it(work: TimedWork) -> None:
    worker = work.start_worker()
    with connection.cursor() as cursor, bound_contextvars(request_id="from-the-proxy.1"):
        cursor.execute("ALTER TABLE kernel_heartbeat RENAME TO kernel_gone")
        try:
            queued = heartbeat.delay()
            work.wait_until(lambda: work.has_logged(worker, "task_failed"), "the task has failed")
        finally:
            cursor.execute("ALTER TABLE kernel_gone RENAME TO kernel_heartbeat")
    said = [line for line in worker.log.read_text().splitlines() if queued.id in line]
    [line] = map(json.loads, said)
    assert (line["event"], line["task"]) == ("task_failed", "kernel.tasks.heartbeat")
    assert (line["request_id"], line["task_id"]) == ("from-the-proxy.1", queued.id)
    assert "ProgrammingError" in line["exception"]
