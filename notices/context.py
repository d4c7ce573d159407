"""What every page knows about its reader's inbox."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notices.queries import COUNTED, unread_count
from people.models import User


def inbox(request: HttpRequest) -> dict[str, Any]:
    """`unread`: how many notices wait, as text ("" for none); read when a template asks."""
    user = getattr(request, "user", None)
    return {"unread": SimpleLazyObject(lambda: _told(user) if isinstance(user, User) else "")}


def _told(user: User) -> str:
    count = unread_count(user)
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
