"""What every page knows about its reader."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from people.models import User
from people.queries import invitations_for, memberships_of


def reader(request: HttpRequest) -> dict[str, Any]:
    """`memberships`: the vendors that the reader acts for; `invitations`: those that ask.

    Each is read when a template asks.
    """

    def read(of: Callable[[User], Any]) -> SimpleLazyObject:
        user = getattr(request, "user", None)
        return SimpleLazyObject(lambda: list(of(user)) if isinstance(user, User) else [])

    return {
        "memberships": read(memberships_of),
        "invitations": read(lambda user: invitations_for(user, now=timezone.now())),
    }
