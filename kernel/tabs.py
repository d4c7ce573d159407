"""The tabs above a list: its parts, with how much is in each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a list: the query string that shows it, and how many (None: not said)."""

    query: str
    label: str | Promise
    current: bool
    count: int | None = None


def state_tabs(
    current: TextChoices,
    counts: Mapping[str, int],
    *,
    labels: Mapping[str, str | Promise] | None = None,
) -> list[Tab]:
    """One for each state that there is, in their order; `labels` are other words for some."""
    return [
        Tab(
            query=f"?state={state.value}",
            label=(labels or {}).get(state.value, state.label),
            current=state == current,
            count=counts[state.value],
        )
        for state in type(current)
    ]
