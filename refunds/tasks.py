"""What beat asks for and a worker does: one command, again while batches come back full."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from refunds import commands

logger = logging.getLogger(__name__)


@shared_task(name="refunds.tasks.approve_due")
def approve_due() -> None:
    """Approve every request whose deadline has passed (R6)."""
    _until_done("approved", commands.approve_due)


@shared_task(name="refunds.tasks.credit_due")
def credit_due() -> None:
    """Post every credit that is due (R13)."""
    _until_done("credited", commands.credit_due)


def _until_done(what: str, sweep: Callable[..., commands.Swept]) -> None:
    while True:
        swept = sweep(now=timezone.now())
        if swept.done or swept.set_aside:
            logger.info("%s %s, set aside %s", what, swept.done, swept.set_aside)
        if not swept.full:
            return
