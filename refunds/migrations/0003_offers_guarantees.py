"""What the database itself guarantees about offers and holds (R4, R8)."""

from django.db import migrations

from kernel.append_only import never_truncated

OFFERS = """
CREATE FUNCTION guard_offer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            rule := 'offer_begins_open';
        ELSIF NOT EXISTS (
            SELECT FROM refunds_refundrequest
            WHERE id = NEW.request_id AND status = 'pending' AND NEW.amount < refund_amount
        ) THEN
            rule := 'offer_is_of_a_part';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        rule := 'offer_never_deleted';
    ELSIF OLD.state <> 'open' THEN
        IF OLD IS DISTINCT FROM NEW THEN
            rule := 'offer_answered_once';
        END IF;
    ELSIF (
        OLD.id, OLD.request_id, OLD.amount, OLD.text, OLD.offered_by_id, OLD.offered_at
    ) IS DISTINCT FROM (
        NEW.id, NEW.request_id, NEW.amount, NEW.text, NEW.offered_by_id, NEW.offered_at
    ) THEN
        rule := 'offer_frozen';
    ELSIF NEW.state = 'accepted' AND NEW.answered_at >= NEW.lapses_at THEN
        rule := 'offer_accepted_in_time';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '% on offer % is refused: %', TG_OP, coalesce(OLD.id, NEW.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER offer_guard BEFORE INSERT OR UPDATE OR DELETE ON refunds_offer
    FOR EACH ROW EXECUTE FUNCTION guard_offer();
ALTER TABLE refunds_offer ENABLE ALWAYS TRIGGER offer_guard;

CREATE FUNCTION guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM refunds_offer
        WHERE request_id = NEW.id AND state = 'accepted' AND amount = NEW.approved_amount
    ) THEN
        RAISE EXCEPTION 'request % is not approved in part without an accepted offer', NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'part_needs_an_accepted_offer';
    END IF;
    RETURN NULL;
END $$;

-- After the row, so that amounts which are wrong for everybody are refused in their own name.
CREATE TRIGGER part_guard AFTER UPDATE ON refunds_refundrequest
    FOR EACH ROW WHEN (
        OLD.status = 'pending' AND NEW.status = 'approved' AND NEW.channel = 'self_service'
        AND NEW.approved_amount <> NEW.refund_amount
    ) EXECUTE FUNCTION guard_part();
ALTER TABLE refunds_refundrequest ENABLE ALWAYS TRIGGER part_guard;
"""

HOLDS = """
CREATE FUNCTION guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
    held interval;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT coalesce(sum(coalesce(ended_at, ends_at) - held_at), interval '0') INTO held
        FROM refunds_hold WHERE request_id = NEW.request_id;
        IF NEW.ended_at IS NOT NULL THEN
            rule := 'hold_begins_open';
        ELSIF NOT EXISTS (
            SELECT FROM refunds_refundrequest WHERE id = NEW.request_id AND status = 'pending'
        ) THEN
            rule := 'hold_of_a_pending_request';
        ELSIF held + (NEW.ends_at - NEW.held_at) > (
            SELECT policy.max_hold_days * interval '1 day'
            FROM refunds_refundrequest AS request
            JOIN refunds_policyversion AS policy ON policy.id = request.policy_id
            WHERE request.id = NEW.request_id
        ) THEN
            rule := 'hold_within_the_policy';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        rule := 'hold_never_deleted';
    ELSIF OLD.ended_at IS NOT NULL OR (
        OLD.id, OLD.request_id, OLD.held_by_id, OLD.reason, OLD.held_at, OLD.ends_at
    ) IS DISTINCT FROM (
        NEW.id, NEW.request_id, NEW.held_by_id, NEW.reason, NEW.held_at, NEW.ends_at
    ) THEN
        rule := 'hold_frozen';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '% on hold % is refused: %', TG_OP, coalesce(OLD.id, NEW.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER hold_guard BEFORE INSERT OR UPDATE OR DELETE ON refunds_hold
    FOR EACH ROW EXECUTE FUNCTION guard_hold();
ALTER TABLE refunds_hold ENABLE ALWAYS TRIGGER hold_guard;
"""

UNDO = """
DROP TRIGGER offer_never_truncated ON refunds_offer;
DROP TRIGGER offer_guard ON refunds_offer;
DROP TRIGGER part_guard ON refunds_refundrequest;
DROP TRIGGER hold_never_truncated ON refunds_hold;
DROP TRIGGER hold_guard ON refunds_hold;
DROP FUNCTION guard_offer;
DROP FUNCTION guard_part;
DROP FUNCTION guard_hold;
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0002_database_guarantees")]

    operations = [
        migrations.RunSQL(
            OFFERS
            + HOLDS
            + never_truncated("offer", "refunds_offer")
            + never_truncated("hold", "refunds_hold"),
            UNDO,
        )
    ]
