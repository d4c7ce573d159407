"""How allauth behaves here: its words, its mails, and who may do what."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel.trouble import trouble_page
from people.devices import device_name
from people.models import User

logger = logging.getLogger(__name__)

# A pending address that its owner drops is nothing to warn about.
UNSAID = {"account/email/email_deleted"}
SECONDS_PER_HOUR = 3_600


class AccountAdapter(DefaultAccountAdapter):
    """People come from the marketplace; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This mail address and this password do not belong together. Check both, "
            "or choose “Forgot your password?”."
        ),
        "too_many_login_attempts": _(
            "Too many attempts in a row. Wait a few minutes, then try again."
        ),
        "rate_limited": _("Too many attempts in a row. Wait a few minutes, then try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your current password."),
        "duplicate_email": _("This is the mail address of your account already."),
        "account_inactive": _("This account is closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account" if self.request.user.is_authenticated else "account_login")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make the address the person's own; False, with a message, where it has become
        another's since the mail was sent.
        """
        taken = User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id)
        try:
            with transaction.atomic():
                if not taken.exists():
                    return super().confirm_email(request, email_address)
        except IntegrityError:
            logger.info("a mail address was taken while it was being confirmed")
        self.add_message(
            request,
            messages.ERROR,
            "account/messages/email_confirmation_failed.txt",
            {"email": email_address.email},
        )
        return False

    # --- mails: written once, as text; the HTML beside it is made from that

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send at once: the reader waits for it. Ends in a page that says so where it fails."""
        home = self.request.build_absolute_uri(reverse("landing"))
        reset_url = self.request.build_absolute_uri(reverse("account_reset_password"))
        about = {
            "email": email,
            "home": home,
            "reset_url": reset_url,
            "confirm_days": settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
        }
        mail = self.render_mail(template_prefix, email, about | context)
        try:
            mail.send()
        except OSError as error:
            logger.exception("a mail could not be sent: %s", template_prefix)
            page = trouble_page(self.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from error

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The mail in the language of the request: who asks is who reads it."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        text = render_to_string(f"{template_prefix}_message.txt", context).strip()
        to = [email] if isinstance(email, str) else email
        mail = EmailMultiAlternatives(subject, text, self.get_from_email(), to, headers=headers)
        frame = {"subject": subject, "text": text, **context}
        mail.attach_alternative(render_to_string("account/email/frame.html", frame), "text/html")
        return mail

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        hours = settings.PASSWORD_RESET_TIMEOUT // SECONDS_PER_HOUR
        super().send_password_reset_mail(user, email, context | {"hours": hours})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the person what was changed. It has been changed, whether or not mail works."""
        if template_prefix in UNSAID:
            return
        device = device_name(self.get_http_user_agent(self.request))
        try:
            super().send_notification_mail(
                template_prefix, user, {"device": device} | (context or {}), email
            )
        except ImmediateHttpResponse:
            logger.warning("a person was not told of a change: %s", template_prefix)


class MFAAdapter(DefaultMFAAdapter):
    """Two-step verification, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or it was used already. Wait for the next one and try again."
        ),
        "cannot_generate_recovery_codes": _("Turn two-step verification on first."),
    }
