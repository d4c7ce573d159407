"""The database has the last word: each rule is broken on purpose, by SQL, and refused by name.

What is refused of people, orders and money stands in `tests/orders/attacks.py` and
`tests/billing/attacks.py`; here are the refunds, and the proof that no rule was forgotten.
"""

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import PROTECT, ForeignKey

from billing.models import Entry
from refunds.transitions import Status, may_become
from tests.billing.attacks import ATTACKS as ON_MONEY
from tests.billing.attacks_imports import ATTACKS as ON_IMPORTS
from tests.billing.attacks_invoices import ATTACKS as ON_INVOICES
from tests.billing.database import TRIGGERS, copied, refused_by, sql, triggers_off
from tests.billing.world import World, healthy_world
from tests.notices.attacks import ATTACKS as ON_NOTICES
from tests.orders.attacks import ATTACKS as ON_ORDERS
from tests.refunds.attacks_negotiation import ATTACKS as ON_NEGOTIATION
from tests.refunds.attacks_policies import ATTACKS as ON_POLICIES
from tests.refunds.attacks_policies import SOUND
from tests.refunds.attacks_tickets import ATTACKS as ON_TICKETS

OUR_MODELS = tuple(
    model
    for app in apps.get_app_configs()
    if Path(app.path).parent == settings.BASE_DIR
    for model in app.get_models()
)
OUR_TABLES = tuple(model._meta.db_table for model in OUR_MODELS)


def _request(**changes: object) -> str:
    """A request for an instance that has none."""
    return copied("refunds_refundrequest", "pending", **changes)


def _change(row: str, **columns: str) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
    return f"UPDATE refunds_refundrequest SET {changes} WHERE id = %({row})s"


def _approve(**columns: str) -> str:
    """A sound approval by the deadline, but for these columns."""
    sound = {
        "status": "'approved'",
        "decided_at": "now()",
        "decided_by": "'deadline'",
        "approved_amount": "refund_amount",
        "commission": "0",
        "credit_due_at": "now()",
    }
    return _change("pending", **(sound | columns))


def _reject(**columns: str) -> str:
    """A sound rejection by the vendor, but for these columns."""
    sound = {
        "status": "'rejected'",
        "decided_at": "now()",
        "decided_by": "'vendor'",
        "decider_id": "%(ann)s",
        "rejection_ground_id": "(SELECT min(id) FROM refunds_rejectionground)",
        "rejection_text": "'No.'",
    }
    return _change("pending", **(sound | columns))


_SECOND = (
    "INSERT INTO refunds_refundrequest SELECT (jsonb_populate_record(old, changed)).*"
    " FROM refunds_refundrequest old,"
    " jsonb_build_object('id', 999999, 'instance_id', %({}_instance)s) changed"
    " WHERE old.id = %(pending)s"
)

STANDING = tuple(
    ("one_standing_request_per_instance", _SECOND.format(name))
    for name in ("pending", "approved", "credited")
)

QUOTES = (
    ("quote_returns_at_most_what_was_paid", _request(list_price=9, coupon=1, paid=9)),
    ("quote_returns_at_most_what_was_paid", _request(list_price=9, coupon=-1, paid=10)),
    ("quote_returns_at_most_what_was_paid", _request(refund_amount=5_001)),
    ("quote_returns_at_most_what_was_paid", _request(refund_amount=0)),
    ("quote_returns_at_most_what_was_paid", _request(refund_amount=-1)),
    ("refund_channel_known", _request(channel="fax")),
    ("refund_reason_known", _request(reason="whim")),
)

APPROVALS = (
    ("approved_at_most_what_was_paid", _approve(approved_amount="paid + 1")),
    ("approved_at_most_what_was_paid", _approve(approved_amount="0")),
    ("approved_at_most_what_was_paid", _approve(commission="refund_amount + 1")),
    ("approved_at_most_what_was_paid", _approve(commission="-1")),
    ("approved_at_most_what_was_paid", _approve(commission="NULL")),
    ("approved_at_most_what_was_paid", _change("pending", commission="1")),
    ("approved_says_how_much_and_when", _approve(credit_due_at="NULL")),
    (
        "approved_says_how_much_and_when",
        _approve(approved_amount="NULL", commission="NULL"),
    ),
    (
        "approved_says_how_much_and_when",
        _change("pending", approved_amount="1", commission="0"),
    ),
    ("approved_says_how_much_and_when", _change("pending", credit_due_at="now()")),
)

