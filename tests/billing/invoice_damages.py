"""Every kind of damage to invoices, and what it must be called."""

from tests.billing.damages import INSTANCE, damage

INVOICE = "UPDATE billing_invoice SET {} WHERE id = %({})s"
LINE = "UPDATE billing_invoiceline SET {} WHERE id = %({})s"

INVOICE_DAMAGES = (
    damage(
        "an invoice is over more than was paid",
        INVOICE.format("amount = amount + 1", "invoice_mailed"),
        "invoice_amount",
    ),
    damage(
        "an invoice has lost its lines",
        "DELETE FROM billing_invoiceline WHERE invoice_id = %(invoice_mailed)s",
        "invoice_amount",
    ),
    damage(
        "a line says less than was paid",
        LINE.format("amount = amount - 1", "invoice_mailed_line"),
        "invoice_amount",
        "invoice_line_amount",
    ),
    damage(
        "an invoice is made out to another buyer",
        INVOICE.format("buyer_id = %(ann)s", "invoice_mailed"),
        "invoice_misaddressed",
    ),
    damage(
        "an invoice is owed by another vendor",
        INVOICE.format("vendor_id = %(other_vendor)s", "invoice_pending"),
        "invoice_misaddressed",
    ),
    damage(
        "a withdrawn invoice keeps its purchases",
        LINE.format("standing = true", "invoice_withdrawn_line"),
        "invoice_line_standing",
    ),
    damage(
        "a pending invoice lets a purchase go",
        LINE.format("standing = false", "invoice_pending_line"),
        "invoice_line_standing",
    ),
    damage(
        "a pending invoice is of what has ended",
        INSTANCE.format("state = 'terminated', terminated_at = now()", "invoice_pending_instance"),
        "invoice_of_refunded",
    ),
    damage(
        "an invoice was mailed before it was asked for",
        INVOICE.format("mailed_at = requested_at - interval '1 day'", "invoice_mailed"),
        "invoice_times",
    ),
)
