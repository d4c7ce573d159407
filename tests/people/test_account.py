"""One's own account: signing in, password, mail address, two-step verification, sessions."""

import re
from collections.abc import Callable
from smtplib import SMTPException

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.addresses import keep_in_step
from people.devices import device_name
from people.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a long and quiet river"
NEW_PASSWORD = "a short and noisy brook"
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def hashing_that_costs_nothing(settings: object) -> None:
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]


def sign_in(user: User, password: str = PASSWORD, **extra: str) -> Client:
    client = Client(HTTP_USER_AGENT=FIREFOX)
    client.post(reverse("account_login"), {"login": user.email, "password": password, **extra})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def prove_it(client: Client, next_page: str) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": next_page})


def page(client: Client, name: str) -> str:
    answer = client.get(reverse(name), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def link_in(sent: mail.EmailMessage) -> str:
    found = re.search(r"http://testserver(/accounts/(?:password|confirm)\S+)", str(sent.body))
    assert found
    return found[1]


def html_of(sent: mail.EmailMessage) -> str:
    assert isinstance(sent, mail.EmailMultiAlternatives)
    return str(sent.alternatives[0][0])


def code_now(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + later))


def turn_two_step_on(client: Client) -> tuple[str, list[str]]:
    """The secret of the authenticator app, and the recovery codes."""
    url = reverse("mfa_activate_totp")
    prove_it(client, url)
    client.get(url)
    secret = client.session["mfa.totp.secret"]
    answer = client.post(url, {"code": code_now(secret)})
    assert answer.status_code == 302
    codes = re.findall(r">(\d{8})<", page(client, "mfa_view_recovery_codes"))
    return secret, codes


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


