"""The operators' start page counts what waits and shows what the sweeps will do next."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from billing.commands import invoices
from billing.queries import late_invoices
from notices.models import Notice
from orders.models import Service, ServiceState
from orders.queries import late_steps, services_aside
from refunds import commands
from refunds.models import RefundRequest, Ticket
from refunds.queries import policy_at
from refunds.today import today
from tests.billing.invoicing import ask_invoice
from tests.factories import ask, ask_service, buy, make_member, make_user, offer_on
from tests.orders.deliveries import service_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user(operator=True))
    return client


def asked(ago: timedelta, *, price: int = 10_000) -> RefundRequest:
    at = timezone.now() - ago
    return ask(buy(at=at, prices=(price,)), at=at)


def counts() -> dict[str, int]:
    with translation.override("en"):
        return {str(queue.label): queue.count for queue in today(now=timezone.now())["queues"]}


def waiting() -> dict[str, int]:
    """Those queues in which something waits."""
    return {label: count for label, count in counts().items() if count}


def ticket(request: RefundRequest, **changes: Any) -> Ticket:
    return Ticket.objects.create(
        **{
            "instance": request.instance,
            "order": request.order,
            "buyer": request.buyer,
            "vendor": request.vendor,
            "policy": policy_at("saas", timezone.now()),
            "kind": "manual",
            "cause": "window_closed",
            "opened_by": "buyer",
            "opener": request.buyer,
            "inside": False,
            "description": "Please.",
            "currency": "CNY",
            "paid": request.paid,
            "amount_asked": request.paid,
            "opened_at": timezone.now(),
            "due_at": timezone.now() + DAY,
            "approves_at_deadline": False,
        }
        | changes
    )


def test_each_kind_of_work_is_counted_where_it_waits() -> None:
    assert waiting() == {}
    ask_service(at=timezone.now() - 6 * DAY)
    ask_service(at=timezone.now() - 4 * DAY)
    assert waiting() == {"Service requests whose vendor has not answered in time": 1}
    late = asked(4 * DAY)
    commands.approve_due(now=timezone.now() - DAY + timedelta(minutes=1))
    assert waiting()["Credits that are overdue"] == 1
    RefundRequest.objects.filter(pk=late.pk).update(
        set_aside_at=timezone.now(), set_aside_reason="a fault"
    )
    assert "Credits that are overdue" not in waiting()
    assert waiting()["Requests set aside by a sweep"] == 1
    ticket(asked(DAY))
    ticket(asked(DAY), due_at=timezone.now() - DAY)
    appealed = asked(DAY)
    ticket(appealed, kind="appeal", cause="rejected", appealed=appealed)
    assert waiting()["Open tickets"] == 3
    assert waiting()["Tickets past their deadline"] == 1
    assert waiting()["Disputes: open appeals"] == 1
    offer_on(ask_service(at=timezone.now()), at=timezone.now())
    assert "Mails that were given up" not in waiting()
    mail = Notice.objects.filter(channel="mail").earliest("pk").pk
    Notice.objects.filter(pk=mail).update(next_try_at=None, attempts=8, given_up_at=timezone.now())
    assert waiting()["Mails that were given up"] == 1


def test_services_and_invoices_are_counted_where_their_lists_show_them(operator: Client) -> None:
    now = timezone.now()
    late, held, _in_time, aside = (
        service_in(state, at=now - ago)
        for state, ago in (
            (ServiceState.IN_PROGRESS, 6 * DAY),
            (ServiceState.REQUIREMENT_SUBMITTED, 6 * DAY),
            (ServiceState.IN_PROGRESS, DAY),
            (ServiceState.AWAITING_ACCEPTANCE, DAY),
        )
    )
    ask(held.instance, at=now)
    Service.objects.filter(pk=aside.pk).update(set_aside_at=now, set_aside_reason="a fault")
    owed, made, withdrawn, _soon = (
        ask_invoice(buy(at=now - ago), at=now - ago) for ago in (30 * DAY, 30 * DAY, 30 * DAY, DAY)
    )
    invoices.take(invoice_id=made.pk, actor=make_member(made.vendor), now=now)
    invoices.withdraw(invoice_id=withdrawn.pk, buyer=withdrawn.buyer, now=now)
    expected: dict[str, set[Any]] = {
        "Service steps that a vendor lets lie": {late},
        "Services set aside by a sweep": {aside},
        "Invoices past their date": {owed, made},
    }
    assert waiting() == {label: len(rows) for label, rows in expected.items()}
    with translation.override("en"):
        links = {str(queue.label): queue.url for queue in today(now=now)["queues"]}
    for label, rows in expected.items():
        assert set(operator.get(links[label]).context["cl"].queryset) == rows


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (late_steps, "late_steps"),
        (lambda _now: services_aside(), "services_aside"),
        (late_invoices, "invoices_owed"),
    ],
)
def test_they_are_counted_by_an_index_of_what_waits_and_nothing_else(
    rows: Callable[[datetime], QuerySet[Any]], index: str
) -> None:
    with connection.cursor() as cursor:
        # In a table of a few rows, reading all of it is as good.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows(timezone.now()).values("pk").explain()


def test_what_the_sweeps_will_do_in_a_day_is_shown_with_its_sums() -> None:
    soon, _later = asked(2.5 * DAY, price=30_000), asked(DAY)
    asked(2.9 * DAY, price=5_000)
    board = today(now=timezone.now())
    assert (board["approvals"].count, board["approvals"].totals) == (2, [(35_000, "CNY")])
    assert [row.refund_amount for row in board["approvals"].rows] == [5_000, 30_000]
    assert board["credits"].count == 0
    commands.approve_due(now=timezone.now() + DAY)
    board = today(now=timezone.now() + DAY)
    assert (board["credits"].count, board["credits"].totals) == (2, [(35_000, "CNY")])
    assert soon.vendor_id in {vendor["vendor_id"] for vendor in board["silent_vendors"]}


def test_the_page_opens_and_every_link_of_it_leads_on(operator: Client) -> None:
    asked(2.5 * DAY)
    ask_service(at=timezone.now() - 6 * DAY)
    for language in ("en", "zh-hans"):
        operator.cookies["django_language"] = language
        page = html.unescape(operator.get(reverse("admin:index")).content.decode())
        assert ("Today" if language == "en" else "今日") in page
        start = page.index('id="today"')
        links = re.findall(r'href="(/admin/[^"]+)"', page[start:])
        assert len(links) >= 8
        for link in set(links):
            assert operator.get(link).status_code == 200, link


def test_it_costs_the_same_number_of_queries_however_much_waits(operator: Client) -> None:
    asked(2.5 * DAY)
    operator.get(reverse("admin:index"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as read:
            operator.get(reverse("admin:index"))
        return len(read)

    before = cost()
    for _ in range(5):
        asked(2.5 * DAY)
        ask_service(at=timezone.now() - 6 * DAY)
    assert cost() == before
