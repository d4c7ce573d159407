"""Sending the mails that are due, each at least once (R16)."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from kernel.errors import DomainError, NotFound
from notices.models import Notice
from people.models import User

logger = logging.getLogger(__name__)

# How long after a failed attempt a mail is tried again; after the last it waits for an operator.
# The first is longer than one mail can take, so that nobody else sends it meanwhile.
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 30, 120, 480, 1440, 1440))
# What a mail server says about one mail; every other `OSError` is about the server.
ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError)

# A person may be waiting. Without a policy of ours, or with `retry=False`, a broker that is down
# costs seconds; the one retry is for a connection that has gone stale.
ONCE_MORE = {"max_retries": 1, "interval_start": 0}

Send = Callable[[Notice], None]


class NotGivenUp(DomainError):
    """The mail is on its way already, or was sent."""

    code = "not_given_up"
    sentence = _("This mail has not been given up, or is being tried again already.")


def queue_mails() -> None:
    """Ask a worker to send what is due; without a broker, beat asks within a minute."""
    try:
        current_app.send_task(
            "notices.tasks.send_mails",
            expires=settings.SWEEP_SECONDS,
            retry_policy=ONCE_MORE,
            ignore_result=True,
        )
    except OperationalError as error:
        logger.warning("mails wait for the next sweep: %s", error)


def send_next(*, send: Send, now: datetime) -> bool:
    """Send the mail that has been due longest; False where none is due.

    It is claimed in a short transaction and sent after it, so that a mail server that is slow
    or down holds up nothing. A worker that dies in between leaves it to a later one. What is
    about this mail alone is noted beside it, and it is tried again later. Raises `OSError`
    where the server fails, with which it makes no sense to go on.
    """
    notice = _claim(now)
    if notice is None:
        return False
    try:
        if notice.recipient.is_active:
            send(notice)
    except ABOUT_ONE_MAIL as error:
        # The log gets no mail addresses, which a refusal quotes.
        logger.warning("notice %s was refused: %s", notice.pk, type(error).__name__)
        _note(notice, error)
    except OSError as error:
        _note(notice, error)
        raise
    except Exception as error:
        # A mail that cannot be written must not keep the others waiting.
        logger.exception("notice %s cannot be made into a mail", notice.pk)
        _note(notice, error)
    else:
        _close(notice, now)
    return True


def _claim(now: datetime) -> Notice | None:
    """A mail that is due, put off so that nobody else sends it at the same time."""
    with transaction.atomic():
        notice = (
            Notice.objects.filter(next_try_at__lte=now)
            .select_related("recipient")
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .order_by("next_try_at", "id")
            .first()
        )
        if notice is None:
            return None
        is_last = notice.attempts >= len(AGAIN_AFTER)
        notice.next_try_at = None if is_last else now + AGAIN_AFTER[notice.attempts]
        notice.given_up_at = now if is_last else None
        notice.attempts += 1
        notice.save(update_fields=["attempts", "next_try_at", "given_up_at"])
    return notice


def _note(notice: Notice, error: Exception) -> None:
    said = f"{type(error).__name__}: {error}"[:500]
    Notice.objects.filter(pk=notice.pk).update(error=said)


def _close(notice: Notice, now: datetime) -> None:
    """It was sent; or it never will be, because its reader's account is closed."""
    sent_at = now if notice.recipient.is_active else None
    Notice.objects.filter(pk=notice.pk).update(
        sent_at=sent_at, next_try_at=None, given_up_at=None, error=""
    )


def try_again(*, notice_ids: Iterable[int], actor: User, now: datetime) -> int:
    """Mail what was given up, from the first attempt on; how many.

    Opens a transaction. Raises `NotFound` for anybody but an operator, and `NotGivenUp` where
    none of these was given up.
    """
    if not actor.is_staff:
        raise NotFound
    with transaction.atomic():
        given_up = Notice.objects.filter(pk__in=list(notice_ids), given_up_at__isnull=False)
        count = given_up.update(next_try_at=now, given_up_at=None, attempts=0)
        if not count:
            raise NotGivenUp
        transaction.on_commit(queue_mails, robust=True)
    return count
