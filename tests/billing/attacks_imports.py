"""What the database must refuse to do to imports of purchases (R17)."""

from tests.billing.database import copied


def _change(row: str, **columns: str) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
    return f"UPDATE billing_purchaseimport SET {changes} WHERE id = %({row})s"


_APPLIED = {"state": "'applied'", "applied_at": "now()", "applied_by_id": "%(ann)s"}
_FROZEN = {
    "id": "id + 999",
    "uploader_id": "%(bob)s",
    "uploaded_at": "now()",
    "name": "'other.csv'",
    "sha256": "'0'",
    "content": "'x'",
    "problems": "'[{}]'",
    "summary": "'{}'",
}

ATTACKS = (
    *(
        ("purchase_import_frozen", _change("checked_import", **(_APPLIED | {column: value})))
        for column, value in _FROZEN.items()
    ),
    ("purchase_import_frozen", _change("checked_import", name="'other.csv'")),
    ("purchase_import_frozen", _change("applied_import", state="'checked'")),
    ("purchase_import_frozen", _change("applied_import", applied_at="now()")),
    ("purchase_import_frozen", _change("refused_import", **_APPLIED)),
    ("purchase_import_kept", "DELETE FROM billing_purchaseimport WHERE id = %(refused_import)s"),
    ("purchase_import_never_truncated", "TRUNCATE billing_purchaseimport"),
    (
        "import_with_problems_is_refused",
        copied("billing_purchaseimport", "checked_import", problems=[{}]),
    ),
    (
        "import_with_problems_is_refused",
        copied("billing_purchaseimport", "checked_import", state="refused"),
    ),
    (
        "import_with_problems_is_refused",
        copied("billing_purchaseimport", "checked_import", state="mislaid"),
    ),
    ("import_applied_says_who_and_when", _change("checked_import", state="'applied'")),
    (
        "import_applied_says_who_and_when",
        _change("checked_import", **(_APPLIED | {"applied_by_id": "NULL"})),
    ),
    (
        "import_applied_says_who_and_when",
        copied("billing_purchaseimport", "checked_import", applied_at="2026-01-01"),
    ),
)
