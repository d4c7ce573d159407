"""Signing in with a mail address, and the password."""

import re
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.factories import make_user
from tests.people.accounts import (
    CHINESE,
    NEW_PASSWORD,
    PASSWORD,
    html_of,
    is_signed_in,
    link_in,
    sign_in,
)

pytestmark = pytest.mark.django_db


class TestSigningIn:
    def test_it_leads_to_where_one_wanted_to_go(self) -> None:
        user = make_user(password=PASSWORD)
        client = Client()
        wanted = reverse("refunds") + "?state=open"
        answer = client.get(wanted)
        assert answer["Location"].startswith(reverse("account_login"))
        form = client.get(answer["Location"]).content.decode()
        assert f'name="next" value="{wanted}"' in form
        answer = client.post(
            reverse("account_login"),
            {"login": user.email, "password": PASSWORD, "next": wanted},
        )
        assert answer["Location"] == wanted

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "javascript:0"]
    )
    def test_it_never_leads_to_another_site(self, elsewhere: str) -> None:
        user = make_user(password=PASSWORD)
        answer = Client().post(
            reverse("account_login"),
            {"login": user.email, "password": PASSWORD, "next": elsewhere},
        )
        assert answer["Location"] == reverse("landing")

    def test_a_wrong_password_and_an_unknown_address_get_the_same_friendly_sentence(self) -> None:
        user = make_user(password=PASSWORD)
        for login in (user.email, "nobody@example.com"):
            answer = Client().post(
                reverse("account_login"), {"login": login, "password": "not this one"}
            )
            assert "do not belong together" in answer.content.decode()

    def test_letters_of_the_address_may_be_large(self) -> None:
        user = make_user(password=PASSWORD)
        client = Client()
        client.post(reverse("account_login"), {"login": user.email.upper(), "password": PASSWORD})
        assert is_signed_in(client)

    def test_guessing_is_stopped_even_when_the_guess_is_right_at_last(self) -> None:
        user = make_user(password=PASSWORD)
        for _ in range(5):
            sign_in(user, "not this one")
        answer = Client().post(
            reverse("account_login"), {"login": user.email, "password": PASSWORD}
        )
        assert "Too many attempts" in answer.content.decode()

    def test_a_flood_of_attempts_gets_a_page_in_the_reader_s_language(self) -> None:
        client = Client()
        for n in range(30):
            client.post(reverse("account_login"), {"login": f"p{n}@example.com", "password": "x"})
        answer = client.post(reverse("account_login"), {"login": "p@example.com", "password": "x"})
        assert answer.status_code == 429
        assert "That was too often" in answer.content.decode()
        answer = client.post(reverse("account_login"), {}, headers=CHINESE)
        assert '<html lang="zh-hans"' in answer.content.decode()

    def test_a_closed_account_is_told_so_and_only_to_its_owner(self) -> None:
        user = make_user(password=PASSWORD)
        User.objects.filter(pk=user.pk).update(is_active=False)
        client = Client()
        answer = client.post(
            reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True
        )
        assert "This account is closed" in answer.content.decode()
        assert not is_signed_in(client)
        answer = client.post(reverse("account_login"), {"login": user.email, "password": "wrong"})
        assert "do not belong together" in answer.content.decode()

    def test_nobody_signs_up(self) -> None:
        before = User.objects.count()
        answer = Client().post(
            reverse("account_signup"),
            {"email": "new@example.com", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        )
        assert "Registration is closed" in answer.content.decode()
        assert User.objects.count() == before

    def test_the_admin_uses_the_same_sign_in(self) -> None:
        operator = make_user(password=PASSWORD, operator=True)
        answer = Client().get(reverse("admin:login"))
        assert answer["Location"].startswith(reverse("account_login"))
        assert sign_in(operator).get(reverse("admin:index")).status_code == 200


class TestPassword:
    def test_it_is_reset_by_a_link_in_a_mail_that_works_once(self) -> None:
        user = make_user(password=PASSWORD)
        before = sign_in(user)
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": user.email})
        assert answer["Location"] == reverse("account_reset_password_done")
        link = link_in(mail.outbox[0])
        form = client.get(link, follow=True)
        new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        answer = client.post(form.request["PATH_INFO"], new, follow=True)
        assert "Your new password is set" in answer.content.decode()
        assert is_signed_in(sign_in(user, NEW_PASSWORD))
        assert not is_signed_in(before)
        assert "This link no longer works" in client.get(link, follow=True).content.decode()

    def test_the_mail_says_the_same_as_text_and_as_html(self) -> None:
        user = make_user(password=PASSWORD)
        Client().post(reverse("account_reset_password"), {"email": user.email})
        sent = mail.outbox[0]
        assert sent.subject == "Choose a new password"
        assert sent.to == [user.email]
        html = html_of(sent)
        for words in ("Somebody, probably you", "2 hours", user.email):
            assert words in sent.body
            assert words in html
        assert html.count(f'href="http://testserver{link_in(sent)}"') == 2
        assert not re.search(r"(?<!&)&(?!\w+;|#)", html)

    def test_the_mail_is_in_the_reader_s_language(self) -> None:
        user = make_user(password=PASSWORD)
        Client().post(reverse("account_reset_password"), {"email": user.email}, headers=CHINESE)
        assert 'lang="zh-hans"' in html_of(mail.outbox[0])

    def test_whether_an_address_has_an_account_is_told_to_its_owner_only(self) -> None:
        answers = []
        user = make_user(password=PASSWORD)
        for address in (user.email, "nobody@example.com"):
            answer = Client().post(reverse("account_reset_password"), {"email": address})
            answers.append((answer.status_code, answer["Location"]))
        assert answers[0] == answers[1]
        assert mail.outbox[1].subject == "There is no account for this address"
        assert "/accounts/" not in mail.outbox[1].body

    def test_somebody_without_a_password_gets_one_by_the_same_mail(self) -> None:
        user = make_user()
        client = Client()
        client.post(reverse("account_reset_password"), {"email": user.email})
        form = client.get(link_in(mail.outbox[0]), follow=True)
        client.post(
            form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        )
        assert is_signed_in(sign_in(user, NEW_PASSWORD))

    @pytest.mark.parametrize("link", ["1-set-password", "1-abc-def", "zzzzzzzzzzzzz-a-b", "0-x"])
    def test_a_link_that_nobody_sent_explains_itself(self, link: str) -> None:
        answer = Client().get(f"/accounts/password/reset/key/{link}/")
        assert answer.status_code == 200
        assert "This link no longer works" in answer.content.decode()

    def test_changing_it_ends_the_other_sessions_and_is_told_by_mail(self) -> None:
        user = make_user(password=PASSWORD)
        here, elsewhere = sign_in(user), sign_in(user)
        answer = here.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
            follow=True,
        )
        assert "Your password is changed" in answer.content.decode()
        assert is_signed_in(here)
        assert not is_signed_in(elsewhere)
        assert mail.outbox[0].subject == "Your password was changed"
        assert "Firefox on Linux, 127.0.0.1" in mail.outbox[0].body

    def test_changing_it_needs_the_old_one(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        answer = client.post(
            reverse("account_change_password"),
            {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        )
        assert "This is not your current password." in answer.content.decode()

    def test_a_mail_server_that_is_down_is_told_before_and_passed_over_after(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(self: object, messages: object) -> int:
            raise SMTPException("no")

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        user = make_user(password=PASSWORD)
        answer = Client().post(reverse("account_reset_password"), {"email": user.email})
        assert answer.status_code == 503
        assert "Our mail did not go out" in answer.content.decode()
        answer = sign_in(user).post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
            follow=True,
        )
        assert "Your password is changed" in answer.content.decode()


def test_limits_outlast_the_traffic_of_a_busy_day() -> None:
    cache.set("limit", "counted", timeout=86_400)
    for number in range(400):
        cache.set(f"traffic-{number}", number, timeout=60)
    assert cache.get("limit") == "counted"
