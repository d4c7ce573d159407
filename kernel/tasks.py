"""What beat asks for and a worker does, to show that both are at work."""

import logging

from celery import shared_task
from django.utils import timezone

from kernel import commands
from kernel.health import OK, TIMED_WORK, level_of, report_of_apps

logger = logging.getLogger(__name__)


@shared_task(name="kernel.tasks.heartbeat")
def heartbeat() -> None:
    """Record that beat has sent this and a worker has done it; warn of what is the matter.

    Here and not at a probe, since nobody knows how often, and of how many processes, it asks.
    """
    now = timezone.now()
    commands.beat(name=TIMED_WORK, now=now)
    for part, said in report_of_apps(now=now).items():
        if said != OK:
            logger.log(level_of(part), "%s: %s", part, said)
