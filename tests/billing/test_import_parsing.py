"""Files of purchases are read exactly, and whatever is wrong with them is named (R17)."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.imports import COLUMNS, Fault, Parsed, parse
from billing.imports.cells import minor_units
from tests.billing.csv_files import HEADER, sheet
from tests.factories import NOW

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(content: bytes, *, most_lines: int = 100) -> Parsed:
    return parse(content, zone=SHANGHAI, now=NOW, most_lines=most_lines)


def found(content: bytes) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.code) for p in read(content).problems]


def test_a_line_is_an_order_in_whole_fen_and_moments_with_a_zone() -> None:
    parsed = read(sheet())
    assert parsed.problems == []
    [purchase] = parsed.purchases
    [line] = purchase.lines
    assert (line.list_price, purchase.coupon, purchase.paid) == (598_000, 50_000, 548_000)
    assert purchase.purchased_at == datetime(2026, 6, 30, 2, tzinfo=UTC)
    assert line.expires_at == datetime(2027, 6, 30, 10, tzinfo=UTC)
    assert (purchase.buyer_name, line.spec) == ("林夏", "Team, 20 seats")


def test_lines_with_one_number_are_one_order_wherever_they_stand() -> None:
    other = {"order_number": "CM-2", "resource_id": "crm-9"}
    parsed = read(sheet({}, other, {"resource_id": "crm-2", "list_price": "20"}))
    assert [(p.number, p.at, p.list_price) for p in parsed.purchases] == [
        ("CM-1", (2, 4), 600_000),
        ("CM-2", (3,), 598_000),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_files_of_every_spreadsheet_are_read(encoding: str, by: str) -> None:
    [purchase] = read(sheet(encoding=encoding, by=by)).purchases
    assert purchase.buyer_name == "林夏"


def test_columns_come_in_any_order_and_optional_ones_may_be_left_out() -> None:
    needed = [column.name for column in COLUMNS if not column.optional]
    [purchase] = read(sheet(header=needed[::-1])).purchases
    assert (purchase.coupon, purchase.kind, purchase.lines[0].expires_at) == (0, "new", None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "missing_column"),
        (b"PK\x03\x04 and so on", "workbook"),
        (sheet(encoding="utf-16"), "not_text"),
        (sheet().replace(b"CM-1", b"CM\x00-1"), "not_text"),
        (b"\xff\xfe\xff" * 9, "not_text"),
        (sheet().splitlines()[0], "no_lines"),
        (sheet() + b'"never closed', "broken_quotes"),
        (sheet() + b'"a"b,', "broken_quotes"),
        (sheet() + b"x" * 200_000, "broken_quotes"),
    ],
)
def test_what_is_no_table_of_purchases_is_refused_as_such(content: bytes, code: str) -> None:
    parsed = read(content)
    assert code in {problem.code for problem in parsed.problems}
    assert all(problem.sentence for problem in parsed.problems)


def test_a_wrong_header_is_told_column_by_column() -> None:
    header = [*(name for name in HEADER if name != "list_price"), "price", "spec"]
    assert found(sheet(header=header)) == [
        (1, "list_price", "missing_column"),
        (1, "spec", "repeated_column"),
        (1, "", "unknown_column"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        *(
            ("list_price", value, "number_invalid")
            for value in ("1,234.56", "¥5", "-5", "+5", "1e9", "1.", ".5", "５", "0x10", "nan")
        ),
        ("list_price", "9" * 13, "number_invalid"),
        ("list_price", "0.001", "number_too_fine"),
        ("list_price", "", "required"),
        ("coupon", "5980.01", "coupon_too_large"),
        ("currency", "yuan", "currency_invalid"),
        ("currency", "cny", "currency_invalid"),
        ("buyer_email", "lin", "email_invalid"),
        ("buyer_email", "=cmd|' /C calc'!A0", "formula"),
        ("buyer_name", "@SUM(A1)", "formula"),
        ("spec", "+1", "formula"),
        ("order_number", "-1", "formula"),
        ("order_number", "CM\n1", "control_character"),
        ("buyer_name", "Lin\u2028Xia", "control_character"),
        ("buyer_name", "Lin\u202eaiX", "control_character"),
        ("order_number", "CM\u20661", "control_character"),
        ("buyer_name", "\u200b", "control_character"),
        ("order_number", "C" * 65, "too_long"),
        ("resource_id", "a/b", "resource_id_invalid"),
        ("resource_id", "ａ", "resource_id_invalid"),
        ("purchased_at", "2026-06-30", "time_invalid"),
        ("purchased_at", "30.06.2026 10:00", "time_invalid"),
        ("purchased_at", "2026-02-30 10:00", "time_invalid"),
        ("purchased_at", "0001-01-01T00:00:00+14:00", "time_invalid"),
        ("purchased_at", "2026-07-01T10:00:01+08:00", "in_the_future"),
        ("expires_at", "2026-06-30 10:00", "before_purchase"),
        ("kind", "gift", "kind_unknown"),
        ("paid_online", "maybe", "neither_yes_nor_no"),
        ("paid_online", "", "required"),
    ],
)
def test_a_bad_cell_is_named_by_line_column_and_code(column: str, value: str, code: str) -> None:
    bad = {"order_number": "CM-2", "resource_id": "crm-2"} | {column: value}
    content = sheet({}, bad)
    assert found(content) == [(3, column, code)]
    assert [purchase.number for purchase in read(content).purchases] == ["CM-1"]


def test_lines_that_contradict_one_another_are_named() -> None:
    assert found(sheet({}, {"resource_id": "crm-1", "order_number": "CM-2"})) == [
        (3, "resource_id", "resource_id_repeated")
    ]
    assert found(sheet({}, {"resource_id": "crm-2", "coupon": "1", "product_code": "bi"})) == [
        (3, "product_code", "order_differs"),
        (3, "coupon", "order_differs"),
    ]
    renamed = {"resource_id": "crm-2", "order_number": "CM-2", "buyer_name": "Somebody"}
    assert found(sheet({}, renamed)) == [(3, "buyer_name", "name_differs")]


def test_a_line_break_within_quotes_does_not_shift_the_lines_that_are_named() -> None:
    content = sheet({"spec": "two\nlines"}, {"resource_id": "x y"})
    assert found(content) == [
        (2, "spec", "control_character"),
        (4, "resource_id", "resource_id_invalid"),
    ]


def test_a_line_with_too_many_cells_and_empty_lines() -> None:
    content = sheet() + b"\r\n,,,\r\na,b\r\n"
    assert found(content) == [(5, "", "cell_count")]


def test_no_more_lines_are_read_than_may_be() -> None:
    lines = [{"resource_id": f"crm-{n}"} for n in range(4)]
    assert [p.code for p in read(sheet(*lines), most_lines=3).problems] == ["too_many_lines"]
    assert read(sheet(*lines), most_lines=4).problems == []


def test_times_are_read_as_spreadsheets_write_them() -> None:
    [purchase] = read(sheet({"purchased_at": "2026/6/30 9:05"})).purchases
    assert purchase.purchased_at == datetime(2026, 6, 30, 1, 5, tzinfo=UTC)


@settings(deadline=None)
@given(fen=st.integers(0, 10**14 - 1))
def test_no_fen_is_lost_in_reading(fen: int) -> None:
    assert minor_units(f"{fen // 100}.{fen % 100:02}", "CNY") == fen
    assert minor_units(f"{fen // 1000}.{fen % 1000:03}", "KWD") == fen
    assert minor_units(f"{fen % 10**12}.00", "JPY") == fen % 10**12


@settings(deadline=None)
@given(content=st.binary(max_size=300))
def test_no_file_whatever_is_in_it_makes_reading_fail(content: bytes) -> None:
    parsed = read(content)
    assert parsed.problems or parsed.purchases


@settings(deadline=None)
@given(cells=st.lists(st.text(max_size=12), min_size=13, max_size=13))
def test_no_line_whatever_is_in_it_makes_reading_fail(cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, cells])
    read(text.getvalue().encode("utf-8", "surrogatepass"))


def test_every_fault_has_a_sentence_of_its_own() -> None:
    assert len({str(fault.label) for fault in Fault}) == len(Fault)
