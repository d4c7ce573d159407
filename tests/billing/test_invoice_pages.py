"""The pages of invoices: what people see, do and may not do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Invoice, InvoiceAddress, InvoiceState, InvoiceTitle
from billing.queries import addresses_of, titles_of
from people.models import Role
from tests.billing.invoicing import HOUR, TAX_NUMBER, ask_invoice, brought_to, with_details
from tests.factories import NOW, ProductFactory, buy, make_member, make_user
from tests.refunds.test_access import INVOICES, signed_in
from tests.refunds.test_pages import DIALOG

pytestmark = pytest.mark.django_db

OWN = {"invoices", "choose_invoice_vendor", "invoice_details"}
ADDING = {"add_invoice_title", "add_invoice_address"}
BUYERS: dict[str, Callable[[Invoice], int]] = {
    "invoice": lambda i: i.pk,
    "withdraw_invoice": lambda i: i.pk,
    "ask_for_invoice": lambda i: i.vendor_id,
    "remove_invoice_title": lambda i: titles_of(i.buyer)[0].pk,
    "prefer_invoice_title": lambda i: titles_of(i.buyer)[0].pk,
    "remove_invoice_address": lambda i: addresses_of(i.buyer)[0].pk,
    "prefer_invoice_address": lambda i: addresses_of(i.buyer)[0].pk,
}
VENDORS = {"vendor_invoice", "take_invoice", "mark_invoice_mailed", "mark_invoice_returned"}
# Pages that are only read, and forms that are only sent.
READ = {"invoice", "vendor_invoice"}
SENT = {"prefer_invoice_title", "prefer_invoice_address"}

FORM = {"return_reference": "1", "number": "1", "tracking_number": "1"}


def url_of(name: str, invoice: Invoice) -> str:
    if name in OWN | ADDING | {"vendor_invoices"}:
        return reverse(name)
    return reverse(name, args=[BUYERS[name](invoice) if name in BUYERS else invoice.pk])


def test_every_url_of_invoices_is_in_these_tests() -> None:
    assert OWN | ADDING | set(BUYERS) | VENDORS | {"vendor_invoices"} == INVOICES


@pytest.mark.parametrize("name", sorted(INVOICES - SENT))
def test_a_visitor_is_asked_to_sign_in(name: str) -> None:
    answer = Client().get(url_of(name, ask_invoice(buy())))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(BUYERS) | VENDORS))
@pytest.mark.parametrize("who", ["another buyer", "another vendor", "an operator"])
def test_a_stranger_finds_nothing_and_changes_nothing(who: str, name: str, method: str) -> None:
    invoice = ask_invoice(buy())
    user = {
        "another buyer": lambda: with_details(buy().buyer),
        "another vendor": lambda: make_member(buy().vendor),
        "an operator": lambda: make_user(operator=True),
    }[who]()
    answer = getattr(signed_in(user), method)(url_of(name, invoice), FORM)
    refused = (method == "post" and name in READ) or (method == "get" and name in SENT)
    assert answer.status_code == (405 if refused else 404)
    invoice.refresh_from_db()
    assert invoice.state == "pending"
    assert titles_of(invoice.buyer).get().is_default
    assert addresses_of(invoice.buyer).get().is_default


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_the_buyer_is_no_vendor_and_the_vendor_no_buyer(name: str) -> None:
    invoice = ask_invoice(buy())
    assert signed_in(invoice.buyer).get(url_of(name, invoice)).status_code == 404
    assert signed_in(invoice.buyer).get(reverse("vendor_invoices")).status_code == 404
    member = signed_in(make_member(invoice.vendor))
    assert member.get(url_of("invoice", invoice)).status_code == 404
    assert member.get(url_of("withdraw_invoice", invoice)).status_code == 404


def form_of(invoice_of: list[int], buyer: object, **changes: object) -> dict[str, object]:
    """The form as a buyer fills it in."""
    return {
        "instances": invoice_of,
        "title": titles_of(buyer)[0].pk,  # type: ignore[arg-type]
        "form": "paper",
        "address": addresses_of(buyer)[0].pk,  # type: ignore[arg-type]
        **changes,
    }


def test_a_buyer_asks_in_two_steps_and_a_double_click_asks_once() -> None:
    instance = buy()
    buyer = with_details(instance.buyer)
    client = signed_in(buyer)
    url = reverse("ask_for_invoice", args=[instance.vendor_id])
    assert url in client.get(reverse("choose_invoice_vendor")).content.decode()
    page = client.get(url, {"resource_id": instance.resource_id}).content.decode()
    assert f'value="{instance.pk}" checked' in page
    first = client.post(url, form_of([instance.pk], buyer))
    second = client.post(url, form_of([instance.pk], buyer))
    made = Invoice.objects.get()
    assert first["Location"] == second["Location"] == reverse("invoice", args=[made.pk])
    assert (made.amount, made.form, made.title) == (10_000, "paper", "Acme Ltd")
    assert instance.resource_id in client.get(first["Location"]).content.decode()
    assert "There is nothing left to invoice" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"instances": []},
        {"instances": ["x"]},
        {"instances": ["\x00"]},
        {"instances": [10**30]},
        {"instances": [-1]},
        {"title": "0"},
        {"title": 10**30},
        {"address": "x"},
        {"form": "fax"},
    ],
    ids=str,
)
def test_a_hostile_form_comes_back_with_sentences(wrong: dict[str, object]) -> None:
    instance = buy()
    buyer = with_details(instance.buyer)
    url = reverse("ask_for_invoice", args=[instance.vendor_id])
    answer = signed_in(buyer).post(url, form_of([instance.pk], buyer, **wrong))
    assert answer.status_code == 422
    assert not Invoice.objects.exists()


def test_other_peoples_things_are_no_choice() -> None:
    instance, theirs = buy(), buy()
    buyer, stranger = with_details(instance.buyer), with_details(theirs.buyer)
    url = reverse("ask_for_invoice", args=[instance.vendor_id])
    for wrong in (
        {"instances": [theirs.pk]},
        {"title": titles_of(stranger)[0].pk},
        {"address": addresses_of(stranger)[0].pk},
    ):
        answer = signed_in(buyer).post(url, form_of([instance.pk], buyer, **wrong))
        assert answer.status_code == 422
    page = signed_in(buyer).get(url).content.decode()
    assert theirs.resource_id not in page
    assert not Invoice.objects.exists()


def shown(answer: Any) -> list[str]:
    """The resource IDs that the form offers, ticked ones with a mark."""
    form = answer.context["form"]
    return [i.resource_id + ("*" if str(i.pk) in form.chosen else "") for i in form.offered]


def test_more_than_a_form_holds_is_found_by_words_and_ticks_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("billing.forms.OFFERED", 2)
    product = ProductFactory.create()
    oldest, *others = (
        buy(buyer=buyer, product=product, at=NOW + n * HOUR)
        for buyer in [with_details(make_user())]
        for n in range(4)
    )
    url = reverse("ask_for_invoice", args=[product.vendor_id])
    client = signed_in(oldest.buyer)
    first = client.get(url)
    newest = [instance.resource_id for instance in reversed(others)][:2]
    assert shown(first) == newest
    assert "There are more than the 2 newest" in first.content.decode()
    # Whoever comes from the page of an old purchase finds it ticked all the same.
    led = client.get(url, {"resource_id": oldest.resource_id})
    assert shown(led) == [f"{oldest.resource_id}*", *newest]
    found = client.post(
        url, {"find": "1", "q": f" {oldest.order.number} ", "instances": others[0].pk}
    )
    assert found.status_code == 200
    assert shown(found) == [f"{others[0].resource_id}*", oldest.resource_id]
    form = found.context["form"]
    asked = client.post(
        url,
        {
            "q": oldest.order.number,
            "instances": [others[0].pk, oldest.pk],
            "form": "electronic",
            **{name: form[name].value() for name in ("title", "address")},
        },
    )
    assert asked.status_code == 302
    assert {line.instance for line in Invoice.objects.get().lines.all()} == {others[0], oldest}


@pytest.mark.parametrize("ticked", ["x", "9" * 30, "-1", "\u0663"])
def test_finding_takes_no_harm_from_what_no_form_sends(ticked: str) -> None:
    instance = buy(buyer=with_details(make_user()))
    url = reverse("ask_for_invoice", args=[instance.vendor_id])
    answer = signed_in(instance.buyer).post(
        url, {"find": "1", "q": "no\0thing" * 30, "instances": ticked, "title": "x"}
    )
    assert answer.status_code == 200
    assert "There is nothing with these words" in answer.content.decode()


def test_who_has_no_title_is_led_to_where_one_is_added() -> None:
    instance = buy()
    client = signed_in(instance.buyer)
    url = reverse("ask_for_invoice", args=[instance.vendor_id])
    assert reverse("invoice_details") in client.get(url).content.decode()
    added = client.post(
        reverse("add_invoice_title"),
        {"kind": "company", "name": "Acme", "tax_number": "9133 0106 ma2h 3k4l 5x"},
        headers=DIALOG,
    )
    assert added["HX-Redirect"] == reverse("invoice_details")
    client.post(reverse("add_invoice_address"), {"recipient": "Ann", "email": "a@b.example"})
    page = client.get(reverse("invoice_details")).content.decode()
    assert TAX_NUMBER in page
    assert "a@b.example" in page


@pytest.mark.parametrize(
    ("name", "form", "sentence"),
    [
        ("title", {"kind": "company", "name": "A", "tax_number": ""}, "has a tax number"),
        ("title", {"kind": "company", "name": "A", "tax_number": "12"}, "15 to 20 letters"),
        ("title", {"kind": "personal", "name": "x" * 201}, "at most 200 characters"),
        ("title", {"kind": "personal", "name": "A\x07B"}, "without control characters"),
        ("title", {"kind": "personal", "name": "A\x00B"}, "Null characters"),
        ("title", {"kind": "ghost", "name": "A"}, "Select a valid choice"),
        ("address", {"recipient": "A"}, "mail address or a postal address"),
        ("address", {"recipient": "A", "email": "x"}, "valid email"),
        ("address", {"recipient": "A", "address": "B", "phone": "call"}, "digits only"),
        ("address", {"recipient": "A", "address": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_printed_is_refused_beside_its_field(
    name: str, form: dict[str, str], sentence: str
) -> None:
    answer = signed_in(make_user()).post(reverse(f"add_invoice_{name}"), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not InvoiceTitle.objects.exists()
    assert not InvoiceAddress.objects.exists()


def test_markup_in_a_title_is_shown_not_run() -> None:
    instance = buy()
    markup = "<script>alert(1)</script>"
    client = signed_in(instance.buyer)
    client.post(reverse("add_invoice_title"), {"kind": "personal", "name": markup})
    client.post(reverse("add_invoice_address"), {"recipient": markup, "email": "a@b.example"})
    answer = client.post(
        reverse("ask_for_invoice", args=[instance.vendor_id]),
        form_of([instance.pk], instance.buyer, form="electronic"),
    )
    member = signed_in(make_member(instance.vendor))
    made = Invoice.objects.get()
    for reader, url in (
        (client, answer["Location"]),
        (client, reverse("invoices")),
        (client, reverse("invoice_details")),
        (member, reverse("vendor_invoices")),
        (member, reverse("vendor_invoice", args=[made.pk])),
    ):
        page = reader.get(url).content.decode()
        assert markup not in page
        assert "&lt;script&gt;" in page


def test_titles_and_addresses_are_preferred_and_removed() -> None:
    buyer = with_details(make_user())
    client = signed_in(buyer)
    client.post(reverse("add_invoice_title"), {"kind": "personal", "name": "Ann"})
    ann = titles_of(buyer).get(name="Ann")
    client.post(reverse("prefer_invoice_title", args=[ann.pk]))
    assert titles_of(buyer)[0] == ann
    url = reverse("remove_invoice_title", args=[ann.pk])
    assert "Ann" in client.get(url, headers=DIALOG).content.decode()
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404
    assert titles_of(buyer).count() == 1


def test_the_list_is_narrowed_by_state_and_words() -> None:
    first, second = buy(), buy()
    invoice = ask_invoice(first)
    client = signed_in(first.buyer)
    list_url = reverse("invoices")

    def shown(**query: str) -> list[int]:
        return [row.pk for row in client.get(list_url, query).context["page"].rows]

    assert shown() == shown(state="pending") == [invoice.pk]
    assert shown(q=first.resource_id) == shown(q="acme") == [invoice.pk]
    assert shown(state="mailed") == shown(q=second.resource_id) == []
    assert shown(state="lost") == [invoice.pk]


def test_a_withdrawal_in_a_stale_tab_is_told_not_repeated() -> None:
    invoice = ask_invoice(buy())
    client = signed_in(invoice.buyer)
    url = reverse("withdraw_invoice", args=[invoice.pk])
    assert "whole request" in client.get(url, headers=DIALOG).content.decode()
    brought_to(invoice, InvoiceState.PROCESSING)
    answer = client.post(url, follow=True)
    assert "handling this invoice already" in answer.content.decode()
    invoice.refresh_from_db()
    assert invoice.state == "processing"
    assert reverse("withdraw_invoice", args=[invoice.pk]) not in answer.content.decode()


def test_the_queue_counts_each_state_and_shows_the_soonest_due_first_and_the_late() -> None:
    product = buy().product
    late = ask_invoice(buy(product=product), at=NOW - 24 * 40 * HOUR)
    soon = ask_invoice(buy(product=product), at=timezone.now())
    brought_to(ask_invoice(buy(product=product)), InvoiceState.MAILED)
    ask_invoice(buy())
    page = signed_in(make_member(product.vendor, Role.READ_ONLY)).get(reverse("vendor_invoices"))
    assert [row.pk for row in page.context["page"].rows] == [late.pk, soon.pk]
    assert page.context["late"] == {late.pk}
    assert {tab.query.removeprefix("?state="): tab.count for tab in page.context["tabs"]} == {
        "pending": 2,
        "processing": 0,
        "mailed": 1,
        "withdrawn": 0,
        "returned": 0,
    }


def test_a_vendor_handles_an_invoice_by_form_from_the_request_to_its_return() -> None:
    invoice = ask_invoice(buy())
    member = signed_in(make_member(invoice.vendor, Role.HANDLER))
    page = reverse("vendor_invoice", args=[invoice.pk])
    take, mail, back = (
        reverse(name, args=[invoice.pk])
        for name in ("take_invoice", "mark_invoice_mailed", "mark_invoice_returned")
    )
    assert take in member.get(page).content.decode()
    assert "has not begun" in member.get(mail).content.decode()
    member.post(take)
    assert member.post(mail, {"number": ""}).status_code == 422
    assert "tracking_number" not in member.get(mail).content.decode()
    member.post(mail, {"number": "2433"})
    assert member.post(back, {"return_reference": "a\x07"}).status_code == 422
    member.post(back, {"return_reference": "RED-1"})
    invoice.refresh_from_db()
    assert (invoice.state, invoice.number, invoice.return_reference) == (
        "returned",
        "2433",
        "RED-1",
    )
    again = member.post(take, follow=True).content.decode()
    assert "returned already" in again


def test_a_reader_of_the_vendor_is_told_why_nothing_can_be_done() -> None:
    invoice = ask_invoice(buy())
    reader = signed_in(make_member(invoice.vendor, Role.READ_ONLY))
    sentence = "Your role allows you to read this invoice"
    assert sentence in reader.get(reverse("vendor_invoice", args=[invoice.pk])).content.decode()
    take = reverse("take_invoice", args=[invoice.pk])
    assert sentence in reader.get(take).content.decode()
    assert sentence in reader.post(take, follow=True).content.decode()
    invoice.refresh_from_db()
    assert invoice.state == "pending"


def test_operators_find_late_invoices_in_the_admin() -> None:
    late = ask_invoice(buy(), at=NOW - 24 * 400 * HOUR)
    soon = ask_invoice(buy(), at=timezone.now())
    client = signed_in(make_user(operator=True))
    for answer, found in (("yes", late), ("no", soon)):
        page = client.get(reverse("admin:billing_invoice_changelist"), {"late": answer})
        assert [row.pk for row in page.context["cl"].result_list] == [found.pk]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_whole_in_both_languages(language: str) -> None:
    invoice = brought_to(ask_invoice(buy()), InvoiceState.PROCESSING)
    client, member = signed_in(invoice.buyer), signed_in(make_member(invoice.vendor))
    headers = {"Accept-Language": language}
    for name in sorted(OWN | ADDING | {"invoice", "ask_for_invoice"}):
        assert client.get(url_of(name, invoice), headers=headers).status_code == 200
    for name in sorted(VENDORS | {"vendor_invoices"}):
        page = member.get(url_of(name, invoice), headers=headers)
        assert page.status_code == 200
        assert ("发票" in page.content.decode()) == (language == "zh-hans")
