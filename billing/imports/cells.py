"""The columns of a file of purchases, and how a cell of each is read. Pure.

Amounts become whole minor units (fen) without ever being a fraction.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.imports.problems import Fault, Faulty
from orders.models import CURRENCY, RESOURCE_ID, OrderKind

# What a spreadsheet that opens the file would run. A minus before an amount is told as such.
FORMULA = ("=", "+", "-", "@")
# Among what cannot be seen is what turns the reading direction: a number would read as another.
CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# As many digits as the form for a single purchase takes.
AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")
# Spreadsheets write 2026/7/1 10:00 where the file had 2026-07-01 10:00.
TIME = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
YES_OR_NO = {"yes": True, "no": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: whether a cell may be empty, and whether all lines of an order agree in it."""

    name: str
    help: str | Promise
    example: str
    optional: bool = False
    of_order: bool = True


COLUMNS = (
    Column("order_number", _("Lines with the same number form one order."), "CM-20260701-0001"),
    Column("buyer_email", _("Who is not known yet is registered."), "lin.xia@example.com"),
    Column("buyer_name", _("Only needed for a new buyer."), "Lin Xia", optional=True),
    Column("product_code", _("The code of a product in the admin."), "crm-team"),
    Column(
        "resource_id", _("One instance a line, each with its own ID."), "crm-7f3a", of_order=False
    ),
    Column("spec", _("What was chosen of the product."), "Team", optional=True, of_order=False),
    Column(
        "list_price",
        _("Of this instance, in the currency's main unit, such as yuan."),
        "5980.00",
        of_order=False,
    ),
    Column(
        "coupon",
        _("On the whole order, the same in each of its lines; it is shared out by list price."),
        "500.00",
        optional=True,
    ),
    Column("currency", _("Three letters."), "CNY"),
    Column(
        "purchased_at",
        _("With its zone, or in the marketplace's time zone."),
        "2026-07-01T10:00:00+08:00",
    ),
    Column(
        "expires_at",
        _("Empty: it does not expire."),
        "2027-07-01 10:00",
        optional=True,
        of_order=False,
    ),
    Column("kind", _("new, renewal or conversion; empty: new."), "new", optional=True),
    Column("paid_online", _("yes, or no where it was paid from the balance."), "yes"),
)
BY_NAME = {column.name: column for column in COLUMNS}
NAMES = tuple(BY_NAME)


def read_cell(name: str, text: str, *, zone: tzinfo) -> Any:
    """The value of a cell; None where it is empty and may be. Raises `Faulty`.

    An amount stays text that is sound: its currency stands in another cell.
    """
    if not text:
        if BY_NAME[name].optional:
            return None
        raise Faulty(Fault.REQUIRED)
    if CONTROL.search(text):
        raise Faulty(Fault.CONTROL_CHARACTER)
    if name in ("purchased_at", "expires_at"):
        return _time(text, zone)
    return READERS[name](text)


def minor_units(amount: str | None, currency: str) -> int:
    """A sound amount in whole minor units: 1234.5 is 123450 fen. Raises `Faulty`."""
    if amount is None:
        return 0
    places = get_currency_precision(currency)
    whole, _point, minor = amount.partition(".")
    if minor[places:].strip("0"):
        raise Faulty(Fault.NUMBER_TOO_FINE)
    return int(whole + minor[:places].ljust(places, "0"))


def _text(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.startswith(FORMULA):
            raise Faulty(Fault.FORMULA)
        if len(text) > most:
            raise Faulty(Fault.TOO_LONG)
        return text

    return read


def _email(text: str) -> str:
    address = _text(254)(text).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Faulty(Fault.EMAIL_INVALID) from error
    return address


def _matching(pattern: str, fault: Fault) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise Faulty(fault)
        return text

    return read


def _amount(text: str) -> str:
    if not AMOUNT.fullmatch(text):
        raise Faulty(Fault.NUMBER_INVALID)
    return text


def _time(text: str, zone: tzinfo) -> datetime:
    if written := TIME.fullmatch(text):
        year, *rest = written.groups(default="00")
        text = "{}-{:0>2}-{:0>2} {:0>2}:{}:{}".format(year, *rest)
    if len(text) < len("2026-07-01 10:00"):
        raise Faulty(Fault.TIME_INVALID)  # a day alone is no time
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise Faulty(Fault.TIME_INVALID) from error


def _kind(text: str) -> OrderKind:
    if text.lower() not in OrderKind:
        raise Faulty(Fault.KIND_UNKNOWN)
    return OrderKind(text.lower())


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES_OR_NO:
        raise Faulty(Fault.NEITHER_YES_NOR_NO)
    return YES_OR_NO[text.lower()]


READERS: dict[str, Callable[[str], Any]] = {
    "order_number": _text(64),
    "buyer_email": _email,
    "buyer_name": _text(150),
    "product_code": _text(64),
    "resource_id": _matching(RESOURCE_ID, Fault.RESOURCE_ID_INVALID),
    "spec": _text(200),
    "list_price": _amount,
    "coupon": _amount,
    "currency": _matching(CURRENCY, Fault.CURRENCY_INVALID),
    "kind": _kind,
    "paid_online": _yes_or_no,
}
