"""What must hold of orders and ledger whatever happened (R4, R14): a query an invariant."""

from billing.verification.invoices import INVOICES
from billing.verification.running import Check

ORDERS = (
    Check(
        "order_split",
        """
        SELECT 'order ' || o.id, format(
            'order %s is %s - %s = %s fen (list price, coupon, paid), its instances %s - %s = %s',
            o.number, o.list_price, o.coupon, o.paid,
            coalesce(sum(i.list_price), 0), coalesce(sum(i.coupon), 0), coalesce(sum(i.paid), 0))
        FROM orders_order o LEFT JOIN orders_instance i ON i.order_id = o.id GROUP BY o.id
        HAVING (o.list_price, o.coupon, o.paid)
            IS DISTINCT FROM (sum(i.list_price), sum(i.coupon), sum(i.paid))
        """,
    ),
    Check(
        "instance_differs",
        """
        SELECT 'instance ' || i.id, format(
            'instance %s has another buyer, product, currency or time of purchase than order %s',
            i.resource_id, o.number)
        FROM orders_instance i JOIN orders_order o ON o.id = i.order_id
        WHERE (i.buyer_id, i.product_id, i.currency, i.purchased_at)
            <> (o.buyer_id, o.product_id, o.currency, o.purchased_at)
        """,
    ),
)

TRANSACTIONS = (
    Check(
        "unbalanced",
        """
        SELECT 'transaction ' || transaction_id,
            format('its entries sum to %s fen instead of 0', sum(amount))
        FROM billing_entry GROUP BY transaction_id HAVING sum(amount) <> 0
        """,
    ),
    Check(
        "no_entries",
        """
        SELECT 'transaction ' || t.id, format('%s %s moves nothing', t.kind, t.reference)
        FROM billing_transaction t
        WHERE NOT EXISTS (SELECT FROM billing_entry e WHERE e.transaction_id = t.id)
        """,
    ),
    Check(
        "orphan",
        """
        SELECT 'entry ' || e.id, format(
            '%s fen belong to transaction %s on account %s, of which one is gone',
            e.amount, e.transaction_id, e.account_id)
        FROM billing_entry e
        LEFT JOIN billing_transaction t ON t.id = e.transaction_id
        LEFT JOIN billing_account a ON a.id = e.account_id
        WHERE t.id IS NULL OR a.id IS NULL
        """,
    ),
    Check(
        "entry_currency",
        """
        SELECT 'entry ' || e.id, format(
            '%s minor units on an account in %s, in a transaction in %s',
            e.amount, a.currency, t.currency)
        FROM billing_entry e
        JOIN billing_transaction t ON t.id = e.transaction_id
        JOIN billing_account a ON a.id = e.account_id
        WHERE a.currency <> t.currency
        """,
    ),
    Check(
        "transaction_currency",
        """
        SELECT 'transaction ' || t.id, format(
            '%s %s is in %s, order %s in %s', t.kind, t.reference, t.currency, o.number, o.currency)
        FROM billing_transaction t JOIN orders_order o ON o.id = t.order_id
        WHERE t.currency <> o.currency
        """,
    ),
    Check(
        "wrong_shape",
        """
        SELECT 'transaction ' || id, format(
            '%s %s: buyer %s, vendor %s, platform %s, external %s fen in %s entries',
            kind, reference, buyer, vendor, platform, external, entries)
        FROM posted WHERE entries > 0 AND NOT CASE kind
            WHEN 'recharge' THEN (entries, buyers, externals) = (2, 1, 1)
                AND external < 0 AND buyer > 0
            WHEN 'deduct' THEN buyers = 1 AND vendors <= 1 AND platforms <= 1 AND entries > 1
                AND entries = buyers + vendors + platforms
                AND buyer < 0 AND vendor >= 0 AND platform >= 0
            WHEN 'refund' THEN buyers = 1 AND vendors <= 1 AND platforms <= 1 AND entries > 1
                AND entries = buyers + vendors + platforms
                AND buyer > 0 AND vendor <= 0 AND platform <= 0
            ELSE false END
        """,
    ),
    Check(
        "misdirected",
        """
        SELECT 'entry ' || e.id, format(
            '%s fen of %s %s are on account %s, which is not that of its %s',
            e.amount, t.kind, t.reference, a.id, a.kind)
        FROM billing_entry e
        JOIN billing_account a ON a.id = e.account_id
        JOIN billing_transaction t ON t.id = e.transaction_id
        JOIN orders_order o ON o.id = t.order_id
        LEFT JOIN orders_instance i ON i.id = t.instance_id
        WHERE a.kind = 'buyer' AND a.buyer_id IS DISTINCT FROM o.buyer_id
            OR a.kind = 'vendor' AND i.id IS NOT NULL AND a.vendor_id IS DISTINCT FROM i.vendor_id
        """,
    ),
    Check(
        "wrong_reference",
        """
        SELECT 'transaction ' || t.id, format(
            '%s %s stands beside order %s and instance %s',
            t.kind, t.reference, coalesce(o.number, '-'), coalesce(i.resource_id, '-'))
        FROM billing_transaction t
        LEFT JOIN orders_order o ON o.id = t.order_id
        LEFT JOIN orders_instance i ON i.id = t.instance_id
        WHERE CASE t.kind
            WHEN 'recharge' THEN t.instance_id IS NOT NULL
                OR t.reference IS DISTINCT FROM 'order:' || o.number
            WHEN 'deduct' THEN i.order_id IS DISTINCT FROM t.order_id
                OR t.reference IS DISTINCT FROM 'instance:' || i.resource_id
            ELSE i.order_id IS DISTINCT FROM t.order_id END
        """,
    ),
    Check(
        "posted_twice",
        """
        SELECT coalesce('instance ' || instance_id, 'order ' || order_id), format(
            '%s is posted %s times: transactions %s',
            kind, count(*), string_agg(id::text, ', ' ORDER BY id))
        FROM billing_transaction GROUP BY kind, order_id, instance_id HAVING count(*) > 1
        """,
    ),
)

