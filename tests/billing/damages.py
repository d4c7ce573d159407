"""Every kind of damage that somebody could do to a ledger, and what it must be called.

`sql` is run with all triggers off; its `%(names)s` are those of `tests.billing.world`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done, and the codes of all that is wrong then."""

    title: str
    sql: str
    codes: frozenset[str]


def _damage(title: str, sql: str, *codes: str) -> Damage:
    return Damage(title, sql, frozenset(codes))


_MOVE = "UPDATE billing_entry SET account_id = %({})s WHERE id = %({})s"
_ADD = "UPDATE billing_entry SET amount = amount + {} WHERE id = %({})s"
_RENAME = "UPDATE billing_transaction SET reference = '{}' WHERE id = %({})s"
_REQUEST = "UPDATE refunds_refundrequest SET {} WHERE id = %({})s"
_INSTANCE = "UPDATE orders_instance SET {} WHERE id = %({})s"
_ERASE = (
    "DELETE FROM billing_entry WHERE transaction_id = %({0})s;"
    "DELETE FROM billing_transaction WHERE id = %({0})s"
)
_LINES_OFF = ("wrong_balance", "wrong_balance_after")

TRANSACTIONS = (
    _damage("an amount is changed", _ADD.format(1, "plain_deduct_vendor"), "unbalanced"),
    _damage(
        "an entry is deleted",
        "DELETE FROM billing_entry WHERE id = %(plain_deduct_platform)s",
        "unbalanced",
        "deduct_commission",
    ),
    _damage(
        "a transaction has no entries",
        "INSERT INTO billing_transaction (kind, reference, currency, order_id, posted_at)"
        " SELECT 'recharge', 'order:' || number, currency, id, now() FROM orders_order"
        " WHERE id = %(free_order)s",
        "no_entries",
    ),
    _damage(
        "an entry is in another currency",
        _MOVE.format("dollar_platform", "plain_deduct_platform"),
        "entry_currency",
    ),
    _damage(
        "a transaction is in another currency",
        "UPDATE billing_transaction SET currency = 'USD' WHERE id = %(plain_deduct)s",
        "transaction_currency",
        "entry_currency",
    ),
    _damage(
        "a recharge runs backwards",
        "UPDATE billing_entry SET amount = -amount WHERE transaction_id = %(recharge)s",
        "wrong_shape",
        "recharge_amount",
        "negative_balance",
        *_LINES_OFF,
    ),
    _damage(
        "a recharge comes from the platform",
        _MOVE.format("platform", "recharge_external"),
        "wrong_shape",
    ),
    _damage(
        "a deduction pays the outside",
        _MOVE.format("external", "plain_deduct_platform"),
        "wrong_shape",
        "deduct_commission",
    ),
    _damage(
        "a deduction pays the vendor in two parts",
        _ADD.format(-1, "plain_deduct_vendor")
        + ";INSERT INTO billing_entry (transaction_id, account_id, amount)"
        " VALUES (%(plain_deduct)s, %(vendor_account)s, 1)",
        "wrong_shape",
    ),
    _damage(
        "a refund is paid from outside",
        _MOVE.format("external", "credited_refund_vendor"),
        "wrong_shape",
    ),
    _damage(
        "a transaction is of no known kind",
        "ALTER TABLE billing_transaction DROP CONSTRAINT transaction_kind_known;"
        "UPDATE billing_transaction SET kind = 'gift' WHERE id = %(recharge)s",
        "guard_off",
        "wrong_shape",
        "wrong_reference",
    ),
    _damage(
        "somebody else pays",
        _MOVE.format("bob_account", "plain_deduct_buyer"),
        "misdirected",
        "negative_balance",
        *_LINES_OFF,
    ),
    _damage(
        "somebody else gets the refund",
        _MOVE.format("bob_account", "credited_refund_buyer"),
        "misdirected",
        *_LINES_OFF,
    ),
    _damage(
        "another vendor earns",
        _MOVE.format("other_vendor_account", "plain_deduct_vendor"),
        "misdirected",
    ),
    _damage(
        "another vendor gives back",
        _MOVE.format("vendor_account", "again_refund_vendor"),
        "misdirected",
    ),
    _damage(
        "a recharge is of no order", _RENAME.format("order:none", "recharge"), "wrong_reference"
    ),
    _damage(
        "a deduction is for no instance",
        _RENAME.format("instance:none", "plain_deduct"),
        "wrong_reference",
    ),
    _damage(
        "a deduction stands beside another order",
        "UPDATE billing_transaction SET order_id = %(again_order)s WHERE id = %(plain_deduct)s",
        "wrong_reference",
    ),
    _damage(
        "a recharge stands beside an instance",
        "UPDATE billing_transaction SET instance_id = %(plain)s WHERE id = %(recharge)s",
        "wrong_reference",
    ),
    _damage(
        "a deduction has lost its instance",
        "UPDATE billing_transaction SET instance_id = NULL WHERE id = %(plain_deduct)s",
        "wrong_reference",
        "missing_deduct",
    ),
    _damage(
        "entries outlive their transaction",
        "ALTER TABLE billing_entry DROP CONSTRAINT"
        " billing_entry_transaction_id_22471856_fk_billing_transaction_id;"
        "DELETE FROM billing_transaction WHERE id = %(plain_deduct)s",
        "guard_off",
        "orphan",
        "missing_deduct",
    ),
)

