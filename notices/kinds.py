"""The kinds of notices and their words. Each app above registers its own when it is ready.

A text is filled in with the notice's `params`, in the reader's language. A parameter is a
plain text or number, or a small object that says how it is written: `amount`, `moment`,
`bilingual`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext

from kernel.templatetags.money import NOTHING, money
from kernel.templatetags.ui import utc_offset


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` names it in the preferences; an `essential` one is always mailed.

    `title`, `body` and `action` (the words of the link) are lazy translations with
    placeholders like `%(product)s`. One that is `for_vendor` tells a vendor's members.
    """

    code: str
    label: str | Promise
    title: str | Promise
    body: str | Promise
    action: str | Promise
    essential: bool = False
    for_vendor: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as its reader sees it."""

    title: str
    body: str
    action: str


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known; every process does so when it starts."""
    for kind in kinds:
        _kinds[kind.code] = kind


def kinds() -> list[Kind]:
    """All of them, in the order in which they were registered."""
    return list(_kinds.values())


def kind_of(code: str) -> Kind:
    """Raises `KeyError` for a kind that nobody has registered."""
    return _kinds[code]


def words_of(code: str, params: dict[str, Any]) -> Words:
    """The words of a notice, in the language that is active.

    One whose kind is gone with an older release, or not here yet, leads to its page all the
    same.
    """
    kind = _kinds.get(code)
    if kind is None:
        return Words(title=code, body="", action=pgettext("button", "Open"))
    title, body, action = (fill(text, params) for text in (kind.title, kind.body, kind.action))
    return Words(title=title, body=body, action=action)


def amount(fen: int, currency: str) -> dict[str, Any]:
    """A parameter that is read as money; `fen` are minor units of `currency`."""
    return {"fen": fen, "currency": currency}


def moment(at: datetime) -> dict[str, Any]:
    """A parameter that is read as a time with its zone."""
    return {"at": at.astimezone(UTC).isoformat()}


def bilingual(en: str, zh: str) -> dict[str, Any]:
    """A parameter that is kept in both languages, such as a listed ground."""
    return {"en": en, "zh": zh}


def fill(text: str | Promise, params: dict[str, Any]) -> str:
    """The text with its parameters, in the language that is active.

    A parameter that an older release did not give is a dash: old notices stay readable.
    """
    written = {name: _written(value) for name, value in params.items()}
    return str(text) % defaultdict(lambda: NOTHING, written)


def _written(value: Any) -> str:
    match value:
        case {"fen": int(fen), "currency": str(currency)}:
            return money(fen, currency)
        case {"at": str(at)}:
            local = timezone.localtime(datetime.fromisoformat(at))
            return f"{local:%Y-%m-%d %H:%M} ({utc_offset(local)})"
        case {"en": str(en), "zh": str(zh)}:
            return zh if (get_language() or "").startswith("zh") else en
        case _:
            return str(value)
