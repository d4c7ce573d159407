"""Importing purchases from a file: checked first, then recorded whole or not at all (R17)."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import UniqueViolation

from billing.commands.accounts import account_of_vendor, system_account
from billing.commands.posting import InsufficientBalance, Posting, lock_buyers, post
from billing.commands.purchases import deduction_of, recharge_of
from billing.imports import Checked, Parsed, check, parse
from billing.models import Account, AccountKind, CommissionPolicy, ImportState, PurchaseImport
from billing.shares import commission_on
from kernel.errors import DomainError, NotFound
from orders.commands import place_order
from orders.models import Instance, Order
from people.commands import register_people
from people.models import User


class ImportTooLarge(DomainError):
    """More than a request can deal with."""

    code = "import_too_large"
    sentence = _("The file is larger than an import may be. Split it.")


class ImportHasProblems(DomainError):
    """What was refused is never imported."""

    code = "import_has_problems"
    sentence = _("This file has problems. Mend it and upload it again.")


class AlreadyImported(DomainError):
    """Somebody has imported it before."""

    code = "already_imported"
    sentence = _("This file has been imported already.")


class ImportOutdated(DomainError):
    """What was recorded since the check no longer agrees with the file."""

    code = "import_outdated"
    sentence = _(
        "Since the check, something was recorded that contradicts this file. Nothing has been"
        " imported: upload it again to see what."
    )


def check_purchases(*, name: str, content: bytes, uploader: User, now: datetime) -> PurchaseImport:
    """Keep an uploaded file with all that is wrong with it, or ready to be imported.

    Records no purchase. Opens a transaction. Raises `ImportTooLarge`.
    """
    if len(content) > settings.PURCHASE_IMPORT_BYTES:
        raise ImportTooLarge
    parsed = _parse(content, now=now)
    with transaction.atomic():
        checked = check(parsed.purchases)
        problems = sorted((*parsed.problems, *checked.problems), key=lambda problem: problem.line)
        return PurchaseImport.objects.create(
            uploader=uploader,
            uploaded_at=now,
            name=name.replace("\x00", "")[:120],
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            state=ImportState.REFUSED if problems else ImportState.CHECKED,
            problems=[asdict(problem) for problem in problems],
            summary=_summary(parsed, checked),
        )


def apply_purchases(*, import_id: int, actor: User, now: datetime) -> Checked:
    """Record every purchase of a checked file, all of them or none; those that stand stay (R17).

    What was new and what stood already now, which may be other orders than at the check.

    Opens a transaction. Raises `NotFound`, `ImportHasProblems`, `AlreadyImported`, and
    `ImportOutdated` where the file no longer agrees with what is recorded.
    """
    try:
        with transaction.atomic():
            found = _locked(import_id)
            parsed = _parse(bytes(found.content), now=now)
            emails = {purchase.buyer_email for purchase in parsed.purchases}
            # In one order and ahead of the postings, as the sweeps take them.
            lock_buyers(User.objects.filter(email__in=emails).values_list("pk", flat=True))
            checked = check(parsed.purchases)
            if parsed.problems or checked.problems:
                raise ImportOutdated
            _record(checked, now=now)
            found.state, found.applied_at, found.applied_by = ImportState.APPLIED, now, actor
            found.save(update_fields=["state", "applied_at", "applied_by"])
            return checked
    except InsufficientBalance as error:
        raise ImportOutdated from error
    except IntegrityError as error:
        # A rival has recorded the same order, person or account between check and write.
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise ImportOutdated from error


def _locked(import_id: int) -> PurchaseImport:
    """The import, locked, if it is ready to be applied."""
    found = PurchaseImport.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    if found.state == ImportState.REFUSED:
        raise ImportHasProblems
    if found.state == ImportState.APPLIED:
        raise AlreadyImported
    return found


def _parse(content: bytes, *, now: datetime) -> Parsed:
    return parse(
        content,
        zone=timezone.get_default_timezone(),
        now=now,
        most_lines=settings.PURCHASE_IMPORT_LINES,
    )


def _summary(parsed: Parsed, checked: Checked) -> dict[str, Any]:
    """What the file comes to: counts, and by currency list price, coupon and paid in fen."""
    amounts: dict[str, list[int]] = {}
    for purchase in checked.new:
        sums = amounts.setdefault(purchase.currency, [0, 0, 0])
        for place, amount in enumerate((purchase.list_price, purchase.coupon, purchase.paid)):
            sums[place] += amount
    return {
        "lines": parsed.line_count,
        "orders": len(checked.new),
        "instances": sum(len(purchase.lines) for purchase in checked.new),
        "standing": len(checked.standing),
        "newcomers": len(checked.newcomers),
        "amounts": amounts,
    }


def _record(checked: Checked, *, now: datetime) -> None:
    """Place the new orders and post them in one go."""
    buyers = checked.buyers | register_people(names=checked.newcomers)
    orders = [
        place_order(
            number=purchase.number,
            buyer=buyers[purchase.buyer_email],
            product=checked.products[purchase.product_code],
            lines=purchase.lines,
            coupon=purchase.coupon,
            currency=purchase.currency,
            purchased_at=purchase.purchased_at,
            kind=purchase.kind,
        )
        for purchase in checked.new
    ]
    paid_online = {purchase.number for purchase in checked.new if purchase.paid_online}
    post(_postings(orders, paid_online), now=now)


def _postings(orders: Sequence[Order], paid_online: set[str]) -> list[Posting]:
    """The same postings as those of a single purchase, with every account looked up once."""
    buyers = _accounts_of_buyers(orders)
    vendors = {
        vendor: account_of_vendor(vendor, currency)
        for vendor, currency in {(o.product.vendor, o.currency) for o in orders}
    }
    currencies = {order.currency for order in orders}
    platforms = {c: system_account(AccountKind.PLATFORM, c) for c in currencies}
    outsides = {c: system_account(AccountKind.EXTERNAL, c) for c in currencies}
    instances: dict[int, list[Instance]] = {}
    for instance in Instance.objects.filter(order__in=orders).order_by("pk"):
        instances.setdefault(instance.order_id, []).append(instance)
    # Of two that begin at the same moment, the later one counts.
    rates = list(CommissionPolicy.objects.order_by("-effective_from", "-id"))
    postings = []
    for order in orders:
        rate = next(r.basis_points for r in rates if r.effective_from <= order.purchased_at)
        buyer = buyers[order.buyer_id]
        if order.number in paid_online and order.paid:
            postings.append(recharge_of(order, buyer, outsides[order.currency]))
        postings += [
            deduction_of(
                instance,
                buyer,
                vendors[order.product.vendor],
                platforms[order.currency],
                commission_on(instance.paid, rate),
            )
            for instance in instances[order.pk]
            if instance.paid
        ]
    return postings


def _accounts_of_buyers(orders: Sequence[Order]) -> dict[int, Account]:
    """The buyers' accounts by buyer; those that are missing are opened, in order of buyer."""
    currencies = {order.buyer_id: order.currency for order in orders}
    found = Account.objects.filter(buyer_id__in=currencies)
    accounts = {account.buyer_id: account for account in found if account.buyer_id}
    opened = Account.objects.bulk_create(
        Account(kind=AccountKind.BUYER, buyer_id=buyer, currency=currencies[buyer], balance=0)
        for buyer in sorted(currencies.keys() - accounts.keys())
    )
    return accounts | {account.buyer_id: account for account in opened if account.buyer_id}
