"""Proving the ledger (R14): each invariant is one query that names whatever breaks it.

Nothing here trusts a stored balance or a guard that should have held: sums are made again
from the entries, and the guards themselves are looked up in the catalogue.
"""

from billing.verification.checks import CHECKS as LEDGER_CHECKS
from billing.verification.deliveries import DELIVERIES
from billing.verification.guards import TRIGGERS, guards_off
from billing.verification.running import Breach, Check, run, snapshot

CHECKS = LEDGER_CHECKS + DELIVERIES

__all__ = ["CHECKS", "TRIGGERS", "Breach", "Check", "guards_off", "run", "snapshot"]
