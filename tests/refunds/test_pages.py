"""What the pages say and do, without a browser: errors, stale pages, double clicks."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Transaction
from orders.models import DeliveryType
from people.models import Role
from refunds import commands
from refunds.models import RefundRequest
from refunds.transitions import DecidedBy
from tests.factories import ProductFactory, ask, buy, ground, make_member, make_user
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db

ANSWERS = {"reason": "other", "comment": "Hm.", "acknowledged": "on"}
DIALOG = {"HX-Request": "true"}


def text(client: Client, url: str, **kwargs: object) -> str:
    answer = client.get(url, follow=True, **kwargs)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_request_is_made_by_form_and_shown_with_its_deadline() -> None:
    instance = buy(at=timezone.now())
    answer = signed_in(instance.buyer).post(
        reverse("request_refund", args=[instance.resource_id]), ANSWERS
    )
    made = RefundRequest.objects.get(instance=instance)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("refund", args=[made.pk])
    assert made.comment == "Hm."


def test_the_dialog_sends_the_browser_on_as_a_whole_page() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("request_refund", args=[instance.resource_id])
    fragment = client.get(url, headers=DIALOG).content.decode()
    assert "<html" not in fragment
    assert "Refund notice" in fragment
    answer = client.post(url, ANSWERS, headers=DIALOG)
    made = RefundRequest.objects.get(instance=instance)
    assert answer["HX-Redirect"] == reverse("refund", args=[made.pk])


def test_a_double_click_makes_one_request_and_shows_it() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("request_refund", args=[instance.resource_id])
    first, second = client.post(url, ANSWERS), client.post(url, ANSWERS)
    assert first["Location"] == second["Location"]
    assert RefundRequest.objects.filter(instance=instance).count() == 1


def test_a_form_with_gaps_comes_back_with_sentences_and_what_was_typed() -> None:
    instance = buy(at=timezone.now())
    answer = signed_in(instance.buyer).post(
        reverse("request_refund", args=[instance.resource_id]),
        {"reason": "", "comment": "Typed with care"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please choose a reason for the refund." in page
    assert "Please confirm that you have read and understand the notice." in page
    assert "Typed with care" in page
    assert not RefundRequest.objects.exists()


@pytest.mark.parametrize("hostile", ["x" * 1_001, "nul \x00 byte"], ids=["too long", "with a NUL"])
def test_hostile_input_is_refused_beside_its_field(hostile: str) -> None:
    instance = buy(at=timezone.now())
    answer = signed_in(instance.buyer).post(
        reverse("request_refund", args=[instance.resource_id]), ANSWERS | {"comment": hostile}
    )
    assert answer.status_code == 422
    assert not RefundRequest.objects.exists()


def test_markup_in_a_comment_is_shown_not_run() -> None:
    instance = buy(at=timezone.now())
    client = signed_in(instance.buyer)
    comment = "<script>alert(1)</script>"
    client.post(
        reverse("request_refund", args=[instance.resource_id]), ANSWERS | {"comment": comment}
    )
    made = RefundRequest.objects.get()
    member = signed_in(make_member(instance.vendor))
    for reader, name in ((client, "refund"), (member, "vendor_refund")):
        page = text(reader, reverse(name, args=[made.pk]))
        assert comment not in page
        assert "&lt;script&gt;" in page


def test_a_stale_refund_page_says_why_it_is_too_late() -> None:
    instance = buy(at=timezone.now() - timedelta(days=9))
    client = signed_in(instance.buyer)
    answer = client.post(
        reverse("request_refund", args=[instance.resource_id]), ANSWERS, follow=True
    )
    assert "The refund window has closed." in answer.content.decode()
    assert not RefundRequest.objects.exists()


def test_a_late_withdrawal_is_told_of_the_automatic_approval() -> None:
    made = ask(
        buy(at=timezone.now() - timedelta(days=4)), at=timezone.now() - timedelta(days=3, hours=1)
    )
    client = signed_in(made.buyer)
    answer = client.post(reverse("cancel_refund", args=[made.pk]), follow=True)
    assert "approved automatically" in answer.content.decode()
    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("approved", "deadline")


def test_an_overdue_request_offers_nothing_that_would_be_refused() -> None:
    made = ask(
        buy(at=timezone.now() - timedelta(days=4)), at=timezone.now() - timedelta(days=3, hours=1)
    )
    buyer, member = signed_in(made.buyer), signed_in(make_member(made.vendor))
    assert reverse("cancel_refund", args=[made.pk]) not in text(
        buyer, reverse("refund", args=[made.pk])
    )
    case = text(member, reverse("vendor_refund", args=[made.pk]))
    assert reverse("approve_refund", args=[made.pk]) not in case
    assert "The deadline has passed" in case


def test_a_rival_decision_in_another_tab_is_told_not_repeated() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    member = signed_in(make_member(made.vendor))
    commands.cancel(request_id=made.pk, buyer=made.buyer, now=timezone.now())
    answer = member.post(reverse("approve_refund", args=[made.pk]), follow=True)
    assert "withdrawn by the buyer already" in answer.content.decode()
    made.refresh_from_db()
    assert made.status == "cancelled"


def test_a_vendor_rejects_with_ground_and_text_and_the_buyer_reads_both() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    member = signed_in(make_member(made.vendor, Role.HANDLER))
    url = reverse("reject_refund", args=[made.pk])
    assert member.post(url, {"ground": "", "text": ""}).status_code == 422
    member.post(url, {"ground": ground("consumed").pk, "text": "All 100 calls were made."})
    page = text(signed_in(made.buyer), reverse("refund", args=[made.pk]))
    assert "Consumed or used up" in page
    assert "All 100 calls were made." in page


def test_a_read_only_member_is_told_why_nothing_can_be_decided() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    reader = signed_in(make_member(made.vendor, Role.READ_ONLY))
    assert "Your role allows you to read" in text(reader, reverse("vendor_refund", args=[made.pk]))
    answer = reader.post(reverse("approve_refund", args=[made.pk]), follow=True)
    assert "Your role allows you to read" in answer.content.decode()
    made.refresh_from_db()
    assert made.status == "pending"


@pytest.mark.parametrize(
    ("delivery_type", "sentence"),
    [
        (DeliveryType.API, "API products are not refundable."),
        (DeliveryType.IMAGE, "a paid one goes by ticket"),
    ],
)
def test_refund_is_there_and_says_why_it_is_not_possible(
    delivery_type: DeliveryType, sentence: str
) -> None:
    instance = buy(at=timezone.now(), product=ProductFactory.create(delivery_type=delivery_type))
    client = signed_in(instance.buyer)
    for url in (reverse("purchases"), reverse("purchase", args=[instance.resource_id])):
        page = text(client, url)
        assert sentence in page
        assert 'aria-disabled="true"' in page


def test_the_statement_shows_the_credit_and_finds_it_by_order() -> None:
    now = timezone.now()
    made = ask(buy(at=now - timedelta(days=4)), at=now - timedelta(days=4))
    commands.approve_due(now=now - timedelta(hours=1))
    commands.credit_due(now=now)
    client = signed_in(made.buyer)
    page = text(client, reverse("transactions"), data={"order": made.order.number})
    assert f'id="{made.reference}"' in page
    assert "+¥100.00" in page
    nothing = text(client, reverse("transactions"), data={"order": "no such order"})
    assert "No such transactions" in nothing


def test_lists_page_by_key_at_a_constant_number_of_queries(
    django_assert_max_num_queries: object,
) -> None:
    buyer, product = make_user(), ProductFactory.create()
    for _ in range(25):
        buy(buyer=buyer, product=product, at=timezone.now())
    client = signed_in(buyer)
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        page = client.get(reverse("purchases"))
    assert page.content.decode().count("Manage") == 20
    following = page.context["page"].next_url
    assert client.get(reverse("purchases") + following).content.decode().count("Manage") == 5


def test_everybody_lands_where_their_work_is() -> None:
    request = ask(buy())
    for user, name in (
        (request.buyer, "purchases"),
        (make_member(request.vendor), "vendor_refunds"),
        (make_user(operator=True), "admin:index"),
    ):
        assert signed_in(user).get(reverse("landing"))["Location"] == reverse(name)


def test_the_rules_are_read_from_the_policy_without_signing_in() -> None:
    page = text(Client(), reverse("rules"))
    assert "The refund window is 5 days long, the day of purchase included" in page


def test_an_operator_decides_in_the_admin_with_a_written_reason() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    operator = signed_in(make_user(operator=True))
    url = reverse("admin:refunds_refundrequest_approval", args=[made.pk])
    assert operator.get(url).status_code == 200
    assert operator.post(url, {"note": "  "}).status_code == 422
    operator.post(url, {"note": "The vendor is unreachable."})
    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("approved", "operator")
    page = text(signed_in(made.buyer), reverse("refund", args=[made.pk]))
    assert "The vendor is unreachable." in page
    assert not Transaction.objects.filter(kind="refund").exists()


def test_a_dialog_for_a_decision_that_is_no_longer_open_asks_nothing() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    member = signed_in(make_member(made.vendor))
    commands.cancel(request_id=made.pk, buyer=made.buyer, now=timezone.now())
    for name in ("approve_refund", "reject_refund"):
        page = text(member, reverse(name, args=[made.pk]))
        assert "This request has been decided meanwhile." in page
        assert f'action="{reverse(name, args=[made.pk])}"' not in page


def test_the_confirmation_says_when_no_new_request_will_be_possible() -> None:
    now = timezone.now()
    made = ask(buy(at=now - timedelta(days=2), expires_at=now), at=now - timedelta(hours=1))
    page = text(signed_in(made.buyer), reverse("cancel_refund", args=[made.pk]))
    assert "you cannot make a new one" in page
    assert "has expired" in page


def test_private_pages_are_kept_by_no_cache() -> None:
    client = signed_in(buy().buyer)
    for name in ("purchases", "refunds", "transactions"):
        answer = client.get(reverse(name))
        assert "no-store" in answer["Cache-Control"]
        assert "HX-Request" in answer["Vary"]


def test_the_platforms_reason_reaches_buyer_and_vendor() -> None:
    made = ask(buy(at=timezone.now()), at=timezone.now())
    commands.reject(
        request_id=made.pk,
        actor=make_user(operator=True),
        ground=ground(),
        text="Used up.",
        decided_by=DecidedBy.OPERATOR,
        note="Seen in the usage report.",
        now=timezone.now(),
    )
    for reader, name in ((made.buyer, "refund"), (make_member(made.vendor), "vendor_refund")):
        page = text(signed_in(reader), reverse(name, args=[made.pk]))
        assert "Used up." in page
        assert "Seen in the usage report." in page