AMOUNTS = (
    Check(
        "recharge_amount",
        """
        SELECT 'transaction ' || p.id, format(
            '%s fen came in for order %s, of which %s were paid', p.buyer, o.number, o.paid)
        FROM posted p JOIN orders_order o ON o.id = p.order_id
        WHERE p.kind = 'recharge' AND p.entries > 0 AND p.buyer <> o.paid
        """,
    ),
    Check(
        "missing_deduct",
        """
        SELECT 'instance ' || i.id, format(
            '%s fen were paid for %s and never deducted', i.paid, i.resource_id)
        FROM orders_instance i
        WHERE i.paid > 0 AND NOT EXISTS (
            SELECT FROM billing_transaction t WHERE t.instance_id = i.id AND t.kind = 'deduct')
        """,
    ),
    Check(
        "deduct_amount",
        """
        SELECT 'transaction ' || p.id, format(
            '%s fen were deducted for %s, of which %s were paid', -p.buyer, i.resource_id, i.paid)
        FROM posted p JOIN orders_instance i ON i.id = p.instance_id
        WHERE p.kind = 'deduct' AND p.entries > 0 AND -p.buyer <> i.paid
        """,
    ),
    Check(
        "deduct_commission",
        # As billing.shares.commission_on: rounded down, so that the rest is the vendor's.
        """
        SELECT 'transaction ' || p.id, format(
            'the platform earned %s fen on %s, where %s basis points of %s fen give %s',
            p.platform, i.resource_id, rate.points, i.paid,
            div(i.paid::numeric * rate.points, 10000))
        FROM posted p JOIN orders_instance i ON i.id = p.instance_id
        LEFT JOIN LATERAL (
            SELECT c.basis_points AS points FROM billing_commissionpolicy c
            WHERE c.effective_from <= i.purchased_at
            ORDER BY c.effective_from DESC, c.id DESC LIMIT 1
        ) rate ON true
        WHERE p.kind = 'deduct' AND p.entries > 0
            AND p.platform IS DISTINCT FROM div(i.paid::numeric * rate.points, 10000)
        """,
    ),
    Check(
        "over_refunded",
        """
        SELECT 'instance ' || instance_id, format(
            '%s fen were refunded of %s deducted',
            sum(buyer) FILTER (WHERE kind = 'refund'),
            coalesce(-sum(buyer) FILTER (WHERE kind = 'deduct'), 0))
        FROM posted WHERE instance_id IS NOT NULL GROUP BY instance_id
        HAVING sum(buyer) FILTER (WHERE kind = 'refund')
            > coalesce(-sum(buyer) FILTER (WHERE kind = 'deduct'), 0)
        """,
    ),
    Check(
        "refund_commission",
        # As billing.shares.commission_of_refund.
        """
        SELECT 'transaction ' || r.id, format(
            'the platform returned %s fen of a refund of %s, having earned %s of %s',
            -r.platform, r.buyer, d.platform, -d.buyer)
        FROM posted r JOIN posted d ON d.instance_id = r.instance_id AND d.kind = 'deduct'
        WHERE r.kind = 'refund' AND r.entries > 0 AND d.buyer < 0
            AND -r.platform <> div(d.platform * r.buyer, -d.buyer)
        """,
    ),
)

