"""What beat asks for and a worker does: one command, again while batches come back full."""

from celery import shared_task

from kernel.sweeps import until_done
from orders import commands


@shared_task(name="orders.tasks.accept_due")
def accept_due() -> None:
    """Accept every service whose time to answer has passed (R11)."""
    until_done("accepted", commands.accept_due)


@shared_task(name="orders.tasks.remind_due")
def remind_due() -> None:
    """Remind the buyers of services that will be accepted soon (R16)."""
    until_done("reminded", commands.remind_due)
