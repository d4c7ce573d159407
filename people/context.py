"""What every page knows about its reader."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from people.models import User, Vendor
from people.queries import invitations_for, memberships_of

# Where all pages of the vendor dashboard are.
VENDOR_PAGES = "/vendor/"


def reader(request: HttpRequest) -> dict[str, Any]:
    """`memberships`: the vendors that the reader acts for; `invitations`: those that ask.

    `suspended_vendors`: of the first those that are suspended (R8), on the vendor's pages.
    Each is read when a template asks.
    """

    def read(of: Callable[[User], Any]) -> SimpleLazyObject:
        user = getattr(request, "user", None)
        return SimpleLazyObject(lambda: list(of(user)) if isinstance(user, User) else [])

    memberships = read(memberships_of)

    def suspended() -> list[Vendor]:
        if not request.path.startswith(VENDOR_PAGES):
            return []
        return [member.vendor for member in memberships if member.vendor.suspended_at]

    return {
        "memberships": memberships,
        "suspended_vendors": SimpleLazyObject(suspended),
        "invitations": read(lambda user: invitations_for(user, now=timezone.now())),
    }
