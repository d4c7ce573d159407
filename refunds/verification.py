"""Proving that refunds and ledger tell the same story (R4, R12, R13, R14)."""

from dataclasses import dataclass

from django.db import connection

from billing import verification as ledger
from billing.verification import Breach, Check
from refunds.ticket_verification import TICKETS

REQUESTS = (
    Check(
        "request_misaddressed",
        """
        SELECT 'request ' || r.id, format(
            'order, buyer or vendor is not that of instance %s', i.resource_id)
        FROM refunds_refundrequest r LEFT JOIN orders_instance i ON i.id = r.instance_id
        WHERE (r.order_id, r.buyer_id, r.vendor_id)
            IS DISTINCT FROM (i.order_id, i.buyer_id, i.vendor_id)
        """,
    ),
    Check(
        "wrong_quote",
        """
        SELECT 'request ' || r.id, format(
            'the quote says %s - %s = %s fen (list price, coupon, paid), the instance %s - %s = %s',
            r.list_price, r.coupon, r.paid, i.list_price, i.coupon, i.paid)
        FROM refunds_refundrequest r JOIN orders_instance i ON i.id = r.instance_id
        WHERE (r.list_price, r.coupon, r.paid, r.currency)
            <> (i.list_price, i.coupon, i.paid, i.currency)
        """,
    ),
    Check(
        "approved_commission",
        # As billing.shares.commission_of_refund.
        """
        SELECT 'request ' || r.id, format(
            'the platform is to return %s fen of %s, having earned %s of %s',
            coalesce(r.commission::text, 'no'), r.approved_amount, d.platform, -d.buyer)
        FROM refunds_refundrequest r
        JOIN posted d ON d.instance_id = r.instance_id AND d.kind = 'deduct'
        WHERE r.status IN ('approved', 'credited') AND d.buyer < 0
            AND r.commission IS DISTINCT FROM div(d.platform * r.approved_amount, -d.buyer)
        """,
    ),
    Check(
        "not_terminated",
        """
        SELECT 'request ' || r.id, format(
            'it is %s, and the buyer still has access to %s', r.status, i.resource_id)
        FROM refunds_refundrequest r JOIN orders_instance i ON i.id = r.instance_id
        WHERE r.status IN ('approved', 'credited') AND i.state <> 'terminated'
        """,
    ),
    Check(
        "not_held",
        """
        SELECT 'request ' || r.id, format(
            'it is pending, but %s is held by "%s"', i.resource_id, i.held_by)
        FROM refunds_refundrequest r JOIN orders_instance i ON i.id = r.instance_id
        WHERE r.status = 'pending' AND i.held_by <> 'refund:' || r.id
        """,
    ),
    Check(
        "held_in_vain",
        """
        SELECT 'instance ' || i.id, format(
            '%s is held by "%s", which is %s',
            i.resource_id, i.held_by, coalesce(r.status, 'no request for it'))
        FROM orders_instance i
        LEFT JOIN refunds_refundrequest r
            ON 'refund:' || r.id = i.held_by AND r.instance_id = i.id
        WHERE i.held_by LIKE 'refund:%' AND r.status IS DISTINCT FROM 'pending'
        """,
    ),
)

DELIVERIES = (
    Check(
        "step_while_frozen",
        # Each act takes its time before it waits for its lock, and none waits for so long.
        """
        SELECT 'step ' || e.id, format(
            'service %s became %s at %s, while request %s was open',
            e.service_id, e.to_state, e.at, r.id)
        FROM orders_serviceevent e
        JOIN orders_service s ON s.id = e.service_id
        JOIN refunds_refundrequest r ON r.instance_id = s.instance_id
            AND e.at > r.submitted_at + interval '1 minute'
            AND e.at < coalesce(r.decided_at, r.cancelled_at, 'infinity') - interval '1 minute'
        """,
    ),
)

