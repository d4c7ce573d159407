"""What beat and finished commands ask for, and a worker does: sending the mails that are due."""

import logging
import time

from celery import shared_task
from django.utils import timezone

from kernel.locks import alone
from notices import commands
from notices.mails import mail_server
from notices.queries import mails_due

logger = logging.getLogger(__name__)

# Then the worker turns to what else waits, and goes on afterwards.
RUN_SECONDS = 30.0


@shared_task(name="notices.tasks.send_mails")
def send_mails() -> None:
    """Send what is due, over one connection; stop at once where the server fails.

    One run at a time in all workers: however slow the mail server is, it keeps one process
    busy at most, and the others sweep.
    """
    if not mails_due(timezone.now()).exists():
        return
    with alone("notices.send_mails") as is_alone:
        more = is_alone and _send_some()
    if more:
        commands.queue_mails()


def _send_some() -> bool:
    """Send for as long as a run may take; whether it left any that could be sent."""
    handled, until = 0, time.monotonic() + RUN_SECONDS
    try:
        with mail_server() as send:
            while commands.send_next(send=send, now=timezone.now()):
                handled += 1
                if time.monotonic() > until:
                    return True
    except OSError as error:
        logger.warning("the mail server fails, mails wait: %s", type(error).__name__)
    finally:
        if handled:
            logger.info("handled %s mails", handled)
    return False
