"""Mails that nobody waits for; who waits for one gets it from the adapter, at once."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from people.models import Invitation, User


def send_invitation(invitation: Invitation, person: User) -> None:
    """Tell somebody that a vendor invites them. Raises `OSError`."""
    context = {
        "invitation": invitation,
        "person": person,
        "home": settings.SITE_URL + reverse("landing"),
        "account_url": settings.SITE_URL + reverse("account"),
    }
    with translation.override(person.language or settings.LANGUAGE_CODE):
        mail = get_adapter().render_mail("people/email/invitation", person.email, context)
    mail.send()
