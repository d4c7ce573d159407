"""Every read of refunds: what somebody may see, and what the rules say about it."""

from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.db.models import Prefetch, QuerySet

from orders.models import Instance, InstanceState
from people.models import User
from people.queries import vendor_ids_of
from refunds.eligibility import Eligibility, Facts, assess
from refunds.models import PolicyVersion, RefundEvent, RefundRequest, RejectionGround
from refunds.situations import Situation
from refunds.transitions import STANDING, Status

# Beyond this many a page says "10,000+".
COUNTED = 10_001


def policy_at(delivery_type: str, at: datetime) -> PolicyVersion:
    """The rules in force for a delivery type at a moment."""
    return PolicyVersion.objects.filter(delivery_type=delivery_type, effective_from__lte=at).latest(
        "effective_from"
    )


def policies_at(at: datetime) -> dict[str, PolicyVersion]:
    """The rules in force for every delivery type, in one read."""
    versions = (
        PolicyVersion.objects.filter(effective_from__lte=at)
        .order_by("delivery_type", "-effective_from")
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


def assess_instance(instance: Instance, policy: PolicyVersion, *, now: datetime) -> Eligibility:
    """What the rules say about this instance now; reads its order and its requests."""
    return assess(_facts(instance), policy.terms, now=now)


def _facts(instance: Instance) -> Facts:
    requests = list(instance.refund_requests.all())
    standing = next((r.status for r in requests if r.status in STANDING), None)
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
        submissions=len(requests),
    )


def assess_after_withdrawal(
    instance: Instance, policy: PolicyVersion, *, now: datetime
) -> Eligibility:
    """What the rules would say if the standing request were withdrawn (R7)."""
    return assess(replace(_facts(instance), standing=None), policy.terms, now=now)


def situation_of(
    instance: Instance, policies: dict[str, PolicyVersion], *, now: datetime
) -> Situation:
    """The instance as its buyer's pages show it; reads what `purchases_of` has fetched."""
    requests = sorted(instance.refund_requests.all(), key=lambda r: -r.pk)
    return Situation(
        instance=instance,
        eligibility=assess_instance(instance, policies[instance.delivery_type], now=now),
        request=requests[0] if requests else None,
        now=now,
    )


def purchases_of(buyer: User) -> QuerySet[Instance]:
    """What the buyer has bought, with all that a row of Purchased products shows."""
    return (
        Instance.objects.filter(buyer=buyer)
        .select_related("product", "vendor", "order")
        .prefetch_related(Prefetch("refund_requests", RefundRequest.objects.order_by("-id")))
    )


def requests_of(buyer: User) -> QuerySet[RefundRequest]:
    """The buyer's refund requests, with what a row of a list shows."""
    return _as_rows(RefundRequest.objects.filter(buyer=buyer))


def has_open_requests(buyer: User) -> bool:
    """Whether anything of this buyer's is pending or not yet credited."""
    going_on = (Status.PENDING, Status.APPROVED)
    return RefundRequest.objects.filter(buyer=buyer, status__in=going_on).exists()


def requests_to(member: User) -> QuerySet[RefundRequest]:
    """The requests to all vendors that this person acts for, with what a row of a list shows."""
    return _as_rows(RefundRequest.objects.filter(vendor_id__in=vendor_ids_of(member)))


def in_full(requests: QuerySet[RefundRequest]) -> QuerySet[RefundRequest]:
    """The same requests, with all that the page of a single one shows."""
    return requests.select_related("vendor", "order", "policy", "rejection_ground", "decider")


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
