"""The machine under all rules: the portal and the world beside each other, step by step."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from kernel.errors import DomainError
from orders.models import Instance
from people.models import User
from refunds.queries import counted_orders, policies_at, situation_of
from refunds.verification import prove_ledger
from tests.billing.database import rolled_back, sql
from tests.model import looking
from tests.model.cast import BUYERS, Cast
from tests.model.world import DONE, World
from tests.model.world.things import Request, Unit

Thing = TypeVar("Thing")

# Which of the things that there are: taken modulo, so that a smaller number is a simpler one.
picks = st.integers(0, 11)

# At every how manieth step all that people read is compared, which takes the longest.
SELDOM = 10

# What the portal calls the newest of these of an instance or a request.
LATEST = {
    "request": "SELECT max(id) FROM refunds_refundrequest WHERE instance_id = %s",
    "offer": "SELECT max(id) FROM refunds_offer WHERE request_id = %s",
}


class Stage(RuleBasedStateMachine):
    """What the rules of every part of the portal use, and what must be so after each step."""

    cast: ClassVar[Cast]
    # How often each command was called and what it said, in all examples.
    tally: ClassVar[Counter[str]] = Counter()
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.undoing = ExitStack()
        self.undoing.enter_context(rolled_back())
        # Whether the last step ended in agreement.
        self.agreed = True
        self.looked = 0

    def teardown(self) -> None:
        """Compare it all, prove the ledger, unless a step has failed before, and undo it."""
        with self.undoing:
            if self.agreed and self.looked:
                self.compare_what_is_read()
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
        self.agreed = False
        result = None
        try:
            result = command()
            said = DONE
        except DomainError as refusal:
            said = refusal.code
        assert said == expected, f"the portal says {said}, the rules say {expected}"
        self.learn_names()
        self.agreed = True
        Stage.tally[f"{getattr(command, 'func', command).__name__}: {said}"] += 1
        return result

    def learn_names(self) -> None:
        """By which the portal calls what the step has made."""
        for request in reversed(self.requests):
            if request.pk:
                break
            request.pk = sql(LATEST["request"], [request.unit.pk])[0][0]
        for request in self.pending:
            if request.offers and not request.offers[-1].pk:
                request.offers[-1].pk = sql(LATEST["offer"], [request.pk])[0][0]

    def compare(self, what: str, expected: Iterable[object], found: Iterable[object]) -> None:
        """The same rows, in whatever order."""
        self.agreed = False
        rules, portal = Counter(expected), Counter(found)
        missing, surplus = rules - portal, portal - rules
        difference = f"{what}: the rules say {[*missing]}, the portal has {[*surplus]}"
        assert [*missing, *surplus] == [], difference
        self.agreed = True

    @invariant()
    def all_agree(self) -> None:
        self.compare("refunds", looking.refunds(self.world), sql(looking.REFUNDS))
        self.compare("money", looking.money(self.world, self.cast), sql(looking.MONEY))
        self.compare("standing", looking.standing(self.world), sql(looking.STANDING))
        self.looked += 1
        if self.looked % SELDOM == 0:
            self.compare_what_is_read()

    def compare_what_is_read(self) -> None:
        self.compare("notices", looking.notices(self.world), sql(looking.NOTICES))
        self.compare_pages()

    def compare_pages(self) -> None:
        """What buyers are told of each instance: its state, whether to refund it, the limit."""
        now, say = self.world.now, self.world
        policies = policies_at(now)
        counted = {self.user(name).pk: counted_orders(self.user(name).pk) for name in BUYERS}
        found = [
            (
                s.instance.resource_id,
                s.state,
                s.eligibility.reason.value,
                s.eligibility.quote.refund,
                s.eligibility.orders_left,
            )
            for s in (
                situation_of(i, policies, now=now, counted=counted[i.buyer_id])
                for i in self.instances()
            )
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
