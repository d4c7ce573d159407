"""Giving money back in the shares in which it came (R14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.commands.posting import Leg, Posting, post
from billing.models import TransactionKind
from billing.queries import account_ids


@dataclass(frozen=True, slots=True)
class Repayment:
    """What a buyer gets back for one instance, in fen; `commission` is the platform's share."""

    reference: str
    order_id: int
    instance_id: int
    buyer_id: int
    vendor_id: int
    currency: str
    amount: int
    commission: int


def repay(repayments: Sequence[Repayment], *, now: datetime) -> None:
    """Post a batch of refunds; a vendor's balance may go negative, a refund never waits.

    Requires a transaction. Raises `KeyError` for an owner without an account, and what
    `post` raises: `IntegrityError` where a reference has been repaid before.
    """
    buyers, vendors, platform = account_ids(
        buyer_ids={r.buyer_id for r in repayments},
        vendor_ids={r.vendor_id for r in repayments},
        currencies={r.currency for r in repayments},
    )
    post(
        [
            Posting(
                kind=TransactionKind.REFUND,
                reference=r.reference,
                currency=r.currency,
                order_id=r.order_id,
                instance_id=r.instance_id,
                legs=(
                    Leg(vendors[r.vendor_id], -(r.amount - r.commission)),
                    Leg(platform[r.currency], -r.commission),
                    Leg(buyers[r.buyer_id], r.amount),
                ),
            )
            for r in repayments
        ],
        now=now,
    )
