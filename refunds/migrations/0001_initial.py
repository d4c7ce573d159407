
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
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
            name='RejectionGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('label_en', models.CharField(max_length=200, verbose_name='English')),
                ('label_zh', models.CharField(max_length=200, verbose_name='Chinese')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('offered', models.BooleanField(default=True, verbose_name='can be chosen')),
            ],
            options={
                'verbose_name': 'ground for rejection',
                'verbose_name_plural': 'grounds for rejection',
                'ordering': ('position', 'id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateTimeField(verbose_name='takes effect')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='added')),
                ('delivery_type', models.CharField(choices=[('saas', 'SaaS'), ('service', 'Manual service'), ('api', 'API'), ('image', 'Image')], max_length=16, verbose_name='delivery type')),
                ('zone', models.CharField(max_length=64, validators=[kernel.models.known_zone], verbose_name='time zone')),
                ('window_days', models.PositiveIntegerField(blank=True, help_text='The day of purchase is day 1. Only SaaS has a window that is counted.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='refund window in days')),
                ('decision_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name="natural days for the vendor's decision")),
                ('approves_at_deadline', models.BooleanField(verbose_name='approved automatically at the deadline')),
                ('credit_delay_minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10080)], verbose_name='minutes from approval to credit')),
                ('max_submissions', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='submissions per instance')),
                ('max_refunded_orders', models.PositiveIntegerField(blank=True, help_text='Empty: there is no limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='orders refunded by self-service per buyer')),
                ('offer_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='days until an offer lapses')),
                ('max_declined_offers', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='declined offers after which either side may go to the platform')),
                ('max_hold_days', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='days that a hold may last at most')),
                ('first_reminder_hours', models.PositiveIntegerField(help_text='0: there is none.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(336)], verbose_name='hours from the first reminder to the automatic approval')),
                ('last_reminder_hours', models.PositiveIntegerField(help_text='0: there is none.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(336)], verbose_name='hours from the last reminder to the automatic approval')),
                ('created_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'policy version',
                'verbose_name_plural': 'policy versions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RefundRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('self_service', 'Self-service refund'), ('ticket', 'Manual refund')], max_length=16, verbose_name='channel')),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('credited', 'Credited'), ('cancelled', 'Cancelled'), ('rejected', 'Rejected')], default='pending', max_length=16, verbose_name='state')),
                ('list_price', models.BigIntegerField(verbose_name='list price')),
                ('coupon', models.BigIntegerField(verbose_name='coupon')),
                ('paid', models.BigIntegerField(verbose_name='amount paid')),
                ('refund_amount', models.BigIntegerField(verbose_name='refund amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('reason', models.CharField(choices=[('not_delivered', 'The vendor cannot deliver'), ('not_as_described', 'The product is not as described'), ('does_not_work', 'The product does not work for me'), ('mistake', 'I bought it by mistake or bought the wrong specification'), ('no_longer_needed', 'I no longer need it'), ('other', 'Another reason'), ('ticket', 'As decided by ticket')], max_length=32, verbose_name='refund reason')),
                ('comment', models.CharField(blank=True, max_length=1000, verbose_name='comment')),
                ('submitted_at', models.DateTimeField(verbose_name='submitted')),
                ('due_at', models.DateTimeField(verbose_name='deadline')),
                ('approves_at_deadline', models.BooleanField(verbose_name='approved automatically at the deadline')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decided_by', models.CharField(blank=True, choices=[('vendor', 'Vendor'), ('deadline', 'Approved automatically at the deadline'), ('operator', 'Operator')], max_length=16, verbose_name='decided by')),
                ('approved_amount', models.BigIntegerField(blank=True, null=True, verbose_name='approved amount')),
                ('commission', models.BigIntegerField(blank=True, null=True, verbose_name='commission returned')),
                ('credit_due_at', models.DateTimeField(blank=True, null=True, verbose_name='credit due')),
                ('credited_at', models.DateTimeField(blank=True, null=True, verbose_name='credited')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled')),
                ('rejection_text', models.CharField(blank=True, max_length=1000, verbose_name='explanation to the buyer')),
                ('first_reminded_of', models.DateTimeField(blank=True, null=True, verbose_name='reminded first of the deadline')),
                ('last_reminded_of', models.DateTimeField(blank=True, null=True, verbose_name='reminded last of the deadline')),
                ('set_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='set aside')),
                ('set_aside_reason', models.CharField(blank=True, max_length=500, verbose_name='set aside because')),
                ('buyer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('decider', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decider')),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_requests', to='orders.instance', verbose_name='instance')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_requests', to='orders.order', verbose_name='order')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.policyversion', verbose_name='policy version')),
                ('vendor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.vendor', verbose_name='vendor')),
                ('rejection_ground', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.rejectionground', verbose_name='ground')),
            ],
            options={
                'verbose_name': 'refund request',
                'verbose_name_plural': 'refund requests',
            },
        ),
        migrations.CreateModel(
            name='RefundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submitted', 'Submitted'), ('cancelled', 'Cancelled'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('credited', 'Credited'), ('offered', 'Partial refund offered'), ('offer_accepted', 'Offer accepted'), ('offer_declined', 'Offer declined'), ('offer_lapsed', 'Offer lapsed'), ('appealed', 'Appealed to the platform'), ('held', 'Put on hold'), ('hold_ended', 'Hold ended'), ('set_aside', 'Set aside'), ('resumed', 'Resumed')], max_length=16, verbose_name='event')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('from_status', models.CharField(blank=True, choices=[('pending', 'Pending'), ('approved', 'Approved'), ('credited', 'Credited'), ('cancelled', 'Cancelled'), ('rejected', 'Rejected')], max_length=16, verbose_name='from')),
                ('to_status', models.CharField(choices=[('pending', 'Pending'), ('approved', 'Approved'), ('credited', 'Credited'), ('cancelled', 'Cancelled'), ('rejected', 'Rejected')], max_length=16, verbose_name='to')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='note')),
                ('actor', models.ForeignKey(blank=True, db_index=False, help_text='Empty: the system.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='refunds.refundrequest', verbose_name='refund request')),
            ],
            options={
                'verbose_name': 'history entry',
                'verbose_name_plural': 'history',
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount offered')),
                ('text', models.CharField(max_length=1000, verbose_name='explanation to the buyer')),
                ('offered_at', models.DateTimeField(verbose_name='offered')),
                ('lapses_at', models.DateTimeField(verbose_name='lapses')),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('lapsed', 'Lapsed'), ('overtaken', 'Overtaken')], default='open', max_length=16, verbose_name='state')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answer', models.CharField(blank=True, max_length=1000, verbose_name="the buyer's answer")),
                ('offered_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offered by')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='refunds.refundrequest', verbose_name='refund request')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('held_at', models.DateTimeField(verbose_name='held')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('held_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='put on hold by')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='refunds.refundrequest', verbose_name='refund request')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
            },
        ),
        migrations.CreateModel(
            name='SweepSwitch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stopped', models.BooleanField(verbose_name='stopped')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('actor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='operator')),
            ],
            options={
                'verbose_name': 'switch of the sweeps',
                'verbose_name_plural': 'switch of the sweeps',
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('manual', 'Manual refund'), ('appeal', 'Appeal to the platform')], max_length=16, verbose_name='kind')),
                ('cause', models.CharField(max_length=32, verbose_name='cause')),
                ('opened_by', models.CharField(choices=[('buyer', 'Buyer'), ('vendor', 'Vendor'), ('operator', 'Operator')], max_length=16, verbose_name='opened by')),
                ('inside', models.BooleanField(verbose_name='inside the refund window')),
                ('description', models.CharField(blank=True, max_length=4000, verbose_name='description')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('paid', models.BigIntegerField(verbose_name='amount paid')),
                ('amount_asked', models.BigIntegerField(verbose_name='amount asked')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('due_at', models.DateTimeField(verbose_name='deadline')),
                ('approves_at_deadline', models.BooleanField(verbose_name='approved automatically at the deadline')),
                ('urged_at', models.DateTimeField(blank=True, null=True, verbose_name='urged')),
                ('vendor_word', models.CharField(blank=True, choices=[('agreed', 'Agreed'), ('declined', 'Declined')], max_length=16, verbose_name="the vendor's word")),
                ('vendor_amount', models.BigIntegerField(blank=True, null=True, verbose_name='amount agreed by the vendor')),
                ('vendor_answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered by the vendor')),
                ('state', models.CharField(choices=[('open', 'Open'), ('approved', 'Approved'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=16, verbose_name='state')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('decision', models.CharField(blank=True, max_length=1000, verbose_name='reason of the decision')),
                ('set_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='set aside')),
                ('set_aside_reason', models.CharField(blank=True, max_length=500, verbose_name='set aside because')),
                ('appealed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='refunds.refundrequest', verbose_name='appealed request')),
                ('buyer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='buyer')),
                ('decider', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decider')),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='orders.instance', verbose_name='instance')),
                ('opener', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opener')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order', verbose_name='order')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.policyversion', verbose_name='policy version')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='refunds.refundrequest', verbose_name='refund request')),
                ('vendor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.vendor', verbose_name='vendor')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('buyer', 'Buyer'), ('vendor', 'Vendor'), ('operator', 'Operator')], max_length=16, verbose_name='party')),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('content_type', models.CharField(max_length=40, verbose_name='type')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('at', models.DateTimeField(verbose_name='time')),
                ('uploader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='refunds.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
            },
        ),
        migrations.CreateModel(
            name='TicketGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('label_en', models.CharField(max_length=200, verbose_name='English')),
                ('label_zh', models.CharField(max_length=200, verbose_name='Chinese')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('offered', models.BooleanField(default=True, verbose_name='can be chosen')),
                ('side', models.CharField(choices=[('for', 'For a refund'), ('against', 'Against a full refund')], max_length=8, verbose_name='speaks')),
            ],
            options={
                'verbose_name': 'ground of a ticket',
                'verbose_name_plural': 'grounds of tickets',
                'ordering': ('position', 'id'),
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['for', 'against'])), name='ticket_ground_side_known')],
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='decision_ground',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.ticketground', verbose_name='ground of the decision'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='ground',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.ticketground', verbose_name='ground'),
        ),
        migrations.CreateModel(
            name='TicketMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(blank=True, choices=[('buyer', 'Buyer'), ('vendor', 'Vendor'), ('operator', 'Operator')], max_length=16, verbose_name='party')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('text', models.CharField(max_length=4000, verbose_name='message')),
                ('author', models.ForeignKey(blank=True, db_index=False, help_text='Empty: the system.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='refunds.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__isnull', True), ('effective_from__gte', models.F('created_at')), _connector='OR'), name='policyversion_never_back_dated'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('created_at__isnull', True), ('created_by__isnull', True)), models.Q(('created_at__isnull', False), ('created_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='policyversion_says_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('delivery_type__in', ['saas', 'service', 'api', 'image'])), name='policy_delivery_type_known'),
        ),
        migrations.AddConstraint(
            model_name='refundevent',
            constraint=models.CheckConstraint(condition=models.Q(('from_status__in', ('', 'pending', 'approved', 'credited', 'cancelled', 'rejected')), ('kind__in', ['submitted', 'cancelled', 'approved', 'rejected', 'credited', 'offered', 'offer_accepted', 'offer_declined', 'offer_lapsed', 'appealed', 'held', 'hold_ended', 'set_aside', 'resumed']), ('to_status__in', ['pending', 'approved', 'credited', 'cancelled', 'rejected'])), name='event_words_known'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(models.F('lapses_at'), models.F('id'), condition=models.Q(('state', 'open')), name='offers_open'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('request',), name='one_open_offer'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='offer_is_of_something'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='offer_explains_itself'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(('answered_at__isnull', False), ('state__in', ('accepted', 'declined', 'lapsed', 'overtaken'))), _connector='OR'), name='offer_ended_says_when'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(models.F('ends_at'), models.F('id'), condition=models.Q(('ended_at__isnull', True)), name='holds_open'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('held_at'))), name='hold_lasts'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hold_says_why'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('ended_at__gte', models.F('held_at')), ('ended_at__lte', models.F('ends_at'))), _connector='OR'), name='hold_ends_in_its_time'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('request',), name='one_hold'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('buyer'), models.OrderBy(models.F('id'), descending=True), name='refunds_of_buyer'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('vendor'), models.F('status'), models.OrderBy(models.F('id'), descending=True), name='refunds_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('vendor'), models.F('due_at'), models.F('id'), condition=models.Q(('status', 'pending')), name='vendor_queue'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('id'), condition=models.Q(('set_aside_at__isnull', False)), name='set_aside'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('approves_at_deadline', True), ('set_aside_at__isnull', True), ('status', 'pending')), name='approvals_due'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(django.db.models.functions.comparison.NullIf('due_at', 'first_reminded_of'), models.F('id'), condition=models.Q(('approves_at_deadline', True), ('set_aside_at__isnull', True), ('status', 'pending')), name='first_reminders'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(django.db.models.functions.comparison.NullIf('due_at', 'last_reminded_of'), models.F('id'), condition=models.Q(('approves_at_deadline', True), ('set_aside_at__isnull', True), ('status', 'pending')), name='last_reminders'),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(models.F('credit_due_at'), models.F('id'), condition=models.Q(('set_aside_at__isnull', True), ('status', 'approved')), name='credits_due'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('pending', 'approved', 'credited'))), fields=('instance',), name='one_standing_request_per_instance'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('coupon__gte', 0), ('paid', django.db.models.expressions.CombinedExpression(models.F('list_price'), '-', models.F('coupon'))), ('refund_amount__gt', 0), ('refund_amount__lte', models.F('paid'))), name='quote_returns_at_most_what_was_paid'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_amount__isnull', True), ('commission__isnull', True)), models.Q(('approved_amount__gt', 0), ('approved_amount__isnull', False), ('approved_amount__lte', models.F('paid')), ('commission__gte', 0), ('commission__isnull', False), ('commission__lte', models.F('approved_amount'))), _connector='OR'), name='approved_at_most_what_was_paid'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('decider__isnull', True), ('status__in', ('pending', 'cancelled'))), models.Q(('decided_at__isnull', False), ('decided_by', 'deadline'), ('decider__isnull', True), ('status__in', ('approved', 'credited'))), models.Q(('decided_at__isnull', False), ('decided_by__in', ('vendor', 'operator')), ('decider__isnull', False), ('status__in', ('approved', 'credited', 'rejected'))), _connector='OR'), name='decided_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_amount__isnull', False), ('credit_due_at__isnull', False), ('status__in', ('approved', 'credited'))), models.Q(('approved_amount__isnull', True), ('credit_due_at__isnull', True), ('status__in', ('pending', 'cancelled', 'rejected'))), _connector='OR'), name='approved_says_how_much_and_when'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credited_at__isnull', False), ('status', 'credited')), models.Q(models.Q(('status', 'credited'), _negated=True), ('credited_at__isnull', True)), _connector='OR'), name='credited_says_when'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancelled_at__isnull', True)), _connector='OR'), name='cancelled_says_when'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rejection_ground__isnull', False), ('status', 'rejected'), models.Q(('rejection_text', ''), _negated=True)), models.Q(models.Q(('status', 'rejected'), _negated=True), ('rejection_ground__isnull', True), ('rejection_text', '')), _connector='OR'), name='rejected_says_why'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['self_service', 'ticket'])), name='refund_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['not_delivered', 'not_as_described', 'does_not_work', 'mistake', 'no_longer_needed', 'other', 'ticket'])), name='refund_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='sweepswitch',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='switch_says_why'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('buyer'), models.OrderBy(models.F('id'), descending=True), name='tickets_of_buyer'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('vendor'), models.F('state'), models.OrderBy(models.F('id'), descending=True), name='tickets_of_vendor'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('state', 'open')), name='tickets_open'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(models.F('id'), condition=models.Q(('set_aside_at__isnull', False)), name='tickets_aside'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('instance',), name='one_open_ticket'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('appealed', 'cause'), name='one_appeal_per_request_and_cause'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('amount_asked__gt', 0), ('amount_asked__lte', models.F('paid'))), name='ticket_asks_at_most_what_was_paid'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appealed__isnull', True), ('kind', 'manual'), models.Q(('cause__in', ('late_step', 'send_backs', 'rejected', 'unanswered', 'offers_declined')), _negated=True)), models.Q(('appealed__isnull', True), ('cause__in', ('late_step', 'send_backs')), ('kind', 'appeal')), models.Q(('appealed__isnull', False), ('cause__in', ('rejected', 'unanswered', 'offers_declined')), ('kind', 'appeal')), _connector='OR'), name='appeal_is_against_something'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'manual'), models.Q(('approves_at_deadline', False), models.Q(models.Q(('state', 'approved'), _negated=True), ('decider__isnull', False), _connector='OR')), _connector='OR'), name='appeal_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_by', 'buyer'), ('opener', models.F('buyer'))), models.Q(('cause', 'offers_declined'), ('opened_by', 'vendor'), models.Q(('opener', models.F('buyer')), _negated=True), models.Q(('description', ''), _negated=True)), _connector='OR'), name='vendor_opens_after_declined_offers'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state__in', ('approved', 'declined', 'withdrawn'))), _connector='OR'), name='ticket_closed_says_when'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refund__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('refund__isnull', True)), _connector='OR'), name='ticket_approved_has_a_refund'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decider__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='ticket_declined_says_why'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vendor_amount__isnull', True), ('vendor_answered_at__isnull', True), ('vendor_word', '')), models.Q(('vendor_amount__isnull', True), ('vendor_answered_at__isnull', False), ('vendor_word', 'declined')), models.Q(('vendor_amount__gt', 0), ('vendor_amount__isnull', False), ('vendor_amount__lte', models.F('paid')), ('vendor_answered_at__isnull', False), ('vendor_word', 'agreed')), _connector='OR'), name='vendor_word_is_whole'),
        ),
    ]
