"""What the site records about itself, and what all rules that operators edit have in common."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 500


class Heartbeat(models.Model):
    """When something that has to happen again and again was last done; one row for each name."""

    name = models.CharField(primary_key=True, max_length=40)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.beaten_at:%Y-%m-%d %H:%M:%S %Z}"


class Versions(models.QuerySet["PolicyRow"]):
    """Versions of rules. Of two that begin at the same moment the later one counts."""

    def in_force(self, at: datetime) -> Self:
        """Those that have begun at a moment; the first of a kind is the one in force."""
        return self.filter(effective_from__lte=at).order_by("-effective_from", "-id")

    def with_end(self) -> Self:
        """Each with `ends_at`, when another takes its place: at once where it is replaced."""
        own = {name: OuterRef(name) for name in self.model.versions_of}
        later = Q(effective_from__gt=OuterRef("effective_from"))
        newer = Q(effective_from=OuterRef("effective_from"), id__gt=OuterRef("id"))
        rivals = self.model._default_manager.filter(later | newer, **own)
        next_one = rivals.order_by("effective_from").values("effective_from")[:1]
        return self.annotate(ends_at=Subquery(next_one))


class PolicyRow(models.Model):
    """Rules from a moment on. Rows are only ever added, and never for the past.

    A row that has not taken effect yet is replaced by adding one for the same moment.
    """

    # The fields that tell apart rules which stand beside one another.
    versions_of: ClassVar[tuple[str, ...]] = ()

    effective_from = models.DateTimeField(_("takes effect"))
    # Why, and by whom; the first rows of a new database are nobody's.
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(_("added"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("added by"),
    )

    objects = Versions.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(created_at__isnull=True) | Q(effective_from__gte=F("created_at")),
                name="%(class)s_never_back_dated",
            ),
            models.CheckConstraint(
                condition=Q(created_at__isnull=True, created_by__isnull=True)
                | (Q(created_at__isnull=False, created_by__isnull=False) & ~Q(note="")),
                name="%(class)s_says_who_and_why",
            ),
        )


@cache
def _zones() -> frozenset[str]:
    """Read once: to look through the files of all zones takes a twentieth of a second."""
    return frozenset(available_timezones())


def known_zone(name: str) -> None:
    """Refuse a time zone that nobody knows."""
    if name not in _zones():
        raise ValidationError(_("There is no such time zone. Write it like Asia/Shanghai."))


# Longer than any rule, shorter than what makes a date impossible: beyond it is a slip of the pen.
MOST_DAYS = 366
MOST_HOURS = 14 * 24
MOST_MINUTES = 7 * 24 * 60
MOST_TIMES = 1_000


def days(label: Any, **options: Any) -> models.PositiveIntegerField:
    return counted(label, most=MOST_DAYS, **options)


def counted(
    label: Any, *, least: int = 1, most: int = MOST_TIMES, **options: Any
) -> models.PositiveIntegerField:
    """A number of a rule, within what makes sense."""
    bounds = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveIntegerField(label, validators=bounds, **options)
