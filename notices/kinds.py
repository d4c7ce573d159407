"""The kinds of notices and their words. Each app above registers its own when it is ready.

A text is filled in with the notice's `params`, in the reader's language. A parameter is a
plain text or number, or a small object that says how it is written: `amount`, `moment`,
`bilingual`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from kernel.templatetags.money import money
from kernel.templatetags.ui import utc_offset


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` names it in the preferences; an `essential` one is always mailed.

    `title`, `body` and `action` (the words of the link) are lazy translations with
    placeholders like `%(product)s`.
    """

    code: str
    label: str | Promise
    title: str | Promise
    body: str | Promise
    action: str | Promise
    essential: bool = False


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
    """The text with its parameters, in the language that is active."""
    return str(text) % {name: _written(value) for name, value in params.items()}


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
