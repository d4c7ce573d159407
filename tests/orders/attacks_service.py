"""What the database must refuse to do to services, their steps and the delivery policy (R11).

`%(names)s` are those of `tests.billing.world`; a service is called as its state.
"""

from itertools import permutations

from orders.models import ServiceState
from orders.transitions import may_become
from tests.billing.database import copied


def _change(row: str, **columns: str) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
    return f"UPDATE orders_service SET {changes} WHERE id = %({row})s"


def _service(**changes: object) -> str:
    """A service of an instance that has none."""
    return (
        "INSERT INTO orders_service SELECT (jsonb_populate_record(old, new)).*"
        " FROM orders_service old, jsonb_build_object('id', 999999, 'instance_id', %(plain)s"
        + "".join(f", '{column}', {value}" for column, value in changes.items())
        + ") new WHERE old.id = %(awaiting_requirement)s"
    )


def _sound(old: str, new: str) -> str:
    """A change of state with all that goes with it."""
    turn = new in ("requirement_submitted", "in_progress")
    return _change(
        old,
        state=f"'{new}'",
        requirement="CASE WHEN requirement = '' THEN 'x' ELSE requirement END",
        late_at="now()" if turn else "NULL",
        accepts_at="now()" if new == "awaiting_acceptance" else "NULL",
        accepted_at="now()" if new == "complete" else "NULL",
        send_backs="send_backs"
        + (" + 1" if (old, new) == ("awaiting_acceptance", "in_progress") else ""),
        remind_at="NULL",
    )


def _policy(**changes: object) -> str:
    return copied(
        "orders_deliverypolicy", "delivery_policy", effective_from="2026-01-01", **changes
    )


TRANSITIONS = tuple(
    ("service_transition", _sound(old, new))
    for old, new in permutations(ServiceState.values, 2)
    if not may_become(old, new) and old != ServiceState.COMPLETE
)
COMPLETE = tuple(
    ("service_stays_complete", _sound("complete", new))
    for new in ServiceState.values
    if new != ServiceState.COMPLETE
)

STATES = (
    (
        "service_has_a_requirement",
        _change("awaiting_requirement", state="'requirement_submitted'", late_at="now()"),
    ),
    ("vendors_step_says_when_late", _change("in_progress", late_at="NULL")),
    ("vendors_step_says_when_late", _change("awaiting_acceptance", late_at="now()")),
    ("awaiting_acceptance_says_until_when", _change("awaiting_acceptance", accepts_at="NULL")),
    ("awaiting_acceptance_says_until_when", _change("in_progress", accepts_at="now()")),
    (
        "complete_says_when",
        _change("awaiting_acceptance", state="'complete'", accepts_at="NULL", remind_at="NULL"),
    ),
    ("complete_says_when", _change("in_progress", accepted_at="now()")),
    ("only_awaiting_acceptance_is_reminded", _change("in_progress", remind_at="now()")),
    ("service_begins_awaiting_its_requirement", _service(state="'in_progress'")),
    ("service_begins_awaiting_its_requirement", _service(requirement="'x'")),
    ("service_begins_awaiting_its_requirement", _service(send_backs="1")),
    ("orders_service_instance_id_key", copied("orders_service", "awaiting_requirement")),
)

FROZEN = (
    *(
        ("service_facts_frozen", _change(row, **{column: value}))
        for row in ("in_progress", "held")
        for column, value in {
            "id": "id + 999",
            "instance_id": "%(plain)s",
            "vendor_id": "%(other_vendor)s",
            "policy_id": "policy_id + 1",
        }.items()
    ),
    ("requirement_frozen", _change("in_progress", requirement="'Something else'")),
    ("requirement_frozen", _change("awaiting_requirement", requirement="'x'")),
    ("send_backs_counted", _change("in_progress", send_backs="send_backs + 1")),
    (
        "send_backs_counted",
        _change("awaiting_acceptance", state="'in_progress'", accepts_at="NULL", late_at="now()"),
    ),
    ("service_stays_complete", _change("complete", accepted_at="accepted_at + interval '1 s'")),
    ("service_stays_complete", _change("complete", frozen_since="now()")),
    ("held_service_stands_still", _sound("held", "complete")),
    ("held_service_stands_still", _sound("held", "in_progress")),
    ("service_never_deleted", "DELETE FROM orders_service WHERE id = %(awaiting_requirement)s"),
    ("service_never_truncated", "TRUNCATE orders_service CASCADE"),
)

_EVENT = "orders_serviceevent"
STEPS = (
    ("service_event_append_only", f"UPDATE {_EVENT} SET note = 'x'"),
    ("service_event_append_only", f"DELETE FROM {_EVENT}"),
    ("service_event_never_truncated", f"TRUNCATE {_EVENT}"),
    ("service_event_words_known", copied(_EVENT, "service_event", from_state="lost")),
    ("service_event_words_known", copied(_EVENT, "service_event", to_state="lost")),
    ("service_event_words_known", copied(_EVENT, "service_event", to_state="")),
)

POLICIES = (
    ("delivery_policy_append_only", "UPDATE orders_deliverypolicy SET step_days = 500"),
    ("delivery_policy_append_only", "DELETE FROM orders_deliverypolicy"),
    ("delivery_policy_never_truncated", "TRUNCATE orders_deliverypolicy CASCADE"),
    *(
        (f"orders_deliverypolicy_{column}_check", _policy(**{column: -1}))
        for column in ("acceptance_days", "reminder_days", "step_days", "max_send_backs")
    ),
)

ATTACKS = TRANSITIONS + COMPLETE + STATES + FROZEN + STEPS + POLICIES
