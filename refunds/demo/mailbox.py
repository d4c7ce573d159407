"""The demo's mails, which reach nobody: its people have no mailboxes."""

from datetime import datetime

from notices.commands import mark_read, send_next
from notices.models import Notice
from notices.queries import inbox_of
from refunds.demo.catalogue import person


def deliver(now: datetime) -> None:
    """Count as sent what the story has to mail up to this moment."""
    while send_next(send=_drop, now=now):
        pass


def read_inbox(email: str, now: datetime) -> None:
    """Let somebody have read all that they have been told."""
    reader = person(email)
    newest = inbox_of(reader).order_by("-id").first()
    if newest:
        mark_read(reader=reader, up_to=newest.pk, now=now)


def _drop(notice: Notice) -> None:
    """As good as sent."""