class TestTwoStepVerification:
    def test_it_is_turned_on_used_and_leads_to_where_one_wanted_to_go(self) -> None:
        user = make_user(password=PASSWORD)
        secret, codes = turn_two_step_on(sign_in(user))
        assert len(codes) == 10
        client = Client()
        answer = client.post(
            reverse("account_login"),
            {"login": user.email, "password": PASSWORD, "next": reverse("refunds")},
        )
        assert answer["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(client)
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert "This code is not right" in answer.content.decode()
        answer = client.post(reverse("mfa_authenticate"), {"code": code_now(secret, later=1)})
        assert answer["Location"] == reverse("refunds")

    def test_a_recovery_code_lets_in_once(self) -> None:
        user = make_user(password=PASSWORD)
        _, codes = turn_two_step_on(sign_in(user))
        for expected in (True, False):
            client = sign_in(user)
            client.post(reverse("mfa_authenticate"), {"code": codes[0]})
            assert is_signed_in(client) is expected

    def test_a_password_reset_does_not_go_around_it(self) -> None:
        user = make_user(password=PASSWORD)
        turn_two_step_on(sign_in(user))
        mail.outbox.clear()
        client = Client()
        client.post(reverse("account_reset_password"), {"email": user.email})
        form = client.get(link_in(mail.outbox[0]), follow=True)
        client.post(
            form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        )
        assert not is_signed_in(client)
        assert not is_signed_in(sign_in(user, NEW_PASSWORD))

    def test_turning_it_off_takes_the_codes_along(self) -> None:
        user = make_user(password=PASSWORD)
        client = sign_in(user)
        turn_two_step_on(client)
        answer = client.post(reverse("mfa_deactivate_totp"), follow=True)
        assert "Two-step verification is off." in answer.content.decode()
        assert not Authenticator.objects.filter(user=user).exists()
        assert is_signed_in(sign_in(user))

    def test_new_recovery_codes_end_the_old_ones(self) -> None:
        user = make_user(password=PASSWORD)
        client = sign_in(user)
        _, codes = turn_two_step_on(client)
        client.post(reverse("mfa_generate_recovery_codes"))
        new = client.get(reverse("mfa_download_recovery_codes"))
        assert new["Content-Disposition"].startswith("attachment")
        assert not set(codes) & set(new.content.decode().split())

    def test_an_operator_turns_it_off_for_who_lost_everything_and_sees_no_secret(self) -> None:
        user = make_user(password=PASSWORD)
        secret, _ = turn_two_step_on(sign_in(user))
        operator = Client()
        operator.force_login(make_user(operator=True))
        app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        for name, args in (("changelist", []), ("change", [app.pk]), ("delete", [app.pk])):
            shown = operator.get(reverse(f"admin:mfa_authenticator_{name}", args=args))
            assert shown.status_code == 200
            assert secret not in shown.content.decode()
        operator.post(reverse("admin:mfa_authenticator_delete", args=[app.pk]), {"post": "yes"})
        assert is_signed_in(sign_in(user))

    def test_it_needs_the_password_once_more(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        answer = client.get(reverse("mfa_activate_totp"))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))

    def test_an_address_can_be_changed_with_it_on(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        turn_two_step_on(client)
        answer = client.post(
            reverse("account_email"), {"email": "new@example.com", "action_add": ""}, follow=True
        )
        assert "We have written to" in answer.content.decode()


class TestSessions:
    def test_they_are_listed_in_words_and_ended_one_by_one(self) -> None:
        user = make_user(password=PASSWORD)
        here, elsewhere = sign_in(user), sign_in(user)
        shown = page(here, "usersessions_list")
        assert shown.count("Firefox on Linux") >= 2
        other = UserSession.objects.get(session_key=elsewhere.session.session_key)
        answer = here.post(reverse("end_session", args=[other.pk]), follow=True)
        assert "That session has ended." in answer.content.decode()
        answer = elsewhere.get(reverse("account"), follow=True)
        assert "Your session has ended." in answer.content.decode()
        assert is_signed_in(here)

    def test_all_others_end_at_once(self) -> None:
        user = make_user(password=PASSWORD)
        here, first, second = sign_in(user), sign_in(user), sign_in(user)
        here.post(reverse("usersessions_list"))
        assert [is_signed_in(client) for client in (here, first, second)] == [True, False, False]

    def test_ending_this_one_is_signing_out(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        this = UserSession.objects.get()
        answer = client.post(reverse("end_session", args=[this.pk]))
        assert answer["Location"] == reverse("account_logout")

    def test_nobody_ends_another_s(self) -> None:
        other = sign_in(make_user(password=PASSWORD))
        theirs = UserSession.objects.get()
        client = sign_in(make_user(password=PASSWORD))
        assert client.post(reverse("end_session", args=[theirs.pk])).status_code == 404
        assert is_signed_in(other)

    def test_a_session_from_before_there_was_a_list_is_in_it(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        UserSession.objects.all().delete()
        assert "This one" in page(client, "usersessions_list")

    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            (FIREFOX, "Firefox on Linux"),
            ("… (iPhone; CPU iPhone OS 18_0 like Mac OS X) … Safari/604.1", "Safari on iPhone"),
            ("… (Windows NT 10.0) … Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
            ("… (Linux; Android 15) … Chrome/140.0 MicroMessenger/8.0", "WeChat on Android"),
            ("curl/8.0", "Unknown browser"),
            ("", "Unknown browser"),
        ],
    )
    def test_browsers_have_names(self, user_agent: str, name: str) -> None:
        assert device_name(user_agent) == name


# Every address under /accounts/, and what it answers: to somebody signed in, and to a visitor.
PAGES: dict[str, tuple[int, int]] = {
    "account": (200, 302),
    "account_login": (302, 200),
    "account_logout": (200, 302),
    "account_inactive": (200, 200),
    "account_signup": (302, 200),
    "account_reauthenticate": (200, 302),
    "account_email": (200, 302),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (200, 302),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_confirm_login_code": (302, 302),
    "mfa_index": (200, 302),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (200, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (200, 302),
    "mfa_view_recovery_codes": (200, 302),
    "mfa_generate_recovery_codes": (200, 302),
    "mfa_download_recovery_codes": (200, 302),
    "usersessions_list": (200, 302),
}


class TestEveryPage:
    def test_the_list_is_complete(self) -> None:
        from allauth.account import urls as account_urls
        from allauth.mfa.base import urls as mfa_urls
        from allauth.mfa.recovery_codes import urls as codes_urls
        from allauth.mfa.totp import urls as totp_urls

        from people import urls as people_urls

        modules = (account_urls, mfa_urls, codes_urls, totp_urls, people_urls)
        names = {pattern.name for module in modules for pattern in module.urlpatterns}
        with_arguments = {
            "account_confirm_email",
            "account_reset_password_from_key",
            "end_session",
        }
        assert names == PAGES.keys() | with_arguments

    def test_each_is_in_our_look_and_open_to_whom_it_should_be(self) -> None:
        reader = sign_in(make_user(password=PASSWORD))
        turn_two_step_on(reader)
        for name, statuses in PAGES.items():
            for client, status in zip((reader, Client()), statuses, strict=True):
                self.check(client, name, status)

    def check(self, client: Client, name: str, status: int) -> None:
        for headers in ({}, CHINESE):
            answer = client.get(reverse(name), headers=headers)
            assert answer.status_code == status, name
            if status != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            html = answer.content.decode()
            assert html.count("<h1") == 1, name
            assert "portal.css" in html, name
            theirs = [t.name for t in answer.templates if "allauth/templates" in t.origin.name]
            assert not theirs, name
            assert ('<html lang="zh-hans"' in html) == bool(headers), name

    def test_somebody_without_a_password_finds_every_page_too(self) -> None:
        client = Client()
        client.force_login(make_user())
        assert "Your account has no password yet." in page(client, "account")
        assert "Set the password" in page(client, "account_change_password")
        assert "Turn on" in page(client, "mfa_activate_totp")

    def test_the_account_page_leads_to_all_of_it_and_every_page_leads_to_it(self) -> None:
        client = sign_in(make_user(password=PASSWORD))
        shown = page(client, "account")
        for name in (
            "account_email",
            "account_change_password",
            "mfa_activate_totp",
            "usersessions_list",
        ):
            assert f'href="{reverse(name)}"' in shown
        assert f'href="{reverse("account")}"' in page(client, "refunds")


@pytest.mark.parametrize("change", [lambda user: user.save(), lambda user: user.set_password("x")])
def test_saving_somebody_keeps_their_wish_for_another_address(
    change: Callable[[User], None],
) -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email="wished@example.com")
    change(user)
    assert EmailAddress.objects.filter(user=user, verified=False).count() == 1
