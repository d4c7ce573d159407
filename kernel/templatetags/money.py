"""Amounts as people write them; stored amounts are whole minor units (fen for CNY)."""

from babel.numbers import get_currency_precision
from django import template

register = template.Library()

# Both languages of the portal group by thousands and point decimals alike.
SYMBOLS = {"CNY": "¥"}
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"


@register.filter
def money(amount: int | None, currency: str) -> str:
    """`amount` minor units as text: ¥1,234.56, −¥0.01, USD 1,234.56; a dash for None.

    Raises `TypeError` for anything but an integer: a float is a mistake made earlier.
    """
    return NOTHING if amount is None else _sign(amount) + _magnitude(amount, currency)


@register.filter
def discount(amount: int, currency: str) -> str:
    """What is taken off a price, so that a column of figures adds up: −¥600.00."""
    return money(-amount, currency)


@register.filter
def signed_money(amount: int | None, currency: str) -> str:
    """Like `money`, with a plus before what came in: for the lines of a statement."""
    if amount is None:
        return NOTHING
    return ("+" if amount > 0 else _sign(amount)) + _magnitude(amount, currency)


def _sign(amount: int) -> str:
    return MINUS if amount < 0 else ""


def _magnitude(amount: object, currency: str) -> str:
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise TypeError(f"an amount is whole minor units, not {amount!r}")
    precision = get_currency_precision(currency)
    whole, minor = divmod(abs(amount), 10**precision)
    digits = f"{whole:,}" + (f".{minor:0{precision}}" if precision else "")
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{currency} {digits}"
