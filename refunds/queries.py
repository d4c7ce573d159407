"""Reads of purchases and requests: what somebody may see, and what the rules say about it."""

from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.db.models import Prefetch, QuerySet

from orders.models import DeliveryType, Instance, InstanceState, Service, ServiceState
from orders.transitions import accepted_by
from people.models import User
from people.queries import vendor_ids_of
from refunds.eligibility import Eligibility, Facts, assess
from refunds.models import (
    Channel,
    PolicyVersion,
    RefundEvent,
    RefundRequest,
    RejectionGround,
    SweepSwitch,
    Ticket,
    TicketState,
)
from refunds.situations import Situation
from refunds.transitions import STANDING, Status

# Beyond this many a page says "10,000+".
COUNTED = 10_001


def policy_at(delivery_type: str, at: datetime) -> PolicyVersion:
    """The rules in force for a delivery type at a moment."""
    return PolicyVersion.objects.filter(delivery_type=delivery_type).in_force(at)[0]


def policies_at(at: datetime) -> dict[str, PolicyVersion]:
    """The rules in force for every delivery type, in one read."""
    versions = (
        PolicyVersion.objects.in_force(at)
        .order_by("delivery_type", "-effective_from", "-id")
        .distinct("delivery_type")
    )
    return {version.delivery_type: version for version in versions}


def approvals_due(now: datetime) -> QuerySet[RefundRequest]:
    """What the sweep approves, oldest first: nobody decided until the deadline (R6)."""
    return RefundRequest.objects.filter(
        status=Status.PENDING,
        approves_at_deadline=True,
        due_at__lte=now,
        set_aside_at__isnull=True,
    ).order_by("due_at", "id")


def credits_due(now: datetime) -> QuerySet[RefundRequest]:
    """What the sweep credits, oldest first (R13)."""
    return RefundRequest.objects.filter(
        status=Status.APPROVED, credit_due_at__lte=now, set_aside_at__isnull=True
    ).order_by("credit_due_at", "id")


def newest_switch() -> SweepSwitch | None:
    """Whether the sweeps are stopped, by whom and why; None where nobody ever stopped them."""
    return SweepSwitch.objects.select_related("actor").order_by("-id").first()


# The orders that count towards the limit, by delivery type (R3).
Counted = dict[str, set[int]]


def counted_orders(buyer_id: int, *, without: Instance | None = None) -> Counted:
    """The buyer's orders with a self-service refund that was neither cancelled nor rejected (R3).

    `without` leaves the requests for one instance aside, as if it were withdrawn.
    """
    standing = RefundRequest.objects.filter(
        buyer_id=buyer_id, channel=Channel.SELF_SERVICE, status__in=STANDING
    )
    if without:
        standing = standing.exclude(instance=without)
    counted: Counted = {}
    for kind, order_id in standing.values_list("instance__delivery_type", "order_id").distinct():
        counted.setdefault(kind, set()).add(order_id)
    return counted


def assess_instance(
    instance: Instance,
    policy: PolicyVersion,
    *,
    now: datetime,
    counted: Counted | None = None,
) -> Eligibility:
    """What the rules say about this instance now; reads its order, its service, its requests.

    `counted` are the buyer's `counted_orders`, for whoever asks about several instances.
    """
    if counted is None:
        counted = counted_orders(instance.buyer_id)
    return assess(_facts(instance, counted, now), policy.terms, now=now)


def _facts(instance: Instance, counted: Counted, now: datetime) -> Facts:
    requests = list(instance.refund_requests.all())
    standing = next((r.status for r in requests if r.status in STANDING), None)
    orders = counted.get(instance.delivery_type, set())
    return Facts(
        delivery_type=instance.delivery_type,
        order_kind=instance.order.kind,
        purchased_at=instance.purchased_at,
        expires_at=instance.expires_at,
        terminated=instance.state == InstanceState.TERMINATED,
        list_price=instance.list_price,
        coupon=instance.coupon,
        paid=instance.paid,
        currency=instance.currency,
        standing=standing,
        submissions=sum(request.channel == Channel.SELF_SERVICE for request in requests),
        service_state=_service_state(instance, now),
        held=bool(instance.held_by),
        refunded_orders=len(orders),
        order_counts=instance.order_id in orders,
        ticket_open=instance.held_by.startswith("ticket:"),
    )


