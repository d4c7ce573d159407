"""Every page of an account, as reader and as visitor, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.people.accounts import CHINESE, PASSWORD, page, sign_in, turn_two_step_on

pytestmark = pytest.mark.django_db


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
            "accept_invitation",
            "decline_invitation",
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
