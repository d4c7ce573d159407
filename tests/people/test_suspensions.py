"""Operators suspend a vendor and lift that again, each with a written reason that is kept (R8)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kernel.errors import NotFound, WrittenReasonRequired
from people.commands import AlreadySuspended, NotSuspended, lift_suspension, suspend_vendor
from people.models import Role, Suspension, User, Vendor
from tests.factories import NOW, VendorFactory, make_member, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def operator() -> User:
    return make_user(operator=True, full_name="Olga Ops")


@pytest.fixture
def vendor() -> Vendor:
    return VendorFactory.create()


@pytest.fixture
def admin_of(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def history(vendor: Vendor) -> list[tuple[bool, str]]:
    rows = Suspension.objects.filter(vendor=vendor).order_by("id")
    return list(rows.values_list("suspended", "reason"))


def test_it_is_lifted_and_begins_anew_and_every_reason_stays(
    vendor: Vendor, operator: User
) -> None:
    suspend_vendor(vendor_id=vendor.pk, actor=operator, reason=" Fraud? ", now=NOW)
    vendor.refresh_from_db()
    assert vendor.suspended_at == NOW
    lift_suspension(vendor_id=vendor.pk, actor=operator, reason="Cleared.", now=NOW + DAY)
    vendor.refresh_from_db()
    assert vendor.suspended_at is None
    suspend_vendor(vendor_id=vendor.pk, actor=operator, reason="After all.", now=NOW + 2 * DAY)
    vendor.refresh_from_db()
    assert vendor.suspended_at == NOW + 2 * DAY
    assert history(vendor) == [(True, "Fraud?"), (False, "Cleared."), (True, "After all.")]


def test_whoever_comes_late_is_told_and_nothing_is_written_twice(
    vendor: Vendor, operator: User
) -> None:
    with pytest.raises(NotSuspended):
        lift_suspension(vendor_id=vendor.pk, actor=operator, reason="Why not.", now=NOW)
    suspend_vendor(vendor_id=vendor.pk, actor=operator, reason="Fraud?", now=NOW)
    with pytest.raises(AlreadySuspended):
        suspend_vendor(vendor_id=vendor.pk, actor=operator, reason="Me too.", now=NOW + DAY)
    vendor.refresh_from_db()
    assert (vendor.suspended_at, history(vendor)) == (NOW, [(True, "Fraud?")])


@pytest.mark.parametrize("command", [suspend_vendor, lift_suspension])
def test_it_takes_an_operator_a_reason_and_a_vendor(
    command: Callable[..., None], vendor: Vendor, operator: User
) -> None:
    for actor in (make_user(), make_member(vendor, Role.OWNER)):
        with pytest.raises(NotFound):
            command(vendor_id=vendor.pk, actor=actor, reason="Me!", now=NOW)
    with pytest.raises(WrittenReasonRequired):
        command(vendor_id=vendor.pk, actor=operator, reason=" ", now=NOW)
    with pytest.raises(NotFound):
        command(vendor_id=vendor.pk + 1, actor=operator, reason="Who?", now=NOW)
    assert not Suspension.objects.exists()


def test_an_operator_does_both_in_the_admin(vendor: Vendor, admin_of: Client) -> None:
    page, suspend, lift = (
        reverse(f"admin:people_vendor_{name}", args=[vendor.pk])
        for name in ("change", "suspension", "lifting")
    )
    said = admin_of.get(page).content.decode()
    assert (suspend in said, lift in said) == (True, False)
    assert "No clock stops" in admin_of.get(suspend).content.decode()
    assert admin_of.post(suspend, {"note": " "}).status_code == 422
    said = admin_of.post(suspend, {"note": "Fraud?"}, follow=True).content.decode()
    assert "Done, and recorded." in said
    assert "by Olga Ops: Fraud?" in said
    assert (suspend in said, lift in said) == (False, True)
    # A stale page of a colleague.
    said = admin_of.post(suspend, {"note": "Me too."}, follow=True).content.decode()
    assert "has been suspended already" in said
    said = admin_of.post(lift, {"note": "Cleared."}, follow=True).content.decode()
    assert "Fraud?" not in said
    assert history(vendor) == [(True, "Fraud?"), (False, "Cleared.")]
    kept = admin_of.get(reverse("admin:people_suspension_changelist"), {"q": vendor.name})
    assert "Fraud?" in kept.content.decode()


def test_the_form_of_a_vendor_changes_no_suspension(vendor: Vendor, admin_of: Client) -> None:
    form = {
        "name": "Renamed",
        "contact_name": vendor.contact_name,
        "contact_email": vendor.contact_email,
        "suspended_at_0": "2026-07-01",
        "suspended_at_1": "10:00:00",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    url = reverse("admin:people_vendor_change", args=[vendor.pk])
    assert admin_of.post(url, form).status_code == 302
    vendor.refresh_from_db()
    assert (vendor.name, vendor.suspended_at) == ("Renamed", None)


def test_the_list_says_since_when_and_is_narrowed(
    vendor: Vendor, operator: User, admin_of: Client
) -> None:
    other = VendorFactory.create()
    suspend_vendor(vendor_id=vendor.pk, actor=operator, reason="Fraud?", now=NOW)
    url = reverse("admin:people_vendor_changelist")
    for chosen, shown in (("yes", [vendor]), ("no", [other]), ("x", [vendor, other])):
        page = admin_of.get(url, {"suspended": chosen})
        assert set(page.context["cl"].queryset) == set(shown)
    assert 'field-suspended_at nowrap">—' in admin_of.get(url).content.decode()


@pytest.mark.parametrize("name", ["suspension", "lifting"])
def test_nobody_else_comes_to_these_pages(name: str, vendor: Vendor, admin_of: Client) -> None:
    url = reverse(f"admin:people_vendor_{name}", args=[vendor.pk])
    for user in (make_user(), make_member(vendor, Role.OWNER)):
        client = Client()
        client.force_login(user)
        assert client.get(url).status_code in (302, 403)
        assert client.post(url, {"note": "Me!"}).status_code in (302, 403)
    assert Client().post(url, {"note": "Me!"}).status_code == 302
    missing = reverse(f"admin:people_vendor_{name}", args=[vendor.pk + 1])
    assert admin_of.get(missing).status_code == 404
    assert not Suspension.objects.exists()
