"""The Celery application: a worker and a beat that do the timed work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")

app = Celery("refunds_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
