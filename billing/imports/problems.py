"""What can be the matter with a file of purchases: stable codes, and sentences for people."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

# As much of a cell as a report repeats.
SHOWN = 60


class Fault(models.TextChoices):
    """A code for machines and a sentence for people."""

    # The file.
    EMPTY = "empty", _("The file is empty.")
    NO_LINES = "no_lines", _("There is nothing below the header.")
    TOO_MANY_LINES = "too_many_lines", _("These are more lines than an import may have. Split it.")
    WORKBOOK = (
        "workbook",
        _("This is a workbook, not CSV. Save it as “CSV UTF-8” and upload that."),
    )
    NOT_TEXT = (
        "not_text",
        _("This is not text in UTF-8 or GB18030. Save it as “CSV UTF-8” and upload that."),
    )
    MISSING_COLUMN = "missing_column", _("The header lacks this column.")
    UNKNOWN_COLUMN = "unknown_column", _("No column is called that; see the template.")
    REPEATED_COLUMN = "repeated_column", _("The header has this column twice.")
    BROKEN_QUOTES = (
        "broken_quotes",
        _("The quotation marks do not match, so that nothing from here on can be read."),
    )
    # A line or a cell.
    CELL_COUNT = "cell_count", _("This line has more or fewer cells than the header.")
    REQUIRED = "required", _("This cell must not be empty.")
    TOO_LONG = "too_long", _("This is too long.")
    FORMULA = "formula", _("This begins like a formula of a spreadsheet.")
    CONTROL_CHARACTER = (
        "control_character",
        _("This has a line break or another character that cannot be seen."),
    )
    NUMBER_INVALID = (
        "number_invalid",
        _("Write the amount in digits with a point, such as 1234.56: no sign, no separators."),
    )
    NUMBER_TOO_FINE = "number_too_fine", _("The currency has no such small amounts.")
    CURRENCY_INVALID = (
        "currency_invalid",
        _("Write the currency as its code of three letters, such as CNY."),
    )
    TIME_INVALID = (
        "time_invalid",
        _("Write the time as 2026-07-01 10:00, or with its zone, as 2026-07-01T10:00:00+08:00."),
    )
    IN_THE_FUTURE = "in_the_future", _("A purchase lies in the past.")
    BEFORE_PURCHASE = "before_purchase", _("This is not after the purchase.")
    EMAIL_INVALID = "email_invalid", _("This is no mail address.")
    KIND_UNKNOWN = "kind_unknown", _("Write new, renewal or conversion.")
    NEITHER_YES_NOR_NO = "neither_yes_nor_no", _("Write yes or no.")
    RESOURCE_ID_INVALID = (
        "resource_id_invalid",
        _("A resource ID has at most 64 letters, digits and . _ : -"),
    )
    # Lines beside one another.
    RESOURCE_ID_REPEATED = (
        "resource_id_repeated",
        _("An earlier line of the file has this resource ID."),
    )
    ORDER_DIFFERS = (
        "order_differs",
        _("An earlier line of the same order says something else here."),
    )
    COUPON_TOO_LARGE = (
        "coupon_too_large",
        _("The coupon exceeds the list prices of the whole order."),
    )
    NAME_DIFFERS = "name_differs", _("An earlier line gives this buyer another name.")
    # What is recorded already.
    PRODUCT_UNKNOWN = "product_unknown", _("No product has this code.")
    NAME_REQUIRED = "name_required", _("This buyer is new, and needs a name.")
    BUYER_INACTIVE = "buyer_inactive", _("This person's account is closed.")
    NO_COMMISSION = (
        "no_commission",
        _("There was no commission policy yet when this was purchased."),
    )
    CURRENCY_OF_BUYER = (
        "currency_of_buyer",
        _("The buyer's account is kept in another currency."),
    )
    CURRENCY_OF_VENDOR = (
        "currency_of_vendor",
        _("The vendor's account is kept in another currency."),
    )
    RECORDED_OTHERWISE = (
        "recorded_otherwise",
        _("An order of this number is recorded with other content."),
    )
    RESOURCE_ID_TAKEN = (
        "resource_id_taken",
        _("This resource ID is recorded with another order."),
    )
    BALANCE_TOO_LOW = "balance_too_low", _("The buyer's balance does not cover this order.")


class Faulty(Exception):
    """A cell cannot be what its column says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which line (0: the file), which column, with which value."""

    line: int
    column: str
    value: str
    code: str

    @classmethod
    def of(cls, fault: Fault, *, line: int = 0, column: str = "", value: object = "") -> "Problem":
        text = str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        return cls(line, column, shown, fault.value)

    @property
    def sentence(self) -> str:
        return str(Fault(self.code).label)
