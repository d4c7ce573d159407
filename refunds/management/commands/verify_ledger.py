"""Prove the ledger (R14)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from refunds.verification import prove_ledger


class Command(BaseCommand):
    help = (
        "Proves the ledger with balances recomputed from its entries. Names each breach (code,"
        " whose it is, figures in minor units) and exits with 1; with 0 when every invariant holds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        proof = prove_ledger()
        for breach in proof.breaches:
            self.stdout.write(f"{breach.code} · {breach.subject}: {breach.detail}")
        checked = (
            f"{proof.transactions} transactions, {proof.entries} entries, "
            f"{proof.accounts} accounts, {proof.requests} refund requests"
        )
        if proof.breaches:
            self.stdout.write(f"Breaches: {len(proof.breaches)} in {checked}")
            sys.exit(1)
        self.stdout.write(f"The ledger holds: {checked} checked")
