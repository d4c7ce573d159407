"""The pages of offers and holds say what is so, to both sides and to operators (R4, R8)."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import User
from refunds import commands
from refunds.models import Offer, RefundRequest
from tests.factories import ask, ask_service, buy, hold_on, make_member, make_user, offer_on

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, name: str, *args: object) -> str:
    return html.unescape(client.get(reverse(name, args=args)).content.decode())


def recent() -> RefundRequest:
    return ask_service(at=timezone.now() - HOUR)


def test_the_vendor_makes_an_offer_in_yuan_and_the_buyer_sees_it_with_its_end() -> None:
    request = recent()
    vendor = client_of(make_member(request.vendor))
    url = reverse("make_offer", args=[request.pk])
    assert "Offer a partial refund" in said(vendor, "vendor_refund", request.pk)
    answer = vendor.post(url, {"amount": "12.34", "text": "Half is done."})
    assert answer["Location"] == reverse("vendor_refund", args=[request.pk])
    offer = request.offers.get()
    assert offer.amount == 1_234
    page = said(vendor, "vendor_refund", request.pk)
    assert url not in page
    assert "¥12.34" in page
    assert "Offer open" in said(vendor, "vendor_refunds")
    buyer = client_of(request.buyer)
    page = said(buyer, "refund", request.pk)
    for words in ("¥12.34", "Half is done.", "Accept offer", "Decline offer", "Lapses"):
        assert words in page
    assert "Offer open" in said(buyer, "refunds")


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "This field is required."),
        ("0", "Offer more than nothing and less than ¥100.00"),
        ("-5", "Offer more than nothing and less than ¥100.00"),
        ("100", "Offer more than nothing and less than ¥100.00"),
        ("1.234", "no more than 2 decimal places"),
        ("1e-2", None),
        ("half", "Enter a number."),
        ("NaN", "Enter a number."),
    ],
)
def test_an_amount_that_cannot_be_says_why_beside_the_field(
    amount: str, sentence: str | None
) -> None:
    request = recent()
    vendor = client_of(make_member(request.vendor))
    answer = vendor.post(
        reverse("make_offer", args=[request.pk]), {"amount": amount, "text": "Why."}
    )
    assert answer.status_code == (422 if sentence else 302)
    assert (sentence or "") in html.unescape(answer.content.decode())
    assert Offer.objects.count() == (0 if sentence else 1)


def test_a_saas_request_shows_no_offers() -> None:
    request = ask(buy(at=timezone.now()), at=timezone.now())
    vendor = client_of(make_member(request.vendor))
    assert "Offer a partial refund" not in said(vendor, "vendor_refund", request.pk)
    assert "No offer can be made" in said(vendor, "make_offer", request.pk)


def test_the_buyer_accepts_and_a_part_is_shown_as_one_wherever_an_amount_stands() -> None:
    request = recent()
    member = make_member(request.vendor)
    offer = offer_on(request, by=member, at=timezone.now())
    buyer, vendor = client_of(request.buyer), client_of(member)
    page = said(buyer, "accept_offer", offer.pk)
    assert "Accept ¥40.00 instead of ¥100.00" in page
    answer = buyer.post(reverse("accept_offer", args=[offer.pk]), follow=True)
    assert "You have accepted the offer." in answer.content.decode()
    commands.credit_due(now=timezone.now() + HOUR)
    for client, name, args in (
        (buyer, "refund", [request.pk]),
        (buyer, "refunds", []),
        (buyer, "purchase", [request.instance.resource_id]),
        (vendor, "vendor_refund", [request.pk]),
        (client_of(make_user(operator=True)), "admin:refunds_refundrequest_change", [request.pk]),
    ):
        page = said(client, name, *args)
        assert "¥40.00" in page, name
        assert "artial refund" in page or "offer" in page, name
    listed = html.unescape(
        vendor.get(reverse("vendor_refunds"), {"state": "credited"}).content.decode()
    )
    assert "Partial refund of ¥100.00" in listed
    assert "+¥40.00" in said(buyer, "transactions")


def test_the_buyer_declines_with_a_few_words_that_the_vendor_reads() -> None:
    request = recent()
    offer = offer_on(request, at=timezone.now())
    buyer = client_of(request.buyer)
    assert "Decline ¥40.00" in said(buyer, "decline_offer", offer.pk)
    buyer.post(reverse("decline_offer", args=[offer.pk]), {"text": "Too little."})
    assert "Too little." in said(client_of(offer.offered_by), "vendor_refund", request.pk)
    again = buyer.post(reverse("accept_offer", args=[offer.pk]), follow=True)
    assert "This offer has been declined already." in again.content.decode()
    assert "This offer has been declined already." in said(buyer, "accept_offer", offer.pk)
    second = offer_on(request, at=timezone.now())
    buyer.post(reverse("decline_offer", args=[second.pk]), {})
    assert "you may go to the platform now" in said(buyer, "refund", request.pk)
    vendor = client_of(offer.offered_by)
    assert "either side may go to the platform now" in said(vendor, "vendor_refund", request.pk)


def test_a_lapsed_offer_is_told_as_such_before_any_sweep() -> None:
    request = ask_service(at=timezone.now() - timedelta(days=4))
    offer = offer_on(request, at=timezone.now() - timedelta(days=3, hours=1))
    buyer = client_of(request.buyer)
    page = said(buyer, "refund", request.pk)
    assert "Accept offer" not in page
    assert "Lapsed" in page
    assert "This offer has lapsed." in said(buyer, "accept_offer", offer.pk)
    assert "Offer open" not in said(buyer, "refunds")


def test_a_hold_is_shown_to_both_sides_with_reason_and_end_and_stops_the_buttons() -> None:
    request = recent()
    member = make_member(request.vendor)
    offer = offer_on(request, by=member, at=timezone.now())
    hold_on(request, at=timezone.now())
    buyer, vendor = client_of(request.buyer), client_of(member)
    for client, name in ((buyer, "refund"), (vendor, "vendor_refund")):
        page = said(client, name, request.pk)
        assert "We are asking the vendor." in page
        assert "The platform has put this request on hold until" in page
    assert "Accept offer" not in said(buyer, "refund", request.pk)
    assert "Cancel refund" in said(buyer, "refund", request.pk)
    assert "on hold until" in said(buyer, "accept_offer", offer.pk)
    assert "on hold until" in said(vendor, "approve_refund", request.pk)
    answer = vendor.post(reverse("approve_refund", args=[request.pk]), follow=True)
    assert "The platform has put this request on hold" in answer.content.decode()
    for client, name in ((buyer, "refunds"), (vendor, "vendor_refunds")):
        assert "On hold" in said(client, name)
    request.refresh_from_db()
    assert request.status == "pending"


def test_an_operator_holds_and_releases_in_the_admin() -> None:
    request = recent()
    operator = client_of(make_user(operator=True))
    url = reverse("admin:refunds_refundrequest_hold", args=[request.pk])
    assert operator.post(url, {"days": "2", "note": " "}).status_code == 422
    assert operator.post(url, {"days": "0", "note": "Why."}).status_code == 422
    refused = operator.post(url, {"days": "8", "note": "Why."})
    assert refused.status_code == 422
    assert "Whole days left for holds of this request: 7." in refused.content.decode()
    assert "Why." in refused.content.decode()
    operator.post(url, {"days": "2", "note": "We are asking."})
    assert request.holds.get().reason == "We are asking."
    assert "We are asking." in said(operator, "admin:refunds_refundrequest_change", request.pk)
    release = reverse("admin:refunds_refundrequest_release", args=[request.pk])
    operator.post(release, {"note": "Clear."})
    again = operator.post(release, {"note": "Clear."}, follow=True)
    assert "not on hold, or not any more" in again.content.decode()
    assert request.holds.get().ended_at is not None


def test_a_credit_that_is_late_is_told_as_late() -> None:
    asked = timezone.now() - timedelta(days=3, hours=2)
    request = ask(buy(at=asked), at=asked)
    commands.approve_due(now=timezone.now() - HOUR)
    buyer = client_of(request.buyer)
    pages = (("refund", request.pk), ("purchase", request.instance.resource_id))
    for name, which in pages:
        assert "Credits are delayed at the moment." in said(buyer, name, which)
    assert "It will be in your balance at" not in said(buyer, *pages[1])
    commands.credit_due(now=timezone.now())
    for name, which in pages:
        assert "Credits are delayed" not in said(buyer, name, which)


def test_a_page_in_chinese_has_no_english_left_of_it() -> None:
    request = recent()
    offer = offer_on(request, at=timezone.now())
    buyer = client_of(request.buyer)
    buyer.cookies["django_language"] = "zh-hans"
    page = said(buyer, "refund", request.pk)
    for words in ("服务商提出部分退款", "接受方案", "拒绝方案", "方案金额"):
        assert words in page
    assert "立即终止" in said(buyer, "accept_offer", offer.pk)
