"""Files of purchases that operators have uploaded, and what became of each (R17)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    REFUSED = "refused", pgettext_lazy("import", "Refused")
    CHECKED = "checked", pgettext_lazy("import", "Checked")
    APPLIED = "applied", pgettext_lazy("import", "Imported")


class PurchaseImport(models.Model):
    """A file as it was uploaded and checked; only what was checked is ever imported.

    `problems` holds what the check found, as `billing.imports.Problem` has it; `summary` what
    the file comes to. One with problems is refused for good: a mended file is another one.
    """

    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(_("state"), max_length=16, choices=ImportState)
    problems = models.JSONField(_("problems"), default=list)
    summary = models.JSONField(_("summary"), default=dict)
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("imported by"),
    )

    class Meta:
        verbose_name = _("import of purchases")
        verbose_name_plural = _("imports of purchases")
        constraints = (
            models.CheckConstraint(
                condition=(Q(state=ImportState.REFUSED) & ~Q(problems=[]))
                | Q(state__in=(ImportState.CHECKED, ImportState.APPLIED), problems=[]),
                name="import_with_problems_is_refused",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ImportState.APPLIED, applied_at__isnull=False, applied_by__isnull=False
                )
                | (
                    ~Q(state=ImportState.APPLIED)
                    & Q(applied_at__isnull=True, applied_by__isnull=True)
                ),
                name="import_applied_says_who_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
