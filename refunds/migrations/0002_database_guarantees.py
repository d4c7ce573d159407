"""What the database itself guarantees about refunds (R4, R6, R7, R12, R13).

Refusals carry the name of the rule as the constraint of an integrity error.
"""

from django.db import migrations

from kernel.append_only import append_only, never_truncated

GUARD = """
CREATE FUNCTION guard_refund_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' THEN
            rule := 'request_begins_pending';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        rule := 'request_never_deleted';
    ELSIF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('pending', 'approved'), ('pending', 'cancelled'), ('pending', 'rejected'),
        ('approved', 'credited')
    ) THEN
        rule := 'request_transition';
    ELSIF (
        OLD.id, OLD.instance_id, OLD.order_id, OLD.buyer_id, OLD.vendor_id, OLD.policy_id,
        OLD.channel, OLD.list_price, OLD.coupon, OLD.paid, OLD.refund_amount, OLD.currency,
        OLD.reason, OLD.comment, OLD.submitted_at, OLD.approves_at_deadline
    ) IS DISTINCT FROM (
        NEW.id, NEW.instance_id, NEW.order_id, NEW.buyer_id, NEW.vendor_id, NEW.policy_id,
        NEW.channel, NEW.list_price, NEW.coupon, NEW.paid, NEW.refund_amount, NEW.currency,
        NEW.reason, NEW.comment, NEW.submitted_at, NEW.approves_at_deadline
    ) THEN
        rule := 'request_frozen';
    ELSIF OLD.status <> 'pending' AND (
        OLD.due_at, OLD.decided_at, OLD.decided_by, OLD.decider_id, OLD.approved_amount,
        OLD.commission, OLD.credit_due_at, OLD.cancelled_at, OLD.rejection_ground_id,
        OLD.rejection_text
    ) IS DISTINCT FROM (
        NEW.due_at, NEW.decided_at, NEW.decided_by, NEW.decider_id, NEW.approved_amount,
        NEW.commission, NEW.credit_due_at, NEW.cancelled_at, NEW.rejection_ground_id,
        NEW.rejection_text
    ) THEN
        rule := 'decision_frozen';
    ELSIF OLD.status = 'credited' AND OLD.credited_at <> NEW.credited_at THEN
        rule := 'credit_frozen';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '% on refund request % is refused: %', TG_OP, coalesce(OLD.id, NEW.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refund_request_guard BEFORE INSERT OR UPDATE OR DELETE ON refunds_refundrequest
    FOR EACH ROW EXECUTE FUNCTION guard_refund_request();
ALTER TABLE refunds_refundrequest ENABLE ALWAYS TRIGGER refund_request_guard;
"""

UNDO = """
DROP TRIGGER event_append_only ON refunds_refundevent;
DROP TRIGGER event_never_truncated ON refunds_refundevent;
DROP TRIGGER policy_append_only ON refunds_policyversion;
DROP TRIGGER policy_never_truncated ON refunds_policyversion;
DROP TRIGGER ticket_message_append_only ON refunds_ticketmessage;
DROP TRIGGER ticket_message_never_truncated ON refunds_ticketmessage;
DROP TRIGGER evidence_append_only ON refunds_evidence;
DROP TRIGGER evidence_never_truncated ON refunds_evidence;
DROP TRIGGER switch_append_only ON refunds_sweepswitch;
DROP TRIGGER switch_never_truncated ON refunds_sweepswitch;
DROP TRIGGER refund_request_guard ON refunds_refundrequest;
DROP TRIGGER refund_request_never_truncated ON refunds_refundrequest;
DROP FUNCTION guard_refund_request;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("refunds", "0001_initial"),
        ("kernel", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL(
            GUARD
            + never_truncated("refund_request", "refunds_refundrequest")
            + append_only("event", "refunds_refundevent")
            + append_only("policy", "refunds_policyversion")
            + append_only("ticket_message", "refunds_ticketmessage")
            + append_only("evidence", "refunds_evidence")
            + append_only("switch", "refunds_sweepswitch"),
            UNDO,
        )
    ]