DECISIONS = (
    ("decided_says_who_and_when", _approve(decided_at="NULL")),
    ("decided_says_who_and_when", _approve(decided_by="''")),
    ("decided_says_who_and_when", _approve(decided_by="'vendor'")),
    ("decided_says_who_and_when", _approve(decided_by="'operator'")),
    ("decided_says_who_and_when", _approve(decider_id="%(ann)s")),
    ("decided_says_who_and_when", _approve(decided_by="'dice'", decider_id="%(ann)s")),
    ("decided_says_who_and_when", _reject(decided_by="'deadline'", decider_id="NULL")),
    ("decided_says_who_and_when", _change("pending", decided_at="now()")),
    ("decided_says_who_and_when", _change("pending", decided_by="'vendor'")),
    ("decided_says_who_and_when", _change("pending", decider_id="%(ann)s")),
    ("rejected_says_why", _reject(rejection_text="''")),
    ("rejected_says_why", _reject(rejection_ground_id="NULL")),
    ("rejected_says_why", _approve(rejection_text="'No.'")),
    ("cancelled_says_when", _change("pending", status="'cancelled'")),
    ("cancelled_says_when", _change("pending", cancelled_at="now()")),
    ("credited_says_when", _change("approved", status="'credited'")),
    ("credited_says_when", _change("approved", credited_at="now()")),
    ("credited_says_when", _change("credited", credited_at="NULL")),
)

_OF_SUBMISSION = {
    "id": "id + 999",
    "instance_id": "%(plain)s",
    "order_id": "%(free_order)s",
    "buyer_id": "%(dora)s",
    "vendor_id": "%(other_vendor)s",
    "policy_id": "(SELECT min(id) FROM refunds_policyversion WHERE delivery_type = 'api')",
    "channel": "'ticket'",
    "list_price": "list_price + 1",
    "coupon": "coupon + 1",
    "paid": "paid - 1",
    "refund_amount": "refund_amount - 1",
    "currency": "'USD'",
    "reason": "'mistake'",
    "comment": "'Please.'",
    "submitted_at": "submitted_at + interval '1 s'",
    "approves_at_deadline": "NOT approves_at_deadline",
}

_OF_DECISION = {
    "due_at": "due_at + interval '1 day'",
    "decided_at": "decided_at + interval '1 s'",
    "decided_by": "'operator'",
    "decider_id": "%(ann)s",
    "approved_amount": "approved_amount - 1",
    "commission": "commission - 1",
    "credit_due_at": "credit_due_at + interval '1 s'",
    "rejection_text": "'No.'",
    "rejection_ground_id": "(SELECT min(id) FROM refunds_rejectionground)",
    "cancelled_at": "now()",
}

FROZEN = (
    *(
        ("request_frozen", _change(row, **{column: value}))
        for column, value in _OF_SUBMISSION.items()
        for row in ("pending", "credited")
    ),
    *(
        ("decision_frozen", _change(row, **{column: value}))
        for column, value in _OF_DECISION.items()
        for row in ("approved", "credited")
    ),
    ("decision_frozen", _change("rejected", rejection_text="'Yes.'")),
    ("decision_frozen", _change("rejected", rejection_ground_id="NULL")),
    ("decision_frozen", _change("cancelled", cancelled_at="cancelled_at - interval '1 s'")),
    # Not even on the way to the credit.
    (
        "decision_frozen",
        _change("approved", status="'credited'", credited_at="now()", approved_amount="1"),
    ),
    ("credit_frozen", _change("credited", credited_at="credited_at + interval '1 s'")),
)

BEGINNINGS_AND_ENDS = (
    *(
        ("request_begins_pending", _request(status=status.value))
        for status in Status
        if status != Status.PENDING
    ),
    ("request_never_deleted", "DELETE FROM refunds_refundrequest WHERE id = %(cancelled)s"),
    ("refund_request_never_truncated", "TRUNCATE refunds_refundrequest CASCADE"),
)

HISTORY_AND_POLICY = (
    (
        "event_append_only",
        "UPDATE refunds_refundevent SET note = 'x' WHERE id = %(credited_approved_event)s",
    ),
    ("event_append_only", "DELETE FROM refunds_refundevent WHERE request_id = %(credited)s"),
    ("event_never_truncated", "TRUNCATE refunds_refundevent"),
    ("event_words_known", copied("refunds_refundevent", "credited_approved_event", kind="fun")),
    (
        "event_words_known",
        copied("refunds_refundevent", "credited_approved_event", from_status="lost"),
    ),
    (
        "event_words_known",
        copied("refunds_refundevent", "credited_approved_event", to_status="lost"),
    ),
    (
        "refunds_rejectionground_code_key",
        "UPDATE refunds_rejectionground SET code = 'abuse' WHERE code = 'other'",
    ),
    (
        "refunds_rejectionground_position_check",
        "UPDATE refunds_rejectionground SET position = -1 WHERE code = 'other'",
    ),
)


