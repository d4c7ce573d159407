"""Every kind of damage to requests and their history, and what it must be called."""

from tests.billing.damages import ERASE, INSTANCE, LINES_OFF, RENAME, damage

REQUEST = "UPDATE refunds_refundrequest SET {} WHERE id = %({})s"

REQUESTS = (
    damage(
        "a request is of another buyer",
        REQUEST.format("buyer_id = %(ann)s", "pending"),
        "request_misaddressed",
    ),
    damage(
        "a request is to another vendor",
        REQUEST.format("vendor_id = %(other_vendor)s", "pending"),
        "request_misaddressed",
    ),
    damage(
        "a request is about another order",
        REQUEST.format("order_id = %(plain_order)s", "pending"),
        "request_misaddressed",
    ),
    damage(
        "a quote is raised",
        REQUEST.format("list_price = list_price + 1, paid = paid + 1", "pending"),
        "wrong_quote",
    ),
    damage(
        "an approval returns the wrong commission",
        REQUEST.format("commission = commission + 1", "approved"),
        "approved_commission",
    ),
    damage(
        "the buyer keeps access after the approval",
        INSTANCE.format("state = 'active', terminated_at = NULL", "approved_instance"),
        "not_terminated",
    ),
    damage(
        "the buyer keeps access after the credit",
        INSTANCE.format("state = 'active', terminated_at = NULL", "credited_instance"),
        "not_terminated",
    ),
    damage(
        "a pending request holds nothing",
        INSTANCE.format("held_by = ''", "pending_instance"),
        "not_held",
    ),
    damage(
        "something else holds the instance of a pending request",
        INSTANCE.format("held_by = 'refund:' || %(rejected)s", "pending_instance"),
        "not_held",
        "held_in_vain",
    ),
    damage(
        "the instance of a pending request is terminated",
        INSTANCE.format(
            "held_by = '', state = 'terminated', terminated_at = now()", "pending_instance"
        ),
        "not_held",
    ),
    damage(
        "a cancelled request holds its instance",
        INSTANCE.format("held_by = 'refund:' || %(cancelled)s", "cancelled_instance"),
        "held_in_vain",
    ),
    damage(
        "a request holds an instance that is not its own",
        INSTANCE.format("held_by = 'refund:' || %(pending)s", "plain"),
        "held_in_vain",
    ),
    damage(
        "a request that never was holds an instance",
        INSTANCE.format("held_by = 'refund:0'", "plain"),
        "held_in_vain",
    ),
)

CREDITS = (
    damage(
        "a credit was never posted",
        ERASE.format("credited_refund"),
        "credited_without_transaction",
        "wrong_earning",
        *LINES_OFF,
    ),
    damage(
        "another amount was approved than was credited",
        REQUEST.format("approved_amount = approved_amount - 1000", "credited"),
        "credit_differs",
        "approved_commission",
        "part_without_offer",
    ),
    damage(
        "another commission was approved than was returned",
        REQUEST.format("commission = commission - 1", "credited"),
        "credit_differs",
        "approved_commission",
    ),
    damage(
        "the credit was posted at another time",
        REQUEST.format("credited_at = credited_at + interval '1 s'", "credited"),
        "credit_differs",
    ),
    damage(
        "money went back before the request said so",
        REQUEST.format("status = 'approved', credited_at = NULL", "credited"),
        "refund_not_credited",
        "status_differs",
    ),
    damage(
        "a refund stands for no request",
        RENAME.format("refund:0", "credited_refund"),
        "refund_without_request",
        "credited_without_transaction",
    ),
    damage(
        "a refund stands for the request of another instance",
        "UPDATE billing_transaction SET reference = 'refund:' || %(approved)s"
        " WHERE id = %(credited_refund)s",
        "refund_without_request",
        "refund_not_credited",
        "credited_without_transaction",
    ),
)

HISTORY = (
    damage(
        "a request is withdrawn without a trace",
        REQUEST.format("status = 'cancelled', cancelled_at = now()", "pending"),
        "status_differs",
        "held_in_vain",
    ),
    damage(
        "the submission is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_submitted_event)s",
        "never_submitted",
    ),
    damage(
        "there is no history",
        "DELETE FROM refunds_refundevent WHERE id = %(pending_submitted_event)s",
        "never_submitted",
    ),
    damage(
        "the approval is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_approved_event)s",
        "broken_chain",
    ),
    damage(
        "the credit is not in the history",
        "DELETE FROM refunds_refundevent WHERE id = %(credited_credited_event)s",
        "status_differs",
    ),
    damage(
        "a step begins where the last did not end",
        "UPDATE refunds_refundevent SET from_status = 'rejected'"
        " WHERE id = %(credited_credited_event)s",
        "broken_chain",
        "illegal_step",
    ),
    damage(
        "a step is called by another's name",
        "UPDATE refunds_refundevent SET kind = 'rejected' WHERE id = %(approved_approved_event)s",
        "illegal_step",
    ),
    damage(
        "a history outlives its request",
        "ALTER TABLE refunds_refundevent"
        " DROP CONSTRAINT refunds_refundevent_request_id_02e63a5f_fk_refunds_r;"
        "DELETE FROM refunds_refundrequest WHERE id = %(cancelled)s",
        "guard_off",
        "eventless",
    ),
)

# Every request was let in by other rules than those that it names.
OTHER_RULES = """
INSERT INTO refunds_policyversion SELECT (jsonb_populate_record(p, '{}')).*
    FROM refunds_policyversion p JOIN refunds_refundrequest r ON r.policy_id = p.id
    WHERE r.id = %(pending)s;
UPDATE refunds_refundrequest SET policy_id = 999999
"""

ENTRANCE = (
    damage(
        "a buyer has more orders refunded than the limit",
        OTHER_RULES.format('{"id": 999999, "max_refunded_orders": 1}'),
        "limit_exceeded",
    ),
    damage(
        "a request was made after the window",
        REQUEST.format("submitted_at = submitted_at + interval '5 days'", "pending"),
        "outside_window",
    ),
    damage(
        "an instance was asked for too often",
        OTHER_RULES.format('{"id": 999999, "max_submissions": 0}'),
        "too_many_submissions",
    ),
)

OFFER = "UPDATE refunds_offer SET {} WHERE id = %({})s"

NEGOTIATION = (
    damage(
        "a part is refunded that the buyer never accepted",
        OFFER.format("state = 'declined'", "accepted_offer"),
        "part_without_offer",
    ),
    damage(
        "an offer is accepted and nothing follows",
        OFFER.format("state = 'accepted', answered_at = now()", "open_offer"),
        "offer_not_kept",
    ),
    damage(
        "another amount was accepted than approved",
        OFFER.format("amount = amount + 1", "accepted_offer"),
        "part_without_offer",
        "offer_not_kept",
    ),
    damage(
        "an offer is open on a request that is decided",
        OFFER.format("state = 'open', answered_at = NULL", "accepted_offer"),
        "part_without_offer",
        "left_open",
    ),
    damage(
        "a hold stands on a request that is decided",
        "UPDATE refunds_hold SET request_id = %(credited)s WHERE id = %(hold)s",
        "left_open",
    ),
)

REQUEST_DAMAGES = REQUESTS + ENTRANCE + CREDITS + HISTORY + NEGOTIATION
