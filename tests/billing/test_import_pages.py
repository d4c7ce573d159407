"""An operator uploads a file, reads what is wrong with it, and imports it (R17)."""

import csv
import html
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing.imports import COLUMNS, parse
from billing.models import PurchaseImport
from orders.models import Order
from people.models import User
from tests.billing.csv_files import sheet
from tests.billing.test_import_parsing import SHANGHAI
from tests.factories import NOW, ProductFactory, buy, make_member, make_user
from tests.refunds.test_access import signed_in

pytestmark = pytest.mark.django_db

UPLOAD = "admin:billing_purchaseimport_upload"


@pytest.fixture
def operator() -> Client:
    ProductFactory.create(code="crm")
    return signed_in(make_user(operator=True))


def send(client: Client, content: bytes, name: str = "purchases.csv") -> Any:
    return client.post(reverse(UPLOAD), {"file": SimpleUploadedFile(name, content)}, follow=True)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_a_file_is_checked_then_imported(operator: Client) -> None:
    report = send(operator, sheet())
    [found] = PurchaseImport.objects.all()
    assert "¥5,980.00 − ¥500.00 = ¥5,480.00" in text(report)
    assert not Order.objects.exists()
    apply = reverse("admin:billing_purchaseimport_apply", args=[found.pk])
    assert apply in text(report)
    assert operator.get(apply).status_code == 405
    done = operator.post(apply, follow=True)
    assert "Imported. New orders: 1; recorded already: 0." in text(done)
    assert apply not in text(done)
    again = operator.post(apply, follow=True)
    assert "This file has been imported already." in text(again)
    assert Order.objects.count() == 1


def test_what_somebody_else_imported_meanwhile_is_not_said_to_be_new(operator: Client) -> None:
    for _ in range(2):
        send(operator, sheet())
    said = [
        text(
            operator.post(
                reverse("admin:billing_purchaseimport_apply", args=[found.pk]), follow=True
            )
        )
        for found in PurchaseImport.objects.order_by("pk")
    ]
    assert "Imported. New orders: 1; recorded already: 0." in said[0]
    assert "Imported. New orders: 0; recorded already: 1." in said[1]


def test_a_report_names_every_bad_line_and_shows_some(operator: Client) -> None:
    lines = [{"resource_id": f"x {n}"} for n in range(150)]
    report = send(operator, sheet({}, *lines))
    assert "150 problems" in text(report)
    assert "Here are the first 100." in text(report)
    assert text(report).count("resource_id_invalid") == 100
    [found] = PurchaseImport.objects.all()
    url = reverse("admin:billing_purchaseimport_problems", args=[found.pk])
    assert url in text(report)
    content = b"".join(operator.get(url).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Line"] for row in rows] == [str(n) for n in range(3, 153)]
    assert {row["Code"] for row in rows} == {"resource_id_invalid"}
    apply = reverse("admin:billing_purchaseimport_apply", args=[found.pk])
    assert "This file has problems." in text(operator.post(apply, follow=True))


def test_what_a_file_says_is_shown_as_text(operator: Client) -> None:
    report = send(operator, sheet({"buyer_email": "<script>alert(1)</script>"}), "<b>.csv")
    assert "<script>alert" not in report.content.decode()
    assert "<b>.csv" not in report.content.decode()
    url = reverse("admin:billing_purchaseimport_problems", args=[PurchaseImport.objects.get().pk])
    send(operator, sheet({"buyer_email": "=cmd|' /C calc'!A0"}))
    latest = PurchaseImport.objects.latest("pk")
    url = reverse("admin:billing_purchaseimport_problems", args=[latest.pk])
    assert b",'=cmd" in b"".join(operator.get(url).streaming_content)  # type: ignore[attr-defined]


def test_a_file_that_is_too_large_is_not_read(operator: Client, settings: Any) -> None:
    settings.PURCHASE_IMPORT_BYTES = 1_000
    answer = send(operator, b"x" * 2_000)
    assert answer.status_code == 422
    assert "at most 1000" in text(answer).replace("\xa0", " ")
    assert not PurchaseImport.objects.exists()


def test_without_a_file_the_form_says_so(operator: Client) -> None:
    answer = operator.post(reverse(UPLOAD), {})
    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    assert "The file is empty." in text(send(operator, b""))


def test_the_template_has_every_column_and_can_be_read(operator: Client) -> None:
    answer = operator.get(reverse("admin:billing_purchaseimport_template"))
    parsed = parse(answer.content, zone=SHANGHAI, now=NOW, most_lines=10)
    assert parsed.problems == []
    assert len(parsed.purchases) == 1
    page = text(operator.get(reverse(UPLOAD)))
    assert all(column.name in page for column in COLUMNS)


def _others() -> list[User]:
    sold = buy()
    return [sold.buyer, make_member(sold.vendor)]


@pytest.mark.parametrize("name", ["upload", "template", "apply", "problems"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_operators_import(operator: Client, name: str, method: str) -> None:
    send(operator, sheet())
    [found] = PurchaseImport.objects.all()
    args = [found.pk] if name in ("apply", "problems") else []
    url = reverse(f"admin:billing_purchaseimport_{name}", args=args)
    for user in _others():
        answer = getattr(signed_in(user), method)(url)
        assert answer.status_code in (302, 403)
    assert not Order.objects.filter(number="CM-1").exists()
    found.refresh_from_db()
    assert found.state == "checked"


def test_an_import_that_is_none_is_not_found(operator: Client) -> None:
    for name in ("apply", "problems"):
        url = reverse(f"admin:billing_purchaseimport_{name}", args=[999_999])
        assert operator.post(url).status_code == 404