AMOUNTS = (
    _damage(
        "more comes in than was paid",
        f"{_ADD.format(-5, 'recharge_external')};{_ADD.format(5, 'recharge_buyer')}",
        "recharge_amount",
        *_LINES_OFF,
    ),
    _damage(
        "more is deducted than was paid",
        f"{_ADD.format(-1, 'from_balance_deduct_buyer')};"
        f"{_ADD.format(1, 'from_balance_deduct_vendor')}",
        "deduct_amount",
        *_LINES_OFF,
    ),
    _damage(
        "the platform earns too much",
        f"{_ADD.format(-1, 'plain_deduct_vendor')};{_ADD.format(1, 'plain_deduct_platform')}",
        "deduct_commission",
    ),
    _damage(
        "a deduction is gone",
        _ERASE.format("plain_deduct"),
        "missing_deduct",
        *_LINES_OFF,
    ),
    _damage(
        "more is refunded than was deducted",
        f"{_ADD.format(-1, 'again_refund_vendor')};{_ADD.format(1, 'again_refund_buyer')}",
        "over_refunded",
        "credit_differs",
        *_LINES_OFF,
    ),
    _damage(
        "the platform returns too much",
        f"{_ADD.format(1, 'again_refund_vendor')};{_ADD.format(-1, 'again_refund_platform')}",
        "refund_commission",
        "credit_differs",
    ),
    _damage(
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
    ),
    _damage(
        "a price is changed after the purchase",
        _INSTANCE.format("list_price = list_price + 1, paid = paid + 1", "plain"),
        "order_split",
        "deduct_amount",
    ),
    _damage(
        "an order has lost its coupon",
        "UPDATE orders_order SET coupon = 0, list_price = paid WHERE id = %(plain_order)s",
        "order_split",
    ),
    _damage(
        "an instance was bought on another day",
        _INSTANCE.format("purchased_at = purchased_at + interval '1 day'", "plain"),
        "instance_differs",
    ),
)

BALANCES = (
    _damage(
        "a balance is raised",
        "UPDATE billing_account SET balance = balance + 1 WHERE id = %(bob_account)s",
        "wrong_balance",
    ),
    _damage(
        "a balance is below zero",
        "ALTER TABLE billing_account DROP CONSTRAINT account_fits_its_kind;"
        "UPDATE billing_account SET balance = -1 WHERE id = %(bob_account)s",
        "guard_off",
        "wrong_balance",
        "negative_balance",
    ),
    _damage(
        "a line of the statement says another balance",
        "UPDATE billing_entry SET balance_after = balance_after + 1 WHERE id = %(recharge_buyer)s",
        "wrong_balance_after",
    ),
    _damage(
        "a line of the statement says no balance",
        "UPDATE billing_entry SET balance_after = NULL WHERE id = %(recharge_buyer)s",
        "wrong_balance_after",
    ),
    _damage(
        "a vendor's entry says a balance",
        "UPDATE billing_entry SET balance_after = amount WHERE id = %(plain_deduct_vendor)s",
        "stray_balance_after",
    ),
)

