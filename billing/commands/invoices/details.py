"""A buyer's own titles and addresses for invoices: added, removed, one of each the default.

Invoices keep a copy, so that nothing here changes what was asked for.
"""

import re
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import InvoiceAddress, InvoiceTitle, TitleKind
from billing.words import (
    ADDRESS_LENGTH,
    NAME_LENGTH,
    PHONE,
    RECIPIENT_LENGTH,
    TAX_NUMBER,
    compact,
    is_one_line,
    tidy,
)
from kernel.errors import DomainError, NotFound
from people.models import User

# More would make the form that offers them unusable.
MOST = 50

Detail = TypeVar("Detail", InvoiceTitle, InvoiceAddress)


class InvalidTitle(DomainError):
    """No invoice can be made out to this."""

    code = "invalid_title"
    sentence = _(
        "A title needs a name on one line, and a company's a tax number of 15 to 20 letters and"
        " digits."
    )


class TitleKnown(DomainError):
    """The buyer has it already."""

    code = "title_known"
    sentence = _("You have this title already.")


class InvalidAddress(DomainError):
    """No invoice can be sent there."""

    code = "invalid_address"
    sentence = _(
        "An address needs a recipient and a mail address or a postal address, each on one line;"
        " a phone number has digits only."
    )


class TooManyDetails(DomainError):
    """Nobody needs so many."""

    code = "too_many_details"
    sentence = _("You have as many of these as can be kept. Please remove one first.")


def add_title(
    *, buyer: User, kind: TitleKind, name: str, now: datetime, tax_number: str = ""
) -> InvoiceTitle:
    """Keep a title; the first one is the default.

    Opens a transaction. Raises `InvalidTitle`, `TitleKnown`, `TooManyDetails`.
    """
    name, tax_number = tidy(name), compact(tax_number)
    sound = (
        name
        and is_one_line(name, most=NAME_LENGTH)
        and (re.match(TAX_NUMBER, tax_number) if tax_number else kind != TitleKind.COMPANY)
    )
    if not sound:
        raise InvalidTitle
    with transaction.atomic():
        known = _lock_known(InvoiceTitle, buyer)
        if any((title.name, title.tax_number) == (name, tax_number) for title in known):
            raise TitleKnown
        return InvoiceTitle.objects.create(
            buyer=buyer,
            kind=kind,
            name=name,
            tax_number=tax_number,
            is_default=not known,
            created_at=now,
        )


def add_address(
    *,
    buyer: User,
    recipient: str,
    now: datetime,
    phone: str = "",
    email: str = "",
    address: str = "",
) -> InvoiceAddress:
    """Keep an address; the first one is the default.

    Opens a transaction. Raises `InvalidAddress`, `TooManyDetails`.
    """
    recipient, phone, email, address = (tidy(text) for text in (recipient, phone, email, address))
    sound = (
        recipient
        and (email or address)
        and is_one_line(recipient, most=RECIPIENT_LENGTH)
        and is_one_line(address, most=ADDRESS_LENGTH)
        and (not phone or re.match(PHONE, phone))
        and (not email or _is_mail(email))
    )
    if not sound:
        raise InvalidAddress
    with transaction.atomic():
        known = _lock_known(InvoiceAddress, buyer)
        return InvoiceAddress.objects.create(
            buyer=buyer,
            recipient=recipient,
            phone=phone,
            email=email,
            address=address,
            is_default=not known,
            created_at=now,
        )


def remove_title(*, title_id: int, buyer: User) -> None:
    """Forget a title. Raises `NotFound` for somebody else's."""
    _remove(InvoiceTitle, title_id, buyer)


def remove_address(*, address_id: int, buyer: User) -> None:
    """Forget an address. Raises `NotFound` for somebody else's."""
    _remove(InvoiceAddress, address_id, buyer)


def make_title_default(*, title_id: int, buyer: User) -> None:
    """Offer this title first. Opens a transaction. Raises `NotFound` for somebody else's."""
    _make_default(InvoiceTitle, title_id, buyer)


def make_address_default(*, address_id: int, buyer: User) -> None:
    """Offer this address first. Opens a transaction. Raises `NotFound` for somebody else's."""
    _make_default(InvoiceAddress, address_id, buyer)


def _lock_known(model: type[Detail], buyer: User) -> list[Detail]:
    """What the buyer has of these; nobody else changes it meanwhile. Raises `TooManyDetails`."""
    User.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    known = list(model._default_manager.filter(buyer=buyer))
    if len(known) >= MOST:
        raise TooManyDetails
    return known


def _remove(model: type[Detail], pk: int, buyer: User) -> None:
    gone, _rows = model._default_manager.filter(pk=pk, buyer=buyer).delete()
    if not gone:
        raise NotFound


def _make_default(model: type[Detail], pk: int, buyer: User) -> None:
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=buyer.pk)
        rows = model._default_manager.filter(buyer=buyer)
        rows.filter(is_default=True).update(is_default=False)
        if not rows.filter(pk=pk).update(is_default=True):
            raise NotFound


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
