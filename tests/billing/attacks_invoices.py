"""What the database must refuse to do to invoices (R9).

`%(names)s` are those of `tests.billing.invoice_world`.
"""

from itertools import permutations

from billing.models import InvoiceState
from billing.transitions import may_become
from tests.billing.database import copied


def _change(row: str, **columns: str) -> str:
    changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
    return f"UPDATE billing_invoice SET {changes} WHERE id = %(invoice_{row})s"


def _new(**changes: object) -> str:
    """An invoice like the pending one, which has no lines yet."""
    return copied("billing_invoice", "invoice_pending", **changes)


def _line(**changes: object) -> str:
    """A line of the pending invoice, of something that may be invoiced."""
    changes = {"standing": True, **changes}
    return (
        "INSERT INTO billing_invoiceline (invoice_id, instance_id, amount, standing) VALUES"
        f" ({changes.get('invoice_id', '%(invoice_pending)s')},"
        f" {changes.get('instance_id', '%(invoiceable)s')}, {changes.get('amount', 4_000)}, true)"
    )


_TITLE = (
    "INSERT INTO billing_invoicetitle (buyer_id, kind, name, tax_number, is_default, created_at)"
    " VALUES (%(ann)s, {}, now())"
)
_ADDRESS = (
    "INSERT INTO billing_invoiceaddress"
    " (buyer_id, recipient, phone, email, address, is_default, created_at)"
    " VALUES ({}, now())"
)

DETAILS = (
    (
        "one_title_of_a_name",
        (
            "INSERT INTO billing_invoicetitle"
            " (buyer_id, kind, name, tax_number, is_default, created_at)"
            " SELECT buyer_id, kind, name, tax_number, false, now() FROM billing_invoicetitle"
        ),
    ),
    ("company_has_a_tax_number", _TITLE.format("'company', 'Acme', '', false")),
    ("company_has_a_tax_number", _TITLE.format("'ghost', 'Acme', '9', false")),
    (
        "one_default_title",
        _TITLE.format("'personal', 'Eve', '', true").replace("%(ann)s", "%(eve)s"),
    ),
    ("address_leads_somewhere", _ADDRESS.format("%(eve)s, 'Eve', '', '', '', false")),
    ("one_default_address", _ADDRESS.format("%(eve)s, 'Eve', '', '', 'Here', true")),
)

_POLICY = "INSERT INTO billing_invoicepolicy (effective_from, zone, working_days, note)"
POLICIES = (
    (
        "billing_invoicepolicy_working_days_check",
        f"{_POLICY} VALUES (now(), 'Asia/Shanghai', -1, '')",
    ),
    ("invoice_policy_append_only", "UPDATE billing_invoicepolicy SET working_days = 500"),
    ("invoice_policy_append_only", "DELETE FROM billing_invoicepolicy"),
    ("invoice_policy_never_truncated", "TRUNCATE billing_invoicepolicy CASCADE"),
)

BEGINNINGS = (
    ("invoice_is_of_something", _new(amount=0)),
    ("invoice_due_after_request", _new(due_at="2020-01-01T00:00:00Z")),
    ("invoice_words_known", _new(form="fax")),
    ("invoice_words_known", _new(title_kind="ghost")),
    ("invoice_begins_pending", _new(state="mailed")),
    ("invoice_state_says_when", _new(processing_at="2026-07-02T00:00:00Z")),
    ("mailed_says_which_and_how", _new(number="1")),
    ("returned_says_how", _new(return_reference="1")),
    # It has no lines.
    ("invoice_is_the_sum_of_its_lines", _new()),
    ("invoice_is_the_sum_of_its_lines", _line()),
    ("line_is_of_what_was_paid", _line(amount=4_001)),
    ("line_is_of_what_was_paid", _line(amount=-1)),
    ("line_is_of_what_was_paid", _line(instance_id="%(plain)s", amount=3_033)),
    ("line_is_of_what_was_paid", _line(invoice_id="0")),
    (
        "no_invoice_of_what_is_refunded",
        ("UPDATE orders_instance SET held_by = 'refund:1' WHERE id = %(invoiceable)s;" + _line()),
    ),
    (
        "no_invoice_of_what_is_refunded",
        (
            "UPDATE orders_instance SET state = 'terminated', terminated_at = now()"
            " WHERE id = %(invoiceable)s;" + _line()
        ),
    ),
    ("one_invoice_per_instance", _line(instance_id="%(invoice_mailed_instance)s")),
    (
        "line_is_of_something",
        (
            # Something that cost nothing is on no invoice.
            "ALTER TABLE billing_invoiceline DISABLE TRIGGER invoice_line_guard;" + _line(amount=0)
        ),
    ),
)

