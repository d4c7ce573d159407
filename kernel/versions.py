"""Where a version of some rules stands at a moment. Pure."""

from datetime import datetime

from django.db import models
from django.utils.translation import pgettext_lazy


class Standing(models.TextChoices):
    IN_FORCE = "in_force", pgettext_lazy("rules", "In force")
    COMING = "coming", pgettext_lazy("rules", "Takes effect later")
    PAST = "past", pgettext_lazy("rules", "No longer in force")
    REPLACED = "replaced", pgettext_lazy("rules", "Replaced before it took effect")


def standing(begins: datetime, ends: datetime | None, *, now: datetime) -> Standing:
    """`ends` is when the next version takes effect, if there is one (exclusive)."""
    if ends == begins:
        return Standing.REPLACED
    if begins > now:
        return Standing.COMING
    return Standing.PAST if ends and ends <= now else Standing.IN_FORCE
