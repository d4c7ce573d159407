"""What the database itself guarantees about vendors' earnings: each is its entry's (R14)."""

from django.db import migrations

from kernel.append_only import append_only

EARNINGS = """
CREATE FUNCTION keep_earnings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_earning
        (entry_id, account_id, product_id, instance_id, posted_at, amount, commission)
    SELECT e.id, e.account_id, i.product_id, i.id, t.posted_at, e.amount, e.commission
    FROM (
        -- By a window: `added` has no index to join it with itself.
        SELECT added.*, a.kind, coalesce(sum(added.amount) FILTER (WHERE a.kind = 'platform')
            OVER (PARTITION BY added.transaction_id), 0) AS commission
        FROM added JOIN billing_account a ON a.id = added.account_id
    ) e
    JOIN billing_transaction t ON t.id = e.transaction_id
    JOIN orders_instance i ON i.id = t.instance_id
    WHERE e.kind = 'vendor' ORDER BY e.id;
    RETURN NULL;
END $$;

CREATE TRIGGER entry_earning AFTER INSERT ON billing_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION keep_earnings();
ALTER TABLE billing_entry ENABLE ALWAYS TRIGGER entry_earning;

CREATE FUNCTION refuse_stray_earnings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'an earning is written with its entry, and by nobody else'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER earning_of_an_entry BEFORE INSERT ON billing_earning
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_stray_earnings();
ALTER TABLE billing_earning ENABLE ALWAYS TRIGGER earning_of_an_entry;
"""

UNDO = """
DROP TRIGGER entry_earning ON billing_entry;
DROP TRIGGER earning_of_an_entry ON billing_earning;
DROP TRIGGER earning_append_only ON billing_earning;
DROP TRIGGER earning_never_truncated ON billing_earning;
DROP FUNCTION keep_earnings, refuse_stray_earnings;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_import_guarantees")]

    operations = [
        migrations.RunSQL(append_only("earning", "billing_earning") + EARNINGS, UNDO)
    ]
