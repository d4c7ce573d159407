"""Timed work in batches: a row that breaks its batch is found by halving."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.errors import Overtaken
from kernel.transactions import require_transaction, wait_at_most

logger = logging.getLogger(__name__)

# As fast a row as larger batches, and locks are held for under a tenth of a second.
BATCH = 1_000

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one batch did; `full` says that more may be waiting."""

    done: int
    set_aside: int
    full: bool


class NotSetAside(Overtaken):
    """The sweeps have it already."""

    code = "not_set_aside"
    sentence = _("It has not been set aside, or has been resumed already.")


NOTHING = Swept(done=0, set_aside=0, full=False)

_switches: list[Callable[[], bool]] = []


def switch(may_run: Callable[[], bool]) -> None:
    """Let something that an operator turns stop every sweep; asked in each batch's transaction."""
    _switches.append(may_run)


def may_run() -> bool:
    """Whether the sweeps may do their work now. Requires a transaction."""
    require_transaction()
    return all(ask() for ask in _switches)


@contextmanager
def batch() -> Iterator[bool]:
    """The transaction of one batch, which waits for no lock for long; whether it may begin."""
    with transaction.atomic(durable=True):
        wait_at_most(settings.SWEEP_LOCK_SECONDS)
        yield may_run()


def settle(
    batch: Sequence[Row], act: Callable[[Sequence[Row]], None]
) -> list[tuple[Row, Exception]]:
    """Settle all that can be settled; return the rows that cannot, each with its error.

    Where not one row is at fault but all the world, nothing is kept and the error is raised.
    Requires a transaction.
    """
    broken = _halve(batch, act) if batch else []
    if len(broken) == len(batch) > 1:
        raise broken[0][1]
    return broken


def _halve(
    batch: Sequence[Row], act: Callable[[Sequence[Row]], None]
) -> list[tuple[Row, Exception]]:
    try:
        with transaction.atomic():
            act(batch)
    except (OperationalError, InterfaceError):
        # The server, not a row: nothing is kept, and the next sweep tries again.
        raise
    except Exception as error:
        if len(batch) == 1:
            logger.exception("%s %s is set aside", batch[0]._meta.verbose_name, batch[0].pk)
            return [(batch[0], error)]
        half = len(batch) // 2
        return _halve(batch[:half], act) + _halve(batch[half:], act)
    return []


def said_of(error: Exception) -> str:
    """An error in one line, as it is noted beside the row that was set aside."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:500]


def until_done(what: str, sweep: Callable[..., Swept]) -> None:
    """Sweep again while batches come back full; for tasks."""
    while True:
        swept = sweep(now=timezone.now())
        if swept.done or swept.set_aside:
            logger.info("%s %s, set aside %s", what, swept.done, swept.set_aside)
        if not swept.full:
            return
