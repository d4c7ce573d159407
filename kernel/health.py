"""Whether the site is alive, and whether it can do all of its work.

`/healthz` says that this process answers, and asks nobody else. `/readyz` says of each part
whether it is in order, with 200 or 503. Both are public and tell no secrets.
An app tells of parts of its own, which it registers when it starts.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from kernel.models import Heartbeat

OK = "ok"
NO_ANSWER = "no answer"
UNKNOWN = "unknown"
# The heartbeat that a worker records each time beat asks for it.
TIMED_WORK = "timed_work"
# A sweep or two may be late, or be lost with the broker, without anything being wrong.
LATE_SWEEPS = 3
# However fast the sweeps of a test or a demo are, a busy machine may keep them waiting.
LATE_AT_LEAST = timedelta(seconds=10)
BROKER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """Something that an app watches: `ask` answers `OK`, or what is the matter.

    Only a vital part that is not in order makes the site not ready; any other wants a
    person's attention, while the site does all of its work. The log tells of it at `level`.
    """

    ask: Callable[[datetime], str]
    vital: bool
    level: int


_registered: dict[str, Part] = {}


def register(
    name: str, ask: Callable[[datetime], str], *, vital: bool, level: int = logging.WARNING
) -> None:
    """Let the reports tell of this part too. `ask` may read the database."""
    _registered[name] = Part(ask, vital, level)


def report(*, now: datetime) -> dict[str, str]:
    """What is the matter with each part; `OK` where nothing is.

    A part that cannot be asked because another one is out of order is `UNKNOWN`.
    """
    found = {"database": _of_database(_database)}
    found["migrations"] = _of_database(_migrations) if found["database"] == OK else UNKNOWN
    found["broker"] = _broker()
    tables_are_there = found["migrations"] == OK
    found[TIMED_WORK] = _of_database(lambda: _timed_work(now)) if tables_are_there else UNKNOWN
    of_apps = report_of_apps(now=now) if tables_are_there else dict.fromkeys(_registered, UNKNOWN)
    return found | of_apps


def level_of(name: str) -> int:
    """How loudly the log tells that this part of an app is not in order."""
    return _registered[name].level


def report_of_apps(*, now: datetime) -> dict[str, str]:
    """The same of the parts that apps have registered."""
    return {name: _of_database(partial(part.ask, now)) for name, part in _registered.items()}


def is_ready(found: dict[str, str]) -> bool:
    """Whether a report finds nothing the matter that keeps the site from its work."""
    return all(
        said == OK
        for name, said in found.items()
        if name not in _registered or _registered[name].vital
    )


def patience() -> timedelta:
    """How late timed work may be before something is wrong."""
    return max(LATE_SWEEPS * timedelta(seconds=settings.SWEEP_SECONDS), LATE_AT_LEAST)


class HealthMiddleware:
    """Answers probes before anything else sees the request.

    A probe comes by address, over plain HTTP: it would fail the check of the host's name and
    be sent to HTTPS. It needs no session, and nobody wants to read of it in the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info, self.get_response)
        return view(request)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    found = report(now=timezone.now())
    ready = is_ready(found)
    return JsonResponse({"ready": ready, **found}, status=200 if ready else 503)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


def _of_database(ask: Callable[[], str]) -> str:
    """What a part says that reads the database, which may go away meanwhile."""
    try:
        return ask()
    except Error:
        return NO_ANSWER


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    # The newest of each app are enough: they were applied after those that they depend on.
    missing = _newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} apps are behind" if missing else OK


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """As this release has them: read once, since files do not change under a process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _broker() -> str:
    # Of itself the client would retry for seconds before it says that nobody answers.
    once = Retry(NoBackoff(), 0)
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=BROKER_SECONDS,
        socket_timeout=BROKER_SECONDS,
        retry=once,
    )
    with client:
        try:
            client.ping()
        except redis.RedisError:
            return NO_ANSWER
    return OK


def _timed_work(now: datetime) -> str:
    beaten = Heartbeat.objects.filter(name=TIMED_WORK).values_list("beaten_at", flat=True).first()
    if beaten is None:
        return "never done"
    if now - beaten > patience():
        return f"last done {(now - beaten).total_seconds():.0f} seconds ago"
    return OK
