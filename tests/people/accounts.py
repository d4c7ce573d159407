"""What the tests of accounts share: signing in, reading mails, codes from a phone."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import User

PASSWORD = "a long and quiet river"
NEW_PASSWORD = "a short and noisy brook"
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


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
