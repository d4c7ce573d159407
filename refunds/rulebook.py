"""Every read of the pages about the rules: what is in force, and what takes effect later (R18)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.models import CommissionPolicy, InvoicePolicy
from billing.wording import commission_rules, invoice_rules
from kernel.models import PolicyRow
from orders.models import DeliveryPolicy
from orders.wording import delivery_rules
from refunds.models import GroundSide, PolicyVersion, RejectionGround, TicketGround
from refunds.queries import policies_at
from refunds.wording import refund_rules

WORDINGS: dict[type[PolicyRow], Callable[[Any], list[str]]] = {
    PolicyVersion: refund_rules,
    DeliveryPolicy: delivery_rules,
    CommissionPolicy: commission_rules,
    InvoicePolicy: invoice_rules,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What will be different from a moment on: the sentences that are new then."""

    at: datetime
    about: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force at a moment; a policy that nobody has made yet is None."""

    policies: dict[str, PolicyVersion]
    delivery: DeliveryPolicy | None
    invoices: InvoicePolicy | None
    commission: CommissionPolicy | None
    rejection_grounds: Sequence[RejectionGround]
    grounds_for: Sequence[TicketGround]
    grounds_against: Sequence[TicketGround]
    changes: Sequence[Change]


def rulebook(now: datetime) -> Rulebook:
    """Everything that the pages about the rules say, in a constant number of reads."""
    grounds = list(TicketGround.objects.filter(offered=True))
    return Rulebook(
        policies=policies_at(now),
        delivery=DeliveryPolicy.objects.in_force(now).first(),
        invoices=InvoicePolicy.objects.in_force(now).first(),
        commission=CommissionPolicy.objects.in_force(now).first(),
        rejection_grounds=list(RejectionGround.objects.filter(offered=True)),
        grounds_for=[ground for ground in grounds if ground.side == GroundSide.FOR],
        grounds_against=[ground for ground in grounds if ground.side == GroundSide.AGAINST],
        changes=coming(now),
    )


def coming(now: datetime) -> list[Change]:
    """What takes effect later, soonest first."""
    changes = [change for model in WORDINGS for change in _coming(model, now)]
    return sorted(changes, key=lambda change: change.at)


def _coming(model: type[PolicyRow], now: datetime) -> list[Change]:
    """The versions of one kind of rules that are still to come, each against the one before."""
    later = list(model.objects.filter(effective_from__gt=now).order_by("effective_from", "id"))
    # Of two for one moment, the one that was added later.
    counting = {(_kind(version), version.effective_from): version for version in later}
    if not counting:
        return []
    before = {_kind(version): version for version in _in_force(model, now)}
    changes = []
    for (kind, at), version in counting.items():
        told = WORDINGS[model]
        old = told(before[kind]) if kind in before else []
        new = [sentence for sentence in told(version) if sentence not in old]
        changes.append(Change(at=at, about=_about(version), sentences=new))
        before[kind] = version
    return [change for change in changes if change.sentences]


def _in_force(model: type[PolicyRow], now: datetime) -> list[PolicyRow]:
    apart = model.versions_of
    rows = model.objects.in_force(now).order_by(*apart, "-effective_from", "-id")
    return list(rows.distinct(*apart)) if apart else list(rows[:1])


def _kind(version: PolicyRow) -> tuple[object, ...]:
    return tuple(getattr(version, name) for name in version.versions_of)


def _about(version: PolicyRow) -> str:
    if isinstance(version, PolicyVersion):
        return version.get_delivery_type_display()
    return str(version._meta.verbose_name)
