"""Nobody sees or changes what belongs to somebody else: every URL, every stranger (404)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from people.models import Role, User
from refunds.models import Offer, RefundEvent, RefundRequest
from tests.factories import NOW, ask, buy, ground, make_member, make_user

pytestmark = pytest.mark.django_db

PUBLIC = {"rules", "questions", "set_language"}
# Lists and starting points: they show the reader's own things, whoever reads.
OWN = {
    *("landing", "purchases", "refunds", "tickets", "transactions"),
    *("inbox", "mail_preferences"),
}
QUEUE = {"vendor_refunds", "vendor_services", "vendor_tickets", "vendor_earnings"}
# In tests/refunds/tickets/test_access.py.
TICKETS = {
    "agree_to_ticket",
    "appeal_as_vendor",
    "appeal_refund",
    "evidence",
    "open_ticket",
    "refuse_ticket",
    "ticket",
    "urge_ticket",
    "vendor_ticket",
    "vendor_write_in_ticket",
    "withdraw_ticket",
    "write_in_ticket",
}
# In test_exports.py.
EXPORTS = {"export_transactions", "export_earnings", "export_vendor_refunds"}
# In tests/people/test_members.py and test_invitations.py.
MEMBERS = {"members", "change_role", "remove_member"}
INVITATIONS = {
    "invite_member",
    "withdraw_invitation",
    "accept_invitation",
    "decline_invitation",
}
# In tests/billing/test_invoice_pages.py.
INVOICES = {
    *("invoices", "invoice", "choose_invoice_vendor", "ask_for_invoice", "withdraw_invoice"),
    *("invoice_details", "add_invoice_title", "add_invoice_address"),
    *("remove_invoice_title", "prefer_invoice_title"),
    *("remove_invoice_address", "prefer_invoice_address"),
    *("vendor_invoices", "vendor_invoice"),
    *("take_invoice", "mark_invoice_mailed", "mark_invoice_returned"),
}
# What belongs to the two sides of a delivery, in tests/orders/test_service_pages.py.
SERVICES = {
    "service_requirement",
    "service_acceptance",
    "service_return",
    "vendor_service",
    "accept_requirement",
    "return_requirement",
    "service_completion",
}
# The reader's account, in tests/people/test_account.py.
ACCOUNT = {"account", "usersessions_list", "end_session"}
# In tests/notices/test_inbox.py; `notice` below, too.
INBOX = {"notice", "mark_read"}
# What is proved elsewhere.
ELSEWHERE = ACCOUNT | MEMBERS | INVITATIONS | INVOICES | SERVICES | TICKETS | INBOX | EXPORTS
# Pages that are only read: a form sent there is refused as such.
READ = {"purchase", "refund", "vendor_refund"}
# What belongs to one buyer, and what to one vendor.
BUYERS: dict[str, Callable[[RefundRequest], dict[str, object]]] = {
    "purchase": lambda r: {"resource_id": r.instance.resource_id},
    "request_refund": lambda r: {"resource_id": r.instance.resource_id},
    "refund": lambda r: {"request_id": r.pk},
    "cancel_refund": lambda r: {"request_id": r.pk},
    "accept_offer": lambda r: {"offer_id": an_offer(r).pk},
    "decline_offer": lambda r: {"offer_id": an_offer(r).pk},
}
VENDORS: dict[str, Callable[[RefundRequest], dict[str, object]]] = {
    "vendor_refund": lambda r: {"request_id": r.pk},
    "approve_refund": lambda r: {"request_id": r.pk},
    "reject_refund": lambda r: {"request_id": r.pk},
    "make_offer": lambda r: {"request_id": r.pk},
}
OPERATORS: dict[str, Callable[[RefundRequest], dict[str, object]]] = {
    f"admin:refunds_refundrequest_{name}": lambda r: {"request_id": r.pk}
    for name in ("approval", "rejection", "resumption", "hold", "release")
}


def an_offer(request: RefundRequest) -> Offer:
    """An offer as the database has it, whatever the delivery type."""
    return Offer.objects.create(
        request=request,
        amount=1,
        text="A token.",
        offered_by=make_member(request.vendor),
        offered_at=NOW,
        lapses_at=NOW + timedelta(days=9_999),
    )


def portal_urls() -> Iterator[str]:
    """The name of every URL of the portal's own."""

    def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern} has no name"
                yield pattern.name
            elif pattern.namespace is None and "allauth" not in str(pattern.urlconf_name):
                yield from walk(pattern.url_patterns)

    return walk(get_resolver().url_patterns)


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


@pytest.fixture
def request_of_somebody() -> RefundRequest:
    return ask(buy())


def test_every_url_of_the_portal_is_in_these_tests() -> None:
    assert set(portal_urls()) == ELSEWHERE | PUBLIC | OWN | QUEUE | set(BUYERS) | set(VENDORS)


