"""Two at once at an offer or a hold: one wins, and the other is told so (R4, R8)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from people.models import User
from refunds import commands
from refunds.models import Offer, RefundRequest
from tests.factories import NOW, ask, ask_service, ground, hold_on, make_member, make_user, offer_on
from tests.refunds.test_races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LAPSE = NOW + 3 * DAY


def accept(offer: Offer) -> Callable[[], None]:
    return partial(
        commands.accept_offer, offer_id=offer.pk, buyer=offer.request.buyer, now=NOW + HOUR
    )


def test_of_accepting_and_rejecting_at_once_one_happens(
    the_ledger_agrees: Callable[[], None],
) -> None:
    for _ in range(ROUNDS):
        request = ask_service()
        offer = offer_on(request)
        reject = partial(
            commands.reject,
            request_id=request.pk,
            actor=offer.offered_by,
            ground=ground(),
            text="No.",
            now=NOW + HOUR,
        )
        answers = at_once([accept(offer), reject])
        assert codes(answers) == {"done": 1, "already_decided": 1}
        request.refresh_from_db()
        offer.refresh_from_db()
        assert (request.status, offer.state) in {
            ("approved", "accepted"),
            ("rejected", "overtaken"),
        }
    the_ledger_agrees()


def test_of_accepting_and_withdrawing_or_approving_in_full_at_once_one_happens(
    the_ledger_agrees: Callable[[], None],
) -> None:
    for _ in range(ROUNDS):
        withdrawn, approved = ask_service(), ask_service()
        offers = offer_on(withdrawn), offer_on(approved)
        cancel = partial(
            commands.cancel, request_id=withdrawn.pk, buyer=withdrawn.buyer, now=NOW + HOUR
        )
        approve = partial(
            commands.approve,
            request_id=approved.pk,
            actor=offers[1].offered_by,
            now=NOW + HOUR,
        )
        answers = at_once([accept(offers[0]), cancel, accept(offers[1]), approve])
        assert codes(answers) == {"done": 2, "already_decided": 2}
        approved.refresh_from_db()
        offers[1].refresh_from_db()
        assert approved.approved_amount == (4_000 if offers[1].state == "accepted" else 10_000)
    the_ledger_agrees()


def test_a_double_click_and_rival_answers_answer_once() -> None:
    for _ in range(ROUNDS):
        offer = offer_on(ask_service())
        decline = partial(
            commands.decline_offer, offer_id=offer.pk, buyer=offer.request.buyer, now=NOW + HOUR
        )
        found = codes(at_once([accept(offer), accept(offer), decline, decline]))
        assert found["done"] == 1
        assert found["already_decided"] + found["offer_closed"] == 3


def test_an_offer_is_answered_or_lapses_and_never_both(
    the_ledger_agrees: Callable[[], None],
) -> None:
    for _ in range(ROUNDS):
        request = ask_service()
        offer = offer_on(request)
        sweep = partial(commands.lapse_due, now=LAPSE + HOUR)
        at_once([accept(offer), sweep, sweep])
        offer.refresh_from_db()
        request.refresh_from_db()
        assert (request.status, offer.state) in {("approved", "accepted"), ("pending", "lapsed")}
        kinds = list(request.events.order_by("pk").values_list("kind", flat=True))
        assert kinds.count("offer_lapsed") == (offer.state == "lapsed")
    the_ledger_agrees()


def test_of_two_offers_at_once_one_is_open() -> None:
    for _ in range(ROUNDS):
        request = ask_service()
        members = [make_member(request.vendor) for _ in range(2)]
        answers = at_once(partial(offer_on, request, by=member) for member in members)
        assert codes(answers) == {"done": 1, "offer_open": 1}


def hold(request: RefundRequest, *, days: int = 2) -> Callable[[], object]:
    operator = make_user(operator=True)
    return partial(hold_on, request, days=days, by=operator, at=LAPSE - HOUR)


def test_a_hold_comes_before_the_sweep_or_too_late(the_ledger_agrees: Callable[[], None]) -> None:
    for _ in range(ROUNDS):
        request = ask()
        answers = at_once([hold(request), partial(commands.approve_due, now=LAPSE)])
        request.refresh_from_db()
        held = codes(answers[:1])["done"] == 1
        assert request.status == ("pending" if held else "approved")
        assert request.due_at == (LAPSE + 2 * DAY if held else LAPSE)
    the_ledger_agrees()


def test_of_two_holds_at_once_one_stops_the_clock_once() -> None:
    for _ in range(ROUNDS):
        request = ask()
        answers = at_once([hold(request, days=4), hold(request, days=4)])
        assert codes(answers) == {"done": 1, "already_held": 1}
        request.refresh_from_db()
        assert request.due_at == LAPSE + 4 * DAY


def test_a_release_and_the_sweeps_at_once_end_a_hold_once(
    the_ledger_agrees: Callable[[], None],
) -> None:
    for _ in range(ROUNDS):
        request = ask()
        hold_on(request, days=2)
        release = partial(
            commands.release_hold,
            request_id=request.pk,
            actor=make_user(operator=True),
            note="Clear.",
            now=NOW + DAY,
        )
        sweeps = [
            partial(commands.end_holds_due, now=NOW + 2 * DAY),
            partial(commands.approve_due, now=NOW + 4 * DAY),
        ]
        at_once([release, *sweeps])
        request.refresh_from_db()
        hold_row = request.holds.get()
        assert hold_row.ended_at in (NOW + DAY, NOW + 2 * DAY)
        ended = request.events.filter(kind="hold_ended").count()
        assert ended == 1
        assert request.due_at - NOW in (4 * DAY, 5 * DAY)
    the_ledger_agrees()


def stop_and_count(operator: User) -> int:
    """How many requests are approved when stopping has returned."""
    commands.stop_sweeps(actor=operator, reason="A drill.", now=NOW)
    return _approved()


def _approved() -> int:
    return RefundRequest.objects.filter(status="approved").count()


def test_nothing_is_swept_any_more_once_stopping_has_returned() -> None:
    operator = make_user(operator=True)
    for number in range(1, ROUNDS + 1):
        for _ in range(4):
            ask()
        sweeps = [partial(commands.approve_due, now=LAPSE, size=1) for _ in range(3)]
        counted, *_rest = at_once([partial(stop_and_count, operator), *sweeps])
        assert _approved() == counted
        commands.start_sweeps(actor=operator, reason="Over.", now=NOW)
        commands.approve_due(now=LAPSE)
        assert _approved() == 4 * number
