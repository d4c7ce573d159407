"""Making people, vendors and their members: for the marketplace, operators and the demo."""

from collections.abc import Mapping

from django.db import transaction

from people.models import Membership, Role, User, Vendor


@transaction.atomic
def register_person(
    *, email: str, full_name: str, password: str | None, operator: bool = False
) -> User:
    """Make a person who may sign in; an operator may do everything in the admin.

    Registration is closed: the marketplace and operators call this, visitors never.
    """
    return User.objects.create_user(
        email, password, full_name=full_name, is_staff=operator, is_superuser=operator
    )


def register_people(*, names: Mapping[str, str]) -> dict[str, User]:
    """Make many people at once, from name by mail address, with no password; by address.

    In order of address, so that two who register the same people wait and do not deadlock.
    """
    people = [User(email=email, full_name=name) for email, name in sorted(names.items())]
    for person in people:
        person.set_unusable_password()
    return {person.email: person for person in User.objects.bulk_create(people)}


@transaction.atomic
def register_vendor(
    *, name: str, contact_name: str, contact_email: str, contact_phone: str = ""
) -> Vendor:
    """Make a vendor; its contact is shown to buyers before they ask for a refund (R6)."""
    return Vendor.objects.create(
        name=name,
        contact_name=contact_name,
        contact_email=contact_email,
        contact_phone=contact_phone,
    )


@transaction.atomic
def add_member(*, vendor: Vendor, user: User, role: Role) -> Membership:
    """Let a person act for a vendor, or change the role of somebody who does."""
    membership, _ = Membership.objects.update_or_create(
        vendor=vendor, user=user, defaults={"role": role}
    )
    return membership
