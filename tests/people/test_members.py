"""A vendor's members: owners change them, and there is always an owner."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Membership, Role, User, Vendor
from tests.factories import VendorFactory, make_member, make_user

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def role_of(user: User, vendor: Vendor) -> str | None:
    return (
        Membership.objects.filter(user=user, vendor=vendor).values_list("role", flat=True).first()
    )


@pytest.fixture
def vendor() -> Vendor:
    return VendorFactory.create()


@pytest.fixture
def owner(vendor: Vendor) -> User:
    return make_member(vendor, Role.OWNER)


def test_an_owner_adds_somebody_who_can_sign_in(vendor: Vendor, owner: User) -> None:
    person = make_user(email="new@example.com")
    client = client_of(owner)
    client.post(
        reverse("add_member", args=[vendor.pk]), {"email": " NEW@example.com", "role": "handler"}
    )
    assert role_of(person, vendor) == Role.HANDLER
    assert "new@example.com" in client.get(reverse("members")).content.decode()


@pytest.mark.parametrize("email", ["nobody@example.com", "not an address", ""])
def test_who_cannot_sign_in_cannot_be_added(vendor: Vendor, owner: User, email: str) -> None:
    answer = client_of(owner).post(
        reverse("add_member", args=[vendor.pk]), {"email": email, "role": "owner"}
    )
    assert answer.status_code == 422
    assert vendor.memberships.count() == 1


def test_an_owner_changes_roles_and_removes(vendor: Vendor, owner: User) -> None:
    member = make_member(vendor, Role.HANDLER)
    membership = Membership.objects.get(user=member)
    client = client_of(owner)
    client.post(reverse("change_role", args=[membership.pk]), {"role": "read_only"})
    assert role_of(member, vendor) == Role.READ_ONLY
    client.post(reverse("remove_member", args=[membership.pk]))
    assert role_of(member, vendor) is None


def test_the_last_owner_stays(vendor: Vendor, owner: User) -> None:
    make_member(vendor, Role.HANDLER)
    membership = Membership.objects.get(user=owner)
    client = client_of(owner)
    answers = [
        client.post(reverse("change_role", args=[membership.pk]), {"role": "handler"}),
        client.post(
            reverse("add_member", args=[vendor.pk]), {"email": owner.email, "role": "handler"}
        ),
        client.post(reverse("remove_member", args=[membership.pk]), follow=True),
    ]
    for answer in answers:
        assert "A vendor keeps at least one owner" in answer.content.decode()
    assert role_of(owner, vendor) == Role.OWNER


def test_an_owner_may_go_when_another_stays(vendor: Vendor, owner: User) -> None:
    make_member(vendor, Role.OWNER)
    membership = Membership.objects.get(user=owner)
    answer = client_of(owner).post(reverse("remove_member", args=[membership.pk]))
    assert answer["Location"] == reverse("landing")
    assert role_of(owner, vendor) is None


@pytest.mark.parametrize("role", [Role.HANDLER, Role.READ_ONLY])
def test_others_read_and_are_told_why_they_change_nothing(
    vendor: Vendor, owner: User, role: Role
) -> None:
    membership = Membership.objects.get(user=owner)
    client = client_of(make_member(vendor, role))
    page = client.get(reverse("members")).content.decode()
    assert owner.email in page
    assert "Only an owner changes" in page
    for url, form in (
        (reverse("change_role", args=[membership.pk]), {"role": "read_only"}),
        (reverse("remove_member", args=[membership.pk]), {}),
        (reverse("add_member", args=[vendor.pk]), {"email": owner.email, "role": "read_only"}),
    ):
        answer = client.post(url, form, follow=True)
        assert "Only an owner changes" in answer.content.decode()
    assert role_of(owner, vendor) == Role.OWNER


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "stranger",
    [
        make_user,
        lambda: make_member(VendorFactory.create()),
        lambda: make_user(operator=True),
    ],
    ids=["a buyer", "another vendor's owner", "an operator"],
)
def test_strangers_find_no_vendor_and_no_member(
    vendor: Vendor, owner: User, stranger: Callable[[], User], method: str
) -> None:
    membership = Membership.objects.get(user=owner)
    client = client_of(stranger())
    for url in (
        reverse("add_member", args=[vendor.pk]),
        reverse("change_role", args=[membership.pk]),
        reverse("remove_member", args=[membership.pk]),
    ):
        answer = getattr(client, method)(url, {"role": "read_only", "email": owner.email})
        assert answer.status_code == 404
    assert role_of(owner, vendor) == Role.OWNER


def test_who_acts_for_no_vendor_has_no_members_page() -> None:
    assert client_of(make_user()).get(reverse("members")).status_code == 404