_FACTS = {
    "id": "id + 999",
    "buyer_id": "%(bob)s",
    "vendor_id": "%(other_vendor)s",
    "policy_id": "policy_id + 1",
    "form": "'electronic'",
    "title_kind": "'personal'",
    "title": "'Another'",
    "tax_number": "''",
    "recipient": "'Another'",
    "phone": "''",
    "email": "'x@y.example'",
    "address": "''",
    "currency": "'USD'",
    "amount": "amount + 1",
    "requested_at": "requested_at - interval '1 s'",
    "due_at": "due_at + interval '1 day'",
}

FROZEN = (
    *(
        ("invoice_frozen", _change(state, **{column: value}))
        for column, value in _FACTS.items()
        for state in ("pending", "mailed")
    ),
    ("invoice_step_frozen", _change("processing", processing_at="now()")),
    ("invoice_step_frozen", _change("mailed", processing_at="now()")),
    ("invoice_step_frozen", _change("mailed", mailed_at="now()")),
    ("invoice_step_frozen", _change("mailed", number="'2'")),
    ("invoice_step_frozen", _change("mailed", tracking_number="'2'")),
    ("invoice_step_frozen", _change("withdrawn", withdrawn_at="now()")),
    ("invoice_step_frozen", _change("returned", returned_at="now()")),
    ("invoice_step_frozen", _change("returned", return_reference="'2'")),
    # Not even on the way to the next state.
    (
        "invoice_step_frozen",
        _change(
            "mailed",
            state="'returned'",
            returned_at="now()",
            return_reference="'2'",
            number="'2'",
        ),
    ),
    (
        "mailed_says_which_and_how",
        _change("processing", state="'mailed'", mailed_at="now()", tracking_number="'1'"),
    ),
    (
        "mailed_says_which_and_how",
        _change("processing", state="'mailed'", mailed_at="now()", number="'1'"),
    ),
    ("returned_says_how", _change("mailed", state="'returned'", returned_at="now()")),
    ("invoice_state_says_when", _change("mailed", state="'returned'", return_reference="'1'")),
    ("invoice_state_says_when", _change("pending", state="'processing'")),
    # Its lines would go on standing.
    (
        "lines_stand_with_their_invoice",
        _change("pending", state="'withdrawn'", withdrawn_at="now()"),
    ),
    ("invoice_never_deleted", "DELETE FROM billing_invoice WHERE id = %(invoice_withdrawn)s"),
    ("invoice_never_truncated", "TRUNCATE billing_invoice CASCADE"),
)

_LINE_FACTS = {
    "id": "id + 999",
    "invoice_id": "%(invoice_mailed)s",
    "instance_id": "%(invoiceable)s",
    "amount": "amount + 1",
}

LINES = (
    *(
        (
            "invoice_line_frozen",
            _change("pending_line", **{column: value}).replace("invoice SET", "invoiceline SET"),
        )
        for column, value in _LINE_FACTS.items()
    ),
    (
        "invoice_line_frozen",
        "UPDATE billing_invoiceline SET standing = true WHERE id = %(invoice_returned_line)s",
    ),
    (
        "lines_stand_with_their_invoice",
        "UPDATE billing_invoiceline SET standing = false WHERE id = %(invoice_pending_line)s",
    ),
    (
        "invoice_line_never_deleted",
        "DELETE FROM billing_invoiceline WHERE id = %(invoice_withdrawn_line)s",
    ),
    ("invoice_line_never_truncated", "TRUNCATE billing_invoiceline"),
)

TRANSITIONS = tuple(
    ("invoice_transition", _change(old.value, state=f"'{new}'"))
    for old, new in permutations(InvoiceState, 2)
    if not may_become(old, new)
)

ATTACKS = DETAILS + POLICIES + BEGINNINGS + FROZEN + LINES + TRANSITIONS