REQUESTS = (
    _damage(
        "a request is of another buyer",
        _REQUEST.format("buyer_id = %(ann)s", "pending"),
        "request_misaddressed",
    ),
    _damage(
        "a request is to another vendor",
        _REQUEST.format("vendor_id = %(other_vendor)s", "pending"),
        "request_misaddressed",
    ),
    _damage(
        "a request is about another order",
        _REQUEST.format("order_id = %(plain_order)s", "pending"),
        "request_misaddressed",
    ),
    _damage(
        "a quote is raised",
        _REQUEST.format("list_price = list_price + 1, paid = paid + 1", "pending"),
        "wrong_quote",
    ),
    _damage(
        "an approval returns the wrong commission",
        _REQUEST.format("commission = commission + 1", "approved"),
        "approved_commission",
    ),
    _damage(
        "the buyer keeps access after the approval",
        _INSTANCE.format("state = 'active', terminated_at = NULL", "approved_instance"),
        "not_terminated",
    ),
    _damage(
        "the buyer keeps access after the credit",
        _INSTANCE.format("state = 'active', terminated_at = NULL", "credited_instance"),
        "not_terminated",
    ),
    _damage(
        "a pending request holds nothing",
        _INSTANCE.format("held_by = ''", "pending_instance"),
        "not_held",
    ),
    _damage(
        "something else holds the instance of a pending request",
        _INSTANCE.format("held_by = 'refund:' || %(rejected)s", "pending_instance"),
        "not_held",
        "held_in_vain",
    ),
    _damage(
        "the instance of a pending request is terminated",
        _INSTANCE.format(
            "held_by = '', state = 'terminated', terminated_at = now()", "pending_instance"
        ),
        "not_held",
    ),
    _damage(
        "a cancelled request holds its instance",
        _INSTANCE.format("held_by = 'refund:' || %(cancelled)s", "cancelled_instance"),
        "held_in_vain",
    ),
    _damage(
        "a request holds an instance that is not its own",
        _INSTANCE.format("held_by = 'refund:' || %(pending)s", "plain"),
        "held_in_vain",
    ),
    _damage(
        "a request that never was holds an instance",
        _INSTANCE.format("held_by = 'refund:0'", "plain"),
        "held_in_vain",
    ),
)

CREDITS = (
    _damage(
        "a credit was never posted",
        _ERASE.format("credited_refund"),
        "credited_without_transaction",
        *_LINES_OFF,
    ),
    _damage(
        "another amount was approved than was credited",
        _REQUEST.format("approved_amount = approved_amount - 1000", "credited"),
        "credit_differs",
        "approved_commission",
    ),
    _damage(
        "another commission was approved than was returned",
        _REQUEST.format("commission = commission - 1", "credited"),
        "credit_differs",
        "approved_commission",
    ),
    _damage(
        "the credit was posted at another time",
        _REQUEST.format("credited_at = credited_at + interval '1 s'", "credited"),
        "credit_differs",
    ),
    _damage(
        "money went back before the request said so",
        _REQUEST.format("status = 'approved', credited_at = NULL", "credited"),
        "refund_not_credited",
        "status_differs",
    ),
    _damage(
        "a refund stands for no request",
        _RENAME.format("refund:0", "credited_refund"),
        "refund_without_request",
        "credited_without_transaction",
    ),
    _damage(
        "a refund stands for the request of another instance",
        "UPDATE billing_transaction SET reference = 'refund:' || %(approved)s"
        " WHERE id = %(credited_refund)s",
        "refund_without_request",
        "refund_not_credited",
        "credited_without_transaction",
    ),
)

HISTORY = (
    _damage(
        "a request is withdrawn without a trace",
        _REQUEST.format("status = 'cancelled', cancelled_at = now()", "pending"),
        "status_differs",
        "held_in_vain",
    ),
    _damage(
        "the submission is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_submitted_event)s",
        "never_submitted",
    ),
    _damage(
        "there is no history",
        "DELETE FROM refunds_refundevent WHERE id = %(pending_submitted_event)s",
        "never_submitted",
    ),
    _damage(
        "the approval is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_approved_event)s",
        "broken_chain",
    ),
    _damage(
        "the credit is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_credited_event)s",
        "status_differs",
    ),
    _damage(
        "a step begins where the last did not end",
        "UPDATE refunds_refundevent SET from_status = 'rejected'"
        " WHERE id = %(credited_credited_event)s",
        "broken_chain",
        "illegal_step",
    ),
    _damage(
        "a step is called by another's name",
        "UPDATE refunds_refundevent SET kind = 'rejected' WHERE id = %(approved_approved_event)s",
        "illegal_step",
    ),
    _damage(
        "a history outlives its request",
        "ALTER TABLE refunds_refundevent"
        " DROP CONSTRAINT refunds_refundevent_request_id_02e63a5f_fk_refunds_r;"
        "DELETE FROM refunds_refundrequest WHERE id = %(cancelled)s",
        "guard_off",
        "eventless",
    ),
)

DAMAGES = TRANSACTIONS + AMOUNTS + BALANCES + REQUESTS + CREDITS + HISTORY
