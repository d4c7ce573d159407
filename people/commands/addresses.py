"""One mail address a person: allauth's rows follow `User.email`.

Addresses come from the marketplace or from an operator, who vouch for them: such an address
counts as verified. allauth's only row that is not `User.email` is one that waits for its
owner to confirm it.
"""

from collections.abc import Collection
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver

from people.models import User


@receiver(post_save, sender=User)
def follow(
    sender: type[User], instance: User, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """A person was made, or the address was changed, by whichever way."""
    if update_fields is None or "email" in update_fields:
        keep_in_step(instance)


@receiver(user_logged_in)
def catch_up(sender: type[User], user: User, **kwargs: Any) -> None:
    """Somebody signs in whose row was written where no signal is sent."""
    keep_in_step(user)


def keep_in_step(user: User) -> None:
    """Make `user.email` the person's one verified address, and nobody else's."""
    addresses = EmailAddress.objects
    wanted = {"email": user.email, "verified": True, "primary": True}
    if addresses.filter(user=user, **wanted).exists():
        return
    with transaction.atomic():
        addresses.filter(email=user.email).exclude(user=user).delete()
        replaced = Q(verified=True) | Q(primary=True)
        addresses.filter(replaced, user=user).exclude(email=user.email).delete()
        addresses.update_or_create(user=user, email=user.email, defaults=wanted)
