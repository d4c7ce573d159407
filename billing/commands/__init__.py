"""Every write to the money: posting, opening accounts, recording purchases."""

from billing.commands.accounts import (
    CurrencyMismatch,
    account_of_buyer,
    account_of_vendor,
    make_first_rows,
    system_account,
)
from billing.commands.imports import (
    AlreadyImported,
    ImportHasProblems,
    ImportOutdated,
    ImportTooLarge,
    apply_purchases,
    check_purchases,
)
from billing.commands.posting import InsufficientBalance, Leg, Posting, lock_buyers, post
from billing.commands.purchases import OrderAlreadyRecorded, record_purchase
from billing.commands.refunds import Repayment, repay

__all__ = [
    "AlreadyImported",
    "CurrencyMismatch",
    "ImportHasProblems",
    "ImportOutdated",
    "ImportTooLarge",
    "InsufficientBalance",
    "Leg",
    "OrderAlreadyRecorded",
    "Posting",
    "Repayment",
    "account_of_buyer",
    "account_of_vendor",
    "apply_purchases",
    "check_purchases",
    "lock_buyers",
    "make_first_rows",
    "post",
    "record_purchase",
    "repay",
    "system_account",
]
