"""Who is told what an operator changes about how somebody signs in."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


def told(to: str) -> list[str]:
    return [str(sent.body) for sent in mail.outbox if sent.to == [to]]


def test_a_person_is_told_what_an_operator_changed_about_signing_in(operator: Client) -> None:
    person = make_user(email="lin@example.com", password="a long and quiet river")
    person.language = "zh-hans"
    person.save()
    second = Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    url = reverse("admin:mfa_authenticator_delete", args=[second.pk])
    operator.post(url, {"post": "yes"})
    [off] = told("lin@example.com")
    assert "两步验证" in off
    assert "云市场运营人员" in off
    assert "127.0.0.1" not in off
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    password = {"password1": "another quiet river", "password2": "another quiet river"}
    operator.post(url, {**password, "usable_password": "true"})
    refused = operator.post(url, {**password, "password2": "x", "usable_password": "true"})
    assert refused.status_code == 200
    assert len(told("lin@example.com")) == 2
    page = operator.get(reverse("admin:people_user_change", args=[person.pk]))
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in ("full_name",)} | {
        "email": "xia@example.com",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    answer = operator.post(reverse("admin:people_user_change", args=[person.pk]), sent)
    assert answer.status_code == 302, answer.context["errors"]
    assert "xia@example.com" in told("lin@example.com")[-1]
    assert told("xia@example.com") == []
