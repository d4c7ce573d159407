"""Files of purchases that the operator has uploaded: imported, refused, and ready (R17)."""

import csv
import io
from datetime import datetime, timedelta

from billing.commands import apply_purchases, check_purchases
from billing.imports import COLUMNS
from refunds.demo.catalogue import OPERATOR, OTHERS, SOFIA, WANG, item, person
from refunds.demo.script import Script

# Buyers whom only a file has brought.
NEWCOMERS = {"he.mei@example.com": "He Mei", "paul.weber@example.com": "Paul Weber"}

Line = dict[str, str]


def the_imports(script: Script, now: datetime) -> None:
    """A month ago one went in; a later one was refused; yesterday's waits for a click."""

    def days(count: float) -> datetime:
        return now - timedelta(days=count)

    first = [
        _line("IM-1001", WANG, "ci-team", days(29), "1"),
        _line("IM-1001", WANG, "ci-team", days(29), "2"),
        _line("IM-1002", "he.mei@example.com", "desk-pro", days(28.5), "1", coupon="100.00"),
    ]
    broken = [
        _line("IM-2001", SOFIA, "etl-flow", days(10), "1") | {"list_price": "1,299.00"},
        _line("IM-2002", SOFIA, "etl-flow", days(10), "2") | {"product_code": "etl-flux"},
        _line("IM-2003", "paul.weber@", "waf", days(9.5), "1") | {"paid_online": "maybe"},
        _line("IM-1001", WANG, "ci-team", days(29), "3"),
    ]
    waiting = [_line("IM-3001", "paul.weber@example.com", "shelf", days(2), "1")]
    script.at(days(27), lambda at: _apply(_upload("purchases-1.csv", first, at), at))
    script.at(days(8), lambda at: _upload("purchases-2.csv", broken, at))
    script.at(days(1), lambda at: _upload("purchases-3.csv", waiting, at))


def _line(number: str, email: str, code: str, at: datetime, nth: str, *, coupon: str = "") -> Line:
    entry = item(code)
    return {
        "order_number": number,
        "buyer_email": email,
        "buyer_name": (OTHERS | NEWCOMERS).get(email, ""),
        "product_code": code,
        "resource_id": f"{code}-{number.lower()}-{nth}",
        "spec": entry.spec,
        "list_price": f"{entry.price // 100}.{entry.price % 100:02}",
        "coupon": coupon,
        "currency": "CNY",
        "purchased_at": at.isoformat(timespec="seconds"),
        "expires_at": (at + timedelta(days=entry.days or 365)).isoformat(timespec="seconds"),
        "kind": "new",
        "paid_online": "yes",
    }


def _upload(name: str, lines: list[Line], now: datetime) -> int:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in COLUMNS])
    writer.writeheader()
    writer.writerows(lines)
    return check_purchases(
        name=name, content=text.getvalue().encode(), uploader=person(OPERATOR), now=now
    ).pk


def _apply(import_id: int, now: datetime) -> None:
    apply_purchases(import_id=import_id, actor=person(OPERATOR), now=now)
