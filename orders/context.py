"""What every page knows about its reader as a buyer."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orders.queries import has_bought
from people.models import User


def buyer(request: HttpRequest) -> dict[str, Any]:
    """`has_bought`: whether the reader has a purchase; read when a template asks."""
    user = getattr(request, "user", None)
    return {"has_bought": SimpleLazyObject(lambda: isinstance(user, User) and has_bought(user))}