# What a request was let in by; a request made by a ticket is let in by the platform.
ENTRANCE = (
    Check(
        "limit_exceeded",
        # By the first standing request of each order, and the largest limit that the buyer
        # had known by then: policies change, and another instance of an order uses no other.
        """
        SELECT 'request ' || id, format(
            'it is for order no. %s of buyer %s that counts, and the limit was %s',
            nth, buyer_id, most)
        FROM (
            SELECT *, count(*) OVER (PARTITION BY buyer_id, delivery_type ORDER BY id) AS nth
            FROM (
                SELECT r.id, r.buyer_id, i.delivery_type,
                    min(r.id) FILTER (WHERE r.status IN ('pending', 'approved', 'credited'))
                        OVER (PARTITION BY r.order_id) AS first,
                    max(coalesce(p.max_refunded_orders, 2147483647)) OVER (
                        PARTITION BY r.buyer_id, i.delivery_type ORDER BY r.id) AS most
                FROM refunds_refundrequest r
                JOIN orders_instance i ON i.id = r.instance_id
                JOIN refunds_policyversion p ON p.id = r.policy_id
                WHERE r.channel = 'self_service'
            ) asked WHERE id = first
        ) counted WHERE nth > most
        """,
    ),
    Check(
        "outside_window",
        """
        SELECT 'request ' || r.id, format(
            'submitted at %s, bought at %s with a window of %s days',
            r.submitted_at, i.purchased_at, p.window_days)
        FROM refunds_refundrequest r
        JOIN orders_instance i ON i.id = r.instance_id
        JOIN refunds_policyversion p ON p.id = r.policy_id
        WHERE r.channel = 'self_service' AND (r.submitted_at AT TIME ZONE p.zone)::date
            - (i.purchased_at AT TIME ZONE p.zone)::date >= p.window_days
        """,
    ),
    Check(
        "too_many_submissions",
        """
        SELECT 'request ' || id, format('it is no. %s for its instance, of %s', nth, most)
        FROM (
            SELECT r.id, p.max_submissions AS most,
                count(*) OVER (PARTITION BY r.instance_id ORDER BY r.id) AS nth
            FROM refunds_refundrequest r JOIN refunds_policyversion p ON p.id = r.policy_id
            WHERE r.channel = 'self_service'
        ) asked WHERE nth > most
        """,
    ),
)

CREDITS = (
    Check(
        "credited_without_transaction",
        """
        SELECT 'request ' || r.id, format(
            '%s fen are said to be credited and were never posted', r.approved_amount)
        FROM refunds_refundrequest r
        WHERE r.status = 'credited' AND NOT EXISTS (
            SELECT FROM billing_transaction t
            WHERE t.kind = 'refund' AND t.reference = 'refund:' || r.id)
        """,
    ),
    Check(
        "credit_differs",
        """
        SELECT 'request ' || r.id, format(
            'approved %s fen with a commission of %s, credited at %s; posted %s with %s at %s',
            r.approved_amount, r.commission, r.credited_at, p.buyer, -p.platform, p.posted_at)
        FROM refunds_refundrequest r
        JOIN posted p ON p.kind = 'refund' AND p.reference = 'refund:' || r.id
        WHERE r.status = 'credited' AND p.entries > 0
            AND (r.approved_amount, r.commission, r.credited_at, r.currency)
                IS DISTINCT FROM (p.buyer, -p.platform, p.posted_at, p.currency)
        """,
    ),
    Check(
        "refund_not_credited",
        """
        SELECT 'transaction ' || t.id, format(
            '%s is posted and its request is %s', t.reference, r.status)
        FROM billing_transaction t
        JOIN refunds_refundrequest r ON 'refund:' || r.id = t.reference
        WHERE t.kind = 'refund' AND r.status <> 'credited'
        """,
    ),
    Check(
        "refund_without_request",
        """
        SELECT 'transaction ' || t.id, format(
            '%s stands for no request of instance %s', t.reference, t.instance_id)
        FROM billing_transaction t
        LEFT JOIN refunds_refundrequest r
            ON 'refund:' || r.id = t.reference AND r.instance_id = t.instance_id
        WHERE t.kind = 'refund' AND r.id IS NULL
        """,
    ),
)

HISTORY = (
    Check(
        "never_submitted",
        """
        SELECT 'request ' || r.id, 'its history does not begin with its submission'
        FROM refunds_refundrequest r
        LEFT JOIN (
            SELECT DISTINCT ON (request_id) request_id, kind, from_status, to_status
            FROM refunds_refundevent ORDER BY request_id, id
        ) first ON first.request_id = r.id
        WHERE (first.kind, first.from_status, first.to_status)
            IS DISTINCT FROM ('submitted', '', 'pending')
        """,
    ),
    Check(
        "status_differs",
        """
        SELECT 'request ' || r.id, format(
            'it is %s, its history ends at %s', r.status, last.to_status)
        FROM refunds_refundrequest r
        JOIN (
            SELECT DISTINCT ON (request_id) request_id, to_status
            FROM refunds_refundevent ORDER BY request_id, id DESC
        ) last ON last.request_id = r.id
        WHERE last.to_status <> r.status
        """,
    ),
    Check(
        "broken_chain",
        """
        SELECT 'event ' || id, format(
            'request %s: %s begins at "%s" where the one before ended at "%s"',
            request_id, kind, from_status, before)
        FROM (
            SELECT *, lag(to_status) OVER (PARTITION BY request_id ORDER BY id) AS before
            FROM refunds_refundevent
        ) step WHERE before <> from_status
        """,
    ),
    Check(
        "illegal_step",
        # As refunds.transitions.ALLOWED; a row that is set aside, resumed or appealed stays as it
        # was, and one that is negotiated or held stays pending.
        """
        SELECT 'event ' || id, format(
            'request %s: %s goes from "%s" to "%s"', request_id, kind, from_status, to_status)
        FROM refunds_refundevent
        WHERE (kind, from_status, to_status) NOT IN (
            ('submitted', '', 'pending'), ('cancelled', 'pending', 'cancelled'),
            ('approved', 'pending', 'approved'), ('rejected', 'pending', 'rejected'),
            ('credited', 'approved', 'credited')
        ) AND NOT (kind IN ('set_aside', 'resumed', 'appealed') AND from_status = to_status)
        AND NOT (
            from_status = 'pending' AND to_status = 'pending' AND kind IN (
                'offered', 'offer_accepted', 'offer_declined', 'offer_lapsed', 'held', 'hold_ended')
        )
        """,
    ),
    Check(
        "eventless",
        """
        SELECT 'event ' || e.id, format('request %s, to which it happened, is gone', e.request_id)
        FROM refunds_refundevent e
        WHERE NOT EXISTS (SELECT FROM refunds_refundrequest r WHERE r.id = e.request_id)
        """,
    ),
)