@pytest.mark.parametrize("name", sorted(OWN | QUEUE | set(BUYERS) | set(VENDORS)))
def test_a_visitor_is_asked_to_sign_in(name: str, request_of_somebody: RefundRequest) -> None:
    kwargs = ({**BUYERS, **VENDORS}.get(name) or (lambda r: {}))(request_of_somebody)
    answer = Client().get(reverse(name, kwargs=kwargs))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(BUYERS) | set(VENDORS)))
@pytest.mark.parametrize("who", ["another buyer", "another vendor", "an operator"])
def test_a_stranger_finds_nothing_and_changes_nothing(
    who: str, name: str, method: str, request_of_somebody: RefundRequest
) -> None:
    user = {
        "another buyer": lambda: buy().buyer,
        "another vendor": lambda: make_member(buy().vendor),
        "an operator": lambda: make_user(operator=True),
    }[who]()
    kwargs = {**BUYERS, **VENDORS}[name](request_of_somebody)
    answer = getattr(signed_in(user), method)(
        reverse(name, kwargs=kwargs),
        {"reason": "other", "acknowledged": "on", "ground": ground().pk, "text": "No", "amount": 1},
    )
    assert answer.status_code == (405 if method == "post" and name in READ else 404)
    request_of_somebody.refresh_from_db()
    assert request_of_somebody.status == "pending"
    assert RefundEvent.objects.filter(request=request_of_somebody).count() == 1


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_the_buyer_of_a_request_is_no_vendor(name: str, request_of_somebody: RefundRequest) -> None:
    client = signed_in(request_of_somebody.buyer)
    answer = client.get(reverse(name, kwargs=VENDORS[name](request_of_somebody)))
    assert answer.status_code == 404


@pytest.mark.parametrize("name", sorted(BUYERS))
def test_the_vendor_of_a_request_is_not_its_buyer(
    name: str, request_of_somebody: RefundRequest
) -> None:
    client = signed_in(make_member(request_of_somebody.vendor))
    answer = client.get(reverse(name, kwargs=BUYERS[name](request_of_somebody)))
    assert answer.status_code == 404


def test_nobody_opens_a_notice_of_somebody_else(request_of_somebody: RefundRequest) -> None:
    url = reverse("notice", args=[request_of_somebody.buyer.notices.earliest("pk").pk])
    for stranger in (
        buy().buyer,
        make_member(request_of_somebody.vendor),
        make_user(operator=True),
    ):
        assert signed_in(stranger).get(url).status_code == 404
    assert request_of_somebody.buyer.notices.filter(read_at=None).count() == 2
    assert Client().get(url)["Location"].startswith(reverse("account_login"))
    assert Client().post(reverse("mark_read"))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["purchases", "refunds", "transactions"])
def test_lists_show_only_ones_own(name: str, request_of_somebody: RefundRequest) -> None:
    mine = ask(buy())
    page = signed_in(mine.buyer).get(reverse(name)).content.decode()
    assert mine.instance.resource_id in page
    assert request_of_somebody.instance.resource_id not in page


@pytest.mark.parametrize("name", sorted(QUEUE))
def test_who_acts_for_no_vendor_has_no_queue(name: str) -> None:
    for user in (buy().buyer, make_user(operator=True)):
        assert signed_in(user).get(reverse(name)).status_code == 404


def test_a_queue_shows_only_the_vendors_own(request_of_somebody: RefundRequest) -> None:
    mine = ask(buy())
    client = signed_in(make_member(mine.vendor, Role.READ_ONLY))
    for state in ("", "approved"):
        page = client.get(reverse("vendor_refunds"), {"state": state}).content.decode()
        assert (mine.instance.resource_id in page) == (state == "")
        assert request_of_somebody.instance.resource_id not in page


def test_a_transactions_search_finds_nothing_of_others(
    request_of_somebody: RefundRequest,
) -> None:
    page = signed_in(buy().buyer).get(
        reverse("transactions"), {"order": request_of_somebody.order.number}
    )
    assert request_of_somebody.instance.resource_id not in page.content.decode()


@pytest.mark.parametrize("name", sorted(OPERATORS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_operators_enter_the_admin(
    name: str, method: str, request_of_somebody: RefundRequest
) -> None:
    url = reverse(name, kwargs=OPERATORS[name](request_of_somebody))
    for user in (request_of_somebody.buyer, make_member(request_of_somebody.vendor)):
        answer = getattr(signed_in(user), method)(url, {"note": "let me"})
        assert answer.status_code in (302, 403, 404)
    request_of_somebody.refresh_from_db()
    assert request_of_somebody.status == "pending"


@pytest.mark.parametrize("old", [0, 10**30])
def test_an_id_that_is_no_id_is_not_found(old: int) -> None:
    client = signed_in(buy(at=NOW).buyer)
    assert client.get(reverse("refund", args=[old])).status_code == 404
    assert client.get("/purchases/%00/").status_code == 404
    assert client.get("/purchases/" + "a" * 500 + "/").status_code == 404
