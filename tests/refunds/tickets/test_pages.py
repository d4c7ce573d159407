"""The pages of tickets without a browser: forms, stale pages, double clicks, both languages."""

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import Role
from refunds import commands
from refunds.commands import tickets
from refunds.models import Evidence, Ticket
from tests.factories import ask, buy, ground, make_member, make_user
from tests.refunds.test_access import signed_in
from tests.refunds.tickets.making import (
    DAY,
    a_rejected_request,
    a_ticket,
    an_appeal,
    an_inside_ticket,
    buy_image,
    for_ground,
    picture,
)

pytestmark = pytest.mark.django_db


def form(**changes: object) -> dict[str, object]:
    told = {"description": "It never started.", "ground": for_ground().pk, "amount": "40.00"}
    return told | changes


def said(client: Client, url: str, **kwargs: object) -> str:
    answer = client.get(url, follow=True, **kwargs)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def test_a_ticket_is_opened_by_form_with_its_evidence() -> None:
    instance = buy_image(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("open_ticket", args=[instance.resource_id])
    page = said(client, url)
    assert "Images have no refund window; a paid one goes by ticket." in page
    assert 'value="100.00"' in page
    files = [upload("一.png", picture()), upload("two.pdf", picture(kind="WEBP"))]
    answer = client.post(url, form(evidence=files))
    ticket = Ticket.objects.get(instance=instance)
    assert answer["Location"] == reverse("ticket", args=[ticket.pk])
    assert ticket.amount_asked == 4_000
    assert list(ticket.evidence.order_by("id").values_list("name", flat=True)) == [
        "一.png",
        "two.webp",
    ]
    shown = said(client, answer["Location"])
    assert "It never started." in shown
    assert "一.png" in shown


def test_a_bad_file_means_no_ticket_and_what_was_typed_stays() -> None:
    instance = buy_image(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("open_ticket", args=[instance.resource_id])
    bad = [upload("ok.png", picture()), upload("page.png", b"<script>")]
    answer = client.post(url, form(evidence=bad))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "page.png is neither a PNG, JPEG or WebP picture nor a PDF." in page
    assert "It never started." in page
    assert 'value="40.00"' in page
    assert not Ticket.objects.exists()
    assert not Evidence.objects.exists()


def test_the_files_of_a_message_share_the_time_that_they_may_take(settings: Any) -> None:
    settings.EVIDENCE_SECONDS = 0
    ticket = a_ticket(at=timezone.now())
    client = signed_in(ticket.buyer)
    files = [upload("one.png", picture()), upload("two.png", picture())]
    url = reverse("write_in_ticket", args=[ticket.pk])
    answer = client.post(url, {"text": "See.", "evidence": files})
    assert answer.status_code == 422
    page = html.unescape(answer.content.decode())
    assert "Checking two.png takes too long. Please send fewer files at once" in page
    assert "See." in page
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"description": ""}, "Please describe what happened."),
        ({"ground": ""}, "Please choose the ground"),
        ({"ground": "999999"}, "not one of the available choices"),
        ({"amount": "100.01"}, "The amount must be more than nothing and at most ¥100.00"),
        ({"amount": "0"}, "The amount must be more than nothing"),
        ({"amount": "1.234"}, "no more than 2 decimal places"),
        ({"amount": "1e99"}, "no more than"),
        ({"amount": "NaN"}, "Enter a number."),
        ({"description": "x" * 4_001}, "at most 4000 characters"),
    ],
)
def test_a_form_that_cannot_be_says_why(changes: dict[str, object], sentence: str) -> None:
    instance = buy_image(at=timezone.now())
    url = reverse("open_ticket", args=[instance.resource_id])
    answer = signed_in(instance.buyer).post(url, form(**changes))
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())
    assert not Ticket.objects.exists()


def test_a_double_click_opens_one_ticket_and_shows_it() -> None:
    instance = buy_image(at=timezone.now())
    client = signed_in(instance.buyer)
    url = reverse("open_ticket", args=[instance.resource_id])
    first, second = client.post(url, form()), client.post(url, form())
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_where_no_ticket_helps_the_page_says_why() -> None:
    instance = buy(at=timezone.now(), prices=(0,))
    page = said(signed_in(instance.buyer), reverse("open_ticket", args=[instance.resource_id]))
    assert "Nothing was paid" in page
    assert 'name="description"' not in page


def test_more_than_any_form_takes_is_refused_unread() -> None:
    instance = buy_image(at=timezone.now())
    answer = signed_in(instance.buyer).post(
        reverse("open_ticket", args=[instance.resource_id]),
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024**2),
    )
    assert answer.status_code == 413
    assert "That was too large" in answer.content.decode()


def test_the_button_of_an_instance_leads_to_its_ticket() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client = signed_in(ticket.buyer)
    page = said(client, reverse("purchase", args=[ticket.instance.resource_id]))
    assert "A ticket for this instance is being handled." in page
    assert reverse("ticket", args=[ticket.pk]) in page
    other = buy_image(buyer=ticket.buyer, at=timezone.now())
    assert reverse("open_ticket", args=[other.resource_id]) in said(client, reverse("purchases"))


