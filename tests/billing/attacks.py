"""What the database must refuse to do to the money (R14).

`%(names)s` are those of `tests.billing.world`.
"""

from tests.billing.database import copied


def _account(columns: str, values: str) -> str:
    return f"INSERT INTO billing_account ({columns}) VALUES ({values})"


ACCOUNTS = (
    ("account_currency_is_a_code", _account("kind, currency", "'platform', 'eur'")),
    ("account_currency_is_a_code", _account("kind, currency", "'external', ''")),
    ("account_fits_its_kind", _account("kind, currency", "'piggy_bank', 'CNY'")),
    ("account_fits_its_kind", _account("kind, currency", "'buyer', 'CNY'")),
    ("account_fits_its_kind", _account("kind, currency", "'vendor', 'CNY'")),
    ("account_fits_its_kind", _account("kind, currency, balance", "'platform', 'EUR', 0")),
    (
        "account_fits_its_kind",
        _account("kind, currency, buyer_id", "'buyer', 'CNY', (SELECT max(id) FROM people_user)"),
    ),
    (
        "account_fits_its_kind",
        _account(
            "kind, currency, buyer_id", "'external', 'EUR', (SELECT max(id) FROM people_user)"
        ),
    ),
    (
        "account_fits_its_kind",
        "UPDATE billing_account SET balance = -1 WHERE id = %(ann_account)s",
    ),
    (
        "account_fits_its_kind",
        "UPDATE billing_account SET balance = NULL WHERE id = %(ann_account)s",
    ),
    (
        "account_fits_its_kind",
        "UPDATE billing_account SET balance = 0 WHERE id = %(vendor_account)s",
    ),
    ("one_system_account_per_currency", _account("kind, currency", "'platform', 'CNY'")),
    ("one_system_account_per_currency", _account("kind, currency", "'external', 'CNY'")),
    (
        "billing_account_buyer_id_key",
        _account("kind, currency, buyer_id, balance", "'buyer', 'USD', %(ann)s, 0"),
    ),
    (
        "billing_account_vendor_id_key",
        _account("kind, currency, vendor_id", "'vendor', 'USD', %(vendor)s"),
    ),
)

_IDENTITY = {
    "id": "id + 999",
    "kind": "'vendor'",
    "currency": "'USD'",
    "buyer_id": "%(bob)s",
    "vendor_id": "%(vendor)s",
}

IDENTITY = tuple(
    (
        "account_identity",
        f"UPDATE billing_account SET {column} = {value} WHERE id = %(ann_account)s",
    )
    for column, value in _IDENTITY.items()
)

TRANSACTIONS = (
    ("posted_once", copied("billing_transaction", "credited_refund")),
    ("transaction_kind_known", copied("billing_transaction", "recharge", kind="gift")),
    (
        "transaction_append_only",
        "UPDATE billing_transaction SET posted_at = now() WHERE id = %(recharge)s",
    ),
    ("transaction_append_only", "DELETE FROM billing_transaction WHERE id = %(recharge)s"),
    ("transaction_never_truncated", "TRUNCATE billing_transaction CASCADE"),
)

# A transaction in CNY of its own, to which entries are then added.
_FRESH = copied("billing_transaction", "recharge", reference="fresh") + ";"


def _entries(*entries: str, transaction: str = "999999") -> str:
    rows = ", ".join(f"({transaction}, {entry})" for entry in entries)
    return f"INSERT INTO billing_entry (transaction_id, account_id, amount) VALUES {rows};"


ENTRIES = (
    ("zero_sum", _FRESH + _entries("%(platform)s, 1")),
    ("zero_sum", _FRESH + _entries("%(platform)s, 5", "%(external)s, -4")),
    # Each transaction for itself: two wrongs of one statement do not make a right.
    (
        "zero_sum",
        (
            f"{_FRESH}INSERT INTO billing_entry (transaction_id, account_id, amount)"
            " VALUES (999999, %(platform)s, 1), (%(recharge)s, %(platform)s, -1)"
        ),
    ),
    (
        "zero_sum",
        _FRESH + _entries("%(platform)s, 1") + _entries("%(external)s, -1"),
    ),
    (
        "posted_whole",
        _entries("%(platform)s, 1", "%(external)s, -1", transaction="%(recharge)s"),
    ),
    (
        "posted_whole",
        _FRESH + _entries("%(platform)s, 1", "%(external)s, -1") * 2,
    ),
    ("one_currency", _FRESH + _entries("%(dollar_platform)s, 1", "%(external)s, -1")),
    ("one_currency", _FRESH + _entries("%(dollar_platform)s, 1", "%(dollar_vendor)s, -1")),
    ("entry_moves_something", _FRESH + _entries("%(platform)s, 0")),
    (
        "entry_leaves_no_negative_balance",
        copied("billing_entry", "recharge_buyer", balance_after=-1),
    ),
    ("entry_append_only", "UPDATE billing_entry SET amount = 1 WHERE id = %(recharge_buyer)s"),
    ("entry_append_only", "DELETE FROM billing_entry WHERE id = %(recharge_buyer)s"),
    ("entry_never_truncated", "TRUNCATE billing_entry"),
)

EARNINGS = (
    (
        "earning_of_an_entry",
        (
            "INSERT INTO billing_earning"
            " (entry_id, account_id, product_id, instance_id, posted_at, amount, commission)"
            " SELECT id, account_id, 1, 1, now(), amount, 0 FROM billing_entry"
            " WHERE id = %(recharge_buyer)s"
        ),
    ),
    ("earning_append_only", "UPDATE billing_earning SET amount = amount + 1"),
    ("earning_append_only", "DELETE FROM billing_earning"),
    ("earning_never_truncated", "TRUNCATE billing_earning"),
)

ATTACKS = ACCOUNTS + IDENTITY + TRANSACTIONS + ENTRIES + EARNINGS
