"""Whatever people and sweeps do at once, everything happens at most once (R7, R8, R12, R13).

Real threads on connections of their own; nothing is committed for show. A deadlock is found
at once and a wait that does not end becomes an error, so neither can hide as slowness.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from billing.commands import InsufficientBalance, OrderAlreadyRecorded, record_purchase
from billing.models import Account, Transaction
from kernel.errors import DomainError
from orders.commands import Line
from orders.models import Instance, InstanceState, Order, Product
from people.models import User
from refunds import commands
from refunds.models import RefundRequest, RejectionGround
from refunds.transitions import DecidedBy, Status
from tests.factories import NOW, ProductFactory, ask, buy, ground, make_member, make_user, no_limit

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20
ROUNDS = 12
ACTS_IN_A_ROUND = 12

HOUR = timedelta(hours=1)
DEADLINE = NOW + timedelta(days=3)
# Inside the window still, and after the deadline of what was submitted in the beginning.
LATE = DEADLINE + HOUR
MOSTLY = [NOW, NOW + HOUR] * 5
THE_END = NOW + timedelta(days=30)


def at_once(calls: Iterable[Callable[[], object]]) -> list[object]:
    """Call all of them in threads that set off together; a refusal is an answer too.

    Any other error is raised, with those of the other threads.
    """
    waiting = list(calls)
    barrier = threading.Barrier(len(waiting), timeout=60)

    def run(call: Callable[[], object]) -> object:
        try:
            _be_impatient()
            barrier.wait()
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(waiting)) as pool:
        done = [pool.submit(run, call) for call in waiting]
    if errors := [error for one in done if (error := one.exception())]:
        raise BaseExceptionGroup("not one of these errors has a name", errors)
    return [one.result() for one in done]


def _be_impatient() -> None:
    """Make this thread's connection fail where it would hang."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'; SET statement_timeout = '30s'")
        # Only some roles may; for the others deadlocks are found after a second.
        cursor.execute(
            "SELECT set_config('deadlock_timeout', '20ms', false)"
            " WHERE has_parameter_privilege('deadlock_timeout', 'SET')"
        )


def codes(answers: Iterable[object]) -> Counter[str]:
    """How often each refusal was the answer, and how often there was none."""
    return Counter(a.code if isinstance(a, DomainError) else "done" for a in answers)


# --- everybody at once


@dataclass(frozen=True)
class World:
    """Buyers who share vendors; `handfuls` are the instances of one round each."""

    handfuls: list[list[Instance]]
    deciders: dict[int, User]
    operator: User
    ground: RejectionGround


def make_world() -> World:
    no_limit()
    products = [ProductFactory.create() for _ in range(2)]
    buyers = [make_user() for _ in range(4)]
    return World(
        handfuls=[_handful(products, buyers) for _ in range(ROUNDS)],
        deciders={p.vendor_id: make_member(p.vendor) for p in products},
        operator=make_user(operator=True),
        ground=ground(),
    )


def _handful(products: list[Product], buyers: list[User]) -> list[Instance]:
    """Two instances a buyer, of one order each."""
    firsts = [
        buy(buyer=buyer, product=products[n % 2], prices=(10_005 + n, 299))
        for n, buyer in enumerate(buyers)
    ]
    return list(
        Instance.objects.filter(order__in=[i.order_id for i in firsts]).select_related("buyer")
    )