def test_messages_urging_and_withdrawing_by_form() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client = signed_in(ticket.buyer)
    write = reverse("write_in_ticket", args=[ticket.pk])
    assert client.post(write, {"text": " "}).status_code == 422
    refused = client.post(write, {"text": "See this.", "evidence": upload("a.png", b"MZ")})
    assert refused.status_code == 422
    assert "See this." in refused.content.decode()
    assert not ticket.messages.exists()
    client.post(write, {"text": "<b>See</b> this.", "evidence": upload("a.png", picture())})
    page = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "&lt;b&gt;See&lt;/b&gt; this." in page
    urge = reverse("urge_ticket", args=[ticket.pk])
    assert "operators see that it is urgent" in client.post(urge, follow=True).content.decode()
    assert "today already" in client.post(urge, follow=True).content.decode()
    withdraw = reverse("withdraw_ticket", args=[ticket.pk])
    assert "<html" not in client.get(withdraw, headers={"HX-Request": "true"}).content.decode()
    client.post(withdraw)
    ticket.refresh_from_db()
    assert ticket.state == "withdrawn"
    assert "has been decided meanwhile" in said(client, withdraw)
    assert "withdrawn by the buyer already" in html.unescape(
        client.post(withdraw, follow=True).content.decode()
    )


def test_a_rejected_buyer_appeals_in_one_click() -> None:
    now = timezone.now()
    request = ask(buy(at=now), at=now)
    client = signed_in(request.buyer)
    detail = reverse("refund", args=[request.pk])
    appeal = reverse("appeal_refund", args=[request.pk])
    assert appeal not in said(client, detail)
    assert "cannot be appealed" in said(client, appeal)
    commands.reject(
        request_id=request.pk,
        actor=make_member(request.vendor),
        ground=ground(),
        text="No.",
        now=now,
    )
    assert appeal in said(client, detail)
    assert "a request is appealed once for the same cause" in said(client, appeal)
    first, second = client.post(appeal), client.post(appeal, {"text": "Again"})
    ticket = Ticket.objects.get(appealed=request)
    assert first["Location"] == second["Location"] == reverse("ticket", args=[ticket.pk])
    page = said(client, detail)
    assert appeal not in page
    assert reverse("ticket", args=[ticket.pk]) in page
    assert "Appealed to the platform" in page


@pytest.mark.parametrize("before", ["nothing", "rejected", "withdrawn", "declined"])
def test_once_the_window_has_closed_what_was_asked_inside_it_keeps_its_rights(before: str) -> None:
    instance, now = buy(at=timezone.now() - 20 * DAY), timezone.now()
    request = None if before == "nothing" else a_rejected_request(instance, at=now - 19 * DAY)
    if request and before != "rejected":
        appeal = an_appeal(request, at=now - 18 * DAY)
        if before == "withdrawn":
            tickets.withdraw_ticket(ticket_id=appeal.pk, buyer=request.buyer, now=now)
        else:
            operator = make_user(operator=True)
            tickets.decline_ticket(
                ticket_id=appeal.pk, operator=operator, reason="Used up.", now=now - DAY
            )
    page = said(signed_in(instance.buyer), reverse("open_ticket", args=[instance.resource_id]))
    keeps = before in ("rejected", "withdrawn")
    assert ("You asked inside the refund window before" in page) is keeps
    assert ('name="ground"' in page) is not keeps
    assert "approved automatically" not in page or "nothing is approved automatically" in page


def test_the_vendor_reads_answers_and_gives_its_word() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client = signed_in(make_member(ticket.vendor))
    assert ticket.instance.resource_id in said(client, reverse("vendor_tickets"))
    client.post(reverse("vendor_write_in_ticket", args=[ticket.pk]), {"text": "Which version?"})
    refuse, agree = (
        reverse(name, args=[ticket.pk]) for name in ("refuse_ticket", "agree_to_ticket")
    )
    assert client.post(refuse, {"text": ""}).status_code == 422
    client.post(refuse, {"text": "It was used."})
    assert "given its word" in said(client, refuse)
    assert client.post(agree, {"amount": "x"}).status_code == 422
    page = client.post(agree, {"amount": "100.01"}, follow=True).content.decode()
    assert "The amount must be" in page
    client.post(agree, {"amount": "25.5", "text": "A quarter."})
    ticket.refresh_from_db()
    assert (ticket.vendor_word, ticket.vendor_amount) == ("agreed", 2_550)
    page = said(client, reverse("vendor_ticket", args=[ticket.pk]))
    assert "Which version?" in page
    assert "¥25.50" in page
    assert agree not in page


def test_a_reading_member_sees_why_it_cannot_answer() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client = signed_in(make_member(ticket.vendor, Role.READ_ONLY))
    why = "Your role allows you to read this request, not to decide it."
    for name in ("vendor_ticket", "agree_to_ticket", "refuse_ticket"):
        assert why in said(client, reverse(name, args=[ticket.pk]))
    write = reverse("vendor_write_in_ticket", args=[ticket.pk])
    assert why in html.unescape(client.post(write, {"text": "x"}, follow=True).content.decode())


