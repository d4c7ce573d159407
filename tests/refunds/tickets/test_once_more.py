"""What has been decided, said or closed is not so again by asking once more (R8, R10, R11)."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kernel.errors import NotFound, WrittenReasonRequired
from kernel.sweeps import NotSetAside
from notices.models import Notice
from orders import commands as deliveries
from orders.models import ServiceState
from people.models import User
from refunds import commands
from refunds.commands import tickets
from refunds.models import Party, RefundRequest, Ticket
from refunds.recourse import Recourse
from refunds.ticket_queries import recourse_by_appeal, recourse_by_ticket
from refunds.transitions import DecidedBy
from tests.factories import NOW, ask, buy, ground, make_member, make_user
from tests.orders.deliveries import bring, service_in, worker_of
from tests.refunds.test_access import signed_in
from tests.refunds.test_races import at_once, codes
from tests.refunds.tickets.making import (
    DAY,
    HOUR,
    a_file,
    a_rejected_request,
    a_ticket,
    a_waiting_request,
    an_appeal,
    an_inside_ticket,
    buy_image,
    picture,
)
from tests.refunds.tickets.test_pages import said, upload

pytestmark = pytest.mark.django_db


def decline(ticket: Ticket, *, at: Any) -> None:
    operator = make_user(operator=True)
    tickets.decline_ticket(ticket_id=ticket.pk, operator=operator, reason="No.", now=at)


# --- what the platform has decided


def test_a_late_step_is_no_cause_again_until_another_is_late() -> None:
    service = service_in(ServiceState.REQUIREMENT_SUBMITTED)
    late, why = NOW + 5 * DAY, partial(recourse_by_ticket, service.instance)
    assert why(now=late) == Recourse("late_step", inside=True)
    decline(a_ticket(service.instance, at=late), at=late + HOUR)
    assert why(now=late + 90 * DAY) is None
    with pytest.raises(tickets.NotByTicket):
        a_ticket(service.instance, at=late + 2 * HOUR)
    # The vendor can take the step now, and the next one may be late again.
    deliveries.accept_requirement(
        service_id=service.pk, actor=worker_of(service), now=late + 2 * HOUR
    )
    assert why(now=late + 3 * HOUR) is None
    assert why(now=late + 6 * DAY) == Recourse("late_step", inside=True)


def test_send_backs_are_no_cause_again_until_there_is_another() -> None:
    service = service_in(ServiceState.AWAITING_ACCEPTANCE)
    send_back = partial(
        deliveries.send_back_service,
        service_id=service.pk,
        buyer=service.instance.buyer,
        text="The same fault.",
    )
    for _ in range(3):
        bring(service, ServiceState.AWAITING_ACCEPTANCE)
        send_back(now=NOW)
    decline(a_ticket(service.instance, at=NOW + HOUR), at=NOW + 2 * HOUR)
    why = partial(recourse_by_ticket, service.instance)
    assert why(now=NOW + 3 * HOUR) is None
    bring(service, ServiceState.AWAITING_ACCEPTANCE, at=NOW + 3 * HOUR)
    assert why(now=NOW + 4 * HOUR) is None
    send_back(now=NOW + 4 * HOUR)
    assert why(now=NOW + 4 * HOUR) == Recourse("send_backs", inside=True)


@pytest.mark.parametrize("how", ["appeal declined", "rejected by the platform"])
def test_an_older_rejection_is_not_appealed_past_the_platform(how: str) -> None:
    first = a_rejected_request()
    second = ask(first.instance, at=NOW + 2 * HOUR)
    told: dict[str, Any] = {"request_id": second.pk, "ground": ground(), "text": "Used up."}
    now = NOW + 3 * HOUR
    if how == "appeal declined":
        commands.reject(actor=make_member(second.vendor), now=now, **told)
        second.refresh_from_db()
        assert recourse_by_appeal(first, now=now) is not None
        decline(an_appeal(second, at=now), at=now)
    else:
        actor = make_user(operator=True)
        commands.reject(
            actor=actor, now=now, decided_by=DecidedBy.OPERATOR, note="Checked.", **told
        )
    assert recourse_by_appeal(first, now=now) is None
    with pytest.raises(tickets.NoAppeal):
        an_appeal(first, at=now)


@pytest.mark.django_db(transaction=True)
def test_an_appeal_that_is_withdrawn_is_not_decided() -> None:
    operator = make_user(operator=True)
    for _ in range(8):
        request = a_waiting_request()
        now = request.due_at
        ticket = an_appeal(request, at=now)
        told: dict[str, Any] = {"ticket_id": ticket.pk, "now": now + HOUR}
        answers = at_once(
            [
                partial(tickets.withdraw_ticket, buyer=ticket.buyer, **told),
                partial(
                    tickets.decline_ticket,
                    operator=operator,
                    reason="No.",
                    rejection_ground=ground(),
                    **told,
                ),
            ]
        )
        assert codes(answers) == {"done": 1, "ticket_closed": 1}
        ticket.refresh_from_db()
        request.refresh_from_db()
        assert (ticket.state, request.status) in (
            ("withdrawn", "pending"),
            ("declined", "rejected"),
        )


# --- what a sweep has set aside


def test_what_was_set_aside_is_given_back_with_a_reason() -> None:
    ticket, operator = an_inside_ticket(), make_user(operator=True)
    Ticket.objects.filter(pk=ticket.pk).update(set_aside_at=NOW, set_aside_reason="a fault")
    late = ticket.due_at + DAY
    assert tickets.approve_due_tickets(now=late).done == 0
    told: dict[str, Any] = {"ticket_id": ticket.pk, "now": late}
    with pytest.raises(NotFound):
        tickets.resume_ticket(actor=ticket.buyer, note="Mended.", **told)
    with pytest.raises(WrittenReasonRequired):
        tickets.resume_ticket(actor=operator, note=" ", **told)
    client = signed_in(operator)
    url = reverse("admin:refunds_ticket_resumptions")
    client.post(url, {"ids": str(ticket.pk), "note": "The fault is mended."})
    assert LogEntry.objects.get(object_id=str(ticket.pk)).change_message == "The fault is mended."
    with pytest.raises(NotSetAside):
        tickets.resume_ticket(actor=operator, note="Again.", **told)
    assert tickets.approve_due_tickets(now=late).done == 1


# --- what is sent twice


def test_a_message_that_is_sent_again_stands_once() -> None:
    ticket = a_ticket()
    member = make_member(ticket.vendor)
    files = (a_file(),)

    def write(text: str = "See.", *, after: timedelta, evidence: Any = files) -> None:
        tickets.write(
            ticket_id=ticket.pk,
            actor=ticket.buyer,
            party=Party.BUYER,
            text=text,
            evidence=evidence,
            now=NOW + after,
        )

    def kept() -> tuple[int, int, int]:
        told = Notice.objects.filter(recipient=member, kind="ticket_message", channel="inbox")
        return ticket.messages.count(), ticket.evidence.count(), told.count()

    write(after=HOUR)
    write(after=HOUR + timedelta(seconds=30))
    write("", after=HOUR + timedelta(seconds=40))
    assert kept() == (1, 1, 1)
    write("See here.", after=HOUR + timedelta(seconds=50), evidence=())
    assert kept() == (2, 1, 2)
    write(after=2 * HOUR)
    assert kept() == (3, 2, 3)


# --- what is not let in


def test_files_for_a_closed_ticket_are_not_even_looked_at() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    tickets.withdraw_ticket(ticket_id=ticket.pk, buyer=ticket.buyer, now=timezone.now())
    answer = signed_in(ticket.buyer).post(
        reverse("write_in_ticket", args=[ticket.pk]),
        {"text": "See.", "evidence": upload("a.png", b"MZ")},
        follow=True,
    )
    page = answer.content.decode()
    assert "This ticket has been withdrawn by the buyer already." in page
    assert "neither a PNG" not in page


def test_what_was_typed_stays_where_there_are_too_many_files(settings: Any) -> None:
    settings.EVIDENCE_TICKET_FILES = 1
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client, url = signed_in(ticket.buyer), reverse("write_in_ticket", args=[ticket.pk])
    client.post(url, {"text": "One.", "evidence": upload("a.png", picture())})
    answer = client.post(url, {"text": "And two.", "evidence": upload("b.png", picture())})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A ticket holds up to 1 files" in page
    assert "And two.</textarea>" in page


def test_who_writes_too_much_in_a_row_is_told_to_wait(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "write": "2/h/user"}
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client, url = signed_in(ticket.buyer), reverse("write_in_ticket", args=[ticket.pk])
    for text in ("One.", "Two."):
        assert client.post(url, {"text": text}).status_code == 302
    answer = client.post(url, {"text": "Three."})
    assert answer.status_code == 422
    assert "You have written a lot in a row." in answer.content.decode()
    assert "Three.</textarea>" in answer.content.decode()
    assert ticket.messages.count() == 2


def test_the_words_on_the_page_and_in_its_dialog_have_labels_of_their_own() -> None:
    ticket = a_ticket(buy_image(at=timezone.now()), at=timezone.now())
    client = signed_in(make_member(ticket.vendor))
    page = said(client, reverse("vendor_ticket", args=[ticket.pk]))
    dialog = said(client, reverse("refuse_ticket", args=[ticket.pk]))
    assert 'for="write_text"' in page
    assert 'for="id_text"' in dialog
    assert 'id="id_text"' not in page


def test_of_a_closed_account_nothing_is_asked_any_more() -> None:
    request, image = a_rejected_request(), buy_image()
    User.objects.filter(pk__in=(request.buyer_id, image.buyer_id)).update(is_active=False)
    for act in (partial(ask, request.instance, at=NOW + 2 * HOUR), partial(a_ticket, image)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        an_appeal(request, at=NOW + 2 * HOUR)
    assert RefundRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_closed_at_this_moment_has_nothing_pending() -> None:
    operator = signed_in(make_user(operator=True))
    for _ in range(6):
        instance = buy()
        buyer = instance.buyer
        url = reverse("admin:people_user_change", args=[buyer.pk])
        form = {
            "email": buyer.email,
            "full_name": buyer.full_name,
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        }
        at_once([partial(operator.post, url, form), partial(ask, instance)])
        buyer.refresh_from_db()
        asked = RefundRequest.objects.filter(buyer=buyer, status="pending").exists()
        assert asked is buyer.is_active


# --- a page that asks by itself what is new


def test_a_request_that_has_not_changed_leaves_the_page_alone() -> None:
    request = ask(buy(at=timezone.now()), at=timezone.now())
    client, url = signed_in(request.buyer), reverse("refund", args=[request.pk])
    seen = client.get(url).context["seen"]

    def poll(client: Client) -> Any:
        return client.get(url, {"seen": seen}, headers={"X-Poll": "1", "HX-Request": "true"})

    assert poll(client).status_code == 204
    commands.cancel(request_id=request.pk, buyer=request.buyer, now=timezone.now())
    changed = poll(client)
    assert changed.status_code == 200
    assert changed.context["seen"] != seen
    # By an address that somebody keeps, the page itself.
    assert client.get(url, {"seen": changed.context["seen"]}).status_code == 200
