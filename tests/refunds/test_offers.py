"""Part of the money is refunded where the vendor offered it and the buyer took it (R4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing.queries import account_of
from kernel.errors import NotFound
from notices.models import Notice
from orders.models import InstanceState
from people.models import Role
from refunds import commands
from refunds.models import Offer, RefundRequest
from refunds.ticket_queries import recourse_by_appeal, recourse_of_vendor
from tests.factories import NOW, ask, ask_service, ground, make_member, make_user, offer_on

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LAPSE = NOW + timedelta(days=3)
INSTANT = timedelta(microseconds=1)


def offer(request: RefundRequest, **changes: object) -> None:
    commands.offer(
        **{
            "request_id": request.pk,
            "actor": make_member(request.vendor),
            "amount": 4_000,
            "text": "Half is done.",
            "now": NOW,
        }
        | changes  # type: ignore[arg-type]
    )


def kinds(request: RefundRequest) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> set[int]:
    """Who is told of it in the portal."""
    found = Notice.objects.filter(kind=kind, channel="inbox")
    return set(found.values_list("recipient_id", flat=True))


def test_an_accepted_offer_is_approved_and_credited_for_its_amount_and_no_more(
    the_ledger_agrees: Callable[[], None],
) -> None:
    request = ask_service(price=10_005)
    vendor = make_member(request.vendor)
    made = offer_on(request, amount=3_333, by=vendor)
    assert made.lapses_at == LAPSE
    commands.accept_offer(offer_id=made.pk, buyer=request.buyer, now=NOW + HOUR)

    request.refresh_from_db()
    assert (request.status, request.approved_amount, request.refund_amount) == (
        "approved",
        3_333,
        10_005,
    )
    assert (request.decided_by, request.decider) == ("vendor", vendor)
    assert request.commission == 333
    assert request.instance.state == InstanceState.TERMINATED
    assert commands.credit_due(now=NOW + 2 * HOUR).done == 1
    account = account_of(request.buyer)
    assert account is not None
    assert account.balance == 3_333
    assert kinds(request) == ["submitted", "offered", "offer_accepted", "approved", "credited"]
    assert told("offer_made") == {request.buyer_id}
    assert told("offer_accepted") == {vendor.pk}
    the_ledger_agrees()


def test_a_declined_offer_leaves_the_request_pending_and_room_for_another(
    the_ledger_agrees: Callable[[], None],
) -> None:
    request = ask_service()
    made = offer_on(request)
    commands.decline_offer(
        offer_id=made.pk, buyer=request.buyer, text=" Too little. ", now=NOW + HOUR
    )
    made.refresh_from_db()
    assert (made.state, made.answer, made.answered_at) == ("declined", "Too little.", NOW + HOUR)
    request.refresh_from_db()
    assert (request.status, request.approved_amount) == ("pending", None)
    offer_on(request, amount=6_000, at=NOW + HOUR)
    assert kinds(request) == ["submitted", "offered", "offer_declined", "offered"]
    assert told("offer_declined")
    the_ledger_agrees()


def may_go_to_platform(request: RefundRequest) -> tuple[bool, bool]:
    """Whether the buyer may, and whether the vendor may."""
    buyers, vendors = recourse_by_appeal(request, now=NOW), recourse_of_vendor(request)
    return buyers is not None, vendors is not None


def test_after_the_second_decline_either_side_may_go_to_the_platform() -> None:
    request = ask_service()
    for expected in (False, True):
        made = offer_on(request)
        commands.decline_offer(offer_id=made.pk, buyer=request.buyer, now=NOW)
        assert may_go_to_platform(request) == (expected, expected)
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=NOW)
    request.refresh_from_db()
    assert may_go_to_platform(request) == (False, False)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount": 0}, commands.OfferOutOfRange),
        ({"amount": -1}, commands.OfferOutOfRange),
        ({"amount": 10_000}, commands.OfferOutOfRange),
        ({"amount": 10_001}, commands.OfferOutOfRange),
        ({"text": "  "}, commands.OfferNeedsText),
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_leaves_nothing(
    changes: dict[str, object], refusal: type[Exception]
) -> None:
    request = ask_service()
    with pytest.raises(refusal):
        offer(request, **changes)
    assert not Offer.objects.exists()
    assert kinds(request) == ["submitted"]


def test_a_saas_request_takes_no_offers() -> None:
    with pytest.raises(commands.OfferNotPossible):
        offer(ask())


def test_one_offer_is_open_at_a_time() -> None:
    request = ask_service()
    offer_on(request)
    with pytest.raises(commands.OfferOpen):
        offer(request)
    assert request.offers.count() == 1


def test_only_who_decides_for_the_vendor_offers_and_only_the_buyer_answers() -> None:
    request = ask_service()
    with pytest.raises(commands.DecisionNotAllowed):
        offer(request, actor=make_member(request.vendor, Role.READ_ONLY))
    for stranger in (make_user(), request.buyer, make_user(operator=True)):
        with pytest.raises(NotFound):
            offer(request, actor=stranger)
    made = offer_on(request)
    for stranger in (make_user(), made.offered_by, make_user(operator=True)):
        for answer in (commands.accept_offer, commands.decline_offer):
            with pytest.raises(NotFound):
                answer(offer_id=made.pk, buyer=stranger, now=NOW)
    with pytest.raises(NotFound):
        commands.accept_offer(offer_id=0, buyer=request.buyer, now=NOW)


def test_an_offer_lapses_at_its_time_whether_the_sweep_has_run_or_not() -> None:
    late, punctual = ask_service(), ask_service()
    first = offer_on(late)
    with pytest.raises(commands.OfferClosed) as refusal:
        commands.accept_offer(offer_id=first.pk, buyer=late.buyer, now=LAPSE)
    assert refusal.value.state == "lapsed"
    # The next offer does not wait for the sweep either.
    offer_on(late, at=LAPSE)
    first.refresh_from_db()
    assert (first.state, first.answered_at) == ("lapsed", LAPSE)
    assert kinds(late) == ["submitted", "offered", "offer_lapsed", "offered"]
    taken = offer_on(punctual)
    commands.accept_offer(offer_id=taken.pk, buyer=punctual.buyer, now=LAPSE - INSTANT)
    punctual.refresh_from_db()
    assert punctual.status == "approved"


def test_the_sweep_lets_offers_lapse_and_both_sides_are_told(
    the_ledger_agrees: Callable[[], None],
) -> None:
    request = ask_service()
    made = offer_on(request)
    assert commands.lapse_due(now=LAPSE - INSTANT).done == 0
    assert commands.lapse_due(now=LAPSE + HOUR).done == 1
    assert commands.lapse_due(now=LAPSE + HOUR).done == 0
    made.refresh_from_db()
    assert (made.state, made.answered_at) == ("lapsed", LAPSE)
    assert told("offer_lapsed") == {request.buyer_id, made.offered_by_id}
    assert may_go_to_platform(request) == (False, False)
    the_ledger_agrees()


def test_an_open_offer_stops_nobody_and_is_overtaken(
    the_ledger_agrees: Callable[[], None],
) -> None:
    approved, rejected, withdrawn = (ask_service() for _ in range(3))
    offers = [offer_on(request) for request in (approved, rejected, withdrawn)]
    commands.approve(request_id=approved.pk, actor=offers[0].offered_by, now=NOW + HOUR)
    commands.reject(
        request_id=rejected.pk,
        actor=offers[1].offered_by,
        ground=ground(),
        text="No.",
        now=NOW + HOUR,
    )
    commands.cancel(request_id=withdrawn.pk, buyer=withdrawn.buyer, now=NOW + HOUR)
    for made in offers:
        made.refresh_from_db()
        assert (made.state, made.answered_at) == ("overtaken", NOW + HOUR)
        with pytest.raises(commands.AlreadyDecided):
            commands.accept_offer(offer_id=made.pk, buyer=made.request.buyer, now=NOW + HOUR)
    approved.refresh_from_db()
    assert approved.approved_amount == approved.refund_amount
    the_ledger_agrees()


def test_answering_twice_answers_once() -> None:
    request = ask_service()
    made = offer_on(request)
    commands.decline_offer(offer_id=made.pk, buyer=request.buyer, now=NOW)
    for answer in (commands.accept_offer, commands.decline_offer):
        with pytest.raises(commands.OfferClosed):
            answer(offer_id=made.pk, buyer=request.buyer, now=NOW)
    # An answer meant for one offer never goes to the next one.
    offer_on(request, amount=1)
    with pytest.raises(commands.OfferClosed):
        commands.accept_offer(offer_id=made.pk, buyer=request.buyer, now=NOW)
    request.refresh_from_db()
    assert request.status == "pending"
