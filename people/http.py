"""What a private page's request carries."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from people.models import User


class SignedInRequest(HttpRequest):
    """A request behind the sign-in: `SignInFirst` lets no other in."""

    user: User
    htmx: HtmxDetails
