"""What people do with what they are told (R16)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kernel.errors import NotFound
from notices.kinds import kind_of
from notices.models import Channel, Notice, Unwanted
from people.models import User


def open_notice(*, reader: User, notice_id: int, now: datetime) -> str:
    """Mark the notice as read, and say which page it leads to.

    One that came by mail is read in the inbox by this, too. Raises `NotFound` for somebody
    else's.
    """
    notice = Notice.objects.filter(pk=notice_id, recipient=reader).first()
    if notice is None:
        raise NotFound
    same = Notice.objects.filter(
        key=notice.key, kind=notice.kind, recipient=reader, channel=Channel.INBOX
    )
    same.filter(read_at__isnull=True).update(read_at=now)
    return notice.path


def mark_read(*, reader: User, up_to: int, now: datetime) -> int:
    """Mark as read what the inbox holds up to the notice with this id; how many it was.

    What has come since, its reader has not seen.
    """
    unread = Notice.objects.filter(recipient=reader, channel=Channel.INBOX, read_at__isnull=True)
    return unread.filter(pk__lte=up_to).update(read_at=now)


def choose_mails(*, user: User, wanted: Mapping[str, bool]) -> None:
    """Keep whether this person wants these kinds by mail; other kinds stay as they are.

    An essential kind is mailed whatever is said here. Opens a transaction.
    """
    chosen = {code: yes for code, yes in wanted.items() if not kind_of(code).essential}
    with transaction.atomic():
        # Two forms sent at once come one after the other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        Unwanted.objects.filter(user=user, kind__in=chosen).delete()
        Unwanted.objects.bulk_create(
            Unwanted(user=user, kind=code) for code, yes in chosen.items() if not yes
        )
