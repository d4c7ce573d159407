import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('buyer', 'Buyer'), ('vendor', 'Vendor'), ('platform', 'Platform'), ('external', 'External')], max_length=16, verbose_name='kind')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('balance', models.BigIntegerField(blank=True, null=True, verbose_name='balance')),
                ('buyer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('vendor', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to='people.vendor', verbose_name='vendor')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
        ),
        migrations.CreateModel(
            name='CommissionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis_points', models.PositiveIntegerField(verbose_name='commission in basis points')),
                ('effective_from', models.DateTimeField(unique=True, verbose_name='takes effect')),
            ],
            options={
                'verbose_name': 'commission policy',
                'verbose_name_plural': 'commission policies',
                'constraints': [models.CheckConstraint(condition=models.Q(('basis_points__lte', 10000)), name='commission_at_most_everything')],
            },
        ),
        migrations.CreateModel(
            name='Transaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('recharge', 'Recharge'), ('deduct', 'Deduction'), ('refund', 'Refund')], max_length=16, verbose_name='type')),
                ('reference', models.CharField(max_length=80, verbose_name='reference')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('posted_at', models.DateTimeField(verbose_name='posted')),
                ('instance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='orders.instance', verbose_name='instance')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='orders.order', verbose_name='order')),
            ],
            options={
                'verbose_name': 'transaction',
                'verbose_name_plural': 'transactions',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('balance_after', models.BigIntegerField(blank=True, null=True, verbose_name='balance after')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.account', verbose_name='account')),
                ('transaction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.transaction', verbose_name='transaction')),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
            },
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('balance__gte', 0), ('balance__isnull', False), ('buyer__isnull', False), ('kind', 'buyer'), ('vendor__isnull', True)), models.Q(('balance__isnull', True), ('buyer__isnull', True), ('kind', 'vendor'), ('vendor__isnull', False)), models.Q(('balance__isnull', True), ('buyer__isnull', True), ('kind__in', ('platform', 'external')), ('vendor__isnull', True)), _connector='OR'), name='account_fits_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='account_currency_is_a_code'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ('platform', 'external'))), fields=('kind', 'currency'), name='one_system_account_per_currency'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.UniqueConstraint(fields=('kind', 'reference'), name='posted_once'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['recharge', 'deduct', 'refund'])), name='transaction_kind_known'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(models.F('account'), models.OrderBy(models.F('id'), descending=True), name='statement'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='entry_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('balance_after__isnull', True), ('balance_after__gte', 0), _connector='OR'), name='entry_leaves_no_negative_balance'),
        ),
    ]
