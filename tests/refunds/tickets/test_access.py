"""Nobody sees or changes a ticket that is not theirs, nor opens its evidence (404)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Role
from refunds.models import Evidence, Ticket
from tests.factories import NOW, buy, make_member, make_user
from tests.refunds.test_access import TICKETS, signed_in
from tests.refunds.tickets.making import (
    a_deadlock,
    a_file,
    a_ticket,
    an_appeal,
    for_ground,
)

pytestmark = pytest.mark.django_db

FORM = {"text": "Mine!", "amount": "1", "description": "Mine!", "ground": ""}
POST_ONLY = {"urge_ticket"}
READ = {"evidence", "ticket", "vendor_ticket"}
VENDORS = {
    *("agree_to_ticket", "refuse_ticket", "vendor_ticket", "vendor_write_in_ticket"),
    "appeal_as_vendor",
}


@pytest.fixture
def ticket() -> Ticket:
    return a_ticket(evidence=[a_file()])


def url(name: str, ticket: Ticket) -> str:
    if name == "evidence":
        return reverse(name, args=[Evidence.objects.get(ticket=ticket).pk])
    if name == "open_ticket":
        return reverse(name, args=[ticket.instance.resource_id])
    if name == "appeal_refund":
        return reverse(name, args=[an_appeal().appealed_id])
    if name == "appeal_as_vendor":
        return reverse(name, args=[a_deadlock(buyer=ticket.buyer).pk])
    return reverse(name, args=[ticket.pk])


@pytest.mark.parametrize("name", sorted(TICKETS))
def test_a_visitor_is_asked_to_sign_in(name: str, ticket: Ticket) -> None:
    answer = Client().get(url(name, ticket))
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(TICKETS))
@pytest.mark.parametrize("who", ["another buyer", "another vendor", "an operator"])
def test_a_stranger_finds_nothing_and_changes_nothing(
    who: str, name: str, method: str, ticket: Ticket
) -> None:
    user = {
        "another buyer": lambda: buy().buyer,
        "another vendor": lambda: make_member(buy().vendor),
        "an operator": lambda: make_user(operator=True),
    }[who]()
    address = url(name, ticket)
    tickets = Ticket.objects.count()
    answer = getattr(signed_in(user), method)(address, FORM)
    is_wrong = name in (READ if method == "post" else POST_ONLY)
    # Operators see all evidence.
    may_see = who == "an operator" and name == "evidence"
    assert answer.status_code == (405 if is_wrong else 200 if may_see else 404)
    before = (ticket.state, ticket.urged_at, ticket.vendor_word)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.urged_at, ticket.vendor_word) == before
    assert not ticket.messages.exists()
    assert Ticket.objects.count() == tickets


@pytest.mark.parametrize("name", sorted(VENDORS - POST_ONLY))
def test_the_buyer_is_no_vendor(name: str, ticket: Ticket) -> None:
    assert signed_in(ticket.buyer).get(url(name, ticket)).status_code == 404


@pytest.mark.parametrize("name", sorted(TICKETS - VENDORS - POST_ONLY - {"evidence"}))
def test_the_vendor_is_no_buyer(name: str, ticket: Ticket) -> None:
    assert signed_in(make_member(ticket.vendor)).get(url(name, ticket)).status_code == 404


@pytest.mark.parametrize(
    "who",
    [
        lambda ticket: ticket.buyer,
        lambda ticket: make_member(ticket.vendor, Role.READ_ONLY),
        lambda ticket: make_user(operator=True),
    ],
)
def test_those_who_have_a_part_in_it_open_the_evidence(
    who: Callable[[Ticket], object], ticket: Ticket
) -> None:
    answer = signed_in(who(ticket)).get(url("evidence", ticket))  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="proof.png"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("write", "page"),
    [("write_in_ticket", "ticket"), ("vendor_write_in_ticket", "vendor_ticket")],
)
def test_a_refused_message_can_be_reloaded_and_read_in_another_language(
    write: str, page: str, language: str, ticket: Ticket
) -> None:
    user = ticket.buyer if page == "ticket" else make_member(ticket.vendor)
    client, address = signed_in(user), url(write, ticket)
    refused = client.post(address, {"text": " "})
    assert refused.status_code == 422
    assert f'name="next" value="{address}"' in refused.content.decode()
    client.post(reverse("set_language"), {"language": language, "next": address})
    answer = client.get(address, follow=True)
    assert answer.redirect_chain == [(url(page, ticket), 302)]
    assert f'<html lang="{language}"' in answer.content.decode()
    assert not ticket.messages.exists()


def test_lists_and_queues_show_only_ones_own(ticket: Ticket) -> None:
    mine = a_ticket()
    for user, name in ((mine.buyer, "tickets"), (make_member(mine.vendor), "vendor_tickets")):
        page = signed_in(user).get(reverse(name)).content.decode()
        assert mine.instance.resource_id in page
        assert ticket.instance.resource_id not in page
    assert signed_in(mine.buyer).get(reverse("vendor_tickets")).status_code == 404


def test_only_operators_decide_in_the_admin(ticket: Ticket) -> None:
    for name in ("approval", "decline", "message"):
        address = reverse(f"admin:refunds_ticket_{name}", args=[ticket.pk])
        for user in (ticket.buyer, make_member(ticket.vendor)):
            form = {"note": "Me!", "amount": "1", "text": "Me!", "ground": for_ground().pk}
            assert signed_in(user).post(address, form).status_code in (302, 403, 404)
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert not ticket.messages.exists()
    assert ticket.opened_at == NOW
