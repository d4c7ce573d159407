"""The function that refuses to change what is only ever added to."""

from django.db import migrations

from kernel.append_only import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_heartbeat")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_change")]