NEGOTIATION = (
    Check(
        "part_without_offer",
        """
        SELECT 'request ' || r.id, format(
            '%s fen of %s are approved, and no accepted offer says so',
            r.approved_amount, r.refund_amount)
        FROM refunds_refundrequest r
        WHERE r.status IN ('approved', 'credited') AND r.channel = 'self_service'
            AND r.approved_amount <> r.refund_amount AND NOT EXISTS (
                SELECT FROM refunds_offer o
                WHERE o.request_id = r.id AND o.state = 'accepted'
                    AND o.amount = r.approved_amount)
        """,
    ),
    Check(
        "offer_not_kept",
        """
        SELECT 'offer ' || o.id, format(
            'request %s: %s fen were accepted; it is %s with %s',
            r.id, o.amount, r.status, coalesce(r.approved_amount::text, 'nothing'))
        FROM refunds_offer o JOIN refunds_refundrequest r ON r.id = o.request_id
        WHERE o.state = 'accepted' AND (
            r.status NOT IN ('approved', 'credited') OR r.approved_amount <> o.amount)
        """,
    ),
    Check(
        "left_open",
        """
        SELECT thing || id, format('request %s is %s, and this still stands on it', r, status)
        FROM (
            SELECT 'offer ' AS thing, o.id, r.id AS r, r.status
            FROM refunds_offer o JOIN refunds_refundrequest r ON r.id = o.request_id
            WHERE o.state = 'open'
            UNION ALL
            SELECT 'hold ', h.id, r.id, r.status
            FROM refunds_hold h JOIN refunds_refundrequest r ON r.id = h.request_id
            WHERE h.ended_at IS NULL
        ) standing WHERE status <> 'pending'
        """,
    ),
)

CHECKS = REQUESTS + ENTRANCE + DELIVERIES + CREDITS + HISTORY + NEGOTIATION + TICKETS

# Every trigger of this app that keeps a rule, and the table that it watches.
TRIGGERS = {
    "event_append_only": "refunds_refundevent",
    "event_never_truncated": "refunds_refundevent",
    "evidence_append_only": "refunds_evidence",
    "evidence_never_truncated": "refunds_evidence",
    "hold_guard": "refunds_hold",
    "hold_never_truncated": "refunds_hold",
    "offer_guard": "refunds_offer",
    "offer_never_truncated": "refunds_offer",
    "part_guard": "refunds_refundrequest",
    "policy_append_only": "refunds_policyversion",
    "policy_never_truncated": "refunds_policyversion",
    "refund_request_guard": "refunds_refundrequest",
    "refund_request_never_truncated": "refunds_refundrequest",
    "switch_append_only": "refunds_sweepswitch",
    "switch_never_truncated": "refunds_sweepswitch",
    "ticket_guard": "refunds_ticket",
    "ticket_never_truncated": "refunds_ticket",
    "ticket_message_append_only": "refunds_ticketmessage",
    "ticket_message_never_truncated": "refunds_ticketmessage",
}

COUNTS = """
SELECT (SELECT count(*) FROM billing_transaction), (SELECT count(*) FROM billing_entry),
    (SELECT count(*) FROM billing_account), (SELECT count(*) FROM refunds_refundrequest)
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and every breach that was found."""

    transactions: int
    entries: int
    accounts: int
    requests: int
    breaches: tuple[Breach, ...]


def prove_ledger() -> Proof:
    """Check every invariant of orders, ledger and refunds in one read-only snapshot (R14).

    A few dozen queries, each set-based and once over its tables; nothing is locked.
    """
    with ledger.snapshot(), connection.cursor() as cursor:
        cursor.execute(COUNTS)
        transactions, entries, accounts, requests = cursor.fetchone()
        return Proof(
            transactions=transactions,
            entries=entries,
            accounts=accounts,
            requests=requests,
            breaches=(
                *ledger.run((*ledger.CHECKS, *CHECKS)),
                *ledger.guards_off(
                    ledger.TRIGGERS | TRIGGERS, app_labels=("orders", "billing", "refunds")
                ),
            ),
        )
