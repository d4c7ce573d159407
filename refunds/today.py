"""What waits for operators today, and what the sweeps will do next: every read.

A fixed number of reads, each by an index and none counting beyond `COUNTED`, so that the page
costs the same however large the tables grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Model, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from billing.queries import late_invoices
from kernel.health import patience
from notices.models import Notice
from orders.queries import late_steps, services_aside
from refunds.models import RefundRequest, Ticket, TicketKind, TicketState
from refunds.queries import COUNTED, approvals_due, credits_due
from refunds.transitions import DecidedBy, Status

# How far ahead the sweeps' work is shown, and how many of its rows.
AHEAD = timedelta(hours=24)
ROWS = 20
# Automatic approvals are a vendor's habit over so long; more vendors than these nobody calls.
HABIT = timedelta(days=30)
VENDORS = 5


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait (capped), and where the admin lists them."""

    label: Any
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Coming:
    """What a sweep will do within `AHEAD`: how many, how much in each currency, the first."""

    count: int
    totals: list[tuple[int, str]]
    rows: list[RefundRequest]


def today(*, now: datetime) -> dict[str, Any]:
    """The operators' start page."""
    return {
        "queues": [
            *_ticket_queues(now),
            *_request_queues(now),
            *_service_queues(now),
            _invoice_queue(now),
            _mail_queue(),
        ],
        "silent_vendors": _silent_vendors(now),
        "approvals": _coming(approvals_due(now + AHEAD), "refund_amount"),
        "credits": _coming(credits_due(now + AHEAD), "approved_amount"),
    }


def _ticket_queues(now: datetime) -> list[Queue]:
    tickets = Ticket.objects.filter(state=TicketState.OPEN)
    of_state = {"state__exact": TicketState.OPEN.value}
    return [
        _queue(_("Open tickets"), tickets, of_state),
        _queue(
            _("Tickets past their deadline"),
            tickets.filter(due_at__lte=now),
            of_state | {"due_at__lte": now.isoformat()},
        ),
        _queue(
            _("Disputes: open appeals"),
            tickets.filter(kind=TicketKind.APPEAL),
            of_state | {"kind__exact": TicketKind.APPEAL.value},
        ),
        _queue(
            _("Tickets set aside by a sweep"),
            Ticket.objects.filter(set_aside_at__isnull=False),
            {"queue": "set_aside"},
        ),
    ]


def _request_queues(now: datetime) -> list[Queue]:
    requests = RefundRequest.objects.all()
    return [
        _queue(
            _("Service requests whose vendor has not answered in time"),
            requests.filter(status=Status.PENDING, approves_at_deadline=False, due_at__lte=now),
            {
                "status__exact": Status.PENDING.value,
                "approves_at_deadline__exact": 0,
                "due_at__lte": now.isoformat(),
            },
        ),
        _queue(
            _("Credits that are overdue"),
            credits_due(now - patience()),
            {
                "status__exact": Status.APPROVED.value,
                "credit_due_at__lte": (now - patience()).isoformat(),
                "set_aside_at__isempty": 1,
            },
        ),
        _queue(
            _("Requests set aside by a sweep"),
            requests.filter(set_aside_at__isnull=False),
            {"set_aside_at__isempty": 0},
        ),
    ]


def _service_queues(now: datetime) -> list[Queue]:
    return [
        _queue(_("Service steps that a vendor lets lie"), late_steps(now), {"late": "yes"}),
        _queue(_("Services set aside by a sweep"), services_aside(), {"standstill": "set_aside"}),
    ]


def _invoice_queue(now: datetime) -> Queue:
    return _queue(_("Invoices past their date"), late_invoices(now), {"late": "yes"})


def _mail_queue() -> Queue:
    given_up: dict[str, Any] = {"given_up_at__isnull": False}
    return _queue(_("Mails that were given up"), Notice.objects.filter(**given_up), given_up)


def _queue(label: Any, rows: QuerySet[Any], query: Mapping[str, str | int]) -> Queue:
    count = rows.order_by().values("pk")[:COUNTED].count()
    return Queue(label=label, count=count, url=_list_url(rows.model, query))


def _list_url(model: type[Model], query: Mapping[str, str | int]) -> str:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?{urlencode(query)}"


def _silent_vendors(now: datetime) -> list[Any]:
    """The vendors that left most requests to the deadline, among the newest of all requests."""
    newest = RefundRequest.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return list(
        RefundRequest.objects.filter(
            pk__gt=newest - COUNTED, decided_by=DecidedBy.DEADLINE, decided_at__gte=now - HABIT
        )
        .values("vendor_id", "vendor__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "vendor_id")[:VENDORS]
    )


def _coming(due: QuerySet[RefundRequest], amount: str) -> Coming:
    counted = RefundRequest.objects.filter(pk__in=due.values("pk")[:COUNTED])
    totals = counted.values_list("currency").annotate(Count("pk"), Sum(amount)).order_by("currency")
    found = list(totals)
    return Coming(
        count=sum(count for _currency, count, _total in found),
        totals=[(total, currency) for currency, _count, total in found],
        rows=list(due.select_related("instance__product", "buyer", "vendor")[:ROWS]),
    )
