
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('inbox', 'Inbox'), ('mail', 'Mail')], max_length=8, verbose_name='way')),
                ('kind', models.CharField(max_length=64, verbose_name='kind')),
                ('key', models.CharField(max_length=120, verbose_name='about')),
                ('params', models.JSONField(default=dict, verbose_name='details')),
                ('path', models.CharField(max_length=300, verbose_name='page')),
                ('created_at', models.DateTimeField(verbose_name='time')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                ('recipient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(models.F('recipient'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('channel', 'inbox')), name='inbox'), models.Index(models.F('recipient'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('channel', 'inbox'), ('read_at__isnull', True)), name='unread'), models.Index(models.F('next_try_at'), models.F('id'), condition=models.Q(('next_try_at__isnull', False)), name='mails_due'), models.Index(models.F('id'), condition=models.Q(('given_up_at__isnull', False)), name='mails_given_up')],
                'constraints': [models.UniqueConstraint(fields=('key', 'kind', 'recipient', 'channel'), name='told_once'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'inbox'), ('given_up_at__isnull', True), ('next_try_at__isnull', True), ('sent_at__isnull', True)), models.Q(('channel', 'mail'), ('read_at__isnull', True)), _connector='OR'), name='notice_fits_its_channel'), models.CheckConstraint(condition=models.Q(models.Q(('next_try_at__isnull', True), ('sent_at__isnull', True)), models.Q(('given_up_at__isnull', True), ('sent_at__isnull', True)), models.Q(('given_up_at__isnull', True), ('next_try_at__isnull', True)), _connector='OR'), name='mail_has_one_fate'), models.CheckConstraint(condition=models.Q(('path__startswith', '/'), models.Q(('path__startswith', '//'), _negated=True)), name='notice_leads_into_the_portal')],
            },
        ),
        migrations.CreateModel(
            name='Unwanted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64, verbose_name='kind')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='unwanted_notices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'unwanted mail',
                'verbose_name_plural': 'unwanted mails',
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='unwanted_once')],
            },
        ),
    ]
