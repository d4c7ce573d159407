"""What somebody must be told (R16): a row for each recipient and channel."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    MAIL = "mail", _("Mail")


class Notice(models.Model):
    """One thing told to one person by one channel, written in the transaction that makes it so.

    `kind` says which words (see `notices.kinds`), `params` what fills them in, `key` what it
    is about (`refund:12`): the same thing is told once. A mail is due at `next_try_at` until
    it is sent, or given up, which an operator may take back. One that is none of these was for
    somebody whose account is closed.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="notices",
        db_index=False,
        verbose_name=_("recipient"),
    )
    channel = models.CharField(_("way"), max_length=8, choices=Channel)
    kind = models.CharField(_("kind"), max_length=64)
    key = models.CharField(_("about"), max_length=120)
    params = models.JSONField(_("details"), default=dict)
    path = models.CharField(_("page"), max_length=300)
    created_at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = (
            models.Index(
                "recipient", F("id").desc(), name="inbox", condition=Q(channel=Channel.INBOX)
            ),
            models.Index(
                "recipient",
                F("id").desc(),
                name="unread",
                condition=Q(channel=Channel.INBOX, read_at__isnull=True),
            ),
            models.Index(
                "next_try_at", "id", name="mails_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index("id", name="mails_given_up", condition=Q(given_up_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("key", "kind", "recipient", "channel"), name="told_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    channel=Channel.INBOX,
                    sent_at__isnull=True,
                    next_try_at__isnull=True,
                    given_up_at__isnull=True,
                )
                | Q(channel=Channel.MAIL, read_at__isnull=True),
                name="notice_fits_its_channel",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, next_try_at__isnull=True)
                | Q(sent_at__isnull=True, given_up_at__isnull=True)
                | Q(next_try_at__isnull=True, given_up_at__isnull=True),
                name="mail_has_one_fate",
            ),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"),
                name="notice_leads_into_the_portal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Unwanted(models.Model):
    """A kind of notice that somebody does not want by mail; the inbox has it all the same."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="unwanted_notices",
        db_index=False,
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=64)

    class Meta:
        verbose_name = _("unwanted mail")
        verbose_name_plural = _("unwanted mails")
        constraints = (models.UniqueConstraint(fields=("user", "kind"), name="unwanted_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.kind}"
