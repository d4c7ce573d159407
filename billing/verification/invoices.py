"""What must hold of invoices whatever happened (R9): a query an invariant."""

from billing.verification.running import Check

INVOICES = (
    Check(
        "invoice_amount",
        """
        SELECT 'invoice ' || v.id, format(
            'it is over %s fen, its lines sum to %s', v.amount, coalesce(sum(l.amount), 0))
        FROM billing_invoice v LEFT JOIN billing_invoiceline l ON l.invoice_id = v.id
        GROUP BY v.id HAVING v.amount IS DISTINCT FROM sum(l.amount)
        """,
    ),
    Check(
        "invoice_line_amount",
        """
        SELECT 'invoice line ' || l.id, format(
            '%s fen stand on invoice %s for %s, of which %s were paid',
            l.amount, l.invoice_id, i.resource_id, i.paid)
        FROM billing_invoiceline l JOIN orders_instance i ON i.id = l.instance_id
        WHERE l.amount <> i.paid
        """,
    ),
    Check(
        "invoice_misaddressed",
        """
        SELECT 'invoice ' || v.id, format(
            '%s was bought by another person, from another vendor or in another currency',
            i.resource_id)
        FROM billing_invoiceline l JOIN billing_invoice v ON v.id = l.invoice_id
        JOIN orders_instance i ON i.id = l.instance_id
        WHERE (v.buyer_id, v.vendor_id, v.currency)
            IS DISTINCT FROM (i.buyer_id, i.vendor_id, i.currency)
        """,
    ),
    Check(
        "invoice_line_standing",
        """
        SELECT 'invoice line ' || l.id, format(
            'it %s although invoice %s is %s',
            CASE WHEN l.standing THEN 'stands' ELSE 'does not stand' END, v.id, v.state)
        FROM billing_invoiceline l JOIN billing_invoice v ON v.id = l.invoice_id
        WHERE l.standing <> (v.state IN ('pending', 'processing', 'mailed'))
        """,
    ),
    Check(
        "invoice_of_refunded",
        """
        SELECT 'invoice ' || v.id, format(
            'it is pending, and %s has been or is being refunded', i.resource_id)
        FROM billing_invoiceline l JOIN billing_invoice v ON v.id = l.invoice_id
        JOIN orders_instance i ON i.id = l.instance_id
        WHERE v.state = 'pending' AND l.standing
            AND (i.state = 'terminated' OR i.held_by <> '')
        """,
    ),
    Check(
        "invoice_times",
        """
        SELECT 'invoice ' || id, 'its steps are not in order of time'
        FROM billing_invoice
        WHERE processing_at < requested_at OR mailed_at < processing_at
            OR withdrawn_at < requested_at OR returned_at < coalesce(mailed_at, processing_at)
        """,
    ),
)
