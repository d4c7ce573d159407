"""What the portal has and what the rules say it has, as rows that can be compared."""

from collections.abc import Iterator

from tests.model.cast import BUYERS, Cast
from tests.model.world import World
from tests.model.world.things import Hold, Offer, Request, Service, Thing, Ticket, Unit

# An instance is there once for each of its requests.
REFUNDS = """
SELECT i.resource_id, i.list_price, i.coupon, i.paid, i.terminated_at, i.state, i.held_by,
    r.id, r.channel, r.status, r.decided_by, u.full_name, r.submitted_at, r.due_at,
    r.approves_at_deadline, r.refund_amount, r.approved_amount, r.commission, r.credit_due_at,
    r.credited_at, coalesce(r.decided_at, r.cancelled_at),
    (SELECT string_agg(e.kind, ' ' ORDER BY e.id) FROM refunds_refundevent e
     WHERE e.request_id = r.id)
FROM orders_instance i
LEFT JOIN refunds_refundrequest r ON r.instance_id = i.id
LEFT JOIN people_user u ON u.id = r.decider_id
"""
NO_REQUEST = (None,) * 15
# What each account has, and how many transactions of each kind there are.
MONEY = """
SELECT a.id::text, coalesce(sum(e.amount), 0)::bigint, a.balance
FROM billing_account a LEFT JOIN billing_entry e ON e.account_id = a.id GROUP BY a.id
UNION ALL SELECT kind, count(*), NULL FROM billing_transaction GROUP BY kind
"""
# What stands on instances and requests, whatever kind of thing it is.
STANDING = """
SELECT 'offer', o.id, o.request_id, o.state, u.full_name, o.amount, o.lapses_at, o.answered_at,
    NULL::timestamptz, NULL
FROM refunds_offer o JOIN people_user u ON u.id = o.offered_by_id
UNION ALL
SELECT 'hold', NULL, request_id, '', '', NULL, held_at, ends_at, ended_at, NULL FROM refunds_hold
UNION ALL
SELECT 'ticket', t.id, t.instance_id, concat_ws(' ', t.state, t.cause, t.inside,
    t.approves_at_deadline, t.amount_asked, t.appealed_id, t.refund_id), u.full_name,
    t.vendor_amount, t.due_at, t.closed_at, t.urged_at, t.vendor_word
FROM refunds_ticket t LEFT JOIN people_user u ON u.id = t.decider_id
UNION ALL
SELECT 'service', id, instance_id, state, '', send_backs,
    coalesce(late_at, accepts_at, accepted_at), remind_at, frozen_since,
    to_char(step_since AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS.US')
FROM orders_service
UNION ALL
SELECT 'invoice', i.id, NULL, i.state, '', i.amount, NULL, NULL, NULL, (
    SELECT string_agg(l.instance_id || ' ' || l.standing, ' ' ORDER BY l.id)
    FROM billing_invoiceline l WHERE l.invoice_id = i.id)
FROM billing_invoice i
"""
# Who was told what about what, how often in the inbox and how often by mail.
NOTICES = """
SELECT u.full_name, n.kind, substring(n.key FROM '^[a-z]+:[0-9]+'),
    count(*) FILTER (WHERE n.channel = 'inbox'), count(*) FILTER (WHERE n.channel = 'mail')
FROM notices_notice n JOIN people_user u ON u.id = n.recipient_id GROUP BY 1, 2, 3
"""

Row = tuple[object, ...]


def refunds(world: World) -> Iterator[Row]:
    for unit in world.units:
        instance = _instance(unit)
        requests = [_request(request) for request in unit.requests] or [NO_REQUEST]
        yield from (instance + request for request in requests)


def _instance(unit: Unit) -> Row:
    return (
        unit.resource_id,
        unit.list_price,
        unit.coupon,
        unit.paid,
        unit.terminated_at,
        "terminated" if unit.terminated_at else "active",
        reference(unit.holder) if unit.holder else "",
    )


def _request(request: Request) -> Row:
    return (
        request.pk,
        request.channel,
        request.status,
        request.decided_by,
        request.decider or None,
        request.submitted_at,
        request.due_at,
        request.by_clock,
        request.asked,
        request.amount if request.is_approved else None,
        request.commission if request.is_approved else None,
        request.credit_due_at,
        request.credited_at,
        request.ended_at,
        " ".join(request.history),
    )


def money(world: World, cast: Cast) -> Iterator[Row]:
    has = world.money
    for name, pk in cast.accounts.items():
        yield str(pk), has[name], has[name] if name in BUYERS else None
    yield from ((kind, count, None) for kind, count in world.posted.items())


def standing(world: World) -> Iterator[Row]:
    for request in world.requests:
        yield from (_offer(offer) for offer in request.offers)
        yield from (_hold(request, hold) for hold in request.holds)
    yield from (_ticket(ticket) for ticket in world.tickets)
    yield from (_service(unit, unit.service) for unit in world.units if unit.service)
    for invoice in world.invoices:
        paid = sum(unit.paid for unit in invoice.units)
        stands = "false" if invoice.state in {"withdrawn", "returned"} else "true"
        lines = " ".join(f"{unit.pk} {stands}" for unit in invoice.units)
        yield "invoice", invoice.pk, None, invoice.state, "", paid, None, None, None, lines


def _offer(offer: Offer) -> Row:
    of = ("offer", offer.pk, offer.request.pk, offer.state, offer.by, offer.amount)
    return (*of, offer.lapses_at, offer.ended_at, None, None)


def _hold(request: Request, hold: Hold) -> Row:
    times = (hold.held_at, hold.ends_at, hold.ended_at)
    return ("hold", None, request.pk, "", "", None, *times, None)


def _ticket(ticket: Ticket) -> Row:
    others = (f"{other.pk}" for other in (ticket.appealed, ticket.refund) if other)
    said = (ticket.state, ticket.cause, _sql(ticket.inside), _sql(ticket.by_clock), ticket.asked)
    return (
        "ticket",
        ticket.pk,
        ticket.unit.pk,
        " ".join([*(f"{word}" for word in said), *others]),
        ticket.decider or None,
        ticket.agreed,
        ticket.due_at,
        ticket.closed_at,
        ticket.urged_at,
        ticket.word,
    )


def _service(unit: Unit, service: Service) -> Row:
    return (
        "service",
        service.pk,
        unit.pk,
        service.state,
        "",
        service.send_backs,
        service.late_at or service.accepts_at or service.accepted_at,
        service.remind_at,
        service.frozen_since,
        f"{service.since:%m-%d %H:%M:%S.%f}",
    )


def notices(world: World) -> Iterator[Row]:
    for (name, kind, about), times in world.told.items():
        yield name, kind, reference(about), times, times


def reference(thing: Thing) -> str:
    """By which the portal calls it, in notices and where it holds an instance."""
    kind = "refund" if isinstance(thing, Request) else type(thing).__name__.lower()
    return f"{kind}:{thing.pk}"


def _sql(truth: bool) -> str:
    return "t" if truth else "f"
