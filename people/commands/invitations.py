"""How somebody comes to act for a vendor: an owner invites, and the person accepts."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel.errors import DomainError, NotFound
from people.commands.members import lock_vendor
from people.models import Invitation, Membership, Role, User
from people.queries import invitations_for

logger = logging.getLogger(__name__)

MAIL_AGAIN_AFTER = timedelta(hours=1)
BATCH = 100

Send = Callable[[Invitation, User], None]


class AlreadyMember(DomainError):
    """The owner sees every member, so this tells nothing new."""

    code = "already_member"
    sentence = _("This person is a member already: change their role instead.")


class InvitationGone(DomainError):
    """It has lapsed, or was declined, or the vendor has taken it back."""

    code = "invitation_gone"
    sentence = _("This invitation no longer stands.")


def invite(*, vendor_id: int, actor: User, email: str, role: Role, now: datetime) -> None:
    """Ask whoever has this address to act for the vendor; asking again begins anew.

    It does the same whether or not anybody has the address. Opens a transaction. Raises
    `NotFound`, `OwnersOnly`, `AlreadyMember`.
    """
    email = email.strip().lower()
    with transaction.atomic(durable=True):
        vendor = lock_vendor(vendor_id, actor)
        if vendor.memberships.filter(user__email=email).exists():
            raise AlreadyMember
        Invitation.objects.update_or_create(
            vendor=vendor,
            email=email,
            defaults={
                "role": role,
                "invited_by": actor,
                "invited_at": now,
                "lapses_at": now + timedelta(days=settings.INVITATION_DAYS),
                "declined_at": None,
                "mail_due_at": now,
            },
        )


def withdraw_invitation(*, invitation_id: int, actor: User) -> None:
    """Take an invitation back. Opens a transaction. Raises `NotFound`, `OwnersOnly`."""
    with transaction.atomic(durable=True):
        vendor_id = (
            Invitation.objects.filter(pk=invitation_id).values_list("vendor_id", flat=True).first()
        )
        if vendor_id is None:
            raise NotFound
        lock_vendor(vendor_id, actor)
        Invitation.objects.filter(pk=invitation_id).delete()


def revoke_invitation(*, invitation_id: int, operator: User) -> None:
    """Take back, for the platform, what an owner has sent. Raises `NotFound`.

    Opens a transaction.
    """
    if not operator.is_staff:
        raise NotFound
    with transaction.atomic(durable=True):
        deleted, _rows = Invitation.objects.filter(pk=invitation_id).delete()
        if not deleted:
            raise NotFound


def accept_invitation(*, invitation_id: int, actor: User, now: datetime) -> Membership:
    """Act for the vendor from now on. Who does so already keeps their role.

    Opens a transaction. Raises `NotFound`, `InvitationGone`.
    """
    with transaction.atomic(durable=True):
        invitation = _lock_invitation(invitation_id, actor, now)
        membership, _created = Membership.objects.get_or_create(
            vendor_id=invitation.vendor_id, user=actor, defaults={"role": invitation.role}
        )
        invitation.delete()
        return membership


def decline_invitation(*, invitation_id: int, actor: User, now: datetime) -> None:
    """Be asked no longer; the vendor is not told. Opens a transaction.

    Raises `NotFound`, `InvitationGone`.
    """
    with transaction.atomic(durable=True):
        invitation = _lock_invitation(invitation_id, actor, now)
        invitation.declined_at, invitation.mail_due_at = now, None
        invitation.save(update_fields=["declined_at", "mail_due_at"])


def mail_invitations(*, send: Send, now: datetime) -> int:
    """Write to those who are invited and can sign in; forget what has lapsed. How many mails.

    `send` may raise `OSError`: then that mail is tried again an hour later, and the others with
    the next sweep. A worker that dies in between does no more harm than that. Opens a
    transaction and sends after it.
    """
    Invitation.objects.filter(lapses_at__lte=now).delete()
    claimed = _claim(now)
    addresses = {invitation.email for invitation in claimed}
    people = {user.email: user for user in User.objects.filter(email__in=addresses, is_active=True)}
    sent = 0
    for tried, invitation in enumerate(claimed, start=1):
        try:
            if person := people.get(invitation.email):
                send(invitation, person)
                sent += 1
        except OSError:
            logger.warning("invitation %s could not be mailed", invitation.pk, exc_info=True)
            # A server that hangs is not waited for once for each of them.
            _give_back(claimed[tried:], now)
            break
        else:
            # Only if nobody has asked anew meanwhile.
            unchanged = Invitation.objects.filter(
                pk=invitation.pk, mail_due_at=invitation.mail_due_at
            )
            unchanged.update(mail_due_at=None)
    return sent


def _give_back(invitations: list[Invitation], now: datetime) -> None:
    """Let the next sweep try those that nobody has asked anew meanwhile."""
    for invitation in invitations:
        Invitation.objects.filter(pk=invitation.pk, mail_due_at=invitation.mail_due_at).update(
            mail_due_at=now
        )


def _claim(now: datetime) -> list[Invitation]:
    """Mails that are due, put off so that no other worker sends them at the same time."""
    with transaction.atomic():
        claimed = list(
            Invitation.objects.filter(mail_due_at__lte=now)
            .select_related("vendor", "invited_by")
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .order_by("mail_due_at", "id")[:BATCH]
        )
        for invitation in claimed:
            invitation.mail_due_at = now + MAIL_AGAIN_AFTER
        Invitation.objects.bulk_update(claimed, ["mail_due_at"])
    return claimed


def _lock_invitation(invitation_id: int, actor: User, now: datetime) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(no_key=True)
        .filter(pk=invitation_id, email=actor.email)
        .first()
    )
    if invitation is None:
        raise NotFound
    if not invitations_for(actor, now=now).filter(pk=invitation.pk).exists():
        raise InvitationGone
    return invitation
