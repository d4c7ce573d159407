
import django.core.validators
import django.db.models.deletion
import kernel.models
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
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('balance_after', models.BigIntegerField(blank=True, null=True, verbose_name='balance after')),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
            },
        ),
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
                ('effective_from', models.DateTimeField(verbose_name='takes effect')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='added')),
                ('basis_points', models.PositiveIntegerField(help_text='100 basis points are one percent.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10000)], verbose_name='commission in basis points')),
                ('created_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'commission policy',
                'verbose_name_plural': 'commission policies',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Earning',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='earning', serialize=False, to='billing.entry', verbose_name='entry')),
                ('posted_at', models.DateTimeField(verbose_name='posted')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('commission', models.BigIntegerField(verbose_name='commission')),
            ],
            options={
                'verbose_name': 'earning',
                'verbose_name_plural': 'earnings',
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.account', verbose_name='account'),
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('electronic', 'Electronic'), ('paper', 'On paper')], max_length=16, verbose_name='form')),
                ('title_kind', models.CharField(choices=[('personal', 'Personal'), ('company', 'Company')], max_length=16, verbose_name='kind of title')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('tax_number', models.CharField(blank=True, max_length=20, verbose_name='tax number')),
                ('recipient', models.CharField(max_length=100, verbose_name='recipient')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='postal address')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('processing', 'Processing'), ('mailed', 'Mailed'), ('withdrawn', 'Withdrawn'), ('returned', 'Returned')], default='pending', max_length=16, verbose_name='state')),
                ('requested_at', models.DateTimeField(verbose_name='requested')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('processing_at', models.DateTimeField(blank=True, null=True, verbose_name='processing since')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='mailed')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='returned')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='invoice number')),
                ('tracking_number', models.CharField(blank=True, max_length=60, verbose_name='tracking number')),
                ('return_reference', models.CharField(blank=True, max_length=60, verbose_name='return reference')),
                ('buyer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('vendor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.vendor', verbose_name='vendor')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
            },
        ),
        migrations.CreateModel(
            name='InvoiceAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(max_length=100, verbose_name='recipient')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='postal address')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_addresses', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
            ],
            options={
                'verbose_name': 'invoice address',
                'verbose_name_plural': 'invoice addresses',
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('standing', models.BooleanField(default=True, verbose_name='standing')),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='orders.instance', verbose_name='instance')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'line of an invoice',
                'verbose_name_plural': 'lines of an invoice',
            },
        ),
        migrations.CreateModel(
            name='InvoicePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateTimeField(verbose_name='takes effect')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='added')),
                ('zone', models.CharField(max_length=64, validators=[kernel.models.known_zone], verbose_name='time zone')),
                ('working_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='working days until an invoice is due')),
                ('created_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'invoice policy',
                'verbose_name_plural': 'invoice policies',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='invoice',
            name='policy',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.invoicepolicy', verbose_name='invoice policy'),
        ),
        migrations.CreateModel(
            name='InvoiceTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('personal', 'Personal'), ('company', 'Company')], max_length=16, verbose_name='kind')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('tax_number', models.CharField(blank=True, max_length=20, verbose_name='tax number')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_titles', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
            ],
            options={
                'verbose_name': 'invoice title',
                'verbose_name_plural': 'invoice titles',
            },
        ),
        migrations.CreateModel(
            name='PurchaseImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('state', models.CharField(choices=[('refused', 'Refused'), ('checked', 'Checked'), ('applied', 'Imported')], max_length=16, verbose_name='state')),
                ('problems', models.JSONField(default=list, verbose_name='problems')),
                ('summary', models.JSONField(default=dict, verbose_name='summary')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='imported')),
                ('applied_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
                ('uploader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'import of purchases',
                'verbose_name_plural': 'imports of purchases',
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
        migrations.AddField(
            model_name='entry',
            name='transaction',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.transaction', verbose_name='transaction'),
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
            model_name='commissionpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__isnull', True), ('effective_from__gte', models.F('created_at')), _connector='OR'), name='commissionpolicy_never_back_dated'),
        ),
        migrations.AddConstraint(
            model_name='commissionpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('created_at__isnull', True), ('created_by__isnull', True)), models.Q(('created_at__isnull', False), ('created_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='commissionpolicy_says_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='commissionpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('basis_points__lte', 10000)), name='commission_at_most_everything'),
        ),
        migrations.AddField(
            model_name='earning',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.account', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='earning',
            name='instance',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.instance', verbose_name='instance'),
        ),
        migrations.AddField(
            model_name='earning',
            name='product',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product', verbose_name='product'),
        ),
        migrations.AddConstraint(
            model_name='invoiceaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('buyer',), name='one_default_address'),
        ),
        migrations.AddConstraint(
            model_name='invoiceaddress',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), ('email', ''), _negated=True), name='address_leads_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.UniqueConstraint(condition=models.Q(('standing', True)), fields=('instance',), name='one_invoice_per_instance'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='line_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='invoicepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__isnull', True), ('effective_from__gte', models.F('created_at')), _connector='OR'), name='invoicepolicy_never_back_dated'),
        ),
        migrations.AddConstraint(
            model_name='invoicepolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('created_at__isnull', True), ('created_by__isnull', True)), models.Q(('created_at__isnull', False), ('created_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='invoicepolicy_says_who_and_why'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(models.F('buyer'), models.OrderBy(models.F('id'), descending=True), name='invoices_of_buyer'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(models.F('vendor'), models.F('state'), models.F('due_at'), models.F('id'), name='invoices_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(models.F('due_at'), condition=models.Q(('state__in', ('pending', 'processing'))), name='invoices_owed'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='invoice_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('requested_at'))), name='invoice_due_after_request'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mailed_at__isnull', True), ('number', ''), ('tracking_number', '')), models.Q(('mailed_at__isnull', False), models.Q(('number', ''), _negated=True), models.Q(models.Q(('form', 'electronic'), ('tracking_number', '')), models.Q(('form', 'paper'), models.Q(('tracking_number', ''), _negated=True)), _connector='OR')), _connector='OR'), name='mailed_says_which_and_how'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at__isnull', True), ('return_reference', '')), models.Q(('returned_at__isnull', False), models.Q(('return_reference', ''), _negated=True)), _connector='OR'), name='returned_says_how'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['electronic', 'paper']), ('title_kind__in', ['personal', 'company'])), name='invoice_words_known'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mailed_at__isnull', True), ('processing_at__isnull', True), ('returned_at__isnull', True), ('state', 'pending'), ('withdrawn_at__isnull', True)), models.Q(('mailed_at__isnull', True), ('processing_at__isnull', True), ('returned_at__isnull', True), ('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(('mailed_at__isnull', True), ('processing_at__isnull', False), ('returned_at__isnull', True), ('state', 'processing'), ('withdrawn_at__isnull', True)), models.Q(('mailed_at__isnull', False), ('processing_at__isnull', False), ('returned_at__isnull', True), ('state', 'mailed'), ('withdrawn_at__isnull', True)), models.Q(('processing_at__isnull', False), ('returned_at__isnull', False), ('state', 'returned'), ('withdrawn_at__isnull', True)), _connector='OR'), name='invoice_state_says_when'),
        ),
        migrations.AddConstraint(
            model_name='invoicetitle',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('buyer',), name='one_default_title'),
        ),
        migrations.AddConstraint(
            model_name='invoicetitle',
            constraint=models.UniqueConstraint(fields=('buyer', 'name', 'tax_number'), name='one_title_of_a_name'),
        ),
        migrations.AddConstraint(
            model_name='invoicetitle',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'personal'), models.Q(('kind', 'company'), models.Q(('tax_number', ''), _negated=True)), _connector='OR'), name='company_has_a_tax_number'),
        ),
        migrations.AddConstraint(
            model_name='purchaseimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), models.Q(('problems', []), _negated=True)), models.Q(('problems', []), ('state__in', ('checked', 'applied'))), _connector='OR'), name='import_with_problems_is_refused'),
        ),
        migrations.AddConstraint(
            model_name='purchaseimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('applied_by__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at__isnull', True), ('applied_by__isnull', True)), _connector='OR'), name='import_applied_says_who_and_when'),
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
        migrations.AddIndex(
            model_name='earning',
            index=models.Index(models.F('account'), models.F('posted_at'), include=('product', 'instance', 'amount', 'commission'), name='earnings'),
        ),
    ]
