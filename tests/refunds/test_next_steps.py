"""A buyer reads what happens next where they look first: list, instance page, request (R5, R8)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.models import Instance, ServiceState
from refunds.commands import cancel, reject, tickets
from tests.factories import ask, ask_service, buy, ground, hold_on, make_member, make_user, offer_on
from tests.orders.deliveries import bring, order_service
from tests.refunds.test_access import signed_in
from tests.refunds.test_rules_pages import text
from tests.refunds.tickets.making import a_deadlock, a_ticket, a_vendors_appeal, buy_image

pytestmark = pytest.mark.django_db


def ago(**distance: float) -> datetime:
    return timezone.now() - timedelta(**distance)


def page_of(instance: Instance) -> str:
    return text(signed_in(instance.buyer), reverse("purchase", args=[instance.resource_id]))


def test_the_instance_page_leads_to_an_open_offer() -> None:
    request = ask_service(at=ago(hours=3))
    assert "See the offer" not in page_of(request.instance)
    offer_on(request, amount=4_000, at=ago(hours=2))
    page = page_of(request.instance)
    assert "The vendor offers to refund ¥40.00." in page
    assert f'<a href="{reverse("refund", args=[request.pk])}">See the offer</a>' in page


def test_an_unanswered_request_says_that_it_may_be_appealed() -> None:
    request = ask_service(at=ago(days=6))
    fresh = ask_service(at=ago(days=4), buyer=request.buyer)
    client = signed_in(request.buyer)
    words = "You may appeal to the platform now."
    for name, late, early in (
        ("refund", request.pk, fresh.pk),
        ("purchase", request.instance.resource_id, fresh.instance.resource_id),
    ):
        assert words in text(client, reverse(name, args=[late]))
        assert words not in text(client, reverse(name, args=[early]))
    assert text(client, reverse("refunds")).count("You may appeal") == 1


def test_what_was_appealed_is_not_said_to_be_appealed_again() -> None:
    request = ask_service(at=ago(days=6))
    client, offered = signed_in(request.buyer), "You may appeal"
    listed = (reverse("refunds"), reverse("purchase", args=[request.instance.resource_id]))
    ticket = tickets.appeal(request_id=request.pk, buyer=request.buyer, now=ago(hours=7))
    assert not any(offered in text(client, url) for url in listed)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=request.buyer, now=ago(hours=6))
    assert not any(offered in text(client, url) for url in listed)


def test_the_instance_page_says_who_has_gone_to_the_platform() -> None:
    request = a_deadlock(at=ago(hours=3))
    a_vendors_appeal(request, at=ago(hours=2))
    page = page_of(request.instance)
    assert "The vendor has taken this request to the platform." in page
    assert "your appeal" not in page


def test_a_rejection_says_how_to_go_on_and_an_appeal_where_it_is() -> None:
    request = ask(buy(at=ago(days=1)), at=ago(hours=9))
    member = make_member(request.vendor)
    reject(request_id=request.pk, actor=member, ground=ground(), text="Used.", now=ago(hours=8))
    url = reverse("refund", args=[request.pk])
    assert "you may appeal to the platform in one click" in text(signed_in(request.buyer), url)
    ticket = tickets.appeal(request_id=request.pk, buyer=request.buyer, now=ago(hours=7))
    told = f'<a href="{reverse("ticket", args=[ticket.pk])}">See the ticket</a>'
    assert f"Your appeal is with the platform. {told}" in text(signed_in(request.buyer), url)
    assert f"Your ticket is being handled. You can go on using the product. {told}" in page_of(
        request.instance
    )


def test_an_open_ticket_stands_in_the_status_of_its_instance() -> None:
    ticket = a_ticket(buy_image(at=ago(days=2)), at=ago(days=1))
    assert "Your ticket is being handled." in page_of(ticket.instance)


def test_a_hold_speaks_to_each_side_of_what_it_may_do() -> None:
    request = ask(buy(at=ago(days=1)), at=ago(hours=9))
    hold_on(request, at=ago(hours=1))
    buyers = text(signed_in(request.buyer), reverse("refund", args=[request.pk]))
    member = signed_in(make_member(request.vendor))
    vendors = text(member, reverse("vendor_refund", args=[request.pk]))
    assert "You may withdraw the request all the same." in buyers
    assert "The buyer may withdraw the request all the same." in vendors


def test_a_ticket_that_the_clock_decides_says_so_before_it_is_opened() -> None:
    instance = buy(at=ago(hours=9))
    for _ in range(3):
        request = ask(instance, at=ago(hours=8))
        cancel(request_id=request.pk, buyer=instance.buyer, now=ago(hours=8))
    client = signed_in(instance.buyer)
    words = "nobody decides within 3 natural days is approved automatically"
    assert words in text(client, reverse("open_ticket", args=[instance.resource_id]))
    image = buy_image(buyer=instance.buyer, at=ago(days=2))
    assert words not in text(client, reverse("open_ticket", args=[image.resource_id]))


def test_what_a_delivery_gives_cause_for_is_called_an_appeal() -> None:
    late = bring(order_service(at=ago(days=7)), ServiceState.IN_PROGRESS, at=ago(days=6)).instance
    image = buy_image(buyer=late.buyer, at=ago(days=2))
    client = signed_in(late.buyer)
    for instance, title in ((late, "Appeal to the platform"), (image, "Open a ticket")):
        assert title in page_of(instance)
        page = text(client, reverse("open_ticket", args=[instance.resource_id]))
        assert f'<h1 class="page-title">{title}</h1>' in page


def test_a_service_that_cost_nothing_offers_no_appeal_that_could_bring_nothing() -> None:
    free = order_service(price=0, at=ago(days=7))
    late = bring(free, ServiceState.IN_PROGRESS, at=ago(days=6)).instance
    page = page_of(late)
    assert "This step should have been taken by" in page
    assert "Appeal to the platform" not in page


def test_a_ticket_form_that_is_stale_leads_to_what_is_possible_now() -> None:
    instance = buy(at=ago(hours=3))
    client = signed_in(instance.buyer)
    url = reverse("open_ticket", args=[instance.resource_id])
    answer = client.post(url, {"description": "It does not start."})
    assert answer["Location"] == reverse("request_refund", args=[instance.resource_id])


@pytest.mark.parametrize("name", ["purchases", "refunds", "tickets", "invoices"])
def test_an_empty_list_offers_no_filters(name: str) -> None:
    client: Client = signed_in(make_user())
    assert 'role="search"' not in text(client, reverse(name))
    assert 'role="search"' in text(client, f"{reverse(name)}?q=nothing")
