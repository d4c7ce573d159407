"""Operators edit policies, which count for what comes later, and suspend vendors."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing.models import CommissionPolicy
from kernel.commands import add_version
from orders.models import DeliveryPolicy
from people.commands import lift_suspension, suspend_vendor
from refunds.commands import add_policy_version
from tests.model.cast import OPERATOR, VENDORS
from tests.model.passing import INSTANT
from tests.model.stage import Stage
from tests.model.world.days import DeliveryTerms, Terms

# With and without summer time; in Havana the clocks change at midnight. The last is none.
ZONES = (*["Asia/Shanghai", "America/New_York", "America/Havana"] * 2, "Nowhere")
# Those that every world begins with, and some more.
MOST_VERSIONS = 9
MOST_OTHERS = 4

CHANGES: tuple[dict[str, Any], ...] = (
    {"credit_minutes": 1_440},
    {"credit_minutes": 0},
    {"decision_days": 2},
    {"offer_days": 1},
    {"declined_offers": 1},
    {"hold_days": 3},
    {"orders": 1},
    {"first_reminder_hours": 40},
    {"zone": "America/Havana"},
    {"zone": "Nowhere"},
    {"submissions": 1},
)

submissions = st.sampled_from((3, 1, 2, 5, 4, 3, 2, 0))
later = st.sampled_from((timedelta(), timedelta(hours=1), timedelta(days=2)))
# From whenever they are published.
delivery_terms = st.builds(
    DeliveryTerms,
    since=st.just(datetime(2000, 1, 1, tzinfo=UTC)),
    zone=st.sampled_from(ZONES[:3]),
    acceptance_days=st.sampled_from((90, 5, 2)),
    reminder_days=st.sampled_from((1, 7, 2)),
    step_days=st.sampled_from((5, 1)),
    send_backs=st.sampled_from((3, 1)),
)


class Editing(Stage):
    @precondition(lambda self: len(self.world.terms) < MOST_VERSIONS)
    @rule(
        delivery=st.sampled_from((*["saas"] * 7, "service")),
        wait=later,
        zone=st.sampled_from(ZONES),
        window_days=st.sampled_from((5, 1, 2, 7, 5, 3, None, 0)),
        decision_days=st.sampled_from((3, 1, 5, 3, 2, 4, 3, 0)),
        by_clock=st.sampled_from((True, True, False)),
        credit_minutes=st.sampled_from((0, 30, 1_440, 45)),
        submissions=submissions,
        orders=st.sampled_from((4, 1, 2, None, 3, 1, 2, 0)),
    )
    def add_a_policy(
        self,
        delivery: str,
        wait: timedelta,
        zone: str,
        window_days: int | None,
        decision_days: int,
        by_clock: bool,
        credit_minutes: int,
        submissions: int,
        orders: int | None,
    ) -> None:
        self.publish(
            Terms(
                delivery=delivery,
                since=self.world.now + wait,
                zone=zone,
                window_days=window_days,
                decision_days=decision_days,
                by_clock=by_clock,
                credit_minutes=credit_minutes,
                submissions=submissions,
                orders=orders,
            )
        )

    @precondition(lambda self: len(self.world.terms) < MOST_VERSIONS)
    @rule(
        delivery=st.sampled_from(("saas", "saas", "service", "image")),
        change=st.sampled_from(CHANGES),
    )
    def change_one_thing(self, delivery: str, change: dict[str, Any]) -> None:
        """At once, and what is going on keeps its own."""
        terms = self.world.terms_of(delivery)
        self.publish(replace(terms, since=self.world.now, **change))

    def publish(self, terms: Terms) -> None:
        terms = self.world.free_moment(terms)
        self.agree(self.world.add_terms(terms), partial(add_policy_version, **_fields(terms)))

    @precondition(lambda self: len(self.world.delivery_terms) < MOST_OTHERS)
    @rule(terms=delivery_terms)
    def add_a_delivery_policy(self, terms: DeliveryTerms) -> None:
        self.publish_delivery(replace(terms, since=self.world.now))

    def publish_delivery(self, terms: DeliveryTerms) -> None:
        """Of two of one moment the one that was added later counts."""
        policy = DeliveryPolicy(
            effective_from=terms.since,
            zone=terms.zone,
            acceptance_days=terms.acceptance_days,
            reminder_days=terms.reminder_days,
            step_days=terms.step_days,
            max_send_backs=terms.send_backs,
        )
        self.agree(
            self.world.add_delivery_terms(terms),
            partial(
                add_version, policy, actor=self.user(OPERATOR), note="agreed", now=self.world.now
            ),
        )

    @precondition(lambda self: len(self.world.rates) < MOST_OTHERS)
    @rule(basis_points=st.sampled_from((0, 1_234, 3_333, 10_000)))
    def change_the_commission(self, basis_points: int) -> None:
        """For purchases from the next instant on (R14)."""
        since = max(self.world.now, self.world.rates[-1][0]) + INSTANT
        self.world.rates.append((since, basis_points))
        CommissionPolicy.objects.create(effective_from=since, basis_points=basis_points)

    @rule(vendor=st.sampled_from(VENDORS), suspend=st.booleans())
    def suspend_or_lift(self, vendor: str, suspend: bool) -> None:
        """Whatever else happens goes on as if nobody had (R8)."""
        command = suspend_vendor if suspend else lift_suspension
        vendor_id = self.cast.products[vendor, "saas"].vendor_id
        told: dict[str, Any] = {
            "vendor_id": vendor_id,
            "actor": self.user(OPERATOR),
            "reason": "Complaints.",
        }
        expected = self.world.suspend(vendor) if suspend else self.world.lift(vendor)
        self.agree(expected, partial(command, now=self.world.now, **told))


def _fields(terms: Terms) -> dict[str, Any]:
    return {
        "delivery_type": terms.delivery,
        "effective_from": terms.since,
        "zone": terms.zone,
        "window_days": terms.window_days,
        "decision_days": terms.decision_days,
        "approves_at_deadline": terms.by_clock,
        "credit_delay_minutes": terms.credit_minutes,
        "max_submissions": terms.submissions,
        "max_refunded_orders": terms.orders,
        "offer_days": terms.offer_days,
        "max_declined_offers": terms.declined_offers,
        "max_hold_days": terms.hold_days,
        "first_reminder_hours": terms.first_reminder_hours,
        "last_reminder_hours": terms.last_reminder_hours,
    }
