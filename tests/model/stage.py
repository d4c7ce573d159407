"""The machine under all rules: the portal and the world beside each other, step by step."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import ClassVar, TypeVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from kernel.errors import DomainError
from orders.models import Instance
from people.models import User
from refunds.queries import policies_at, situation_of
from refunds.verification import prove_ledger
from tests.billing.database import rolled_back, sql
from tests.model.cast import BUYERS, Cast
from tests.model.things import Request, Unit
from tests.model.world import DONE, World

Thing = TypeVar("Thing")

# Which of the things that there are: taken modulo, so that a smaller number is a simpler one.
picks = st.integers(0, 11)

# An instance is there once for each of its requests.
REFUNDS = """
SELECT i.resource_id, i.list_price, i.coupon, i.paid, i.terminated_at, i.state, i.held_by,
    s.state,
    r.id, r.status, r.decided_by, u.full_name, r.submitted_at, r.due_at, r.approves_at_deadline,
    r.refund_amount, r.approved_amount, r.commission, r.credit_due_at, r.credited_at,
    coalesce(r.decided_at, r.cancelled_at),
    (SELECT string_agg(e.kind, ' ' ORDER BY e.id) FROM refunds_refundevent e
     WHERE e.request_id = r.id)
FROM orders_instance i
LEFT JOIN orders_service s ON s.instance_id = i.id
LEFT JOIN refunds_refundrequest r ON r.instance_id = i.id
LEFT JOIN people_user u ON u.id = r.decider_id
"""
NO_REQUEST = (None,) * 14
# What each account has, and how many transactions of each kind there are.
MONEY = """
SELECT a.id::text, coalesce(sum(e.amount), 0)::bigint, a.balance
FROM billing_account a LEFT JOIN billing_entry e ON e.account_id = a.id GROUP BY a.id
UNION ALL SELECT kind, count(*), NULL FROM billing_transaction GROUP BY kind
"""


class Stage(RuleBasedStateMachine):
    """What the rules of every part of the portal use, and what must be so after each step."""

    cast: ClassVar[Cast]
    steps: ClassVar[int] = 0
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.undoing = ExitStack()
        self.undoing.enter_context(rolled_back())
        # Whether the last step ended in agreement.
        self.agreed = True
        self.looked = 0

    def teardown(self) -> None:
        """Prove the ledger, unless a step has failed before, and undo the example."""
        with self.undoing:
            if self.agreed:
                sql("SET CONSTRAINTS ALL IMMEDIATE")
                assert prove_ledger().breaches == ()

    @property
    def units(self) -> list[Unit]:
        return self.world.units

    @property
    def requests(self) -> list[Request]:
        return self.world.requests

    def user(self, name: str) -> User:
        return self.cast.users[name]

    def pick(self, things: Sequence[Thing], pick: int) -> Thing:
        """One of the things there are, the latest for 0."""
        return things[-1 - pick % len(things)]

    @property
    def pending(self) -> list[Request]:
        """What waits for a decision, or for the sweep that is late."""
        return [request for request in self.requests if request.status == "pending"]

    def agree(self, expected: str, command: Callable[[], Thing]) -> Thing | None:
        """Call the portal; it must answer what the world says. The result, if it did it."""
        Stage.steps += 1
        self.agreed = False
        result = None
        try:
            result = command()
            said = DONE
        except DomainError as refusal:
            said = refusal.code
        assert said == expected, f"the portal says {said}, the rules say {expected}"
        self.agreed = True
        event(f"{getattr(command, 'func', command).__name__}: {said}")
        return result

    def compare(self, what: str, expected: Sequence[object], found: Sequence[object]) -> None:
        """The same rows, in whatever order."""
        self.agreed = False
        missing, surplus = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
        difference = f"{what}: the rules say {[*missing]}, the portal has {[*surplus]}"
        assert [*missing, *surplus] == [], difference
        self.agreed = True

    @invariant()
    def refunds_agree(self) -> None:
        expected = [row for unit in self.units for row in _rows(unit)]
        self.compare("refunds", expected, sql(REFUNDS))

    @invariant()
    def money_agrees(self) -> None:
        money = self.world.money
        expected: list[object] = [
            (str(pk), money[name], money[name] if name in BUYERS else None)
            for name, pk in self.cast.accounts.items()
        ]
        expected += [(kind, count, None) for kind, count in self.world.posted.items()]
        self.compare("money", expected, sql(MONEY))

    @invariant()
    def pages_agree(self) -> None:
        """What buyers are told of each instance: its state, whether it can be refunded, the limit.

        At every third step, since to read what a page shows is what takes the longest.
        """
        self.looked += 1
        if self.looked % 3:
            return
        now, say = self.world.now, self.world
        policies = policies_at(now)
        found = [
            (
                s.instance.resource_id,
                s.state,
                s.eligibility.reason.value,
                s.eligibility.quote.refund,
                s.eligibility.orders_left,
            )
            for s in (situation_of(i, policies, now=now) for i in self.instances())
        ]
        expected = [
            (u.resource_id, say.state_of(u), say.why_not(u), u.paid, say.orders_left(u))
            for u in self.units
        ]
        self.compare("pages", expected, found)

    def instances(self) -> list[Instance]:
        """All there are, with what `situation_of` reads."""
        found = Instance.objects.select_related("order", "service")
        return list(found.prefetch_related("refund_requests"))


def _rows(unit: Unit) -> list[tuple[object, ...]]:
    requests = [_request(request) for request in unit.requests] or [NO_REQUEST]
    return [_instance(unit) + request for request in requests]


def _instance(unit: Unit) -> tuple[object, ...]:
    pending = unit.standing if unit.standing and unit.standing.status == "pending" else None
    return (
        unit.resource_id,
        unit.list_price,
        unit.coupon,
        unit.paid,
        unit.terminated_at,
        "terminated" if unit.terminated_at else "active",
        f"refund:{pending.pk}" if pending else "",
        # Nobody delivers anything in the model.
        "awaiting_requirement" if unit.delivery == "service" else None,
    )


def _request(request: Request) -> tuple[object, ...]:
    return (
        request.pk,
        request.status,
        request.decided_by,
        request.decider or None,
        request.submitted_at,
        request.due_at,
        request.terms.by_clock,
        request.unit.paid,
        request.amount if request.is_approved else None,
        request.commission if request.is_approved else None,
        request.credit_due_at,
        request.credited_at,
        request.ended_at,
        " ".join(request.history),
    )
