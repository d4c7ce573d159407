"""What falls due is done by a real worker and beat, once, whatever dies meanwhile (R6, R13).

Nothing pretends to be another time: requests are back-dated, and the credit of this policy
is due with the approval. Where a test says "in the middle", it holds a lock that the batch
needs and sees the batch wait for it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import TypeVar

import pytest
from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from billing.models import Account, Transaction
from billing.queries import account_of, statement_of
from orders.models import Instance
from people.models import User
from refunds import commands
from refunds.models import RefundEvent, RefundRequest
from refunds.transitions import Status
from refunds_portal.launcher.processes import Part
from tests.factories import NOW, ask, buy, make_member, make_user, short_policy
from tests.locks import (
    ACCOUNTS_OF_BUYERS,
    ACCOUNTS_OF_VENDORS,
    ENTRIES,
    INSTANCES,
    REQUESTS,
    batches_wait,
    held,
)
from tests.processes import TimedWork, sessions, timed_work
from tests.servers import broker, postgres

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")
# For a person who waits for a page; the machine of the tests may be busy.
A_FEW_SECONDS = 10.0


@pytest.fixture
def work(transactional_db: None) -> Iterator[TimedWork]:
    """Starts processes, and stops them before the tables are emptied."""
    short_policy(effective_from=ago(days=60))
    with timed_work() as work:
        yield work


def ago(**distance: float) -> datetime:
    return timezone.now() - timedelta(**distance)


def overdue(
    *, buyer: User | None = None, count: int = 1, late: timedelta = timedelta(minutes=1)
) -> list[RefundRequest]:
    """Requests whose deadline passed so long ago, each for another price, of one order."""
    submitted = timezone.now() - timedelta(days=3) - late
    prices = tuple(1_000 + n for n in range(count))
    first = buy(buyer=buyer, prices=prices, at=submitted)
    instances = Instance.objects.filter(order=first.order_id).select_related("buyer")
    return [ask(instance, at=submitted) for instance in instances.order_by("pk")]


def approved(*, buyer: User | None = None, count: int = 1) -> list[RefundRequest]:
    """Requests whose credit is due."""
    requests = overdue(buyer=buyer, count=count)
    commands.approve_due(now=timezone.now())
    return requests


def statuses(requests: Sequence[RefundRequest]) -> set[str]:
    ids = [request.pk for request in requests]
    return set(RefundRequest.objects.filter(pk__in=ids).values_list("status", flat=True))


def all_credited(requests: Sequence[RefundRequest]) -> Callable[[], bool]:
    return lambda: statuses(requests) == {Status.CREDITED}


def assert_credited_once(requests: Sequence[RefundRequest]) -> None:
    """Each has one credit, in the ledger and in the history; every buyer has exactly theirs."""
    assert statuses(requests) == {Status.CREDITED}
    ids = [request.pk for request in requests]
    references = Transaction.objects.filter(kind="refund").values_list("reference", flat=True)
    assert Counter(references) == Counter(request.reference for request in requests)
    events = RefundEvent.objects.filter(request__in=ids).order_by("pk")
    for pk in ids:
        kinds = [event.kind for event in events if event.request_id == pk]
        assert kinds == ["submitted", "approved", "credited"]
    for buyer in {request.buyer for request in requests}:
        account = account_of(buyer)
        assert account is not None
        assert account.balance == sum(r.paid for r in requests if r.buyer_id == buyer.pk)


def assert_nothing_credited(requests: Sequence[RefundRequest]) -> None:
    """No trace of a credit, whole or half."""
    assert statuses(requests) == {Status.APPROVED}
    assert not Transaction.objects.filter(kind="refund").exists()
    assert not RefundEvent.objects.filter(kind="credited").exists()
    buyer_ids = {request.buyer_id for request in requests}
    assert not Account.objects.filter(buyer__in=buyer_ids).exclude(balance=0).exists()


# --- nobody touches it


def test_a_due_request_is_approved_and_credited_with_nobody_touching_it(
    work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    work.start_worker()
    work.start_beat()
    # One that is due, one that falls due while they run, one that is not due.
    due = overdue() + overdue(late=timedelta(seconds=-3))
    later = overdue(late=timedelta(hours=-1))
    work.wait_until(all_credited(due), "what is due is credited")
    assert_credited_once(due)
    assert RefundRequest.objects.filter(
        decided_by="deadline",
        decided_at__gte=F("due_at"),
        credit_due_at=F("decided_at"),
        credited_at__gte=F("credit_due_at"),
    ).count() == len(due), "each in its order, and none too early"
    assert statuses(later) == {Status.PENDING}
    the_ledger_agrees()


# --- a worker dies


@pytest.mark.parametrize(
    "locked",
    [
        pytest.param(ACCOUNTS_OF_BUYERS, id="before its first write"),
        pytest.param(ENTRIES, id="with half of it written"),
    ],
)
def test_a_worker_killed_in_the_middle_of_a_batch_leaves_nothing_half_done(
    locked: str, work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    requests = approved(buyer=make_user(), count=3) + approved()
    with held(locked):
        worker = work.start_worker()
        work.start_beat()
        work.wait_until(batches_wait(), "a batch waits for the lock")
        work.kill(worker)
        assert_nothing_credited(requests)
    work.wait_until(lambda: not sessions(), "the dead worker's transaction has ended")
    assert_nothing_credited(requests)
    work.start_worker()
    work.wait_until(all_credited(requests), "a new worker has credited them")
    assert_credited_once(requests)
    the_ledger_agrees()


def test_a_credit_whose_commit_the_worker_did_not_live_to_see_is_not_posted_again(
    work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    requests = approved(count=3)
    # Foreign keys are checked by the commit itself, which waits for this lock.
    with held(ACCOUNTS_OF_VENDORS):
        worker = work.start_worker()
        work.start_beat()
        work.wait_until(batches_wait(), "the commit waits for the lock")
        work.kill(worker)
        assert_nothing_credited(requests)
    work.wait_until(all_credited(requests), "the database has finished the commit alone")
    later = approved()
    work.start_worker()
    work.wait_until(all_credited(later), "a new worker has been over everything")
    assert_credited_once(requests + later)
    the_ledger_agrees()


def test_a_process_of_the_pool_that_is_killed_is_replaced_and_its_batch_done_once(
    work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    requests = approved(count=3)
    with held(ENTRIES):
        worker = work.start_worker()
        work.start_beat()
        work.wait_until(batches_wait(), "a batch waits for the lock")
        work.kill_children(worker)
        assert_nothing_credited(requests)
    work.wait_until(all_credited(requests), "the worker has new processes, which do it")
    assert_credited_once(requests)
    the_ledger_agrees()


# --- a server goes away and comes back


def has_logged(work: TimedWork, part: Part, words: str) -> Callable[[], bool]:
    return lambda: work.has_logged(part, words)


@contextmanager
def no_broker() -> Iterator[None]:
    """The broker is stopped, forgets everything, and is back at the end."""
    broker().stop()
    try:
        yield
    finally:
        broker().start()
        broker().wait()


@contextmanager
def no_database() -> Iterator[None]:
    """PostgreSQL is stopped, and is back at the end."""
    connections.close_all()
    postgres().stop()
    try:
        yield
    finally:
        postgres().start()
        postgres().wait()


def test_worker_and_beat_survive_a_broker_that_stops_and_forgets(
    work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    worker, beat = work.start_worker(), work.start_beat()
    before = overdue()
    work.wait_until(all_credited(before), "worker and beat are at work")
    with no_broker():
        meanwhile = overdue(count=3)
        for part in (worker, beat):
            work.wait_until(has_logged(work, part, "ConnectionError"), f"{part.name} has noticed")
    work.wait_until(all_credited(meanwhile), "what fell due meanwhile is credited")
    broker().flush()
    after = overdue()
    work.wait_until(all_credited(after), "a broker that forgets while it runs stops nothing")
    assert_credited_once(before + meanwhile + after)
    the_ledger_agrees()


@pytest.mark.parametrize(
    ("server_away", "words"),
    [(no_database, "OperationalError"), (no_broker, "ConnectionError")],
    ids=["database", "broker"],
)
def test_worker_and_beat_survive_a_server_that_stops_in_the_middle_of_a_batch(
    server_away: Callable[[], AbstractContextManager[None]],
    words: str,
    work: TimedWork,
    the_ledger_agrees: Callable[[], None],
) -> None:
    requests = approved(count=3)
    with held(ENTRIES):
        worker = work.start_worker()
        work.start_beat()
        work.wait_until(batches_wait(), "a batch waits for the lock")
        with server_away():
            work.wait_until(has_logged(work, worker, words), "the worker has noticed")
    work.wait_until(all_credited(requests), "the batch is done after all")
    later = approved()
    work.wait_until(all_credited(later), "both are at work as before")
    assert_credited_once(requests + later)
    the_ledger_agrees()


@pytest.mark.usefixtures("transactional_db")
def test_without_a_broker_people_go_on_as_before() -> None:
    wanted, unwanted = buy(), buy()
    with no_broker():
        requests = [promptly(partial(ask, instance)) for instance in (wanted, unwanted)]
        granted, withdrawn = requests
        decider = make_member(granted.vendor)
        promptly(partial(commands.approve, request_id=granted.pk, actor=decider, now=NOW))
        buyer = withdrawn.buyer
        promptly(partial(commands.cancel, request_id=withdrawn.pk, buyer=buyer, now=NOW))
    assert statuses([granted]) == {Status.APPROVED}
    assert statuses([withdrawn]) == {Status.CANCELLED}


def promptly(command: Callable[[], T]) -> T:
    """What the command answers, in a time that a person waits for a page."""
    begun = time.monotonic()
    answer = command()
    assert time.monotonic() - begun < A_FEW_SECONDS
    return answer


# --- more than one of each


def test_two_workers_and_two_beats_credit_each_request_once(
    work: TimedWork, the_ledger_agrees: Callable[[], None]
) -> None:
    buyers = [make_user() for _ in range(10)]
    first = [r for buyer in buyers for r in approved(buyer=buyer, count=10)]
    second = [r for buyer in buyers for r in approved(buyer=buyer, count=10)]
    pending = [r for buyer in buyers for r in overdue(buyer=buyer, count=10)]
    kept_back = [request.pk for request in second + pending]
    with ExitStack() as accounts:
        accounts.enter_context(held(ACCOUNTS_OF_BUYERS))
        with held(REQUESTS, kept_back):
            for start in 2 * [work.start_worker, work.start_beat]:
                start()
            work.wait_until(batches_wait(1), "one batch has claimed the first half")
        work.wait_until(batches_wait(2), "a rival has claimed the second half")
    requests = first + second + pending
    work.wait_until(all_credited(requests), "all are credited")
    assert_credited_once(requests)
    # A batch has one moment: so all ten of a buyer were in the same, and both at work at once.
    moments = [credited_at(half) for half in (first, second)]
    assert [len(moment) for moment in moments] == [1, 1]
    assert moments[0] != moments[1]
    for buyer in buyers:
        assert_every_line_follows_from_the_one_before(buyer)
    the_ledger_agrees()


def credited_at(requests: Sequence[RefundRequest]) -> set[datetime | None]:
    ids = [request.pk for request in requests]
    return set(RefundRequest.objects.filter(pk__in=ids).values_list("credited_at", flat=True))


def assert_every_line_follows_from_the_one_before(buyer: User) -> None:
    """Each line of the statement says the sum of all lines up to it."""
    lines = list(statement_of(account_of(buyer)).order_by("pk"))
    assert [line.balance_after for line in lines] == list(accumulate(line.amount for line in lines))


# --- somebody is faster


@pytest.fixture
def waiting_fails(transactional_db: None) -> Iterator[None]:
    """A lock that is waited for is an error, instead of a test that never ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    yield
    connection.close()


@pytest.mark.parametrize("row", [REQUESTS, INSTANCES], ids=["request", "instance"])
def test_a_sweep_passes_over_what_a_person_holds_and_takes_it_next_time(
    row: str, waiting_fails: None
) -> None:
    busy, free = ask(), ask()
    deadline = busy.due_at
    with held(row, [busy.instance_id if row is INSTANCES else busy.pk]):
        assert commands.approve_due(now=deadline) == commands.Swept(1, 0, full=False)
        assert (statuses([busy]), statuses([free])) == ({Status.PENDING}, {Status.APPROVED})
    assert commands.approve_due(now=deadline) == commands.Swept(1, 0, full=False)
    credit = deadline + timedelta(minutes=30)
    with held(REQUESTS, [busy.pk]):
        assert commands.credit_due(now=credit) == commands.Swept(1, 0, full=False)
        assert (statuses([busy]), statuses([free])) == ({Status.APPROVED}, {Status.CREDITED})
    assert commands.credit_due(now=credit) == commands.Swept(1, 0, full=False)
    assert_credited_once([busy, free])
