"""Whether the database's own guards stand: triggers, constraints, unique indexes, foreign keys."""

from collections.abc import Iterable, Iterator, Mapping

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from billing.verification.running import Breach

# Every trigger that keeps a rule, and the table that it watches.
TRIGGERS = {
    "account_identity": "billing_account",
    "commission_append_only": "billing_commissionpolicy",
    "commission_never_truncated": "billing_commissionpolicy",
    "delivery_policy_append_only": "orders_deliverypolicy",
    "delivery_policy_never_truncated": "orders_deliverypolicy",
    "earning_append_only": "billing_earning",
    "earning_never_truncated": "billing_earning",
    "earning_of_an_entry": "billing_earning",
    "entry_append_only": "billing_entry",
    "entry_earning": "billing_entry",
    "entry_never_truncated": "billing_entry",
    "entry_zero_sum": "billing_entry",
    "instance_guard": "orders_instance",
    "invoice_agreement": "billing_invoice",
    "invoice_guard": "billing_invoice",
    "invoice_line_agreement": "billing_invoiceline",
    "invoice_line_guard": "billing_invoiceline",
    "invoice_line_never_truncated": "billing_invoiceline",
    "invoice_never_truncated": "billing_invoice",
    "invoice_policy_append_only": "billing_invoicepolicy",
    "invoice_policy_never_truncated": "billing_invoicepolicy",
    "order_frozen": "orders_order",
    "service_event_append_only": "orders_serviceevent",
    "service_event_never_truncated": "orders_serviceevent",
    "purchase_import_frozen": "billing_purchaseimport",
    "purchase_import_kept": "billing_purchaseimport",
    "purchase_import_never_truncated": "billing_purchaseimport",
    "service_guard": "orders_service",
    "service_never_truncated": "orders_service",
    "suspension_append_only": "people_suspension",
    "suspension_never_truncated": "people_suspension",
    "transaction_append_only": "billing_transaction",
    "transaction_never_truncated": "billing_transaction",
}

# What of the expected is not there, or is there and asleep.
GUARDS = {
    "trigger": """
        SELECT guard FROM unnest(%s, %s) AS expected (watched, guard) WHERE NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = to_regclass(watched) AND tgname = guard
            AND tgenabled IN ('O', 'A'))
        """,
    "constraint": """
        SELECT guard FROM unnest(%s, %s) AS expected (watched, guard) WHERE NOT EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = to_regclass(watched) AND conname = guard
            AND convalidated
            UNION ALL
            SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            WHERE indrelid = to_regclass(watched) AND relname = guard
            AND indisunique AND indisvalid)
        """,
    "unique": """
        SELECT watched || '.' || guard FROM unnest(%s, %s) AS expected (watched, guard)
        WHERE NOT EXISTS (
            SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = to_regclass(watched) AND attname = guard AND indnkeyatts = 1
            AND indisunique AND indisvalid AND indpred IS NULL)
        """,
    "foreign key": """
        SELECT watched || '.' || guard FROM unnest(%s, %s) AS expected (watched, guard)
        WHERE NOT EXISTS (
            SELECT FROM pg_constraint c JOIN pg_attribute ON attrelid = conrelid
            AND ARRAY[attnum] = conkey
            WHERE conrelid = to_regclass(watched) AND attname = guard
            AND contype = 'f' AND convalidated
            AND NOT EXISTS (
                SELECT FROM pg_trigger WHERE tgconstraint = c.oid AND tgenabled = 'D'))
        """,
}


def guards_off(triggers: Mapping[str, str], *, app_labels: Iterable[str]) -> Iterator[Breach]:
    """The triggers that are missing or disabled, and what the apps' models promise in vain."""
    models = [model for label in app_labels for model in apps.get_app_config(label).get_models()]
    expected = {"trigger": [(table, name) for name, table in triggers.items()]}
    expected |= _promises(models)
    with connection.cursor() as cursor:
        for kind, guards in expected.items():
            tables, names = [table for table, _ in guards], [name for _, name in guards]
            cursor.execute(GUARDS[kind], [tables, names])
            for (name,) in cursor.fetchall():
                yield Breach("guard_off", f"{kind} {name}", "it is missing or switched off")


def _promises(models: Iterable[type[Model]]) -> dict[str, list[tuple[str, str]]]:
    promises: dict[str, list[tuple[str, str]]] = {
        "constraint": [],
        "unique": [],
        "foreign key": [],
    }
    for model in models:
        table = model._meta.db_table
        promises["constraint"] += [(table, rule.name) for rule in model._meta.constraints]
        for field in model._meta.local_concrete_fields:
            column = field.column or field.name
            if field.unique:
                promises["unique"].append((table, column))
            if isinstance(field, ForeignKey) and field.db_constraint:  # type: ignore[attr-defined]
                promises["foreign key"].append((table, column))
    return promises
