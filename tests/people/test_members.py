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
        client.post(reverse("remove_member", args=[membership.pk]), follow=True),
    ]
    for answer in answers:
        assert "A vendor keeps at least one owner" in answer.content.decode()
    assert role_of(owner, vendor) == Role.OWNER


def test_the_page_says_why_the_only_owner_stays(vendor: Vendor, owner: User) -> None:
    page = client_of(owner).get(reverse("members")).content.decode()
    assert page.count("A vendor keeps at least one owner") == 1
    assert "Change role" not in page
    make_member(vendor, Role.OWNER)
    page = client_of(owner).get(reverse("members")).content.decode()
    assert "A vendor keeps at least one owner" not in page


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
        (reverse("invite_member", args=[vendor.pk]), {"email": "a@b.example", "role": "owner"}),
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
        reverse("invite_member", args=[vendor.pk]),
        reverse("change_role", args=[membership.pk]),
        reverse("remove_member", args=[membership.pk]),
    ):
        answer = getattr(client, method)(url, {"role": "read_only", "email": owner.email})
        assert answer.status_code == 404
    assert role_of(owner, vendor) == Role.OWNER


def test_who_acts_for_no_vendor_has_no_members_page() -> None:
    assert client_of(make_user()).get(reverse("members")).status_code == 404


class TestTheAdmin:
    """An operator changes members, too, and leaves no vendor without an owner either."""

    @pytest.fixture
    def operator(self) -> Client:
        return client_of(make_user(operator=True))

    def of_vendor(self, operator: Client, vendor: Vendor, **changes: object) -> str:
        """Change the vendor's only membership in the vendor's form; the page that follows."""
        only = vendor.memberships.get()
        form = {
            "name": vendor.name,
            "contact_name": vendor.contact_name,
            "contact_email": vendor.contact_email,
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 1,
            "memberships-0-id": only.pk,
            "memberships-0-vendor": vendor.pk,
            "memberships-0-user": only.user_id,
            "memberships-0-role": only.role,
        }
        url = reverse("admin:people_vendor_change", args=[vendor.pk])
        return operator.post(url, form | changes, follow=True).content.decode()

    def of_person(self, operator: Client, person: User, **changes: object) -> str:
        """The same in the person's form."""
        only = person.memberships.get()
        form = {
            "email": person.email,
            "full_name": person.full_name,
            "is_active": "on",
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 1,
            "memberships-0-id": only.pk,
            "memberships-0-user": person.pk,
            "memberships-0-vendor": only.vendor_id,
            "memberships-0-role": only.role,
        }
        url = reverse("admin:people_user_change", args=[person.pk])
        return operator.post(url, form | changes, follow=True).content.decode()

    @pytest.mark.parametrize(
        "changes", [{"memberships-0-DELETE": "on"}, {"memberships-0-role": "handler"}]
    )
    def test_the_last_owner_stays(
        self, operator: Client, vendor: Vendor, owner: User, changes: dict[str, object]
    ) -> None:
        for page in (
            self.of_vendor(operator, vendor, **changes),
            self.of_person(operator, owner, **changes),
        ):
            assert "A vendor keeps at least one owner" in page
        assert role_of(owner, vendor) == Role.OWNER

    def test_the_last_owner_does_not_pass_to_another_vendor_or_person(
        self, operator: Client, vendor: Vendor, owner: User
    ) -> None:
        other = VendorFactory.create()
        page = self.of_person(operator, owner, **{"memberships-0-vendor": other.pk})
        assert "A vendor keeps at least one owner" in page
        assert role_of(owner, vendor) == Role.OWNER

    def test_the_account_of_the_last_owner_stays_open(
        self, operator: Client, vendor: Vendor, owner: User
    ) -> None:
        assert "A vendor keeps at least one owner" in self.of_person(operator, owner, is_active="")
        owner.refresh_from_db()
        assert owner.is_active
        make_member(vendor, Role.OWNER)
        self.of_person(operator, owner, is_active="")
        owner.refresh_from_db()
        assert not owner.is_active

    def test_one_owner_follows_another_in_one_step(
        self, operator: Client, vendor: Vendor, owner: User
    ) -> None:
        heir = make_user()
        self.of_vendor(operator, vendor, **{"memberships-0-user": heir.pk})
        assert (role_of(heir, vendor), role_of(owner, vendor)) == (Role.OWNER, None)

    def test_a_vendor_begins_without_members_and_what_is_not_changed_may_stay(
        self, operator: Client, vendor: Vendor, owner: User
    ) -> None:
        self.of_vendor(operator, vendor, name="Lantern")
        vendor.refresh_from_db()
        assert vendor.name == "Lantern"
        handler = make_member(VendorFactory.create(), Role.HANDLER)
        self.of_person(operator, handler, **{"memberships-0-DELETE": "on"})
        assert not handler.memberships.exists()
