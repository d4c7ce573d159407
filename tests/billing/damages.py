"""Every kind of damage that somebody could do to the money, and what it must be called.

`sql` is run with all triggers off; its `%(names)s` are those of `tests.billing.world`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done, and the codes of all that is wrong then."""

    title: str
    sql: str
    codes: frozenset[str]


def damage(title: str, sql: str, *codes: str) -> Damage:
    """Say in one line what is done and what it must be called."""
    return Damage(title, sql, frozenset(codes))


MOVE = "UPDATE billing_entry SET account_id = %({})s WHERE id = %({})s"
ADD = "UPDATE billing_entry SET amount = amount + {} WHERE id = %({})s"
RENAME = "UPDATE billing_transaction SET reference = '{}' WHERE id = %({})s"
INSTANCE = "UPDATE orders_instance SET {} WHERE id = %({})s"
ERASE = (
    "DELETE FROM billing_entry WHERE transaction_id = %({0})s;"
    "DELETE FROM billing_transaction WHERE id = %({0})s"
)
LINES_OFF = ("wrong_balance", "wrong_balance_after")

TRANSACTIONS = (
    damage(
        "an amount is changed",
        ADD.format(1, "plain_deduct_vendor"),
        "unbalanced",
        "wrong_earning",
    ),
    damage(
        "an entry is deleted",
        "DELETE FROM billing_entry WHERE id = %(plain_deduct_platform)s",
        "unbalanced",
        "deduct_commission",
        "wrong_earning",
    ),
    damage(
        "a transaction has no entries",
        "INSERT INTO billing_transaction (kind, reference, currency, order_id, posted_at)"
        " SELECT 'recharge', 'order:' || number, currency, id, now() FROM orders_order"
        " WHERE id = %(free_order)s",
        "no_entries",
    ),
    damage(
        "an entry is in another currency",
        MOVE.format("dollar_platform", "plain_deduct_platform"),
        "entry_currency",
    ),
    damage(
        "a transaction is in another currency",
        "UPDATE billing_transaction SET currency = 'USD' WHERE id = %(plain_deduct)s",
        "transaction_currency",
        "entry_currency",
    ),
    damage(
        "a recharge runs backwards",
        "UPDATE billing_entry SET amount = -amount WHERE transaction_id = %(recharge)s",
        "wrong_shape",
        "recharge_amount",
        "negative_balance",
        *LINES_OFF,
    ),
    damage(
        "a recharge comes from the platform",
        MOVE.format("platform", "recharge_external"),
        "wrong_shape",
    ),
    damage(
        "a deduction pays the outside",
        MOVE.format("external", "plain_deduct_platform"),
        "wrong_shape",
        "deduct_commission",
        "wrong_earning",
    ),
    damage(
        "a deduction pays the vendor in two parts",
        ADD.format(-1, "plain_deduct_vendor")
        + ";INSERT INTO billing_entry (transaction_id, account_id, amount)"
        " VALUES (%(plain_deduct)s, %(vendor_account)s, 1)",
        "wrong_shape",
        "wrong_earning",
    ),
    damage(
        "a refund is paid from outside",
        MOVE.format("external", "credited_refund_vendor"),
        "wrong_shape",
        "wrong_earning",
    ),
    damage(
        "a transaction is of no known kind",
        "ALTER TABLE billing_transaction DROP CONSTRAINT transaction_kind_known;"
        "UPDATE billing_transaction SET kind = 'gift' WHERE id = %(recharge)s",
        "guard_off",
        "wrong_shape",
        "wrong_reference",
    ),
    damage(
        "somebody else pays",
        MOVE.format("bob_account", "plain_deduct_buyer"),
        "misdirected",
        "negative_balance",
        *LINES_OFF,
    ),
    damage(
        "somebody else gets the refund",
        MOVE.format("bob_account", "credited_refund_buyer"),
        "misdirected",
        *LINES_OFF,
    ),
    damage(
        "another vendor earns",
        MOVE.format("other_vendor_account", "plain_deduct_vendor"),
        "misdirected",
        "wrong_earning",
    ),
    damage(
        "another vendor gives back",
        MOVE.format("vendor_account", "again_refund_vendor"),
        "misdirected",
        "wrong_earning",
    ),
    damage("a recharge is of no order", RENAME.format("order:none", "recharge"), "wrong_reference"),
    damage(
        "a deduction is for no instance",
        RENAME.format("instance:none", "plain_deduct"),
        "wrong_reference",
    ),
    damage(
        "a deduction stands beside another order",
        "UPDATE billing_transaction SET order_id = %(again_order)s WHERE id = %(plain_deduct)s",
        "wrong_reference",
    ),
    damage(
        "a recharge stands beside an instance",
        "UPDATE billing_transaction SET instance_id = %(plain)s WHERE id = %(recharge)s",
        "wrong_reference",
    ),
    damage(
        "a deduction has lost its instance",
        "UPDATE billing_transaction SET instance_id = NULL WHERE id = %(plain_deduct)s",
        "wrong_reference",
        "missing_deduct",
        "wrong_earning",
    ),
    damage(
        "entries outlive their transaction",
        "ALTER TABLE billing_entry DROP CONSTRAINT"
        " billing_entry_transaction_id_22471856_fk_billing_transaction_id;"
        "DELETE FROM billing_transaction WHERE id = %(plain_deduct)s",
        "guard_off",
        "orphan",
        "missing_deduct",
        "wrong_earning",
    ),
)

