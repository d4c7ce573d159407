"""Tables for spreadsheets (R14): CSV and XLSX, in constant memory however many rows there are.

A file is made whole before it is sent: what fails halfway is an error page and not half a file.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.http import FileResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from kernel.errors import DomainError

# What a spreadsheet takes for a formula, and runs.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Beyond this a file waits on the disk and not in memory.
IN_MEMORY = 1_000_000
# So wide that a time with its zone can be read, in characters.
WIDTH = 26


class TooManyRows(DomainError):
    """More than one file may hold."""

    code = "too_many_rows"
    sentence = _(
        "These are more than %(most)s lines, and a file holds no more. Narrow the list, by days"
        " for example, and export it in parts."
    )


class Format(Enum):
    """The kinds of file, as their names end."""

    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units, which a file states as a number in the main unit."""

    amount: int
    currency: str

    @property
    def number(self) -> Decimal:
        return Decimal(self.amount).scaleb(-get_currency_precision(self.currency))


Cell = str | int | Money | datetime | Promise | None


def at_most(rows: Any) -> Any:
    """The rows, if a file may hold so many. Raises `TooManyRows`."""
    most = settings.EXPORT_ROWS
    if rows.order_by()[: most + 1].count() > most:
        raise TooManyRows(most=f"{most:,}")
    return rows


def export(
    name: str, kind: Format, titles: Sequence[object], rows: Iterable[Sequence[Cell]]
) -> FileResponse:
    """A file to be saved, called `name` with the day on which it was made."""
    write = {Format.CSV: _write_csv, Format.XLSX: _write_xlsx}[kind]
    # Closed by the answer when it has been sent.
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    write(file, [str(title) for title in titles], rows)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{timezone.localdate()}.{kind.value}",
        content_type=CONTENT_TYPES[kind],
    )


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: told to be text by an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_csv(file: IO[bytes], titles: list[str], rows: Iterable[Sequence[Cell]]) -> None:
    # With a mark, by which spreadsheets know that it is UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    text.detach()


def _as_text(cell: Cell) -> str:
    match cell:
        case Money():
            return str(cell.number)
        case datetime():
            return _time(cell)
        case None:
            return ""
        case int():
            return str(cell)
        case _:
            return harmless(str(cell))


def _write_xlsx(file: IO[bytes], titles: list[str], rows: Iterable[Sequence[Cell]]) -> None:
    # Text stays text whatever it looks like; each row goes to the disk before the next.
    with Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {places: book.add_format({"num_format": _pattern(places)}) for places in range(5)}
        sheet.set_column(0, len(titles) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                match cell:
                    case Money():
                        places = get_currency_precision(cell.currency)
                        sheet.write_number(line, column, cell.number, formats[places])
                    case int():
                        sheet.write_number(line, column, cell)
                    case None:
                        pass
                    case datetime():
                        # A spreadsheet's own times know no zone.
                        sheet.write_string(line, column, _time(cell))
                    case _:
                        sheet.write_string(line, column, str(cell))


def _pattern(places: int) -> str:
    return "#,##0" + (f".{'0' * places}" if places else "")


def _time(at: datetime) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")
