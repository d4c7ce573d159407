"""What somebody was told."""

from django.db.models import QuerySet

from notices.models import Channel, Notice, Unwanted
from people.models import User

# Beyond this many the badge says "99+".
COUNTED = 100


def inbox_of(reader: User) -> QuerySet[Notice]:
    """The reader's notices in the portal."""
    return Notice.objects.filter(recipient=reader, channel=Channel.INBOX)


def unread_count(reader: User) -> int:
    """How many of them are unread, counted up to `COUNTED`."""
    return inbox_of(reader).filter(read_at__isnull=True)[:COUNTED].count()


def unwanted_by(user: User) -> set[str]:
    """The kinds that this person does not want by mail."""
    return set(Unwanted.objects.filter(user=user).values_list("kind", flat=True))