def test_a_page_after_the_deadline_says_what_is_so() -> None:
    now = timezone.now()
    ticket = an_inside_ticket(at=now - 4 * DAY)
    client = signed_in(ticket.buyer)
    page = said(client, reverse("ticket", args=[ticket.pk]))
    assert "The deadline has passed" in page
    assert reverse("withdraw_ticket", args=[ticket.pk]) not in page
    url = reverse("withdraw_ticket", args=[ticket.pk])
    page = html.unescape(client.post(url, follow=True).content.decode())
    assert "approved automatically" in page
    ticket.refresh_from_db()
    assert ticket.state == "approved"


NO_CLOCK = {
    "en": {
        "form": "The platform decides; no clock approves an appeal.",
        "ticket": "The platform decides, and means to do so by this time; nothing is approved"
        " automatically.",
        "rules": "An appeal is decided by the platform; no clock approves it.",
        "questions": "No clock approves an appeal: the platform reads both sides and decides.",
        "never": "The deadline has passed",
    },
    "zh-hans": {
        "form": "由平台裁决；平台介入申请不会超时自动同意。",
        "ticket": "由平台裁决，平台争取在此时间前处理；不会超时自动同意。",
        "rules": "平台介入申请由平台裁决，不会超时自动同意。",
        "questions": "平台介入申请不会超时自动同意：由平台听取双方意见后裁决。",
        "never": "已超过处理时限",
    },
}


@pytest.mark.parametrize("language", sorted(NO_CLOCK))
def test_both_sides_read_that_the_platform_decides_an_appeal(language: str) -> None:
    now, told = timezone.now(), NO_CLOCK[language]
    request = a_rejected_request(buy(at=now - 5 * DAY), at=now - 5 * DAY)
    buyer, member = signed_in(request.buyer), signed_in(make_member(request.vendor))
    spoken = {"Accept-Language": language}
    form = said(buyer, reverse("appeal_refund", args=[request.pk]), headers=spoken)
    assert told["form"] in form
    # A date that has passed approves nothing.
    ticket = an_appeal(request, at=now - 4 * DAY)
    for client, name in ((buyer, "ticket"), (member, "vendor_ticket")):
        page = said(client, reverse(name, args=[ticket.pk]), headers=spoken)
        assert told["ticket"] in page
        assert told["never"] not in page
    for name in ("rules", "questions"):
        assert told[name] in said(buyer, reverse(name), headers=spoken)


def test_an_operator_decides_in_the_admin() -> None:
    now = timezone.now()
    client = signed_in(make_user(operator=True))
    one, other = (a_ticket(buy_image(at=now), at=now) for _ in range(2))
    approval = reverse("admin:refunds_ticket_approval", args=[one.pk])
    told = {"amount": "100", "ground": "", "note": "Late."}
    refused = client.post(approval, told)
    assert refused.status_code == 422
    assert "needs a ground of the rules" in html.unescape(refused.content.decode())
    client.post(approval, told | {"ground": for_ground().pk})
    client.post(
        reverse("admin:refunds_ticket_message", args=[other.pk]),
        {"text": "Which invoice?", "evidence": upload("a.png", picture())},
    )
    decline = reverse("admin:refunds_ticket_decline", args=[other.pk])
    assert client.post(decline, {"note": ""}).status_code == 422
    client.post(decline, {"note": "It works."})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == ("approved", "declined")
    assert one.refund is not None
    assert one.refund.approved_amount == 10_000
    page = said(client, reverse("admin:refunds_ticket_change", args=[other.pk]))
    assert "Which invoice?" in page
    assert reverse("evidence", args=[Evidence.objects.get().pk]) in page
    again = client.post(decline, {"note": "Again."}, follow=True)
    assert "declined already" in html.unescape(again.content.decode())


def test_what_the_vendor_agreed_to_is_approved_in_one_click() -> None:
    now = timezone.now()
    ticket = a_ticket(buy_image(at=now), at=now)
    tickets.agree(ticket_id=ticket.pk, actor=make_member(ticket.vendor), amount=10_000, now=now)
    client = signed_in(make_user(operator=True))
    page = said(client, reverse("admin:refunds_ticket_change", args=[ticket.pk]))
    assert "Approve ¥100.00, as the vendor agreed" in page
    # Buyer and vendor read the reason, each in a language of their own.
    note = "As agreed with the vendor. · 按服务商同意的金额处理。"
    fields = {"amount": "100.00", "ground": for_ground().pk, "note": note}
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in page
    client.post(reverse("admin:refunds_ticket_approval", args=[ticket.pk]), fields)
    ticket.refresh_from_db()
    assert ticket.state == "approved"


@pytest.mark.parametrize("queue", ["open", "late", "urged", "appeals", "agreed", "set_aside"])
def test_operators_find_what_waits_for_them(queue: str) -> None:
    a_ticket()
    url = reverse("admin:refunds_ticket_changelist")
    page = said(signed_in(make_user(operator=True)), f"{url}?queue={queue}")
    assert ("1 ticket" in page) == (queue in ("open", "late"))
