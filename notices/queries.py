"""What somebody was told."""

from datetime import datetime

from django.db.models import QuerySet

from notices.kinds import Kind, kinds
from notices.models import Channel, Notice, Unwanted
from people.models import User
from people.queries import vendor_ids_of

# Beyond this many the badge says "99+".
COUNTED = 100


def inbox_of(reader: User) -> QuerySet[Notice]:
    """The reader's notices in the portal."""
    return Notice.objects.filter(recipient=reader, channel=Channel.INBOX)


def unread_of(reader: User) -> QuerySet[Notice]:
    """Those of them that the reader has not opened."""
    return inbox_of(reader).filter(read_at__isnull=True)


def unread_count(reader: User) -> int:
    """How many of them are unread, counted up to `COUNTED`."""
    return unread_of(reader)[:COUNTED].count()


def mails_due(now: datetime) -> QuerySet[Notice]:
    """What has to be mailed, the longest due first."""
    return Notice.objects.filter(next_try_at__lte=now).order_by("next_try_at", "id")


def mails_given_up() -> QuerySet[Notice]:
    """What waits for an operator."""
    return Notice.objects.filter(given_up_at__isnull=False)


def unwanted_by(user: User) -> set[str]:
    """The kinds that this person does not want by mail."""
    return set(Unwanted.objects.filter(user=user).values_list("kind", flat=True))


def kinds_for(user: User) -> list[Kind]:
    """What this person may be told: a vendor's news only if they act for one."""
    acts_for_a_vendor = bool(vendor_ids_of(user))
    return [kind for kind in kinds() if acts_for_a_vendor or not kind.for_vendor]
