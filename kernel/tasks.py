"""What beat asks for and a worker does, to show that both are at work."""

from celery import shared_task
from django.utils import timezone

from kernel import commands
from kernel.health import TIMED_WORK


@shared_task(name="kernel.tasks.heartbeat")
def heartbeat() -> None:
    """Record that beat has sent this and a worker has done it."""
    commands.beat(name=TIMED_WORK, now=timezone.now())
