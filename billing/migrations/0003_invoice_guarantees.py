"""What the database itself guarantees about invoices (R9)."""

from django.db import migrations

from kernel.append_only import never_truncated

GUARD = """
CREATE FUNCTION guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        rule := 'invoice_never_deleted';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            rule := 'invoice_begins_pending';
        END IF;
    ELSIF (
        OLD.id, OLD.buyer_id, OLD.vendor_id, OLD.policy_id, OLD.form, OLD.title_kind, OLD.title,
        OLD.tax_number, OLD.recipient, OLD.phone, OLD.email, OLD.address, OLD.currency,
        OLD.amount, OLD.requested_at, OLD.due_at
    ) IS DISTINCT FROM (
        NEW.id, NEW.buyer_id, NEW.vendor_id, NEW.policy_id, NEW.form, NEW.title_kind, NEW.title,
        NEW.tax_number, NEW.recipient, NEW.phone, NEW.email, NEW.address, NEW.currency,
        NEW.amount, NEW.requested_at, NEW.due_at
    ) THEN
        rule := 'invoice_frozen';
    ELSIF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('pending', 'processing'), ('pending', 'withdrawn'), ('processing', 'mailed'),
        ('processing', 'returned'), ('mailed', 'returned')
    ) THEN
        rule := 'invoice_transition';
    -- What a step has written stays; it is written on the way into the state and never later.
    ELSIF (
        OLD.state = NEW.state OR OLD.processing_at IS NOT NULL
    ) AND OLD.processing_at IS DISTINCT FROM NEW.processing_at
    OR (
        OLD.state = NEW.state OR OLD.state = 'mailed'
    ) AND (OLD.mailed_at, OLD.number, OLD.tracking_number)
        IS DISTINCT FROM (NEW.mailed_at, NEW.number, NEW.tracking_number)
    OR OLD.state = NEW.state AND (OLD.withdrawn_at, OLD.returned_at, OLD.return_reference)
        IS DISTINCT FROM (NEW.withdrawn_at, NEW.returned_at, NEW.return_reference)
    THEN
        rule := 'invoice_step_frozen';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is refused: %', coalesce(NEW.id, OLD.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER invoice_guard BEFORE INSERT OR UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION guard_invoice();
ALTER TABLE billing_invoice ENABLE ALWAYS TRIGGER invoice_guard;
"""

LINE_GUARD = """
CREATE FUNCTION guard_invoice_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        rule := 'invoice_line_never_deleted';
    ELSIF TG_OP = 'UPDATE' THEN
        IF (OLD.id, OLD.invoice_id, OLD.instance_id, OLD.amount)
            IS DISTINCT FROM (NEW.id, NEW.invoice_id, NEW.instance_id, NEW.amount)
            OR NEW.standing AND NOT OLD.standing
        THEN
            rule := 'invoice_line_frozen';
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM billing_invoice v JOIN orders_instance i ON i.id = NEW.instance_id
        WHERE v.id = NEW.invoice_id AND v.buyer_id = i.buyer_id AND v.vendor_id = i.vendor_id
        AND v.currency = i.currency AND NEW.amount = i.paid
    ) THEN
        rule := 'line_is_of_what_was_paid';
    ELSIF EXISTS (
        SELECT FROM orders_instance i
        WHERE i.id = NEW.instance_id AND (i.state = 'terminated' OR i.held_by <> '')
    ) THEN
        rule := 'no_invoice_of_what_is_refunded';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'invoice line % is refused: %', coalesce(NEW.id, OLD.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER invoice_line_guard BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
    FOR EACH ROW EXECUTE FUNCTION guard_invoice_line();
ALTER TABLE billing_invoiceline ENABLE ALWAYS TRIGGER invoice_line_guard;
"""

# Invoice and lines are written one after the other: they are compared at the commit.
AGREEMENT = """
CREATE FUNCTION compare_invoice_with_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    about bigint;
BEGIN
    IF TG_TABLE_NAME = 'billing_invoice' THEN
        about := NEW.id;
    ELSE
        about := NEW.invoice_id;
    END IF;
    IF EXISTS (
        SELECT FROM billing_invoice v WHERE v.id = about AND v.amount IS DISTINCT FROM (
            SELECT sum(l.amount) FROM billing_invoiceline l WHERE l.invoice_id = v.id)
    ) THEN
        rule := 'invoice_is_the_sum_of_its_lines';
    ELSIF EXISTS (
        SELECT FROM billing_invoice v JOIN billing_invoiceline l ON l.invoice_id = v.id
        WHERE v.id = about
        AND l.standing <> (v.state IN ('pending', 'processing', 'mailed'))
    ) THEN
        rule := 'lines_stand_with_their_invoice';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is refused: %', about, rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER invoice_agreement AFTER INSERT OR UPDATE ON billing_invoice
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION compare_invoice_with_lines();
ALTER TABLE billing_invoice ENABLE ALWAYS TRIGGER invoice_agreement;
CREATE CONSTRAINT TRIGGER invoice_line_agreement AFTER INSERT OR UPDATE ON billing_invoiceline
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION compare_invoice_with_lines();
ALTER TABLE billing_invoiceline ENABLE ALWAYS TRIGGER invoice_line_agreement;
"""

UNDO = """
DROP TRIGGER invoice_line_agreement ON billing_invoiceline;
DROP TRIGGER invoice_agreement ON billing_invoice;
DROP TRIGGER invoice_line_guard ON billing_invoiceline;
DROP TRIGGER invoice_guard ON billing_invoice;
DROP TRIGGER invoice_never_truncated ON billing_invoice;
DROP TRIGGER invoice_line_never_truncated ON billing_invoiceline;
DROP FUNCTION compare_invoice_with_lines, guard_invoice_line, guard_invoice;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_database_guarantees"),
        ("orders", "0002_database_guarantees"),
    ]

    operations = [
        migrations.RunSQL(
            GUARD
            + LINE_GUARD
            + AGREEMENT
            + never_truncated("invoice", "billing_invoice")
            + never_truncated("invoice_line", "billing_invoiceline"),
            UNDO,
        )
    ]