class Somebody:
    """One thread: does this and that to whatever is before everybody in this round."""

    def __init__(self, world: World, seed: int, rounds: threading.Barrier) -> None:
        self._world = world
        self._rounds = rounds
        self._random = random.Random(seed)
        self.answers: Counter[tuple[str, str]] = Counter()

    def __call__(self) -> Counter[tuple[str, str]]:
        try:
            self._live()
        except BaseException:
            self._rounds.abort()  # the others would wait for this one
            raise
        return self.answers

    def _live(self) -> None:
        acts = [self._submit] * 4 + [self._cancel, self._approve, self._reject, self._intervene]
        acts += [self._approve_due, self._credit_due]
        for handful in self._world.handfuls:
            self._rounds.wait()
            for _ in range(ACTS_IN_A_ROUND):
                self._do(self._random.choice(acts), self._random.choice(handful))

    def _do(self, act: Callable[[Instance], str], instance: Instance) -> None:
        try:
            answer = act(instance)
        except DomainError as refusal:
            answer = refusal.code
        self.answers[act.__name__.strip("_"), answer] += 1

    def _submit(self, instance: Instance) -> str:
        ask(instance, at=self._random.choice([NOW, NOW, LATE]))
        return "done"

    def _cancel(self, instance: Instance) -> str:
        return self._decide(instance, partial(commands.cancel, buyer=instance.buyer))

    def _approve(self, instance: Instance) -> str:
        decider = self._world.deciders[instance.vendor_id]
        return self._decide(instance, partial(commands.approve, actor=decider))

    def _reject(self, instance: Instance) -> str:
        decider = self._world.deciders[instance.vendor_id]
        refuse = partial(commands.reject, actor=decider, ground=self._world.ground, text="No.")
        return self._decide(instance, refuse)

    def _intervene(self, instance: Instance) -> str:
        agree = partial(
            commands.approve,
            actor=self._world.operator,
            decided_by=DecidedBy.OPERATOR,
            note="The vendor is silent.",
        )
        return self._decide(instance, agree)

    def _decide(self, instance: Instance, command: Callable[..., None]) -> str:
        latest = RefundRequest.objects.filter(instance=instance).order_by("-pk").first()
        if latest is None:
            return "nothing to decide"
        command(request_id=latest.pk, now=self._random.choice([*MOSTLY, LATE]))
        return "done"

    def _approve_due(self, instance: Instance) -> str:
        now = self._random.choice([NOW + HOUR, LATE])
        swept = commands.approve_due(now=now, size=self._random.choice([1, 3, 1_000]))
        return "done" if swept.done else "nothing due"

    def _credit_due(self, instance: Instance) -> str:
        now = self._random.choice([NOW, NOW + HOUR, LATE + HOUR])
        swept = commands.credit_due(now=now, size=self._random.choice([1, 3, 1_000]))
        return "done" if swept.done else "nothing due"


DECIDED = {"done", "nothing to decide", "already_decided", "approved_automatically"}
EXPECTED = {
    "submit": {
        "done",
        "request_open",
        "refunded",
        "no_submissions_left",
        "approved_automatically",
    },
    "cancel": DECIDED,
    "approve": DECIDED,
    "reject": DECIDED,
    "intervene": DECIDED,
    "approve_due": {"done", "nothing due"},
    "credit_due": {"done", "nothing due"},
}
RARE = {"no_submissions_left", "approved_automatically"}


def test_twenty_threads_at_the_same_requests_leave_one_decision_and_one_credit_each(
    the_ledger_agrees: Callable[[], None],
) -> None:
    world = make_world()
    rounds = threading.Barrier(THREADS, timeout=60)
    answers: Counter[tuple[str, str]] = Counter()
    for one in at_once(Somebody(world, seed, rounds) for seed in range(THREADS)):
        assert isinstance(one, Counter)
        answers.update(one)
    commands.approve_due(now=THE_END)
    commands.credit_due(now=THE_END + HOUR)

    for act, expected in EXPECTED.items():
        met = {answer for done, answer in answers if done == act}
        assert expected - RARE <= met <= expected, f"{act} met what it should, and nothing else"
    for request in RefundRequest.objects.prefetch_related("events"):
        assert_decided_once(request)
    assert_money_went_back_once()
    the_ledger_agrees()


def assert_decided_once(request: RefundRequest) -> None:
    """The history is one of the three that there are, and the row says the same."""
    assert request.set_aside_at is None, request.set_aside_reason
    history = sorted(request.events.all(), key=lambda event: event.pk)
    assert [event.kind for event in history] in (
        ["submitted", "cancelled"],
        ["submitted", "rejected"],
        ["submitted", "approved", "credited"],
    )
    assert [event.from_status for event in history[1:]] == [e.to_status for e in history[:-1]]
    assert history[-1].to_status == request.status


def assert_money_went_back_once() -> None:
    """One refund in the ledger for each credited request, on the right balances."""
    credited = RefundRequest.objects.filter(status=Status.CREDITED)
    refunds = Transaction.objects.filter(kind="refund").values_list("reference", flat=True)
    assert sorted(refunds) == sorted(request.reference for request in credited)
    owed: Counter[int] = Counter()
    for request in credited:
        owed[request.buyer_id] += request.approved_amount or 0
    balances = Account.objects.filter(kind="buyer").values_list("buyer_id", "balance")
    assert dict(balances) == {buyer_id: owed[buyer_id or 0] for buyer_id, _ in balances}
    ended = Instance.objects.filter(state=InstanceState.TERMINATED).values_list("pk", flat=True)
    assert sorted(ended) == sorted(request.instance_id for request in credited)
    assert not Instance.objects.exclude(held_by="").exists()


