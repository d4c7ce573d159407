"""Files of purchases (R17): reading them, and finding whatever is wrong with them.

`parsing` and what it stands on are pure; `checking` compares with what is recorded.
"""

from billing.imports.cells import COLUMNS, Column
from billing.imports.checking import Checked, check
from billing.imports.parsing import Parsed, Purchase, parse
from billing.imports.problems import Fault, Problem

__all__ = [
    "COLUMNS",
    "Checked",
    "Column",
    "Fault",
    "Parsed",
    "Problem",
    "Purchase",
    "check",
    "parse",
]
