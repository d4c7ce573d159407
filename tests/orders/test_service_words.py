"""Operators find deliveries in the admin, and what people are told of them can be read (R16)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from notices.kinds import fill, kind_of, kinds
from notices.models import Notice
from orders import commands
from orders.models import Service, ServiceState
from tests.factories import NOW, make_user
from tests.orders.deliveries import HOUR, bring, service_in, worker_of

pytestmark = pytest.mark.django_db

DUE = NOW + timedelta(days=90)


def tell_everything() -> None:
    """Deliveries in which every kind of notice is written."""
    service = service_in(ServiceState.REQUIREMENT_SUBMITTED)
    commands.send_back_requirement(
        service_id=service.pk, actor=worker_of(service), text="100 % of what?", now=NOW
    )
    bring(service, ServiceState.AWAITING_ACCEPTANCE)
    commands.send_back_service(
        service_id=service.pk, buyer=service.instance.buyer, text="%(x)s is missing.", now=NOW
    )
    bring(service, ServiceState.COMPLETE)
    service_in(ServiceState.AWAITING_ACCEPTANCE)
    commands.remind_due(now=DUE - timedelta(days=7))
    commands.accept_due(now=DUE)


@pytest.mark.parametrize(("language", "han"), [("en", False), ("zh-hans", True)])
def test_every_notice_is_readable_in_both_languages(language: str, han: bool) -> None:
    tell_everything()
    told = set(Notice.objects.values_list("kind", flat=True))
    assert told == {kind.code for kind in kinds() if kind.code.startswith("service_")}
    with override(language):
        for notice in Notice.objects.filter(kind__startswith="service_"):
            kind = kind_of(notice.kind)
            words = [fill(text, notice.params) for text in (kind.title, kind.body)]
            words += [str(kind.label), str(kind.action)]
            for text in words:
                assert any("\u4e00" <= letter <= "\u9fff" for letter in text) == han, text


def test_a_notice_leads_to_a_page_of_its_reader() -> None:
    tell_everything()
    for notice in Notice.objects.select_related("recipient"):
        client = Client()
        client.force_login(notice.recipient)
        assert client.get(notice.path).status_code == 200


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


def listed(operator: Client, **query: str) -> str:
    return operator.get(reverse("admin:orders_service_changelist"), query).content.decode()


def test_an_operator_finds_deliveries_by_state_and_what_is_late(operator: Client) -> None:
    late, waiting = service_in(ServiceState.IN_PROGRESS), service_in(ServiceState.COMPLETE)
    assert late.instance.resource_id in listed(operator, late="yes")
    assert waiting.instance.resource_id not in listed(operator, late="yes")
    assert waiting.instance.resource_id in listed(operator, state__exact="complete")
    assert late.instance.resource_id not in listed(operator, standstill="frozen")
    found = listed(operator, q=late.instance.resource_id)
    assert waiting.instance.resource_id not in found
    page = operator.get(reverse("admin:orders_service_change", args=[late.pk])).content.decode()
    assert reverse("admin:orders_instance_change", args=[late.instance_id]) in page
    assert "Requirement submitted" in page


def test_an_operator_gives_back_what_a_sweep_has_set_aside(operator: Client) -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    Service.objects.filter(pk=service.pk).update(
        set_aside_at=NOW + HOUR, set_aside_reason="a passing fault"
    )
    assert service.instance.resource_id in listed(operator, standstill="set_aside")
    assert commands.accept_due(now=DUE).done == 0
    form = {"action": "resume_selected", "_selected_action": [service.pk]}
    page = operator.post(reverse("admin:orders_service_changelist"), form).content.decode()
    assert "a passing fault" in page
    resumptions = reverse("admin:orders_service_resumptions")
    assert operator.post(resumptions, {"ids": service.pk, "note": ""}).status_code == 422
    assert commands.accept_due(now=DUE).done == 0
    said = operator.post(resumptions, {"ids": service.pk, "note": "It is mended."}, follow=True)
    assert "Given back to the sweeps: 1." in said.content.decode()
    assert commands.accept_due(now=DUE).done == 1
