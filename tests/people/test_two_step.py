"""Two-step verification, and where one is signed in."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.devices import device_name
from tests.factories import make_user
from tests.people.accounts import (
    FIREFOX,
    NEW_PASSWORD,
    PASSWORD,
    code_now,
    is_signed_in,
    link_in,
    page,
    sign_in,
    turn_two_step_on,
)

pytestmark = pytest.mark.django_db


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
