"""Which tests keep which rule of the domain: a rule without one is a promise without a keeper."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

ALL_RULES = tuple(f"R{number}" for number in range(1, 19))

# Whoever and whenever, step by step; what else a rule says has tests beside it.
THE_MODEL = {
    "model/test_model.py": ("test_whatever_people_and_time_do_the_portal_keeps_the_rules",),
}

# By rule and file the tests that fail when the rule is broken, not all that come across it; one
# in a class as `TestClass::test_name`.
RULES: dict[str, dict[str, tuple[str, ...]]] = {
    "R1": {
        "refunds/test_eligibility.py": ("test_each_case_has_its_reason_and_its_way",),
        "refunds/test_access.py": ("test_a_visitor_is_asked_to_sign_in",),
        "browser/test_refund.py": ("test_a_refund_from_the_click_to_the_line_in_the_statement",),
    },
    "R2": {
        **THE_MODEL,
        "refunds/test_policy.py": (
            "test_bought_on_july_1_at_any_hour_it_is_open_until_july_5_at_midnight",
            "test_days_are_counted_by_the_calendar",
            "test_the_day_of_purchase_is_the_markets_not_the_buyers_nor_the_servers",
        ),
        "refunds/test_submission.py": (
            "test_the_window_is_open_until_the_end_of_day_five_in_the_marketplace_zone",
            "test_what_self_service_does_not_refund_says_why",
            "test_an_expired_instance_goes_by_ticket",
        ),
    },
    "R4": {
        **THE_MODEL,
        "orders/test_apportioning.py": ("test_the_parts_sum_exactly_and_none_exceeds_its_weight",),
        "refunds/test_eligibility.py": ("test_never_more_than_was_paid_comes_back",),
        "refunds/test_submission.py": ("test_a_request_freezes_quote_policy_and_deadline",),
        "refunds/test_guarantees.py": ("test_an_attack_is_refused_in_the_name_of_its_rule",),
    },
    "R5": {
        "browser/test_refund.py": (
            "test_all_three_refund_entries_open_the_dialog_and_both_cancel_entries_the_confirmation",
            "test_the_keyboard_alone_is_enough",
            "test_it_works_without_javascript",
        ),
        "refunds/test_pages.py": ("test_refund_is_there_and_says_why_it_is_not_possible",),
    },
    "R6": {
        **THE_MODEL,
        "refunds/test_submission.py": ("test_reason_and_acknowledgement_are_required",),
        "refunds/test_policy.py": (
            "test_the_deadline_is_the_same_hour_three_calendar_days_later",
            "test_a_deadline_keeps_its_hour_when_the_clocks_change",
        ),
        "refunds/test_decisions.py": (
            "test_after_the_deadline_only_the_automatic_approval_is_legal",
        ),
        "refunds/test_sweeps.py": (
            "test_nobody_decided_so_the_system_approves_at_the_deadline_and_not_before",
        ),
        "refunds/test_pages.py": (
            "test_a_late_withdrawal_is_told_of_the_automatic_approval",
            "test_a_request_is_made_by_form_and_shown_with_its_deadline",
        ),
    },
    "R7": {
        **THE_MODEL,
        "refunds/test_decisions.py": ("test_a_withdrawn_request_leaves_the_instance_as_it_was",),
        "refunds/test_submission.py": ("test_one_request_at_a_time_and_three_in_all",),
        "refunds/test_races.py": (
            "test_of_two_submissions_at_once_one_wins_and_the_other_is_told_that_it_is_open",
        ),
        "refunds/test_pages.py": (
            "test_the_confirmation_says_when_no_new_request_will_be_possible",
        ),
    },
    "R8": {
        **THE_MODEL,
        "refunds/test_decisions.py": (
            "test_a_rejection_names_its_ground_and_the_buyer_may_ask_again",
            "test_nobody_decides_a_refund_of_their_own_purchase",
            "test_an_operator_decides_with_a_written_reason",
        ),
        "refunds/test_pages.py": (
            "test_a_vendor_rejects_with_ground_and_text_and_the_buyer_reads_both",
            "test_the_platforms_reason_reaches_buyer_and_vendor",
        ),
    },
    "R12": {
        **THE_MODEL,
        "refunds/test_decisions.py": (
            "test_an_approval_ends_access_and_sets_the_credit_half_an_hour_ahead",
        ),
        "orders/test_placing.py": ("test_termination_is_for_good_and_keeps_its_first_moment",),
        "refunds/test_races.py": (
            "test_twenty_threads_at_the_same_requests_leave_one_decision_and_one_credit_each",
        ),
    },
    "R13": {
        **THE_MODEL,
        "refunds/test_sweeps.py": ("test_a_credit_is_posted_when_due_and_never_again",),
        "refunds/test_timed_work.py": (
            "test_a_credit_whose_commit_the_worker_did_not_live_to_see_is_not_posted_again",
            "test_two_workers_and_two_beats_credit_each_request_once",
        ),
        "billing/test_repaying.py": ("test_a_reference_is_repaid_once",),
        "refunds/test_lists.py": ("test_a_credited_request_leads_to_its_line_and_no_other",),
    },
    "R14": {
        **THE_MODEL,
        "billing/test_posting.py": (
            "test_legs_that_do_not_sum_to_zero_are_refused",
            "test_an_account_in_another_currency_is_refused",
        ),
        "billing/test_purchases.py": ("test_a_purchase_is_a_recharge_and_a_deduction_an_instance",),
        "billing/test_repaying.py": (
            "test_a_full_refund_leaves_vendor_and_platform_as_if_nothing_had_been",
        ),
        "refunds/test_sweeps.py": (
            "test_a_vendors_balance_may_go_negative_a_refund_never_waits_for_it",
        ),
        "billing/test_verify_ledger.py": (
            "test_damage_is_named",
            "test_every_check_is_put_to_the_test",
        ),
        "refunds/test_lists.py": ("test_the_statement_is_narrowed_by_type_day_and_order",),
        "refunds/test_guarantees.py": ("test_every_rule_that_the_database_keeps_is_attacked_here",),
    },
    "R17": {
        "billing/test_purchases.py": (
            "test_the_same_order_again_changes_nothing",
            "test_the_same_order_with_other_content_is_refused",
        ),
        "refunds/test_races.py": ("test_an_order_pushed_by_five_at_once_is_recorded_once",),
        "test_admin.py": ("test_an_operator_records_a_purchase_by_form",),
        "refunds/test_demo.py": (
            "test_a_week_later_there_is_something_to_watch_to_refund_and_to_decide_again",
        ),
    },
    "R18": {
        "refunds/test_pages.py": ("test_the_rules_are_read_from_the_policy_without_signing_in",),
    },
}

# What is not built yet, and so has no test: a rule, or the part of one that is named here.
NOT_BUILT = {
    "R3": "the limit",
    "R9": "invoices",
    "R10": "tickets",
    "R11": "service delivery",
    "R15": "telling the vendor's system",
    "R16": "notices",
}
NOT_BUILT_IN_PART = {
    "R4": "partial offers",
    "R8": "appeals and holds",
    "R17": "the API and the import of files",
}


def _tests_in(file: str) -> set[str]:
    """The names of a file's tests, those of classes with the class before them."""
    path = TESTS / file
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    found = {(node.name, node.name) for node in _functions(tree.body)}
    for one in tree.body:
        if isinstance(one, ast.ClassDef):
            found |= {(f"{one.name}::{node.name}", node.name) for node in _functions(one.body)}
    return {named for named, test in found if test.startswith("test_")}


def _functions(body: list[ast.stmt]) -> list[ast.FunctionDef]:
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def test_every_rule_is_here_once() -> None:
    assert set(RULES) | set(NOT_BUILT) == set(ALL_RULES)
    assert set(RULES) & set(NOT_BUILT) == set()
    assert set(NOT_BUILT_IN_PART) <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_kept_by_tests_that_exist(rule: str) -> None:
    assert any(RULES[rule].values())
    for file, named in RULES[rule].items():
        assert set(named) - _tests_in(file) == set(), file
        assert len(named) == len(set(named)), file
