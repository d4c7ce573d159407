"""The sweeps, beside the same work in plain SQL."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from bench.measure import Result, compared
from bench.world import World, add_purchases
from refunds import commands

BATCH = 1_000
BATCHES = 5

APPROVE_IN_SQL = """
WITH due AS (
    SELECT r.id, r.instance_id FROM refunds_refundrequest r
    JOIN orders_instance i ON i.id = r.instance_id
    WHERE r.status = 'pending' AND r.due_at <= now() ORDER BY r.due_at, r.id LIMIT 1000
    FOR NO KEY UPDATE OF r, i SKIP LOCKED
), approved AS (
    UPDATE refunds_refundrequest r SET status = 'approved', decided_at = now(),
        decided_by = 'deadline', approved_amount = refund_amount, commission = refund_amount / 10,
        credit_due_at = now() FROM due WHERE r.id = due.id RETURNING r.id
), ended AS (
    UPDATE orders_instance i SET state = 'terminated', terminated_at = now(), held_by = ''
    FROM due WHERE i.id = due.instance_id
), told AS (
    INSERT INTO notices_notice (recipient_id, channel, kind, key, params, path, created_at,
        next_try_at, attempts, error)
    SELECT reader.id, by, 'told', 'refund:' || r.id, jsonb_build_object('product', p.name,
        'resource', i.resource_id, 'vendor', v.name, 'buyer', b.full_name, 'due', r.due_at,
        'amount', jsonb_build_object('fen', r.paid, 'currency', r.currency), 'credit', now()),
        '/refunds/' || r.id || '/', now(), CASE by WHEN 'mail' THEN now() END, 0, ''
    FROM due JOIN refunds_refundrequest r USING (id) JOIN orders_instance i ON i.id = r.instance_id
        JOIN orders_product p ON p.id = i.product_id JOIN people_vendor v ON v.id = r.vendor_id
        JOIN people_user b ON b.id = r.buyer_id
        CROSS JOIN LATERAL (SELECT b.id UNION ALL SELECT user_id FROM people_membership m
            WHERE m.vendor_id = v.id) AS reader CROSS JOIN unnest('{inbox,mail}'::text[]) AS by
)
INSERT INTO refunds_refundevent (request_id, kind, at, from_status, to_status, note)
SELECT id, 'approved', now(), 'pending', 'approved', '' FROM approved
"""
CREDIT_IN_SQL = """
WITH due AS (
    SELECT * FROM refunds_refundrequest WHERE status = 'approved'
        AND credit_due_at <= now() + interval '1 hour'
    ORDER BY credit_due_at, id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
), posted AS (
    INSERT INTO billing_transaction (kind, reference, currency, order_id, instance_id, posted_at)
    SELECT 'refund', 'refund:' || id, currency, order_id, instance_id, now() FROM due ORDER BY id
    RETURNING id, instance_id
), legs AS (
    SELECT posted.id AS transaction_id, due.*, row_number() OVER (ORDER BY posted.id) AS nth
    FROM posted JOIN due USING (instance_id)
), entries AS (
    INSERT INTO billing_entry (transaction_id, account_id, amount, balance_after)
    SELECT transaction_id, v.id, -(approved_amount - commission), NULL::bigint FROM legs
        JOIN billing_account v ON v.vendor_id = legs.vendor_id
    UNION ALL
    SELECT transaction_id, p.id, -commission, NULL FROM legs
        JOIN billing_account p ON p.kind = 'platform' AND p.currency = legs.currency
    UNION ALL
    SELECT transaction_id, b.id, approved_amount, b.balance + (sum(approved_amount)
        OVER (PARTITION BY b.id ORDER BY nth))::bigint FROM legs
        JOIN billing_account b ON b.buyer_id = legs.buyer_id
), paid AS (
    UPDATE billing_account a SET balance = balance + s.total FROM
        (SELECT buyer_id, sum(approved_amount) AS total FROM due GROUP BY buyer_id) s
    WHERE a.buyer_id = s.buyer_id
), events AS (
    INSERT INTO refunds_refundevent (request_id, kind, at, from_status, to_status, note)
    SELECT id, 'credited', now(), 'approved', 'credited', '' FROM due
), told AS (
    INSERT INTO notices_notice (recipient_id, channel, kind, key, params, path, created_at,
        next_try_at, attempts, error)
    SELECT b.id, by, 'credited', 'refund:' || due.id, jsonb_build_object('product', p.name,
        'resource', i.resource_id, 'vendor', v.name, 'buyer', b.full_name, 'due', due.due_at,
        'amount', jsonb_build_object('fen', due.paid, 'currency', due.currency)),
        '/refunds/' || due.id || '/', now(), CASE by WHEN 'mail' THEN now() END, 0, ''
    FROM due JOIN orders_instance i ON i.id = due.instance_id
        JOIN orders_product p ON p.id = i.product_id JOIN people_vendor v ON v.id = due.vendor_id
        JOIN people_user b ON b.id = due.buyer_id
        CROSS JOIN unnest('{inbox,mail}'::text[]) AS by
)
UPDATE refunds_refundrequest r SET status = 'credited', credited_at = now()
FROM due WHERE r.id = due.id
"""


def run(world: World) -> list[Result]:
    """Approve and credit the same number of rows both ways."""
    # One batch of each to begin with, which is not counted; then in turns.
    add_purchases(world, 2 * (BATCHES + 1) * BATCH)
    now = timezone.now()
    approve, approve_plain = compared(
        lambda: commands.approve_due(now=now), lambda: _plainly(APPROVE_IN_SQL), BATCHES
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    later = now + timedelta(hours=1)
    credit, credit_plain = compared(
        lambda: commands.credit_due(now=later), lambda: _plainly(CREDIT_IN_SQL), BATCHES
    )
    return [
        Result("approve what is due", "plain SQL", BATCH, approve, approve_plain),
        Result("credit what is due", "plain SQL", BATCH, credit, credit_plain),
    ]


def _plainly(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
