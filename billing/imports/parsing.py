"""From lines of cells to purchases, or to what is wrong with them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from billing.imports.cells import BY_NAME, NAMES, minor_units, read_cell
from billing.imports.problems import Fault, Faulty, Problem
from billing.imports.reading import Row, Unreadable, decode, read_header
from orders.commands import Line
from orders.models import OrderKind


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order of the file. Amounts are in fen; `at` are the lines of the file, as `lines`."""

    number: str
    buyer_email: str
    buyer_name: str
    product_code: str
    lines: tuple[Line, ...]
    at: tuple[int, ...]
    coupon: int
    currency: str
    purchased_at: datetime
    kind: OrderKind
    paid_online: bool

    @property
    def list_price(self) -> int:
        return sum(line.list_price for line in self.lines)

    @property
    def paid(self) -> int:
        return self.list_price - self.coupon

    def problem(self, fault: Fault, column: str, value: object, *, nth: int = 0) -> Problem:
        """Something wrong with the order, told of its first line or of the nth."""
        return Problem.of(fault, line=self.at[nth], column=column, value=value)


@dataclass(slots=True)
class Parsed:
    """What a file says: its orders that are sound in themselves, and everything that is wrong."""

    purchases: list[Purchase] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    line_count: int = 0


@dataclass(slots=True)
class _Draft:
    """An order while its lines are gathered; `first` has the values of its first line."""

    first: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    sound: bool = True


def parse(content: bytes, *, zone: tzinfo, now: datetime, most_lines: int) -> Parsed:
    """Read a file of purchases; times without a zone are in `zone`, none may be after `now`.

    Everything that can be found is found, not only the first thing.
    """
    parsed = Parsed()
    try:
        names, rows = read_header(decode(content))
        drafts = _gather(names, rows, parsed, zone=zone, now=now, most_lines=most_lines)
    except Unreadable as error:
        parsed.problems += error.problems
        return parsed
    if not parsed.line_count:
        parsed.problems.append(Problem.of(Fault.NO_LINES))
    parsed.purchases = list(_finished(drafts, parsed))
    return parsed


def _gather(
    names: list[str],
    rows: Iterable[Row],
    parsed: Parsed,
    *,
    zone: tzinfo,
    now: datetime,
    most_lines: int,
) -> dict[str, _Draft]:
    drafts: dict[str, _Draft] = {}
    resource_ids: set[str] = set()
    for row in rows:
        parsed.line_count += 1
        if parsed.line_count > most_lines:
            raise Unreadable(Problem.of(Fault.TOO_MANY_LINES, line=row.line, value=most_lines))
        found: list[Problem] = []
        values = _values(names, row, found, zone)
        found += _times(values, row, now)
        resource_id = values.get("resource_id")
        if resource_id in resource_ids:
            found.append(_problem(Fault.RESOURCE_ID_REPEATED, row, "resource_id", resource_id))
        if resource_id:
            resource_ids.add(resource_id)
        if number := values.get("order_number"):
            draft = drafts.setdefault(number, _Draft(values))
            found += _differences(draft.first, values, row)
            draft.sound &= not found
            if not found:
                draft.lines.append(_line(values))
                draft.at.append(row.line)
        parsed.problems += found
    return drafts


def _values(names: list[str], row: Row, found: list[Problem], zone: tzinfo) -> dict[str, Any]:
    """What the cells that can be read say; the others are `found`."""
    if len(row.cells) != len(names):
        found.append(Problem.of(Fault.CELL_COUNT, line=row.line, value=len(row.cells)))
        return {}
    values: dict[str, Any] = dict.fromkeys(name for name in NAMES if name not in names)
    for name, text in zip(names, row.cells, strict=True):
        try:
            values[name] = read_cell(name, text, zone=zone)
        except Faulty as error:
            found.append(_problem(error.fault, row, name, text))
    for name in ("list_price", "coupon"):
        if "currency" in values and name in values:
            try:
                values[name] = minor_units(values[name], values["currency"])
            except Faulty as error:
                found.append(_problem(error.fault, row, name, values.pop(name)))
    return values


def _times(values: dict[str, Any], row: Row, now: datetime) -> Iterator[Problem]:
    purchased, expires = values.get("purchased_at"), values.get("expires_at")
    if purchased and purchased > now:
        yield _problem(Fault.IN_THE_FUTURE, row, "purchased_at", purchased.isoformat())
    if purchased and expires and expires <= purchased:
        yield _problem(Fault.BEFORE_PURCHASE, row, "expires_at", expires.isoformat())


def _differences(first: dict[str, Any], values: dict[str, Any], row: Row) -> Iterator[Problem]:
    """Where a line says something else of its order than the first one."""
    for name, column in BY_NAME.items():
        if column.of_order and name in first and name in values and first[name] != values[name]:
            yield _problem(Fault.ORDER_DIFFERS, row, name, values[name])


def _line(values: dict[str, Any]) -> Line:
    return Line(
        resource_id=values["resource_id"],
        list_price=values["list_price"],
        spec=values["spec"] or "",
        expires_at=values["expires_at"],
    )


def _finished(drafts: dict[str, _Draft], parsed: Parsed) -> Iterator[Purchase]:
    """The orders of which every line is sound, and which are sound as a whole."""
    called: dict[str, str] = {}
    for draft in drafts.values():
        if not draft.sound:
            continue
        purchase = _purchase(draft)
        name = called.setdefault(purchase.buyer_email, purchase.buyer_name) or purchase.buyer_name
        if purchase.buyer_name not in ("", name):
            parsed.problems.append(
                purchase.problem(Fault.NAME_DIFFERS, "buyer_name", purchase.buyer_name)
            )
        elif purchase.coupon > purchase.list_price:
            parsed.problems.append(
                purchase.problem(Fault.COUPON_TOO_LARGE, "coupon", purchase.number)
            )
        else:
            called[purchase.buyer_email] = name
            yield purchase


def _purchase(draft: _Draft) -> Purchase:
    first = draft.first
    return Purchase(
        number=first["order_number"],
        buyer_email=first["buyer_email"],
        buyer_name=first["buyer_name"] or "",
        product_code=first["product_code"],
        lines=tuple(draft.lines),
        at=tuple(draft.at),
        coupon=first["coupon"],
        currency=first["currency"],
        purchased_at=first["purchased_at"],
        kind=first["kind"] or OrderKind.NEW,
        paid_online=first["paid_online"],
    )


def _problem(fault: Fault, row: Row, column: str, value: object) -> Problem:
    return Problem.of(fault, line=row.line, column=column, value=value)
