"""The root of every error that a command names."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A command was refused.

    `code` is stable and for machines; `sentence` is for people, in the reader's language,
    with `details` filled in.
    """

    code: str = "refused"
    sentence: str | Promise = _("This cannot be done.")

    def __init__(self, **details: object) -> None:
        super().__init__(self.code, details)
        self.details = details

    def __str__(self) -> str:
        return str(self.sentence) % self.details if self.details else str(self.sentence)


class Overtaken(DomainError):
    """Somebody else, or the clock, was faster: news for whoever comes late, not their mistake."""


class NotFound(DomainError):
    """There is no such thing, or it is not yours: which of the two is never told."""

    code = "not_found"
    sentence = _("There is no such thing, or it is not yours.")


class WrittenReasonRequired(DomainError):
    """An operator acts with a reason recorded (R8)."""

    code = "written_reason_required"
    sentence = _("Please write down the reason for this decision.")