def _service_state(instance: Instance, now: datetime) -> str | None:
    if instance.delivery_type != DeliveryType.SERVICE:
        return None
    service: Service | None = getattr(instance, "service", None)
    if service is None:
        return ServiceState.AWAITING_REQUIREMENT
    return ServiceState.COMPLETE if accepted_by(service, now) else service.state


def assess_after_withdrawal(
    instance: Instance, policy: PolicyVersion, *, now: datetime
) -> Eligibility:
    """What the rules would say if the standing request were withdrawn (R7)."""
    facts = _facts(instance, counted_orders(instance.buyer_id, without=instance), now)
    return assess(replace(facts, standing=None, held=False), policy.terms, now=now)


def situation_of(
    instance: Instance,
    policies: dict[str, PolicyVersion],
    *,
    now: datetime,
    counted: Counted | None = None,
) -> Situation:
    """The instance as its buyer's pages show it; reads what `purchases_of` has fetched.

    `counted` as for `assess_instance`.
    """
    requests = sorted(instance.refund_requests.all(), key=lambda r: -r.pk)
    policy = policies[instance.delivery_type]
    return Situation(
        instance=instance,
        eligibility=assess_instance(instance, policy, now=now, counted=counted),
        request=requests[0] if requests else None,
        now=now,
    )


def purchases_of(buyer: User) -> QuerySet[Instance]:
    """What the buyer has bought, with all that a row of Purchased products shows."""
    return (
        Instance.objects.filter(buyer=buyer)
        .select_related("product", "vendor", "order", "service")
        .prefetch_related(Prefetch("refund_requests", RefundRequest.objects.order_by("-id")))
    )


def requests_of(buyer: User) -> QuerySet[RefundRequest]:
    """The buyer's refund requests, with what a row of a list shows."""
    return _as_rows(RefundRequest.objects.filter(buyer=buyer))


def has_open_requests(buyer: User) -> bool:
    """Whether anything of this buyer's is pending or not yet credited, tickets included."""
    going_on = (Status.PENDING, Status.APPROVED)
    return (
        RefundRequest.objects.filter(buyer=buyer, status__in=going_on).exists()
        or Ticket.objects.filter(buyer=buyer, state=TicketState.OPEN).exists()
    )


def requests_to(member: User) -> QuerySet[RefundRequest]:
    """The requests to all vendors that this person acts for, with what a row of a list shows."""
    return _as_rows(RefundRequest.objects.filter(vendor_id__in=vendor_ids_of(member)))


def in_full(requests: QuerySet[RefundRequest]) -> QuerySet[RefundRequest]:
    """The same requests, with all that the page of a single one shows."""
    return requests.select_related(
        "vendor", "order", "policy", "rejection_ground", "decider", "ticket"
    )


def counts_by_status(member: User) -> dict[str, int]:
    """How many requests each state has, for the vendors that this person acts for.

    One read; nothing is counted beyond `COUNTED`, so that a page costs the same for a vendor
    with millions.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state.name, (SELECT count(*) FROM (SELECT FROM refunds_refundrequest"
            " WHERE vendor_id = ANY(%s) AND status = state.name LIMIT %s) AS capped)"
            " FROM unnest(%s::text[]) AS state (name)",
            [vendor_ids_of(member), COUNTED, Status.values],
        )
        return dict(cursor.fetchall())


def others_of_buyer(request: RefundRequest) -> QuerySet[RefundRequest]:
    """What else this buyer has asked of this vendor, newest first."""
    return (
        RefundRequest.objects.filter(vendor_id=request.vendor_id, buyer_id=request.buyer_id)
        .exclude(pk=request.pk)
        .select_related("instance__product")
        .order_by("-id")
    )


def others_of_product(request: RefundRequest) -> QuerySet[RefundRequest]:
    """What others have asked for the same product, newest first."""
    return (
        RefundRequest.objects.filter(
            vendor_id=request.vendor_id, instance__product_id=request.instance.product_id
        )
        .exclude(buyer_id=request.buyer_id)
        .select_related("instance__product", "buyer")
        .order_by("-id")
    )


def history_of(request: RefundRequest) -> QuerySet[RefundEvent]:
    """What happened to the request, in order."""
    return request.events.select_related("actor").order_by("id")


def grounds() -> QuerySet[RejectionGround]:
    """The grounds that a rejection may name today (R8)."""
    return RejectionGround.objects.filter(offered=True)


def _as_rows(requests: QuerySet[RefundRequest]) -> QuerySet[RefundRequest]:
    # No more than the rows show: to plan a join of nine tables costs more than to read a page.
    return requests.select_related("instance__product", "buyer")
