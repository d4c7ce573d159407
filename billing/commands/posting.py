"""Posting to the ledger: the only code that writes transactions and entries (R14)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from billing.models import Account, AccountKind, Entry, Transaction, TransactionKind
from kernel.errors import DomainError
from kernel.transactions import require_transaction


class InsufficientBalance(DomainError):
    """A buyer's balance never drops below zero."""

    code = "insufficient_balance"
    sentence = _("The balance does not cover this.")


@dataclass(frozen=True, slots=True)
class Leg:
    """What one account gains (positive) or loses (negative), in fen."""

    account_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One transaction to be: its identity, what a statement shows, and legs that sum to zero."""

    kind: TransactionKind
    reference: str
    currency: str
    order_id: int
    instance_id: int | None
    legs: tuple[Leg, ...]


def post(postings: Sequence[Posting], *, now: datetime) -> None:
    """Write a batch of transactions in a few statements, whatever its size.

    Locks the buyers' accounts in the order of their ids and moves their balances; legs of
    zero are left out. Requires a transaction. Raises `InsufficientBalance`; the database
    raises `IntegrityError` for a posting made before (`posted_once`) and for legs that do
    not sum to zero or are not in the transaction's currency; a posting whose legs are all
    zero is a `ValueError`.
    """
    require_transaction()
    if not all(any(leg.amount for leg in posting.legs) for posting in postings):
        raise ValueError("a transaction moves something")
    balances = _lock_balances({leg.account_id for p in postings for leg in p.legs})
    transactions = Transaction.objects.bulk_create(
        Transaction(
            kind=posting.kind,
            reference=posting.reference,
            currency=posting.currency,
            order_id=posting.order_id,
            instance_id=posting.instance_id,
            posted_at=now,
        )
        for posting in postings
    )
    # One statement for all entries: the zero-sum trigger refuses any that come later.
    Entry.objects.bulk_create(_entries(postings, transactions, balances))
    _store_balances(balances)


def lock_buyers(buyer_ids: Collection[int]) -> None:
    """Lock the accounts of buyers in the order of their ids, ahead of postings to them.

    Requires a transaction.
    """
    require_transaction()
    accounts = Account.objects.select_for_update(no_key=True).filter(buyer_id__in=buyer_ids)
    list(accounts.order_by("pk").values_list("pk"))


def _lock_balances(account_ids: set[int]) -> dict[int, int]:
    """The running balances among these accounts, locked until the transaction ends."""
    rows = (
        Account.objects.select_for_update(no_key=True)
        .filter(pk__in=account_ids, kind=AccountKind.BUYER)
        .order_by("pk")
        .values_list("pk", "balance")
    )
    return {pk: balance or 0 for pk, balance in rows}


def _entries(
    postings: Sequence[Posting], transactions: Sequence[Transaction], balances: dict[int, int]
) -> Iterator[Entry]:
    for posting, transaction in zip(postings, transactions, strict=True):
        for leg in posting.legs:
            if not leg.amount:
                continue
            after = None
            if leg.account_id in balances:
                after = balances[leg.account_id] = balances[leg.account_id] + leg.amount
                if after < 0:
                    raise InsufficientBalance
            yield Entry(
                transaction=transaction,
                account_id=leg.account_id,
                amount=leg.amount,
                balance_after=after,
            )


def _store_balances(balances: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_account SET balance = new.balance"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, balance)"
            " WHERE billing_account.id = new.id",
            [list(balances), list(balances.values())],
        )
