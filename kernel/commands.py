"""Every write of the site about itself, and every new version of rules."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound, WrittenReasonRequired
from kernel.models import Heartbeat, PolicyRow
from kernel.sweeps import NotSetAside

Row = TypeVar("Row", bound=Model)


class InvalidPolicy(DomainError):
    """Rules that could not be kept; and once added they can never be taken back."""

    code = "invalid_policy"
    sentence = _("These rules cannot be kept: %(why)s")


class BackDated(DomainError):
    """New rules are for what comes."""

    code = "policy_back_dated"
    sentence = _("Rules never change for the past: choose a moment that is still to come.")


class NoteRequired(DomainError):
    """Whoever changes the rules writes down why."""

    code = "policy_note_required"
    sentence = _("Please write down why the rules change.")


def beat(*, name: str, now: datetime) -> None:
    """Record that `name` was done. One statement, so that rivals do no harm."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beaten_at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["beaten_at"],
    )


def give_back(
    lock: Callable[[], Row],
    record: Callable[[Row], object],
    *,
    actor: AbstractBaseUser,
    note: str,
) -> None:
    """Give a row that was set aside back to its sweep, and `record` why (R8).

    `lock` returns the row locked. Opens a transaction. Raises `NotFound`,
    `WrittenReasonRequired`, `NotSetAside` and what `lock` raises.
    """
    if not getattr(actor, "is_staff", False):
        raise NotFound
    if not note.strip():
        raise WrittenReasonRequired
    with transaction.atomic(durable=True):
        row: Any = lock()
        if row.set_aside_at is None:
            raise NotSetAside
        record(row)
        row.set_aside_at, row.set_aside_reason = None, ""
        row.save(update_fields=["set_aside_at", "set_aside_reason"])


def add_version(
    version: PolicyRow, *, actor: AbstractBaseUser | AnonymousUser, note: str, now: datetime
) -> None:
    """Add an operator's new rules, from `effective_from` on; what is going on keeps its own.

    Of two versions for one moment the one added later counts. One statement. Raises
    `NotFound`, `NoteRequired`, `BackDated` and `InvalidPolicy`.
    """
    if not getattr(actor, "is_staff", False):
        raise NotFound
    if not note.strip():
        raise NoteRequired
    if version.effective_from < now:
        raise BackDated
    check_rules(version)
    version.note = note.strip()
    version.created_at, version.created_by_id = now, actor.pk
    version.save(force_insert=True)


def check_rules(version: PolicyRow) -> None:
    """Raise `InvalidPolicy` for rules that could not be kept."""
    try:
        version.clean_fields(exclude=["created_by"])
        version.clean()
    except ValidationError as error:
        raise InvalidPolicy(why=" ".join(error.messages)) from error
