"""Brings the database back between tests that commit, in milliseconds.

Django truncates every table and makes permissions and first rows anew, which takes longer than
most of these tests do. Here what they left is deleted, with neither foreign keys nor triggers
asked, and the first rows are put back. Only tables that guard their rows against that, too, are
truncated, where there is anything new in them.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

# What migrating leaves and no test changes.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# A schema for copies of the other tables as migrating leaves them.
FIRST = "first_rows"
TRUNCATE = (
    f"IF (SELECT count(*) FROM public.{{0}}) <> (SELECT count(*) FROM {FIRST}.{{0}})"
    " THEN TRUNCATE public.{0} CASCADE; END IF;"
)
PUT_BACK = f"INSERT INTO public.{{0}} TABLE {FIRST}.{{0}} ON CONFLICT DO NOTHING;"


def empty_fast() -> None:
    """Have tests bring the database, which has just been migrated, back to what it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return  # on somebody's own server: Django's way is slow, and right as well
        tables = sorted({*connection.introspection.table_names()} - KEPT)
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'"
        )
        guarded = {table for (table,) in cursor.fetchall()}
        cursor.execute(f"CREATE SCHEMA {FIRST}")
        filled = [table for table in tables if _keep(cursor, table)]
        steps = [
            *(TRUNCATE.format(table) for table in tables if table in guarded),
            *(f"DELETE FROM public.{table};" for table in tables if table not in guarded),
            *(PUT_BACK.format(table) for table in filled),
        ]
        cursor.execute(
            f"CREATE PROCEDURE {FIRST}.bring_back() LANGUAGE plpgsql"
            f" SET session_replication_role = replica AS $$ BEGIN {' '.join(steps)} END $$"
        )
    TransactionTestCase._fixture_teardown = _bring_back  # type: ignore[attr-defined]


def _keep(cursor: CursorWrapper, table: str) -> bool:
    """Copy the table; whether there was anything to copy."""
    cursor.execute(f"CREATE TABLE {FIRST}.{table} AS TABLE public.{table}")
    return cursor.rowcount > 0


def _bring_back(self: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CALL {FIRST}.bring_back()")
