"""A large world, made by SQL: what is measured is reading and sweeping it, not making it."""

from dataclasses import dataclass

from django.db import connection

from billing.commands import account_of_buyer, account_of_vendor
from orders.commands import list_product
from orders.models import DeliveryType, Product
from people.commands import add_member, register_person, register_vendor
from people.models import Role, User

PAID = 10_000

ORDERS = """
INSERT INTO orders_order
    (number, buyer_id, product_id, kind, currency, list_price, coupon, paid, purchased_at)
SELECT 'B' || n, %(buyer)s, %(product)s, 'new', 'CNY', %(paid)s, 0, %(paid)s,
    now() - interval '3 days' - (%(last)s - n) * interval '10 seconds'
FROM generate_series(%(first)s, %(last)s) AS n
"""
INSTANCES = """
INSERT INTO orders_instance
    (resource_id, order_id, buyer_id, vendor_id, product_id, delivery_type, spec, currency,
     list_price, coupon, paid, purchased_at, state, held_by)
SELECT 'r-' || number, id, buyer_id, %(vendor)s, product_id, 'saas', '', 'CNY',
    paid, 0, paid, purchased_at, 'active', ''
FROM orders_order WHERE id > %(after)s
"""
DEDUCTIONS = """
WITH posted AS (
    INSERT INTO billing_transaction
        (kind, reference, currency, order_id, instance_id, posted_at)
    SELECT 'deduct', 'instance:' || resource_id, 'CNY', order_id, id, purchased_at
    FROM orders_instance WHERE order_id > %(after)s RETURNING id
)
INSERT INTO billing_entry (transaction_id, account_id, amount, balance_after)
SELECT posted.id, leg.account, leg.amount, leg.after FROM posted, LATERAL (VALUES
    (%(buyer_account)s::bigint, -%(paid)s::bigint, 0::bigint),
    (%(vendor_account)s, %(paid)s * 9 / 10, NULL),
    ((SELECT id FROM billing_account WHERE kind = 'platform' AND currency = 'CNY'),
     %(paid)s / 10, NULL)
) AS leg (account, amount, after)
"""
REQUESTS = """
INSERT INTO refunds_refundrequest
    (instance_id, order_id, buyer_id, vendor_id, policy_id, channel, status, list_price, coupon,
     paid, refund_amount, currency, reason, comment, submitted_at, due_at, approves_at_deadline,
     decided_by, rejection_text, set_aside_reason)
SELECT i.id, i.order_id, i.buyer_id, i.vendor_id,
    (SELECT id FROM refunds_policyversion WHERE delivery_type = 'saas' LIMIT 1),
    'self_service', 'pending', i.paid, 0, i.paid, i.paid, 'CNY', 'other', '',
    now() - interval '3 days', now() - interval '1 minute', true, '', '', ''
FROM orders_instance i WHERE i.order_id > %(after)s
"""
HOLDS = """
UPDATE orders_instance i SET held_by = 'refund:' || r.id
FROM refunds_refundrequest r WHERE r.instance_id = i.id AND i.order_id > %(after)s
"""
REJECT_EVERY_SECOND = """
WITH rejected AS (
    UPDATE refunds_refundrequest SET status = 'rejected', decided_at = now(),
        decided_by = 'vendor', decider_id = %(decider)s, rejection_text = 'Delivered.',
        rejection_ground_id = (SELECT min(id) FROM refunds_rejectionground)
    WHERE status = 'pending' AND id %% 2 = 0 RETURNING instance_id
)
UPDATE orders_instance SET held_by = '' WHERE id IN (SELECT instance_id FROM rejected)
"""


@dataclass(frozen=True, slots=True)
class World:
    """One buyer and one vendor, and how many rows each of them has."""

    buyer: User
    member: User
    product: Product


def make_people() -> World:
    """Who the rows belong to."""
    vendor = register_vendor(name="Bench", contact_name="Bench", contact_email="bench@example.com")
    member = register_person(email="member@example.com", full_name="Member", password=None)
    add_member(vendor=vendor, user=member, role=Role.OWNER)
    return World(
        buyer=register_person(email="buyer@example.com", full_name="Buyer", password=None),
        member=member,
        product=list_product(
            vendor=vendor, code="bench", name="Bench", delivery_type=DeliveryType.SAAS
        ),
    )


def add_purchases(world: World, count: int) -> None:
    """So many orders of one instance each, with a pending request whose deadline has passed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM orders_order")
        after = cursor.fetchone()[0]
        values = {
            "buyer": world.buyer.pk,
            "vendor": world.product.vendor_id,
            "product": world.product.pk,
            "buyer_account": account_of_buyer(world.buyer, "CNY").pk,
            "vendor_account": account_of_vendor(world.product.vendor, "CNY").pk,
            "paid": PAID,
            "first": after + 1,
            "last": after + count,
            "after": after,
        }
        for statement in (ORDERS, INSTANCES, DEDUCTIONS, REQUESTS, HOLDS):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")


def reject_every_second(world: World) -> None:
    """Half of the pending requests are rejected, so that a filter has something to leave out."""
    with connection.cursor() as cursor:
        cursor.execute(REJECT_EVERY_SECOND, {"decider": world.member.pk})
        cursor.execute("VACUUM ANALYZE")


def remind_of_all() -> int:
    """All that is pending is near its deadline, and was reminded of; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE refunds_refundrequest SET due_at = now() + interval '20 hours',"
            " first_reminded_of = now() + interval '20 hours' WHERE status = 'pending'"
        )
        reminded: int = cursor.rowcount
        cursor.execute("VACUUM ANALYZE")
    return reminded
