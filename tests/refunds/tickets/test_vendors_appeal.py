"""After a second declined offer the vendor, too, may go to the platform (R4)."""

import html
import re
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from kernel.errors import NotFound
from notices.models import Notice
from people.commands import add_member
from people.models import Role, User
from refunds import commands
from refunds.commands import tickets
from refunds.models import RefundRequest, Ticket
from refunds.transitions import DecidedBy
from tests.factories import NOW, ask, buy, ground, hold_on, make_member, make_user, offer_on
from tests.refunds.test_access import signed_in
from tests.refunds.test_races import at_once, codes
from tests.refunds.tickets.making import (
    DAY,
    HOUR,
    a_deadlock,
    a_rejected_request,
    a_vendors_appeal,
    an_appeal,
)

pytestmark = pytest.mark.django_db


def told(user: User) -> set[str]:
    return set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


def decide(ticket: Ticket, operator: User, outcome: str) -> None:
    act = partial(
        tickets.approve_ticket if outcome == "approved" else tickets.decline_ticket,
        ticket_id=ticket.pk,
        operator=operator,
        reason="Half of it is of no use.",
        now=NOW + 2 * HOUR,
    )
    if outcome == "approved":
        act(amount=ticket.paid)
    else:
        act(rejection_ground=ground())


def test_the_vendor_puts_the_request_before_the_platform_and_the_buyer_is_told() -> None:
    request = a_deadlock()
    member = make_member(request.vendor)
    ticket = a_vendors_appeal(request, actor=member)
    assert (ticket.kind, ticket.cause, ticket.inside) == ("appeal", "offers_declined", True)
    assert (ticket.opened_by, ticket.opener) == ("vendor", member)
    assert (ticket.buyer, ticket.amount_asked) == (request.buyer, request.paid)
    assert not ticket.approves_at_deadline
    assert "ticket_by_vendor" in told(request.buyer)
    assert "ticket_by_vendor" not in told(member)
    assert "ticket_appealed" not in told(member)
    event = request.events.get(kind="appealed")
    assert (event.actor, event.to_status) == (member, "pending")
    request.refresh_from_db()
    assert request.status == "pending"
    assert request.instance.held_by == request.reference
    assert request.instance.service.frozen_since == NOW


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_an_operator_decides_it_and_with_it_the_request(
    outcome: str, the_ledger_agrees: Callable[[], None]
) -> None:
    ticket = a_vendors_appeal()
    request = ticket.appealed
    assert request
    operator = make_user(operator=True)
    decide(ticket, operator, outcome)
    ticket.refresh_from_db()
    request.refresh_from_db()
    assert (request.status, request.decided_by) == (outcome, DecidedBy.OPERATOR)
    assert ticket.state == ("approved" if outcome == "approved" else "declined")
    assert (ticket.decider, ticket.decision) == (operator, "Half of it is of no use.")
    assert f"request_{outcome}_by_operator" in told(ticket.opener)
    request.instance.refresh_from_db()
    assert request.instance.state == ("terminated" if outcome == "approved" else "active")
    assert request.instance.held_by == ""
    the_ledger_agrees()


@pytest.mark.parametrize("end", ["cancel", "approve", "reject", "accept"])
def test_both_sides_may_still_settle_it_and_the_appeal_ends_with_it(end: str) -> None:
    ticket = a_vendors_appeal()
    request, member = ticket.appealed, ticket.opener
    assert request
    later = NOW + 2 * HOUR
    if end == "cancel":
        commands.cancel(request_id=request.pk, buyer=request.buyer, now=later)
    elif end == "approve":
        commands.approve(request_id=request.pk, actor=member, now=later)
    elif end == "reject":
        commands.reject(request_id=request.pk, actor=member, ground=ground(), text="No.", now=later)
    else:
        offered = offer_on(request, by=member, at=later)
        commands.accept_offer(offer_id=offered.pk, buyer=request.buyer, now=later)
    ticket.refresh_from_db()
    ends = {"cancel": "withdrawn", "reject": "declined"}
    assert ticket.state == ends.get(end, "approved")


@pytest.mark.parametrize("declined", [0, 1])
def test_it_takes_as_many_declined_offers_as_the_policy_says(declined: int) -> None:
    request = a_deadlock(declined=declined)
    with pytest.raises(tickets.NoVendorsAppeal):
        a_vendors_appeal(request)
    # One that lapses or is overtaken was not declined.
    offer_on(request)
    with pytest.raises(tickets.NoVendorsAppeal):
        a_vendors_appeal(request, at=NOW + 4 * DAY)
    assert not Ticket.objects.exists()


