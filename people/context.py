"""What every page knows about its reader."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.models import Membership, User
from people.queries import memberships_of


def memberships(request: HttpRequest) -> dict[str, Any]:
    """`memberships`: the vendors that the reader acts for, read when a template asks."""

    def read() -> list[Membership]:
        user = getattr(request, "user", None)
        return list(memberships_of(user)) if isinstance(user, User) else []

    return {"memberships": SimpleLazyObject(read)}
