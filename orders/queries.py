"""Who bought anything."""

from orders.models import Instance
from people.models import User


def has_bought(user: User) -> bool:
    """Whether this person has a purchase to look at."""
    return Instance.objects.filter(buyer=user).exists()
