"""Keeping evidence with a ticket, within what one ticket may hold."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError
from people.models import User
from refunds.evidence import Sound
from refunds.models import Evidence, Party, Ticket


class TooMuchEvidence(DomainError):
    """One ticket holds only so much."""

    code = "too_much_evidence"
    sentence = _("A ticket holds up to %(files)s files and %(most)s MB in all.")


def attach(
    ticket: Ticket, files: Sequence[Sound], *, uploader: User, party: Party, now: datetime
) -> None:
    """Keep files that have been judged. Raises `TooMuchEvidence`. The ticket is locked."""
    if not files:
        return
    held = ticket.evidence.aggregate(files=Count("id"), size=Sum("size"))
    size = (held["size"] or 0) + sum(len(file.content) for file in files)
    most_files, most_bytes = settings.EVIDENCE_TICKET_FILES, settings.EVIDENCE_TICKET_BYTES
    if held["files"] + len(files) > most_files or size > most_bytes:
        raise TooMuchEvidence(files=most_files, most=most_bytes // 1024**2)
    Evidence.objects.bulk_create(
        Evidence(
            ticket=ticket,
            uploader=uploader,
            party=party,
            name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
            at=now,
        )
        for file in files
    )
