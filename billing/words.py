"""What may be written on an invoice: the forms and the commands ask here, both."""

import re

# Control characters, and those that turn the direction of what follows.
_UNPRINTABLE = "\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
ONE_LINE = rf"^[^{_UNPRINTABLE}]*\Z"
# The unified social credit code has 18 characters; older tax numbers have 15 to 20.
TAX_NUMBER = r"^[0-9A-Z]{15,20}\Z"
INVOICE_NUMBER_LENGTH = 40
# Of tracking numbers, and of what a returned invoice is found by.
REFERENCE_LENGTH = 60
NAME_LENGTH = 200
RECIPIENT_LENGTH = 100
ADDRESS_LENGTH = 300
PHONE = r"^\+?[0-9][0-9 ()-]{4,38}\Z"


def tidy(text: str) -> str:
    """Without spaces around it, and with single ones inside."""
    return re.sub(" +", " ", text.strip())


def compact(text: str) -> str:
    """A number as it is printed: in capitals and without the spaces that people group by."""
    return re.sub(r"\s", "", text).upper()


def is_one_line(text: str, *, most: int) -> bool:
    """Whether it is at most so many characters that can be printed on one line."""
    return len(text) <= most and re.match(ONE_LINE, text) is not None
