"""Rules and questions for everybody, written from the policy; the checklist before a request."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kernel.commands import add_version
from orders.models import DeliveryPolicy, DeliveryType, ServiceState
from refunds.checklist import Mark, checklist
from refunds.eligibility import Reason
from refunds.models import PolicyVersion
from refunds.queries import assess_instance, policies_at, policy_at, purchases_of, situation_of
from refunds.rulebook import coming
from tests.factories import NOW, ProductFactory, ask, buy, make_member, make_user, saas_policy
from tests.orders.deliveries import bring
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["rules", "questions"])
def test_both_pages_are_for_everybody_in_both_languages(name: str, language: str) -> None:
    for client in (Client(), signed_in(make_user()), signed_in(make_user(operator=True))):
        client.cookies["django_language"] = language
        page = text(client, reverse(name))
        assert ("复议期" in page) == (language == "zh-hans")
        for other in ("rules", "questions"):
            assert f'href="{reverse(other)}"' in page


def test_every_reason_has_its_place_on_the_page() -> None:
    page = text(Client(), reverse("rules"))
    for reason in Reason:
        assert (f'id="{reason.value}"' in page) == (reason != Reason.ELIGIBLE)
        assert str(reason.label) in page or reason == Reason.ELIGIBLE


def test_no_number_of_the_rules_stands_in_the_pages() -> None:
    for kind in DeliveryType:
        is_saas = kind == DeliveryType.SAAS
        version = PolicyVersion.objects.get(delivery_type=kind)
        version.pk = None
        version.effective_from = NOW - timedelta(days=30)
        version.window_days = 91 if is_saas else None
        version.decision_days, version.credit_delay_minutes = 92, 93
        version.max_submissions, version.offer_days = 94, 95
        version.max_declined_offers, version.max_hold_days = 96, 97
        version.max_refunded_orders = 98 if is_saas else None
        version.save()
    delivery = DeliveryPolicy.objects.get()
    delivery.pk, delivery.effective_from, delivery.step_days = None, NOW - timedelta(days=30), 89
    delivery.max_send_backs, delivery.acceptance_days, delivery.reminder_days = 88, 87, 86
    delivery.save()
    page = text(Client(), reverse("rules"))
    for number in (91, 92, 93, 94, 95, 96, 97, 98):
        assert re.search(rf"\b{number}\b", page), number
    for name in ("rules", "questions"):
        shown = re.sub(r"<[^>]+>", " ", text(Client(), reverse(name)))
        rules = shown[shown.index("Refund rules") : shown.rindex("Refund portal")]
        stale = r"\b(3|5|4|30) (natural )?(day|minute|order|time)s?\b"
        found = re.search(stale, rules)
        assert found is None, rules[found.start() - 60 : found.end() + 20]


def test_what_takes_effect_later_is_announced_until_it_does() -> None:
    now = timezone.now()
    assert coming(now) == []
    version = PolicyVersion.objects.get(delivery_type=DeliveryType.SAAS)
    version.pk, version.window_days = None, 9
    version.effective_from = now + timedelta(days=2)
    add_version(version, actor=make_user(operator=True), note="Agreed.", now=now)
    [change] = coming(now)
    assert (change.at, change.about) == (version.effective_from, "SaaS")
    assert len(change.sentences) == 2
    page = text(Client(), reverse("rules"))
    assert "What takes effect later" in page
    assert "9 days long" in page
    assert coming(version.effective_from) == []


def test_a_change_is_told_against_what_came_before_it() -> None:
    now = timezone.now()
    for day, credit in ((1, 10), (2, 10), (3, 20)):
        saas_policy(effective_from=now + timedelta(days=day), credit_delay_minutes=credit)
    told = [(change.at - now).days for change in coming(now)]
    assert told == [1, 3]


def test_the_dialog_says_what_to_see_to_first() -> None:
    now = timezone.now()
    instance = buy(at=now, prices=(10_000,), coupon=100)
    ask(buy(buyer=instance.buyer, at=now), at=now)
    client = signed_in(instance.buyer)
    page = text(client, reverse("request_refund", args=[instance.resource_id]))
    checks = re.findall(r'data-check="(\w+)"', page)
    assert checks == ["contact", "backup", "invoice", "limit", "submissions", "access", "coupon"]
    assert "3 of 4 orders are left for self-service refunds" in page
    assert "3 of 3 requests are left for this instance" in page
    assert f"mailto:{instance.vendor.contact_email}" in page
    whole = text(client, reverse("purchase", args=[instance.resource_id]))
    assert re.search(r"Orders left for self-service refunds</dt> <dd>3", whole)


def test_the_checklist_says_only_what_is_so() -> None:
    saas = buy()
    first = ask(buy(buyer=saas.buyer, prices=(100, 200)))
    sibling = first.order.instances.exclude(pk=first.instance_id).get()
    service = buy(product=ProductFactory.create(delivery_type=DeliveryType.SERVICE))
    told = {}
    for instance in (saas, sibling, service):
        policy = policy_at(instance.delivery_type, NOW)
        eligibility = assess_instance(instance, policy, now=NOW)
        lines = checklist(eligibility, policy.terms, contact="mailto:x", now=NOW)
        told[instance] = {line.code: line for line in lines}
    assert told[saas]["limit"].mark == Mark.INFO
    assert told[sibling]["limit"].mark == Mark.DONE
    assert "limit" not in told[service]
    assert "coupon" not in told[saas]
    assert told[saas]["access"].at == NOW + timedelta(days=3)
    assert told[service]["access"].at == NOW + timedelta(days=5)


def test_past_the_limit_the_page_and_the_dialog_say_so_and_offer_no_form() -> None:
    now = timezone.now()
    buyer = make_user()
    for _ in range(4):
        ask(buy(buyer=buyer, at=now), at=now)
    fifth = buy(buyer=buyer, at=now)
    client = signed_in(buyer)
    for name in ("purchase", "request_refund"):
        page = text(client, reverse(name, args=[fifth.resource_id]))
        assert str(Reason.LIMIT_REACHED.label) in page
        assert "Open a ticket" in page
        assert 'name="acknowledged"' not in page
    posted = client.post(
        reverse("request_refund", args=[fifth.resource_id]),
        {"reason": "other", "acknowledged": "on"},
        follow=True,
    )
    assert str(Reason.LIMIT_REACHED.label) in html.unescape(posted.content.decode())
    assert not fifth.refund_requests.exists()


def test_buttons_dialog_and_admin_give_the_same_answer() -> None:
    now = timezone.now()
    buyer, operator = make_user(), signed_in(make_user(operator=True))
    service = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    accepted = buy(buyer=buyer, product=service, at=now)
    make_member(service.vendor)
    bring(accepted.service, ServiceState.COMPLETE, at=now)
    image = ProductFactory.create(delivery_type=DeliveryType.IMAGE)
    api = ProductFactory.create(delivery_type=DeliveryType.API)
    for instance in (
        accepted,
        buy(buyer=buyer, at=now),
        buy(buyer=buyer, at=NOW - timedelta(days=90)),
        buy(buyer=buyer, product=service, at=now),
        buy(buyer=buyer, product=image, at=now),
        buy(buyer=buyer, product=api, at=now),
        buy(buyer=buyer, prices=(0,), at=now),
        ask(buy(buyer=buyer, at=now), at=now).instance,
    ):
        shown = purchases_of(buyer).get(pk=instance.pk)
        answer = situation_of(shown, policies_at(now), now=now).eligibility
        page = text(signed_in(buyer), reverse("purchase", args=[instance.resource_id]))
        dialog = text(signed_in(buyer), reverse("request_refund", args=[instance.resource_id]))
        admin = text(operator, reverse("admin:orders_instance_change", args=[instance.pk]))
        assert ('name="acknowledged"' in dialog) == answer.allowed
        assert str(answer.sentence) in admin
        assert f"<code>{answer.reason.value}</code>" in admin
        if not answer.allowed:
            assert str(answer.sentence) in page
            assert str(answer.sentence) in dialog


def test_a_pending_service_request_says_when_the_buyer_may_appeal() -> None:
    now = timezone.now()
    service = ProductFactory.create(delivery_type=DeliveryType.SERVICE)
    request = ask(buy(product=service, at=now), at=now)
    client = signed_in(request.buyer)
    for name, key in (("refund", request.pk), ("purchase", request.instance.resource_id)):
        page = text(client, reverse(name, args=[key]))
        assert "may appeal to the platform" in page
        assert "Approved automatically unless" not in page
    withdrawal = text(client, reverse("cancel_refund", args=[request.pk]))
    assert "You can make a new request until the service is accepted" in withdrawal


def test_the_sentences_of_the_notice_follow_the_policy() -> None:
    now = timezone.now()
    saas_policy(effective_from=now - timedelta(days=1), decision_days=8, credit_delay_minutes=45)
    instance = buy(at=now)
    client = signed_in(instance.buyer)
    page = text(client, reverse("request_refund", args=[instance.resource_id]))
    assert "it completes within 8 natural days at the latest" in page
    assert "About 45 minutes after success" in page
    service = buy(product=ProductFactory.create(delivery_type=DeliveryType.SERVICE), at=now)
    page = text(signed_in(service.buyer), reverse("request_refund", args=[service.resource_id]))
    assert "without an answer within 5 natural days you may appeal" in page
    assert "it completes within" not in page


def test_the_pages_about_rules_read_a_constant_number_of_rows(
    django_assert_max_num_queries: object,
) -> None:
    for day in range(12):
        saas_policy(effective_from=timezone.now() + timedelta(days=day + 1), window_days=day + 6)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        Client().get(reverse("rules"))


def test_the_words_of_the_rules_are_translated() -> None:
    with translation.override("zh-hans"):
        for reason in Reason:
            assert re.search(r"[\u4e00-\u9fff]", str(reason.label)), reason
