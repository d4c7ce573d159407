"""The admin finds everything and writes nothing that a command ought to write."""

import html
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.commands import check_purchases
from billing.models import (
    Account,
    CommissionPolicy,
    Entry,
    Invoice,
    InvoiceAddress,
    InvoiceTitle,
    PurchaseImport,
    Transaction,
)
from kernel.admin import ReadOnlyAdmin
from kernel.errors import NotFound
from notices.models import Notice
from orders.models import Instance, Order, Service
from people.commands import invite, revoke_invitation, suspend_vendor
from people.models import Invitation, Role, Suspension, User
from refunds import commands
from refunds.models import PolicyVersion, RefundEvent, RefundRequest, SweepSwitch, Ticket
from tests.billing.invoicing import ask_invoice
from tests.factories import NOW, ProductFactory, ask, buy, hold_on, make_member, make_user
from tests.orders.deliveries import order_service
from tests.refunds.tickets.making import a_ticket

pytestmark = pytest.mark.django_db

READ_ONLY = (
    Account,
    CommissionPolicy,
    Entry,
    Instance,
    Invitation,
    Invoice,
    InvoiceAddress,
    InvoiceTitle,
    Notice,
    Order,
    PolicyVersion,
    PurchaseImport,
    RefundEvent,
    RefundRequest,
    Service,
    Suspension,
    SweepSwitch,
    Ticket,
    Transaction,
)
PORTAL = ("people", "orders", "billing", "refunds")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


def test_every_model_of_the_portal_is_in_the_admin_or_within_another() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert {"people.User", "people.Vendor", "orders.Product"} <= registered
    assert {model._meta.label for model in READ_ONLY} <= registered


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_commands_write_is_only_read(model: type, operator: Client) -> None:
    request = ask()
    ask_invoice(buy())
    order_service()
    colleague = make_user(operator=True)
    commands.stop_sweeps(actor=colleague, reason="A drill.", now=NOW)
    suspend_vendor(vendor_id=request.vendor_id, actor=colleague, reason="A drill.", now=NOW)
    a_ticket()
    check_purchases(name="f.csv", content=b"", uploader=request.buyer, now=NOW)
    _invited(request)
    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    row = model._default_manager.earliest("pk")  # type: ignore[attr-defined]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    assert operator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert operator.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
    assert (
        operator.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )
    assert operator.get(reverse(f"{name}_add")).status_code == 403
    request.refresh_from_db()


def test_every_list_opens_and_can_be_searched(operator: Client) -> None:
    ask()
    for model, registered in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        query = {"q": "person"} if registered.search_fields else {}
        assert operator.get(reverse(name), query).status_code == 200, name
        if registered.search_fields:
            assert operator.get(reverse(name), {"q": "9" * 40}).status_code == 200, name


def test_a_request_is_found_by_its_resource_id(operator: Client) -> None:
    request = ask()
    page = operator.get(
        reverse("admin:refunds_refundrequest_changelist"), {"q": request.instance.resource_id}
    )
    assert f"/{request.pk}/change/" in page.content.decode()


def test_nobody_is_deleted(operator: Client) -> None:
    request = ask()
    for name, row in (
        ("people_user", request.buyer),
        ("people_vendor", request.vendor),
        ("orders_product", request.instance.product),
    ):
        assert operator.post(reverse(f"admin:{name}_delete", args=[row.pk])).status_code == 403


def test_people_are_found_by_the_beginning_of_mail_or_name(operator: Client) -> None:
    person = make_user(email="lin.xia@example.com", full_name="Lin Xia")
    for words in ("LIN.X", "Lin"):
        page = operator.get(reverse("admin:people_user_changelist"), {"q": words})
        assert f"/{person.pk}/change/" in page.content.decode()


@pytest.mark.parametrize("words", ["Cloud Tools Suite", "suite", "tools cloud", "工具"])
def test_a_picker_finds_products_and_vendors_by_any_of_their_words(
    words: str, operator: Client
) -> None:
    name = "Cloud Tools Suite 云工具"
    product = ProductFactory.create(name=name, vendor__name=name)
    for app, row, field in (
        ("orders", "instance", product),
        ("orders", "product", product.vendor),
    ):
        answer = operator.get(
            reverse("admin:autocomplete"),
            {
                "term": words,
                "app_label": app,
                "model_name": row,
                "field_name": type(field)._meta.model_name,
            },
        )
        assert [found["id"] for found in answer.json()["results"]] == [str(field.pk)], row


