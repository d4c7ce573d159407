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
    "R3": {
        **THE_MODEL,
        "refunds/test_limit.py": (
            "test_the_fifth_order_goes_by_ticket_and_stays_inside_its_window",
            "test_approved_and_credited_count_and_cancelled_and_rejected_do_not",
            "test_several_instances_of_one_order_use_one",
            "test_manual_services_neither_count_nor_are_limited",
            "test_of_many_who_race_for_the_last_order_one_wins",
        ),
        "refunds/test_rules_pages.py": (
            "test_past_the_limit_the_page_and_the_dialog_say_so_and_offer_no_form",
        ),
    },
    "R4": {
        **THE_MODEL,
        "orders/test_apportioning.py": ("test_the_parts_sum_exactly_and_none_exceeds_its_weight",),
        "refunds/test_eligibility.py": ("test_never_more_than_was_paid_comes_back",),
        "refunds/test_submission.py": ("test_a_request_freezes_quote_policy_and_deadline",),
        "refunds/test_offers.py": (
            "test_an_accepted_offer_is_approved_and_credited_for_its_amount_and_no_more",
            "test_after_the_second_decline_either_side_may_go_to_the_platform",
            "test_a_saas_request_takes_no_offers",
            "test_one_offer_is_open_at_a_time",
            "test_an_offer_lapses_at_its_time_whether_the_sweep_has_run_or_not",
        ),
        "refunds/tickets/test_vendors_appeal.py": (
            "test_the_vendor_puts_the_request_before_the_platform_and_the_buyer_is_told",
            "test_it_takes_as_many_declined_offers_as_the_policy_says",
        ),
        "orders/test_services.py": ("test_what_is_held_stands_still",),
        "refunds/test_guarantees.py": ("test_an_attack_is_refused_in_the_name_of_its_rule",),
        "browser/test_buyer_rules.py": (
            "test_an_offer_is_found_on_the_instance_page_and_accepted_by_keyboard",
        ),
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
        "refunds/test_holds.py": (
            "test_a_hold_moves_the_deadline_by_its_length_and_goes_by_itself",
            "test_all_holds_of_a_request_together_last_no_longer_than_the_policy_says",
            "test_only_an_operator_holds_and_only_with_a_reason",
            "test_both_sides_are_told_of_the_beginning_and_of_the_end",
        ),
        "refunds/test_suspended_vendor.py": (
            "TestClocks::test_approve_and_credit_what_is_asked_of_it_before_and_after",
            "TestClocks::test_approve_the_tickets_that_take_the_place_of_a_request",
            "TestClocks::test_let_a_request_be_appealed_that_it_leaves_unanswered",
            "TestClocks::test_accept_its_services_after_a_reminder",
            "TestClocks::test_remind_its_members_as_ever",
            "test_its_members_go_on_deciding",
            "test_its_buyers_read_it_beside_its_contact",
            "test_its_members_read_on_its_pages_that_deadlines_run_on",
        ),
        "people/test_suspensions.py": (
            "test_it_takes_an_operator_a_reason_and_a_vendor",
            "test_it_is_lifted_and_begins_anew_and_every_reason_stays",
        ),
        "refunds/tickets/test_opening.py": (
            "test_a_rejection_by_the_vendor_is_appealed_once_and_uses_up_no_submission",
            "test_a_request_left_unanswered_is_appealed_from_its_date_on",
        ),
        "refunds/tickets/test_deciding.py": (
            "test_no_clock_approves_an_appeal_and_the_platform_decides_it_however_late",
            "test_once_it_was_refused_no_clock_approves_a_ticket_about_the_same",
        ),
        "refunds/test_pages.py": (
            "test_a_vendor_rejects_with_ground_and_text_and_the_buyer_reads_both",
            "test_the_platforms_reason_reaches_buyer_and_vendor",
        ),
        "refunds/test_next_steps.py": (
            "test_a_rejection_says_how_to_go_on_and_an_appeal_where_it_is",
            "test_an_unanswered_request_says_that_it_may_be_appealed",
        ),
        "browser/test_buyer_rules.py": ("test_a_rejection_is_appealed_in_one_click",),
    },
    "R9": {
        **THE_MODEL,
        "billing/test_invoices.py": (
            "test_an_invoice_is_over_the_sum_of_what_was_paid_and_due_in_ten_working_days",
            "test_there_is_no_invoice_of_what_is_being_refunded_has_been_or_was_free",
            "test_only_a_pending_one_is_withdrawn_by_its_buyer_and_the_vendor_is_told",
            "test_steps_go_one_way_and_say_why_not_otherwise",
        ),
        "refunds/test_invoice_gate.py": (
            "test_a_pending_invoice_refuses_the_refund_and_stays",
            "test_one_step_withdraws_the_whole_invoice_and_submits_the_request",
            "test_an_invoice_that_is_under_way_stands_in_nobodys_way",
            "test_the_vendor_sees_the_invoice_beside_the_case_and_can_mark_it_returned",
        ),
        "refunds/tickets/test_invoices.py": (
            "test_a_pending_invoice_refuses_it_and_nothing_is_left",
            "test_one_step_withdraws_the_invoice_and_goes_on",
            "test_there_is_no_new_invoice_of_what_a_ticket_is_about",
        ),
        "browser/test_buyer_rules.py": (
            "test_a_pending_invoice_is_withdrawn_in_the_refund_dialog",
        ),
    },
    "R10": {
        **THE_MODEL,
        "refunds/tickets/test_opening.py": (
            "test_there_is_no_ticket_elsewhere",
            "test_renewals_expired_instances_and_closed_windows_go_by_ticket",
            "test_a_ticket_outside_rests_on_a_ground_that_is_offered_and_speaks_for_it",
        ),
        "refunds/tickets/test_deciding.py": (
            "test_an_approved_ticket_goes_through_the_same_door_as_every_refund",
            "test_all_of_it_outside_the_window_needs_a_ground_for_it",
            "test_a_decision_is_an_operators_with_a_reason_and_never_of_the_own_purchase",
            "test_the_vendor_gives_its_word_and_what_it_agreed_to_holds",
        ),
        "refunds/tickets/test_pages.py": (
            "test_a_ticket_is_opened_by_form_with_its_evidence",
            "test_messages_urging_and_withdrawing_by_form",
        ),
        "browser/test_buyer_rules.py": ("test_a_ticket_is_opened_with_evidence_and_urged",),
    },
    "R11": {
        **THE_MODEL,
        "orders/test_services.py": (
            "test_only_the_steps_of_the_table_are_taken",
            "test_the_clock_accepts_after_as_many_natural_days_as_the_policy_says",
            "test_the_buyer_is_reminded_once_before_the_acceptance",
        ),
        "orders/test_service_appeals.py": (
            "test_a_step_that_the_vendor_lets_lie_may_be_appealed",
            "test_the_third_time_it_is_sent_back_may_be_appealed",
        ),
        "refunds/tickets/test_causes.py": (
            "test_it_freezes_the_delivery_and_its_automatic_acceptance",
            "test_after_a_withdrawal_the_delivery_goes_on_and_the_time_does_not_count",
        ),
        "orders/test_service_pages.py": (
            "test_before_the_click_it_is_said_that_acceptance_ends_the_refund_window",
        ),
        "refunds/test_limit.py": ("test_a_service_can_be_asked_for_until_it_is_accepted",),
        "browser/test_buyer_rules.py": (
            "test_a_service_is_accepted_without_javascript_and_ends_its_window",
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
    "R16": {
        **THE_MODEL,
        "refunds/test_notices.py": (
            "test_a_submission_tells_the_buyer_and_whoever_decides",
            "test_the_clock_tells_both_and_the_credit_the_buyer",
            "TestReminders::test_come_twice_before_the_deadline_each_once",
        ),
        "refunds/tickets/test_deciding.py": (
            "test_both_sides_are_told_and_nobody_of_what_they_did_themselves",
        ),
        "refunds/tickets/test_reminders.py": (
            "test_the_deciders_are_reminded_once_at_each_of_the_two_times_of_its_policy",
        ),
        "notices/test_inbox.py": ("test_a_notice_is_read_in_the_language_of_the_reading",),
        "notices/test_mailing.py": (
            "TestAMail::test_is_in_its_readers_language_and_leads_to_the_page",
        ),
        "notices/test_telling.py": ("TestTelling::test_the_same_thing_is_told_once_by_each_way",),
    },
    "R17": {
        "billing/test_purchases.py": (
            "test_the_same_order_again_changes_nothing",
            "test_the_same_order_with_other_content_is_refused",
        ),
        "refunds/test_races.py": ("test_an_order_pushed_by_five_at_once_is_recorded_once",),
        "billing/test_imports.py": (
            "test_an_import_posts_what_single_purchases_would_have",
            "test_the_same_file_twice_changes_nothing",
            "test_one_bad_line_keeps_all_of_the_file_out",
        ),
        "billing/test_import_pages.py": (
            "test_a_file_is_checked_then_imported",
            "test_only_operators_import",
        ),
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
NOT_BUILT = {"R15": "telling the vendor's system"}
NOT_BUILT_IN_PART = {"R17": "the API"}


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
