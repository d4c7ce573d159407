"""Lists go home as files: whole, harmless, and only one's own (R14)."""

import csv
import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.exports import Format, Money, export, harmless
from people.models import User
from refunds import commands
from tests.factories import ProductFactory, ask, buy, make_member, make_user
from tests.refunds.test_access import signed_in

EXPORTS = ("export_transactions", "export_earnings", "export_vendor_refunds")
CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def rows(answer: Any) -> list[dict[str, str]]:
    content = body(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(content: bytes) -> list[list[tuple[str, str]]]:
    """The cells of a workbook: kind and text each; a number has the kind `n`."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{CELLS}c")]
        for row in sheet.iter(f"{CELLS}row")
    ]


@pytest.mark.django_db
def test_the_statement_is_exported_with_the_filters_in_force() -> None:
    now = timezone.now()
    bought = buy(at=now, product=ProductFactory.create(name="=HYPERLINK(1)"))
    buy(buyer=bought.buyer, at=now)
    client = signed_in(bought.buyer)
    answer = client.get(reverse("export_transactions", args=["csv"]), {"kind": "deduct"})
    assert answer["Content-Disposition"] == (
        f'attachment; filename="transactions-{timezone.localdate()}.csv"'
    )
    found = rows(answer)
    assert [row["Type"] for row in found] == ["Deduction", "Deduction"]
    assert found[1] == {
        "Time": timezone.localtime(now).isoformat(sep=" ", timespec="seconds"),
        "Type": "Deduction",
        "Order number": bought.order.number,
        "Product": "'=HYPERLINK(1)",
        "Resource ID": bought.resource_id,
        "Amount": "-100.00",
        "Balance after": "0.00",
        "Currency": "CNY",
    }
    assert len(rows(client.get(reverse("export_transactions", args=["csv"])))) == 4


@pytest.mark.django_db
def test_a_workbook_has_numbers_as_numbers_and_no_formulas() -> None:
    bought = buy(product=ProductFactory.create(name="=1+1"))
    answer = signed_in(bought.buyer).get(reverse("export_transactions", args=["xlsx"]))
    header, deduction, _recharge = cells(body(answer))
    assert [text for _kind, text in header][:2] == ["Time", "Type"]
    assert ("inlineStr", "=1+1") in deduction
    assert ("n", "-100.00") in deduction
    assert all(kind in ("n", "inlineStr") for kind, _text in deduction)


@pytest.mark.django_db
def test_earnings_are_exported_with_state_and_commission() -> None:
    sold = buy(at=timezone.now())
    member = make_member(sold.vendor)
    [row] = rows(signed_in(member).get(reverse("export_earnings", args=["csv"])))
    assert (row["Type"], row["State"], row["Frozen because"]) == (
        "Sale",
        "Frozen",
        "The refund window is open",
    )
    assert (row["Amount"], row["Commission"], row["Frozen until"][-15:]) == (
        "90.00",
        "10.00",
        " 00:00:00+08:00",
    )
    url = reverse("export_earnings", args=["csv"])
    assert rows(signed_in(member).get(url, {"state": "available"})) == []


@pytest.mark.django_db
def test_the_vendors_requests_are_exported_by_state() -> None:
    request = ask()
    member = make_member(request.vendor)
    url = reverse("export_vendor_refunds", args=["csv"])
    [row] = rows(signed_in(member).get(url))
    assert (row["Request"], row["Refund amount"], row["Approved amount"]) == (
        str(request.pk),
        "100.00",
        "",
    )
    commands.approve(request_id=request.pk, actor=member, now=request.submitted_at)
    assert rows(signed_in(member).get(url)) == []
    [row] = rows(signed_in(member).get(url, {"state": "approved"}))
    assert row["Approved amount"] == "100.00"


def _reader(name: str) -> tuple[User, User]:
    """Somebody who has something to export, and somebody else who has, too."""
    mine, other = ask(), ask()
    if name == "export_transactions":
        return mine.buyer, other.buyer
    return make_member(mine.vendor), make_member(other.vendor)


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_holds_only_ones_own(name: str, ending: str) -> None:
    url = reverse(name, args=[ending])
    files = [signed_in(user).get(url) for user in _reader(name)]
    ids = []
    for file in files:
        content = body(file)
        text = content.decode() if ending == "csv" else str(cells(content))
        ids.append({word for word in text.replace("'", ",").split(",") if word[:2] == "O0"})
    assert all(ids)
    assert not ids[0] & ids[1]
    assert Client().get(url).status_code == 302
    assert signed_in(make_user()).get(url).status_code == (
        200 if name == "export_transactions" else 404
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPORTS)
def test_other_kinds_of_file_are_not_there(name: str) -> None:
    user = _reader(name)[0]
    for ending in ("pdf", "CSV", "csv.exe"):
        assert signed_in(user).get(reverse(name, args=[ending])).status_code == 404
    assert signed_in(user).post(reverse(name, args=["csv"])).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXPORTS)
def test_more_than_a_file_holds_is_said_and_not_cut_off(name: str, settings: Any) -> None:
    mine = ask()
    ask(buy(buyer=mine.buyer, product=mine.instance.product))
    settings.EXPORT_ROWS = 1
    user = mine.buyer if name == "export_transactions" else make_member(mine.vendor)
    answer = signed_in(user).get(reverse(name, args=["csv"]), {"q": ""}, follow=True)
    assert len(answer.redirect_chain) == 1
    assert "These are more than 1 lines" in answer.content.decode()


@pytest.mark.django_db
def test_titles_and_words_are_in_the_readers_language() -> None:
    bought = buy()
    client = signed_in(bought.buyer)
    url = reverse("export_transactions", args=["csv"])
    answer = client.get(url, headers={"accept-language": "zh-hans"})
    assert {row["类型"] for row in rows(answer)} == {"充值", "扣费"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_is_told_to_be_text(sign: str) -> None:
    assert harmless(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"
    assert harmless(f"a{sign}") == f"a{sign}"


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])), fen=st.integers(-(2**63), 2**63))
def test_whatever_the_text_a_csv_comes_back_as_it_went(text: str, fen: int) -> None:
    with translation.override("en"):
        answer = export("f", Format.CSV, ("Text", "Amount"), [(text, Money(fen, "CNY"))])
    read = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))
    assert read[1][0] == harmless(text)
    assert int(read[1][1].replace(".", "")) == fen
