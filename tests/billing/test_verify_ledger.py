"""`manage.py verify_ledger` passes a healthy ledger and names every kind of damage (R14)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import verification as ledger
from refunds import commands
from refunds import verification as refunds
from refunds.models import RefundRequest
from tests.billing.damages import LEDGER_DAMAGES, Damage
from tests.billing.database import TRIGGERS, alter, sql, triggers_off
from tests.billing.invoice_damages import INVOICE_DAMAGES
from tests.billing.proof import codes, verify
from tests.billing.request_damages import REQUEST_DAMAGES
from tests.billing.world import HOUR, World, healthy_world
from tests.factories import NOW, ask, make_user
from tests.orders.service_damages import SERVICE_DAMAGES
from tests.refunds.tickets.damages import TICKET_DAMAGES

DAMAGES = LEDGER_DAMAGES + REQUEST_DAMAGES + INVOICE_DAMAGES + SERVICE_DAMAGES + TICKET_DAMAGES
CHECKS = {check.code for check in (*ledger.CHECKS, *refunds.CHECKS)}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; each test is undone before the next."""
    with django_db_blocker.unblock(), healthy_world() as world:
        yield world


@pytest.mark.django_db
def test_a_healthy_ledger_passes_and_says_what_was_checked(world: World) -> None:
    code, lines = verify()
    assert code == 0, lines
    counts = [
        sql(f"SELECT count(*) FROM {table}")[0][0]
        for table in (
            "billing_transaction",
            "billing_entry",
            "billing_account",
            "refunds_refundrequest",
        )
    ]
    assert min(counts) >= 6
    assert lines == [
        "The ledger holds: {} transactions, {} entries, {} accounts,"
        " {} refund requests checked".format(*counts)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.title.replace(" ", "_"))
def test_damage_is_named(world: World, damage: Damage) -> None:
    with triggers_off():
        sql(damage.sql, world.ids)
    code, lines = verify()
    assert codes(lines) == damage.codes, lines
    assert code == 1
    assert lines[-1].startswith(f"Breaches: {len(lines) - 1} in ")


def test_every_check_is_put_to_the_test() -> None:
    named = {code for damage in DAMAGES for code in damage.codes}
    assert named == CHECKS | {"guard_off"}


@pytest.mark.django_db
def test_a_breach_names_whose_it_is_and_the_figures(world: World) -> None:
    with triggers_off():
        sql(
            "UPDATE billing_account SET balance = balance + 5 WHERE id = %(ann_account)s", world.ids
        )
    (balance,) = sql("SELECT balance FROM billing_account WHERE id = %(ann_account)s", world.ids)[0]
    _code, lines = verify()
    assert lines[0] == (
        f"wrong_balance · account {world.ids['ann_account']}:"
        f" the balance says {balance} fen, the entries sum to {balance - 5}"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["DISABLE TRIGGER {}", "ENABLE REPLICA TRIGGER {}", "drop"])
@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
def test_a_trigger_that_is_off_is_named(world: World, trigger: str, how: str) -> None:
    table = TRIGGERS[trigger]
    gone = f"DROP TRIGGER {trigger} ON {table}"
    sql(gone if how == "drop" else f"ALTER TABLE {table} {how.format(trigger)}")
    code, lines = verify()
    assert code == 1
    assert lines[:-1] == [f"guard_off · trigger {trigger}: it is missing or switched off"]


def _named_constraints() -> list[tuple[str, str]]:
    """Table and name of every rule that a model names."""
    return [
        (model._meta.db_table, rule.name)
        for label in ("orders", "billing", "refunds")
        for model in apps.get_app_config(label).get_models()
        for rule in model._meta.constraints
    ]


@pytest.mark.django_db
def test_a_constraint_that_is_gone_is_named(world: World) -> None:
    expected = set()
    for table, name in _named_constraints():
        partial = sql("SELECT 1 FROM pg_constraint WHERE conname = %s", [name]) == []
        sql(f"DROP INDEX {name}" if partial else f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        expected.add(f"guard_off · constraint {name}: it is missing or switched off")
    _code, lines = verify()
    assert set(lines[:-1]) == expected
    assert len(expected) >= 25


@pytest.mark.django_db
def test_a_constraint_that_excuses_old_rows_is_named(world: World) -> None:
    sql(
        "ALTER TABLE billing_entry DROP CONSTRAINT entry_moves_something,"
        " ADD CONSTRAINT entry_moves_something CHECK (amount <> 0) NOT VALID"
    )
    code, lines = verify()
    assert code == 1
    assert lines[:-1] == [
        "guard_off · constraint entry_moves_something: it is missing or switched off"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "change", "guard"),
    [
        ("billing_account", "DROP CONSTRAINT billing_account_buyer_id_key", "unique %s.buyer_id"),
        ("orders_order", "DROP CONSTRAINT orders_order_number_key", "unique %s.number"),
        (
            "billing_entry",
            "DROP CONSTRAINT billing_entry_account_id_01812d7d_fk_billing_account_id",
            "foreign key %s.account_id",
        ),
        ("refunds_refundevent", "DISABLE TRIGGER ALL", "foreign key %s.request_id"),
    ],
)
def test_keys_that_are_gone_or_asleep_are_named(
    world: World, table: str, change: str, guard: str
) -> None:
    sql(f"ALTER TABLE {table} {change}")
    code, lines = verify()
    assert code == 1
    assert f"guard_off · {guard % table}: it is missing or switched off" in lines


@pytest.mark.django_db
def test_a_request_that_was_set_aside_and_resumed_is_no_breach(world: World) -> None:
    request = RefundRequest.objects.get(pk=world.ids["approved"])
    alter("ALTER TABLE billing_entry ADD CONSTRAINT full_up CHECK (amount = 0) NOT VALID")
    assert commands.credit_due(now=NOW + 9 * HOUR).set_aside == 1
    assert verify()[0] == 0
    alter("ALTER TABLE billing_entry DROP CONSTRAINT full_up")
    operator = make_user(operator=True)
    commands.resume(request_id=request.pk, actor=operator, note="Room again.", now=NOW + 9 * HOUR)
    assert commands.credit_due(now=NOW + 9 * HOUR).done == 1
    code, lines = verify()
    assert code == 0, lines


@pytest.mark.django_db
def test_every_later_state_of_the_world_passes(world: World) -> None:
    commands.approve_due(now=NOW + 99 * HOUR)
    code, lines = verify()
    assert code == 0, lines
    assert commands.credit_due(now=NOW + 100 * HOUR).done == 2
    code, lines = verify()
    assert code == 0, lines


@pytest.mark.django_db
def test_proving_costs_the_same_number_of_queries_whatever_the_number_of_rows(
    world: World, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as before:
        refunds.prove_ledger()
    ask()
    with django_assert_num_queries(len(before)):
        refunds.prove_ledger()