BALANCES = (
    Check(
        "wrong_balance",
        """
        SELECT 'account ' || a.id, format(
            'the balance says %s fen, the entries sum to %s', a.balance, coalesce(e.total, 0))
        FROM billing_account a
        LEFT JOIN (
            SELECT account_id, sum(amount) AS total FROM billing_entry GROUP BY account_id
        ) e ON e.account_id = a.id
        WHERE a.kind = 'buyer' AND a.balance IS DISTINCT FROM coalesce(e.total, 0)
        """,
    ),
    Check(
        "wrong_balance_after",
        """
        SELECT 'entry ' || id, format(
            'account %s: %s fen are noted after it, the entries up to it sum to %s',
            account_id, coalesce(balance_after::text, 'no'), recomputed)
        FROM (
            SELECT e.*, sum(e.amount) OVER (PARTITION BY e.account_id ORDER BY e.id) AS recomputed
            FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
            WHERE a.kind = 'buyer'
        ) line WHERE balance_after IS DISTINCT FROM recomputed
        """,
    ),
    Check(
        "stray_balance_after",
        """
        SELECT 'entry ' || e.id, format(
            '%s fen are noted after it on account %s of kind %s, which keeps no balance',
            e.balance_after, a.id, a.kind)
        FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        WHERE a.kind <> 'buyer' AND e.balance_after IS NOT NULL
        """,
    ),
    Check(
        "negative_balance",
        """
        SELECT 'account ' || account_id, format('it drops to %s fen', min(recomputed))
        FROM (
            SELECT e.account_id,
                sum(e.amount) OVER (PARTITION BY e.account_id ORDER BY e.id) AS recomputed
            FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
            WHERE a.kind = 'buyer'
            UNION ALL
            SELECT id, balance FROM billing_account WHERE kind = 'buyer'
        ) line WHERE recomputed < 0 GROUP BY account_id
        """,
    ),
)

EARNINGS = (
    Check(
        "wrong_earning",
        """
        SELECT 'entry ' || coalesce(said.entry_id, posted.entry_id), format(
            'the earnings say %s fen and %s of commission, the entries %s and %s',
            said.amount, said.commission, posted.amount, posted.commission)
        FROM billing_earning said FULL JOIN (
            SELECT e.id AS entry_id, e.account_id, i.product_id, i.id AS instance_id, t.posted_at,
                e.amount, coalesce(share.fen, 0) AS commission
            FROM billing_entry e
            JOIN billing_account a ON a.id = e.account_id AND a.kind = 'vendor'
            JOIN billing_transaction t ON t.id = e.transaction_id
            JOIN orders_instance i ON i.id = t.instance_id
            LEFT JOIN (
                SELECT transaction_id, sum(amount) AS fen FROM billing_entry
                JOIN billing_account ON billing_account.id = account_id AND kind = 'platform'
                GROUP BY transaction_id
            ) share ON share.transaction_id = t.id
        ) posted ON posted.entry_id = said.entry_id
        WHERE (said.account_id, said.product_id, said.instance_id, said.posted_at, said.amount,
                said.commission)
            IS DISTINCT FROM (posted.account_id, posted.product_id, posted.instance_id,
                posted.posted_at, posted.amount, posted.commission)
        """,
    ),
)

CHECKS = ORDERS + TRANSACTIONS + AMOUNTS + BALANCES + EARNINGS + INVOICES