def test_without_a_written_word_there_is_no_appeal() -> None:
    request = a_deadlock()
    with pytest.raises(tickets.AppealNeedsText):
        tickets.appeal_as_vendor(
            request_id=request.pk, actor=make_member(request.vendor), text=" \n", now=NOW
        )
    assert not Ticket.objects.exists()


def test_only_who_decides_for_the_vendor_goes_to_the_platform() -> None:
    request = a_deadlock()
    own = a_deadlock(buyer=make_user())
    add_member(vendor=own.vendor, user=own.buyer, role=Role.OWNER)
    for about, actor, error in (
        (request, make_member(request.vendor, Role.READ_ONLY), commands.DecisionNotAllowed),
        (request, make_member(own.vendor), NotFound),
        (request, request.buyer, NotFound),
        (request, make_user(operator=True), NotFound),
        (own, own.buyer, commands.OwnPurchase),
    ):
        with pytest.raises(error):
            a_vendors_appeal(about, actor=actor)
    with pytest.raises(NotFound):
        tickets.appeal_as_vendor(request_id=0, actor=own.buyer, text="Hm.", now=NOW)
    assert not Ticket.objects.exists()


def test_what_is_no_deadlock_is_not_put_before_the_platform() -> None:
    decided = a_deadlock()
    commands.approve(request_id=decided.pk, actor=make_member(decided.vendor), now=NOW)
    saas, rejected, twice = ask(buy()), a_rejected_request(), a_vendors_appeal().appealed
    appealed = an_appeal(a_deadlock()).appealed
    assert twice
    assert appealed
    for request in (decided, saas, rejected, twice, appealed):
        with pytest.raises(tickets.NoVendorsAppeal):
            a_vendors_appeal(request)


def test_each_side_may_answer_the_other_but_the_same_cause_serves_once() -> None:
    request = a_deadlock()
    ticket = an_appeal(request, at=NOW)
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW)
    with pytest.raises(tickets.NoVendorsAppeal):
        a_vendors_appeal(request)
    with pytest.raises(tickets.NoAppeal):
        an_appeal(request, at=request.due_at - HOUR)
    # The vendor's silence is another cause than its offers.
    assert an_appeal(request, at=request.due_at).cause == "unanswered"


def test_the_buyer_does_not_take_back_what_the_vendor_has_put_before_the_platform() -> None:
    ticket = a_vendors_appeal()
    with pytest.raises(tickets.OpenedByVendor):
        tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW + HOUR)
    with pytest.raises(NotFound):
        tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.opener, now=NOW + HOUR)
    ticket.refresh_from_db()
    assert ticket.state == "open"
    tickets.urge(ticket_id=ticket.pk, buyer=ticket.buyer, now=NOW + HOUR)


def test_a_hold_by_the_platform_does_not_close_the_way_to_it() -> None:
    request = a_deadlock()
    hold_on(request)
    member = make_member(request.vendor)
    page = signed_in(member).get(reverse("vendor_refund", args=[request.pk])).content.decode()
    url = reverse("appeal_as_vendor", args=[request.pk])
    assert f'href="{url}"' in page
    assert a_vendors_appeal(request, actor=member).state == "open"


def test_an_operator_never_decides_what_they_have_bought_themselves() -> None:
    ticket = a_vendors_appeal(a_deadlock(buyer=make_user(operator=True)))
    for outcome in ("approved", "rejected"):
        with pytest.raises(commands.OwnPurchase):
            decide(ticket, ticket.buyer, outcome)
    client = signed_in(ticket.buyer)
    for name, sent in (
        ("approval", {"note": "Mine."}),
        ("decline", {"note": "Mine.", "rejection_ground": ground().pk}),
    ):
        url = reverse(f"admin:refunds_ticket_{name}", args=[ticket.pk])
        page = client.post(url, sent, follow=True).content.decode()
        assert "You cannot decide a refund of your own purchase." in page
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_the_database_knows_of_no_appeal_by_anybody_else() -> None:
    ticket = a_vendors_appeal()
    with pytest.raises(IntegrityError, match="ticket_frozen"):
        Ticket.objects.filter(pk=ticket.pk).update(opener=make_user())


# --- pages


def recent() -> RefundRequest:
    return a_deadlock(at=timezone.now() - HOUR)


