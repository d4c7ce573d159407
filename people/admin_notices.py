"""Telling a person at once what an operator has changed about how they sign in."""

from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from people.models import User

TWO_STEP_OFF = "mfa/email/totp_deactivated"
PASSWORD_CHANGED = "account/email/password_changed"  # noqa: S105 - the name of a template
ADDRESS_CHANGED = "account/email/email_changed"


def tell(request: HttpRequest, person: User, what: str, *, to: str = "", **context: Any) -> None:
    """Mail the person after the commit, in their language; a new address is told to the old one."""
    transaction.on_commit(partial(_tell, request, person, what, to or person.email, context))


def _tell(request: HttpRequest, person: User, what: str, to: str, context: dict[str, Any]) -> None:
    with translation.override(person.language or None):
        get_adapter(request).send_notification_mail(
            what, person, {"by_operator": True} | context, email=to
        )