def test_pages_of_one_thing_lead_to_the_others(operator: Client) -> None:
    request = ask()
    for name, row in (
        ("people_user", request.buyer),
        ("people_vendor", request.vendor),
        ("orders_order", request.order),
        ("orders_instance", request.instance),
        ("refunds_refundrequest", request),
    ):
        page = operator.get(reverse(f"admin:{name}_change", args=[row.pk])).content.decode()
        links = set(re.findall(r'href="(/admin/[^"?]+/\?[^"]+)"', page))
        assert len(links) >= 2, name
        for link in links:
            assert operator.get(html.unescape(link)).status_code == 200, link


def purchase(**changes: object) -> dict[str, object]:
    """The form as an operator fills it in."""
    return {
        "buyer": make_user().pk,
        "product": ProductFactory.create().pk,
        "number": "CM-1",
        "kind": "new",
        "resource_ids": "one-1\none-2",
        "list_price": "1234.50",
        "coupon": "0.01",
        "currency": "CNY",
        "purchased_at_0": "2026-07-01",
        "purchased_at_1": "10:00:00",
        "paid_online": "on",
    } | changes


def test_an_operator_records_a_purchase_by_form(operator: Client) -> None:
    answer = operator.post(reverse("admin:billing_record_purchase"), purchase())
    order = Order.objects.get(number="CM-1")
    assert answer["Location"] == reverse("admin:orders_order_change", args=[order.pk])
    assert (order.list_price, order.coupon, order.paid) == (246_900, 1, 246_899)
    assert sum(i.paid for i in order.instances.all()) == order.paid
    assert Transaction.objects.filter(order=order).count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"expires_at_0": "2026-07-01", "expires_at_1": "10:00:00"},
            "This is not after the purchase.",
        ),
        ({"resource_ids": "a/b"}, "An order needs an instance"),
        ({"coupon": "9999999"}, "An order needs an instance"),
        ({"list_price": "1.234"}, "no more than 2 decimal places"),
        ({"paid_online": ""}, "The balance does not cover this."),
        ({"purchased_at_0": "2999-01-01"}, "A purchase lies in the past."),
        ({"buyer": "999999"}, "not one of the available choices"),
        ({"currency": "yuan"}, "Enter a valid value"),
        ({"currency": "JPY"}, "The currency has no such small amounts."),
        ({"purchased_at_0": "1999-01-01"}, "There was no commission policy yet"),
    ],
)
def test_a_purchase_that_cannot_be_says_why_and_leaves_nothing(
    operator: Client, changes: dict[str, object], sentence: str
) -> None:
    answer = operator.post(reverse("admin:billing_record_purchase"), purchase(**changes))
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())
    assert not Order.objects.exists()
    assert not Transaction.objects.exists()


def test_the_admin_shares_the_portals_sign_in() -> None:
    visitor = Client()
    answer = visitor.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    buyer = Client()
    buyer.force_login(make_user())
    assert buyer.get(reverse("admin:index"), follow=True).status_code == 403


def test_an_account_is_not_closed_while_a_refund_is_going_on(operator: Client) -> None:
    request = ask()
    url = reverse("admin:people_user_change", args=[request.buyer.pk])
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    form = {"email": request.buyer.email, "full_name": "Lin Xia", **inline}
    for status, active in (("pending", True), ("cancelled", False)):
        if status == "cancelled":
            commands.cancel(request_id=request.pk, buyer=request.buyer, now=request.submitted_at)
        assert operator.post(url, form).status_code == 302
        request.buyer.refresh_from_db()
        assert request.buyer.is_active == active
    assert operator.post(url, form | {"is_active": "on"}).status_code == 302
    request.buyer.refresh_from_db()
    assert request.buyer.is_active


def test_an_operator_is_one_thing(operator: Client) -> None:
    half = make_user()
    half.is_staff = True
    half.save()
    client = Client()
    client.force_login(half)
    for name in ("admin:index", "admin:billing_record_purchase"):
        answer = client.get(reverse(name), follow=True)
        assert "/login/" in answer.redirect_chain[-1][0]
        assert "list_price" not in answer.content.decode()
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    operator.post(
        reverse("admin:people_user_change", args=[half.pk]),
        {"email": half.email, "full_name": "Half", "is_active": "on", "is_staff": "on", **inline},
    )
    half.refresh_from_db()
    assert half.is_superuser


def _invited(request: RefundRequest) -> Invitation:
    owner: User = make_member(request.vendor)
    email = "new@example.com"
    invite(vendor_id=request.vendor_id, actor=owner, email=email, role=Role.HANDLER, now=NOW)
    return Invitation.objects.get()


