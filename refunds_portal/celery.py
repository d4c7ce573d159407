"""The Celery application: a worker and a beat that do the timed work."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import setup_logging
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from structlog.contextvars import bind_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")

app = Celery("refunds_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def leave_logging_to_the_settings(**_: Any) -> None:
    """Celery sets no handlers up where somebody answers this: Django has done it."""


@receiver(bind_extra_task_metadata)
def name_the_task(task: Task, **_: Any) -> None:
    """Let every line of a task say which task it is."""
    bind_contextvars(task=task.name)
