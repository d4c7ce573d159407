"""The switch by which an operator stops the sweeps, and lets them go on (R8)."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotFound, Overtaken, WrittenReasonRequired
from kernel.transactions import require_transaction
from people.models import User
from refunds.models import SweepSwitch
from refunds.queries import newest_switch

# Every batch of a sweep shares this lock; whoever turns the switch has it alone.
SWITCH_LOCK = 0x5377_6974


class SwitchedAlready(Overtaken):
    """A colleague was faster."""

    code = "switched_already"
    sentences = {
        True: _("Timed work has been stopped already."),
        False: _("Timed work is running already."),
    }

    def __init__(self, *, stopped: bool) -> None:
        super().__init__()
        self.sentence = self.sentences[stopped]


def stop_sweeps(*, actor: User, reason: str, now: datetime) -> None:
    """Let no sweep approve, credit or end anything until it may go on.

    When this returns, no batch is under way any more. What is due stays due: a command after
    a deadline still approves automatically (R6). Opens a transaction. Raises `NotFound`,
    `WrittenReasonRequired` and `SwitchedAlready`.
    """
    _turn(stopped=True, actor=actor, reason=reason, now=now)


def start_sweeps(*, actor: User, reason: str, now: datetime) -> None:
    """Let the sweeps go on; the next ones catch up. Raises as `stop_sweeps`."""
    _turn(stopped=False, actor=actor, reason=reason, now=now)


def sweeps_may_run() -> bool:
    """Whether this batch may do its work; nobody turns the switch before it has ended.

    Asked inside the transaction of every sweep, before it claims anything. Requires one.
    """
    require_transaction()
    _lock("pg_advisory_xact_lock_shared")
    switch = newest_switch()
    return switch is None or not switch.stopped


def _turn(*, stopped: bool, actor: User, reason: str, now: datetime) -> None:
    if not actor.is_staff:
        raise NotFound
    if not reason.strip():
        raise WrittenReasonRequired
    with transaction.atomic(durable=True):
        _lock("pg_advisory_xact_lock")
        switch = newest_switch()
        if stopped == (switch is not None and switch.stopped):
            raise SwitchedAlready(stopped=stopped)
        SweepSwitch.objects.create(stopped=stopped, reason=reason.strip(), actor=actor, at=now)


def _lock(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [SWITCH_LOCK])
