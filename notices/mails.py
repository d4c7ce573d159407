"""Notices as mails, in the language of whoever reads them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import translation

from notices.commands import Send
from notices.kinds import words_of
from notices.models import Notice


@contextmanager
def mail_server() -> Iterator[Send]:
    """Sends over one connection, which lasts for the block. Raises `OSError`."""
    server = get_connection()
    server.open()
    try:
        yield partial(_send, server)
    finally:
        # A server that has gone away needs no goodbye.
        with suppress(OSError):
            server.close()


def _send(server: BaseEmailBackend, notice: Notice) -> None:
    mail = mail_of(notice)
    mail.connection = server
    mail.send()


def mail_of(notice: Notice) -> EmailMultiAlternatives:
    """The mail with its text and its HTML.

    The link goes by the notice, so that following it marks the notice as read. The Message-ID
    stays the same however often the mail is sent.
    """
    host = urlsplit(settings.SITE_URL).hostname
    headers = {
        "Message-ID": f"<notice.{notice.pk}@{host}>",
        "List-Id": f"<notices.{host}>",
        "Auto-Submitted": "auto-generated",
    }
    with translation.override(notice.recipient.language or settings.LANGUAGE_CODE):
        words = words_of(notice.kind, notice.params)
        context = {
            "words": words,
            "action": words.action,
            "home": settings.SITE_URL + reverse("landing"),
            "notice_url": settings.SITE_URL + reverse("notice", args=[notice.pk]),
            "preferences_url": settings.SITE_URL + reverse("mail_preferences"),
        }
        to = notice.recipient.email
        return get_adapter().render_mail("notices/email/notice", to, context, headers=headers)
