"""What beat asks for and a worker does about people."""

import logging

from celery import shared_task
from django.utils import timezone

from people import commands
from people.mails import send_invitation

logger = logging.getLogger(__name__)


@shared_task(name="people.tasks.mail_invitations")
def mail_invitations() -> None:
    """Write to those who are invited to act for a vendor."""
    if sent := commands.mail_invitations(send=send_invitation, now=timezone.now()):
        logger.info("mailed %s invitations", sent)
