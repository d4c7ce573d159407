"""What the database itself guarantees about vendors: why one is suspended is kept (R8)."""

from django.db import migrations

from kernel.append_only import append_only

UNDO = """
DROP TRIGGER suspension_append_only ON people_suspension;
DROP TRIGGER suspension_never_truncated ON people_suspension;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("kernel", "0002_append_only")]

    operations = [migrations.RunSQL(append_only("suspension", "people_suspension"), UNDO)]
