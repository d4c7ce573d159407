"""What the database must refuse to do to tickets; `%(names)s` as in `ticket_world`."""

from tests.billing.database import copied


def _ticket(row: str = "ticket", **changes: object) -> str:
    """Another ticket like one, for an instance that has none."""
    return copied("refunds_ticket", row, instance_id=0, **changes)


def _change(row: str, **columns: str) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
    return f"UPDATE refunds_ticket SET {changes} WHERE id = %({row})s"


def _approve(row: str = "ticket", **columns: str) -> str:
    """An approval by the clock, with a refund made for it first; `amount` is what it returns."""
    amount = columns.pop("amount", "paid - 1")
    refund = (
        "INSERT INTO refunds_refundrequest (instance_id, order_id, buyer_id, vendor_id, policy_id,"
        " channel, status, list_price, coupon, paid, refund_amount, currency, reason, comment,"
        " submitted_at, due_at, approves_at_deadline, decided_by, rejection_text,"
        " set_aside_reason) SELECT instance_id, order_id, buyer_id, vendor_id, policy_id,"
        f" 'ticket', 'pending', paid, 0, paid, {amount}, currency, 'ticket', '', now(), now(),"
        f" false, '', '', '' FROM refunds_ticket WHERE id = %({row})s;"
    )
    sound = {
        "state": "'approved'",
        "closed_at": "now()",
        "refund_id": "(SELECT max(id) FROM refunds_refundrequest)",
    }
    return refund + _change(row, **(sound | columns))


_FACTS = {
    "id": "id + 999",
    "instance_id": "%(plain)s",
    "order_id": "%(free_order)s",
    "buyer_id": "%(dora)s",
    "vendor_id": "%(other_vendor)s",
    "policy_id": "(SELECT min(id) FROM refunds_policyversion WHERE delivery_type = 'api')",
    "kind": "'appeal'",
    "cause": "'rejected'",
    "appealed_id": "%(rejected)s",
    "opened_by": "'vendor'",
    "opener_id": "%(ann)s",
    "inside": "NOT inside",
    "ground_id": "NULL",
    "description": "'Please.'",
    "currency": "'USD'",
    "paid": "paid + 1",
    "amount_asked": "amount_asked - 1",
    "opened_at": "opened_at + interval '1 s'",
    "due_at": "due_at + interval '1 day'",
    "approves_at_deadline": "NOT approves_at_deadline",
}

FROZEN = (
    *(("ticket_frozen", _change("ticket", **{name: to})) for name, to in _FACTS.items()),
    *(
        ("ticket_closed_is_frozen", _change(row, **{name: to}))
        for row in ("approved_ticket", "declined_ticket", "withdrawn_ticket")
        for name, to in {
            "state": "'open'",
            "decision": "'Otherwise.'",
            "closed_at": "closed_at + interval '1 s'",
            "vendor_word": "'agreed'",
            "urged_at": "now()",
            "refund_id": "%(pending)s",
        }.items()
    ),
    *(
        ("vendor_agreement_is_final", _change("agreed_ticket", **{name: to}))
        for name, to in {
            "vendor_amount": "vendor_amount - 1",
            "vendor_word": "'declined'",
            "vendor_answered_at": "now()",
        }.items()
    ),
)

STATES = (
    *(
        ("ticket_begins_open", _ticket(state=state))
        for state in ("approved", "declined", "withdrawn")
    ),
    ("ticket_begins_open", _ticket("agreed_ticket")),
    ("ticket_never_deleted", "DELETE FROM refunds_ticket WHERE id = %(withdrawn_ticket)s"),
    ("ticket_never_truncated", "TRUNCATE refunds_ticket CASCADE"),
    ("ticket_closed_says_when", _change("ticket", state="'withdrawn'")),
    ("ticket_closed_says_when", _change("ticket", closed_at="now()")),
    ("ticket_closed_says_when", _change("ticket", state="'lost'", closed_at="now()")),
    ("ticket_declined_says_why", _change("ticket", state="'declined'", closed_at="now()")),
    (
        "ticket_declined_says_why",
        _change("ticket", state="'declined'", closed_at="now()", decision="'No.'"),
    ),
    (
        "ticket_declined_says_why",
        _change("ticket", state="'declined'", closed_at="now()", decider_id="%(ann)s"),
    ),
)

