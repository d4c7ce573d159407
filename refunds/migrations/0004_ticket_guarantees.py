"""What the database itself guarantees about tickets (R8, R10, R12)."""

from django.db import migrations

from kernel.append_only import never_truncated

GUARD = """
CREATE FUNCTION guard_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    refund refunds_refundrequest;
BEGIN
    IF TG_OP = 'DELETE' THEN
        rule := 'ticket_never_deleted';
    ELSIF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.vendor_word) <> ('open', '') THEN
            rule := 'ticket_begins_open';
        END IF;
    ELSIF OLD.state <> 'open' AND OLD IS DISTINCT FROM NEW THEN
        rule := 'ticket_closed_is_frozen';
    ELSIF (
        OLD.id, OLD.instance_id, OLD.order_id, OLD.buyer_id, OLD.vendor_id, OLD.policy_id,
        OLD.kind, OLD.cause, OLD.appealed_id, OLD.opened_by, OLD.opener_id, OLD.inside,
        OLD.ground_id, OLD.description, OLD.currency, OLD.paid, OLD.amount_asked,
        OLD.opened_at, OLD.due_at, OLD.approves_at_deadline
    ) IS DISTINCT FROM (
        NEW.id, NEW.instance_id, NEW.order_id, NEW.buyer_id, NEW.vendor_id, NEW.policy_id,
        NEW.kind, NEW.cause, NEW.appealed_id, NEW.opened_by, NEW.opener_id, NEW.inside,
        NEW.ground_id, NEW.description, NEW.currency, NEW.paid, NEW.amount_asked,
        NEW.opened_at, NEW.due_at, NEW.approves_at_deadline
    ) THEN
        rule := 'ticket_frozen';
    ELSIF OLD.vendor_word = 'agreed' AND (
        OLD.vendor_word, OLD.vendor_amount, OLD.vendor_answered_at
    ) IS DISTINCT FROM (
        NEW.vendor_word, NEW.vendor_amount, NEW.vendor_answered_at
    ) THEN
        rule := 'vendor_agreement_is_final';
    ELSIF NEW.state = 'approved' THEN
        SELECT * INTO refund FROM refunds_refundrequest WHERE id = NEW.refund_id;
        IF (refund.instance_id, refund.buyer_id, refund.vendor_id, refund.currency)
                IS DISTINCT FROM (NEW.instance_id, NEW.buyer_id, NEW.vendor_id, NEW.currency)
            OR (refund.channel <> 'ticket' AND NEW.refund_id IS DISTINCT FROM NEW.appealed_id)
        THEN
            rule := 'ticket_refund_is_its_own';
        ELSIF refund.channel = 'ticket' AND NEW.inside AND refund.refund_amount <> NEW.paid THEN
            rule := 'inside_the_window_in_full';
        ELSIF NOT NEW.inside AND refund.refund_amount = NEW.paid AND NOT EXISTS (
            SELECT FROM refunds_ticketground WHERE id = NEW.decision_ground_id AND side = 'for'
        ) THEN
            rule := 'full_amount_outside_needs_a_ground';
        END IF;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '% on ticket % is refused: %', TG_OP, coalesce(OLD.id, NEW.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ticket_guard BEFORE INSERT OR UPDATE OR DELETE ON refunds_ticket
    FOR EACH ROW EXECUTE FUNCTION guard_ticket();
ALTER TABLE refunds_ticket ENABLE ALWAYS TRIGGER ticket_guard;
"""

UNDO = """
DROP TRIGGER ticket_guard ON refunds_ticket;
DROP TRIGGER ticket_never_truncated ON refunds_ticket;
DROP FUNCTION guard_ticket;
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0003_offers_guarantees")]

    operations = [
        migrations.RunSQL(GUARD + never_truncated("ticket", "refunds_ticket"), UNDO),
    ]
