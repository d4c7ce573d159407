"""What the database itself guarantees about imports of purchases (R17)."""

from django.db import migrations

from kernel.append_only import never_truncated

GUARD = """
CREATE FUNCTION purchase_import_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'import % stays as it was checked, but for being applied once', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER purchase_import_kept BEFORE DELETE ON billing_purchaseimport
    FOR EACH ROW EXECUTE FUNCTION purchase_import_guarded();
ALTER TABLE billing_purchaseimport ENABLE ALWAYS TRIGGER purchase_import_kept;

CREATE TRIGGER purchase_import_frozen BEFORE UPDATE ON billing_purchaseimport
    FOR EACH ROW WHEN (
        (OLD.id, OLD.uploader_id, OLD.uploaded_at, OLD.name, OLD.sha256, OLD.content,
            OLD.problems, OLD.summary, OLD.state, 'applied')
        IS DISTINCT FROM (NEW.id, NEW.uploader_id, NEW.uploaded_at, NEW.name, NEW.sha256,
            NEW.content, NEW.problems, NEW.summary, 'checked', NEW.state)
    ) EXECUTE FUNCTION purchase_import_guarded();
ALTER TABLE billing_purchaseimport ENABLE ALWAYS TRIGGER purchase_import_frozen;
"""

UNDO = """
DROP TRIGGER purchase_import_frozen ON billing_purchaseimport;
DROP TRIGGER purchase_import_kept ON billing_purchaseimport;
DROP TRIGGER purchase_import_never_truncated ON billing_purchaseimport;
DROP FUNCTION purchase_import_guarded;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_invoice_guarantees")]

    operations = [
        migrations.RunSQL(
            GUARD + never_truncated("purchase_import", "billing_purchaseimport"), UNDO
        )
    ]
