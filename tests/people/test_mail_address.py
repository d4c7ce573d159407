"""One mail address a person, changed by a mail to the new one."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.commands.addresses import keep_in_step
from people.models import User
from tests.factories import make_user
from tests.people.accounts import NEW_PASSWORD, PASSWORD, is_signed_in, link_in, prove_it, sign_in

pytestmark = pytest.mark.django_db


class TestMailAddress:
    def ask_for(self, client: Client, address: str) -> str:
        url = reverse("account_email")
        prove_it(client, url)
        answer = client.post(url, {"email": address, "action_add": ""}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_it_changes_when_the_new_one_is_confirmed_and_not_before(self) -> None:
        user = make_user(password=PASSWORD)
        old = user.email
        client = sign_in(user)
        assert "We have written to" in self.ask_for(client, "New.One@example.com")
        user.refresh_from_db()
        assert user.email == old
        assert mail.outbox[0].to == ["new.one@example.com"]
        link = link_in(mail.outbox[0])
        assert user.full_name in client.get(link).content.decode()
        user.refresh_from_db()
        assert user.email == old, "a mail program that looks at links has changed nothing"
        answer = client.post(link, follow=True)
        assert "Your mail address is new.one@example.com now." in answer.content.decode()
        user.refresh_from_db()
        assert user.email == "new.one@example.com"
        rows = EmailAddress.objects.filter(user=user)
        assert [(row.email, row.verified, row.primary) for row in rows] == [
            (user.email, True, True)
        ]
        assert mail.outbox[1].to == [old], "the old address learns of it"
        assert is_signed_in(sign_in(user))
        user.email = old
        assert not is_signed_in(sign_in(user))

    def test_it_needs_the_password_once_more(self) -> None:
        user = make_user(password=PASSWORD)
        client = sign_in(user)
        url = reverse("account_email")
        answer = client.post(url, {"email": "new@example.com", "action_add": ""}, follow=True)
        assert "Is it you?" in answer.content.decode()
        assert not mail.outbox
        answer = client.post(
            reverse("account_reauthenticate"), {"password": PASSWORD, "next": url}, follow=True
        )
        assert "We have written to" in answer.content.decode()
        assert mail.outbox[0].to == ["new@example.com"]

    def test_the_wish_can_be_dropped_and_the_mail_sent_again(self) -> None:
        user = make_user(password=PASSWORD)
        client = sign_in(user)
        self.ask_for(client, "new@example.com")
        url = reverse("account_email")
        client.post(url, {"email": "new@example.com", "action_send": ""})
        assert [sent.to for sent in mail.outbox] == [["new@example.com"]] * 2
        client.post(url, {"email": "new@example.com", "action_remove": ""})
        link = link_in(mail.outbox[1])
        assert "This link no longer works" in client.get(link).content.decode()
        assert len(mail.outbox) == 2

    def test_somebody_else_s_address_is_neither_taken_nor_told(self) -> None:
        user, other = make_user(password=PASSWORD), make_user(password=PASSWORD)
        client = sign_in(user)
        assert "We have written to" in self.ask_for(client, other.email)
        answer = Client().get(link_in(mail.outbox[0]))
        assert "This address is taken" in answer.content.decode()
        answer = client.post(link_in(mail.outbox[0]), follow=True)
        assert "belongs to another account" in answer.content.decode()
        other.refresh_from_db()
        assert is_signed_in(sign_in(other))

    def test_an_address_taken_meanwhile_stays_with_who_took_it(self) -> None:
        user = make_user(password=PASSWORD)
        client = sign_in(user)
        self.ask_for(client, "wanted@example.com")
        # As SQL would write it: no signal, no row of allauth's.
        User.objects.bulk_create([User(email="wanted@example.com", full_name="Faster")])
        answer = client.post(link_in(mail.outbox[0]), follow=True)
        assert answer.status_code == 200
        assert "belongs to another account" in answer.content.decode()

    def test_one_s_own_address_is_not_a_new_one(self) -> None:
        user = make_user(password=PASSWORD)
        assert "mail address of your account already" in self.ask_for(sign_in(user), user.email)

    def test_too_many_wishes_are_stopped_with_a_page(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        url = reverse("account_email")
        prove_it(client, url)
        answers = [
            client.post(url, {"email": f"new{n}@example.com", "action_add": ""}).status_code
            for n in range(7)
        ]
        assert answers[-1] == 429
        assert len(mail.outbox) <= 5

    def test_an_operator_s_change_counts_at_once_and_ends_the_old_address(self) -> None:
        user = make_user(password=PASSWORD)
        old = user.email
        user.email = "moved@example.com"
        user.save()
        assert is_signed_in(sign_in(user))
        Client().post(reverse("account_reset_password"), {"email": old})
        assert mail.outbox[0].subject == "There is no account for this address"

    def test_an_address_may_move_from_one_person_to_another(self) -> None:
        first, second = make_user(password=PASSWORD), make_user(password=NEW_PASSWORD)
        address = first.email
        first.email = "elsewhere@example.com"
        first.save()
        second.email = address
        second.save()
        assert is_signed_in(sign_in(second, NEW_PASSWORD))
        assert not is_signed_in(sign_in(second, PASSWORD))

    def test_a_person_written_past_the_signals_is_put_right_at_sign_in(self) -> None:
        user = make_user(password=PASSWORD)
        EmailAddress.objects.filter(user=user).delete()
        client = sign_in(user)
        row = EmailAddress.objects.get(user=user)
        assert (row.email, row.verified, row.primary) == (user.email, True, True)
        assert "We have written to" in self.ask_for(client, "new@example.com")

    def test_keeping_in_step_twice_changes_nothing(self) -> None:
        user = make_user()
        before = list(EmailAddress.objects.filter(user=user).values())
        keep_in_step(user)
        assert list(EmailAddress.objects.filter(user=user).values()) == before


@pytest.mark.parametrize("change", [lambda user: user.save(), lambda user: user.set_password("x")])
def test_saving_somebody_keeps_their_wish_for_another_address(
    change: Callable[[User], None],
) -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email="wished@example.com")
    change(user)
    assert EmailAddress.objects.filter(user=user, verified=False).count() == 1
