"""What the database itself guarantees about orders and instances (R4, R12)."""

from django.db import migrations

from kernel.append_only import append_only

GUARD = """
CREATE FUNCTION guard_instance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule text;
BEGIN
    IF OLD.state = 'terminated'
        AND (OLD.state, OLD.terminated_at) IS DISTINCT FROM (NEW.state, NEW.terminated_at)
    THEN
        rule := 'instance_stays_terminated';
    ELSIF (
        OLD.id, OLD.resource_id, OLD.order_id, OLD.buyer_id, OLD.vendor_id, OLD.product_id,
        OLD.delivery_type, OLD.currency, OLD.list_price, OLD.coupon, OLD.paid, OLD.purchased_at
    ) IS DISTINCT FROM (
        NEW.id, NEW.resource_id, NEW.order_id, NEW.buyer_id, NEW.vendor_id, NEW.product_id,
        NEW.delivery_type, NEW.currency, NEW.list_price, NEW.coupon, NEW.paid, NEW.purchased_at
    ) THEN
        rule := 'purchase_frozen';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'instance % is refused: %', OLD.id, rule
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER instance_guard BEFORE UPDATE ON orders_instance
    FOR EACH ROW EXECUTE FUNCTION guard_instance();
ALTER TABLE orders_instance ENABLE ALWAYS TRIGGER instance_guard;
"""

ORDER_FROZEN = """
CREATE FUNCTION refuse_other_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order % is refused: order_frozen', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER order_frozen BEFORE UPDATE ON orders_order
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION refuse_other_order();
ALTER TABLE orders_order ENABLE ALWAYS TRIGGER order_frozen;
"""

SERVICE = append_only("service_event", "orders_serviceevent") + append_only(
    "delivery_policy", "orders_deliverypolicy"
)

UNDO = """
DROP TRIGGER service_event_append_only ON orders_serviceevent;
DROP TRIGGER service_event_never_truncated ON orders_serviceevent;
DROP TRIGGER delivery_policy_append_only ON orders_deliverypolicy;
DROP TRIGGER delivery_policy_never_truncated ON orders_deliverypolicy;
DROP TRIGGER order_frozen ON orders_order;
DROP FUNCTION refuse_other_order;
DROP TRIGGER instance_guard ON orders_instance;
DROP FUNCTION guard_instance;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("kernel", "0002_append_only")]

    operations = [migrations.RunSQL(GUARD + ORDER_FROZEN + SERVICE, UNDO)]
