"""Both sides follow a delivery and take their steps in the browser, without JavaScript (R11)."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders import commands
from orders.models import Service, ServiceState
from people.models import Role, User
from tests.factories import buy, make_member, make_user
from tests.orders.deliveries import order_service, service_in, worker_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BUYERS = {"service_requirement", "service_acceptance", "service_return"}
VENDORS = {"accept_requirement", "return_requirement", "service_completion"}
# In which state each form is of use, and what it leads to.
FORMS = {
    "service_requirement": ("awaiting_requirement", "requirement_submitted"),
    "service_acceptance": ("awaiting_acceptance", "complete"),
    "service_return": ("awaiting_acceptance", "in_progress"),
    "accept_requirement": ("requirement_submitted", "in_progress"),
    "return_requirement": ("requirement_submitted", "awaiting_requirement"),
    "service_completion": ("in_progress", "awaiting_acceptance"),
}
TEXT = {"text": "See the plan.", "note": "See the plan."}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url_of(name: str, service: Service) -> str:
    one = [service.instance.resource_id] if name in BUYERS else [service.pk]
    return reverse(name, args=one)


def party(name: str, service: Service) -> Client:
    return signed_in(service.instance.buyer if name in BUYERS else worker_of(service))


def begun(state: str, *, days_ago: float = 1) -> Service:
    return service_in(ServiceState(state), at=timezone.now() - days_ago * DAY)


def state_of(service: Service) -> str:
    return Service.objects.get(pk=service.pk).state


@pytest.mark.parametrize("name", list(FORMS))
def test_a_step_is_taken_by_its_form_and_a_second_click_changes_nothing(name: str) -> None:
    before, after = FORMS[name]
    service = begun(before)
    client, url = party(name, service), url_of(name, service)
    form = client.get(url)
    assert form.status_code == 200
    assert b'method="post"' in form.content
    steps = service.events.count()
    for said in ("alert-success", "alert-info"):
        answer = client.post(url, TEXT, follow=True)
        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert state_of(service) == after
        assert service.events.count() == steps + 1


@pytest.mark.parametrize("name", ["service_requirement", "service_return", "return_requirement"])
def test_a_form_without_its_text_says_so_beside_the_field(name: str) -> None:
    service = begun(FORMS[name][0])
    answer = party(name, service).post(url_of(name, service), {"text": " "})
    assert answer.status_code == 422
    assert "Please " in answer.content.decode()
    assert state_of(service) == FORMS[name][0]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [*FORMS, "vendor_service"])
@pytest.mark.parametrize("who", ["a visitor", "another buyer", "another vendor", "an operator"])
def test_a_stranger_finds_nothing_and_changes_nothing(who: str, name: str, method: str) -> None:
    before, _ = FORMS.get(name, ("in_progress", ""))
    service = begun(before)
    strangers: dict[str, Callable[[], Client]] = {
        "a visitor": Client,
        "another buyer": lambda: signed_in(buy().buyer),
        "another vendor": lambda: signed_in(make_member(buy().vendor)),
        "an operator": lambda: signed_in(make_user(operator=True)),
    }
    answer = getattr(strangers[who](), method)(url_of(name, service), TEXT)
    refused = 405 if (name, method) == ("vendor_service", "post") else 404
    assert answer.status_code == (302 if who == "a visitor" else refused)
    assert state_of(service) == before


@pytest.mark.parametrize("name", list(FORMS))
def test_one_side_does_not_take_the_others_steps(name: str) -> None:
    service = begun(FORMS[name][0])
    other = worker_of(service) if name in BUYERS else service.instance.buyer
    assert signed_in(other).post(url_of(name, service), TEXT).status_code == 404
    assert state_of(service) == FORMS[name][0]


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_who_may_only_read_is_told_so(name: str) -> None:
    service = begun(FORMS[name][0])
    client = signed_in(make_member(service.vendor, Role.READ_ONLY))
    assert "not to act on it" in client.get(url_of("vendor_service", service)).content.decode()
    assert "not to act on it" in client.get(url_of(name, service)).content.decode()
    client.post(url_of(name, service), TEXT)
    assert state_of(service) == FORMS[name][0]


# --- what the pages say


def page_of(service: Service) -> str:
    url = reverse("purchase", args=[service.instance.resource_id])
    return signed_in(service.instance.buyer).get(url).content.decode()


def test_the_instance_page_has_a_card_for_services_alone() -> None:
    assert 'id="delivery"' in page_of(begun("in_progress"))
    software = buy()
    url = reverse("purchase", args=[software.resource_id])
    assert 'id="delivery"' not in signed_in(software.buyer).get(url).content.decode()


@pytest.mark.parametrize(
    ("state", "turn", "buttons"),
    [
        ("awaiting_requirement", "It is your turn.", {"service_requirement"}),
        ("requirement_submitted", "It is the vendor&#x27;s turn.", set()),
        ("in_progress", "It is the vendor&#x27;s turn.", set()),
        ("awaiting_acceptance", "It is your turn.", {"service_acceptance", "service_return"}),
        ("complete", "The delivery is complete.", set()),
    ],
)
def test_the_card_says_whose_turn_it_is_and_has_their_buttons(
    state: str, turn: str, buttons: set[str]
) -> None:
    service = begun(state)
    page = page_of(service)
    assert turn.replace("&#x27;", "'") in page.replace("&#x27;", "'")
    assert {name for name in BUYERS if url_of(name, service) in page} == buttons


def test_before_the_click_it_is_said_that_acceptance_ends_the_refund_window() -> None:
    service = begun("awaiting_acceptance")
    page = party("service_acceptance", service).get(url_of("service_acceptance", service))
    assert "ends the refund window" in page.content.decode()


def test_what_the_vendor_wrote_is_on_the_card() -> None:
    service = begun("requirement_submitted")
    commands.send_back_requirement(
        service_id=service.pk, actor=worker_of(service), text="Which <shop>?", now=timezone.now()
    )
    assert "Which &lt;shop&gt;?" in page_of(service)


def test_a_held_delivery_says_why_its_buttons_do_nothing() -> None:
    service = begun("awaiting_acceptance")
    with transaction.atomic():
        commands.hold(service.instance, reference="test:1", now=timezone.now())
    page = page_of(service)
    assert page.count("the delivery stands still until it is decided.") == 1
    assert page.count("Possible again once it is decided.") == 2
    assert url_of("service_acceptance", service) not in page
    url = url_of("service_acceptance", service)
    client = party("service_acceptance", service)
    assert "stands still" in client.get(url).content.decode()
    assert "alert-danger" in client.post(url, follow=True).content.decode()
    assert state_of(service) == "awaiting_acceptance"


def test_what_the_clock_has_accepted_is_shown_so_before_the_sweep_has_run() -> None:
    service = begun("awaiting_acceptance", days_ago=91)
    assert "about to be accepted automatically" in page_of(service)
    assert url_of("service_acceptance", service) not in page_of(service)
    client = party("service_return", service)
    answer = client.post(url_of("service_return", service), TEXT, follow=True)
    assert "was accepted automatically" in answer.content.decode()
    assert state_of(service) == "complete"


def test_an_appeal_is_offered_where_the_vendor_is_late() -> None:
    assert ">Appeal to the platform</a>" in page_of(begun("in_progress", days_ago=6))
    assert "Appeal to the platform" not in page_of(begun("in_progress", days_ago=4))


# --- the vendor's list


def test_a_vendor_sees_its_own_services_by_state_with_counts() -> None:
    service, other = begun("in_progress"), begun("in_progress")
    client = signed_in(make_member(service.vendor, Role.READ_ONLY))
    page = client.get(reverse("vendor_services"), {"state": "in_progress"}).content.decode()
    assert service.instance.resource_id in page
    assert other.instance.resource_id not in page
    assert 'In progress <span class="tab-count">1</span>' in page
    assert 'Complete <span class="tab-count">0</span>' in page
    default = client.get(reverse("vendor_services"), {"state": "bogus"}).content.decode()
    assert service.instance.resource_id not in default


@pytest.mark.parametrize("field", ["resource_id", "product", "order", "buyer", "nothing"])
def test_a_service_is_found_by_any_of_its_words(field: str) -> None:
    service = begun("in_progress")
    instance = service.instance
    words = {
        "resource_id": instance.resource_id,
        "product": instance.product.name,
        "order": instance.order.number,
        "buyer": instance.buyer.full_name,
        "nothing": "no such thing",
    }[field]
    page = signed_in(worker_of(service)).get(
        reverse("vendor_services"), {"state": "in_progress", "q": words}
    )
    found = url_of("vendor_service", service) in page.content.decode()
    assert found == (field != "nothing")


def test_a_list_costs_the_same_however_many_services_it_shows(
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    first = order_service()
    for _ in range(5):
        buy(product=first.instance.product)
    client = signed_in(worker_of(first))
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        page = client.get(reverse("vendor_services"), {"state": "awaiting_requirement"})
    assert page.content.decode().count("cell-main") == 6


def test_the_pages_speak_chinese() -> None:
    service = begun("awaiting_acceptance")
    client = signed_in(worker_of(service))
    url = url_of("vendor_service", service)
    page = client.get(url, headers={"accept-language": "zh-hans"}).content.decode()
    for words in ("待用户验收", "等待买家处理。", "交付记录", "需求已确认"):
        assert words in page


def test_a_step_is_not_taken_from_a_page_that_the_delivery_has_left_behind() -> None:
    service = begun("requirement_submitted")
    member, buyer = party("accept_requirement", service), service.instance.buyer
    url = url_of("accept_requirement", service)
    since = re.search(r'name="since" value="([^"]+)"', member.get(url).content.decode())
    assert since
    # Sent back and written anew: not what the vendor has read.
    told: dict[str, Any] = {"service_id": service.pk, "now": timezone.now()}
    commands.send_back_requirement(actor=worker_of(service), text="Which shop?", **told)
    commands.submit_requirement(buyer=buyer, text="Another one.", **told)
    page = member.post(url, {"since": html.unescape(since[1])}, follow=True)
    assert state_of(service) == "requirement_submitted"
    assert "This delivery has moved on meanwhile." in page.content.decode()
    fresh = re.search(r'name="since" value="([^"]+)"', member.get(url).content.decode())
    assert fresh
    member.post(url, {"since": html.unescape(fresh[1])})
    assert state_of(service) == "in_progress"
