"""Attacks on offers, holds and the switch (R4, R8): the rule that must refuse, and the SQL."""

from tests.billing.database import copied


def _offer(**changes: object) -> str:
    """An offer like the open one, on a request that has none."""
    return copied("refunds_offer", "open_offer", **changes)


def _on_plain(table: str, row: str, **columns: str) -> str:
    """A row like `row`, but for these columns, which are SQL."""
    given = "".join(f", '{column}', {value}" for column, value in columns.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(old, changed)).* FROM {table} old,"
        f" jsonb_build_object('id', 999999{given}) changed WHERE old.id = %({row})s"
    )


def _set(table: str, row: str, changes: str) -> str:
    return f"UPDATE {table} SET {changes} WHERE id = %({row})s"


def _change_offer(row: str, changes: str) -> str:
    return _set("refunds_offer", row, changes)


def _change_hold(row: str, changes: str) -> str:
    return _set("refunds_hold", row, changes)


def _part(amount: str) -> str:
    """The approval of a pending service for this much."""
    return _set(
        "refunds_refundrequest",
        "negotiated",
        "status = 'approved', decided_at = now(), decided_by = 'vendor', decider_id = %(ann)s,"
        f" approved_amount = {amount}, commission = 0, credit_due_at = now()",
    )


OFFERS = (
    ("one_open_offer", _offer()),
    (
        "offer_is_of_something",
        _on_plain("refunds_offer", "open_offer", request_id="%(pending)s", amount="0"),
    ),
    (
        "offer_is_of_something",
        _on_plain("refunds_offer", "open_offer", request_id="%(pending)s", amount="-1"),
    ),
    (
        "offer_explains_itself",
        _on_plain("refunds_offer", "open_offer", request_id="%(pending)s", text="''"),
    ),
    (
        "offer_is_of_a_part",
        _on_plain("refunds_offer", "open_offer", request_id="%(pending)s", amount="5000"),
    ),
    (
        "offer_is_of_a_part",
        _on_plain("refunds_offer", "open_offer", request_id="%(cancelled)s", amount="1"),
    ),
    *(
        ("offer_begins_open", _offer(state=state, answered_at="2026-07-02"))
        for state in ("accepted", "declined", "lapsed", "overtaken")
    ),
    ("offer_ended_says_when", _change_offer("open_offer", "state = 'declined'")),
    ("offer_ended_says_when", _change_offer("open_offer", "answered_at = now()")),
    ("offer_ended_says_when", _change_offer("open_offer", "state = 'lost', answered_at = now()")),
    (
        "offer_accepted_in_time",
        _change_offer("open_offer", "state = 'accepted', answered_at = lapses_at"),
    ),
    ("offer_frozen", _change_offer("open_offer", "amount = amount - 1")),
    ("offer_frozen", _change_offer("open_offer", "text = 'Other words.'")),
    ("offer_frozen", _change_offer("open_offer", "request_id = %(pending)s")),
    ("offer_frozen", _change_offer("open_offer", "offered_by_id = %(ann)s")),
    ("offer_frozen", _change_offer("open_offer", "offered_at = offered_at - interval '1 s'")),
    ("offer_answered_once", _change_offer("declined_offer", "state = 'accepted'")),
    ("offer_answered_once", _change_offer("declined_offer", "state = 'open', answered_at = NULL")),
    ("offer_answered_once", _change_offer("declined_offer", "answer = 'Yes.'")),
    ("offer_answered_once", _change_offer("declined_offer", "amount = amount + 1")),
    ("offer_never_deleted", "DELETE FROM refunds_offer WHERE id = %(open_offer)s"),
    ("offer_never_truncated", "TRUNCATE refunds_offer"),
    # Neither the open offer's amount nor the declined one's, nor any other part.
    *(
        ("part_needs_an_accepted_offer", _part(amount))
        for amount in (
            "1",
            "(SELECT amount FROM refunds_offer WHERE id = %(open_offer)s)",
            "(SELECT amount FROM refunds_offer WHERE id = %(declined_offer)s)",
        )
    ),
)

HOLDS = (
    ("one_hold", _on_plain("refunds_hold", "hold", ends_at="'2026-07-03T05:00:00Z'")),
    (
        "hold_lasts",
        _on_plain("refunds_hold", "hold", request_id="%(pending)s", ends_at="'2026-06-01'"),
    ),
    ("hold_says_why", _on_plain("refunds_hold", "hold", request_id="%(pending)s", reason="''")),
    ("hold_of_a_pending_request", _on_plain("refunds_hold", "hold", request_id="%(cancelled)s")),
    (
        "hold_within_the_policy",
        _on_plain("refunds_hold", "hold", request_id="%(pending)s", ends_at="'2026-07-11'"),
    ),
    # Two days have been used up already.
    ("hold_within_the_policy", _on_plain("refunds_hold", "hold", ends_at="'2026-07-08'")),
    (
        "hold_begins_open",
        _on_plain("refunds_hold", "hold", request_id="%(pending)s", ended_at="'2026-07-02'"),
    ),
    ("hold_ends_in_its_time", _change_hold("hold", "ended_at = ends_at + interval '1 s'")),
    ("hold_ends_in_its_time", _change_hold("hold", "ended_at = held_at - interval '1 s'")),
    ("hold_frozen", _change_hold("hold", "ends_at = ends_at + interval '1 s'")),
    ("hold_frozen", _change_hold("hold", "held_at = held_at + interval '1 s'")),
    ("hold_frozen", _change_hold("hold", "reason = 'Because.'")),
    ("hold_frozen", _change_hold("hold", "held_by_id = %(ann)s")),
    ("hold_frozen", _change_hold("hold", "request_id = %(pending)s")),
    ("hold_frozen", _change_hold("ended_hold", "ended_at = NULL")),
    ("hold_frozen", _change_hold("ended_hold", "ended_at = ended_at - interval '1 s'")),
    ("hold_never_deleted", "DELETE FROM refunds_hold WHERE id = %(hold)s"),
    ("hold_never_truncated", "TRUNCATE refunds_hold"),
)

SWITCH = (
    ("switch_says_why", copied("refunds_sweepswitch", "switch", reason="")),
    ("switch_append_only", "UPDATE refunds_sweepswitch SET stopped = NOT stopped"),
    ("switch_append_only", "DELETE FROM refunds_sweepswitch"),
    ("switch_never_truncated", "TRUNCATE refunds_sweepswitch"),
)

ATTACKS = (*OFFERS, *HOLDS, *SWITCH)
