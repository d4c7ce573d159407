"""One thing has one word, whoever wrote the page, the form or the mail."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from people.forms.words import THEIRS
from people.models import Invitation, Role, User, Vendor
from tests.factories import make_user
from tests.people.accounts import CHINESE, PASSWORD, sign_in, turn_two_step_on

TEMPLATES = settings.BASE_DIR / "templates"
MAILS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
    for folder in ("account", "mfa", "people")
    for path in (TEMPLATES / folder / "email").glob("*_message.txt")
    if not path.name.startswith("base_")
)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.django_db
def test_the_forms_of_an_account_speak_of_one_mail_address_and_one_code() -> None:
    reader = sign_in(make_user(password=PASSWORD))
    turn_two_step_on(reader)
    pages = {
        "account_login": Client(),
        "account_reset_password": Client(),
        "account_email": reader,
        "account_change_password": reader,
        "account_reauthenticate": reader,
        "mfa_reauthenticate": reader,
    }
    said = ""
    for name, client in pages.items():
        answer = client.get(reverse(name), headers=CHINESE)
        assert answer.status_code == 200, name
        said += " ".join(re.findall(r"<label[^>]*>\s*([^<]+)", answer.content.decode()))
        said += " ".join(re.findall(r'placeholder="([^"]+)"', answer.content.decode()))
    assert {"邮箱", "验证码"} <= set(re.findall("邮箱|验证码|电子邮件|代码", said))
    assert "电子邮件" not in said
    assert "代码" not in said


@pytest.mark.django_db
def test_an_address_that_is_none_is_refused_in_our_words() -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": "x"}, headers=CHINESE)
    assert "请输入正确的邮箱。" in answer.content.decode()


@pytest.mark.parametrize("words", THEIRS)
def test_what_others_wrote_is_said_in_our_words(words: str) -> None:
    with translation.override("zh-hans"):
        said = translation.gettext(words)
    assert said != words
    assert "电子邮件" not in said


def mail(template: str, part: str) -> str:
    """A part of a mail, filled in."""
    inviter, vendor = User(full_name="Wei <b> Chen"), Vendor(name="Lantern & Co")
    invitation = Invitation(
        vendor=vendor, role=Role.HANDLER, invited_by=inviter, lapses_at=timezone.now()
    )
    link = "http://testserver/link/"
    return render_to_string(
        f"{template}_{part}.txt",
        {
            "user": User(email="lin@example.com", full_name="Lin & Xia"),
            "email": "lin@example.com",
            "from_email": "old@example.com",
            "to_email": "new@example.com",
            "timestamp": timezone.now(),
            "device": "Firefox",
            "ip": "127.0.0.1",
            "hours": 2,
            "confirm_days": 3,
            "invitation": invitation,
            "home": "http://testserver/",
            **dict.fromkeys(("reset_url", "activate_url", "password_reset_url"), link),
            "account_url": link,
        },
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", MAILS)
def test_a_mail_reads_as_its_language_is_written(template: str, language: str) -> None:
    with translation.override(language):
        text, subject = mail(template, "message").strip(), mail(template, "subject").strip()
    assert "&amp;" not in text + subject
    assert "&lt;" not in text
    assert "\n\n\n" not in text
    assert not re.search(r"[，。：？！] ", text), "a space after a Chinese mark"
    assert not re.search(r"^[ ]|[ ]$", text, re.MULTILINE)
    # A link stands alone in its line, after the sentence that says what it is for.
    for before, link in re.findall(r"(.*)\n\n(http\S+)$", text, re.MULTILINE):
        assert before.endswith((":", "：")), link
    assert bool(re.search("[一-龥]", subject)) == (language == "zh-hans")


def test_a_mail_to_an_address_of_before_offers_no_link_that_cannot_work() -> None:
    assert "/link/" not in mail("account/email/email_changed", "message")


def test_every_mail_is_read_here() -> None:
    assert len(MAILS) >= 11
    assert Path("people/email/invitation") in map(Path, MAILS)
