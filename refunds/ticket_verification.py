"""Proving that tickets and refunds tell the same story (R8, R10, R12)."""

from billing.verification import Check

TICKETS = (
    Check(
        "ticket_misaddressed",
        """
        SELECT 'ticket ' || t.id, format(
            'order, buyer, vendor or amount paid is not that of instance %s', i.resource_id)
        FROM refunds_ticket t LEFT JOIN orders_instance i ON i.id = t.instance_id
        WHERE (t.order_id, t.buyer_id, t.vendor_id, t.paid, t.currency)
            IS DISTINCT FROM (i.order_id, i.buyer_id, i.vendor_id, i.paid, i.currency)
        """,
    ),
    Check(
        "ticket_refund_differs",
        # As the trigger ticket_guard; an appeal about a request that waited has that one.
        """
        SELECT 'ticket ' || t.id, format(
            'it is %s with %s fen paid, and request %s of instance %s is %s with %s fen',
            t.state, t.paid, r.id, r.instance_id, r.status, r.refund_amount)
        FROM refunds_ticket t LEFT JOIN refunds_refundrequest r ON r.id = t.refund_id
        WHERE t.state = 'approved' AND (
            r.instance_id IS DISTINCT FROM t.instance_id
            OR r.status NOT IN ('approved', 'credited')
            OR (r.channel <> 'ticket' AND t.refund_id IS DISTINCT FROM t.appealed_id)
            OR (r.channel = 'ticket' AND t.inside AND r.refund_amount <> t.paid)
        )
        """,
    ),
    Check(
        "refund_without_ticket",
        """
        SELECT 'request ' || r.id, 'it says that it came by ticket, and no ticket knows it'
        FROM refunds_refundrequest r
        WHERE r.channel = 'ticket'
            AND NOT EXISTS (SELECT FROM refunds_ticket t WHERE t.refund_id = r.id)
        """,
    ),
    Check(
        "ticket_not_held",
        # What an appeal is about holds the instance itself while it waits.
        """
        SELECT 'ticket ' || t.id, format(
            'it is open, but %s is held by "%s"', i.resource_id, i.held_by)
        FROM refunds_ticket t JOIN orders_instance i ON i.id = t.instance_id
        LEFT JOIN refunds_refundrequest r ON r.id = t.appealed_id AND r.status = 'pending'
        WHERE t.state = 'open'
            AND i.held_by <> coalesce('refund:' || r.id, 'ticket:' || t.id)
        """,
    ),
    Check(
        "held_by_closed_ticket",
        """
        SELECT 'instance ' || i.id, format(
            '%s is held by "%s", which is %s',
            i.resource_id, i.held_by, coalesce(t.state, 'no ticket for it'))
        FROM orders_instance i
        LEFT JOIN refunds_ticket t ON 'ticket:' || t.id = i.held_by AND t.instance_id = i.id
        WHERE i.held_by LIKE 'ticket:%' AND t.state IS DISTINCT FROM 'open'
        """,
    ),
)
