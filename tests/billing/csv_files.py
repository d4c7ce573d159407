"""Files of purchases, as an operator uploads them."""

import csv
import io
from typing import Any

from billing.imports import COLUMNS

HEADER = [column.name for column in COLUMNS]
ROW = {
    "order_number": "CM-1",
    "buyer_email": "lin@example.com",
    "buyer_name": "林夏",
    "product_code": "crm",
    "resource_id": "crm-1",
    "spec": "Team, 20 seats",
    "list_price": "5980.00",
    "coupon": "500",
    "currency": "CNY",
    "purchased_at": "2026-06-30 10:00",
    "expires_at": "2027-06-30T10:00:00Z",
    "kind": "new",
    "paid_online": "yes",
}


def sheet(*changes: dict[str, str], header: list[str] | None = None, **how: Any) -> bytes:
    """A file with a line for each set of changes to `ROW`."""
    names = header or HEADER
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", delimiter=how.get("by", ","))
    writer.writeheader()
    writer.writerows(ROW | change for change in changes or ({},))
    return text.getvalue().encode(how.get("encoding", "utf-8"))
