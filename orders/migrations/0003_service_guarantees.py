"""What the database itself guarantees about the delivery of services (R11)."""

from django.db import migrations

from kernel.append_only import never_truncated

# The ways are those of orders.transitions.WAYS.
GUARD = """
CREATE FUNCTION guard_service() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.requirement, NEW.send_backs) <> ('awaiting_requirement', '', 0) THEN
            rule := 'service_begins_awaiting_its_requirement';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        rule := 'service_never_deleted';
    ELSIF OLD.state = 'complete' AND OLD IS DISTINCT FROM NEW THEN
        rule := 'service_stays_complete';
    ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('awaiting_requirement', 'requirement_submitted'),
        ('requirement_submitted', 'in_progress'),
        ('requirement_submitted', 'awaiting_requirement'),
        ('in_progress', 'awaiting_acceptance'),
        ('awaiting_acceptance', 'complete'), ('awaiting_acceptance', 'in_progress')
    ) THEN
        rule := 'service_transition';
    ELSIF NEW.state <> OLD.state AND OLD.frozen_since IS NOT NULL THEN
        rule := 'held_service_stands_still';
    ELSIF (OLD.id, OLD.instance_id, OLD.vendor_id, OLD.policy_id)
        IS DISTINCT FROM (NEW.id, NEW.instance_id, NEW.vendor_id, NEW.policy_id)
    THEN
        rule := 'service_facts_frozen';
    ELSIF NEW.requirement <> OLD.requirement
        AND (OLD.state, NEW.state) <> ('awaiting_requirement', 'requirement_submitted')
    THEN
        rule := 'requirement_frozen';
    ELSIF NEW.send_backs <> OLD.send_backs
        + ((OLD.state, NEW.state) = ('awaiting_acceptance', 'in_progress'))::int
    THEN
        rule := 'send_backs_counted';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION '% on service % is refused: %', TG_OP, coalesce(OLD.id, NEW.id), rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER service_guard BEFORE INSERT OR UPDATE OR DELETE ON orders_service
    FOR EACH ROW EXECUTE FUNCTION guard_service();
ALTER TABLE orders_service ENABLE ALWAYS TRIGGER service_guard;
"""

UNDO = """
DROP TRIGGER service_guard ON orders_service;
DROP TRIGGER service_never_truncated ON orders_service;
DROP FUNCTION guard_service;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_database_guarantees"), ("kernel", "0002_append_only")]

    operations = [migrations.RunSQL(GUARD + never_truncated("service", "orders_service"), UNDO)]
