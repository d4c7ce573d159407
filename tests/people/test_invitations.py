"""Nobody acts for a vendor without wanting to, and a vendor learns of nobody's account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from people import commands
from people.models import Invitation, Membership, Role, User, Vendor
from people.tasks import mail_invitations
from tests.factories import VendorFactory, make_member, make_user
from tests.people.accounts import CHINESE

pytestmark = pytest.mark.django_db

NOBODY = "nobody@example.com"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def vendor() -> Vendor:
    return VendorFactory.create(name="Lantern")


@pytest.fixture
def owner(vendor: Vendor) -> User:
    return make_member(vendor, Role.OWNER)


@pytest.fixture
def person() -> User:
    return make_user(email="lin@example.com", full_name="Lin Xia")


def invite(vendor: Vendor, owner: User, email: str, role: Role = Role.HANDLER) -> Invitation:
    now = timezone.now()
    commands.invite(vendor_id=vendor.pk, actor=owner, email=email, role=role, now=now)
    return Invitation.objects.get(email=email.lower())


def lapse(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(lapses_at=timezone.now())


class TestTheOwner:
    def asks(self, owner: User, vendor: Vendor, email: str, role: str = "handler") -> str:
        url = reverse("invite_member", args=[vendor.pk])
        answer = client_of(owner).post(url, {"email": email, "role": role}, follow=True)
        page = answer.content.decode()
        return re.sub(r'value="[^"]+"|reason-\w+|/\d+/|<time.*?</time>', "", page)

    def test_gets_one_answer_whether_or_not_somebody_has_the_address(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        closed = make_user(email="shut@example.com")
        User.objects.filter(pk=closed.pk).update(is_active=False)
        answers = set()
        for email in (person.email, closed.email, NOBODY):
            answer = self.asks(owner, vendor, f" {email.upper()}")
            assert "If this address has an account here" in answer
            answers.add(answer.replace(email, "…"))
            Invitation.objects.get(email=email).delete()
        assert len(answers) == 1
        assert Membership.objects.count() == 1
        assert mail.outbox == []

    def test_sees_what_waits_and_withdraws_it(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitations = [invite(vendor, owner, email) for email in (person.email, NOBODY)]
        client = client_of(owner)
        page = client.get(reverse("members")).content.decode()
        assert person.email in page
        assert NOBODY in page
        assert person.full_name not in page
        for invitation in invitations:
            client.post(reverse("withdraw_invitation", args=[invitation.pk]))
        assert not Invitation.objects.exists()
        assert person.email not in client.get(reverse("members")).content.decode()

    def test_does_not_learn_that_somebody_declined(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitation = invite(vendor, owner, person.email)
        client = client_of(owner)
        before = client.get(reverse("members")).content.decode()
        client_of(person).post(reverse("decline_invitation", args=[invitation.pk]))
        after = client.get(reverse("members")).content.decode()
        assert person.email in after
        assert len(before) == len(after)

    def test_gives_the_least_unless_more_is_chosen(self, vendor: Vendor, owner: User) -> None:
        page = client_of(owner).get(reverse("invite_member", args=[vendor.pk])).content.decode()
        assert re.findall(r'<option value="(\w+)" selected', page) == ["read_only"]

    def test_is_told_that_a_member_is_one_already(self, vendor: Vendor, owner: User) -> None:
        for email in (owner.email, make_member(vendor).email):
            assert "is a member already" in self.asks(owner, vendor, email)
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("email", ["not an address", "", "a\x00@example.com"])
    def test_is_told_what_is_no_address(self, vendor: Vendor, owner: User, email: str) -> None:
        url = reverse("invite_member", args=[vendor.pk])
        answer = client_of(owner).post(url, {"email": email, "role": "owner"})
        assert answer.status_code == 422

    def test_cannot_try_one_address_after_another_without_end(
        self, vendor: Vendor, owner: User, settings: Settings
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"invite": "2/h/user"}
        for n in range(4):
            answer = self.asks(owner, vendor, f"n{n}@example.com")
            assert ("many people in a row" in answer) == (n >= 2)
        assert Invitation.objects.count() == 2

    def test_has_a_limit_in_the_settings(self, settings: Settings) -> None:
        assert settings.ACCOUNT_RATE_LIMITS["invite"]


class TestTheInvited:
    def test_sees_it_on_every_page_and_is_no_member_before_accepting(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitation = invite(vendor, owner, person.email)
        client = client_of(person)
        for name in ("account", "purchases"):
            page = client.get(reverse(name)).content.decode()
            assert "<strong>Lantern</strong> invites you to act for it as Handler." in page
        assert client.get(reverse("members")).status_code == 404
        answer = client.post(reverse("accept_invitation", args=[invitation.pk]), follow=True)
        assert "You act for the vendor from now on." in answer.content.decode()
        assert person.memberships.get().role == Role.HANDLER
        assert not Invitation.objects.exists()

    def test_declines_and_is_asked_no_more_until_invited_again(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitation = invite(vendor, owner, person.email)
        client = client_of(person)
        client.post(reverse("decline_invitation", args=[invitation.pk]))
        assert "Lantern" not in client.get(reverse("account")).content.decode()
        again = client.post(reverse("accept_invitation", args=[invitation.pk]), follow=True)
        assert "This invitation no longer stands." in again.content.decode()
        assert not person.memberships.exists()
        invite(vendor, owner, person.email, Role.READ_ONLY)
        assert "as Read-only" in client.get(reverse("account")).content.decode()

    def test_is_too_late_once_it_has_lapsed(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitation = invite(vendor, owner, person.email)
        lapse(invitation)
        client = client_of(person)
        assert "Lantern" not in client.get(reverse("account")).content.decode()
        for name in ("accept_invitation", "decline_invitation"):
            answer = client.post(reverse(name, args=[invitation.pk]), follow=True)
            assert "This invitation no longer stands." in answer.content.decode()
        assert not person.memberships.exists()
        assert person.email not in client_of(owner).get(reverse("members")).content.decode()

    def test_who_was_made_a_member_meanwhile_keeps_the_role(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        invitation = invite(vendor, owner, person.email, Role.READ_ONLY)
        commands.add_member(vendor=vendor, user=person, role=Role.OWNER)
        client_of(person).post(reverse("accept_invitation", args=[invitation.pk]))
        assert person.memberships.get().role == Role.OWNER

    def test_it_stands_for_as_long_as_the_settings_say(
        self, vendor: Vendor, owner: User, settings: Settings
    ) -> None:
        settings.INVITATION_DAYS = 3
        made = invite(vendor, owner, NOBODY)
        assert made.lapses_at - made.invited_at == timedelta(days=3)


class TestOthers:
    @pytest.mark.parametrize("name", ["accept_invitation", "decline_invitation"])
    def test_nobody_answers_for_somebody_else(
        self, vendor: Vendor, owner: User, person: User, name: str
    ) -> None:
        url = reverse(name, args=[invite(vendor, owner, person.email).pk])
        for user in (owner, make_user(), make_user(operator=True)):
            assert client_of(user).post(url).status_code == 404
        assert Client().post(url)["Location"].startswith(reverse("account_login"))
        assert Invitation.objects.filter(declined_at=None).count() == 1
        assert not person.memberships.exists()

    def test_only_an_owner_of_the_vendor_withdraws(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        url = reverse("withdraw_invitation", args=[invite(vendor, owner, NOBODY).pk])
        for stranger in (person, make_member(VendorFactory.create()), make_user(operator=True)):
            assert client_of(stranger).post(url).status_code == 404
        handler = client_of(make_member(vendor, Role.HANDLER))
        assert "Only an owner" in handler.post(url, follow=True).content.decode()
        assert NOBODY not in handler.get(reverse("members")).content.decode()
        assert Invitation.objects.exists()

    def test_a_link_answers_nothing(self, vendor: Vendor, owner: User, person: User) -> None:
        invitation = invite(vendor, owner, person.email)
        client = client_of(person)
        for name in ("accept_invitation", "decline_invitation", "withdraw_invitation"):
            assert client.get(reverse(name, args=[invitation.pk])).status_code == 405
        assert Invitation.objects.exists()


class BrokenMail(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError


class TestTheMail:
    def test_reaches_whom_it_is_for_once_and_nobody_else(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        for email in (person.email, NOBODY):
            invite(vendor, owner, email)
        mail_invitations()
        mail_invitations()
        [sent] = mail.outbox
        assert sent.to == [person.email]
        assert sent.subject == "Lantern invites you"
        assert f"{owner.full_name} invites you to act for Lantern" in sent.body
        assert f"http://127.0.0.1:8000{reverse('account')}" in sent.body

    def test_is_in_the_language_that_they_last_read(
        self, vendor: Vendor, owner: User, person: User
    ) -> None:
        client_of(person).get(reverse("account"), headers=CHINESE)
        invite(vendor, owner, person.email)
        mail_invitations()
        assert mail.outbox[0].subject == "Lantern 邀请您成为成员"

    def test_is_tried_again_later_when_the_server_does_not_answer(
        self, vendor: Vendor, owner: User, person: User, settings: Settings
    ) -> None:
        invite(vendor, owner, person.email)
        works = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
        mail_invitations()
        settings.EMAIL_BACKEND = works
        mail_invitations()
        assert mail.outbox == []
        Invitation.objects.update(mail_due_at=timezone.now())
        mail_invitations()
        assert len(mail.outbox) == 1

    def test_a_server_that_does_not_answer_is_asked_once_and_not_for_each(
        self, vendor: Vendor, owner: User, person: User, settings: Settings
    ) -> None:
        other = make_user(email="other@example.com")
        for email in (person.email, other.email):
            invite(vendor, owner, email)
        works = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
        mail_invitations()
        settings.EMAIL_BACKEND = works
        # The one that was tried waits; the other goes with the next sweep.
        mail_invitations()
        assert [sent.to for sent in mail.outbox] == [[other.email]]

    def test_what_has_lapsed_is_forgotten(self, vendor: Vendor, owner: User) -> None:
        lapse(invite(vendor, owner, NOBODY))
        stands = invite(vendor, owner, "other@example.com")
        mail_invitations()
        assert Invitation.objects.get() == stands

    def test_beat_asks_for_it(self, settings: Settings) -> None:
        assert "people.tasks.mail_invitations" in settings.CELERY_BEAT_SCHEDULE
