"""Every read of tickets: whose they are, what they show, and who may open one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from orders.models import Instance, Service
from orders.queries import last_send_back
from orders.transitions import Appeal, causes_to_appeal
from people.models import User
from people.queries import vendor_ids_of
from refunds.eligibility import Route
from refunds.models import (
    Channel,
    Evidence,
    GroundSide,
    OfferState,
    RefundRequest,
    Ticket,
    TicketGround,
    TicketKind,
    TicketMessage,
    TicketState,
    VendorWord,
)
from refunds.queries import COUNTED, assess_instance, policy_at
from refunds.recourse import Asked, Cause, Recourse, by_appeal, by_ticket, by_vendors_appeal
from refunds.transitions import STANDING, DecidedBy, Status


def tickets_of(buyer: User) -> QuerySet[Ticket]:
    """The buyer's tickets, with what a row of a list shows."""
    return _as_rows(Ticket.objects.filter(buyer=buyer))


def tickets_to(member: User) -> QuerySet[Ticket]:
    """The tickets about what the vendors of this person have sold."""
    return _as_rows(Ticket.objects.filter(vendor_id__in=vendor_ids_of(member)))


def ticket_in_full(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The same tickets, with all that the page of a single one shows."""
    return tickets.select_related(
        *("vendor", "order", "policy", "opener", "ground", "appealed"),
        *("decider", "decision_ground", "refund"),
    )


def evidence_seen_by(reader: User) -> QuerySet[Evidence]:
    """The evidence that this person may open: the buyer's, the vendor's and the operators'."""
    if reader.is_staff:
        return Evidence.objects.all()
    seen = Q(ticket__buyer=reader) | Q(ticket__vendor_id__in=vendor_ids_of(reader))
    return Evidence.objects.filter(seen)


def ticket_counts_by_state(member: User) -> dict[str, int]:
    """How many tickets each state has, for the vendors of this person; capped (one read)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT named.state, (SELECT count(*) FROM (SELECT FROM refunds_ticket"
            " WHERE vendor_id = ANY(%s) AND refunds_ticket.state = named.state LIMIT %s) AS capped)"
            " FROM unnest(%s::text[]) AS named (state)",
            [vendor_ids_of(member), COUNTED, TicketState.values],
        )
        return dict(cursor.fetchall())


def tickets_due(now: datetime) -> QuerySet[Ticket]:
    """What the sweep approves, oldest first: asked inside the window, decided by nobody."""
    return Ticket.objects.filter(
        state=TicketState.OPEN,
        approves_at_deadline=True,
        due_at__lte=now,
        set_aside_at__isnull=True,
    ).order_by("due_at", "id")


def tickets_near(now: datetime, *, last: bool) -> QuerySet[Ticket]:
    """Whose automatic approval is as near as a reminder of their policy says (R16).

    Where the last reminder is due, the first would say nothing more.
    """
    hours = {
        which: ExpressionWrapper(
            F(f"policy__{which}_reminder_hours") * Value(timedelta(hours=1)), DurationField()
        )
        for which in ("first", "last")
    }
    clocked = Ticket.objects.filter(
        state=TicketState.OPEN,
        approves_at_deadline=True,
        due_at__gt=now,
        set_aside_at__isnull=True,
    ).annotate(left=ExpressionWrapper(F("due_at") - Value(now), DurationField()))
    if last:
        return clocked.filter(left__lte=hours["last"])
    return clocked.filter(left__lte=hours["first"], left__gt=hours["last"])


def offered_grounds(side: GroundSide) -> QuerySet[TicketGround]:
    """The grounds that a ticket (for) or a decision (both) may name today (R10)."""
    return TicketGround.objects.filter(side=side, offered=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ticket's thread: a message, or evidence."""

    at: datetime
    party: str
    message: TicketMessage | None = None
    evidence: Evidence | None = None


def thread_of(ticket: Ticket) -> list[Line]:
    """Messages and evidence in order of time; evidence without its content."""
    messages = ticket.messages.select_related("author").order_by("id")
    evidence = ticket.evidence.select_related("uploader").defer("content").order_by("id")
    lines = [Line(at=m.at, party=m.party, message=m) for m in messages]
    lines += [Line(at=e.at, party=e.party, evidence=e) for e in evidence]
    # Of one moment: what was said, then what was sent with it.
    return sorted(lines, key=lambda line: line.at)


def recourse_by_ticket(instance: Instance, *, now: datetime) -> Recourse | None:
    """Whether and why a ticket may be opened about the instance now."""
    policy = policy_at(instance.delivery_type, now)
    eligibility = assess_instance(instance, policy, now=now)
    # Most pages are of what goes by self-service, for which history does not matter.
    is_ticket = eligibility.route == Route.TICKET
    return by_ticket(
        eligibility,
        delivery_cause(instance, now=now),
        clock=policy.approves_at_deadline,
        refused=is_ticket and _was_refused(instance),
        stays_inside=is_ticket and _stays_inside(instance),
    )


def _stays_inside(instance: Instance) -> bool:
    """Whether what the vendor has rejected was asked for inside the window, as self-service is.

    It stays inside until the platform has decided (R2).
    """
    rejected = (
        RefundRequest.objects.filter(
            instance=instance,
            channel=Channel.SELF_SERVICE,
            status=Status.REJECTED,
            decided_by=DecidedBy.VENDOR,
        )
        .order_by("-decided_at", "-id")
        .first()
    )
    return rejected is not None and not _settled_since(rejected)


def _was_refused(instance: Instance) -> bool:
    """Whether vendor or platform have refused a refund of the instance."""
    return (
        instance.refund_requests.filter(status=Status.REJECTED).exists()
        or instance.tickets.filter(state=TicketState.DECLINED).exists()
    )


def recourse_by_appeal(request: RefundRequest, *, now: datetime) -> Recourse | None:
    """Whether and why the buyer may appeal about the request now; each cause serves once."""
    return by_appeal(_asked(request), now=now) if _is_self_service(request) else None


def recourse_of_vendor(request: RefundRequest) -> Recourse | None:
    """Whether the vendor may put the request before the platform now (R4)."""
    return by_vendors_appeal(_asked(request)) if _is_self_service(request) else None


def _is_self_service(request: RefundRequest) -> bool:
    return request.channel == Channel.SELF_SERVICE


def _asked(request: RefundRequest) -> Asked:
    instance = request.instance
    stands = instance.refund_requests.filter(status__in=STANDING).exists()
    declined = request.offers.filter(state=OfferState.DECLINED).count()
    appeals = list(request.appeals.values_list("cause", "state"))
    return Asked(
        status=request.status,
        decided_by=request.decided_by,
        approves_at_deadline=request.approves_at_deadline,
        due_at=request.due_at,
        declined_offers=declined,
        max_declined_offers=request.policy.max_declined_offers,
        appealed=frozenset(cause for cause, _state in appeals),
        appeal_open=any(state == TicketState.OPEN for _cause, state in appeals),
        free=not stands and not instance.held_by and instance.terminated_at is None,
        settled=_settled_since(request),
    )


def _settled_since(request: RefundRequest) -> bool:
    """Whether the platform has refused a refund of the instance after the request was rejected."""
    if request.status != Status.REJECTED:
        return False
    declined = request.instance.tickets.filter(
        state=TicketState.DECLINED, closed_at__gt=request.decided_at
    )
    rejected = request.instance.refund_requests.filter(
        status=Status.REJECTED,
        decided_by=DecidedBy.OPERATOR,
        decided_at__gt=request.decided_at,
    )
    return declined.exists() or rejected.exists()


def delivery_cause(instance: Instance, *, now: datetime) -> str | None:
    """What the delivery of a manual service gives cause to appeal; None where nothing (R11).

    What the platform has declined is no cause again, until it happens again.
    """
    service = Service.objects.select_related("policy").filter(instance=instance).first()
    if service is None:
        return None
    for cause in causes_to_appeal(service, now):
        arose = last_send_back(service) if cause == Appeal.SEND_BACKS else None
        declined = instance.tickets.filter(
            cause=cause, state=TicketState.DECLINED, closed_at__gte=arose or service.step_since
        )
        if not declined.exists():
            return cause.value
    return None


def appeal_of(request: RefundRequest) -> Ticket | None:
    """The latest appeal about a request, if there is one."""
    return request.appeals.order_by("-id").first()


def unanswered_among(requests: Iterable[RefundRequest], *, now: datetime) -> set[int]:
    """The ids of those whose buyer may appeal now because the vendor is silent (R8).

    As `recourse_by_appeal` says it of one; one read for a list, and none where nothing is late.
    """
    late = {
        request.pk
        for request in requests
        if request.status == Status.PENDING
        and not request.approves_at_deadline
        and request.due_at <= now
    }
    if not late:
        return late
    served = Q(cause=Cause.UNANSWERED) | Q(state=TicketState.OPEN)
    appeals = Ticket.objects.filter(served, appealed__in=late)
    return late - set(appeals.values_list("appealed_id", flat=True))


def is_about_pending(ticket: Ticket) -> bool:
    """Whether the ticket is about a request that waits still: that itself is decided (R8)."""
    return ticket.appealed is not None and ticket.appealed.status == Status.PENDING


def in_queue(tickets: QuerySet[Ticket], name: str, *, now: datetime) -> QuerySet[Ticket]:
    """The tickets of one of the operators' queues; all of them for a name that is none."""
    is_open = Q(state=TicketState.OPEN)
    queues = {
        "open": is_open,
        "late": is_open & Q(due_at__lte=now),
        "urged": is_open & Q(urged_at__isnull=False),
        "appeals": is_open & Q(kind=TicketKind.APPEAL),
        "agreed": is_open & Q(vendor_word=VendorWord.AGREED),
        "set_aside": Q(set_aside_at__isnull=False),
    }
    return tickets.filter(queues[name]) if name in queues else tickets


def _as_rows(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("instance__product", "buyer")
