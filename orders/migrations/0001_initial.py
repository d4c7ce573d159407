
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import kernel.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeliveryPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateTimeField(verbose_name='takes effect')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='added')),
                ('zone', models.CharField(max_length=64, validators=[kernel.models.known_zone], verbose_name='time zone')),
                ('acceptance_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='days until the system accepts')),
                ('reminder_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='days before that when the buyer is reminded')),
                ('step_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='days after which a step of the vendor is late')),
                ('max_send_backs', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='send-backs after which the buyer may appeal')),
                ('created_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'delivery policy',
                'verbose_name_plural': 'delivery policies',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('delivery_type', models.CharField(choices=[('saas', 'SaaS'), ('service', 'Manual service'), ('api', 'API'), ('image', 'Image')], max_length=16, verbose_name='delivery type')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='people.vendor', verbose_name='vendor')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=64, unique=True, verbose_name='order number')),
                ('kind', models.CharField(choices=[('new', 'New purchase'), ('renewal', 'Renewal'), ('conversion', 'Converted trial')], default='new', max_length=16, verbose_name='kind')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('list_price', models.BigIntegerField(verbose_name='list price')),
                ('coupon', models.BigIntegerField(default=0, verbose_name='coupon')),
                ('paid', models.BigIntegerField(verbose_name='amount paid')),
                ('purchased_at', models.DateTimeField(verbose_name='purchased')),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='orders.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource_id', models.CharField(max_length=64, unique=True, verbose_name='resource ID')),
                ('delivery_type', models.CharField(choices=[('saas', 'SaaS'), ('service', 'Manual service'), ('api', 'API'), ('image', 'Image')], max_length=16, verbose_name='delivery type')),
                ('spec', models.CharField(blank=True, max_length=200, verbose_name='specification')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('list_price', models.BigIntegerField(verbose_name='list price')),
                ('coupon', models.BigIntegerField(verbose_name='coupon')),
                ('paid', models.BigIntegerField(verbose_name='amount paid')),
                ('purchased_at', models.DateTimeField(verbose_name='purchased')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('state', models.CharField(choices=[('active', 'Active'), ('terminated', 'Terminated')], default='active', max_length=16, verbose_name='state')),
                ('terminated_at', models.DateTimeField(blank=True, null=True, verbose_name='terminated')),
                ('held_by', models.CharField(blank=True, max_length=64, verbose_name='held by')),
                ('buyer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='instances', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='people.vendor', verbose_name='vendor')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='orders.order', verbose_name='order')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='orders.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'instance',
                'verbose_name_plural': 'instances',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('awaiting_requirement', 'Awaiting requirement'), ('requirement_submitted', 'Requirement submitted'), ('in_progress', 'In progress'), ('awaiting_acceptance', 'Awaiting acceptance'), ('complete', 'Complete')], default='awaiting_requirement', max_length=32, verbose_name='state')),
                ('step_since', models.DateTimeField(verbose_name='in this step since')),
                ('requirement', models.CharField(blank=True, max_length=4000, verbose_name='requirement')),
                ('send_backs', models.IntegerField(default=0, verbose_name='send-backs')),
                ('late_at', models.DateTimeField(blank=True, null=True, verbose_name='late from')),
                ('accepts_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted automatically')),
                ('remind_at', models.DateTimeField(blank=True, null=True, verbose_name='buyer reminded at')),
                ('frozen_since', models.DateTimeField(blank=True, null=True, verbose_name='standing still since')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted')),
                ('set_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='set aside')),
                ('set_aside_reason', models.CharField(blank=True, max_length=500, verbose_name='why set aside')),
                ('instance', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='service', to='orders.instance', verbose_name='instance')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.deliverypolicy', verbose_name='delivery policy')),
                ('vendor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.vendor', verbose_name='vendor')),
            ],
            options={
                'verbose_name': 'service',
                'verbose_name_plural': 'services',
            },
        ),
        migrations.CreateModel(
            name='ServiceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('from_state', models.CharField(blank=True, choices=[('awaiting_requirement', 'Awaiting requirement'), ('requirement_submitted', 'Requirement submitted'), ('in_progress', 'In progress'), ('awaiting_acceptance', 'Awaiting acceptance'), ('complete', 'Complete')], max_length=32, verbose_name='from')),
                ('to_state', models.CharField(choices=[('awaiting_requirement', 'Awaiting requirement'), ('requirement_submitted', 'Requirement submitted'), ('in_progress', 'In progress'), ('awaiting_acceptance', 'Awaiting acceptance'), ('complete', 'Complete')], max_length=32, verbose_name='to')),
                ('note', models.CharField(blank=True, max_length=4000, verbose_name='note')),
                ('actor', models.ForeignKey(blank=True, db_index=False, help_text='Empty: the system.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='orders.service', verbose_name='service')),
            ],
            options={
                'verbose_name': 'step of a service',
                'verbose_name_plural': 'steps of a service',
            },
        ),
        migrations.AddConstraint(
            model_name='deliverypolicy',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__isnull', True), ('effective_from__gte', models.F('created_at')), _connector='OR'), name='deliverypolicy_never_back_dated'),
        ),
        migrations.AddConstraint(
            model_name='deliverypolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('created_at__isnull', True), ('created_by__isnull', True)), models.Q(('created_at__isnull', False), ('created_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='deliverypolicy_says_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('delivery_type__in', ['saas', 'service', 'api', 'image'])), name='product_delivery_type_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('coupon__gte', 0), ('paid', django.db.models.expressions.CombinedExpression(models.F('list_price'), '-', models.F('coupon'))), ('paid__gte', 0)), name='order_paid_is_list_price_less_coupon'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='order_currency_is_a_code'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'renewal', 'conversion'])), name='order_kind_known'),
        ),
        migrations.AddIndex(
            model_name='instance',
            index=models.Index(models.F('buyer'), models.OrderBy(models.F('purchased_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='purchases'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('coupon__gte', 0), ('paid', django.db.models.expressions.CombinedExpression(models.F('list_price'), '-', models.F('coupon'))), ('paid__gte', 0)), name='instance_paid_is_list_price_less_coupon'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('resource_id__regex', '^[A-Za-z0-9._:-]{1,64}$')), name='resource_id_fits_a_url'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('delivery_type__in', ['saas', 'service', 'api', 'image'])), name='instance_delivery_type_known'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), ('terminated_at__isnull', True)), models.Q(('held_by', ''), ('state', 'terminated'), ('terminated_at__isnull', False)), _connector='OR'), name='instance_terminated_says_when'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(models.F('vendor'), models.F('state'), models.OrderBy(models.F('id'), descending=True), name='services_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(models.F('accepts_at'), models.F('id'), condition=models.Q(('frozen_since__isnull', True), ('set_aside_at__isnull', True), ('state', 'awaiting_acceptance')), name='acceptances_due'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(models.F('remind_at'), models.F('id'), condition=models.Q(('frozen_since__isnull', True), ('remind_at__isnull', False)), name='reminders_due'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(models.F('late_at'), condition=models.Q(('frozen_since__isnull', True), ('late_at__isnull', False)), name='late_steps'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(models.F('id'), condition=models.Q(('set_aside_at__isnull', False)), name='services_aside'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'awaiting_requirement'), models.Q(('requirement', ''), _negated=True), _connector='OR'), name='service_has_a_requirement'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepts_at__isnull', False), ('state', 'awaiting_acceptance')), models.Q(models.Q(('state', 'awaiting_acceptance'), _negated=True), ('accepts_at__isnull', True)), _connector='OR'), name='awaiting_acceptance_says_until_when'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('state', 'complete')), models.Q(models.Q(('state', 'complete'), _negated=True), ('accepted_at__isnull', True)), _connector='OR'), name='complete_says_when'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('late_at__isnull', False), ('state__in', ('requirement_submitted', 'in_progress'))), models.Q(models.Q(('state__in', ('requirement_submitted', 'in_progress')), _negated=True), ('late_at__isnull', True)), _connector='OR'), name='vendors_step_says_when_late'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'awaiting_acceptance'), ('remind_at__isnull', True), _connector='OR'), name='only_awaiting_acceptance_is_reminded'),
        ),
        migrations.AddConstraint(
            model_name='serviceevent',
            constraint=models.CheckConstraint(condition=models.Q(('from_state__in', ('', 'awaiting_requirement', 'requirement_submitted', 'in_progress', 'awaiting_acceptance', 'complete')), ('to_state__in', ['awaiting_requirement', 'requirement_submitted', 'in_progress', 'awaiting_acceptance', 'complete'])), name='service_event_words_known'),
        ),
    ]