# --- two of the same


def test_of_two_submissions_at_once_one_wins_and_the_other_is_told_that_it_is_open() -> None:
    for _ in range(20):
        instance = buy()
        answers = at_once([partial(ask, instance), partial(ask, instance)])
        assert codes(answers) == {"done": 1, "request_open": 1}
        assert RefundRequest.objects.filter(instance=instance).count() == 1


def push(
    number: str, buyer: User, product: Product, *, price: int = 100, paid_online: bool = True
) -> Order:
    """What the marketplace sends: an order of two instances at this price each."""
    return record_purchase(
        number=number,
        buyer=buyer,
        product=product,
        lines=[Line(f"{number}-1", price), Line(f"{number}-2", price)],
        currency="CNY",
        purchased_at=NOW,
        now=NOW,
        paid_online=paid_online,
    )


def test_an_order_pushed_by_five_at_once_is_recorded_once() -> None:
    for n in range(10):
        # New ones each time: their accounts are opened by the same five.
        buyer, product = make_user(), ProductFactory.create()
        answers = at_once(5 * [partial(push, f"P{n}", buyer, product)])
        order = Order.objects.get(buyer=buyer)
        assert answers == 5 * [order]
        assert order.instances.count() == 2
        kinds = (
            Transaction.objects.filter(order=order).order_by("pk").values_list("kind", flat=True)
        )
        assert list(kinds) == ["recharge", "deduct", "deduct"]


def test_of_two_contents_under_one_number_one_is_recorded_and_the_other_refused() -> None:
    for n in range(10):
        buyer, product = make_user(), ProductFactory.create()
        pushes = [partial(push, f"P{n}", buyer, product, price=price) for price in (100, 200)]
        answers = at_once(2 * pushes)
        refusals = [answer for answer in answers if isinstance(answer, OrderAlreadyRecorded)]
        assert len(refusals) == 2
        assert Order.objects.filter(buyer=buyer).count() == 1


def test_the_first_orders_of_a_buyer_arriving_at_once_open_one_account() -> None:
    buyer, product = make_user(), ProductFactory.create()
    answers = at_once(partial(push, f"P{n}", buyer, product) for n in range(10))
    assert codes(answers) == {"done": 10}
    assert Account.objects.filter(buyer=buyer).count() == 1
    assert Account.objects.filter(vendor=product.vendor).count() == 1


# --- the same balances


def test_purchases_and_rival_batches_of_credits_leave_every_balance_right(
    the_ledger_agrees: Callable[[], None],
) -> None:
    product = ProductFactory.create()
    buyers = [make_user() for _ in range(6)]
    prices = tuple(range(1_000, 1_020))
    # Turn by turn, so that every batch has credits of several buyers.
    for turn in zip(*[_instances(buyer, product, prices) for buyer in buyers], strict=True):
        for instance in turn:
            ask(instance)
    assert commands.approve_due(now=LATE).done == 120

    def credit() -> None:
        while commands.credit_due(now=LATE + HOUR, size=5).done:
            pass

    purchases = [partial(_spend, buyer, product) for buyer in buyers]
    spent = at_once([*purchases, *[credit] * 6])[: len(buyers)]
    assert Transaction.objects.filter(kind="refund").count() == 120
    balances = [Account.objects.get(buyer=buyer).balance for buyer in buyers]
    assert balances == [sum(prices) - cost for cost in spent if isinstance(cost, int)]
    the_ledger_agrees()


def _instances(buyer: User, product: Product, prices: tuple[int, ...]) -> list[Instance]:
    order = buy(buyer=buyer, product=product, prices=prices).order
    return list(order.instances.select_related("buyer").order_by("pk"))


def _spend(buyer: User, product: Product) -> int:
    """Buy ten times, every other time from the balance; what that took from it, in fen."""
    cost = 0
    for n in range(10):
        online = n % 2 == 0
        with suppress(InsufficientBalance):
            push(f"S{buyer.pk}-{n}", buyer, product, paid_online=online)
            cost += 0 if online else 200
    return cost