def test_an_operator_withdraws_an_invitation_and_it_is_noted(operator: Client) -> None:
    invitation = _invited(ask())
    with pytest.raises(NotFound):
        revoke_invitation(invitation_id=invitation.pk, operator=invitation.invited_by)
    url = reverse("admin:people_invitation_changelist")
    assert "Lapsed" in operator.get(url, {"q": "new@example.com"}).content.decode()
    form = {"action": "withdraw", "_selected_action": [invitation.pk]}
    said = operator.post(url, form, follow=True).content.decode()
    assert "Withdrawn invitations: 1." in said
    assert not Invitation.objects.exists()
    assert LogEntry.objects.get().object_repr == str(invitation)


def test_a_page_shows_what_there_is_and_offers_what_can_be_done(operator: Client) -> None:
    request = ask(buy(at=timezone.now()), at=timezone.now())
    url = reverse("admin:refunds_refundrequest_change", args=[request.pk])
    page = operator.get(url).content.decode()
    hold, release, history = (
        reverse(f"admin:refunds_refundrequest_{name}", args=[request.pk])
        for name in ("hold", "release", "history")
    )
    assert "Refund reason" in page
    assert "Rejection" not in page
    assert (hold in page, release in page, history in page) == (True, False, False)
    hold_on(request, at=timezone.now())
    page = operator.get(url).content.decode()
    assert (hold in page, release in page) == (False, True)


def test_every_page_leads_everywhere_and_into_the_other_language(operator: Client) -> None:
    page = operator.get(reverse("admin:orders_product_changelist")).content.decode()
    for name in ("refunds_ticket", "refunds_refundrequest", "people_user", "billing_transaction"):
        assert f'href="{reverse(f"admin:{name}_changelist")}"' in page
    assert 'value="zh-hans"' in page


def _set_aside(count: int) -> list[RefundRequest]:
    requests = [ask() for _ in range(count)]
    RefundRequest.objects.update(set_aside_at=NOW, set_aside_reason="a passing fault")
    return requests


def _select(operator: Client, requests: list[RefundRequest]) -> str:
    """Choose them in the list, and the page that asks for the reason."""
    page = operator.post(
        reverse("admin:refunds_refundrequest_changelist"),
        {"action": "resume_selected", "_selected_action": [request.pk for request in requests]},
    )
    assert page.status_code == 200
    return page.content.decode()


def test_several_that_were_set_aside_are_resumed_with_one_reason(operator: Client) -> None:
    requests = _set_aside(3)
    page = _select(operator, requests[:2])
    assert "a passing fault" in page
    [target] = re.findall(r'<form method="post" action="([^"]+)"', page)
    [ids] = re.findall(r'name="ids" value="([^"]+)"', page)
    refused = operator.post(target, {"ids": ids, "note": " "})
    assert (refused.status_code, ids in refused.content.decode()) == (422, True)
    assert RefundRequest.objects.filter(set_aside_at=None).count() == 0

    answer = operator.post(target, {"ids": ids, "note": "The ledger is mended."}, follow=True)
    assert "Given back to the sweeps: 2." in answer.content.decode()
    resumed = RefundRequest.objects.filter(set_aside_at=None)
    assert set(resumed) == set(requests[:2])
    for request in resumed:
        event = request.events.latest("pk")
        assert (event.kind, event.note) == ("resumed", "The ledger is mended.")
        assert event.actor is not None


def test_what_cannot_be_resumed_is_named_and_the_others_go_on(operator: Client) -> None:
    one, other = _set_aside(2)
    colleague = make_user(operator=True)
    commands.resume(request_id=one.pk, actor=colleague, note="First.", now=NOW)
    answer = operator.post(
        reverse("admin:refunds_refundrequest_resumptions"),
        {"ids": f"{one.pk},{other.pk},999999", "note": "Second."},
        follow=True,
    )
    said = html.unescape(answer.content.decode())
    assert "Given back to the sweeps: 1." in said
    assert f"#{one.pk}: It has not been set aside" in said
    assert "#999999: " in said
    assert other.events.filter(kind="resumed", note="Second.").exists()
    assert not one.events.filter(note="Second.").exists()


@pytest.mark.parametrize("ids", ["", "x", "1,", "9" * 30, "1;2"])
def test_ids_that_are_none_resume_nothing(ids: str, operator: Client) -> None:
    url = reverse("admin:refunds_refundrequest_resumptions")
    assert operator.post(url, {"ids": ids, "note": "Why not."}).status_code == 422
    # Reloaded, or read in another language, it leads back to the list.
    answer = operator.get(url)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("admin:refunds_refundrequest_changelist"),
    )


def test_only_operators_resume_several() -> None:
    [request] = _set_aside(1)
    client = Client()
    client.force_login(request.buyer)
    url = reverse("admin:refunds_refundrequest_resumptions")
    assert client.post(url, {"ids": request.pk, "note": "Me!"}).status_code in (302, 403)
    assert RefundRequest.objects.filter(set_aside_at=None).count() == 0
