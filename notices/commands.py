"""Telling people, and what they do with what they are told (R16)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from kernel.transactions import require_transaction
from notices.kinds import kind_of
from notices.models import Channel, Notice, Unwanted
from people.models import User

logger = logging.getLogger(__name__)

# Mails that one run claims at once; while it sends them nobody else does.
BATCH = 100
# How long after a failed attempt a mail is tried again; after the last it waits for an operator.
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440, 1440))

Send = Callable[[Notice], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is to be told; `key` is what it is about, `path` the page to open."""

    recipient_id: int
    kind: str
    key: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)


def notify(messages: Iterable[Message], *, now: datetime) -> None:
    """Put each message into the inbox, and into the mail unless it is unwanted.

    What was told already under the same key is not told again. Requires a transaction: who
    is told of something is told if, and only if, it has happened.
    """
    require_transaction()
    told = list(messages)
    unwanted = set(
        Unwanted.objects.filter(
            user_id__in={message.recipient_id for message in told},
            kind__in={message.kind for message in told},
        ).values_list("user_id", "kind")
    )
    Notice.objects.bulk_create(
        (
            _notice(message, channel, now)
            for message in told
            for channel in Channel
            if channel != Channel.MAIL or _is_mailed(message, unwanted)
        ),
        ignore_conflicts=True,
    )


def _is_mailed(message: Message, unwanted: set[tuple[int, str]]) -> bool:
    is_unwanted = (message.recipient_id, message.kind) in unwanted
    return kind_of(message.kind).essential or not is_unwanted


def _notice(message: Message, channel: Channel, now: datetime) -> Notice:
    return Notice(
        recipient_id=message.recipient_id,
        channel=channel,
        kind=message.kind,
        key=message.key,
        params=message.params,
        path=message.path,
        created_at=now,
        next_try_at=now if channel == Channel.MAIL else None,
    )


def mark_read(*, reader: User, now: datetime, notice_ids: Iterable[int] | None = None) -> int:
    """Mark notices of the reader's inbox as read, all of them where none are named; how many."""
    unread = Notice.objects.filter(recipient=reader, channel=Channel.INBOX, read_at__isnull=True)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=now)


def choose_mails(*, user: User, unwanted: Iterable[str]) -> None:
    """Keep which kinds this person does not want by mail. Opens a transaction."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        Unwanted.objects.filter(user=user).delete()
        Unwanted.objects.bulk_create(
            Unwanted(user=user, kind=kind)
            for kind in sorted(set(unwanted))
            if not kind_of(kind).essential
        )


def send_mails(*, send: Send, now: datetime, size: int = BATCH) -> int:
    """Send what is due, oldest first; how many were sent.

    Each is claimed in a short transaction and sent after it, so that a mail server that is
    slow or down holds up nothing. `send` may raise `OSError`, which includes every error of
    SMTP: the mail is tried again later. A worker that dies in between leaves it to the next.
    """
    claimed = _claim(now, size)
    sent = 0
    for notice in claimed:
        try:
            if notice.recipient.is_active:
                send(notice)
        except OSError as error:
            logger.warning("notice %s could not be mailed", notice.pk, exc_info=True)
            said = f"{type(error).__name__}: {error}"[:500]
            Notice.objects.filter(pk=notice.pk).update(error=said)
        else:
            Notice.objects.filter(pk=notice.pk).update(sent_at=now, next_try_at=None, error="")
            sent += 1
    return sent


def _claim(now: datetime, size: int) -> list[Notice]:
    """Mails that are due, put off so that nobody else sends them at the same time."""
    with transaction.atomic():
        claimed = list(
            Notice.objects.filter(next_try_at__lte=now)
            .select_related("recipient")
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .order_by("next_try_at", "id")[:size]
        )
        for notice in claimed:
            pause = AGAIN_AFTER[notice.attempts] if notice.attempts < len(AGAIN_AFTER) else None
            notice.attempts += 1
            notice.next_try_at = now + pause if pause else None
        Notice.objects.bulk_update(claimed, ["attempts", "next_try_at"])
    return claimed


def try_again(*, notice_ids: Iterable[int], now: datetime) -> int:
    """Mail again what was given up; how many."""
    given_up = Notice.objects.filter(
        pk__in=list(notice_ids), channel=Channel.MAIL, sent_at__isnull=True
    )
    return given_up.update(next_try_at=now, attempts=0)
