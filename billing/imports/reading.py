"""From the bytes of an upload to lines of cells. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from billing.imports.cells import BY_NAME, NAMES
from billing.imports.problems import Fault, Problem

# UTF-8, with or without its mark; what spreadsheets in China write of themselves. A file in
# UTF-16 has NULs and is refused.
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP = b"PK\x03\x04"
SEPARATORS = (",", ";", "\t")


class Unreadable(Exception):
    """The file as a whole is no table of purchases; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: where it begins in the file, and its cells in the header's order."""

    line: int
    cells: list[str]


def decode(content: bytes) -> str:
    """The text of a file in UTF-8 or GB18030. Raises `Unreadable`."""
    if not content.strip():
        raise Unreadable(Problem.of(Fault.EMPTY))
    if content.startswith(ZIP):
        raise Unreadable(Problem.of(Fault.WORKBOOK))
    if b"\x00" not in content:
        for encoding in ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise Unreadable(Problem.of(Fault.NOT_TEXT))


def read_header(text: str) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns, and the lines below them, which may raise `Unreadable`."""
    rows = _rows(text)
    first = next(rows, Row(1, []))
    names = [name.lower() for name in first.cells]
    missing = [name for name in NAMES if name not in names and not BY_NAME[name].optional]
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    found = (
        *(Problem.of(Fault.MISSING_COLUMN, line=first.line, column=name) for name in missing),
        *(Problem.of(Fault.REPEATED_COLUMN, line=first.line, column=name) for name in twice),
        *(
            Problem.of(Fault.UNKNOWN_COLUMN, line=first.line, value=name)
            for name in dict.fromkeys(names)
            if name not in BY_NAME
        ),
    )
    if found:
        raise Unreadable(*found)
    return names, rows


def _rows(text: str) -> Iterator[Row]:
    """Every line that says anything. Cells may hold line breaks, within quotation marks."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(Problem.of(Fault.BROKEN_QUOTES, line=begins)) from error
        if any(cells):
            yield Row(begins, cells)
        begins = reader.line_num + 1


def _separator(text: str) -> str:
    """What divides the cells of the header: some languages' spreadsheets write semicolons."""
    header = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=header.count)
