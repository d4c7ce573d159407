"""How often somebody may do what sends mails to others; the rates are in the settings."""

from allauth.core import ratelimit
from django.utils.translation import gettext_lazy

from people.http import SignedInRequest

TOO_OFTEN = gettext_lazy("You have written a lot in a row. Try again later.")


def too_often(request: SignedInRequest, action: str) -> bool:
    """Count one more of these by this person; whether it is one too many for now."""
    return not ratelimit.consume(request, action=action, user=request.user)