ATTACKS = (
    *ON_ORDERS,
    *ON_MONEY,
    *ON_NOTICES,
    *ON_INVOICES,
    *ON_TICKETS,
    *ON_IMPORTS,
    *STANDING,
    *QUOTES,
    *APPROVALS,
    *DECISIONS,
    *FROZEN,
    *BEGINNINGS_AND_ENDS,
    *HISTORY_AND_POLICY,
    *ON_POLICIES,
    *ON_NEGOTIATION,
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; each test is undone before the next."""
    with django_db_blocker.unblock(), healthy_world() as world:
        for version in SOUND:
            sql(version, world.ids)
        sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield world


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "attack"), ATTACKS, ids=[rule for rule, _ in ATTACKS])
def test_an_attack_is_refused_in_the_name_of_its_rule(world: World, rule: str, attack: str) -> None:
    assert refused_by(attack, world.ids) == rule


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), list(permutations(Status, 2)))
def test_no_way_leads_between_two_states_but_those_of_the_table(
    world: World, old: Status, new: Status
) -> None:
    refusal = refused_by(_change(old.value, status=f"'{new}'"), world.ids)
    assert (refusal == "request_transition") is not may_become(old, new)


@pytest.mark.django_db
def test_what_the_attacks_change_for_the_worse_may_change_for_the_better(world: World) -> None:
    later = _change("pending", due_at="due_at + interval '1 day'")
    aside = _change("approved", set_aside_at="now()", set_aside_reason="'broken'")
    for sound in (_approve(), _reject(), later, aside):
        assert refused_by(sound, world.ids) == "nothing"


@pytest.mark.django_db
def test_emptying_a_table_does_not_empty_those_that_hang_on_it(world: World) -> None:
    for table in ("people_user", "people_vendor", "orders_product", "orders_order"):
        assert refused_by(f"TRUNCATE {table} CASCADE").endswith("_never_truncated")
    assert Entry.objects.exists()


# Refuses nothing: it writes.
WRITING = {"entry_earning"}


def _rules_in_the_database() -> set[str]:
    """Every rule that the database keeps on our tables; keys that only identify left aside.

    A constraint that is a trigger is found among the triggers.
    """
    constraints = sql(
        "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)"
        " AND contype NOT IN ('p', 'f', 'n', 't')"
        " UNION SELECT indexrelid::regclass::text FROM pg_index"
        " WHERE indrelid::regclass::text = ANY(%s) AND indisunique AND NOT indisprimary",
        [list(OUR_TABLES)] * 2,
    )
    rules = {name for (name,) in constraints}
    triggers = sql(
        "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgrelid::regclass::text = ANY(%s) AND NOT tgisinternal",
        [list(OUR_TABLES)],
    )
    for name, source in triggers:
        if name in WRITING:
            continue
        named = re.findall(r"(?:rule :=|CONSTRAINT =) '(\w+)'", source)
        assert named or "CONSTRAINT = TG_NAME" in source, f"{name} refuses namelessly"
        rules |= set(named) or {name}
    return rules


@pytest.mark.django_db
def test_every_rule_that_the_database_keeps_is_attacked_here() -> None:
    attacked = {rule for rule, _attack in ATTACKS} | {"request_transition"}
    assert attacked == _rules_in_the_database()


@pytest.mark.django_db
def test_every_trigger_on_our_tables_is_known_to_verify_ledger() -> None:
    found = sql(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
        [list(OUR_TABLES)],
    )
    assert dict(found) == TRIGGERS


@pytest.mark.django_db
def test_no_row_may_point_at_nothing(world: World) -> None:
    keys = sql(
        "SELECT conname, conrelid::regclass::text, attname FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(OUR_TABLES)],
    )
    assert len(keys) >= 24
    for name, table, column in keys:
        with triggers_off():
            pointed_nowhere = (
                f"UPDATE {table} SET {column} = 999999"
                f" WHERE id = (SELECT max(id) FROM {table} WHERE {column} IS NOT NULL)"
            )
            assert refused_by(pointed_nowhere) == name


@pytest.mark.django_db
def test_nothing_goes_because_what_it_points_at_goes() -> None:
    cascading = sql(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'a'"
        " AND conrelid::regclass::text = ANY(%s)",
        [list(OUR_TABLES)],
    )
    assert cascading == []
    keys = [field for model in OUR_MODELS for field in model._meta.local_fields]
    for key in keys:
        assert not isinstance(key, ForeignKey) or key.remote_field.on_delete is PROTECT, key