@pytest.mark.parametrize(
    ("language", "words", "why"),
    [
        ("en", "Appeal to the platform", "Buyer and vendor found no amount to agree on."),
        ("zh-hans", "申请平台介入", "买家与服务商未能就金额达成一致。"),
    ],
)
def test_from_the_case_to_the_ticket_and_both_sides_see_it(
    language: str, words: str, why: str
) -> None:
    request = recent()
    vendor, buyer = signed_in(make_member(request.vendor)), signed_in(request.buyer)
    spoken = {"Accept-Language": language}
    case, url = (reverse(name, args=[request.pk]) for name in ("vendor_refund", "appeal_as_vendor"))
    assert f'href="{url}"' in vendor.get(case).content.decode()
    assert words in vendor.get(url, headers=spoken).content.decode()
    assert "<html" not in vendor.get(url, headers={"HX-Request": "true"}).content.decode()
    assert vendor.post(url, {"text": " "}).status_code == 422
    said = "We have done <b>half</b>."
    first, second = vendor.post(url, {"text": said}), vendor.post(url, {"text": said}, follow=True)
    assert first["Location"] == case
    assert "cannot be put before the platform" in html.unescape(second.content.decode())
    ticket = Ticket.objects.get()
    page = vendor.get(case, headers=spoken).content.decode()
    assert f'href="{url}"' not in page
    assert reverse("vendor_ticket", args=[ticket.pk]) in page
    page = buyer.get(reverse("refund", args=[request.pk]), headers=spoken).content.decode()
    assert reverse("ticket", args=[ticket.pk]) in page
    assert reverse("appeal_refund", args=[request.pk]) not in page
    withdrawing = reverse("withdraw_ticket", args=[ticket.pk])
    page = buyer.get(reverse("ticket", args=[ticket.pk]), headers=spoken).content.decode()
    assert "We have done &lt;b&gt;half&lt;/b&gt;." in page
    assert ticket.opener.full_name in html.unescape(page)
    assert why in page
    assert f'href="{withdrawing}"' not in page
    buyer.post(withdrawing)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_part_that_settled_an_appeal_is_what_its_ticket_says_was_refunded() -> None:
    request = recent()
    ticket = a_vendors_appeal(request, at=timezone.now())
    offered = offer_on(request, by=ticket.opener, amount=4_000, at=timezone.now())
    commands.accept_offer(offer_id=offered.pk, buyer=request.buyer, now=timezone.now())
    for reader, name in ((request.buyer, "ticket"), (ticket.opener, "vendor_ticket")):
        page = signed_in(reader).get(reverse(name, args=[ticket.pk])).content.decode()
        assert re.search(r"Refund amount</dt>\s*<dd>¥40\.00", page)


def test_a_reading_member_sees_why_not_and_changes_nothing() -> None:
    request = recent()
    reader = signed_in(make_member(request.vendor, Role.READ_ONLY))
    why = "Your role allows you to read this request, not to decide it."
    url = reverse("appeal_as_vendor", args=[request.pk])
    for page in (reverse("vendor_refund", args=[request.pk]), url):
        assert why in reader.get(page).content.decode()
    assert why in reader.post(url, {"text": "Let me."}, follow=True).content.decode()
    assert not Ticket.objects.exists()


def test_operators_see_who_has_opened_it_and_decide_it_in_the_admin() -> None:
    ticket = a_vendors_appeal(recent(), at=timezone.now())
    client = signed_in(make_user(operator=True))
    listed = reverse("admin:refunds_ticket_changelist")
    for query in ({"queue": "appeals"}, {"opened_by": "vendor"}):
        assert ticket.instance.resource_id in client.get(listed, query).content.decode()
    page = client.get(reverse("admin:refunds_ticket_change", args=[ticket.pk])).content.decode()
    assert str(ticket.opener) in html.unescape(page)
    url = reverse("admin:refunds_ticket_approval", args=[ticket.pk])
    client.post(url, {"note": "Not as described."})
    ticket.refresh_from_db()
    assert ticket.state == "approved"
    assert ticket.refund == ticket.appealed


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_of_both_sides_clicking_at_once_one_opens_the_ticket() -> None:
    for _ in range(5):
        request = a_deadlock()
        members = [make_member(request.vendor) for _ in range(2)]
        answers = codes(
            at_once(
                [
                    *(partial(a_vendors_appeal, request, actor=one) for one in members * 2),
                    partial(an_appeal, request),
                ]
            )
        )
        assert answers["done"] == 1
        assert answers["no_vendors_appeal"] + answers["no_appeal"] == 4
        assert Ticket.objects.filter(appealed=request).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_appeal_and_a_rival_decision_never_leave_an_open_ticket_about_what_is_decided() -> None:
    for _ in range(5):
        request = a_deadlock()
        member, other = make_member(request.vendor), make_member(request.vendor)
        at_once(
            [
                partial(a_vendors_appeal, request, actor=member),
                partial(commands.approve, request_id=request.pk, actor=other, now=NOW + HOUR),
                partial(
                    commands.cancel, request_id=request.pk, buyer=request.buyer, now=NOW + HOUR
                ),
            ]
        )
        request.refresh_from_db()
        ticket = Ticket.objects.filter(appealed=request).first()
        ends = {"approved": "approved", "cancelled": "withdrawn"}
        assert ticket is None or ticket.state == ends[request.status]
