"""What beat asks for and a worker does: one command, again while batches come back full."""

import logging

from celery import shared_task
from django.utils import timezone

from kernel.sweeps import until_done
from refunds import commands
from refunds.commands import tickets

logger = logging.getLogger(__name__)


@shared_task(name="refunds.tasks.approve_due")
def approve_due() -> None:
    """Approve every request whose deadline has passed (R6)."""
    until_done("approved", commands.approve_due)


@shared_task(name="refunds.tasks.credit_due")
def credit_due() -> None:
    """Post every credit that is due (R13)."""
    until_done("credited", commands.credit_due)


@shared_task(name="refunds.tasks.lapse_due")
def lapse_due() -> None:
    """Let every offer lapse that nobody answered in time (R4)."""
    until_done("lapsed", commands.lapse_due)


@shared_task(name="refunds.tasks.end_holds_due")
def end_holds_due() -> None:
    """Note every hold that has come to its end (R8)."""
    until_done("released", commands.end_holds_due)


@shared_task(name="refunds.tasks.approve_due_tickets")
def approve_due_tickets() -> None:
    """Approve every ticket that the clock decides and whose deadline has passed (R3, R8)."""
    until_done("approved by ticket", tickets.approve_due_tickets)


@shared_task(name="refunds.tasks.remind_due")
def remind_due() -> None:
    """Remind vendors of what will be approved automatically before long (R16)."""
    now = timezone.now()
    if reminded := commands.remind_due(now=now):
        logger.info("reminded of %s requests", reminded)
    if reminded := tickets.remind_of_tickets(now=now):
        logger.info("reminded of %s tickets", reminded)
