"""The Celery application: a worker and a beat that do the timed work."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import setup_logging
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport.redis import Channel, Transport
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


class ForgetfulChannel(Channel):
    """Lets go of the messages that it holds when its connection is lost.

    Kombu (5.7) would put them back, and acknowledge them when their tasks are done, without a
    connection to do it with, and the worker would end. Nothing needs them: what is due is found
    in the database.
    """

    do_restore = False

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: FBT001, FBT002
        if not self.closed:
            super().basic_ack(delivery_tag, multiple=multiple)


Transport.Channel = ForgetfulChannel
