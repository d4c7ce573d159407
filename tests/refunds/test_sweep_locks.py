"""Sweeps wait for others in one order, and never for long (R6, R13).

Real sessions, each with a connection of its own; a test holds a lock and sees them wait.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import override_settings

from people.models import User
from refunds import commands
from refunds.models import RefundRequest
from tests.factories import NOW, ask, buy, make_user
from tests.locks import ACCOUNTS, ACCOUNTS_OF_BUYERS, ENTRIES, batches_wait, held
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

DEADLINE = NOW + timedelta(days=3)
CREDIT = DEADLINE + timedelta(minutes=30)
# In seconds; the machine of the tests may be busy.
SOON = 10


def _ask_in_vain(buyer: User) -> RefundRequest:
    """A pending request whose credit will break its batch: nobody has such an account."""
    request = ask(buy(buyer=buyer))
    commands.cancel(request_id=request.pk, buyer=buyer, now=NOW)
    request.pk, request.currency = None, "XTS"
    request.save(force_insert=True)
    return request


def test_a_batch_that_is_halved_locks_accounts_in_the_order_in_which_others_do() -> None:
    first, second = make_user(), make_user()
    buy(buyer=first)  # so that this account is the older one
    ask(buy(buyer=second))
    broken = _ask_in_vain(second)
    for _ in range(2):
        ask(buy(buyer=first))
    commands.approve_due(now=DEADLINE)

    def credit() -> commands.Swept:
        try:
            return commands.credit_due(now=CREDIT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with held(ACCOUNTS, [first.pk]) as somebody:
            # One half is the second buyer's; the other, the first buyer's, waits.
            sweep = pool.submit(credit)
            wait_until(batches_wait(), "the sweep waits for the first account")
            somebody.execute(ACCOUNTS, [[second.pk]])
        assert sweep.result() == commands.Swept(3, 1, full=False)
    aside = RefundRequest.objects.filter(set_aside_at__isnull=False)
    assert [request.pk for request in aside] == [broken.pk]


@override_settings(SWEEP_LOCK_SECONDS=0.2)
@pytest.mark.parametrize("locked", [ACCOUNTS_OF_BUYERS, ENTRIES], ids=["accounts", "entries"])
def test_a_sweep_gives_up_behind_a_session_that_is_stuck_and_the_next_one_does_it_all(
    locked: str, the_ledger_agrees: Callable[[], None]
) -> None:
    requests = [ask() for _ in range(3)]
    commands.approve_due(now=DEADLINE)
    with held(locked):
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            commands.credit_due(now=CREDIT)
        assert time.monotonic() - begun < SOON
        assert set(RefundRequest.objects.values_list("status", "set_aside_at")) == {
            ("approved", None)
        }
    assert commands.credit_due(now=CREDIT).done == len(requests)
    the_ledger_agrees()


@override_settings(SWEEP_LOCK_SECONDS=0.2)
def test_an_approval_waits_for_nobodys_account() -> None:
    ask()
    with held(ACCOUNTS_OF_BUYERS):
        assert commands.approve_due(now=DEADLINE).done == 1


@override_settings(SWEEP_LOCK_SECONDS=0.2)
def test_only_the_sweep_is_so_impatient() -> None:
    before = _lock_timeout()
    commands.credit_due(now=CREDIT)
    assert _lock_timeout() == before


def _lock_timeout() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()
