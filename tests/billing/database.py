"""The database behind the commands' backs: raw SQL, switched-off guards, undone at the end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import IntegrityError, connection, transaction

from billing.verification import TRIGGERS as LEDGER_TRIGGERS
from refunds.verification import TRIGGERS as REFUND_TRIGGERS

TRIGGERS = LEDGER_TRIGGERS | REFUND_TRIGGERS


def sql(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Run a statement (or several); its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def alter(statement: str) -> None:
    """Change a table that may have foreign keys waiting to be checked at the commit."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(statement)
    sql("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo at the end whatever happened inside, durable commands too."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def triggers_off() -> Iterator[None]:
    """Switch every trigger of ours off and on again."""
    tables = sorted(set(TRIGGERS.values()))
    alter("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    yield
    alter("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))


@contextmanager
def truncation_guarded() -> Iterator[None]:
    """Have the guards against TRUNCATE, which tests live without, as they are elsewhere."""
    guards = {name: table for name, table in TRIGGERS.items() if name.endswith("_never_truncated")}
    alter("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER {n}" for n, table in guards.items()))
    try:
        yield
    finally:
        alter("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER {n}" for n, table in guards.items()))


def refused_by(statement: str, params: Any = None) -> str:
    """The rule in whose name the database refuses the statement, done and undone ("nothing")."""
    try:
        with transaction.atomic():
            sql(statement, params)
            sql("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        cause = refusal.__cause__
        return cause.diag.constraint_name or "" if isinstance(cause, psycopg2.Error) else ""
    return "nothing"


def copied(table: str, row: str, **changes: object) -> str:
    """SQL that adds a row like the one called `row` in the world, but for these changes."""
    changed = json.dumps({"id": 999_999} | changes)
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(old, '{changed}')).*"
        f" FROM {table} old WHERE id = %({row})s"
    )