AMOUNTS = (
    damage(
        "more comes in than was paid",
        f"{ADD.format(-5, 'recharge_external')};{ADD.format(5, 'recharge_buyer')}",
        "recharge_amount",
        *LINES_OFF,
    ),
    damage(
        "more is deducted than was paid",
        f"{ADD.format(-1, 'from_balance_deduct_buyer')};"
        f"{ADD.format(1, 'from_balance_deduct_vendor')}",
        "deduct_amount",
        "wrong_earning",
        *LINES_OFF,
    ),
    damage(
        "the platform earns too much",
        f"{ADD.format(-1, 'plain_deduct_vendor')};{ADD.format(1, 'plain_deduct_platform')}",
        "deduct_commission",
        "wrong_earning",
    ),
    damage(
        "a deduction is gone",
        ERASE.format("plain_deduct"),
        "missing_deduct",
        "wrong_earning",
        *LINES_OFF,
    ),
    damage(
        "more is refunded than was deducted",
        f"{ADD.format(-1, 'again_refund_vendor')};{ADD.format(1, 'again_refund_buyer')}",
        "over_refunded",
        "credit_differs",
        "wrong_earning",
        *LINES_OFF,
    ),
    damage(
        "the platform returns too much",
        f"{ADD.format(1, 'again_refund_vendor')};{ADD.format(-1, 'again_refund_platform')}",
        "refund_commission",
        "credit_differs",
        "wrong_earning",
    ),
    damage(
        "a refund is posted twice",
        "ALTER TABLE billing_transaction DROP CONSTRAINT posted_once;"
        "WITH twin AS (INSERT INTO billing_transaction"
        " (kind, reference, currency, order_id, instance_id, posted_at)"
        " SELECT kind, reference, currency, order_id, instance_id, posted_at"
        " FROM billing_transaction WHERE id = %(again_refund)s RETURNING id)"
        " INSERT INTO billing_entry (transaction_id, account_id, amount, balance_after)"
        " SELECT twin.id, e.account_id, e.amount, CASE WHEN a.balance IS NOT NULL"
        " THEN a.balance + e.amount END FROM twin, billing_entry e"
        " JOIN billing_account a ON a.id = e.account_id"
        " WHERE e.transaction_id = %(again_refund)s;"
        "UPDATE billing_account SET balance = balance + 7777 WHERE id = %(ann_account)s",
        "guard_off",
        "posted_twice",
        "over_refunded",
        "wrong_earning",
    ),
    damage(
        "a price is changed after the purchase",
        INSTANCE.format("list_price = list_price + 1, paid = paid + 1", "plain"),
        "order_split",
        "deduct_amount",
    ),
    damage(
        "an order has lost its coupon",
        "UPDATE orders_order SET coupon = 0, list_price = paid WHERE id = %(plain_order)s",
        "order_split",
    ),
    damage(
        "an instance was bought on another day",
        INSTANCE.format("purchased_at = purchased_at + interval '1 day'", "plain"),
        "instance_differs",
    ),
)

BALANCES = (
    damage(
        "a balance is raised",
        "UPDATE billing_account SET balance = balance + 1 WHERE id = %(bob_account)s",
        "wrong_balance",
    ),
    damage(
        "a balance is below zero",
        "ALTER TABLE billing_account DROP CONSTRAINT account_fits_its_kind;"
        "UPDATE billing_account SET balance = -1 WHERE id = %(bob_account)s",
        "guard_off",
        "wrong_balance",
        "negative_balance",
    ),
    damage(
        "a line of the statement says another balance",
        "UPDATE billing_entry SET balance_after = balance_after + 1 WHERE id = %(recharge_buyer)s",
        "wrong_balance_after",
    ),
    damage(
        "a line of the statement says no balance",
        "UPDATE billing_entry SET balance_after = NULL WHERE id = %(recharge_buyer)s",
        "wrong_balance_after",
    ),
    damage(
        "a vendor's entry says a balance",
        "UPDATE billing_entry SET balance_after = amount WHERE id = %(plain_deduct_vendor)s",
        "stray_balance_after",
    ),
)

EARNINGS = (
    damage(
        "an earning says more than its entry",
        "UPDATE billing_earning SET amount = amount + 1 WHERE entry_id = %(plain_deduct_vendor)s",
        "wrong_earning",
    ),
    damage(
        "an earning is of another product",
        "UPDATE billing_earning SET product_id = product_id + 1"
        " WHERE entry_id = %(plain_deduct_vendor)s",
        "wrong_earning",
    ),
    damage(
        "an earning is gone",
        "DELETE FROM billing_earning WHERE entry_id = %(plain_deduct_vendor)s",
        "wrong_earning",
    ),
)

LEDGER_DAMAGES = TRANSACTIONS + AMOUNTS + BALANCES + EARNINGS
