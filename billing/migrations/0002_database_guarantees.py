"""What the database itself guarantees about the ledger (R14).

Refusals carry the name of the rule as the constraint of an integrity error. No setting of a
session passes over them (ENABLE ALWAYS); only the owner of the tables can take one away.
"""

from django.db import migrations

from kernel.append_only import append_only

ZERO_SUM = """
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    offender bigint;
BEGIN
    SELECT transaction_id INTO offender FROM added
        GROUP BY transaction_id HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not sum to zero', offender
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'zero_sum';
    END IF;

    SELECT e.transaction_id INTO offender FROM billing_entry e
        WHERE e.transaction_id IN (SELECT transaction_id FROM added)
        AND NOT EXISTS (SELECT 1 FROM added WHERE added.id = e.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % was complete before', offender
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'posted_whole';
    END IF;

    SELECT t.id INTO offender FROM added
        JOIN billing_transaction t ON t.id = added.transaction_id
        JOIN billing_account a ON a.id = added.account_id
        WHERE a.currency <> t.currency LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % has an entry in another currency', offender
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'one_currency';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entry_zero_sum AFTER INSERT ON billing_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entries_balance();
ALTER TABLE billing_entry ENABLE ALWAYS TRIGGER entry_zero_sum;
"""

ACCOUNT_IDENTITY = """
CREATE FUNCTION refuse_new_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % keeps its kind, owner and currency', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER account_identity BEFORE UPDATE ON billing_account
    FOR EACH ROW WHEN (
        (OLD.id, OLD.kind, OLD.buyer_id, OLD.vendor_id, OLD.currency)
        IS DISTINCT FROM (NEW.id, NEW.kind, NEW.buyer_id, NEW.vendor_id, NEW.currency)
    ) EXECUTE FUNCTION refuse_new_identity();
ALTER TABLE billing_account ENABLE ALWAYS TRIGGER account_identity;
"""

UNDO = """
DROP TRIGGER account_identity ON billing_account;
DROP TRIGGER entry_zero_sum ON billing_entry;
DROP TRIGGER transaction_append_only ON billing_transaction;
DROP TRIGGER transaction_never_truncated ON billing_transaction;
DROP TRIGGER entry_append_only ON billing_entry;
DROP TRIGGER entry_never_truncated ON billing_entry;
DROP TRIGGER invoice_policy_append_only ON billing_invoicepolicy;
DROP TRIGGER invoice_policy_never_truncated ON billing_invoicepolicy;
DROP TRIGGER commission_append_only ON billing_commissionpolicy;
DROP TRIGGER commission_never_truncated ON billing_commissionpolicy;
DROP FUNCTION refuse_new_identity, entries_balance;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("kernel", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            append_only("transaction", "billing_transaction")
            + append_only("entry", "billing_entry")
            + append_only("commission", "billing_commissionpolicy")
            + append_only("invoice_policy", "billing_invoicepolicy")
            + ZERO_SUM
            + ACCOUNT_IDENTITY,
            UNDO,
        )
    ]
