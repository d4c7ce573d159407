"""What the database must refuse to do to rules that operators edit: `%(ann)s` is an operator."""

DELIVERY = {
    "zone": "'Asia/Shanghai'",
    "acceptance_days": "90",
    "reminder_days": "7",
    "step_days": "5",
    "max_send_backs": "3",
}
INVOICES = {"zone": "'Asia/Shanghai'", "working_days": "10"}
COMMISSION = {"basis_points": "1000"}
REFUNDS = {
    "delivery_type": "'saas'",
    "zone": "'Asia/Shanghai'",
    "window_days": "5",
    "decision_days": "3",
    "approves_at_deadline": "true",
    "credit_delay_minutes": "30",
    "max_submissions": "3",
    "max_refunded_orders": "4",
    "offer_days": "3",
    "max_declined_offers": "2",
    "max_hold_days": "7",
    "first_reminder_hours": "24",
    "last_reminder_hours": "2",
}
TABLES = {
    "orders_deliverypolicy": DELIVERY,
    "billing_invoicepolicy": INVOICES,
    "billing_commissionpolicy": COMMISSION,
    "refunds_policyversion": REFUNDS,
}


def _added(table: str, **changes: str) -> str:
    """SQL that adds a sound version by an operator, but for these changes."""
    sound = {
        "effective_from": "now() + interval '1 day'",
        "note": "'Agreed.'",
        "created_at": "now()",
        "created_by_id": "%(ann)s",
    }
    row = TABLES[table] | sound | changes
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _rule(table: str, name: str) -> str:
    return f"{table.split('_')[1]}_{name}"


_NUMBERS = {
    table: [name for name, value in columns.items() if value.isdigit()]
    for table, columns in TABLES.items()
}

VERSIONS = (
    *(
        (_rule(table, "never_back_dated"), _added(table, effective_from="now() - interval '1 s'"))
        for table in TABLES
    ),
    *(
        (_rule(table, "says_who_and_why"), _added(table, **change))
        for table in TABLES
        for change in ({"note": "''"}, {"created_by_id": "NULL"}, {"created_at": "NULL"})
    ),
    *(
        (f"{table}_{column}_check", _added(table, **{column: "-1"}))
        for table, columns in _NUMBERS.items()
        for column in columns
    ),
    ("commission_at_most_everything", _added("billing_commissionpolicy", basis_points="10001")),
    ("policy_delivery_type_known", _added("refunds_policyversion", delivery_type="'pigeon'")),
)

# One of each, for the world that is attacked.
SOUND = tuple(_added(table) for table in TABLES)

_TRIGGERS = {
    "delivery_policy": "orders_deliverypolicy",
    "invoice_policy": "billing_invoicepolicy",
    "commission": "billing_commissionpolicy",
    "policy": "refunds_policyversion",
}

NEVER_CHANGED = tuple(
    (f"{name}_{rule}", f"{statement} {table}{rest}")
    for name, table in _TRIGGERS.items()
    for rule, statement, rest in (
        ("append_only", "UPDATE", " SET note = 'x'"),
        ("append_only", "DELETE FROM", ""),
        ("never_truncated", "TRUNCATE", " CASCADE"),
    )
)

GROUNDS = (
    (
        "refunds_ticketground_code_key",
        "UPDATE refunds_ticketground SET code = 'not_begun' WHERE code = 'own_change'",
    ),
    (
        "refunds_ticketground_position_check",
        "UPDATE refunds_ticketground SET position = -1 WHERE code = 'own_change'",
    ),
    (
        "ticket_ground_side_known",
        "UPDATE refunds_ticketground SET side = 'neither' WHERE code = 'own_change'",
    ),
)

ATTACKS = (*VERSIONS, *NEVER_CHANGED, *GROUNDS)