REFUNDS = (
    ("ticket_refund_is_its_own", _approve(refund_id="%(ticket_refund)s")),
    ("ticket_refund_is_its_own", _approve("appeal", refund_id="%(rejected)s")),
    ("ticket_refund_is_its_own", _approve(refund_id="NULL")),
    ("inside_the_window_in_full", _approve("inside_ticket")),
    ("full_amount_outside_needs_a_ground", _approve(amount="paid")),
    (
        "full_amount_outside_needs_a_ground",
        _approve(
            amount="paid",
            decision_ground_id="(SELECT min(id) FROM refunds_ticketground WHERE side = 'against')",
        ),
    ),
    (
        "ticket_approved_has_a_refund",
        _approve(state="'withdrawn'"),
    ),
    (
        "refunds_ticket_refund_id_key",
        copied(
            "refunds_ticket",
            "approved_ticket",
            state="open",
            closed_at=None,
            refund_id=None,
            decision_ground_id=None,
        )
        + "; UPDATE refunds_ticket SET state = 'approved', closed_at = now(),"
        " refund_id = %(ticket_refund)s WHERE id = 999999",
    ),
)

AMOUNTS = (
    ("ticket_asks_at_most_what_was_paid", _ticket(amount_asked=10_001)),
    ("ticket_asks_at_most_what_was_paid", _ticket(amount_asked=0)),
    *(
        ("vendor_word_is_whole", _change("ticket", **columns))
        for columns in (
            {"vendor_word": "'agreed'"},
            {"vendor_word": "'agreed'", "vendor_amount": "1"},
            {"vendor_word": "'agreed'", "vendor_amount": "0", "vendor_answered_at": "now()"},
            {"vendor_word": "'agreed'", "vendor_amount": "paid + 1", "vendor_answered_at": "now()"},
            {"vendor_word": "'declined'", "vendor_amount": "1", "vendor_answered_at": "now()"},
            {"vendor_word": "'declined'"},
            {"vendor_word": "'maybe'", "vendor_answered_at": "now()"},
            {"vendor_amount": "1"},
        )
    ),
)

UNIQUE = (
    ("one_open_ticket", copied("refunds_ticket", "ticket")),
    ("one_appeal_per_request_and_cause", _ticket("appeal")),
    ("appeal_is_against_something", _ticket(kind="appeal")),
    ("appeal_is_against_something", _ticket("appeal", kind="manual", cause="other")),
    ("appeal_is_against_something", _ticket(kind="letter")),
    ("appeal_is_against_something", _ticket(cause="late_step")),
    ("appeal_is_against_something", _ticket("appeal", cause="late_step")),
    (
        "appeal_is_decided_by_somebody",
        _ticket("appeal", cause="unanswered", approves_at_deadline=True),
    ),
    ("appeal_is_decided_by_somebody", _approve("appeal", amount="paid")),
    ("vendor_opens_after_declined_offers", _ticket("vendors_appeal", cause="unanswered")),
    ("vendor_opens_after_declined_offers", _ticket("vendors_appeal", description="")),
    ("vendor_opens_after_declined_offers", _ticket("vendors_appeal", opened_by="buyer")),
    ("vendor_opens_after_declined_offers", _ticket(opened_by="vendor")),
    ("vendor_opens_after_declined_offers", _ticket(opened_by="operator")),
    ("ticket_ground_side_known", "UPDATE refunds_ticketground SET side = 'beside'"),
    (
        "refunds_ticketground_code_key",
        "UPDATE refunds_ticketground SET code = 'unreachable' WHERE code = 'not_begun'",
    ),
    (
        "refunds_ticketground_position_check",
        "UPDATE refunds_ticketground SET position = -1 WHERE code = 'not_begun'",
    ),
)

THREAD = (
    ("ticket_message_append_only", "UPDATE refunds_ticketmessage SET text = 'No.'"),
    ("ticket_message_append_only", "DELETE FROM refunds_ticketmessage WHERE id = %(message)s"),
    ("ticket_message_never_truncated", "TRUNCATE refunds_ticketmessage"),
    ("evidence_append_only", "UPDATE refunds_evidence SET content = '' WHERE id = %(evidence)s"),
    ("evidence_append_only", "DELETE FROM refunds_evidence WHERE id = %(evidence)s"),
    ("evidence_never_truncated", "TRUNCATE refunds_evidence"),
    ("refunds_evidence_size_check", copied("refunds_evidence", "evidence", size=-1)),
)

ATTACKS = (*FROZEN, *STATES, *REFUNDS, *AMOUNTS, *UNIQUE, *THREAD)
